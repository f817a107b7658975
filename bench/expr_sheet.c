/* What `gradyno expr` finds out: both engines, the checker, and the claims. */
#include "bench/expr_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/expr_mpfr.h"

/* What the checker's callbacks are given. */
typedef struct subject {
    const expr *e;
    const double *rounding;
} subject;

static double value_of(const double *x, void *context)
{
    const subject *s = context;
    return expr_value(s->e, x);
}

/*
 * The derivative as MPFR has it, with a bound of what a gradient in double may be off
 * by. 0; or 1: there is none, or it does not speak for what double computes, whose
 * value is not finite, or rounded beyond recognition.
 */
static int exact_of(const double *x, size_t i, double *derivative, double *bound,
                    void *context)
{
#ifdef HAVE_mpfr
    const subject *s = context;
    if (!isfinite(expr_value(s->e, x)) || !isfinite(s->rounding[i])) return 1;
    const int status = expr_mpfr_derivative(s->e, x, i, derivative, bound);
    if (status == 0) *bound += s->rounding[i];
    return status;
#else
    (void)x, (void)i, (void)derivative, (void)bound, (void)context;
    return 1;
#endif
}

/* ---- Engines -------------------------------------------------------------------- */

static ad_status run_graph(expr_sheet *sheet)
{
    const expr *e = sheet->e;
    ad_graph *g = ad_graph_new(NULL);
    ad_graph_handle *input = calloc(e->inputs + 1, sizeof(ad_graph_handle));
    ad_graph_handle *handle = calloc(e->nodes, sizeof(ad_graph_handle));
    ad_status status = AD_NO_MEMORY;
    if (g != NULL && input != NULL && handle != NULL) {
        for (size_t i = 0; i < e->inputs; i++) input[i] = ad_graph_var(g, sheet->x[i]);
        status =
            ad_graph_backward(g, expr_record_graph(e, sheet->step, g, input, handle));
    }
    if (status == AD_OK) {
        for (size_t i = 0; i < e->inputs; i++)
            sheet->graph[i] = ad_graph_grad(g, input[i]);
        for (size_t i = 0; i < e->nodes; i++)
            if (sheet->step[i].role != EXPR_SKIPPED)
                sheet->grad[i] = ad_graph_grad(g, handle[i]);
    }
    free(input);
    free(handle);
    ad_graph_free(g);
    return status;
}

static ad_status run_tape(expr_sheet *sheet)
{
    const expr *e = sheet->e;
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle *input = calloc(e->inputs + 1, sizeof *input);
    ad_tape_handle *handle = calloc(e->nodes, sizeof *handle);
    ad_status status = AD_NO_MEMORY;
    if (t != NULL && input != NULL && handle != NULL) {
        for (size_t i = 0; i < e->inputs; i++) input[i] = ad_tape_var(t, sheet->x[i]);
        status =
            ad_tape_backward(t, expr_record_tape(e, sheet->step, t, input, handle));
    }
    for (size_t i = 0; i < e->inputs && status == AD_OK; i++)
        sheet->tape[i] = ad_tape_grad(t, input[i]);
    free(input);
    free(handle);
    ad_tape_free(t);
    return status;
}

static bool bound_rounding(expr_sheet *sheet)
{
    const expr *e = sheet->e;
    double *rounding = malloc(e->nodes * sizeof *rounding);
    const bool bounded = rounding != NULL && expr_rounding(e, sheet->step, rounding);
    for (size_t i = 0; i < e->nodes && bounded; i++)
        if (e->node[i].kind == EXPR_INPUT)
            sheet->rounding[e->node[i].which] = rounding[i];
    free(rounding);
    return bounded;
}

bool expr_sheet_engines_agree(const expr_sheet *sheet, size_t i)
{
    const double g = sheet->graph[i], t = sheet->tape[i];
    if (isnan(g) || isnan(t)) return isnan(g) && isnan(t);
    return g == t || (isfinite(g - t) && fabs(g - t) <= sheet->rounding[i]);
}

/* ---- Judgement ------------------------------------------------------------------ */

/*
 * A second look at a row that failed. The checker sees values alone; the expression
 * says how far its own rounding reaches, and MPFR knows the derivative where
 * differences in double have gone wrong. A claim passes within rounding if that is
 * small against the derivative, as a pass wants it; else it is inconclusive.
 */
