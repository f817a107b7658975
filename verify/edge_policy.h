/*
 * What is right at a cell of the edge grid. First of those that have a word on it:
 *
 *   a convention   a row of edges.def, exactly
 *   MPFR           the witness, within the bound of the grade (accuracy.def)
 *   the rules      at the head of edges.def: a NaN value has NaN partials, unless they
 *                  do not see what is NaN; otherwise a partial is its limit, from the
 *                  side there is, and at a kink between the limits from both
 *
 *     edge_policy p;
 *     const char *why_not = edge_policy_open(&p, AD_OP_log, &ad_ops[AD_OP_log]);
 *     if (why_not == NULL &&
 *         edge_policy_judge(&p, (double[]){0}, 0, claimed) == EDGE_WRONG)
 *         puts(p.right.number);
 *     edge_policy_close(&p);
 *
 * What this cannot see: a limit at infinity that the row itself has wrong all the way
 * out, as there the slopes before it are the row's own. Those the grade sees.
 */
#ifndef GRADYNO_EDGE_POLICY_H
#define GRADYNO_EDGE_POLICY_H

#include "verify/edge_cells.h"
#include "verify/edge_verdict.h"
#include "verify/edge_witness.h"

typedef struct edge_policy {
    ad_op op;
    const ad_op_info *row;
    edge_witness witness;
    edge_expectation right; /* as of the last EDGE_WRONG */
} edge_policy;

/* NULL, or a few words why not; to be closed all the same. */
const char *edge_policy_open(edge_policy *p, ad_op op, const ad_op_info *row);
void edge_policy_close(edge_policy *p);

/* On the value (of is -1), on which the rules have no word, or on the partial along
 * operand `of`. p->witness.out_of_memory, if there was none. */
edge_verdict edge_policy_judge(edge_policy *p, const double *at, int of,
                               double claimed);

#endif
