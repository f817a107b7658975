/* Lesson 2: whether the numbers of an operation are right. */
#include "verify/kit/kit_judge.h"

#include <float.h>

/* ---- Judging --------------------------------------------------------------------- */

/* As the engine's numbers can have it: 1e-68 is 0 for floats, and 1e60 infinity. */
static double as_kept(bool is_float, double right)
{
    if (!is_float) return right;
    return fabs(right) > (double)FLT_MAX ? copysign(HUGE_VAL, right)
                                         : (double)(float)right;
}

/* One number at one place. `scale` is what it was computed from. */
static op_word judge(const kit *k, op_place place, double got, double exact,
                     double scale)
{
    const bool is_float = k->engine.engine.precision == AD_ENGINE_FLOAT;
    const double right = place == OP_ORDINARY ? exact : as_kept(is_float, exact);
    const double u = k->engine.unit, error = fabs(got - right);
    if (got == right || isnan(right)) return OP_RIGHT; /* nothing is known there */
    const double digits = is_float ? 0x1p9 : 0x1p16;
    const double least = is_float ? 0x1p-149 : 0x1p-1074; /* between subnormals */
    if (error <= digits * u * fabs(right) + 64 * u * scale && place == OP_ORDINARY)
        return OP_RIGHT;
    if (place == OP_ORDINARY) return OP_WRONG;
    if (error <= 1024 * u * fabs(right) + 4 * least) return OP_RIGHT;
    if (isnan(got) || (isinf(got) && isfinite(right))) return OP_NO_NUMBER;
    if (place == OP_FAR || !isfinite(right)) return OP_IMPRECISE;
    const double loose = is_float ? 1e-3 : 1e-6;
    return error <= loose * fmax(1, fabs(right)) ? OP_IMPRECISE : OP_WRONG;
}

static op_word judge_kink(const op_point *at, int operands, int *which)
{
    double sum = 0;
    for (int i = 0; i < operands; i++) {
        const double d = at->grad[i] / at->weight;
        *which = i;
        if (!(d >= at->least[i] - 1e-6 && d <= at->most[i] + 1e-6)) return OP_WRONG;
        sum += d;
    }
    return operands == 1 || fabs(sum - 1) < 1e-6 ? OP_RIGHT : OP_WRONG;
}

static void keep(op_judged *j, op_word w, size_t at, int of)
{
    if (w <= j->worst) return;
    j->worst = w;
    j->at = at;
    j->of = of;
}

/* Numbers as programs have them, and 0: what is not finite there ruins a training step.
 * Not so pow at x = 0, where textbooks have z y / x and z log x. */
static bool is_common(ad_op op, const op_point *at)
{
    if (at->place != OP_EDGE) return false;
    for (int i = 0; i < ad_ops[op].operands; i++) {
        const double size = fabs(at->x[i]);
        if (!(size == 0 || (size >= 0.01 && size <= 10))) return false;
    }
    return op != AD_OP_pow || at->x[0] != 0;
}

/* As judged; but who has no number where there is one is wrong in common places. */
static op_word judge_at(ad_op op, const op_point *at, int of, op_word word)
{
    const double right = op_right(at, of);
    return word == OP_NO_NUMBER && isfinite(right) && is_common(op, at) ? OP_WRONG
                                                                        : word;
}

op_judged kit_judge_points(const kit *k, const op_points *p)
{
    const ad_op_info *row = &ad_ops[p->op];
    op_judged j = {.of = -1};
    for (size_t n = 0; n < p->n; n++) {
        const op_point *at = &p->at[n];
        const op_place value_place = at->place == OP_KINK ? OP_ORDINARY : at->place;
        const double scale = fmax(1, fabs(at->right_value));
        keep(&j,
             judge_at(p->op, at, -1,
                      judge(k, value_place, at->value, at->right_value,
                            fabs(at->right_value))),
             n, -1);
        int which = 0;
        if (at->place == OP_KINK) {
            const op_word w = judge_kink(at, row->operands, &which);
            keep(&j, w, n, which);
            continue;
        }
        for (int i = 0; i < row->operands; i++) {
            const double right = at->right_partial[i] * at->weight;
            keep(&j,
                 judge_at(p->op, at, i,
                          judge(k, at->place, at->grad[i], right, at->weight * scale)),
                 n, i);
            const double unit = 2 * k->engine.unit * fabs(right);
            if (at->place == OP_ORDINARY && unit > 0)
                j.ulps = fmax(j.ulps, fabs(at->grad[i] - right) / unit);
        }
    }
    return j;
}

/* Beyond what a float can hold, 0 and infinity are all that comes back. */
static bool is_near(double got, double right, double relative, double absolute)
{
    const bool over = fabs(right) > (double)FLT_MAX;
    return got == right || (isnan(got) && isnan(right)) ||
           (over && isinf(got) && got * right > 0) ||
           fabs(got - right) <= relative * fabs(right) + absolute;
}

