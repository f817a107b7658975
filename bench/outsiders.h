/*
 * Gradients of the growing perceptron that no engine of ours computes: the hand-written
 * ones of hand.h, and other tools behind peers/peer.h (`make peers`). They stand in the
 * table of engines, differentiate the workload mlp alone, and have no phases.
 */
#ifndef GRADYNO_OUTSIDERS_H
#define GRADYNO_OUTSIDERS_H

#include "bench/engines.h"

/* A row's `form`. */
enum outsider {
    OUTSIDER_strict,
    OUTSIDER_blocked,
    OUTSIDER_vectorised,
    OUTSIDER_peer /* the shared object of the row's name, beside the program's folder */
};

void *outsider_open(const engine *e, const problem *p, const ad_allocator *memory);
void outsider_reserve(void *run);
void outsider_close(void *run);
ad_status outsider_gradient(void *run, double *value, double *gradient);
void outsider_whole(void *run, size_t iterations, const stopwatch *, double *);
bool outsider_ran(const void *run);

/* Whether the row can run at all: its shared object is there. */
bool outsider_is_there(const engine *e);

#endif
