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
    const ad_check_partial *settled; /* by MPFR, for name_mistakes */
} subject;

static double value_of(const double *x, void *context)
{
    const subject *s = context;
    return expr_value(s->e, x);
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

static const double RESOLUTION = 5e-8; /* the checker's own */

static void settle(ad_check_partial *row, ad_check_verdict verdict,
                   ad_check_reason reason)
{
    row->verdict = verdict;
    row->reason = reason;
    row->text[0] = '\0';
    if (verdict != AD_CHECK_FAIL) row->mistake = AD_CHECK_NO_MISTAKE;
}

/*
 * The derivative is known: a claim within the resolution of it passes, whatever the
 * expression's rounding; one that only rounding explains passes if that is small
 * against the derivative, as a pass wants it, else it is inconclusive.
 */
static void judge_by_number(ad_check_partial *row, double exact, double rounding)
{
    const double off =
        fmin(fabs(row->claimed - row->numerical), fabs(exact - row->numerical));
    const double size = RESOLUTION * fabs(row->numerical),
                 allowed = rounding + row->error;
    if (!isfinite(allowed)) { /* nothing is excused by it */
        if (off <= size) settle(row, AD_CHECK_PASS, AD_CHECK_NO_REASON);
    } else if (!(off <= allowed || (off <= size && row->verdict != AD_CHECK_FAIL))) {
        if (row->verdict == AD_CHECK_FAIL) return;
        settle(row, AD_CHECK_FAIL, AD_CHECK_NO_REASON);
        row->mistake = AD_CHECK_UNKNOWN_MISTAKE;
        snprintf(row->text, sizeof row->text,
                 "no known pattern: off by %.6g, ratio %.10g",
                 row->claimed - row->numerical, row->claimed / row->numerical);
    } else if (off <= size || allowed <= size || off == 0) {
        settle(row, AD_CHECK_PASS, AD_CHECK_NO_REASON);
    } else {
        settle(row, AD_CHECK_INCONCLUSIVE, AD_CHECK_WITHIN_ROUNDING);
        snprintf(row->text, sizeof row->text,
                 "off by %.3g, and rounding inside the expression explains %.3g", off,
                 allowed);
    }
}

#ifdef HAVE_mpfr

/* Between the one-sided derivatives, of which one may be missing or both infinite. */
static void judge_between(ad_check_partial *row, double left, double right)
{
    const double low = fmin(left, right), high = fmax(left, right);
    const double bar = isfinite(high - low) ? 1e-12 * fmax(-low, high) : 0;
    row->left = left;
    row->right = right;
    row->numerical = left == right ? left : low + (high - low) / 2;
    row->error = 0;
    row->oracle = AD_CHECK_BY_EXACT;
    row->kind = isinf(low)      ? AD_CHECK_INFINITE
                : left != right ? AD_CHECK_KINK
                                : AD_CHECK_SMOOTH;
    if (row->claimed >= low - bar && row->claimed <= high + bar) {
        settle(row, AD_CHECK_PASS, AD_CHECK_NO_REASON);
        return;
    }
    if (row->verdict == AD_CHECK_FAIL && row->text[0] != '\0') return;
    settle(row, AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    row->mistake = AD_CHECK_UNKNOWN_MISTAKE;
    if (low < high)
        snprintf(row->text, sizeof row->text,
                 "outside the one-sided derivatives %.10g and %.10g", left, right);
    else
        snprintf(row->text, sizeof row->text, "the derivative is %.10g here", low);
}

/* There is no derivative: a kink, the end of the domain, an infinite slope, a jump. */
static void judge_by_sides(const subject *s, const double *x, ad_check_partial *row)
{
    expr_mpfr_side left, right;
    const bool known = expr_mpfr_sides(s->e, x, row->index, &left, &right);
    const bool one_sided = known && (left.shape == EXPR_MPFR_UNDEFINED) !=
                                        (right.shape == EXPR_MPFR_UNDEFINED);
    if (one_sided && left.shape == EXPR_MPFR_UNDEFINED) left = right;
    if (one_sided && right.shape == EXPR_MPFR_UNDEFINED) right = left;
    if (known && left.shape == EXPR_MPFR_SLOPE && right.shape == EXPR_MPFR_SLOPE &&
        (isinf(left.slope) ? left.slope == right.slope : isfinite(right.slope))) {
        judge_between(row, left.slope, right.slope);
        if (one_sided && isfinite(left.slope)) row->kind = AD_CHECK_ONE_SIDED;
    } else if (row->verdict != AD_CHECK_INCONCLUSIVE) {
        settle(row, AD_CHECK_INCONCLUSIVE, AD_CHECK_ORACLES_DISAGREE);
        snprintf(row->text, sizeof row->text,
                 "differences give %.10g, and MPFR finds no derivative here",
                 row->numerical);
    }
}

#endif

/*
 * A second look at every row. The checker sees values alone; the expression says how
 * far its own rounding reaches, and MPFR knows the derivative where differences in
 * double have gone wrong. `exact` is the claim without its rounding, or NaN.
 */
static void reconsider(const subject *s, const double *x, double exact,
                       ad_check_partial *row)
{
    const double rounding = s->rounding[row->index];
    if (isnan(row->claimed) || !isfinite(expr_value(s->e, x))) return;
#ifdef HAVE_mpfr
    double derivative, bound;
    const int status = expr_mpfr_derivative(s->e, x, row->index, &derivative, &bound);
    if (status == 1) judge_by_sides(s, x, row);
    /* what double sees at a kink may be rounding's doing: its own pass stays */
    if (status != 0 || (row->kind == AD_CHECK_KINK && row->verdict == AD_CHECK_PASS))
        return;
    if (row->verdict == AD_CHECK_FAIL && row->kind == AD_CHECK_SATURATED)
        snprintf(row->text, sizeof row->text,
                 "the derivative is %.10g here, the claim is %.10g", derivative,
                 row->claimed);
    row->numerical = derivative;
    row->error = bound;
    row->oracle = AD_CHECK_BY_EXACT;
    row->kind = AD_CHECK_SMOOTH;
    judge_by_number(row, exact, isfinite(rounding) ? rounding : HUGE_VAL);
#else
    if (row->verdict == AD_CHECK_FAIL && isfinite(rounding))
        judge_by_number(row, exact, rounding);
#endif
}

static int settled_by_mpfr(const double *x, size_t i, double *derivative, double *bound,
                           void *context)
{
    const ad_check_partial *row = &((const subject *)context)->settled[i];
    (void)x;
    if (row->oracle != AD_CHECK_BY_EXACT || row->kind != AD_CHECK_SMOOTH) return 1;
    *derivative = row->numerical;
    *bound = row->error;
    return 0;
}

/* Rows that only MPFR could fail have a mistake too: the checker names it when it is
 * told the derivative. */
static void name_mistakes(subject *s, const expr_sheet *sheet, const double *gradient,
                          ad_check_options options, ad_check_report *report)
{
    ad_check_report named = {0};
    s->settled = report->rows;
    options.exact = settled_by_mpfr;
    if (ad_check_gradient(value_of, s, sheet->e->inputs, sheet->x, gradient, &options,
                          &named) == AD_CHECK_OK)
        for (size_t k = 0; k < report->n_rows; k++) {
            ad_check_partial *row = &report->rows[k];
            const ad_check_partial *other = &named.rows[k];
            if (row->verdict != AD_CHECK_FAIL ||
                row->mistake != AD_CHECK_UNKNOWN_MISTAKE ||
                other->verdict != AD_CHECK_FAIL || other->oracle != AD_CHECK_BY_EXACT)
                continue;
            row->mistake = other->mistake;
            memcpy(row->text, other->text, sizeof row->text);
        }
    ad_check_report_free(&named);
}

/* `exact`: the claim for input `claimed` without its rounding. */
static ad_check_status check(const expr_sheet *sheet, const double *gradient,
                             size_t claimed, double exact, ad_check_report *report)
{
    subject s = {sheet->e, sheet->rounding, NULL};
    bool unnamed = false;
    const ad_check_options options = {.names = sheet->e->input,
                                      .exhaustive_up_to = sheet->e->inputs};
    const ad_check_status status = ad_check_gradient(
        value_of, &s, sheet->e->inputs, sheet->x, gradient, &options, report);
    for (size_t k = 0; k < report->n_rows && status == AD_CHECK_OK; k++) {
        ad_check_partial *row = &report->rows[k];
        const bool failed = row->verdict == AD_CHECK_FAIL;
        reconsider(&s, sheet->x, k == claimed ? exact : (double)NAN, row);
        unnamed = unnamed || (!failed && row->verdict == AD_CHECK_FAIL);
    }
    if (unnamed) name_mistakes(&s, sheet, gradient, options, report);
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
    const bool judged =
        check(sheet, gradient, claim->input, claim->exact, &report) == AD_CHECK_OK;
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
    const bool made =
        sheet->graph != NULL && sheet->tape != NULL && sheet->rounding != NULL &&
        sheet->grad != NULL && bound_rounding(sheet) && run_graph(sheet) == AD_OK &&
        run_tape(sheet) == AD_OK &&
        check(sheet, sheet->graph, e->inputs, (double)NAN, &sheet->report) ==
            AD_CHECK_OK;
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
