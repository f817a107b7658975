/*
 * Numbers with a bound of their error: running error analysis (Wilkinson; Higham,
 * Accuracy and Stability, 3.3). A gradient by hand is computed with pairs: v, the
 * number as double arithmetic has it, and `error`, which bounds
 *
 *     |v - the exact number|
 *
 * for this v and for that of any right program that takes the same steps, in whatever
 * order it adds. With e = DBL_EPSILON, twice the unit roundoff, which leaves room for
 * the rounding of the bound itself and terms of order e^2:
 *
 *     x + y        ex + ey + e |v|
 *     x y          |x| ey + |y| ex + ex ey + e |v|
 *     f(x)         max |f'| near x times ex + 2 e |v|     (libm is within 2 e)
 *     n terms      sum of their errors + n e sum of their sizes, in any order
 *
 * and the least subnormal for what underflows. Two programs are each within `error` of
 * the exact gradient, so within twice that of one another: put() says so.
 */
#ifndef GRADYNO_UNCERTAIN_H
#define GRADYNO_UNCERTAIN_H

#include <float.h>
#include <math.h>
#include <stddef.h>

typedef struct uncertain {
    double v, error;
} uncertain;

static inline uncertain exact(double v)
{
    const uncertain u = {v, 0};
    return u;
}

/* v, of which any program has an approximation within e |v|. */
static inline uncertain rounded(double v)
{
    const uncertain u = {v, DBL_EPSILON * fabs(v)};
    return u;
}

/* v, and the error that came with the operands, and that of `roundings` more. */
static inline uncertain with_error(double v, double error, double roundings)
{
    const uncertain u = {v, error + roundings * DBL_EPSILON * fabs(v) + DBL_TRUE_MIN};
    return u;
}

static inline uncertain plus(uncertain x, uncertain y)
{
    return with_error(x.v + y.v, x.error + y.error, 1);
}

static inline uncertain minus(uncertain x, uncertain y)
{
    return with_error(x.v - y.v, x.error + y.error, 1);
}

static inline uncertain negative(uncertain x)
{
    x.v = -x.v;
    return x;
}

static inline uncertain times(uncertain x, uncertain y)
{
    return with_error(x.v * y.v,
                      fabs(x.v) * y.error + fabs(y.v) * x.error + x.error * y.error, 1);
}

static inline uncertain scaled(double c, uncertain x)
{
    return with_error(c * x.v, fabs(c) * x.error, 1);
}

/* |x/y - x'/y'| <= (ex + |x/y| ey) / (|y| - ey); y is farther from 0 than its error. */
static inline uncertain over(uncertain x, uncertain y)
{
    const double v = x.v / y.v, room = fabs(y.v) - y.error;
    return with_error(v, (x.error + fabs(v) * y.error) / room, 1);
}

/* |sqrt x - sqrt x'| <= |x - x'| / sqrt x */
static inline uncertain root(uncertain x)
{
    const double v = sqrt(x.v);
    return with_error(v, v > 0 ? x.error / v : sqrt(x.error), 1);
}

static inline uncertain exponential(uncertain x)
{
    const double v = exp(x.v);
    return with_error(v, v * expm1(x.error), 2);
}

/* x is farther from 0 than its error. */
static inline uncertain logarithm(uncertain x)
{
    return with_error(log(x.v), x.error / (x.v - x.error), 2);
}

static inline uncertain sine(uncertain x)
{
    const double slope = fabs(cos(x.v)) + x.error;
    return with_error(sin(x.v), (slope < 1 ? slope : 1) * x.error, 2);
}

static inline uncertain cosine(uncertain x)
{
    const double slope = fabs(sin(x.v)) + x.error;
    return with_error(cos(x.v), (slope < 1 ? slope : 1) * x.error, 2);
}

/* |tanh''| < 1 */
static inline uncertain hyperbolic_tangent(uncertain x)
{
    const double v = tanh(x.v);
    return with_error(v, (1 - v * v + 2 * DBL_EPSILON + x.error) * x.error, 2);
}

/* 1 / (1 + exp(-x)); |its second derivative| < 1 */
static inline uncertain logistic_of(uncertain x)
{
    const double v = 1 / (1 + exp(-x.v));
    return with_error(v, (v * (1 - v) + DBL_EPSILON + x.error) * x.error, 4);
}

/* The sum of n terms, added in any order. All zero is an empty one. */
typedef struct uncertain_sum {
    double v, error, size, n;
} uncertain_sum;

static inline void add_to(uncertain_sum *sum, uncertain term)
{
    sum->v += term.v;
    sum->error += term.error;
    sum->size += fabs(term.v) + term.error;
    sum->n += 1;
}

static inline uncertain total(const uncertain_sum *sum)
{
    return with_error(sum->v, sum->error + sum->n * DBL_EPSILON * sum->size, 0);
}

/* The number, and how far two right programs may lie apart. */
static inline void put(uncertain u, double *v, double *bound)
{
    *v = u.v;
    *bound = 2 * u.error;
}

#endif
