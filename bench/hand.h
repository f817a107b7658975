/*
 * What an engine is up against: the gradient of the growing perceptron (mlp_growing)
 * written by hand, three times from one text (hand.inc), with -O3 -march=native.
 *
 *     hand_strict       the formula as it stands: a row after the other, every sum
 *                           in its order
 *     hand_blocked      the same bits, four rows at a time
 *     hand_vectorised   blocked, with -ffast-math: sums in any order, fused
 *
 * verify/programs/mlp_gradient.c is the one that everybody is verified against.
 */
#ifndef GRADYNO_HAND_H
#define GRADYNO_HAND_H

#include "verify/programs/mlp.h"

/* Numbers that `scratch` below has room for: the activations, and two rows of
 * adjoints. */
size_t hand_scratch(size_t width);

/*
 * The loss of mlp_growing(width) at one sample, and gradient[i] = d loss / d w[i] for
 * all parameters, laid out as in mlp.h. Cannot fail.
 */
double hand_strict(size_t width, const double *w, const double *x, double y,
                   double *gradient, double *scratch);
double hand_blocked(size_t width, const double *w, const double *x, double y,
                    double *gradient, double *scratch);
double hand_vectorised(size_t width, const double *w, const double *x, double y,
                       double *gradient, double *scratch);

#endif
