/* What `gradyno expr` finds out: both engines, the checker, and the claims. */
#include "bench/expr_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/expr_judge.h"

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

/* ---- The sheet ------------------------------------------------------------------ */

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

/* The first claim of each input that has not been judged yet; how many. */
static size_t pick(const expr_sheet *sheet, expr_claim *claim, size_t claims,
                   expr_claim **picked)
{
    size_t count = 0;
    for (size_t i = 0; i < sheet->e->inputs; i++) picked[i] = NULL;
    for (size_t k = 0; k < claims; k++) {
        if (claim[k].judged || picked[claim[k].input] != NULL) continue;
        picked[claim[k].input] = &claim[k];
        count++;
    }
    return count;
}

/* Together, as a gradient: only so it shows that two claims are each other's. */
static bool judge_picked(expr_sheet *sheet, double *gradient, expr_claim **picked)
{
    ad_check_report report = {0};
    for (size_t i = 0; i < sheet->e->inputs; i++)
        gradient[i] = picked[i] != NULL ? picked[i]->value : sheet->graph[i];
    const bool judged = expr_judge(sheet, gradient, picked, &report) == AD_CHECK_OK;
    for (size_t i = 0; i < sheet->e->inputs && judged; i++) {
        if (picked[i] == NULL) continue;
        picked[i]->row = report.rows[i];
        picked[i]->judged = true;
        count(sheet, report.rows[i].verdict);
    }
    if (judged && report.mistake == AD_CHECK_PERMUTED)
        memcpy(sheet->remark, report.text, sizeof sheet->remark);
    ad_check_report_free(&report);
    return judged;
}

bool expr_sheet_judge(expr_sheet *sheet, expr_claim *claim, size_t claims)
{
    const size_t n = sheet->e->inputs;
    double *gradient = malloc((n + 1) * sizeof *gradient);
    expr_claim **picked = malloc((n + 1) * sizeof(expr_claim *));
    bool judged = gradient != NULL && picked != NULL;
    sheet->passed = sheet->failed = sheet->inconclusive = 0;
    while (judged && pick(sheet, claim, claims, picked) > 0)
        judged = judge_picked(sheet, gradient, picked);
    free(gradient);
    free(picked);
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
        expr_judge(sheet, sheet->graph, NULL, &sheet->report) == AD_CHECK_OK;
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
