/*
 * A program in MPFR: every operation's value at 256 bits, and the derivative along a
 * direction from differences of values, with no calculus in it.
 *
 * An engine reads its partials at values that rounding has moved. So that this is not
 * held against it, each item k is moved by as much: with v[k] its double and f its
 * operation, the witness computes
 *
 *     z[k](t) = f(z[operands](t)) - f(v[operands]) + v[k],   leaf(t) = v + t direction,
 *
 * which passes through v[k] at t = 0 and has there the derivative that the chain rule
 * promises at these very values. So the tangent of item k is
 *
 *     (z[k](h) - z[k](-h)) / 2h,   h = 2^-80,
 *
 * and what is left for the engine to explain are its partials' ulps and its own sums:
 * the bound of dag_judge.h. To it comes the third derivative. Up to 2^40 it does 2^-122
 * to a tangent, which is carried along the chain like an error (and covers MPFR's own,
 * 2^-256 of a value over h); a larger one, with a singularity no nearer than 2^-50,
 * less than 2^-30 of the second difference.
 *
 * And v[k] itself must be f(v[operands]) rounded: to within 8 roundings of the result
 * and of each operand, u (|z| + sum |partial operand|). A subnormal one may be lost.
 *
 * Seen: a wrong value or partial of a row (a value whose name is C99's is MPFR's own
 * function), in double; a walk's mistake, where an engine's gradient is given. Not
 * seen: what is below the bound; a program with an item at a kink, at the end of its
 * domain or within h of one, which has no derivative there (DAG_UNRESOLVED).
 */
#ifndef GRADYNO_DAG_MPFR_H
#define GRADYNO_DAG_MPFR_H

#include "verify/dag_judge.h"

/* The ulps that a partial may be off by: the worst that `gradyno check` grants a row.
 */
#define DAG_PARTIAL_ULPS 16.0

/* Made once, as it reads the table's value texts. Used by one thread. */
typedef struct dag_witness dag_witness;

/* NULL when memory is out, and without MPFR (expr_mpfr_missing says so). */
dag_witness *dag_witness_new(void);
void dag_witness_free(dag_witness *w);

typedef enum dag_resolution {
    DAG_RESOLVED,
    DAG_UNRESOLVED,  /* there is no derivative, or MPFR cannot tell */
    DAG_WRONG_VALUE, /* item `at` is not what it says it is */
    DAG_OUT_OF_MEMORY
} dag_resolution;

/* The derivative of item k along the direction, and a bound of what MPFR adds to it. */
typedef struct dag_tangent {
    double value, bound;
    bool known; /* false for dead items */
} dag_tangent;

/*
 * tangent[d->n] along direction[d->n], of which only the leaves' entries are read. On
 * DAG_UNRESOLVED and DAG_WRONG_VALUE, *at is the item that is to blame, and for the
 * latter tangent[*at] is the value that it should have, and the bound it should meet.
 */
dag_resolution dag_witness_tangents(dag_witness *w, const dag *d,
                                    const double *direction, dag_tangent *tangent,
                                    size_t *at);

#endif
