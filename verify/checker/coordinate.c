/*
 * coordinate.c: one partial derivative, and the witnesses that are called about it.
 *
 * Differences in double come first: 20 evaluations settle most claims. Where they do
 * not, differences in long double take over, or more of them in double; then the complex
 * step, and last the caller's own oracle, which is taken at its word. All of them
 * together keep to max_evaluations.
 */
#include "verify/checker/check_rows.h"

#include <math.h>

static struct judgement verdict_on(struct problem *p, double claimed,
                                   const ad_derivative *d)
{
    return judge(claimed, d, &p->options, p->options.resolution);
}

/* What is left of the budget for one partial. */
static size_t left_of(const struct problem *p, size_t spent)
{
    return p->options.max_evaluations > spent ? p->options.max_evaluations - spent : 0;
}

/* Takes SENSITIVITY_COST from the budget, if it is there; false when it is not. */
static bool look_at_rounding(struct problem *p, size_t i, ad_derivative *d,
                             size_t *spent)
{
    if (!isfinite(d->value) || d->kind == AD_CHECK_KINK || !(d->step > 0.0) ||
        left_of(p, *spent) < SENSITIVITY_COST || p->n > p->options.exhaustive_up_to)
        return false;
    d->sensitivity += rounding_sensitivity(p, i, d);
    *spent += SENSITIVITY_COST;
    return true;
}

/* A verdict of fail by a hair is not one: the claim may be exact for inputs one
 * rounding away, which is all a correct program can promise. */
static struct judgement forgive_rounding(struct problem *p, size_t i, double claimed,
                                         struct judgement j, ad_derivative *d,
                                         size_t *spent)
{
    if (j.verdict != AD_CHECK_FAIL || !isfinite(claimed) ||
        !look_at_rounding(p, i, d, spent))
        return j;
    if (verdict_on(p, claimed, d).verdict != AD_CHECK_FAIL) {
        j.verdict = AD_CHECK_INCONCLUSIVE;
        j.reason = AD_CHECK_WITHIN_ROUNDING;
    }
    return j;
}

static bool by_complex_step(struct problem *p, size_t i, size_t budget,
                            ad_derivative *d)
{
    const bool analytic = d->kind != AD_CHECK_KINK && d->kind != AD_CHECK_JUMP &&
                          d->kind != AD_CHECK_INFINITE;

    return p->options.complex_step != NULL && analytic && budget >= COMPLEX_STEP_COST &&
           complex_step(p, i, d);
}

static bool by_exact(struct problem *p, size_t i, size_t budget, ad_derivative *d)
{
    (void)budget; /* it evaluates nothing of f */
    return p->options.exact != NULL && exact_derivative(p, i, d);
}

/* Two oracles that both know must know the same; one that is in doubt about itself
 * contradicts nobody. */
static bool contradict(const ad_derivative *a, const ad_derivative *b)
{
    const double bars = bar_of(a, a->value, a->error) + bar_of(b, b->value, b->error);

    return a->kind == AD_CHECK_SMOOTH && a->reason == AD_CHECK_NO_REASON &&
           isfinite(a->value) && fabs(a->value - b->value) > bars;
}

/* As above, when rounding inside f in double does not explain it. */
static bool still_contradict(struct problem *p, size_t i, ad_derivative *first,
                             const ad_derivative *other, size_t *spent)
{
    if (!contradict(first, other)) return false;
    if (first->sensitivity == 0.0) look_at_rounding(p, i, first, spent);
    return contradict(first, other);
}

/* What seems constant in double may be a slope that has drowned; and who is accused may
 * call better witnesses. */
static bool wants_more(const struct judgement *j, const ad_derivative *d)
{
    return j->reason != AD_CHECK_NON_DETERMINISTIC &&
           (j->verdict != AD_CHECK_PASS || d->kind == AD_CHECK_CONSTANT);
}

typedef bool oracle_function(struct problem *p, size_t i, size_t budget,
                             ad_derivative *d);

/* Asks the stronger oracles, in order of cost, until one is sure. */
static struct judgement ask_others(struct problem *p, size_t i, double claimed,
                                   struct judgement j, ad_derivative *d)
{
    static oracle_function *const oracles[] = {by_complex_step, by_exact};
    size_t spent = d->evaluations;
    ad_derivative first = *d;

