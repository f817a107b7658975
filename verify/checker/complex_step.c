/*
 * complex_step.c: the derivative of a function that can be evaluated in complex
 * arithmetic.
 *
 *     d = Im f(x + ih) / h,  h tiny
 *
 * There is no subtraction here, but f may cancel inside, and then d is as wrong as a
 * difference. So d is taken at points near x: where it is smooth its divided differences
 * of high order vanish, and what is left is noise. Three spacings, because points too
 * close together are rounded alike inside f; several orders, because one alone may
 * cancel by chance.
 *
 * What it cannot see: a function that is not analytic (cabs, conj). The differences in
 * double, which came first, contradict it then.
 */
#include "verify/checker/oracle.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS = 6, HIGHEST = 4 };

static double imaginary_part(double _Complex z)
{
    double parts[2];

    memcpy(parts, &z, sizeof parts);
    return parts[1];
}

static double _Complex complex_of(double real, double imaginary)
{
    double parts[2] = {real, imaginary};
    double _Complex z;

    memcpy(&z, parts, sizeof z);
    return z;
}

static double derivative_at(struct problem *p, size_t i, double x, double h)
{
    p->complex_point[i] = complex_of(x, h);
    return imaginary_part(p->options.complex_step(p->complex_point, p->context)) / h;
}

/* A divided difference of d over order + 1 points, with weights of unit length. */
static double difference(const double *at, const double *d, int order, double spacing)
{
    double sum = 0.0, squares = 0.0;

    for (int k = 0; k <= order; ++k) {
        double weight = 1.0;

        for (int j = 0; j <= order; ++j)
            if (j != k) weight *= spacing / (at[k] - at[j]);
        sum += weight * d[k];
        squares += weight * weight;
    }
    return fabs(sum) / sqrt(squares);
}

/*
 * The noise of d at points this far apart; from the order `lowest` on d counts as
 * smooth. The points are spaced unequally, by the golden ratio: where f's rounding steps
 * as evenly as the points do, it would look smooth.
 */
static double scatter(struct problem *p, size_t i, double spacing, int lowest, double h)
{
    double at[POINTS], d[POINTS], most = 0.0;

    for (int k = 0; k < POINTS; ++k) {
        at[k] =
            (p->x[i] + spacing * (k - 2 + fmod(k * 0.6180339887498949, 1.0))) - p->x[i];
        d[k] = derivative_at(p, i, p->x[i] + at[k], h);
    }
    for (int order = lowest; order <= HIGHEST; ++order)
        for (int first = 0; first + order < POINTS; ++first) {
            const double size = difference(at + first, d + first, order, spacing);

            if (!(size <= most)) most = size; /* a NaN stays */
        }
    return 2.0 * most;
}

static bool has_points(struct problem *p)
{
    if (p->complex_point != NULL) return true;
    p->complex_point = calloc(p->n, sizeof *p->complex_point);
    p->out_of_memory = p->complex_point == NULL;
    for (size_t k = 0; p->complex_point != NULL && k < p->n; ++k)
        p->complex_point[k] = complex_of(p->x[k], 0.0);
    return p->complex_point != NULL;
}

bool complex_step(struct problem *p, size_t i, ad_derivative *d)
{
    double x = p->x[i], size = fabs(x) > 0.0 ? fabs(x) : 1.0, h = 1e-30 * size;
    double value, noise;

    if (!has_points(p)) return false;
    d->evaluations = COMPLEX_STEP_COST;
    value = derivative_at(p, i, x, h);
    noise = scatter(p, i, 1e-7 * size, 2, h) + scatter(p, i, 7e-6 * size, 2, h) +
            scatter(p, i, 1e-4 * size, 3, h);
    p->complex_point[i] = complex_of(x, 0.0);
    if (!isfinite(value) || !isfinite(noise)) return false;
    /* not a digit came through: h has sunk inside f, or f does not know of it */
    if (value == 0.0 && noise == 0.0) return false;
    d->value = value;
    d->error = 2.0 * noise + 4.0 * DBL_EPSILON * fabs(value);
    d->left = d->right = d->alternative = (double)NAN;
    d->kind = AD_CHECK_SMOOTH;
    d->reason = AD_CHECK_NO_REASON;
    d->oracle = AD_CHECK_BY_COMPLEX_STEP;
    d->step = h;
    d->order = 0;
    d->sensitivity = d->conditioning = 0.0;
    return true;
}
