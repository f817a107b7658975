/*
 * Where a row is judged: points of its domain, of every sort that a formula may fail
 * at.
 *
 *     for (size_t k = 0; k < points; k++)
 *         if (grade_point(row, &random, k, at)) ...
 *
 * Of eight points, two are ordinary (uniform in [-4, 4] and [-40, 40]), one of moderate
 * magnitude, one of any magnitude (2^-1074 to 2^1023), one near 0, a half, 1, ... or a
 * domain end, one of related operands (x close to y, to -y, equal), and two where
 * something happens: between two points at which the value or a partial is of different
 * class (finite, subnormal, 0, negative, no longer changing, ...) bisection finds the
 * change. So overflow, saturation, kinks and a derivative's roots need no list.
 */
#ifndef GRADYNO_GRADE_POINTS_H
#define GRADYNO_GRADE_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ops.h"
#include "verify/random.h"

/* Operands, and then the constant of a row that has one. */
enum { GRADE_INPUTS = AD_MAX_OPERANDS + 1 };

static inline int grade_inputs(const ad_op_info *row)
{
    return row->operands + row->constants;
}

/* The constant of a row among its inputs; 0 where it has none. */
static inline double grade_constant(const ad_op_info *row, const double *at)
{
    return row->constants != 0 ? at[row->operands] : 0;
}

/* The k-th point: finite, x in [lo, hi]. False when chance did not find one. */
bool grade_point(const ad_op_info *row, random_source *r, size_t k,
                 double at[GRADE_INPUTS]);

/* x moved by n doubles, up for n > 0; an infinity for what is beyond the largest. */
double grade_step(double x, int64_t n);

#endif
