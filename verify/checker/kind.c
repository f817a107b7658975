/*
 * kind.c: tells kinks, jumps and infinite derivatives from smooth points.
 */
#include "verify/checker/kind.h"

#include <float.h>
#include <math.h>

static bool best_of_side(const struct ladder *l, enum side side, struct estimate *e)
{
    struct series s;
    struct tableau t;

    ladder_series(l, side, &s);
    if (s.count < 4) return false;
    series_measure_noise(&s, &t);
    tableau_fill(&t, &s);
    return tableau_best(&t, &s, e);
}

/* The finest step at which a bend of this size stands out of the noise; 0 for none. */
static double finest_clear_step(const struct ladder *l, double expected)
{
    struct series s;
    struct tableau t;

    ladder_series(l, SIDE_CENTRAL, &s);
    series_measure_noise(&s, &t);
    for (size_t k = s.count; k-- > 0;)
        if (4.0 * s.noise[k] / s.h[k] < 0.1 * fabs(expected)) return s.h[k];
    return 0.0;
}

/* Is the bend the same from step `low` up to a hundred times that? A smooth function's
 * bend would have fallen a hundredfold. */
static bool bend_stays(const struct ladder *l, double expected, double low)
{
    size_t seen = 0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h < 0.99 * low || r->h > 100.0 * low || isnan(r->right) ||
            isnan(r->left))
            continue;
        if (!(fabs(ladder_bend(l, k) - expected) <= 0.3 * fabs(expected))) return false;
        ++seen;
    }
    return seen >= 5;
}

/* Where f'' jumps the one-sided tableaux converge and the central one does not. They
 * may replace it when they agree and no finer central quotient contradicts them. */
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
    if (finer_contradicts(&s, &middle)) return;
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
    if (d->reason == AD_CHECK_NO_REASON) prefer_sides(l, &right, &left, d);
    if (!(fabs(difference) > 8.0 * (right.error + left.error) +
                                 1e-7 * fmax(fabs(right.value), fabs(left.value))))
        return false;
    finest = finest_clear_step(l, difference);
    if (!(finest > 0.0)) return false;
    /* the question is asked on a second set of steps, which shares none with the first
     */
    for (double h = 1.27 * finest, k = 0.0; k < 5.0; h *= 2.618033988749895, k += 1.0)
        ladder_add(l, h);
    if (!bend_stays(l, difference, finest)) return false;
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

/* Where f does not change at the finest steps because x sinks into a larger number
 * inside f (asin(x + 1)), the law is that of steps well above; 0 where it does. */
static double blind_below(const struct ladder *l, const struct series *s)
{
    const double rounding = 1e-12 * natural_step(l);
    size_t flat = 0;

    while (flat < s->count && s->flat[s->count - 1 - flat]) ++flat;
    if (flat < 3 || flat == s->count || s->h[s->count - flat] > rounding) return 0.0;
    return 64.0 * s->h[s->count - flat];
}

