/* Clearing adjoints of leaves while a way back is under way: what tapes and plans
 * share. */
#ifndef GRADYNO_CLEARING_H
#define GRADYNO_CLEARING_H

#include <stddef.h>
#include <string.h>

/* Leaves from which on it pays: a third of the nearest cache. */
enum { AD_CLEAR_ON_THE_WAY = 2048 };

/* Adjoints below *stale have yet to be cleared: now those from `place` on are. */
static inline void clear_down(double *adjoint, size_t place, size_t *stale)
{
    if (place >= *stale) return;
    memset(adjoint + place, 0, (*stale - place) * sizeof *adjoint);
    *stale = place;
}

#endif
