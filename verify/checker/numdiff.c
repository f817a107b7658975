/*
 * numdiff.c: the derivative at a point, quick where the function is easy, careful where
 * it is not.
 */
#include "verify/checker/numdiff.h"
#include "verify/checker/kind.h"
#include "verify/checker/steps.h"

#include <float.h>
#include <math.h>

/* Relative to f. More than this may be a ripple of f too fast for any step, and then
 * the coarse slope says nothing about the derivative. */
static const double PLAUSIBLE_NOISE = 1e-5;

static void clear(const struct ladder *l, struct ad_derivative *d)
{
    *d = (struct ad_derivative){.value = (double)NAN,
                                .error = HUGE_VAL,
                                .left = (double)NAN,
                                .right = (double)NAN,
                                .left_error = HUGE_VAL,
                                .right_error = HUGE_VAL,
                                .alternative = (double)NAN,
                                .alternative_error = HUGE_VAL,
                                .function_value = (double)l->f0,
                                .evaluations = l->evaluations,
                                .kind = AD_CHECK_UNRESOLVED,
                                .reason = AD_CHECK_NO_REASON,
                                .oracle = l->line.digits == DBL_MANT_DIG
                                              ? AD_CHECK_BY_DIFFERENCE
                                              : AD_CHECK_BY_WIDE_DIFFERENCE};
}

/* |f''|, roughly, from the second difference at the step next to h. */
static double curvature(const struct ladder *l, double h)
{
    for (size_t k = 0; k < l->count; ++k)
        if (l->rung[k].h < 1.01 * h) {
            double c = fabs(ladder_bend(l, k)) / l->rung[k].h;

            return isfinite(c) ? c : 0.0;
        }
    return 0.0;
}

static void accept(const struct ladder *l, const struct series *s,
                   const struct estimate *e, struct ad_derivative *d)
{
    d->value = e->value;
    d->error = e->error;
    d->step = e->step;
    d->order = e->order;
    d->noise = s->noise[e->fine];
    d->kind = AD_CHECK_SMOOTH;
    /* steps wider than natural see less noise, and also less of what f does nearby:
     * they are believed where f changes visibly over the natural ones, too */
    d->sensitivity = rounding_of(l, l->f0) / natural_step(l);
    if (1e3 * d->sensitivity < fabs(d->value)) d->sensitivity = 0.0;
    d->conditioning = curvature(l, s->h[e->coarse]) * rounding_of(l, l->line.centre);
    d->scale = 0.0;
    for (size_t k = e->coarse; k <= e->fine; ++k)
        if (s->flat[k])
            return; /* f did not change at this step: no scale to see a zero on */
    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];

        if (r->h < 0.99 * s->h[e->fine] || r->h > 1.01 * s->h[e->coarse]) continue;
        if (isfinite(r->right))
            d->scale =
                fmax(d->scale, (double)fabsl((r->right - l->f0) / r->right_step));
        if (isfinite(r->left))
            d->scale = fmax(d->scale, (double)fabsl((l->f0 - r->left) / r->left_step));
    }
}

static bool fine_steps_agree(const struct ladder *l, const struct series *s,
                             const struct estimate *e, size_t coarse_count)
{
    double remainder = fabs(s->c[e->fine] - e->value), bent = 0.0;
    double measured = 8.0 * s->noise[coarse_count - 1];

    for (size_t k = 0; k < coarse_count; ++k)
        bent = fmax(bent, fabs(ladder_bend(l, k)));
    for (size_t k = coarse_count; k < s->count; ++k) {
        /* what wants more noise than this to be excused is for the full pass */
        double most = 64.0 * s->floor[k];
        double noise = fmax(16.0 * s->floor[k], fmin(measured, most)) / s->h[k];
        double ratio = s->h[k] / s->h[e->fine];

        if (!(fabs(s->c[k] - e->value) <=
              noise + 8.0 * e->error + 2.0 * remainder * ratio * ratio))
            return false;
        if (!(fabs(ladder_bend(l, k)) <= 4.0 * noise + 0.05 * bent)) return false;
    }
    return true;
}

