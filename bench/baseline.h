/*
 * What an engine is up against: the gradient of the growing perceptron (mlp_growing)
 * written by hand, three times from one text (baseline.inc), with -O3 -march=native.
 *
 *     baseline_strict       the formula as it stands: a row after the other, every sum
 *                           in its order
 *     baseline_blocked      the same bits, four rows at a time
 *     baseline_vectorised   blocked, with -ffast-math: sums in any order, fused
 *
 * verify/programs/mlp_gradient.c is the one that everybody is verified against.
 */
#ifndef GRADYNO_BASELINE_H
#define GRADYNO_BASELINE_H

#include "verify/programs/mlp.h"

/* Numbers that `scratch` below has room for: the activations, and two rows of adjoints. */
size_t baseline_scratch(size_t width);

/*
 * The loss of mlp_growing(width) at one sample, and gradient[i] = d loss / d w[i] for
 * all parameters, laid out as in mlp.h. Cannot fail.
 */
double baseline_strict(size_t width, const double *w, const double *x, double y,
                       double *gradient, double *scratch);
double baseline_blocked(size_t width, const double *w, const double *x, double y,
                        double *gradient, double *scratch);
double baseline_vectorised(size_t width, const double *w, const double *x, double y,
                           double *gradient, double *scratch);

#endif
