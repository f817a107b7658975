/*
 * steps.h: which steps to take, in what order. Private to the checker.
 *
 * Steps shrink by powers of the golden ratio: an irrational ratio cannot keep in step
 * with a periodic function, as halving does.
 */
#ifndef GRADYNO_STEPS_H
#define GRADYNO_STEPS_H

#include "verify/checker/numdiff.h"

enum { STEPS_QUICK_COARSE = 6, STEPS_QUICK_FINE = 3 };

/* A few coarse steps to extrapolate from, and three fine ones that may object. */
void steps_quick(struct ladder *l);

/* From as wide as is natural down to the last bit of x: densely where functions usually
 * have their scale (near 1 and near |x|), sparsely elsewhere. Needs steps_quick. */
void steps_all(struct ladder *l);

/* Midpoints between the steps from three times `coarse` down to an eighth of `fine`. */
void steps_refine(struct ladder *l, double coarse, double fine);

/* Noise divides by the step: where the widest steps win, wider ones may do better. */
void steps_widen(struct ladder *l);

#endif