bool numdiff_quick(struct ladder *l, double resolution, struct ad_derivative *d)
{
    enum { COARSE = STEPS_QUICK_COARSE, ALL = COARSE + STEPS_QUICK_FINE };
    struct series s;
    struct tableau t;
    struct estimate e;

    clear(l, d);
    if (l->changed || !isfinite(l->f0)) return false;
    steps_quick(l);
    d->evaluations = l->evaluations;
    ladder_series(l, SIDE_CENTRAL, &s);
    if (s.count != ALL) return false;
    s.count = COARSE;
    for (size_t k = 0; k < ALL; ++k)
        s.floor[k] *=
            4.0; /* a few roundings inside f: too few values to measure them */
    series_measure_noise(&s, &t);
    tableau_fill(&t, &s);
    if (!tableau_best(&t, &s, &e) || !(8.0 * e.error <= resolution * fabs(e.value)))
        return false;
    s.count = ALL;
    if (!fine_steps_agree(l, &s, &e, COARSE)) return false;
    accept(l, &s, &e, d);
    return true;
}

static bool resolved(const struct ad_derivative *d, double resolution)
{
    return 8.0 * d->error <= resolution * fabs(d->value);
}

static void consider_two_scales(const struct ladder *l, const struct tableau *t,
                                const struct series *s, struct estimate *e,
                                struct ad_derivative *d)
{
    const double float_rounding = 3e-7, long_rounding = 1e-9;
    const bool wide = l->line.digits > DBL_MANT_DIG;
    struct estimate rival;
    double scatter;
    bool flat = true, last_bits, certain;

    if (!tableau_rival(t, s, e, &rival)) return;
    scatter = erratic_scatter(t, s, &rival, e);
    /* rounding inside f can be as large as f next to a removable singularity, but then
       a coarse estimate that is as sharp as this cannot be an accident */
    if (!(scatter > 0.0) ||
        !(scatter < 1e-3 || rival.error < 1e-6 * fabs(rival.value - e->value)))
        return;
    for (size_t k = e->coarse; k <= e->fine; ++k) flat = flat && s->c[k] == 0.0;
    /* few doubles away from x, or between two of them: the slope of one stair */
    last_bits = s->h[e->coarse] < 0x1p14 * DBL_EPSILON * (double)fabsl(l->line.centre);
    if (last_bits || flat) {
        const struct estimate fine = *e;

        /* the steps of a staircase, not a derivative of 0: rounding inside f */
        certain = flat ? scatter < float_rounding : wide && scatter < long_rounding;
        *e = rival;
        accept(l, s, e, d);
        rival = fine;
        if (certain) return;
    }
    d->alternative = rival.value;
    d->alternative_error = rival.error;
    d->reason = AD_CHECK_TWO_SCALES;
}

/* For a derivative of zero the smallest error is not the sharpest: what counts is the
 * error against the slope that f has over the same steps. */
static void prefer_sharpest_zero(const struct ladder *l, const struct tableau *t,
                                 const struct series *s, struct estimate *e,
                                 struct ad_derivative *d)
{
    for (size_t j = 2; j < s->count; ++j) {
        struct estimate other = best_ending_at(t, s, j);
        struct ad_derivative trial = *d;

        if (fabs(other.value) > 8.0 * other.error || finer_contradicts(s, &other))
            continue;
        accept(l, s, &other, &trial);
        if (8.0 * trial.error <= 1e-8 * trial.scale &&
            trial.error * d->scale < d->error * trial.scale) {
            *d = trial;
            *e = other;
        }
    }
}

static bool analyse(struct ladder *l, enum side side, struct series *s,
                    struct estimate *e, struct ad_derivative *d)
{
    struct tableau t;

    measured_series(l, side, s, &t);
    tableau_fill(&t, s);
    if (!tableau_best(&t, s, e)) return false;
    accept(l, s, e, d);
    d->reason = AD_CHECK_NO_REASON;
    consider_two_scales(l, &t, s, e, d);
    if (d->reason == AD_CHECK_NO_REASON && fabs(e->value) <= 8.0 * e->error)
        prefer_sharpest_zero(l, &t, s, e, d);
    if (s->typical > 0.0 && d->noise > PLAUSIBLE_NOISE * s->size[e->fine])
        d->reason = AD_CHECK_NOISY;
    return true;
}

static bool may_widen(const struct ladder *l, const struct ad_derivative *d)
{
    const struct rung *r = &l->rung[0];
    /* the change of f over the widest step so far is hardly more than its rounding */
    bool hidden = fabsl(r->right - l->f0) + fabsl(r->left - l->f0) <=
                  1e3L * (long double)rounding_of(l, l->f0);

    return isfinite(r->right) && isfinite(r->left) && l->line.atom == 0.0 &&
           (hidden || d->error < 0.3 * fabs(d->value));
}

