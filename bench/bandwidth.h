/*
 * The roof of the roofline: what the machine can move between a core and its memory, as
 * McCalpin's STREAM measures it, with the triad
 *
 *     a[i] = b[i] + s c[i]
 *
 * over working sets from the first cache to beyond the last. A walk over a tape moves
 * its bytes as the triad does, from one end to the other, so that bytes an operation
 * over this is the least time that an operation can take.
 */
#ifndef GRADYNO_BANDWIDTH_H
#define GRADYNO_BANDWIDTH_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/clock.h"

/* STREAM's count: 24 bytes an element, what a cache fetches before it is written over
 * not counted. */
typedef struct bandwidth {
    size_t bytes;                /* of the three arrays together */
    double bytes_per_ns, lo, hi; /* the median over samples, and its 95% interval */
} bandwidth;

/*
 * Measures one working set of about `bytes` (24 or more) for about `seconds`, on one
 * core. False when memory is out.
 */
bool bandwidth_measure(bandwidth *b, size_t bytes, double seconds,
                       const stopwatch *clock);

#endif
