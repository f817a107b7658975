/* erf and erfc by a continued fraction. */
#include "verify/mpfr_erfc.h"

#include <math.h>

#ifdef HAVE_mpfr
#include <stdbool.h>

enum { SPARE_BITS = 32 };

/* For `bits` bits some (bits log(2) / 2x)^2 / 2 terms are needed: here at most bits
 * / 2.
 */
static bool is_fast(double x, double bits) { return x * x > 0.12 * bits && x < 1000; }

/* The fraction, to `bits` bits. */
static void fraction(mpfr_t k, const mpfr_t x, mpfr_prec_t bits)
{
    mpfr_t a, b, next_a, next_b, term, products, limit;
    mpfr_inits2(bits + SPARE_BITS, a, b, next_a, next_b, term, (mpfr_ptr)0);
    mpfr_inits2(53, products, limit, (mpfr_ptr)0);
    mpfr_set_ui(a, 0, MPFR_RNDN);
    mpfr_set_ui(b, 1, MPFR_RNDN);
    mpfr_set_ui(next_a, 1, MPFR_RNDN);
    mpfr_set(next_b, x, MPFR_RNDN);
    mpfr_set_ui(products, 1, MPFR_RNDN);
    /* |a/b - next_a/next_b| = (1/2)(2/2)(3/2)... / (b next_b) */
    for (unsigned long n = 1;; n++) {
        mpfr_mul(limit, b, next_a, MPFR_RNDN);
        mpfr_div_2si(limit, limit, bits, MPFR_RNDN);
        if (mpfr_cmp(products, limit) < 0) break;
        mpfr_mul_ui(products, products, n, MPFR_RNDN);
        mpfr_div_2ui(products, products, 1, MPFR_RNDN);
        mpfr_mul_ui(a, a, n, MPFR_RNDN);
        mpfr_div_2ui(a, a, 1, MPFR_RNDN);
        mpfr_mul(term, x, next_a, MPFR_RNDN);
        mpfr_add(a, a, term, MPFR_RNDN);
        mpfr_swap(a, next_a);
        mpfr_mul_ui(b, b, n, MPFR_RNDN);
        mpfr_div_2ui(b, b, 1, MPFR_RNDN);
        mpfr_mul(term, x, next_b, MPFR_RNDN);
        mpfr_add(b, b, term, MPFR_RNDN);
        mpfr_swap(b, next_b);
    }
    mpfr_set_prec(k, bits + SPARE_BITS);
    mpfr_div(k, next_a, next_b, MPFR_RNDN);
    mpfr_clears(a, b, next_a, next_b, term, products, limit, (mpfr_ptr)0);
}

/* erfc(x) to `bits` bits, x > 0. */
static void positive(mpfr_t z, const mpfr_t x, mpfr_prec_t bits)
{
    mpfr_t square, e;
    mpfr_init2(square, 2 * mpfr_get_prec(x));
    mpfr_init2(e, bits + SPARE_BITS);
    fraction(z, x, bits);
    mpfr_sqr(square, x, MPFR_RNDN); /* exact */
    mpfr_neg(square, square, MPFR_RNDN);
    mpfr_exp(e, square, MPFR_RNDN);
    mpfr_mul(z, z, e, MPFR_RNDN);
    mpfr_const_pi(e, MPFR_RNDN);
    mpfr_sqrt(e, e, MPFR_RNDN);
    mpfr_div(z, z, e, MPFR_RNDN);
    mpfr_clears(square, e, (mpfr_ptr)0);
}

/* z = sign (1 - erfc(|x|)) + more; false where MPFR is as fast. erfc(|x|) is below
 * exp(-x^2), so it needs fewer bits than z. */
