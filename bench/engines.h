/*
 * The engines that are timed, one a row: all that the harness knows of them. Another
 * engine, or another form of one, is another row in engines.c.
 */
#ifndef GRADYNO_ENGINES_H
#define GRADYNO_ENGINES_H

#include "bench/problem.h"
#include "bench/race.h"
#include "verify/programs/moons.h"

/* The phases of a gradient, and a reading of the clock with nothing before it. */
enum engine_phase {
    PHASE_record,
    PHASE_order,
    PHASE_forward, /* of what records nothing */
    PHASE_backward,
    PHASE_free,
    PHASE_reading,
    ENGINE_PHASES
};
_Static_assert((int)ENGINE_PHASES <= (int)RACE_PHASES,
               "a race has room for the phases");
extern const char *const engine_phases[ENGINE_PHASES];

/* What a row is to the others. */
enum engine_kind {
    ENGINE_own,
    ENGINE_replay, /* a plan: its phases are forward and backward */
    ENGINE_hand,
    ENGINE_peer,
    ENGINE_part /* no gradient is timed, but a part of one, or a cost beside it */
};

typedef struct engine {
    const char *name, *about; /* "tape", and a line of what it is */
    bool is_default;
    bool sorts; /* has a phase `order` */
    int form;   /* the row's own, for its functions: which of an engine's forms */
    enum engine_kind kind;
    bool mlp_alone; /* differentiates the workload mlp, and no other */
    bool layers;    /* of it go back as one, and not weight by weight */
    /*
     * How many times a witness's bound it may be off; 0: once. A bound is a sum of
     * roundings in which a function of libm counts an ulp or more; over ranges, and in
     * a plan, functions come from libmvec, which is within maps.def's 4 to 8.
     */
    double slack;

    /* A record for the problem, with its leaves; NULL when memory is out. memory ==
     * NULL means malloc. The problem outlives it. */
    void *(*open)(const struct engine *e, const problem *p, const ad_allocator *memory);
    void (*reserve)(void *run); /* room for a gradient, where the engine takes advice */
    void (*close)(void *run);

    /* One gradient, read. Returns the status. */
    ad_status (*gradient)(void *run, double *value, double *gradient);

    /* A race's contestants: whole gradients, no clock inside; and by phases, which may
     * be NULL. */
    void (*whole)(void *run, size_t iterations, const stopwatch *, double *);
    void (*phases)(void *run, size_t iterations, const stopwatch *, double *phase_ns);

    /* Bytes an operation, where they are not those that the allocator counts: NULL. */
    double (*bytes_per_op)(const void *run);

    /* Whether every gradient so far was one: out of memory, a record refuses backward,
     * which takes no time at all. */
    bool (*ran)(const void *run);

    /* A training run on the moons; NULL: this row does not train. */
    ad_status (*train)(const ad_allocator *memory, struct moons_run *run);
} engine;

extern const engine engines[];
extern const size_t engines_count;

/* Whether it differentiates that program. */
bool engine_takes(const engine *e, const program_kind *kind);

/* NULL when there is none of that name; length 0: all of it. */
const engine *engine_named(const char *name, size_t length);

#endif
