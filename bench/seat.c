/* A record, opened and closed in its place. */
#include "bench/seat.h"

#include <stdlib.h>

void seat_leave(seat *s)
{
    if (s->run != NULL) s->engine->close(s->run);
    s->run = NULL;
}

bool seat_take(seat *s, size_t pad_bytes)
{
    seat_leave(s);
    free(s->pad);
    s->pad = malloc(pad_bytes + 1);
    s->run = s->pad == NULL ? NULL : s->engine->open(s->engine, s->problem, s->memory);
    if (s->run != NULL) s->engine->reserve(s->run);
    return s->run != NULL;
}

void seat_whole(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns)
{
    const seat *s = ctx;
    s->engine->whole(s->run, iterations, clock, phase_ns);
}

void seat_phases(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns)
{
    const seat *s = ctx;
    s->engine->phases(s->run, iterations, clock, phase_ns);
}