/* The exponent a of quotients that behave as h^a over the finest steps, if they do. */
static bool power_law(const struct ladder *l, enum side side, double *exponent,
                      double *finest)
{
    enum { STEPS = 6 };
    struct series s;
    double low = HUGE_VAL, high = -HUGE_VAL;
    size_t seen = 0, last = 0, first = 0;
    double blind;

    ladder_series(l, side, &s);
    blind = blind_below(l, &s);
    for (size_t k = s.count; k-- > 0 && seen < STEPS;) {
        if (s.h[k] < blind) continue;
        if (!(fabs(s.c[k]) * s.h[k] > 200.0 * s.floor[k]) || s.c[k] == 0.0) {
            if (seen > 0) return false;
            continue;
        }
        if (seen > 0) {
            double a = log(s.c[k] / s.c[last]) / log(s.h[k] / s.h[last]);

            if (isnan(a)) return false;
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
    if (seen < STEPS || !(high - low < 0.04)) return false;
    /* a law that holds shows at every finer step at which it could be seen */
    for (size_t k = first + 1; k < s.count && s.h[k] >= blind; ++k)
        if (fabs(*finest) * pow(s.h[k] / s.h[first], *exponent) * s.h[k] >
            400.0 * s.floor[k])
            return false;
    return true;
}

/* Quotients that grow by the same amount each time h shrinks by the same ratio: x log x
 * at 0. +-infinity if they do over the finest steps, else 0. */
static double log_law(const struct ladder *l, enum side side)
{
    enum { STEPS = 8 };
    struct series s;
    double low = HUGE_VAL, high = -HUGE_VAL;

    ladder_series(l, side, &s);
    if (s.count < STEPS) return 0.0;
    for (size_t k = s.count - STEPS; k + 1 < s.count; ++k) {
        double growth = (s.c[k + 1] - s.c[k]) / log(s.h[k] / s.h[k + 1]);

        if (!(fabs(s.c[k + 1]) * s.h[k + 1] > 200.0 * s.floor[k + 1])) return 0.0;
        low = fmin(low, growth);
        high = fmax(high, growth);
    }
    if (!(low * high > 0.0) || !(high - low < 0.02 * fabs(high)) ||
        !(fabs(s.c[s.count - 1] - s.c[s.count - STEPS]) > 0.3 * fabs(s.c[s.count - 1])))
        return 0.0;
    return copysign(HUGE_VAL, high);
}

/* An infinite derivative by log_law, on both sides where there are two. */
static bool kind_is_logarithmic(const struct ladder *l, struct ad_derivative *d)
{
    struct series s;
    double right = log_law(l, SIDE_RIGHT), left = log_law(l, SIDE_LEFT);

    ladder_series(l, SIDE_RIGHT, &s);
    if (right == 0.0 && s.count > 0) return false;
    d->scale = s.count > 0 ? fabs(s.c[s.count - 1]) : 0.0;
    ladder_series(l, SIDE_LEFT, &s);
    if (left == 0.0 && s.count > 0) return false;
    if (s.count > 0) d->scale = fmax(d->scale, fabs(s.c[s.count - 1]));
    if (right == 0.0 && left == 0.0) return false;
    d->kind = AD_CHECK_INFINITE;
    d->value = (double)NAN;
    d->error = HUGE_VAL;
    if (right * left < 0.0) {
        d->reason = AD_CHECK_AT_CUSP;
        return true;
    }
    d->value = right != 0.0 ? right : left;
    d->error = 0.0;
    return true;
}

/* The one-sided quotients do not come together however fine the steps are, and it is no
 * kink: x sin(1/x) at 0, where central quotients see a smooth 0. */
bool kind_never_settles(const struct ladder *l)
{
    enum { STEPS = 6 };
    struct series s;
    double scale = 0.0;
    size_t seen = 0, bent = 0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h > natural_step(l) || isnan(r->right) || isnan(r->left)) continue;
        scale = fmax(scale, (double)fabsl((r->right - l->f0) / r->right_step));
        scale = fmax(scale, (double)fabsl((r->left - l->f0) / r->left_step));
    }
    ladder_series(l, SIDE_RIGHT, &s);
    for (size_t k = s.count, i = l->count; k-- > 0 && i > 0 && seen < STEPS;) {
        while (i > 0 && l->rung[i - 1].h < 0.999 * s.h[k]) --i;
        if (!(s.floor[k] / s.h[k] < 1e-3 * scale) || i == 0) continue;
        ++seen;
        bent += fabs(ladder_bend(l, i - 1)) > 0.05 * scale;
    }
    return seen == STEPS && bent >= STEPS / 2;
}

bool kind_diverges(const struct ladder *l, struct ad_derivative *d)
{
    double a_right = 0.0, a_left = 0.0, right = 0.0, left = 0.0;
    bool has_right = power_law(l, SIDE_RIGHT, &a_right, &right);
    bool has_left = power_law(l, SIDE_LEFT, &a_left, &left);
    const bool defined_right = ladder_changes(l, SIDE_RIGHT) >= 5;
    const bool defined_left = ladder_changes(l, SIDE_LEFT) >= 5;

    has_right = has_right && a_right < -0.02;
    has_left = has_left && a_left < -0.02;
    if (!has_right && !has_left) return kind_is_logarithmic(l, d);
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

    if (!power_law(l, side, &a, &finest) || a < 0.05) return false;
    d->value = 0.0;
    d->error = fabs(finest);
    d->kind = AD_CHECK_SMOOTH;
    ladder_series(l, side, &s);
    d->scale = 0.0;
    for (size_t k = 0; k < s.count; ++k)
        if (s.h[k] <= 1.01 * natural_step(l)) d->scale = fmax(d->scale, fabs(s.c[k]));
    return true;
}
