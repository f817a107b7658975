/*
 * Sums over arrays, as fast as the processor has vectors for: what the operations over
 * ranges are made of.
 *
 * A sum runs in sixteen partial sums, item i in number i mod 16, which are added as a
 * tree at the end; no multiply-add is fused. Both are fixed, so the bits are the same
 * with every instruction set, and every form below of the same sum has the same bits.
 * The error is below (n / 16 + 5) 2^-53 sum |x y|.
 */
#ifndef GRADYNO_KERNELS_H
#define GRADYNO_KERNELS_H

#include <stdbool.h>
#include <stdint.h>

#include "ops.h"

/* x[0] + ... + x[n-1] */
double ad_kernel_sum(size_t n, const double *x);

/* x[0] y[0] + ... + x[n-1] y[n-1] */
double ad_kernel_dot(size_t n, const double *x, const double *y);

/* y[k] += a, and y[k] += a x[k], where y overlaps nothing that is read */
void ad_kernel_add(size_t n, double a, double *y);
void ad_kernel_axpy(size_t n, double a, const double *x, double *y);

/*
 * What dot does backward: ax[k] += g y[k] and ay[k] += g x[k]. The ranges may overlap,
 * as those of dot(x, x) do.
 */
void ad_kernel_dot_back(size_t n, double g, const double *x, const double *y,
                        double *ax, double *ay);

/*
 * The same of AD_DOTS dots with one range x, one after the other: row k of w and aw is
 * w + k row and aw + k row, and g[k] belongs to it. No row overlaps x; row < 0 where
 * rows overlap each other.
 */
enum { AD_DOTS = 8 };
void ad_kernel_dots_back(size_t n, ptrdiff_t row, const double *g, const double *w,
                         const double *x, double *aw, double *ax);

/*
 * A run of s = s + x y on a tape, from its top down. A step is a product and a sum
 * (period 2), or a node of its own (period 1); the operands of the next are dx and dy
 * lower. The pointers are to the top: its word, its adjoint, and the values and
 * adjoints of its operands. (dx and dy may be negative.)
 */
typedef struct ad_run {
    size_t nodes, period; /* nodes there are at the most; of a step */
    const unsigned long long *word;
    uint64_t step[2]; /* what words fall by: of products, of sums */
    double *adjoint;
    const double *x, *y;
    double *ax, *ay;
    ptrdiff_t dx, dy;
    bool abreast; /* both are 1, and x and y AD_RUN_GROUP apart */
} ad_run;

enum { AD_RUN_GROUP = 8 }; /* nodes that are looked at at once */

/*
 * ax[-k dx] += g y[-k dy] and ay[-k dy] += g x[-k dx], k = 0, 1, ... for as long as the
 * words are a run and the adjoints below the top are 0; with `keep`, the adjoints of
 * these nodes become g. Returns of how many nodes it was: a multiple of AD_RUN_GROUP,
 * so that it may leave some.
 */
size_t ad_kernel_run_back(const ad_run *run, double g, bool keep);

/* z[j] = b[j step] + dot(n, w + j row, x), j < m */
void ad_kernel_affine(const ad_affine *map, const double *w, const double *x,
                      const double *b, double *z);

/*
 * The same backward, j rising; a g[j] that is 0 passes nothing on. x may stand among
 * the weights, and a bias anywhere; where ax is NULL, x takes nothing.
 */
void ad_kernel_affine_back(const ad_affine *map, const double *g, const double *w,
                           const double *x, double *aw, double *ax, double *ab);

/*
 * The same where aw and ab are to count as 0, whatever stands there: they are written
 * without being read. Each bias stands right behind its row, row = step = n + 1, and x
 * among neither.
 */
void ad_kernel_affine_first(const ad_affine *map, const double *g, const double *w,
                            const double *x, double *aw, double *ax, double *ab);

#endif
