/*
 * answer.h: an estimate becomes a derivative with all that is known about it. Private
 * to the checker.
 */
#ifndef GRADYNO_ANSWER_H
#define GRADYNO_ANSWER_H

#include "verify/checker/numdiff.h"

/* Nothing is known yet but f(x). */
void answer_clear(const struct ladder *l, struct ad_derivative *d);

/* The estimate is the answer: smooth, with its noise, its scale and how far rounding
 * may move it. */
void answer_accept(const struct ladder *l, const struct series *s,
                   const struct estimate *e, struct ad_derivative *d);

/* The best answer of the values on that side, false when they have none; with a reason
 * when it is not to be trusted: noise, or two scales. */
bool answer_analyse(struct ladder *l, enum side side, struct series *s,
                    struct estimate *e, struct ad_derivative *d);

/* The same, with more steps until it is sharp, or steps or budget no longer help. */
void answer_improve(struct ladder *l, double resolution, struct ad_derivative *d);

#endif
