/*
 * Mistakes that are not in the table: what an engine computes there is found from its
 * numbers, as a formula, and so it can be said.
 *
 *     the rule for tanh computes 1 - 2 z^2; right is 1 - z^2
 *
 * A form says which formula. Its kind of mistake has a row FORM in mistake.def.
 */
#ifndef GRADYNO_KIT_MISTAKE_FORM_H
#define GRADYNO_KIT_MISTAKE_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/ops.h"

typedef enum form_mode {
    FORM_NONE,
    /* What an operand is given; g comes from above, d is the right partial. */
    FORM_TIMES,        /* g (k a * b) */
    FORM_OVER,         /* g (k a / b) */
    FORM_PLUS,         /* g (a + k b) */
    FORM_APART,        /* a + k g b: the brackets are missing */
    FORM_FORGETS,      /* k a: for one side of 0 alone */
    FORM_ABS_INCOMING, /* |g| d */
    FORM_ABS_SHARE,    /* |g d| */
    FORM_ABS_PARTIAL,  /* g |d| */
    FORM_DROP_BELOW,   /* g d where g > 0, else nothing */
    FORM_DROP_ABOVE,   /* g d where g < 0, else nothing */
    FORM_SIGN,         /* d where g > 0, -d where g < 0 */
    FORM_CUT_SHARE,    /* g d between -k and k */
    FORM_CUT_PARTIAL,  /* d between -k and k */
    FORM_CUT_INCOMING,
    FORM_LEAST,       /* d, at least k */
    FORM_MOST,        /* d, at most k */
    FORM_LEAST_SHARE, /* g d, at least k */
    FORM_MOST_SHARE,
    FORM_INTEGER_SHARE,
    FORM_INTEGER_PARTIAL,
    FORM_INTEGER_INCOMING,
    FORM_FLOOR_SHARE, /* as // of Python has it */
    FORM_FLOOR_PARTIAL,
    FORM_INSIDE,       /* d(g x) */
    FORM_INSIDE_TIMES, /* g d(g x) */
    FORM_INSIDE_PLUS,  /* d(g + x) */
    FORM_INSIDE_ALONE, /* d(g) */
    FORM_AT_SCALED,    /* g d(k x) */
    FORM_AT_SHIFTED,   /* g d(x + k) */
    FORM_OF_INTEGER,   /* g d, with the constant cut to an integer */
    FORM_OF_FLOAT,
    FORM_OF_DECIMALS, /* with k digits behind the point */
    FORM_TEST,        /* g d, of the branch that another comparison (side a) chooses */
    FORM_EDIT,        /* g times the formula of mistake_edit.h with change k */
    FORM_MORE,        /* g d a / (a + k): k was added to what it divides by */
    FORM_ROOT_MORE,   /* g d sqrt(a / (a + k)) */
    FORM_ROUNDED,     /* g times d with k digits: a is a form_rounding */
    FORM_SISTER,      /* g times the derivative of another function, operation k */
    FORM_ALSO,        /* g (d + d'), d' being the derivative of operation k */
    FORM_NAN,         /* NaN; where x < 0, if no side is said */
    FORM_TRADED_RESULT, /* z d(g), d being of the result */
    FORM_TRADED,        /* x d(g); of two operands, that which is a places on */
    FORM_WRITTEN,       /* g times formula k of written.def */
    /* What the operation computes; z is the right value. */
    FORM_VALUE_TIMES, /* k a * b */
    FORM_VALUE_OVER,
    FORM_VALUE_PLUS,
    FORM_VALUE_MOST, /* z, at most k */
    FORM_VALUE_LEAST,
    FORM_VALUE_OPERAND_MOST, /* of an operand that is at most k */
    FORM_VALUE_OPERAND_LEAST,
    FORM_VALUE_INTEGER,
    FORM_VALUE_FLOOR,
    FORM_VALUE_OF_INTEGER, /* with its constant cut to an integer */
    FORM_VALUE_OF_FLOAT,
    FORM_VALUE_OF_DECIMALS, /* with k digits behind the point */
    FORM_VALUE_FALSY,       /* a constant of 0 is taken for k */
    FORM_VALUE_SCALED,      /* z(k x); operand a of several, counted from 0 */
    FORM_VALUE_SHIFTED,     /* z(x + k) */
    FORM_VALUE_FIRST,       /* the first operand for both */
    FORM_VALUE_SECOND,
    FORM_VALUE_MORE,      /* z a / (a + k) */
    FORM_VALUE_ROOT_MORE, /* sqrt(z^2 + k) */
    FORM_VALUE_EDIT,
    FORM_VALUE_ROUNDED, /* z with k digits: a is a form_rounding */
    FORM_VALUE_SISTER,  /* another function, operation k */
    FORM_VALUE_NAN,
    FORM_VALUE_WRITTEN, /* formula k of written.def */
    FORM_MODES
} form_mode;

