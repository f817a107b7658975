/*
 * kind.c: tells kinks, jumps, infinite derivatives and plateaus from smooth points.
 */
#include "verify/kind.h"

#include <float.h>
#include <math.h>

static bool best_of_side(const struct ladder *l, enum side side, struct estimate *e)
{
    struct series s;
    struct tableau t;

    ladder_series(l, side, &s);
    if (s.count < 4)
        return false;
    series_measure_noise(&s, &t);
    tableau_fill(&t, &s);
    return tableau_best(&t, &s, e);
}

/* The difference of the one-sided quotients of a rung. */
static double bend(const struct ladder *l, const struct rung *r)
{
    return (double)((r->right - l->f0) / r->right_step -
                    (l->f0 - r->left) / r->left_step);
}

/* The finest step at which a bend of this size stands out of the noise; 0 for none. */
static double finest_clear_step(const struct ladder *l, double expected)
{
    struct series s;
    struct tableau t;

    ladder_series(l, SIDE_CENTRAL, &s);
    series_measure_noise(&s, &t);
    for (size_t k = s.count; k-- > 0;)
        if (4.0 * s.noise[k] / s.h[k] < 0.1 * fabs(expected))
            return s.h[k];
    return 0.0;
}

/* Is the bend the same from step `low` up to a hundred times that? A smooth function's
 * bend would have fallen a hundredfold. */
static bool bend_stays(const struct ladder *l, double expected, double low)
{
    size_t seen = 0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h < 0.99 * low || r->h > 100.0 * low || isnan(r->right) || isnan(r->left))
            continue;
        if (!(fabs(bend(l, r) - expected) <= 0.3 * fabs(expected)))
            return false;
        ++seen;
    }
    return seen >= 5;
}

/* Where f'' jumps the one-sided tableaux converge and the central one does not. They may
 * replace it when they agree and no finer central quotient contradicts them. */
static void prefer_sides(const struct ladder *l, const struct estimate *right,
                         const struct estimate *left, struct ad_derivative *d)
{
    struct estimate middle = {.value = 0.5 * (right->value + left->value)};
    struct series s;
    struct tableau t;

    middle.error = 0.5 * fabs(right->value - left->value) + right->error + left->error;
    if (right->value == 0.0 && left->value == 0.0)
        return; /* flat on both sides is no news */
    if (!(middle.error < d->error) ||
        !(fabs(middle.value - d->value) <= 8.0 * (middle.error + d->error)))
        return;
    ladder_series(l, SIDE_CENTRAL, &s);
    series_measure_noise(&s, &t);
    s.power = 1.0;
    while (middle.fine + 1 < s.count &&
           s.h[middle.fine + 1] >= 0.99 * fmin(right->step, left->step))
        ++middle.fine;
    if (finer_contradicts(&s, &middle))
        return;
    d->value = middle.value;
    d->error = middle.error;
}

bool kind_is_kink(struct ladder *l, struct ad_derivative *d)
{
    struct estimate right, left;
    double difference, finest, size = (double)fabsl(l->line.centre);

    size = size > 0.0 ? size : l->line.reach;
    if (!best_of_side(l, SIDE_RIGHT, &right) || !best_of_side(l, SIDE_LEFT, &left))
        return false;
    difference = right.value - left.value;
    if (d->reason == AD_CHECK_NO_REASON)
        prefer_sides(l, &right, &left, d);
    if (!(fabs(difference) > 8.0 * (right.error + left.error) +
                                 1e-7 * fmax(fabs(right.value), fabs(left.value))))
        return false;
    finest = finest_clear_step(l, difference);
    if (!(finest > 0.0))
        return false;
    /* the question is asked on a second set of steps, which shares none with the first */
    for (double h = 1.27 * finest, k = 0.0; k < 5.0; h *= 2.618033988749895, k += 1.0)
        ladder_add(l, h);
    if (!bend_stays(l, difference, finest))
        return false;
    d->kind = AD_CHECK_KINK;
    d->right = right.value;
    d->right_error = right.error;
    d->left = left.value;
    d->left_error = left.error;
    d->value = 0.5 * (left.value + right.value);
    d->error = fmax(left.error, right.error);
    d->step = finest;
    d->order = right.order;
    /* seen from afar a kink beside x looks like one at x */
    d->reason = finest <= 1e-10 * size ? AD_CHECK_NO_REASON : AD_CHECK_NOISY;
    return true;
}

