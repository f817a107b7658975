/*
 * Sums of products over ranges: z[i] = sum over terms of sum_k x[i, k] y[i, k], i < m.
 *
 * What a term's strides look like says which kernel does it. The rest is two plain
 * loops, the longer one inside.
 *
 *     x row 0, y row >= n, both step 1      a matrix and a vector: affine
 *     both step 1                           a dot a row
 *     otherwise                             along rows or along k, by strides
 */
#include <string.h>

#include "kernels.h"
#include "plan_form.h"

enum { CHUNK = 64, SHORT = 4 };

/* What a term's rows are, so that forward and backward choose alike. */
typedef enum shape { MATRIX, ROWS, LOOPS } shape;

static shape shape_of(const plan_term *t, size_t m)
{
    if (t->x.step != 1 || t->y.step != 1 || t->n < SHORT) return LOOPS;
    if (m > 1 && t->x.row == 0 && t->y.row >= (int32_t)t->n) return MATRIX;
    return m > 2 * (size_t)t->n ? LOOPS : ROWS;
}

/* ---- Forward -------------------------------------------------------------------- */

/* z[i] += dot(x, y + i row), a chunk of rows at a time */
static void matrix_forward(size_t m, const plan_term *t, const double *v, double *z)
{
    const double zero = 0;
    double dot[CHUNK];
    const size_t row = (size_t)t->y.row;
    for (size_t i = 0; i < m; i += CHUNK) {
        const size_t rows = m - i < CHUNK ? m - i : CHUNK;
        const ad_affine map = {.m = rows, .n = t->n, .row = row, .step = 0};
        ad_kernel_affine(&map, v + t->y.base + i * row, v + t->x.base, &zero, dot);
        for (size_t k = 0; k < rows; k++) z[i + k] += dot[k];
    }
}

static double strided_dot(size_t n, const double *x, ptrdiff_t sx, const double *y,
                          ptrdiff_t sy)
{
    double sum = 0;
    for (ptrdiff_t k = 0; k < (ptrdiff_t)n; k++) sum += x[k * sx] * y[k * sy];
    return sum;
}

static void pair_forward(size_t m, const plan_term *t, const double *v, double *z)
{
    const double *x = v + t->x.base, *y = v + t->y.base;
    const ptrdiff_t rx = t->x.row, ry = t->y.row, sx = t->x.step, sy = t->y.step;
    const ptrdiff_t rows = (ptrdiff_t)m, n = t->n;
    switch (shape_of(t, m)) {
    case MATRIX: matrix_forward(m, t, v, z); break;
    case ROWS:
        for (ptrdiff_t i = 0; i < rows; i++)
            z[i] += ad_kernel_dot(t->n, x + i * rx, y + i * ry);
        break;
    case LOOPS:
        if (n > rows) {
            for (ptrdiff_t i = 0; i < rows; i++)
                z[i] += strided_dot(t->n, x + i * rx, sx, y + i * ry, sy);
            break;
        }
        for (ptrdiff_t k = 0; k < n; k++)
            for (ptrdiff_t i = 0; i < rows; i++)
                z[i] += x[i * rx + k * sx] * y[i * ry + k * sy];
        break;
    }
}

static void plain_forward(size_t m, const plan_term *t, const double *v, double *z)
{
    const double *x = v + t->x.base;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)m; i++) {
        const double *row = x + i * t->x.row;
        if (t->x.step == 1 && t->n >= SHORT) {
            z[i] += ad_kernel_sum(t->n, row);
            continue;
        }
        double sum = row[0];
        for (ptrdiff_t k = 1; k < (ptrdiff_t)t->n; k++) sum += row[k * t->x.step];
        z[i] += sum;
    }
}