/* In pairs: one, and the other. */
typedef enum form_side {
    FORM_EVERYWHERE,
    FORM_ABOVE, /* x > 0; of two operands, x > y */
    FORM_BELOW,
    FORM_X_ABOVE,
    FORM_X_BELOW,
    FORM_Y_ABOVE,
    FORM_Y_BELOW,
    FORM_LARGER, /* |x| > |y| */
    FORM_SMALLER,
    FORM_C_BROKEN, /* the constant is not whole */
    FORM_C_WHOLE,
    FORM_C_ABOVE,
    FORM_C_BELOW,
    FORM_C_SOME, /* not 0; its other one is nobody's */
    FORM_C_NONE,
    FORM_FAR, /* |x| > 1 */
    FORM_NEAR,
    FORM_FROM_3, /* beyond a threshold, as far as points tell: wrong at 3 and farther */
    FORM_BELOW_3,
    FORM_FROM_12, /* at 12.5 */
    FORM_BELOW_12,
    FORM_LOW, /* at -2.2 */
    FORM_NOT_LOW,
    FORM_SIDES
} form_side;

/* How digits are lost; k is how many stay behind the point, or in all. */
typedef enum form_rounding {
    FORM_ROUND,      /* to the nearest, halves away from 0 */
    FORM_ROUND_EVEN, /* halves to even */
    FORM_ROUND_DOWN, /* floor */
    FORM_ROUND_CUT,  /* towards 0 */
    FORM_ROUND_ALL,  /* k digits in all */
    FORM_ROUNDINGS
} form_rounding;

typedef struct form {
    form_mode mode;
    form_side side; /* elsewhere it is right */
    short a, b;     /* atoms; 0 is the number 1 */
    double k;
} form;

/* What it gives operand `partial` of op; and the value. */
double form_share(const form *f, ad_op op, int partial, const double *x, double c,
                  double z, double g);
double form_value(const form *f, ad_op op, const double *x, double c);

/* The derivative by the result, where textbooks have it so; else d. */
double form_by_result(ad_op op, double d, double z);

double form_rounded(double z, form_rounding way, int digits);

/* Whether a point is on that side; whether the operation has such; "x > 0"; the side
 * that is the rest. */
bool form_side_is(form_side side, ad_op op, const double *x, double c);
bool form_has_side(form_side side, ad_op op);
const char *form_side_text(form_side side, ad_op op);
form_side form_other_side(form_side side);

/* The formula, or a phrase that the sentence of its row goes on with. */
const char *form_text(const form *f, ad_op op, int partial, char *text, size_t room);

/* "x * y", "tanh(x)": what an operation is. */
const char *form_op_text(ad_op op, char *text, size_t room);

/* The atoms of atom.def at one place: their values, and how they are written. */
enum {
    FORM_ATOMS_MOST = 120,
    FORM_ONE = 0, /* in this order: 1, x, the result z, and the right partial */
    FORM_X,
    FORM_Z,
    FORM_D /* the right partial */
};
size_t form_atoms(ad_op op, int partial, const double *x, double c, double z,
                  double *atom);
const char *form_atom_text(size_t atom);

#endif