    for (size_t k = 0; k < sizeof oracles / sizeof *oracles && wants_more(&j, d); ++k) {
        ad_derivative other = first;
        struct judgement next;
        bool answered;

        other.evaluations = 0;
        answered = oracles[k](p, i, left_of(p, spent), &other);
        spent += other.evaluations;
        if (!answered) continue;
        if (other.oracle != AD_CHECK_BY_EXACT &&
            still_contradict(p, i, &first, &other, &spent)) {
            j.verdict = AD_CHECK_INCONCLUSIVE;
            j.reason = AD_CHECK_ORACLES_DISAGREE;
            continue;
        }
        next = verdict_on(p, claimed, &other);
        if (next.verdict != AD_CHECK_INCONCLUSIVE || isnan(d->value)) {
            j = next;
            *d = other;
        }
        if (next.verdict != AD_CHECK_INCONCLUSIVE) break;
        /* where a complex step is blunt f cancels, and differences are little better */
        if (other.oracle == AD_CHECK_BY_COMPLEX_STEP && j.verdict == AD_CHECK_FAIL &&
            fabs(claimed - d->value) < 4.0 * bar_of(d, d->value, d->error)) {
            j.verdict = AD_CHECK_INCONCLUSIVE;
            j.reason = AD_CHECK_WITHIN_ROUNDING;
        }
    }
    d->evaluations = spent;
    return j;
}

/* The same function? It may cancel in double, but not everywhere. */
static bool same_value(const struct ladder *narrow, const struct ladder *wide)
{
    struct series s;

    ladder_series(narrow, SIDE_CENTRAL, &s);
    return !isfinite(narrow->f0) || !isfinite(wide->f0) ||
           fabsl(wide->f0 - narrow->f0) <= 1e-3L * (long double)s.typical;
}

/* Differences in long double instead of more of them in double. */
static bool by_wide_difference(struct problem *p, size_t i, const struct ladder *narrow,
                               ad_derivative *d)
{
    const size_t reserved = p->options.complex_step != NULL
                                ? SENSITIVITY_COST + COMPLEX_STEP_COST
                                : SENSITIVITY_COST;
    const size_t left = left_of(p, narrow->evaluations);
    const double resolution = p->options.resolution;
    struct coordinate c = {p, i};
    struct ladder l;
    struct line line;

    if (p->options.wide == NULL || narrow->changed || left < QUICK_COST + reserved)
        return false;
    line = wide_coordinate_line(&c);
    if (line.value == NULL) return false;
    ladder_start(&l, &line, left - reserved);
    if (!numdiff_quick(&l, resolution, d)) numdiff_full(&l, resolution, d);
    d->evaluations += narrow->evaluations;
    return same_value(narrow, &l) && d->reason != AD_CHECK_NON_FINITE;
}

/* Leaves room for another look at a failure. */
static size_t ladder_limit(const struct problem *p)
{
    const size_t limit = p->options.max_evaluations;

    return limit > 4 * SENSITIVITY_COST ? limit - SENSITIVITY_COST : limit;
}

static struct judgement by_difference(struct problem *p, size_t i, double claimed,
                                      ad_derivative *d)
{
    const double resolution = p->options.resolution;
    struct coordinate c = {p, i};
    struct line line = coordinate_line(&c);
    struct ladder l;
    struct judgement j = {AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY, (double)NAN};
    bool disbelieved = false;

    ladder_start(&l, &line, ladder_limit(p));
    if (numdiff_quick(&l, resolution, d)) {
        j = verdict_on(p, claimed, d);
        if (j.verdict == AD_CHECK_PASS) return j;
    }
    if (!by_wide_difference(p, i, &l, d)) {
        disbelieved = d->oracle == AD_CHECK_BY_WIDE_DIFFERENCE;
        l.evaluations = d->evaluations;
        numdiff_full(&l, resolution, d);
    }
    j = verdict_on(p, claimed, d);
    if (disbelieved && j.verdict == AD_CHECK_INCONCLUSIVE)
        j.reason = AD_CHECK_ORACLES_DISAGREE;
    return forgive_rounding(p, i, claimed, j, d, &d->evaluations);
}

void check_coordinate(struct problem *p, size_t i, double claimed,
                      ad_check_partial *row)
{
    ad_derivative d;
    struct judgement j = by_difference(p, i, claimed, &d);

    j = ask_others(p, i, claimed, j, &d);
    *row = row_of(&d, &j);
    row->index = i;
    row->name = p->options.names != NULL ? p->options.names[i] : NULL;
    row->x = p->x[i];
    row->claimed = claimed;
}
