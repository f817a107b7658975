/* The edge grid. */
#include "verify/edge_check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/edge_policy.h"

#define ENGINE graph
#include "verify/programs/row.inc"
#define ENGINE tape
#include "verify/programs/row.inc"

/* Never 1: a rule that forgets the incoming gradient must show. */
#define INCOMING 3.0

/* One row on its way through the cells. */
typedef struct edging {
    edge_policy policy;
    ad_graph *graph; /* NULL where the engines are left out */
    ad_tape *tape;
    bool out_of_memory;
    edge_report *report;
} edging;

/* ---- Failures -------------------------------------------------------------------- */

static const char *name_of(int of)
{
    static const char *const names[] = {"value", "d/dx", "d/dy", "d/dw"};
    return names[of + 1];
}

/* "log at x=-0x1p+0: d/dx is -1 in the table, right is nan (a convention: ...)" */
static void report_failure(edging *e, const double *at, const char *where, int of,
                           double claimed)
{
    static const char letters[] = "xyw";
    edge_report *r = e->report;
    if (r->failures == EDGE_FAILURES) return;
    char point[160] = "";
    int n = 0;
    for (int i = 0; i < grade_inputs(e->policy.row); i++)
        n += snprintf(point + n, sizeof point - (size_t)n, " %c=%a",
                      i < e->policy.row->operands ? letters[i] : 'c', at[i]);
    snprintf(r->failure[r->failures++], EDGE_TEXT,
             "%s at%s: %s is %a %s, and should be %s; so says %s: %s",
             e->policy.row->name, point, name_of(of), claimed, where,
             e->policy.right.number, e->policy.right.policy, e->policy.right.reason);
}

/* ---- Engines --------------------------------------------------------------------- */

/* One engine against the row: z and dz are the row's. */
static bool agrees(edging *e, const double *at, const char *where, const double *dz,
                   double z, double engine_z, const double *grad)
{
    edge_expectation *right = &e->policy.right;
    if (!edge_same(engine_z, z)) {
        edge_wrong(right, "the row", "an engine gives its numbers", "%a", z);
        report_failure(e, at, where, -1, engine_z);
        return false;
    }
    for (int i = 0; i < e->policy.row->operands; i++) {
        const double expected = INCOMING * dz[i];
        if (edge_same(grad[i], expected) ||
            fabs(grad[i] - expected) <= 0x1p-52 * fabs(expected))
            continue;
        edge_wrong(right, "the row",
                   "an incoming gradient of 3 comes back times the partial", "%a",
                   expected);
        report_failure(e, at, where, i, grad[i]);
        return false;
    }
    return true;
}

static bool engines_agree(edging *e, const double *at, double z, const double *dz)
{
    double y, grad[AD_MAX_OPERANDS] = {0};
    const double c = grade_constant(e->policy.row, at);
    if (e->graph == NULL) return true;
    if (!row_gradient_graph(e->graph, e->policy.op, at, c, INCOMING, &y, grad)) {
        e->out_of_memory = true;
        return true;
    }
    const bool graph = agrees(e, at, "on the graph", dz, z, y, grad);
    if (!row_gradient_tape(e->tape, e->policy.op, at, c, INCOMING, &y, grad)) {
        e->out_of_memory = true;
        return true;
    }
    return agrees(e, at, "on the tape", dz, z, y, grad) && graph;
}

/* ---- Cells ----------------------------------------------------------------------- */

static void visit(edging *e, const double *at)
{
    const ad_op_info *row = e->policy.row;
    edge_report *r = e->report;
    double dz[AD_MAX_OPERANDS] = {0};
    const double z = edge_value(row, at);
    row->partials(at, grade_constant(row, at), z, dz);
    bool holds = engines_agree(e, at, z, dz);
    const bool by_convention = edge_convention_at(e->policy.op, row, at) != NULL;
    bool silent = false, by_rule = false, wrong = false;
    for (int of = -1; of < row->operands && !(by_convention && wrong); of++) {
        const double claimed = of < 0 ? z : dz[of];
        const edge_verdict v = edge_policy_judge(&e->policy, at, of, claimed);
        wrong = v == EDGE_WRONG;
        if (wrong) report_failure(e, at, "in the table", of, claimed);
        holds = holds && !wrong;
        silent = silent || (of >= 0 && v == EDGE_SILENT);
        by_rule = by_rule || v == EDGE_RIGHT_BY_RULE ||
                  (wrong && strcmp(e->policy.right.policy, "the rules") == 0);
    }
    r->cells++;
    *(by_convention ? &r->by_convention
      : silent      ? &r->unjudged
      : by_rule     ? &r->by_rule
                    : &r->by_witness) += 1;
    r->disagreements += !holds;
}

static bool ran_out(const edging *e)
{
    return e->out_of_memory || e->policy.witness.out_of_memory;
}

void edge_check_run(ad_op op, const ad_op_info *row, edge_report *report)
{
    static const char no_memory[] = "there is no memory";
    *report = (edge_report){.op = op};
    edging e = {.report = report};
    edge_cells *cells = malloc(sizeof *cells);
    if (row == NULL) e.graph = ad_graph_new(NULL);
    if (row == NULL) e.tape = ad_tape_new(NULL);
    report->why_not = edge_policy_open(&e.policy, op, row != NULL ? row : &ad_ops[op]);
    if (report->why_not == NULL &&
        (cells == NULL || (row == NULL && (e.graph == NULL || e.tape == NULL))))
        report->why_not = no_memory;
    if (report->why_not == NULL) {
        edge_cells_fill(cells, op, e.policy.row);
        for (size_t k = 0; k < cells->n && !ran_out(&e); k++) visit(&e, cells->at[k]);
        if (ran_out(&e)) report->why_not = no_memory;
    }
    edge_policy_close(&e.policy);
    ad_tape_free(e.tape);
    ad_graph_free(e.graph);
    free(cells);
}
