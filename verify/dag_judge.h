/*
 * What the derivatives of a program are, and how far off an engine may be: sweeps over
 * the flat list in long double, which have neither engine's walk.
 *
 * Beside each adjoint goes a bound of the error that double arithmetic may make in it,
 * in whatever order the contributions are added. With u = 2^-53, partials that are off
 * by k ulps (at most 2k u relative), and E the bound of adjoint g, a contribution g p
 * has the error
 *
 *     E |p| + (1 + 2k) u (|g| + E) |p| + the least subnormal, for an underflow,
 *
 * and n contributions are added with an error of at most n u times the sum of their
 * sizes. With k = 0 the bound is that of an engine that reads the same partials (they
 * come from ad_ops, so a wrong formula is not seen); with k > 0 it is that of the
 * derivative itself, at the values as they were rounded.
 */
#ifndef GRADYNO_DAG_JUDGE_H
#define GRADYNO_DAG_JUDGE_H

#include "verify/dag.h"

typedef struct dag_judged {
    long double derivative;  /* of the output by this item, or of it by the direction */
    double bound;            /* of an engine's error in it */
    long double error, size; /* so far: of the contributions, and their sizes added */
    size_t contributions;
} dag_judged;

/* All zero is an empty one. */
typedef struct dag_judgement {
    dag_judged *at; /* [n] */
    size_t n, room;
} dag_judgement;

/* Backward from `output` with the adjoint `seed`. False when memory is out. */
bool dag_judge(const dag *d, size_t output, double seed, double partial_ulps,
               dag_judgement *j);

/* Forward: direction[k] is the tangent of leaf k; the others' are not read. */
bool dag_judge_forward(const dag *d, const double *direction, double partial_ulps,
                       dag_judgement *j);

/* sum over all uses of |adjoint partial tangent|. */
double dag_judge_terms(const dag *d, const dag_judgement *backward,
                       const dag_judgement *forward);

void dag_judgement_free(dag_judgement *j);

#endif
