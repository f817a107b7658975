/*
 * Expressions in MPFR: the value at any precision, and a derivative from values alone.
 * Without MPFR (HAVE_mpfr is not defined), only expr_mpfr_missing is there.
 */
#ifndef GRADYNO_EXPR_MPFR_H
#define GRADYNO_EXPR_MPFR_H

#include "verify/expr.h"

/* NULL; or, in a build without MPFR, one sentence on how to get it. */
const char *expr_mpfr_missing(void);

#ifdef HAVE_mpfr
#include <mpfr.h>

/*
 * *out = the output's value at inputs[0 ... e->inputs - 1], every step rounded to
 * `precision` bits, and then to the precision of *out. A number in the text, M_PI too,
 * is the double that C takes it for; a row is evaluated from the text of its value
 * column, except that a function of C99 is MPFR's of that name. `?:` is decided by the
 * value at this precision.
 *
 * Exponents are held to 2^±EXPR_MPFR_EXPONENT, so that sin(exp(exp(x))) costs
 * milliseconds and not all memory: beyond it a value is an infinity or a zero. The
 * inputs are only read. False, and *out NaN, when memory is out or a row's text cannot
 * be read.
 */
enum { EXPR_MPFR_EXPONENT = 1 << 20 };
bool expr_mpfr(const expr *e, mpfr_t *inputs, mpfr_prec_t precision, mpfr_t out);

/*
 * The same for thousands of evaluations at one precision: the variables are made once,
 * and what does not vary is computed once. The expression must outlive the room.
 */
typedef struct expr_mpfr_room {
    const expr *e;
    mpfr_t *value; /* of every node, as the last evaluation left it */
    bool constants_known;
} expr_mpfr_room;

/* False when there is no memory; then, and after closing, nothing is to be closed. */
bool expr_mpfr_open(expr_mpfr_room *room, const expr *e, mpfr_prec_t precision);
void expr_mpfr_close(expr_mpfr_room *room);

/* The output's value, which stays until the next evaluation; NULL as expr_mpfr's false.
 */
mpfr_srcptr expr_mpfr_in(expr_mpfr_room *room, mpfr_t *inputs);

/* The same with the value of `node` multiplied by 1 + 2^-bits: what its rounding does.
 */
bool expr_mpfr_moved(expr_mpfr_room *room, mpfr_t *inputs, size_t node, long bits);

/*
 * d output / d inputs[i] at a point of doubles, from differences of values alone:
 * (f(x + h) - f(x - h)) / 2h with h far below a double's resolution, at 400 bits and
 * then twice as many, until two precisions agree to 60 bits. Finds what happens at the
 * point itself: at x > 0 ? ... : ... the branches are those next to x = 0, however
 * near.
 *
 * Returns 0 with the derivative, rounded to double, and a bound of its error; 1 when
 * there is none (a kink, a jump, the end of the domain) or it was not reached at 6400
 * bits; 2 when there is no memory.
 */
int expr_mpfr_derivative(const expr *e, const double *inputs, size_t i,
                         double *derivative, double *bound);

/*
 * Where there is no derivative: what f does on one side of the point, found from the
 * quotients at 400 to 6400 bits. A power of h tells a limit 0 from an infinite slope
 * (sqrt at 0) and from a jump, growth by the same amount with every bit a logarithm
 * (x log x at 0).
 */
typedef enum expr_mpfr_shape {
    EXPR_MPFR_UNKNOWN,
    EXPR_MPFR_UNDEFINED, /* f is NaN on this side */
    EXPR_MPFR_SLOPE,     /* a one-sided derivative, perhaps infinite */
    EXPR_MPFR_JUMP
} expr_mpfr_shape;

typedef struct expr_mpfr_side {
    expr_mpfr_shape shape;
    double slope;
} expr_mpfr_side;

/* Both sides; false when there is no memory. */
bool expr_mpfr_sides(const expr *e, const double *inputs, size_t i,
                     expr_mpfr_side *left, expr_mpfr_side *right);

/* The same as check.h's ad_check_exact_function; context is the const expr *. */
int expr_mpfr_oracle(const double *inputs, size_t i, double *derivative, double *bound,
                     void *context);
#endif

#endif
