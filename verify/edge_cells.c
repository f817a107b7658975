/* The cells of the edge grid. */
#include "verify/edge_cells.h"

#include <float.h>
#include <string.h>

/* ---- Conventions ----------------------------------------------------------------- */

const edge_convention edge_conventions[] = {
#define EDGE1(op, x, value, dx, reason) {AD_OP_##op, 1, {x}, value, {dx}, reason},
#define EDGE_C(op, x, c, value, dx, reason)                                            \
    {AD_OP_##op, -1, {x, c}, value, {dx}, reason},
#define EDGE2(op, x, y, value, dx, dy, reason)                                         \
    {AD_OP_##op, 2, {x, y}, value, {dx, dy}, reason},
#include "verify/edges.def"
};
const size_t edge_convention_count = sizeof edge_conventions / sizeof *edge_conventions;

const edge_convention *edge_convention_at(ad_op op, const ad_op_info *row,
                                          const double *at)
{
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == op &&
            edge_same_point(row, edge_conventions[k].at, at))
            return &edge_conventions[k];
    return NULL;
}

/* ---- The grid -------------------------------------------------------------------- */

enum { CHANGES = 16 }; /* in kind that are looked for */

static void add(edge_cells *cells, const ad_op_info *row, const double *at)
{
    for (size_t k = 0; k < cells->n; k++)
        if (edge_same_point(row, cells->at[k], at)) return;
    if (cells->n < EDGE_CELLS) memcpy(cells->at[cells->n++], at, sizeof cells->at[0]);
}

/* The point, and the doubles beside it along its first input. */
static void add_beside(edge_cells *cells, const ad_op_info *row, const double *at)
{
    double near[GRADE_INPUTS];
    memcpy(near, at, sizeof near);
    add(cells, row, at);
    if (!isfinite(at[0])) return;
    near[0] = nextafter(at[0], (double)INFINITY);
    add(cells, row, near);
    near[0] = nextafter(at[0], -(double)INFINITY);
    add(cells, row, near);
}

static void add_one(edge_cells *cells, const ad_op_info *row)
{
    const double points[] = {
        0.0,         -0.0,    DBL_TRUE_MIN, DBL_MIN,          1,
        -1,          DBL_MAX, -DBL_MAX,     (double)INFINITY, -(double)INFINITY,
        (double)NAN, row->lo, row->hi};
    for (size_t k = 0; k < sizeof points / sizeof *points; k++)
        add_beside(cells, row, (double[GRADE_INPUTS]){points[k]});
}

/* All pairs, or triples. */
static void add_several(edge_cells *cells, const ad_op_info *row)
{
    const double inf = (double)INFINITY, nan = (double)NAN;
    const double two[] = {0.0, -0.0, DBL_TRUE_MIN, 1, -1, DBL_MAX, inf, -inf, nan};
    const double three[] = {0.0, 1, inf, nan};
    const int inputs = grade_inputs(row);
    const double *list = inputs == 2 ? two : three;
    const size_t n =
        inputs == 2 ? sizeof two / sizeof *two : sizeof three / sizeof *three;
    size_t combinations = 1;
    for (int i = 0; i < inputs; i++) combinations *= n;
    for (size_t k = 0; k < combinations; k++) {
        double at[GRADE_INPUTS] = {0};
        size_t rest = k;
        for (int i = 0; i < inputs; i++, rest /= n) at[i] = list[rest % n];
        add(cells, row, at);
    }
}

void edge_cells_fill(edge_cells *cells, ad_op op, const ad_op_info *row)
{
    random_source random = {(uint64_t)op};
    cells->n = 0;
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == op) add(cells, row, edge_conventions[k].at);
    if (grade_inputs(row) == 1)
        add_one(cells, row);
    else
        add_several(cells, row);
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == op)
            add_beside(cells, row, edge_conventions[k].at);
    /* Kinks, saturation, overflow: by bisection. */
    for (size_t k = 0; k < CHANGES; k++) {
        double at[GRADE_INPUTS];
        if (grade_point(row, &random, 8 * (k / 2) + 5 + k % 2, at)) add(cells, row, at);
    }
}