/* The exponent a of quotients that behave as h^a over the finest steps, if they do. */
static bool power_law(const struct ladder *l, enum side side, double *exponent,
                      double *finest)
{
    enum { STEPS = 6 };
    struct series s;
    double low = HUGE_VAL, high = -HUGE_VAL;
    size_t seen = 0, last = 0, first = 0;

    ladder_series(l, side, &s);
    for (size_t k = s.count; k-- > 0 && seen < STEPS;) {
        if (!(fabs(s.c[k]) * s.h[k] > 200.0 * s.floor[k]) || s.c[k] == 0.0) {
            if (seen > 0)
                return false;
            continue;
        }
        if (seen > 0) {
            double a = log(s.c[k] / s.c[last]) / log(s.h[k] / s.h[last]);

            if (isnan(a))
                return false;
            low = fmin(low, a);
            high = fmax(high, a);
        } else {
            *finest = s.c[k];
            first = k;
        }
        last = k;
        ++seen;
    }
    *exponent = 0.5 * (low + high);
    if (seen < STEPS || !(high - low < 0.04))
        return false;
    /* a law that holds shows at every finer step at which it could be seen */
    for (size_t k = first + 1; k < s.count; ++k)
        if (fabs(*finest) * pow(s.h[k] / s.h[first], *exponent) * s.h[k] >
            400.0 * s.floor[k])
            return false;
    return true;
}

bool kind_diverges(const struct ladder *l, struct ad_derivative *d)
{
    double a_right = 0.0, a_left = 0.0, right = 0.0, left = 0.0;
    bool has_right = power_law(l, SIDE_RIGHT, &a_right, &right);
    bool has_left = power_law(l, SIDE_LEFT, &a_left, &left);
    struct series s;
    bool defined_right, defined_left;

    ladder_series(l, SIDE_RIGHT, &s);
    defined_right = s.count >= 5;
    ladder_series(l, SIDE_LEFT, &s);
    defined_left = s.count >= 5;
    has_right = has_right && a_right < -0.02;
    has_left = has_left && a_left < -0.02;
    if (!has_right && !has_left)
        return false;
    d->value = (double)NAN;
    d->error = HUGE_VAL;
    d->scale = fmax(fabs(right), fabs(left));
    if ((has_right && a_right < -0.98) || (has_left && a_left < -0.98)) {
        d->kind = AD_CHECK_JUMP;
        d->reason = AD_CHECK_AT_JUMP;
        return true;
    }
    d->kind = AD_CHECK_INFINITE;
    if ((has_right != has_left && defined_right && defined_left) ||
        (has_right && has_left && signbit(right) != signbit(left))) {
        d->reason = AD_CHECK_AT_CUSP;
        return true;
    }
    d->value = copysign(HUGE_VAL, has_right ? right : left);
    d->error = 0.0;
    return true;
}

bool kind_vanishes(const struct ladder *l, enum side side, struct ad_derivative *d)
{
    double a, finest;
    struct series s;

    if (!power_law(l, side, &a, &finest) || a < 0.05)
        return false;
    d->value = 0.0;
    d->error = fabs(finest);
    d->kind = AD_CHECK_SMOOTH;
    ladder_series(l, side, &s);
    d->scale = 0.0;
    for (size_t k = 0; k < s.count; ++k)
        if (s.h[k] <= 1.01 * natural_step(l))
            d->scale = fmax(d->scale, fabs(s.c[k]));
    return true;
}

static bool same(const struct ladder *l, const struct rung *r)
{
    return r->right == l->f0 && r->left == l->f0;
}

