/*
 * Paired, interleaved timing. In every round each contestant gives one sample, in a
 * fresh random order, so that whatever disturbs the machine for longer than a round
 * disturbs all of them, and their ratio within the round is spared.
 *
 *     contestant both[] = {{"graph", "whole", run_graph, g, 0},
 *                          {"tape", "whole", run_tape, t, 0}};
 *     race r;
 *     if (!race_run(&r, 2, both, &plan)) return out_of_memory();
 *     figure ratio = figure_of_ratios(r.rounds, r.lane[0].ns, r.lane[1].ns);
 *     race_free(&r);
 */
#ifndef GRADYNO_RACE_H
#define GRADYNO_RACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/clock.h"

enum { RACE_PHASES = 5, RACE_CONTESTANTS = 16 };

/*
 * One who runs. run(ctx, n, clock, phase_ns) does the same work n times; where it has
 * phases, it adds what each took, over all n, to phase_ns[0 ... phases-1].
 */
typedef struct contestant {
    const char *engine, *phase; /* what its samples are called */
    void (*run)(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns);
    void *ctx;
    size_t phases; /* 0: only the whole is timed */
} contestant;

/*
 * The fewest rounds: where every contestant's iteration is short, and where one's is
 * not.
 */
enum { RACE_LEAST_SHORT = 51, RACE_LEAST_LONG = 9 };
#define RACE_SHORT_NS 20e6

/*
 * How long to race. rounds == 0: as many as `seconds` allow, but the fewest in any
 * case, and `most` at most. `stop`, looked at between samples, ends the race at the
 * last whole round.
 */
typedef struct race_plan {
    size_t rounds, most;
    double seconds;
    uint64_t seed;
    stopwatch clock;
    const volatile sig_atomic_t *stop;                        /* NULL: never */
    void (*progress)(void *ctx, size_t round, size_t rounds); /* NULL: nobody asks */
    void *progress_ctx;
} race_plan;

/* A contestant's samples, in ns per iteration. */
typedef struct race_lane {
    size_t iterations; /* in each sample */
    bool warms_up;     /* with one more before each sample, which is not timed */
    double *ns;        /* [rounds] */
    double
        *phase_ns[RACE_PHASES]; /* [rounds] each; NULL beyond the contestant's phases */
} race_lane;

typedef struct race {
    size_t contestants, rounds;
    bool short_of_rounds; /* less than the fewest: asked for, or stopped */
    race_lane lane[RACE_CONTESTANTS];
} race;

/*
 * Gives each contestant an iteration count of its own, and runs the rounds. A sample
 * lasts stopwatch_least_sample_ns or more, and a quarter of the slowest contestant's
 * iteration or more, so that samples are of similar length. A short iteration runs once
 * untimed before each sample, so that it finds its own data in the caches, and not its
 * predecessor's; of a long one the caches hold little. False when memory is out; then
 * there is nothing to free.
 */
bool race_run(race *r, size_t contestants, const contestant *who,
              const race_plan *plan);
void race_free(race *r);

#endif
