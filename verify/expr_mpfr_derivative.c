/* The derivative of an expression, from differences of its values in MPFR. */
#include "verify/expr_mpfr.h"

#include <math.h>
#include <stdlib.h>

#ifdef HAVE_mpfr

enum { FIRST_BITS = 400, LAST_BITS = 6400, AGREEMENT = 60, LEAST_EXPONENT = -1100 };

/* The quotients to the left and to the right of a point, and their mean. */
typedef struct slopes {
    mpfr_t left, right, mean;
} slopes;

static void slopes_open(slopes *s)
{
    mpfr_inits2(FIRST_BITS, s->left, s->right, s->mean, (mpfr_ptr)0);
}

static void slopes_close(slopes *s)
{
    mpfr_clears(s->left, s->right, s->mean, (mpfr_ptr)0);
}

/*
 * With p bits and h = 2^(-p/4) of x, the mean is off by h^2 f''' and by 2^-p f / h,
 * that is by 2^(-p/2) or less; left and right differ by h f''.
 */
static bool measure(const expr *e, const double *inputs, size_t i, mpfr_prec_t bits,
                    slopes *s)
{
    mpfr_t *x = malloc(e->inputs * sizeof *x), h, f[3];
    if (x == NULL) return false;
    for (size_t k = 0; k < e->inputs; k++) {
        mpfr_init2(x[k], bits);
        mpfr_set_d(x[k], inputs[k], MPFR_RNDN);
    }
    mpfr_inits2(bits, h, f[0], f[1], f[2], (mpfr_ptr)0);
    mpfr_set_ui_2exp(h, 1, inputs[i] == 0 ? 0 : mpfr_get_exp(x[i]), MPFR_RNDN);
    mpfr_div_2si(h, h, bits / 4, MPFR_RNDN);
    bool evaluated = true;
    for (int side = -1; side <= 1; side++) {
        mpfr_set_d(x[i], inputs[i], MPFR_RNDN);
        if (side < 0) mpfr_sub(x[i], x[i], h, MPFR_RNDN);
        if (side > 0) mpfr_add(x[i], x[i], h, MPFR_RNDN);
        evaluated = evaluated && expr_mpfr(e, x, bits, f[side + 1]);
    }
    mpfr_sub(s->left, f[1], f[0], MPFR_RNDN);
    mpfr_div(s->left, s->left, h, MPFR_RNDN);
    mpfr_sub(s->right, f[2], f[1], MPFR_RNDN);
    mpfr_div(s->right, s->right, h, MPFR_RNDN);
    mpfr_add(s->mean, s->left, s->right, MPFR_RNDN);
    mpfr_div_2ui(s->mean, s->mean, 1, MPFR_RNDN);
    for (size_t k = 0; k < e->inputs; k++) mpfr_clear(x[k]);
    mpfr_clears(h, f[0], f[1], f[2], (mpfr_ptr)0);
    free(x);
    return evaluated;
}

/* |x| 2^bits <= |y|, or both below every double. */
static bool is_below(const mpfr_t x, const mpfr_t y, long bits)
{
    mpfr_t scaled;
    if (mpfr_zero_p(x)) return true;
    if (!mpfr_regular_p(x) || mpfr_nan_p(y)) return false;
    mpfr_init2(scaled, mpfr_get_prec(x));
    mpfr_mul_2si(scaled, x, bits, MPFR_RNDN);
    const bool below = mpfr_cmpabs(scaled, y) <= 0 ||
                       (mpfr_get_exp(x) < LEAST_EXPONENT &&
                        (mpfr_zero_p(y) || mpfr_get_exp(y) < LEAST_EXPONENT));
    mpfr_clear(scaled);
    return below;
}

/* Two precisions agree on one slope; and left and right draw together, which at a kink
 * they do not. */
static bool is_settled(const slopes *coarse, const slopes *fine)
{
    mpfr_t change, gap, finer_gap;
    mpfr_inits2(FIRST_BITS, change, gap, finer_gap, (mpfr_ptr)0);
    mpfr_sub(change, fine->mean, coarse->mean, MPFR_RNDN);
    mpfr_sub(gap, coarse->right, coarse->left, MPFR_RNDN);
    mpfr_sub(finer_gap, fine->right, fine->left, MPFR_RNDN);
    const bool settled = is_below(change, fine->mean, AGREEMENT) &&
                         is_below(finer_gap, gap, FIRST_BITS / 8);
    mpfr_clears(change, gap, finer_gap, (mpfr_ptr)0);
    return settled;
}

