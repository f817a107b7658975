/*
 * Every row at the edges: zeros, subnormals, the largest doubles, infinities, NaN, the
 * ends of its domain, and where its value or a partial changes in kind; with their
 * neighbours.
 *
 *     edge_report report;
 *     edge_check_run(AD_OP_log, NULL, &report);
 *     if (report.disagreements > 0) puts(report.failure[0]);
 *
 * Which cells: edge_cells.h. What is right there: edge_policy.h, by a convention, by
 * MPFR or by the rules; and the graph and the tape must give the same as the row, times
 * an incoming 3.
 */
#ifndef GRADYNO_EDGE_CHECK_H
#define GRADYNO_EDGE_CHECK_H

#include <stddef.h>

#include "verify/edge_cells.h"

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
