/*
 * The cells of a row's edge grid: zeros, subnormals, the largest doubles, infinities,
 * NaN, the ends of its domain, where edges.def has a convention, and where its value or
 * a partial changes in kind; with their neighbours.
 *
 *     edge_cells *cells = malloc(sizeof *cells);
 *     edge_cells_fill(cells, AD_OP_log, &ad_ops[AD_OP_log]);
 *     for (size_t k = 0; k < cells->n; k++) cells->at[k] ...
 *
 * A cell is a point: operands, and then the constant. They may be infinite or NaN, and
 * the sign of a zero counts.
 */
#ifndef GRADYNO_EDGE_CELLS_H
#define GRADYNO_EDGE_CELLS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "verify/grade_points.h"

enum { EDGE_CELLS = 1024 };

typedef struct edge_cells {
    size_t n;
    double at[EDGE_CELLS][GRADE_INPUTS]; /* no two of them the same */
} edge_cells;

void edge_cells_fill(edge_cells *cells, ad_op op, const ad_op_info *row);

/* ---- Conventions ----------------------------------------------------------------- */

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

/* The one for this cell, or NULL. */
const edge_convention *edge_convention_at(ad_op op, const ad_op_info *row,
                                          const double *at);

/* ---- One cell -------------------------------------------------------------------- */

/* The same number; any NaN is any NaN, and a zero any zero. */
static inline bool edge_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The same input, to which a zero's sign counts. */
static inline bool edge_same_point(const ad_op_info *row, const double *a,
                                   const double *b)
{
    for (int i = 0; i < grade_inputs(row); i++)
        if (!edge_same(a[i], b[i]) || (a[i] == 0 && !signbit(a[i]) != !signbit(b[i])))
            return false;
    return true;
}

static inline bool edge_has_nan(const ad_op_info *row, const double *at)
{
    for (int i = 0; i < grade_inputs(row); i++)
        if (isnan(at[i])) return true;
    return false;
}

static inline int edge_infinities(const ad_op_info *row, const double *at)
{
    int n = 0;
    for (int i = 0; i < grade_inputs(row); i++) n += isinf(at[i]) != 0;
    return n;
}

static inline double edge_value(const ad_op_info *row, const double *at)
{
    return row->value(at, grade_constant(row, at));
}

static inline double edge_partial(const ad_op_info *row, const double *at, int i)
{
    double dz[AD_MAX_OPERANDS] = {0};
    row->partials(at, grade_constant(row, at), edge_value(row, at), dz);
    return dz[i];
}

#endif
