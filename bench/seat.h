/* Where a contestant's record stands: behind a pad of random length. */
#ifndef GRADYNO_SEAT_H
#define GRADYNO_SEAT_H

#include "bench/engines.h"

typedef struct seat {
    const engine *engine; /* NULL: nobody's, there is no record */
    const problem *problem;
    const ad_allocator *memory;
    void *pad, *run; /* run: the engine's; NULL while nobody sits */
} seat;

/* A fresh record behind pad_bytes, in place of the one there is. False when memory is
 * out. The pad is the caller's to free. */
bool seat_take(seat *s, size_t pad_bytes);
void seat_leave(seat *s);

/* What a race runs; ctx is the seat. */
void seat_whole(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns);
void seat_phases(void *ctx, size_t iterations, const stopwatch *clock,
                 double *phase_ns);

#endif