struct edge {
    double inside;  /* f is still flat here */
    double change;  /* and this much off just outside */
    bool constant;  /* the plateau belongs to f; else rounding may have made it */
};

static double change_at(const struct ladder *l, double h, double *granule)
{
    double change = 0.0;

    *granule = 0.0;
    for (size_t i = 0; i < l->count; ++i) {
        const struct rung *r = &l->rung[i];
        double right = (double)fabsl(r->right - l->f0);
        double left = (double)fabsl(r->left - l->f0);

        if (r->h != h)
            continue;
        /* where f ends, it ends sharply */
        if (isnan(right) || isnan(left))
            return HUGE_VAL;
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

/* How f leaves its plateau. A kink (relu) leaves it at once and steadily, a real jump
 * (floor) by a good part of f; a tail that has sunk below the last bit comes out of it
 * unit by unit, and the stairs that rounding inside f makes are small jumps. */
static struct edge find_edge(struct ladder *l, double inside, double outside)
{
    struct edge edge = {.constant = false};
    double granule, change, further, unused, size = (double)fabsl(l->f0);
    bool found = true;

    for (int k = 0; k < 12 && found && outside > 1.0005 * inside; ++k) {
        double h = sqrt(inside) * sqrt(outside);

        found = add_and_look(l, h, &change, &granule);
        if (found && change == 0.0)
            inside = h;
        else if (found)
            outside = h;
    }
    add_and_look(l, 2.0 * inside, &further, &unused);
    for (size_t i = 0; i < l->count; ++i)
        if (l->rung[i].h <= fmax(natural_step(l), 2.1 * outside) &&
            isfinite(l->rung[i].right))
            size = fmax(size, (double)fabsl(l->rung[i].right));
    edge.inside = inside;
    edge.change = change_at(l, outside, &granule);
    if (outside < 1.01 * inside) {
        edge.constant = edge.change > 0.05 * further ? edge.change > 1e-3 * size
                                                     : edge.change > 64.0 * granule;
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

    if (l->line.atom > 0.0)
        return;
    ladder_add(l, 0.999 * (double)fabsl(l->line.centre));
    for (size_t k = 0; k < sizeof wider / sizeof wider[0]; ++k)
        ladder_add(l, widest * wider[k]);
}

/* The steepest secant just outside a plateau. */
static double steepest_near(const struct ladder *l, double inside)
{
    double steepest = 0.0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h > 30.0 * inside || isnan(r->right) || isnan(r->left))
            continue;
        steepest = fmax(steepest, (double)fabsl(r->right - l->f0) / r->h);
        steepest = fmax(steepest, (double)fabsl(r->left - l->f0) / r->h);
    }
    return steepest;
}

bool kind_is_flat(struct ladder *l, struct ad_derivative *d)
{
    size_t first = l->count;

    if (varies_by_rounding_only(l)) {
        probe_widely(l);
        if (varies_by_rounding_only(l)) {
            d->value = 0.0;
            d->error = 16.0 * rounding_of(l, l->f0) / natural_step(l);
            d->kind = AD_CHECK_CONSTANT;
            d->reason = AD_CHECK_NO_REASON;
            d->step = natural_step(l);
            return true;
        }
    }
    while (first > 0 && same(l, &l->rung[first - 1]))
        --first;
    if (l->count - first < 5)
        return false;
    d->value = 0.0;
    d->reason = AD_CHECK_NO_REASON;
    d->kind = AD_CHECK_CONSTANT;
    d->step = fmin(natural_step(l), l->rung[first].h);
    d->error = rounding_of(l, l->f0) / d->step;
    if (first > 0 && first < l->count) {
        struct edge edge = find_edge(l, l->rung[first].h, l->rung[first - 1].h);

        if (!edge.constant) {
            d->kind = AD_CHECK_SATURATED;
            d->error = fmax(d->error, 4.0 * edge.change / edge.inside);
            d->error = fmax(d->error, 4.0 * steepest_near(l, edge.inside));
        }
    }
    return true;
}
