/*
 * Measures a cell: verifies every engine on a workload at a size, and races those that
 * passed. Each step is recorded as it happens.
 */
#ifndef GRADYNO_MEASURE_H
#define GRADYNO_MEASURE_H

#include "bench/engines.h"
#include "bench/records.h"
#include "bench/workloads.h"

/* How far a loss of the moons may be from the published one. */
#define MOONS_BOUND 1e-12

typedef struct measure_plan {
    size_t engines; /* the first that passes is the reference, and races itself */
    const engine *engine[CELL_ENGINES];
    bool phases; /* apart, too */
    bool peaks;  /* the resident memory of a child for each engine */
    uint64_t seed;
    size_t turn; /* which process this is */
    race_plan race;
    const ad_allocator *memory; /* of the records that are timed; NULL: malloc */
} measure_plan;

/*
 * Measures into `into`, and records in `out`, which may be NULL. An engine that fails
 * its verification is judged and not timed; one that stands in the plan twice is the
 * second time called NAME-2. False when memory is out, be it in a race: then there is
 * nothing to be said of its times; or when the workload has no such size. `progress`,
 * which may be NULL, is told of every round.
 */
typedef struct measure_progress {
    void (*round)(void *ctx, size_t round, size_t rounds);
    void *ctx;
} measure_progress;

bool measure(bench_run *into, FILE *out, const workload *w, size_t size,
             const measure_plan *plan, const measure_progress *progress);

#endif
