/* The checker's error bounds, held against derivatives that are known. */
#include "verify/calibration.h"

#include <math.h>

#include "verify/check.h"
#include "verify/random_expression.h"

/* The right claim's row: what the bound was worth. */
static void weigh_bound(const ad_check_partial *row, double truth, FILE *tsv,
                        calibration *c)
{
    if (!isfinite(row->numerical) || row->kind != AD_CHECK_SMOOTH ||
        !(row->error < 0.01 * fabs(row->numerical)))
        return;
    /* less the rounding of the truth to a double, which is not the checker's error */
    const double error = fabs(row->numerical - truth) - 2.3e-16 * fabs(truth);
    c->resolved++;
    c->beyond += error > row->error;
    c->far_beyond += error > 8 * row->error;
    if (tsv != NULL)
        fprintf(tsv, "%.17g\t%.17g\t%.6g\t%.6g\t%zu\n", truth, row->numerical,
                row->error, fabs(row->numerical - truth) / row->error,
                row->evaluations);
}

/* `factor` times the right derivative, claimed. */
static bool judge_claim(struct expression *e, size_t i, double truth, double factor,
                        FILE *tsv, calibration *c)
{
    double g[EXPRESSION_INPUTS] = {0};
    ad_check_report report;
    g[i] = factor * truth;
    const bool judged = ad_check_gradient(expression_value, e, e->inputs, e->x, g, NULL,
                                          &report) == AD_CHECK_OK;
    if (judged) {
        const ad_check_partial *row = &report.rows[i];
        const bool is_right = factor == 1, fails = row->verdict == AD_CHECK_FAIL,
                   passes = row->verdict == AD_CHECK_PASS;
        c->accused += is_right && fails;
        c->unsure_right += is_right && !fails && !passes;
        c->missed += !is_right && passes;
        c->unsure_wrong += !is_right && !fails && !passes;
        if (row->evaluations > c->most_evaluations)
            c->most_evaluations = row->evaluations;
        if (is_right) {
            c->evaluations += row->evaluations;
            weigh_bound(row, truth, tsv, c);
        }
    }
    ad_check_report_free(&report);
    return judged;
}

/* A formula whose derivative changes in the eighth digit when its inputs are rounded
 * differently has no "known derivative" for a function of doubles. */
static bool is_well_posed(const struct expression *e, size_t i, double value,
                          double truth, random_source *random)
{
    for (int k = 0; k < 4; k++) {
        struct expression moved = *e;
        long double derivative;
        for (size_t j = 0; j < e->inputs; j++)
            moved.x[j] *= 1.0 + random_uniform(random, -4e-16, 4e-16);
        if (!(fabsl(expression_truth(&moved, i, &derivative) - (long double)value) <=
              1e-6L * fabsl((long double)value)) ||
            !(fabsl(derivative - (long double)truth) <=
              1e-9L * fabsl((long double)truth)))
            return false;
    }
    return true;
}

bool calibration_run(size_t formulas, uint64_t seed, FILE *tsv, calibration *result)
{
    static const double factors[1 + CALIBRATION_WRONG] = {1,        2,        -1,
                                                          1 + 1e-3, 1 + 1e-5, 1 + 1e-7};
    random_source random = {seed};
    bool judged = true;
    *result = (calibration){0};
    if (tsv != NULL) fputs("truth\tnumerical\tbound\tratio\tevaluations\n", tsv);
    while (result->formulas < formulas && judged) {
        struct expression e;
        long double derivative;
        random_expression(&e, &random);
        const size_t i = random_below(&random, e.inputs);
        const double value = expression_value(e.x, &e);
        expression_truth(&e, i, &derivative);
        const double truth = (double)derivative;
        if (!isfinite(value) || !isfinite(truth) || fabs(truth) < 1e-290 ||
            !is_well_posed(&e, i, value, truth, &random))
            continue;
        result->formulas++;
        for (size_t k = 0; k <= CALIBRATION_WRONG && judged; k++)
            judged = judge_claim(&e, i, truth, factors[k], tsv, result);
    }
    return judged;
}

/* Within three standard deviations. */
static bool rate_holds(size_t seen, size_t of, double rate)
{
    const double expected = rate * (double)of;
    return (double)seen <= expected + 3 * sqrt(expected);
}

bool calibration_holds(const calibration *c)
{
    return rate_holds(c->beyond, c->resolved, 1 - CALIBRATION_WITHIN) &&
           rate_holds(c->far_beyond, c->resolved, 1 - CALIBRATION_WITHIN_8) &&
           rate_holds(c->accused, c->formulas, 1e-3) &&
           rate_holds(c->missed, CALIBRATION_WRONG * c->formulas, 1e-4);
}
