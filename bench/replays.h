/*
 * Rows of the table of engines that record nothing: the program is recorded once, when
 * the run is opened, a plan is made of it, and a gradient is forward and backward with
 * the inputs that stand in the plan (`gradient` gives it new ones). See engine/plan.h.
 */
#ifndef GRADYNO_REPLAYS_H
#define GRADYNO_REPLAYS_H

#include "bench/engines.h"

/* A row's `form`. */
enum replay {
    REPLAY_unrolled, /* operation by operation, as recorded */
    REPLAY_rolled,
    REPLAY_fused /* mlp alone: recorded by layers, and then rolled */
};

void *replay_open(const engine *e, const problem *p, const ad_allocator *memory);
void replay_reserve(void *run);
void replay_close(void *run);
ad_status replay_gradient(void *run, double *value, double *gradient);
void replay_whole(void *run, size_t iterations, const stopwatch *, double *);
void replay_phases(void *run, size_t iterations, const stopwatch *, double *phase_ns);
bool replay_ran(const void *run);

/* What the plan holds, an operation of the program: the leaves' values and
 * adjoints apart, as a record's are. */
double replay_bytes_per_op(const void *run);

/* In place of replay_whole: makes the plan of what is recorded, and frees it. */
void replay_making(void *run, size_t iterations, const stopwatch *, double *);

#endif
