/*
 * How many ulps a value or a partial may be off, by accuracy.def.
 *
 *     accuracy_allowed(&ad_ops[AD_OP_gelu], ACCURACY_VALUE, (double[]){-38})    64
 *
 *     const accuracy *a = NULL;
 *     while ((a = accuracy_next(row, of, a)) != NULL) a->ulps, a->where, a->why ...
 *
 * Of two lines that hold at a point, the first counts; where none does, the goal.
 */
#ifndef GRADYNO_ACCURACY_H
#define GRADYNO_ACCURACY_H

#include <stdbool.h>

#include "engine/ops.h"
#include "verify/expr.h"

#define ACCURACY_GOAL 4.0 /* ulps */

enum { ACCURACY_VALUE = -1 }; /* of; or else the operand of a partial */

/* One row of accuracy.def. */
typedef struct accuracy {
    const char *op, *of;
    double ulps;
    const char *where, *why; /* `where` in the grammar of expr.h */
} accuracy;

/* The line on this quantity after `previous`, or the first for NULL; NULL: no more. */
const accuracy *accuracy_next(const ad_op_info *row, int of, const accuracy *previous);

/* Whether a line's `where`, parsed, is true at operands and then the constant. */
bool accuracy_holds(const expr *where, const ad_op_info *row, const double *at);

/* Ulps. A line whose `where` cannot be read allows nothing; the grade reports it. */
double accuracy_allowed(const ad_op_info *row, int of, const double *at);

#endif