static void improve(struct ladder *l, double resolution, struct ad_derivative *d)
{
    struct series s;
    struct estimate e;

    for (int attempt = 0; attempt < 4; ++attempt) {
        size_t before = l->evaluations;
        double error = d->error;

        if (!analyse(l, SIDE_CENTRAL, &s, &e, d) || resolved(d, resolution) ||
            d->reason == AD_CHECK_TWO_SCALES)
            return;
        if (attempt > 0 && d->error > 0.7 * error && attempt > 1) return;
        if (e.coarse < 3 && may_widen(l, d))
            steps_widen(l);
        else
            steps_refine(l, s.h[e.coarse], s.h[e.fine]);
        if (l->evaluations == before) return;
    }
    analyse(l, SIDE_CENTRAL, &s, &e, d);
}

static size_t count_finite(const struct ladder *l, enum side side)
{
    struct series s;

    ladder_series(l, side, &s);
    return s.count;
}

static void one_sided(struct ladder *l, enum side side, struct ad_derivative *d)
{
    struct series s;
    struct estimate e;

    if (kind_diverges(l, d)) return;
    if (kind_vanishes(l, side, d)) {
        d->kind = AD_CHECK_ONE_SIDED;
        return;
    }
    if (!analyse(l, side, &s, &e, d)) return;
    if (fabs(d->value) <= 8.0 * d->error && kind_is_flat(l, d)) return;
    d->kind = AD_CHECK_ONE_SIDED;
    if (side == SIDE_RIGHT) {
        d->right = d->value;
        d->right_error = d->error;
    } else {
        d->left = d->value;
        d->left_error = d->error;
    }
}

static void classify(struct ladder *l, double resolution, struct ad_derivative *d)
{
    enum { ENOUGH = 5 };
    size_t both = count_finite(l, SIDE_CENTRAL);
    size_t right = ladder_changes(l, SIDE_RIGHT), left = ladder_changes(l, SIDE_LEFT);

    /* the other side may yet be finite at steps too fine to change anything */
    if (ladder_changes(l, SIDE_CENTRAL) < ENOUGH &&
        (right >= ENOUGH || left >= ENOUGH)) {
        one_sided(l, right > left ? SIDE_RIGHT : SIDE_LEFT, d);
        return;
    }
    right = count_finite(l, SIDE_RIGHT);
    left = count_finite(l, SIDE_LEFT);
    if (both < ENOUGH) {
        if (right >= ENOUGH || left >= ENOUGH)
            one_sided(l, right > left ? SIDE_RIGHT : SIDE_LEFT, d);
        else
            d->reason =
                both + right + left == 0 ? AD_CHECK_NON_FINITE : AD_CHECK_NARROW_DOMAIN;
        return;
    }
    if (kind_diverges(l, d)) return;
    improve(l, resolution, d);
    if (kind_is_kink(l, d)) return;
    /* the central quotients of an even function are 0 whatever it does */
    if (fabs(d->value) <= 8.0 * d->error && kind_never_settles(l))
        d->reason = AD_CHECK_NOISY;
    /* strictly: where nothing changes there is no scale to see a zero on */
    if (fabs(d->value) > 8.0 * d->error || 8.0 * d->error < 1e-8 * d->scale) return;
    if (!kind_vanishes(l, SIDE_CENTRAL, d)) kind_is_flat(l, d);
}

void numdiff_full(struct ladder *l, double resolution, struct ad_derivative *d)
{
    clear(l, d);
    if (l->changed)
        d->reason = AD_CHECK_NON_DETERMINISTIC;
    else if (!isfinite(l->f0))
        d->reason = AD_CHECK_NON_FINITE;
    if (d->reason == AD_CHECK_NO_REASON) {
        const size_t limit = l->limit;

        l->limit -= limit > 0; /* for the last look */
        steps_all(l);
        classify(l, resolution, d);
        l->limit = limit;
        if (!ladder_answers_as_before(l)) {
            d->reason = AD_CHECK_NON_DETERMINISTIC;
            d->kind = AD_CHECK_UNRESOLVED;
        }
    }
    if (d->kind == AD_CHECK_UNRESOLVED && d->reason == AD_CHECK_NO_REASON)
        d->reason = AD_CHECK_NOISY;
    d->evaluations = l->evaluations;
}
