/*
 * answer.c: from estimates to an answer. Which of them is believed, where several are
 * sharp, and more steps where none is.
 */
#include "verify/checker/answer.h"
#include "verify/checker/steps.h"

#include <float.h>
#include <math.h>

/* Relative to f. More than this may be a ripple of f too fast for any step, and then
 * the coarse slope says nothing about the derivative. */
static const double PLAUSIBLE_NOISE = 1e-5;

void answer_clear(const struct ladder *l, struct ad_derivative *d)
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

void answer_accept(const struct ladder *l, const struct series *s,
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
        answer_accept(l, s, e, d);
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
        answer_accept(l, s, &other, &trial);
        if (8.0 * trial.error <= 1e-8 * trial.scale &&
            trial.error * d->scale < d->error * trial.scale) {
            *d = trial;
            *e = other;
        }
    }
}

bool answer_analyse(struct ladder *l, enum side side, struct series *s,
                    struct estimate *e, struct ad_derivative *d)
{
    struct tableau t;

    measured_series(l, side, s, &t);
    tableau_fill(&t, s);
    if (!tableau_best(&t, s, e)) return false;
    answer_accept(l, s, e, d);
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

void answer_improve(struct ladder *l, double resolution, struct ad_derivative *d)
{
    struct series s;
    struct estimate e;

    for (int attempt = 0; attempt < 4; ++attempt) {
        size_t before = l->evaluations;
        double error = d->error;

        if (!answer_analyse(l, SIDE_CENTRAL, &s, &e, d) || resolved(d, resolution) ||
            d->reason == AD_CHECK_TWO_SCALES)
            return;
        if (attempt > 0 && d->error > 0.7 * error && attempt > 1) return;
        if (e.coarse < 3 && may_widen(l, d))
            steps_widen(l);
        else
            steps_refine(l, s.h[e.coarse], s.h[e.fine]);
        if (l->evaluations == before) return;
    }
    answer_analyse(l, SIDE_CENTRAL, &s, &e, d);
}
