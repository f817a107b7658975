/*
 * psi(x) from x = 10 on by its asymptotic series
 *
 *     psi(x) = log(x) - 1/(2x) - r p(r),    r = 1/x^2,
 *
 * below through the recurrence psi(x) = psi(x + 1) - 1/x, and for x < 0 by reflection.
 */
#include "digamma.h"

#include <math.h>
#include <stddef.h>

/* p(r) = sum of B_2k/(2k) r^(k-1), with the Bernoulli numbers B_2, B_4, ... */
static const double p[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                           1.0 / 132, -691.0 / 32760, 1.0 / 12};
enum { TERMS = sizeof p / sizeof *p, SHIFT = 10 };

static double asymptotic(double x)
{
    const double r = 1 / x / x;
    double series = 0;
    for (size_t k = TERMS; k-- > 0;) series = series * r + p[k];
    return log(x) - 0.5 / x - r * series;
}

/*
 * The recurrence would cancel around the root x0. So it is done for psi(x) - psi(x0),
 * which is psi(x), term by term and with t = x - x0 factored out. All terms are
 * positive:
 *
 *     1/(x0 + k) - 1/(x + k) = t/((x + k)(x0 + k)),  k = 0 ... SHIFT - 1
 *     log(a) - log(b)        = log(1 + t/b)
 *     1/(2b) - 1/(2a)        = t/(2ab)
 *     s p(s) - r p(r)        = t (a + b) r s (p(s) + r (p(r) - p(s))/(r - s))
 *
 * with a = x + SHIFT, b = x0 + SHIFT, r = 1/a^2, s = 1/b^2. In long double, where that
 * has more digits: some twelve roundings add up to 2.4 ulps, and Gamma's derivative
 * doubles it.
 */
static long double recurrence(long double x)
{
    const long double x0 = (long double)1.4616321449683622;
    const long double x0_rest = (long double)9.549995429965697e-17;
    const long double t = x - x0 - x0_rest;
    const long double a = x + SHIFT, b = x0 + SHIFT, r = 1 / (a * a), s = 1 / (b * b);
    long double series = 0, quotient = 0; /* p(s), (p(r) - p(s))/(r - s) */
    for (size_t k = TERMS; k-- > 0;) {
        quotient = quotient * r + series;
        series = series * s + (long double)p[k];
    }
    long double sum = 1 / (2 * a * b) + (a + b) * r * s * (series + r * quotient);
    for (int k = SHIFT; k-- > 1;) sum += 1 / ((x + k) * (x0 + k));
    return t * sum + log1pl(t / b) + t / x0 / x;
}

/* pi cot(pi x), with x first reduced to the nearest integer or half integer: exact. */
static double pi_cot_pi(double x)
{
    const double pi = 3.14159265358979323846;
    const double f = x - round(x);
    return fabs(f) < 0.25 ? pi / tan(pi * f) : pi * tan(pi * (copysign(0.5, f) - f));
}

double ad_digamma(double x)
{
    if (x >= SHIFT) return asymptotic(x);
    if (x > 0) return (double)recurrence((long double)x);
    if (x == 0) return -1 / x;
    if (x < 0 && x != floor(x)) return ad_digamma(1 - x) - pi_cot_pi(x);
    return (double)NAN;
}
