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
#include "bench/usage.h"

enum { RACE_PHASES = 6, RACE_CONTESTANTS = 96 };

/*
 * One who runs. run(ctx, n, clock, phase_ns) does the same work n times; where it has
 * phases, it adds what each took, over all n, to phase_ns[0 ... phases-1]. One without
 * phases that reads the clock itself, because it works elsewhere, adds what it took to
 * phase_ns[0], which then is the sample. Anybody's NaN there says that it failed: the
 * race goes on.
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

typedef struct race race;

/*
 * How long to race. rounds > 0: so many. Otherwise until, of every contestant without
 * phases, the interval of its ratio to the first is narrower than `narrow` (a share of
 * its median), or the seconds are spent; but the fewest rounds in any case, and `most`
 * at most. `stop`, looked at between samples, ends the race at the last whole round,
 * and so does the time `deadline_ns` of the clock, for those who cannot wait for the
 * fewest.
 */
typedef struct race_plan {
    size_t rounds, most;
    size_t share; /* of so many processes this is one: a share of the fewest is due */
    size_t have;  /* and of these, so many rounds are there already */
    double narrow, seconds;
    uint64_t seed;
    stopwatch clock;
    uint64_t deadline_ns;              /* 0: none */
    const counters *counters;          /* NULL: nobody counts */
    const volatile sig_atomic_t *stop; /* NULL: never */
    /* After calibration (no rounds yet) and after each round; false ends the race, as
     * an error does. NULL: nobody asks. */
    bool (*after)(void *ctx, const race *r);
    /* Before each sample of a short iteration, with random bits: gives the contestant
     * its data, in another place of memory every time. Before the first of a long one,
     * too (stays), which keeps them from then on. NULL: they have them. */
    bool (*before)(void *ctx, size_t who, uint64_t random, bool stays);
    void *ctx; /* of both */
} race_plan;

/* A contestant's samples, in ns per iteration. */
typedef struct race_lane {
    size_t iterations; /* in each sample */
    bool warms_up;     /* with one more before each sample, which is not timed */
    double first_ns;   /* the very first iteration, cold */
    double *ns;        /* [rounds] */
    double *phase_ns[RACE_PHASES]; /* [rounds]; NULL beyond the contestant's phases */
    usage last;                    /* what happened in the last round's sample */
} race_lane;

/* Why it ended. */
typedef enum race_end {
    RACE_ROUNDS,   /* it had the rounds that were asked for, or the most */
    RACE_NARROW,   /* its intervals were narrow */
    RACE_BUDGET,   /* its seconds were spent */
    RACE_DEADLINE, /* all time was spent */
    RACE_STOPPED
} race_end;

struct race {
    size_t contestants, rounds, expected; /* expected: a guess of how many rounds */
    const contestant *who;
    bool short_of_rounds; /* less than the fewest */
    race_end end;
    race_lane lane[RACE_CONTESTANTS];
    size_t room;
};

/* "rounds", "narrow", "budget", "deadline", "stopped". */
const char *race_end_name(race_end end);

/*
 * Gives each contestant an iteration count of its own, and runs the rounds. A sample
 * lasts stopwatch_least_sample_ns or more, and a quarter of the slowest contestant's
 * iteration or more, so that samples are of similar length. A short iteration runs once
 * untimed before each sample, so that it finds its own data in the caches, and not its
 * predecessor's; of a long one the caches hold little.
 *
 * `before` is there because two records of one engine differ by 2 to 3% for as long as
 * they stand where they happen to stand: more rounds only make an interval narrower
 * around that accident. With a new place in every round it is one more noise.  False when memory is out or
 * `after` was; then there is nothing to free.
 */
bool race_run(race *r, size_t contestants, const contestant *who,
              const race_plan *plan);
void race_free(race *r);

#endif
