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

/* z[j] = b[j step] + dot(n, w + j row, x), j < m */
void ad_kernel_affine(const ad_affine *map, const double *w, const double *x,
                      const double *b, double *z);

/*
 * The same backward, j rising; a g[j] that is 0 passes nothing on. x may stand among
 * the weights, and a bias anywhere.
 */
void ad_kernel_affine_back(const ad_affine *map, const double *g, const double *w,
                           const double *x, double *aw, double *ax, double *ab);

#endif
