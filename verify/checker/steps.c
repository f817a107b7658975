/*
 * steps.c: how far from x a function is looked at.
 */
#include "verify/checker/steps.h"

#include <math.h>

static const double GOLDEN_SQUARED = 2.618033988749895;

static double distance_from_zero(const struct ladder *l)
{
    return (double)fabsl(l->line.centre);
}

static double first_step(const struct ladder *l)
{
    double a = distance_from_zero(l), reach = l->line.reach;

    if (a >= reach) return 0.38 * sqrt(a * reach);
    return a > 1e-3 * reach ? 0.38 * a : 0.1 * reach;
}

static double step_at(const struct ladder *l, double k)
{
    return l->top * pow(GOLDEN_SQUARED, -k);
}

/* Every stride-th step of the grid from the length `from` down to `to`. */
static void add_band(struct ladder *l, double from, double to, double stride)
{
    double k = ceil(log(l->top / from) / log(GOLDEN_SQUARED));

    for (double h = step_at(l, k); h >= to && h > 0.0; h = step_at(l, k += stride))
        ladder_add(l, h);
}

void steps_quick(struct ladder *l)
{
    static const double fine[STEPS_QUICK_FINE] = {12.0, 17.0, 23.0};

    l->top = first_step(l);
    for (size_t k = 0; k < STEPS_QUICK_COARSE; ++k)
        ladder_add(l, step_at(l, (double)k));
    for (size_t k = 0; k < STEPS_QUICK_FINE; ++k) ladder_add(l, step_at(l, fine[k]));
}

void steps_all(struct ladder *l)
{
    double a = distance_from_zero(l), reach = l->line.reach;
    double wide = 0.38 * fmax(a, reach), near = 0.38 * a;
    double bottom = a > 0.0 ? ldexp(a, -l->line.digits) : ldexp(reach, -56);

    add_band(l, wide, 1e-9 * wide, 1.0);
    if (a > 0.0 && near < 1e-9 * wide) {
        double gap = log(1e-9 * wide / near) / log(GOLDEN_SQUARED);

        if (near < 1e-17 * wide) add_band(l, 1e-9 * wide, 1e-17 * wide, 3.0);
        add_band(l, 1e-9 * wide, near, fmax(3.0, ceil(gap / 4.0)));
        add_band(l, near, 1e-8 * near, 1.0);
    } else if (a > 0.0 && near < wide) {
        add_band(l, 1e-9 * wide, 1e-8 * near, 1.0);
    } else if (a > 10.0 * reach) {
        add_band(l, 10.0 * reach, fmax(1e-9 * reach, bottom), 1.0);
    }
    add_band(l, 1e-9 * fmin(wide, a > 0.0 ? near : wide), bottom, 3.0);
    if (a == 0.0 && l->line.atom == 0.0)
        for (double h = 1e-19; h > 1e-290; h = h * h * 1e-2) ladder_add(l, 0.38 * h);
}

void steps_refine(struct ladder *l, double coarse, double fine)
{
    double high = coarse * 3.0, low = fine / 8.0;
    double middles[SERIES_MAX];
    size_t count = 0;

    for (size_t k = 0; k + 1 < l->count; ++k) {
        double a = l->rung[k].h, b = l->rung[k + 1].h;

        if (a <= high && b >= low && a > 1.8 * b) middles[count++] = sqrt(a) * sqrt(b);
    }
    for (size_t k = 0; k < count && k < 10; ++k) ladder_add(l, middles[k]);
}

void steps_widen(struct ladder *l)
{
    double ratio = l->rung[0].h < 30.0 * fmax(l->line.reach, distance_from_zero(l))
                       ? GOLDEN_SQUARED
                       : GOLDEN_SQUARED * GOLDEN_SQUARED;
    double h = l->rung[0].h;

    for (int k = 0; k < 4; ++k) ladder_add(l, h *= ratio);
}
