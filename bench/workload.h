/*
 * What a workload is asked to do. It fills a cell, which is to be freed in any case; an
 * engine that fails its verification is judged and not timed. False when memory is out,
 * be it in a race: then there is nothing to be said of its times.
 */
#ifndef GRADYNO_WORKLOAD_H
#define GRADYNO_WORKLOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/cell.h"
#include "bench/race.h"
#include "engine/memory.h"

typedef struct workload_plan {
    bool graph, tape; /* the engines wanted; the first that passes is the reference */
    uint64_t seed;    /* of parameters and samples */
    race_plan race;
    const ad_allocator *memory; /* of the records that are timed; NULL: malloc */
} workload_plan;

#endif
