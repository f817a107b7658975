/* Whether one node of a program passed on before one of its users had its turn. */
#ifndef GRADYNO_KIT_LATE_H
#define GRADYNO_KIT_LATE_H

#include "verify/dag.h"
#include "verify/kit/ride.h"

typedef struct late {
    size_t node, user; /* items */
    bool lost; /* what came too late is not in the node's own gradient, either */
} late;

/*
 * True where the gradients on the sheet, which began with `seed`, are all those that come
 * of one node that passes on without what one of its users gives it. [item] judged: whose
 * gradients count.
 */
bool kit_find_late(const dag *d, const sheet *s, double seed, const bool *judged,
                   double relative, late *found);

#endif
