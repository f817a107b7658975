/*
 * rounding.c: how much of a derivative is the rounding inside f.
 *
 * Values that scatter show their noise. Rounding that keeps step with x does not, nor
 * does rounding that is the same at every x: a constant that f computes, a small input
 * that has sunk into a large one. To see those, the inputs are moved by a rounding, and
 * f is evaluated in the other modes of rounding.
 */
#include "verify/checker/oracle.h"
#include "verify/random.h"

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <string.h>

/* f in one of its two arithmetics, around a point that may be moved. */
struct subject {
    struct problem *p;
    bool wide;
};

static long double value_of(const struct subject *s)
{
    struct problem *p = s->p;

    return s->wide ? p->options.wide(p->wide_point, p->context)
                   : (long double)p->f(p->point, p->context);
}

/* Puts input j at x, no further than the domain goes; where it is then. */
static long double put(const struct subject *s, size_t j, long double x)
{
    struct problem *p = s->p;

    if (p->options.lower != NULL) x = fmaxl(x, (long double)p->options.lower[j]);
    if (p->options.upper != NULL) x = fminl(x, (long double)p->options.upper[j]);
    if (s->wide) return p->wide_point[j] = x;
    return (long double)(p->point[j] = (double)x);
}

static void put_back(const struct subject *s)
{
    for (size_t j = 0; j < s->p->n; ++j) put(s, j, (long double)s->p->x[j]);
}

/* The quotient over `reach` on either side along input i, which stays at `centre`. */
static double quotient_around(const struct subject *s, size_t i, long double centre,
                              long double reach)
{
    const long double up = put(s, i, centre + reach), right = value_of(s);
    const long double down = put(s, i, centre - reach), left = value_of(s);

    put(s, i, centre);
    return (double)((right - left) / (up - down));
}

static double mode_sensitivity(const struct subject *s, size_t i, long double reach,
                               double nearest)
{
    const int modes[SENSITIVITY_MODES] = {FE_UPWARD, FE_DOWNWARD};
    const int usual = fegetround();
    double most = 0.0;

    for (int k = 0; k < SENSITIVITY_MODES; ++k) {
        double quotient = nearest;

        if (fesetround(modes[k]) == 0)
            quotient = quotient_around(s, i, (long double)s->p->x[i], reach);
        fesetround(usual);
        /* overflow is another number in each mode */
        if (isfinite(quotient - nearest)) most = fmax(most, fabs(quotient - nearest));
    }
    return most;
}

/* Three readings: the quotient changes with the mode of rounding; it changes when the
 * inputs do; the value moves by more than the derivative says, and what amounts to
 * noise over the finest step. The last is what finds f computed from a rounded sum or
 * product of its inputs: its values step in time with the rounding. */
double rounding_sensitivity(struct problem *p, size_t i, const ad_derivative *d)
{
    const struct subject s = {p, d->oracle == AD_CHECK_BY_WIDE_DIFFERENCE};
    const double epsilon = s.wide ? (double)LDBL_EPSILON : DBL_EPSILON;
    const long double reach = 8.0L * (long double)d->step, x = (long double)p->x[i];
    const long double value = value_of(&s);
    const double quotient = quotient_around(&s, i, x, reach);
    double most = mode_sensitivity(&s, i, reach, quotient);
    random_source random = {p->options.seed};

    for (int k = 0; k < SENSITIVITY_TRIES; ++k) {
        long double moved, centre = x;
        double other;

        for (size_t j = 0; j < p->n; ++j) {
            const double move = random_uniform(&random, -4.0, 4.0) * epsilon;
            const long double to =
                put(&s, j, (long double)p->x[j] * (1.0L + (long double)move));

            if (j == i) centre = to;
        }
        moved = value_of(&s) - (long double)d->value * (centre - x);
        other = quotient_around(&s, i, centre, reach);
        most = fmax(most, fabs(other - quotient));
        most = fmax(most, (double)fabsl(moved - value) / d->step);
    }
    put_back(&s);
    return most;
}
