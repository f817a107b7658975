/* Errors in units in the last place. */
#include "verify/ulps.h"

#include <math.h>

#ifdef HAVE_mpfr

double ulp_at(const mpfr_t exact)
{
    if (!mpfr_regular_p(exact))
        return mpfr_zero_p(exact) ? 0x1p-1074 : (double)INFINITY;
    const mpfr_exp_t e = mpfr_get_exp(exact);
    return e <= -1021 ? 0x1p-1074 : ldexp(1, (int)(e < 1024 ? e : 1024) - 53);
}

double units_from(double computed, const mpfr_t exact)
{
    mpfr_t gap;
    if (isnan(computed) || mpfr_nan_p(exact)) return (double)INFINITY;
    if (isinf(computed) && mpfr_sgn(exact) == (computed > 0 ? 1 : -1) &&
        (mpfr_inf_p(exact) || mpfr_get_exp(exact) > 1024))
        return 0;
    if (mpfr_inf_p(exact)) return (double)INFINITY;
    mpfr_init2(gap, mpfr_get_prec(exact) + 64);
    if (isinf(computed))
        mpfr_set_si_2exp(gap, computed > 0 ? 1 : -1, 1024, MPFR_RNDN);
    else
        mpfr_set_d(gap, computed, MPFR_RNDN);
    mpfr_sub(gap, gap, exact, MPFR_RNDN);
    mpfr_div_d(gap, gap, ulp_at(exact), MPFR_RNDN);
    const double units = fabs(mpfr_get_d(gap, MPFR_RNDN));
    mpfr_clear(gap);
    return units;
}

bool is_lost(double computed, const mpfr_t exact)
{
    const bool normal = mpfr_regular_p(exact) && mpfr_get_exp(exact) > -1022 &&
                        mpfr_get_exp(exact) <= 1024;
    if (!normal || (isfinite(computed) && computed != 0)) return false;
    return !isinf(computed) || !(units_from(computed, exact) <= 4);
}

double ulps_from(double computed, const mpfr_t exact)
{
    return is_lost(computed, exact) ? (double)INFINITY : units_from(computed, exact);
}

#endif