static void reconsider(const subject *s, const double *x, ad_check_partial *row)
{
    const double resolution = 5e-8; /* the checker's own */
    const double rounding = s->rounding[row->index];
    if (row->verdict != AD_CHECK_FAIL || isnan(row->claimed)) return;
#ifdef HAVE_mpfr
    if (row->oracle != AD_CHECK_BY_EXACT && isfinite(rounding)) {
        subject copy = *s;
        double derivative, bound;
        if (exact_of(x, row->index, &derivative, &bound, &copy) != 0) {
            row->verdict = AD_CHECK_INCONCLUSIVE;
            row->reason = AD_CHECK_ORACLES_DISAGREE;
            snprintf(row->text, sizeof row->text,
                     "differences give %.10g, and MPFR finds no derivative here",
                     row->numerical);
            return;
        }
        row->numerical = derivative;
        row->error = bound;
        row->oracle = AD_CHECK_BY_EXACT;
    }
#else
    (void)x;
#endif
    const double off = fabs(row->claimed - row->numerical);
    if (!(off <= rounding + row->error)) return;
    const bool small = rounding <= resolution * fabs(row->numerical);
    row->verdict = small ? AD_CHECK_PASS : AD_CHECK_INCONCLUSIVE;
    row->reason = small ? AD_CHECK_NO_REASON : AD_CHECK_WITHIN_ROUNDING;
    row->mistake = AD_CHECK_NO_MISTAKE;
    row->text[0] = '\0';
    if (!small)
        snprintf(row->text, sizeof row->text,
                 "off by %.3g, and rounding inside the expression explains %.3g", off,
                 rounding);
}

static ad_check_status check(const expr_sheet *sheet, const double *gradient,
                             ad_check_report *report)
{
    subject s = {sheet->e, sheet->rounding};
    const ad_check_options options = {.names = sheet->e->input,
                                      .exhaustive_up_to = sheet->e->inputs,
                                      .exact = exact_of};
    const ad_check_status status = ad_check_gradient(
        value_of, &s, sheet->e->inputs, sheet->x, gradient, &options, report);
    for (size_t k = 0; k < report->n_rows && status == AD_CHECK_OK; k++)
        reconsider(&s, sheet->x, &report->rows[k]);
    return status;
}

ad_check_verdict expr_sheet_verdict(const expr_sheet *sheet, size_t i)
{
    if (!expr_sheet_engines_agree(sheet, i)) return AD_CHECK_FAIL;
    return sheet->report.rows[i].verdict;
}

static void count(expr_sheet *sheet, ad_check_verdict verdict)
{
    sheet->passed += verdict == AD_CHECK_PASS;
    sheet->failed += verdict == AD_CHECK_FAIL;
    sheet->inconclusive += verdict == AD_CHECK_INCONCLUSIVE;
}

bool expr_sheet_judge(expr_sheet *sheet, expr_claim *claim)
{
    const size_t n = sheet->e->inputs;
    double *gradient = malloc(n * sizeof *gradient);
    ad_check_report report = {0};
    if (gradient == NULL) return false;
    /* The rest of the gradient tells the checker what a claim may have been mixed up
     * with.
     */
    memcpy(gradient, sheet->graph, n * sizeof *gradient);
    gradient[claim->input] = claim->value;
    const bool judged = check(sheet, gradient, &report) == AD_CHECK_OK;
    if (judged) {
        claim->row = report.rows[claim->input];
        count(sheet, claim->row.verdict);
    }
    ad_check_report_free(&report);
    free(gradient);
    return judged;
}

bool expr_sheet_make(expr_sheet *sheet, const expr *e, const double *x,
                     expr_error *error)
{
    *sheet = (expr_sheet){.e = e, .x = x};
    sheet->step = expr_plan(e, x, error);
    if (sheet->step == NULL) return false;
    sheet->graph = calloc(e->inputs + 1, sizeof(double));
    sheet->tape = calloc(e->inputs + 1, sizeof(double));
    sheet->rounding = calloc(e->inputs + 1, sizeof(double));
    sheet->grad = calloc(e->nodes, sizeof(double));
    const bool made = sheet->graph != NULL && sheet->tape != NULL &&
                      sheet->rounding != NULL && sheet->grad != NULL &&
                      bound_rounding(sheet) && run_graph(sheet) == AD_OK &&
                      run_tape(sheet) == AD_OK &&
                      check(sheet, sheet->graph, &sheet->report) == AD_CHECK_OK;
    if (!made) {
        *error = (expr_error){.sentence = "out of memory"};
        return false;
    }
    for (size_t i = 0; i < e->inputs; i++) count(sheet, expr_sheet_verdict(sheet, i));
    return true;
}

void expr_sheet_free(expr_sheet *sheet)
{
    ad_check_report_free(&sheet->report);
    free(sheet->step);
    free(sheet->graph);
    free(sheet->tape);
    free(sheet->rounding);
    free(sheet->grad);
}
