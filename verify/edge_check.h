/*
 * Every row at the edges: zeros, subnormals, the largest doubles, infinities, NaN, the
 * ends of its domain, and where its value or a partial changes in kind; with their
 * neighbours.
 *
 *     edge_report report;
 *     edge_check_run(AD_OP_log, NULL, &report);
 *     if (report.disagreements > 0) puts(report.failure[0]);
 *
 * What is right at a cell says, first of those that have a word on it:
 *
 *   a convention   a row of edges.def, exactly
 *   MPFR           the witness, within the bound of the grade (accuracy.def)
 *   the rules      at the head of edges.def: a NaN value has NaN partials, unless they
 *                  do not see what is NaN; otherwise a partial is its limit, from the
 *                  side there is, and at a kink between the limits from both
 *
 * and the graph and the tape must give the same as the row, times an incoming 3.
 *
 * What this cannot see: a limit at infinity that the row itself has wrong all the way
 * out, as there the slopes before it are the row's own. Those the grade sees.
 */
#ifndef GRADYNO_EDGE_CHECK_H
#define GRADYNO_EDGE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "verify/grade_points.h"

/* One row of edges.def. */
typedef struct edge_convention {
    ad_op op;
    int kind; /* operands of the macro's rows; negative with a constant */
    double at[GRADE_INPUTS]; /* operands, and then the constant */
    double value, partial[AD_MAX_OPERANDS];
    const char *reason;
} edge_convention;

extern const edge_convention edge_conventions[];
extern const size_t edge_convention_count;

enum { EDGE_FAILURES = 6, EDGE_TEXT = 480 };

typedef struct edge_report {
    ad_op op;
    size_t cells, by_convention, by_witness, by_rule;
    size_t unjudged;      /* no word on them but the engines': MPFR did not settle */
    size_t disagreements; /* cells */
    size_t failures;      /* of them, as sentences */
    char failure[EDGE_FAILURES][EDGE_TEXT];
    const char *why_not; /* it was not done, in a few words; else NULL */
} edge_report;

/* row is judged in place of the table's, without the engines; or NULL. */
void edge_check_run(ad_op op, const ad_op_info *row, edge_report *report);

#endif
