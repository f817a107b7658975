/*
 * check.c: a claimed gradient, judged entry by entry.
 */
#include "verify/check.h"
#include "verify/checker/check_rows.h"

#include <stdlib.h>
#include <string.h>

/* One entry of a million may change f by less than f's rounding, and then it takes all of
 * them together to be seen. */
static bool is_hidden(const ad_check_partial *row)
{
    return row->verdict == AD_CHECK_INCONCLUSIVE && row->index != AD_CHECK_DIRECTION &&
           (row->reason == AD_CHECK_NOISY || row->reason == AD_CHECK_TWO_SCALES ||
            row->reason == AD_CHECK_WITHIN_ROUNDING ||
            row->reason == AD_CHECK_AT_SATURATION);
}

/* Whether directions were tried and all of them passed. */
static bool directions_pass(const ad_check_report *report)
{
    size_t directions = 0, passed = 0;

    for (size_t k = 0; k < report->n_rows; ++k)
        if (report->rows[k].index == AD_CHECK_DIRECTION) {
            ++directions;
            passed += report->rows[k].verdict == AD_CHECK_PASS;
        }
    return directions > 0 && passed == directions;
}

static void count_rows(ad_check_report *report)
{
    const bool spoken_for = directions_pass(report);

    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *row = &report->rows[k];
        const bool hidden = spoken_for && is_hidden(row);

        report->evaluations += row->evaluations;
        report->passed += row->verdict == AD_CHECK_PASS;
        report->failed += row->verdict == AD_CHECK_FAIL;
        report->unresolved += hidden;
        report->inconclusive += row->verdict == AD_CHECK_INCONCLUSIVE && !hidden;
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
    if (p->out_of_memory) return AD_CHECK_OUT_OF_MEMORY;
    check_joint_kinks(p, report);
    return AD_CHECK_OK;
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
