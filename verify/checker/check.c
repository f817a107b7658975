/*
 * check.c: a claimed gradient, judged entry by entry.
 */
#include "verify/check.h"
#include "verify/checker/check_rows.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct judgement verdict_on(struct problem *p, double claimed,
                                   const ad_derivative *d)
{
    return judge(claimed, d, &p->options, p->options.resolution);
}

/* A verdict of fail by a hair is not one: the claim may be exact for inputs one
 * rounding away, which is all a correct program can promise. */
static struct judgement forgive_rounding(struct problem *p, size_t i, double claimed,
                                         struct judgement j, ad_derivative *d)
{
    if (j.verdict != AD_CHECK_FAIL ||
        d->evaluations + SENSITIVITY_COST > p->options.max_evaluations ||
        !isfinite(d->value) || !isfinite(claimed) || d->kind == AD_CHECK_KINK ||
        p->n > p->options.exhaustive_up_to)
        return j;
    d->sensitivity += rounding_sensitivity(p, i, d->step, p->options.seed);
    d->evaluations += SENSITIVITY_COST;
    if (verdict_on(p, claimed, d).verdict != AD_CHECK_FAIL) {
        j.verdict = AD_CHECK_INCONCLUSIVE;
        j.reason = AD_CHECK_WITHIN_ROUNDING;
    }
    return j;
}

/* What is left for the ladder when f(x) is taken once more at its end, and when a
 * failure is looked at again. */
static size_t ladder_limit(const struct problem *p)
{
    size_t limit = p->options.max_evaluations;

    return limit > 4 * SENSITIVITY_COST ? limit - SENSITIVITY_COST - 1 : limit;
}

static struct judgement by_difference(struct problem *p, size_t i, double claimed,
                                      ad_derivative *d)
{
    struct coordinate c = {p, i};
    struct line line = coordinate_line(&c);
    struct ladder l;
    struct judgement j = {AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY, (double)NAN};

    ladder_start(&l, &line, ladder_limit(p));
    if (numdiff_quick(&l, p->options.resolution, d)) {
        j = verdict_on(p, claimed, d);
        if (j.verdict == AD_CHECK_PASS) return j;
    }
    numdiff_full(&l, p->options.resolution, d);
    j = verdict_on(p, claimed, d);
    return forgive_rounding(p, i, claimed, j, d);
}

static bool by_wide_difference(struct problem *p, size_t i, ad_derivative *d)
{
    struct coordinate c = {p, i};
    struct line line = wide_coordinate_line(&c);
    struct ladder l;

    if (line.value == NULL) return false;
    ladder_start(&l, &line, ladder_limit(p));
    if (!numdiff_quick(&l, p->options.resolution, d))
        numdiff_full(&l, p->options.resolution, d);
    return isfinite(d->value);
}

static bool apart(double a, double a_bar, double b, double b_bar)
{
    return fabs(a - b) > a_bar + b_bar;
}

/* Two oracles that both know must know the same. */
static bool contradict(const ad_derivative *a, const ad_derivative *b)
{
    double bar = bar_of(b, b->value, b->error);

    if (!isfinite(a->value) || a->kind != AD_CHECK_SMOOTH ||
        !apart(a->value, bar_of(a, a->value, a->error), b->value, bar))
        return false;
    if (a->reason == AD_CHECK_TWO_SCALES)
        return apart(a->alternative, bar_of(a, a->alternative, a->alternative_error),
                     b->value, bar);
    return a->reason == AD_CHECK_NO_REASON;
}

static bool wants_more(const struct judgement *j, const ad_derivative *d)
{
    return j->reason != AD_CHECK_NON_DETERMINISTIC &&
           (j->verdict == AD_CHECK_INCONCLUSIVE || d->kind == AD_CHECK_CONSTANT);
}

/* Asks the stronger oracles, in order of cost, until one is sure. */
static struct judgement ask_others(struct problem *p, size_t i, double claimed,
                                   struct judgement j, ad_derivative *d)
{
    size_t spent = d->evaluations;
    ad_derivative first = *d;

