/*
 * oracle.c: the witnesses for one partial derivative.
 */
#include "verify/checker/oracle.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t or_default(size_t value, size_t standard)
{
    return value > 0 ? value : standard;
}

bool problem_open(struct problem *p, ad_check_function *f, void *context, size_t n,
                  const double *x, const ad_check_options *options)
{
    *p = (struct problem){.f = f, .context = context, .n = n, .x = x};
    if (options != NULL) p->options = *options;
    if (!(p->options.resolution > 0.0)) p->options.resolution = 5e-8;
    p->options.seed = p->options.seed != 0 ? p->options.seed : 1;
    p->options.max_evaluations = or_default(p->options.max_evaluations, 150);
    if (p->options.max_evaluations < QUICK_COST)
        p->options.max_evaluations = QUICK_COST;
    p->options.exhaustive_up_to = or_default(p->options.exhaustive_up_to, 256);
    p->options.directions = or_default(p->options.directions, 8);
    p->options.coordinates = or_default(p->options.coordinates, 32);
    p->point = calloc(n > 0 ? n : 1, sizeof *p->point);
    if (p->point == NULL) return false;
    if (n > 0) memcpy(p->point, x, n * sizeof *x);
    return true;
}

void problem_close(struct problem *p)
{
    free(p->point);
    free(p->wide_point);
    free(p->complex_point);
}

static long double value_along(void *self, long double position)
{
    struct coordinate *c = self;
    struct problem *p = c->problem;
    double v;

    p->point[c->index] = (double)position;
    v = p->f(p->point, p->context);
    p->point[c->index] = p->x[c->index];
    return (long double)v;
}

static struct line line_of(struct coordinate *c)
{
    const ad_check_options *o = &c->problem->options;
    double lower = o->lower != NULL ? o->lower[c->index] : -HUGE_VAL;
    double upper = o->upper != NULL ? o->upper[c->index] : HUGE_VAL;

    return (struct line){.self = c,
                         .centre = (long double)c->problem->x[c->index],
                         .lower = (long double)lower,
                         .upper = (long double)upper,
                         .reach = 1.0};
}

struct line coordinate_line(struct coordinate *c)
{
    struct line line = line_of(c);

    line.value = value_along;
    line.digits = DBL_MANT_DIG;
    return line;
}

static long double wide_value_along(void *self, long double position)
{
    struct coordinate *c = self;
    struct problem *p = c->problem;
    long double v;

    p->wide_point[c->index] = position;
    v = p->options.wide(p->wide_point, p->context);
    p->wide_point[c->index] = (long double)p->x[c->index];
    return v;
}

struct line wide_coordinate_line(struct coordinate *c)
{
    struct problem *p = c->problem;
    struct line line = line_of(c);

    if (p->wide_point == NULL) {
        p->wide_point = calloc(p->n, sizeof *p->wide_point);
        p->out_of_memory = p->wide_point == NULL;
        for (size_t k = 0; p->wide_point != NULL && k < p->n; ++k)
            p->wide_point[k] = (long double)p->x[k];
    }
    line.value = p->wide_point != NULL ? wide_value_along : NULL;
    line.digits = LDBL_MANT_DIG;
    return line;
}

bool exact_derivative(struct problem *p, size_t i, ad_derivative *d)
{
    double value = (double)NAN, bound = (double)NAN;

    if (p->options.exact(p->x, i, &value, &bound, p->context) != 0 || isnan(value) ||
        !(bound >= 0.0))
        return false;
    d->value = value;
    d->error = bound;
    d->left = d->right = d->alternative = (double)NAN;
    d->kind = isinf(value) ? AD_CHECK_INFINITE : AD_CHECK_SMOOTH;
    d->scale = isinf(value) ? HUGE_VAL : fabs(value);
    d->reason = AD_CHECK_NO_REASON;
    d->oracle = AD_CHECK_BY_EXACT;
    d->step = 0.0;
    d->order = 0;
    d->sensitivity = d->conditioning = 0.0;
    d->evaluations = 1;
    return true;
}