static bool saturated(mpfr_t z, const mpfr_t x, long more, mpfr_rnd_t rounding)
{
    const double size = fabs(mpfr_get_d(x, MPFR_RNDN));
    const double bits = (double)mpfr_get_prec(z) - size * size * 1.44;
    if (!mpfr_regular_p(x) || bits < SPARE_BITS || !is_fast(size, bits)) return false;
    mpfr_t positive_x, tail, whole;
    mpfr_init2(positive_x, mpfr_get_prec(x));
    mpfr_inits2(mpfr_get_prec(z) + SPARE_BITS, tail, whole, (mpfr_ptr)0);
    mpfr_abs(positive_x, x, MPFR_RNDN);
    positive(tail, positive_x, (mpfr_prec_t)bits + SPARE_BITS);
    mpfr_ui_sub(whole, 1, tail, MPFR_RNDN);
    if (mpfr_sgn(x) * (more == 0 ? 1 : -1) < 0) mpfr_neg(whole, whole, MPFR_RNDN);
    mpfr_add_si(z, whole, more, rounding);
    mpfr_clears(positive_x, tail, whole, (mpfr_ptr)0);
    return true;
}

/* Where mpfr_erf of MPFR 4.2 aborts: its series begins 1 - x^2/3, and more than a
 * thousand bits of that may cancel at sqrt(3) and nowhere else. */
static bool is_root_of_three(const mpfr_t x)
{
    mpfr_t off;
    if (mpfr_get_prec(x) < 500 || fabs(fabs(mpfr_get_d(x, MPFR_RNDN)) - sqrt(3)) > 1e-9)
        return false;
    mpfr_init2(off, mpfr_get_prec(x));
    mpfr_sqr(off, x, MPFR_RNDN);
    mpfr_sub_ui(off, off, 3, MPFR_RNDN);
    const bool is_root = mpfr_zero_p(off) || mpfr_get_exp(off) < -400;
    mpfr_clear(off);
    return is_root;
}

/* erf(x) = 2/sqrt(pi) exp(-x^2) (x + 2 x^3/3 + 4 x^5/15 + ...): nothing cancels. */
static void erf_by_series(mpfr_t z, const mpfr_t x)
{
    mpfr_t term, sum, square;
    mpfr_inits2(mpfr_get_prec(z) + SPARE_BITS, term, sum, square, (mpfr_ptr)0);
    mpfr_sqr(square, x, MPFR_RNDN);
    mpfr_set(term, x, MPFR_RNDN);
    mpfr_set(sum, x, MPFR_RNDN);
    for (unsigned long k = 3; mpfr_get_exp(term) > -mpfr_get_prec(sum); k += 2) {
        mpfr_mul(term, term, square, MPFR_RNDN);
        mpfr_mul_2ui(term, term, 1, MPFR_RNDN);
        mpfr_div_ui(term, term, k, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_neg(square, square, MPFR_RNDN);
    mpfr_exp(square, square, MPFR_RNDN);
    mpfr_mul(sum, sum, square, MPFR_RNDN);
    mpfr_const_pi(term, MPFR_RNDN);
    mpfr_sqrt(term, term, MPFR_RNDN);
    mpfr_div(sum, sum, term, MPFR_RNDN);
    mpfr_mul_2ui(z, sum, 1, MPFR_RNDN);
    mpfr_clears(term, sum, square, (mpfr_ptr)0);
}

int tail_erf(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    if (is_root_of_three(x))
        erf_by_series(z, x);
    else if (!saturated(z, x, 0, rounding))
        mpfr_erf(z, x, rounding);
    return 0;
}

/* For x < 0 it is 1 + erf(-x). */
int tail_erfc(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    const mpfr_prec_t bits = mpfr_get_prec(z) + SPARE_BITS;
    if (is_root_of_three(x)) {
        mpfr_t wide;
        mpfr_init2(wide, bits);
        erf_by_series(wide, x);
        mpfr_ui_sub(z, 1, wide, rounding);
        mpfr_clear(wide);
        return 0;
    }
    if (mpfr_sgn(x) < 0 && saturated(z, x, 1, rounding)) return 0;
    if (mpfr_regular_p(x) && mpfr_sgn(x) > 0 &&
        is_fast(mpfr_get_d(x, MPFR_RNDN), (double)bits)) {
        mpfr_t wide;
        mpfr_init2(wide, bits);
        positive(wide, x, bits);
        mpfr_set(z, wide, rounding);
        mpfr_clear(wide);
    } else {
        mpfr_erfc(z, x, rounding);
    }
    return 0;
}

#endif