    for (int k = 0; k < 3 && wants_more(&j, d); ++k) {
        ad_derivative other = first;
        bool answered =
            k == 0   ? p->options.complex_step != NULL && complex_step(p, i, &other)
            : k == 1 ? p->options.wide != NULL && by_wide_difference(p, i, &other)
                     : p->options.exact != NULL && exact_derivative(p, i, &other);
        struct judgement next;

        if (!answered) continue;
        spent += other.evaluations;
        if (k < 2 && contradict(&first, &other)) {
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
    }
    d->evaluations = spent;
    return j;
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

static void count_rows(ad_check_report *report)
{
    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *row = &report->rows[k];

        report->evaluations += row->evaluations;
        report->passed += row->verdict == AD_CHECK_PASS;
        report->failed += row->verdict == AD_CHECK_FAIL;
        report->inconclusive += row->verdict == AD_CHECK_INCONCLUSIVE;
    }
    report->verdict = report->failed > 0         ? AD_CHECK_FAIL
                      : report->inconclusive > 0 ? AD_CHECK_INCONCLUSIVE
                                                 : AD_CHECK_PASS;
}

static ad_check_status check_all(struct problem *p, const double *g,
                                 ad_check_report *report)
{
    report->rows = calloc(p->n, sizeof *report->rows);
    if (report->rows == NULL) return AD_CHECK_OUT_OF_MEMORY;
    for (size_t i = 0; i < p->n && !p->out_of_memory; ++i) {
        check_coordinate(p, i, g[i], &report->rows[i]);
        report->n_rows = i + 1;
    }
    return p->out_of_memory ? AD_CHECK_OUT_OF_MEMORY : AD_CHECK_OK;
}

ad_check_status ad_check_gradient(ad_check_function *f, void *context, size_t n,
                                  const double *x, const double *g,
                                  const ad_check_options *options,
                                  ad_check_report *report)
{
    struct problem p;
    ad_check_status status = AD_CHECK_OUT_OF_MEMORY;

    if (report == NULL) return AD_CHECK_BAD_ARGUMENT;
    *report = (ad_check_report){.n = n, .verdict = AD_CHECK_INCONCLUSIVE};
    if (f == NULL || (n > 0 && (x == NULL || g == NULL))) return AD_CHECK_BAD_ARGUMENT;
    if (problem_open(&p, f, context, n, x, options)) {
        if (n > 0) {
            report->value = f(p.point, context);
            report->evaluations = 1;
        }
        if (n == 0)
            status = AD_CHECK_OK;
        else if (n <= p.options.exhaustive_up_to)
            status = check_all(&p, g, report);
        else
            status = check_sampled(&p, g, report);
        count_rows(report);
        if (status == AD_CHECK_OK)
            ad_check_name_mistakes(n, x, &p.options, report);
        else
            report->verdict = AD_CHECK_INCONCLUSIVE;
    }
    problem_close(&p);
    return status;
}

void ad_check_report_free(ad_check_report *report)
{
    if (report != NULL) {
        free(report->rows);
        report->rows = NULL;
        report->n_rows = 0;
    }
}

ad_check_status ad_numerical_derivative(ad_check_function *f, void *context, size_t n,
                                        const double *x, size_t i,
                                        const ad_check_options *options,
                                        ad_derivative *derivative)
{
    struct problem p;
    struct coordinate c = {&p, i};
    struct ladder l;
    struct line line;

    if (f == NULL || x == NULL || derivative == NULL || i >= n)
        return AD_CHECK_BAD_ARGUMENT;
    if (!problem_open(&p, f, context, n, x, options)) return AD_CHECK_OUT_OF_MEMORY;
    line = coordinate_line(&c);
    ladder_start(&l, &line, p.options.max_evaluations);
    if (!numdiff_quick(&l, p.options.resolution, derivative))
        numdiff_full(&l, p.options.resolution, derivative);
    problem_close(&p);
    return AD_CHECK_OK;
}