bool op_loses_digits(const kit *k, const op_points *p, double relative, double absolute)
{
    for (size_t n = 0; n < p->n; n++) {
        const op_point *at = &p->at[n];
        op_points one = {.op = p->op, .n = 1};
        one.at[0] = *at;
        if (kit_judge_points(k, &one).worst != OP_WRONG) continue;
        if (!is_near(at->value, at->right_value, relative, absolute)) return false;
        if (at->place == OP_KINK) { /* its value alone */
            one.at[0].value = at->right_value;
            if (kit_judge_points(k, &one).worst == OP_WRONG) return false;
            continue;
        }
        for (int i = 0; i < ad_ops[p->op].operands; i++)
            if (!is_near(at->grad[i] / at->weight, at->right_partial[i], relative,
                         absolute))
                return false;
    }
    return true;
}

bool op_is_whole_tie(const op_point *at, int operands)
{
    if (at->place != OP_KINK || operands != 2) return false;
    for (int i = 0; i < operands; i++) {
        const double d = at->grad[i] / at->weight;
        if (!(d >= at->least[i] - 1e-6 && d <= at->most[i] + 1e-6)) return false;
    }
    return true;
}

const op_point *op_taken_for(const op_points *p, const op_judged *j, double near)
{
    const op_point *at = &p->at[j->at];
    const double got = j->of < 0 ? at->value : at->grad[j->of];
    if (got == 0 || !isfinite(got)) return NULL; /* what overflows is so everywhere */
    for (size_t k = 0; k < j->at; k++) {
        const op_point *like = &p->at[k];
        bool is_close = at->c == like->c;
        for (int i = 0; i < ad_ops[p->op].operands; i++)
            is_close &= fabs(at->x[i] - like->x[i]) < near;
        if (is_close && got == (j->of < 0 ? like->value : like->grad[j->of]))
            return like;
    }
    return NULL;
}

/* What it would give with its operand cut. */
static double as_cut(ad_op op, const op_point *at, const op_cut *cut, bool of_value)
{
    const double x = cut->from_below ? fmax(at->x[0], cut->k) : fmin(at->x[0], cut->k),
                 z = ad_ops[op].value(&x, at->c);
    double d[AD_MAX_OPERANDS];
    if (of_value) return z;
    ad_ops[op].partials(&x, at->c, z, d);
    return at->weight * d[0];
}

bool op_is_cut(const op_points *p, const op_judged *j, op_cut *cut)
{
    static const double from_above[] = {1,  5,  6,   8,   10,  15,  16, 18, 20,
                                        25, 30, 32,  36,  40,  50,  60, 64, 80,
                                        87, 88, 100, 200, 300, 500, 700},
                        small[] = {1,    0.5,  0.1,  0.01, 1e-3,  1e-4, 1e-5,
                                   1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12};
    enum {
        LARGE = sizeof from_above / sizeof *from_above,
        SMALL = sizeof small / sizeof *small
    };
    if (ad_ops[p->op].operands != 1) return false;
    for (size_t i = 0; i < 2 * LARGE + SMALL; i++) {
        *cut = i < LARGE       ? (op_cut){false, from_above[i]}
               : i < 2 * LARGE ? (op_cut){true, -from_above[i - LARGE]}
                               : (op_cut){true, small[i - 2 * LARGE]};
        const op_point *worst = &p->at[j->at];
        if (cut->from_below ? worst->x[0] >= cut->k : worst->x[0] <= cut->k) continue;
        size_t n = 0;
        while (n < p->n) {
            const op_point *at = &p->at[n];
            const double got = j->of < 0 ? at->value : at->grad[0],
                         is = as_cut(p->op, at, cut, j->of < 0);
            if (at->place != OP_KINK && !mistake_close(got, is, 1e-5, 1e-300)) break;
            n++;
        }
        if (n == p->n) return true;
    }
    return false;
}

const char *op_better(ad_op op, const op_point *at)
{
    if (op == AD_OP_pow && at->x[1] == 0) return "treat y == 0 first";
    if (op == AD_OP_pow_c && at->c == 0) return "treat c == 0 first";
    if (op == AD_OP_hypot && at->right_value == 0) return "treat z == 0 first";
    switch (op) {
    case AD_OP_tanh: return "4 e / (1 + e)^2 with e = exp(-2 |x|)";
    case AD_OP_sigmoid: return "e / (1 + e)^2 with e = exp(-|x|)";
    case AD_OP_softplus: return "1 / (1 + exp(-x))";
    case AD_OP_asin:
    case AD_OP_acos: return "1 / sqrt((1 - x) * (1 + x))";
    case AD_OP_expm1: return "exp(x)";
    case AD_OP_recip: return "-z / x";
    case AD_OP_div: return "-z / y";
    case AD_OP_hypot: return "x / z, with z by hypot()";
    case AD_OP_pow: return "y * pow(x, y - 1)";
    case AD_OP_pow_c: return "c * pow(x, c - 1)";
    default: return NULL;
    }
}
