/*
 * MPFR's word at a cell of the edge grid: the witness, within the bound of the grade.
 *
 *     edge_witness e;
 *     const char *why_not = edge_witness_open(&e, AD_OP_log, &ad_ops[AD_OP_log]);
 *     if (why_not == NULL) edge_witness_judge(&e, (double[]){1}, 0, 1, &right) ...
 *     edge_witness_close(&e);
 *
 * It is silent on what is infinite or NaN, far outside the domain, and where a partial
 * does not exist or MPFR does not settle; in a build without MPFR, everywhere.
 */
#ifndef GRADYNO_EDGE_WITNESS_H
#define GRADYNO_EDGE_WITNESS_H

#include <stdbool.h>

#include "verify/edge_verdict.h"
#include "verify/witness.h"

typedef struct edge_witness {
    const ad_op_info *row;
    bool undecided; /* MPFR did not settle on what was judged last */
    bool out_of_memory;
#ifdef HAVE_mpfr
    witness *w;
    mpfr_t exact;
#endif
} edge_witness;

/* row is op's, or one in its place. NULL, or a few words why there is no witness; to be
 * closed all the same. */
const char *edge_witness_open(edge_witness *e, ad_op op, const ad_op_info *row);
void edge_witness_close(edge_witness *e);

/* On the value (of is -1) or on the partial along operand `of`. */
edge_verdict edge_witness_judge(edge_witness *e, const double *at, int of,
                                double claimed, edge_expectation *right);

/* The partial by MPFR, or else the row's own. */
double edge_witness_slope(edge_witness *e, const double *at, int i);

#endif
