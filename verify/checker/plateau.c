/*
 * plateau.c: where f does not change by a single bit, is it constant, or has its change
 * sunk below the last bit?
 */
#include "verify/checker/kind.h"

#include <float.h>
#include <math.h>

static bool same(const struct ladder *l, const struct rung *r)
{
    return r->right == l->f0 && r->left == l->f0;
}

struct edge {
    double inside; /* f is still flat here */
    double change; /* and this much off just outside */
    bool constant; /* the plateau belongs to f; else rounding may have made it */
};

static double change_at(const struct ladder *l, double h, double *granule)
{
    double change = 0.0;

    *granule = 0.0;
    for (size_t i = 0; i < l->count; ++i) {
        const struct rung *r = &l->rung[i];
        double right = (double)fabsl(r->right - l->f0);
        double left = (double)fabsl(r->left - l->f0);

        if (r->h != h) continue;
        /* where f ends, it ends sharply */
        if (isnan(right) || isnan(left)) return HUGE_VAL;
        change = fmax(right, left);
        *granule = value_granule(right >= left ? r->right : r->left);
    }
    return change;
}

static bool add_and_look(struct ladder *l, double h, double *change, double *granule)
{
    size_t before = l->count;

    ladder_add(l, h);
    *change = change_at(l, h, granule);
    return l->count > before;
}

/* The steepest secant out to this step. */
static double steepest_within(const struct ladder *l, double widest)
{
    double steepest = 0.0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h > fmin(widest, natural_step(l))) continue;
        /* fmax passes over a NaN */
        steepest = fmax(steepest, (double)fabsl(r->right - l->f0) / r->h);
        steepest = fmax(steepest, (double)fabsl(r->left - l->f0) / r->h);
    }
    return steepest;
}

/* Does f go up or down by many steps of about one size, as (1e14 + x) - 1e14 does? Such
 * a plateau is one of rounding (or of a floor so fine that nobody can tell): f varies
 * steadily over the natural steps, and by many times the least of its changes. */
static bool is_staircase(const struct ladder *l, enum side side, double outside)
{
    const double natural = natural_step(l);
    double flattest = HUGE_VAL, steepest = 0.0, stair = HUGE_VAL, furthest = 0.0;
    size_t seen = 0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];
        const long double value = side == SIDE_RIGHT ? r->right : r->left;
        const double rise = (double)fabsl(value - l->f0);

        if (r->h > 1.01 * natural || isnan(rise)) continue;
        if (rise > 0.0) stair = fmin(stair, rise);
        if (r->h < fmax(4.0 * outside, 0.05 * natural)) continue;
        furthest = fmax(furthest, rise);
        flattest = fmin(flattest, rise / r->h);
        steepest = fmax(steepest, rise / r->h);
        ++seen;
    }
    return seen >= 2 && furthest > 5.5 * stair && steepest < 4.0 * flattest;
}

/* A leap that rounding makes is one of many, or another mode of rounding makes it, too. */
static bool is_leap_of_f(struct ladder *l, double outside, double change)
{
    return !is_staircase(l, SIDE_RIGHT, outside) &&
           !is_staircase(l, SIDE_LEFT, outside) &&
           ladder_mode_change(l) <= 0.1 * change;
}

/* How f leaves its plateau. A kink (relu) leaves it at once and steadily, a real jump
 * (floor) by a good part of f; a tail that has sunk below the last bit comes out of it
 * unit by unit, or, where f is 0 there, faster than any low power; and the stairs that
 * rounding inside f makes are small jumps. */
static struct edge find_edge(struct ladder *l, double inside, double outside)
{
    struct edge edge = {.constant = false};
    double granule, change, middle, further, unused, size = (double)fabsl(l->f0);
    bool found = true;

    for (int k = 0; k < 12 && found && outside > 1.0005 * inside; ++k) {
        double h = sqrt(inside) * sqrt(outside);

        found = add_and_look(l, h, &change, &granule);
        if (found && change == 0.0)
            inside = h;
        else if (found)
            outside = h;
    }
    add_and_look(l, 1.5 * inside, &middle, &unused);
    add_and_look(l, 2.0 * inside, &further, &unused);
    for (size_t i = 0; i < l->count; ++i)
        if (l->rung[i].h <= fmax(natural_step(l), 2.1 * outside)) {
            /* fmax passes over a NaN */
            size = fmax(size, (double)fabsl(l->rung[i].right));
            size = fmax(size, (double)fabsl(l->rung[i].left));
        }
    edge.inside = inside;
    edge.change = change_at(l, outside, &granule);
    if (isinf(edge.change)) { /* the plateau ends because f does: nothing is proved */
        edge.constant = steepest_within(l, HUGE_VAL) == 0.0;
    } else if (edge.change > 0.05 * further || isinf(further)) {
        edge.constant = outside < 1.01 * inside && edge.change > 1e-3 * size &&
                        is_leap_of_f(l, outside, edge.change);
    } else if (outside < 1.01 * inside) {
        edge.constant = edge.change > 64.0 * granule && further <= 16.0 * middle;
    }
    return edge;
}

static bool varies_by_rounding_only(const struct ladder *l)
{
    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];
        double allowed = 8.0 * rounding_of(l, l->f0);

        if (!(fabsl(r->right - l->f0) <= (long double)allowed &&
              fabsl(r->left - l->f0) <= (long double)allowed))
            return false;
    }
    return true;
}

/* Far away, and next to zero, where much may happen. */
static void probe_widely(struct ladder *l)
{
    static const double wider[] = {10.0, 1e3, 1e6, 1e12};
    double widest = l->rung[0].h;

    if (l->line.atom > 0.0) return;
    ladder_add(l, 0.999 * (double)fabsl(l->line.centre));
    for (size_t k = 0; k < sizeof wider / sizeof wider[0]; ++k)
        ladder_add(l, widest * wider[k]);
}

bool kind_is_flat(struct ladder *l, struct ad_derivative *d)
{
    size_t first = l->count;

    if (varies_by_rounding_only(l)) {
        probe_widely(l);
        if (varies_by_rounding_only(l)) {
            d->value = 0.0;
            /* on no shorter length than 1, either, does it vary by more */
            d->error = 16.0 * rounding_of(l, l->f0) /
                       fmin(natural_step(l), 0.38 * l->line.reach);
            d->kind = AD_CHECK_CONSTANT;
            d->reason = AD_CHECK_NO_REASON;
            d->step = natural_step(l);
            return true;
        }
    }
    while (first > 0 && same(l, &l->rung[first - 1])) --first;
    if (l->count - first < 5) return false;
    d->value = 0.0;
    d->reason = AD_CHECK_NO_REASON;
    d->kind = AD_CHECK_CONSTANT;
    d->step = fmin(natural_step(l), l->rung[first].h);
    d->error = rounding_of(l, l->f0) / d->step;
    if (first > 0 && first < l->count) {
        struct edge edge = find_edge(l, l->rung[first].h, l->rung[first - 1].h);

        if (!edge.constant) {
            d->kind = AD_CHECK_SATURATED;
            const bool ends = isinf(edge.change);

            if (!ends) d->error = fmax(d->error, 4.0 * edge.change / edge.inside);
            d->error =
                fmax(d->error,
                     4.0 * steepest_within(l, ends ? HUGE_VAL : 30.0 * edge.inside));
        }
    }
    return true;
}
