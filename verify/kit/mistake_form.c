/* Formulae of mistakes: what they give. */
#include "verify/kit/mistake_form.h"

#include <math.h>
#include <string.h>

#include "verify/kit/mistake_edit.h"
#include "verify/kit/mistake_written.h"

#define ATOM(text, expression) +1
enum {
    ATOMS = 0
#include "verify/kit/atom.def"
};
_Static_assert((int)ATOMS <= (int)FORM_ATOMS_MOST, "room for each row of atom.def");

/* The right partial k, operand j being another. */
static double partial_with(ad_op op, int k, const double *x, double c, int j, double at)
{
    double moved[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS];
    memcpy(moved, x, (size_t)ad_ops[op].operands * sizeof *moved);
    moved[j] = at;
    ad_ops[op].partials(moved, c, ad_ops[op].value(moved, c), d);
    return d[k];
}

/* The right partial with operand k at another place. */
static double partial_at(ad_op op, int k, const double *x, double c, double at)
{
    return partial_with(op, k, x, c, k, at);
}

/* The right partial with another constant. */
static double partial_of(ad_op op, int k, const double *x, double c)
{
    return partial_at(op, k, x, c, x[k]);
}

size_t form_atoms(ad_op op, int partial, const double *operand, double c_, double z,
                  double *atom)
{
    const double none = (double)NAN;
    const int n = ad_ops[op].operands;
    const double x = operand[0], y = n > 1 ? operand[1] : none,
                 w = n > 2 ? operand[2] : none,
                 c = ad_ops[op].constants > 0 ? c_ : none;
    double right[AD_MAX_OPERANDS] = {0};
    if (partial >= 0) ad_ops[op].partials(operand, c_, z, right);
    const double d = partial >= 0 ? right[partial] : none;
    const double values[] = {
#define ATOM(text, expression) expression,
#include "verify/kit/atom.def"
    };
    memcpy(atom, values, sizeof values);
    return ATOMS;
}

const char *form_atom_text(size_t atom)
{
    static const char *const text[] = {
#define ATOM(text, expression) text,
#include "verify/kit/atom.def"
    };
    return text[atom];
}

/* The right partial on one branch: where x > 0 (of two: x > y), or where it is not. */
static double branch(ad_op op, int k, const double *x, double c, bool above)
{
    const bool two = ad_ops[op].operands == 2;
    const double high = two ? fmax(x[0], x[1]) : fabs(x[0]),
                 low = two ? fmin(x[0], x[1]) : -high;
    double d[AD_MAX_OPERANDS];
    const double moved[AD_MAX_OPERANDS] = {above ? high : low, above ? low : high};
    ad_ops[op].partials(moved, c, ad_ops[op].value(moved, c), d);
    return d[k];
}

static double within(double x, double k) { return fmax(-k, fmin(k, x)); }

