#include "verify/row_check.h"

#include <stdio.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/check.h"
#include "verify/expr_mpfr.h"
#include "verify/random.h"

#define ENGINE graph
#include "verify/programs/row.inc"
#define ENGINE tape
#include "verify/programs/row.inc"

/* Never 1: a rule that forgets the incoming gradient must show. */
#define INCOMING 3.0

/* One row as the checker wants it: incoming * f(x; c). */
typedef struct row_function {
    const ad_op_info *row;
    double c;
    expr *text; /* the row's value column, for the second witness */
} row_function;

static double row_value(const double *x, void *context)
{
    const row_function *f = context;
    return INCOMING * f->row->value(x, f->c);
}

#ifdef HAVE_mpfr
/* The witness for where double has no digits left: differences of the text, in MPFR. */
static int row_exact(const double *x, size_t i, double *derivative, double *bound,
                     void *context)
{
    const row_function *f = context;
    double inputs[AD_MAX_OPERANDS + 1];
    if (f->text == NULL) return 1;
    memcpy(inputs, x, (size_t)f->row->operands * sizeof *x);
    inputs[f->row->operands] = f->c;
    const int status = expr_mpfr_derivative(f->text, inputs, i, derivative, bound);
    *derivative *= INCOMING;
    *bound *= INCOMING;
    return status;
}
#else
#define row_exact NULL
#endif

/* A point of the domain: every other one of ordinary size, the rest of any magnitude.
 */
static double sample(random_source *r, size_t k, double lo, double hi)
{
    for (;;) {
        const double x =
            k % 2 == 0 ? random_uniform(r, -4, 4) : random_magnitude(r, -3, 2);
        if (lo < x && x < hi) return x;
    }
}

/* Operands and a constant at which the row has a value: pow(c, x) has none for c < 0.
 */
static void sample_operands(row_function *f, random_source *r, size_t k, double *x)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        x[0] = sample(r, k, f->row->lo, f->row->hi);
        for (int i = 1; i < f->row->operands; i++)
            x[i] = sample(r, k, -HUGE_VAL, HUGE_VAL);
        f->c = f->row->constants != 0 ? sample(r, k, -HUGE_VAL, HUGE_VAL) : 0;
        if (isfinite(f->row->value(x, f->c))) return;
    }
}

static void note_failure(row_check *result, const ad_check_partial *p, const double *x,
                         double c)
{
    if (result->failure[0] != '\0') return;
    const ad_op_info *row = &ad_ops[result->op];
    static const char letters[] = "xyw";
    int n = snprintf(result->failure, sizeof result->failure, "%s on the %s: at",
                     row->name, result->engine);
    for (int i = 0; i < row->operands; i++)
        n += snprintf(result->failure + n, sizeof result->failure - (size_t)n,
                      " %c=%.17g", letters[i], x[i]);
    if (row->constants != 0)
        n += snprintf(result->failure + n, sizeof result->failure - (size_t)n,
                      " c=%.17g", c);
    snprintf(result->failure + n, sizeof result->failure - (size_t)n,
             " the gradient of %c is %.17g, by difference %.17g +- %.2g%s%s",
             letters[p->index], p->claimed, p->numerical, p->error,
             p->text[0] != '\0' ? "; " : "", p->text);
}

static void count(row_check *result, const ad_check_report *report, const double *x,
                  double c)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        const ad_check_partial *p = &report->rows[i];
        row_count *n = &result->partial[p->index];
        switch (p->verdict) {
        case AD_CHECK_PASS: n->passed++; break;
        case AD_CHECK_FAIL:
            n->failed++;
            note_failure(result, p, x, c);
            break;
        case AD_CHECK_INCONCLUSIVE:
            /* MPFR settles what double cannot. Without it, the point says nothing. */
            if (expr_mpfr_missing() == NULL) n->inconclusive++;
            break;
        }
    }
}

row_check row_check_run(ad_op op, const char *engine, size_t points, uint64_t seed)
{
    const ad_op_info *row = &ad_ops[op];
    row_check result = {.op = op, .engine = engine, .points = points};
    const bool is_graph = strcmp(engine, "graph") == 0;
    ad_graph *g = is_graph ? ad_graph_new(NULL) : NULL;
    ad_tape *t = is_graph ? NULL : ad_tape_new(NULL);
    random_source random = {seed + (uint64_t)op};
    expr_error error;
    row_function f = {.row = row, .text = expr_parse_row(op, &error)};

    for (size_t k = 0; k < points && !result.out_of_memory; k++) {
        double x[AD_MAX_OPERANDS] = {0}, z, grad[AD_MAX_OPERANDS];
        sample_operands(&f, &random, k, x);
        const bool recorded =
            is_graph
                ? g != NULL && row_gradient_graph(g, op, x, f.c, INCOMING, &z, grad)
                : t != NULL && row_gradient_tape(t, op, x, f.c, INCOMING, &z, grad);
        const ad_check_options options = {.incoming = INCOMING, .exact = row_exact};
        ad_check_report report = {0};
        result.out_of_memory =
            !recorded || ad_check_gradient(row_value, &f, (size_t)row->operands, x,
                                           grad, &options, &report) != AD_CHECK_OK;
        if (!result.out_of_memory) count(&result, &report, x, f.c);
        ad_check_report_free(&report);
    }
    expr_free(f.text);
    ad_graph_free(g);
    ad_tape_free(t);
    return result;
}
