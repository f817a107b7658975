/*
 * Two moons: a training run, verified by the losses that micrograd's demo printed. See
 * verify/programs/moons.h.
 */
#ifndef GRADYNO_WORKLOAD_MOONS_H
#define GRADYNO_WORKLOAD_MOONS_H

#include "bench/workload.h"
#include "verify/programs/moons.h"

/* How far a loss may be from the published one. */
#define MOONS_BOUND 1e-12

/* The runs that verified the engines. */
typedef struct moons_runs {
    struct moons_run graph, tape;
} moons_runs;

/*
 * Trains once on each engine wanted, holds all 100 losses against the published ones,
 * and then races training runs: size is the steps, ops the operations of all of them,
 * and ns those of a run, its record made and freed included.
 */
bool workload_moons(cell *c, moons_runs *runs, const workload_plan *plan);

#endif