static double sign_of(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

double form_rounded(double z, form_rounding way, int digits)
{
    if (z == 0 || !isfinite(z)) return z;
    const bool in_all = way == FORM_ROUND_ALL;
    const double first = in_all ? floor(log10(fabs(z))) + 1 : 0,
                 ten = pow(10, digits - first), at = z * ten;
    if (!isfinite(at)) return z; /* 1e-300 */
    return (way == FORM_ROUND || in_all ? round(at)
            : way == FORM_ROUND_EVEN    ? rint(at)
            : way == FORM_ROUND_DOWN    ? floor(at)
                                        : trunc(at)) /
           ten;
}

/* Where a form is NaN that has no side. */
static bool is_without(const form *f, const double *x)
{
    return f->side != FORM_EVERYWHERE || x[0] < 0;
}

double form_by_result(ad_op op, double d, double z)
{
    switch (op) {
    case AD_OP_exp: return z;
    case AD_OP_tanh: return 1 - z * z;
    case AD_OP_tan: return 1 + z * z;
    case AD_OP_sigmoid: return z * (1 - z);
    case AD_OP_sqrt: return 0.5 / z;
    case AD_OP_recip: return -z * z;
    default: return d;
    }
}

/* That of another operation, at these operands (a second one that is missing being 0); by
 * its own result, or by one that is given. */
static double others_partial(ad_op other, int i, const double *x, double c, double z,
                             bool by_result)
{
    double d[AD_MAX_OPERANDS] = {0};
    if (i >= ad_ops[other].operands) return 0;
    if (other == AD_OP_log) return 1 / x[0]; /* a rule does not ask for the sign */
    ad_ops[other].partials(x, c, ad_ops[other].value(x, c), d);
    return by_result ? form_by_result(other, d[i], z) : d[i];
}

static double edited(const form *f, ad_op op, int i, const double *x, double c,
                     double z, double g)
{
    const edit_place at = {x[0], ad_ops[op].operands > 1 ? x[1] : (double)NAN, z, c, g};
    return edit_value(op, i, (int)f->k, &at);
}

double form_share(const form *f, ad_op op, int i, const double *x, double c, double z,
                  double g)
{
    double atom[FORM_ATOMS_MOST], right[AD_MAX_OPERANDS];
    ad_ops[op].partials(x, c, z, right);
    const double d = right[i], k = f->k;
    if (!form_side_is(f->side, op, x, c)) return g * d;
    form_atoms(op, i, x, c, z, atom);
    const double a = atom[f->a], b = atom[f->b];
    const int of = (i + f->a) % ad_ops[op].operands; /* of FORM_TRADED */
    switch (f->mode) {
    case FORM_TIMES: return g * (k * a * b);
    case FORM_OVER: return g * (k * a / b);
    case FORM_PLUS: return g * (a + k * b);
    case FORM_APART: return a + k * g * b;
    case FORM_FORGETS: return k * a;
    case FORM_ABS_INCOMING: return fabs(g) * d;
    case FORM_ABS_SHARE: return fabs(g * d);
    case FORM_ABS_PARTIAL: return g * fabs(d);
    case FORM_DROP_BELOW: return g > 0 ? g * d : 0;
    case FORM_DROP_ABOVE: return g < 0 ? g * d : 0;
    case FORM_SIGN: return sign_of(g) * d;
    case FORM_CUT_SHARE: return within(g * d, k);
    case FORM_CUT_PARTIAL: return g * within(d, k);
    case FORM_CUT_INCOMING: return within(g, k) * d;
    case FORM_LEAST: return g * fmax(d, k);
    case FORM_MOST: return g * fmin(d, k);
    case FORM_LEAST_SHARE: return fmax(g * d, k);
    case FORM_MOST_SHARE: return fmin(g * d, k);
    case FORM_INTEGER_SHARE: return trunc(g * d);
    case FORM_INTEGER_PARTIAL: return g * trunc(d);
    case FORM_INTEGER_INCOMING: return trunc(g) * d;
    case FORM_FLOOR_SHARE: return floor(g * d);
    case FORM_FLOOR_PARTIAL: return g * floor(d);
    case FORM_INSIDE: return partial_at(op, i, x, c, g * x[i]);
    case FORM_INSIDE_TIMES: return g * partial_at(op, i, x, c, g * x[i]);
    case FORM_INSIDE_PLUS: return partial_at(op, i, x, c, g + x[i]);
    case FORM_INSIDE_ALONE: return partial_at(op, i, x, c, g);
    case FORM_AT_SCALED: return g * partial_at(op, i, x, c, k * x[i]);
    case FORM_AT_SHIFTED: return g * partial_at(op, i, x, c, x[i] + k);
    case FORM_OF_INTEGER: return g * partial_of(op, i, x, trunc(c));
    case FORM_OF_FLOAT: return g * partial_of(op, i, x, (double)(float)c);
    case FORM_OF_DECIMALS:
        return g * partial_of(op, i, x, round(c * pow(10, k)) / pow(10, k));
    case FORM_TEST:
        return g * branch(op, i, x, c, form_side_is((form_side)f->a, op, x, c));
    case FORM_EDIT: return g * edited(f, op, i, x, c, z, g);
    case FORM_MORE: return g * d * a / (a + k);
    case FORM_ROOT_MORE: return g * d * sqrt(a / (a + k));
    case FORM_ROUNDED: return g * form_rounded(d, (form_rounding)f->a, (int)k);
    case FORM_SISTER: return g * partial_at((ad_op)k, 0, x, c, x[0]);
    case FORM_ALSO: /* one after the other: so inf - inf is NaN */
        return g * d + g * others_partial((ad_op)k, i, x, c, z, f->a == 1);
    case FORM_NAN: return is_without(f, x) ? (double)NAN : g * d;
    case FORM_TRADED_RESULT: return z * form_by_result(op, (double)NAN, g);
    case FORM_TRADED:
        if (op == AD_OP_log) return x[0] / g; /* of a negative number, too */
        return x[of] * partial_with(op, i, x, c, of, g);
    case FORM_WRITTEN: return g * written_value((int)k, x, c, z);
    default: return g * d;
    }
}

/* The right value, operand i being another. */
static double value_at(ad_op op, const double *x, double c, int i, double at)
{
    double moved[AD_MAX_OPERANDS] = {0};
    memcpy(moved, x, (size_t)ad_ops[op].operands * sizeof *moved);
    moved[i] = at;
    return ad_ops[op].value(moved, c);
}

double form_value(const form *f, ad_op op, const double *x, double c)
{
    double atom[FORM_ATOMS_MOST];
    const double z = ad_ops[op].value(x, c), k = f->k;
    if (!form_side_is(f->side, op, x, c)) return z;
    form_atoms(op, -1, x, c, z, atom);
    const double a = atom[f->a], b = atom[f->b];
    const int n = ad_ops[op].operands, i = f->a < n ? f->a : 0;
    const double first[] = {x[0], x[0], n > 2 ? x[2] : 0},
                 second[] = {n > 1 ? x[1] : x[0], n > 1 ? x[1] : 0, n > 2 ? x[2] : 0};
    switch (f->mode) {
    case FORM_VALUE_TIMES: return k * a * b;
    case FORM_VALUE_OVER: return k * a / b;
    case FORM_VALUE_PLUS: return a + k * b;
    case FORM_VALUE_MOST: return fmin(z, k);
    case FORM_VALUE_LEAST: return fmax(z, k);
    case FORM_VALUE_OPERAND_MOST: return value_at(op, x, c, i, fmin(x[i], k));
    case FORM_VALUE_OPERAND_LEAST: return value_at(op, x, c, i, fmax(x[i], k));
    case FORM_VALUE_INTEGER: return trunc(z);
    case FORM_VALUE_FLOOR: return floor(z);
    case FORM_VALUE_OF_INTEGER: return ad_ops[op].value(x, trunc(c));
    case FORM_VALUE_OF_FLOAT: return ad_ops[op].value(x, (double)(float)c);
    case FORM_VALUE_OF_DECIMALS:
        return ad_ops[op].value(x, round(c * pow(10, k)) / pow(10, k));
    case FORM_VALUE_FALSY: return ad_ops[op].value(x, c == 0 ? k : c);
    case FORM_VALUE_SCALED: return value_at(op, x, c, i, k * x[i]);
    case FORM_VALUE_SHIFTED: return value_at(op, x, c, i, x[i] + k);
    case FORM_VALUE_FIRST: return ad_ops[op].value(first, c);
    case FORM_VALUE_SECOND: return ad_ops[op].value(second, c);
    case FORM_VALUE_EDIT: return edited(f, op, -1, x, c, z, 1);
    case FORM_VALUE_MORE: return z * a / (a + k);
    case FORM_VALUE_ROOT_MORE: return sqrt(z * z + k);
    case FORM_VALUE_ROUNDED: return form_rounded(z, (form_rounding)f->a, (int)k);
    case FORM_VALUE_SISTER: return ad_ops[(int)k].value(x, c);
    case FORM_VALUE_NAN: return is_without(f, x) ? (double)NAN : z;
    case FORM_VALUE_WRITTEN: return written_value((int)k, x, c, z);
    default: return z;
    }
}
