/*
 * numdiff.c: the derivative at a point, quick where the function is easy, careful where
 * it is not.
 */
#include "verify/checker/numdiff.h"
#include "verify/checker/answer.h"
#include "verify/checker/kind.h"
#include "verify/checker/steps.h"

#include <float.h>
#include <math.h>

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

    answer_clear(l, d);
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
    answer_accept(l, &s, &e, d);
    return true;
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
    if (!answer_analyse(l, side, &s, &e, d)) return;
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
    answer_improve(l, resolution, d);
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
    answer_clear(l, d);
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
