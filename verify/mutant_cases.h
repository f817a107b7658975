/* Each operation alone at a few points, with its exact partials: what `differences` and
 * `ulps` hold a subject against. */
#ifndef GRADYNO_MUTANT_CASES_H
#define GRADYNO_MUTANT_CASES_H

#include "verify/dag_mpfr.h"

enum { CASES = 8, MOST_LEAVES = 4 };

typedef struct op_case {
    ad_op op;
    dag d; /* the leaves, and then the operation: the output; seed 3 */
    size_t leaves;
    double partial[MOST_LEAVES]; /* d output / d leaf, exact but for `bound` */
    double bound[MOST_LEAVES];
} op_case;

/*
 * CASES for each operation, one after the other from AD_FIRST_ROW on: with operands of
 * either sign and either order where the domain has them, not at an edge. witness NULL:
 * the partials are the table's. NULL when memory is out.
 */
op_case *op_cases_new(dag_witness *witness, uint64_t seed, size_t *n);
void op_cases_free(op_case *cases, size_t n);

#endif