/* A chain begins at -0, the number that adding leaves every other as it is. */
void plan_sum_forward(const ad_plan *p, const plan_block *b)
{
    double *z = p->value + b->z;
    const double start = b->op == AD_OP_add ? -0.0 : 0;
    for (size_t i = 0; i < b->n; i++) z[i] = start;
    for (size_t k = 0; k < b->terms; k++) {
        const plan_term *t = &p->term[b->first + k];
        if (t->pair)
            pair_forward(b->n, t, p->value, z);
        else
            plain_forward(b->n, t, p->value, z);
    }
}

/* ---- Backward ------------------------------------------------------------------- */

/* Row i of `to` += g[i] row i of `from`, for either factor of a product. */
static void spread(size_t m, size_t n, const double *g, const double *from,
                   const plan_walk *f, double *to, const plan_walk *t)
{
    const ptrdiff_t rows = (ptrdiff_t)m, columns = (ptrdiff_t)n;
    const ptrdiff_t fs = f->step, ts = t->step, fr = f->row, tr = t->row;
    if (fs == 1 && ts == 1 && columns >= SHORT) {
        for (ptrdiff_t i = 0; i < rows; i++)
            if (g[i] != 0) ad_kernel_axpy(n, g[i], from + i * fr, to + i * tr);
        return;
    }
    for (ptrdiff_t k = 0; k < columns; k++) {
        const double *in = from + k * fs;
        double *out = to + k * ts;
        double sum = 0;
        if (tr == 0) {
            for (ptrdiff_t i = 0; i < rows; i++)
                if (g[i] != 0) sum += g[i] * in[i * fr];
            *out += sum;
        } else {
            for (ptrdiff_t i = 0; i < rows; i++)
                if (g[i] != 0) out[i * tr] += g[i] * in[i * fr];
        }
    }
}

static bool overlap(const plan_term *t, size_t m)
{
    const uint64_t x = t->x.base, y = t->y.base;
    return x < y + (m - 1) * (uint64_t)t->y.row + t->n && y < x + t->n;
}

static void pair_backward(const ad_plan *p, const plan_block *b, const plan_term *t)
{
    const double *g = p->adjoint + b->z;
    const double *x = p->value + t->x.base, *y = p->value + t->y.base;
    double *ax = p->adjoint + t->x.base, *ay = p->adjoint + t->y.base;
    const bool both = !t->x_fixed && !t->y_fixed;
    const shape s = shape_of(t, b->n);
    if (both && s == MATRIX && !overlap(t, b->n)) {
        double sink = 0;
        const ad_affine map = {b->n, t->n, (size_t)t->y.row, 0};
        ad_kernel_affine_back(&map, g, y, x, ay, ax, &sink);
    } else if (both && s == ROWS) {
        for (ptrdiff_t i = 0; i < (ptrdiff_t)b->n; i++)
            if (g[i] != 0)
                ad_kernel_dot_back(t->n, g[i], x + i * t->x.row, y + i * t->y.row,
                                   ax + i * t->x.row, ay + i * t->y.row);
    } else {
        if (!t->x_fixed) spread(b->n, t->n, g, y, &t->y, ax, &t->x);
        if (!t->y_fixed) spread(b->n, t->n, g, x, &t->x, ay, &t->y);
    }
}

static void plain_backward(const ad_plan *p, const plan_block *b, const plan_term *t)
{
    const double *g = p->adjoint + b->z;
    double *ax = p->adjoint + t->x.base;
    if (t->x_fixed) return;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)b->n; i++)
        for (ptrdiff_t k = 0; k < (ptrdiff_t)t->n; k++)
            ax[i * t->x.row + k * t->x.step] += g[i];
}

void plan_sum_backward(const ad_plan *p, const plan_block *b)
{
    for (size_t k = b->terms; k-- > 0;) {
        const plan_term *t = &p->term[b->first + k];
        if (t->pair)
            pair_backward(p, b, t);
        else
            plain_backward(p, b, t);
    }
    memset(p->adjoint + b->z, 0, b->n * sizeof *p->adjoint);
}