int expr_mpfr_derivative(const expr *e, const double *inputs, size_t i,
                         double *derivative, double *bound)
{
    slopes coarse, fine;
    slopes_open(&coarse);
    slopes_open(&fine);
    int status = measure(e, inputs, i, FIRST_BITS, &coarse) ? 1 : 2;
    for (mpfr_prec_t bits = 2 * FIRST_BITS; bits <= LAST_BITS && status == 1;
         bits *= 2) {
        if (!measure(e, inputs, i, bits, &fine)) {
            status = 2;
        } else if (!mpfr_number_p(fine.mean)) {
            break;
        } else if (mpfr_zero_p(fine.mean) && bits < LAST_BITS) {
            /* 0, or too small to be seen yet, as of tanh at 350. */
        } else if (is_settled(&coarse, &fine)) {
            status = 0;
            *derivative = mpfr_get_d(fine.mean, MPFR_RNDN);
            /* Half an ulp is the rounding to double; the rest is far smaller. */
            *bound = fabs(*derivative) * 0x1p-52 + 0x1p-1074;
        }
        mpfr_swap(coarse.left, fine.left);
        mpfr_swap(coarse.right, fine.right);
        mpfr_swap(coarse.mean, fine.mean);
    }
    slopes_close(&coarse);
    slopes_close(&fine);
    return status;
}

/* ---- One side ------------------------------------------------------------------- */

enum { LEVELS = 5 }; /* 400, 800, 1600, 3200, 6400 bits */

/* log2 of |x|, which may be far out of a double's range. */
static double binary_logarithm(const mpfr_t x)
{
    long exponent;
    const double mantissa = mpfr_get_d_2exp(&exponent, x, MPFR_RNDN);
    return log2(fabs(mantissa)) + (double)exponent;
}

static bool are_near(double a, double b) { return fabs(a - b) <= 1e-3 * fabs(b); }

static double infinity_of(const mpfr_t x)
{
    return mpfr_signbit(x) ? -HUGE_VAL : HUGE_VAL;
}

/* What the quotients at the levels tend to. */
static expr_mpfr_side side_of(mpfr_t *quotient)
{
    expr_mpfr_side side = {EXPR_MPFR_UNKNOWN, (double)NAN};
    size_t undefined = 0;
    for (int k = 0; k < LEVELS; k++) {
        undefined += mpfr_nan_p(quotient[k]) != 0;
        if (mpfr_inf_p(quotient[k])) return side;
    }
    if (undefined == LEVELS) side.shape = EXPR_MPFR_UNDEFINED;
    if (undefined > 0) return side;
    mpfr_t change, before;
    mpfr_inits2(FIRST_BITS, change, before, (mpfr_ptr)0);
    mpfr_sub(change, quotient[4], quotient[3], MPFR_RNDN);
    mpfr_sub(before, quotient[3], quotient[2], MPFR_RNDN);
    if (is_below(change, quotient[4], AGREEMENT)) {
        side = (expr_mpfr_side){EXPR_MPFR_SLOPE, mpfr_get_d(quotient[4], MPFR_RNDN)};
    } else if (mpfr_regular_p(quotient[4]) && mpfr_regular_p(quotient[3]) &&
               mpfr_regular_p(quotient[2])) {
        const double fine = binary_logarithm(quotient[4]),
                     middle = binary_logarithm(quotient[3]),
                     coarse = binary_logarithm(quotient[2]);
        /* h is 2^(-bits/4): q = c h^power */
        const double power = (fine - middle) / -800, coarser = (middle - coarse) / -400;
        const bool is_power = fabs(power - coarser) < 1e-3 * fmax(1, fabs(power));
        const bool is_logarithm =
            are_near(mpfr_get_d(change, MPFR_RNDN), 2 * mpfr_get_d(before, MPFR_RNDN));
        if (is_logarithm)
            side = (expr_mpfr_side){EXPR_MPFR_SLOPE, infinity_of(change)};
        else if (is_power && power > 0.01)
            side = (expr_mpfr_side){EXPR_MPFR_SLOPE, 0};
        else if (is_power && power < -0.99)
            side.shape = EXPR_MPFR_JUMP;
        else if (is_power && power < -0.01)
            side = (expr_mpfr_side){EXPR_MPFR_SLOPE, infinity_of(quotient[4])};
    }
    mpfr_clears(change, before, (mpfr_ptr)0);
    return side;
}

bool expr_mpfr_sides(const expr *e, const double *inputs, size_t i,
                     expr_mpfr_side *left, expr_mpfr_side *right)
{
    mpfr_t before[LEVELS], after[LEVELS];
    slopes s;
    bool measured = true;
    slopes_open(&s);
    for (int k = 0; k < LEVELS; k++) {
        mpfr_inits2(FIRST_BITS, before[k], after[k], (mpfr_ptr)0);
        measured = measured && measure(e, inputs, i, FIRST_BITS << k, &s);
        mpfr_set(before[k], s.left, MPFR_RNDN);
        mpfr_set(after[k], s.right, MPFR_RNDN);
    }
    *left = side_of(before);
    *right = side_of(after);
    for (int k = 0; k < LEVELS; k++) mpfr_clears(before[k], after[k], (mpfr_ptr)0);
    slopes_close(&s);
    return measured;
}

int expr_mpfr_oracle(const double *inputs, size_t i, double *derivative, double *bound,
                     void *context)
{
    return expr_mpfr_derivative(context, inputs, i, derivative, bound);
}

#endif
