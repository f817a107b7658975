/* Where an operation begins to be wrong, and what it gives beyond: between two files. */
#ifndef GRADYNO_KIT_CLOSER_H
#define GRADYNO_KIT_CLOSER_H

#include "verify/kit/kit_judge.h"

typedef struct closer {
    kit *k;
    ad_op op;
    double c;
    op_points p; /* of the last ride, sorted by x */
    bool right[OP_POINTS];
} closer;

/* A run of wrong points, and between which numbers it lies; no operand is as large as
 * `everywhere`, which is for no end. */
typedef struct region {
    double from, to;
    double until; /* as far as it is looked at from the one end, or to the other */
} region;
static const double everywhere = 1e9;

/* Rides them in their order; false where the engine does not come back. */
bool closer_try(closer *s, const double *x, size_t n);

/* Says what it gives there; `both`: the same on the other side of 0. */
void closer_tell(finding *f, const closer *s, const region *r, bool both);

#endif
