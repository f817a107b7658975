/*
 * What was measured of one workload at one size: verdicts, audit, samples; and the
 * figures and comparisons that follow from them. A cell comes from a race, or is read
 * from a record of one; the table on the screen and the result files read it.
 */
#ifndef GRADYNO_CELL_H
#define GRADYNO_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/statistics.h"

enum {
    CELL_NAME = 40,
    CELL_WHY = 160,
    CELL_ENGINES = 32,
    CELL_SERIES = 224,
    CELL_COMPARISONS = 192,
    CELL_PROCESSES = 64
};

/*
 * Whether an engine is right, which comes before any time. Of all numbers that were
 * judged, residual and bound are those of the one whose difference to the witness is
 * the largest part of what it may be.
 */
typedef struct judgement {
    char engine[CELL_NAME], witness[64];
    bool passed;
    bool skipped;       /* nor did it fail: it has not what the program needs */
    char why[CELL_WHY]; /* not by its numbers, where it is not: "SIGSEGV in backward" */
    double residual, bound, part;
    double bytes_per_op; /* NaN where nothing is recorded */
    double peak_bytes;   /* resident, in a child that computes one gradient; NaN */
    double own_bytes;    /* of these, what the child had not before it began */
} judgement;

/* Passed, as yet. */
judgement judgement_start(const char *engine, const char *witness);

/* It came to no numbers. `skipped`: that is no fault. */
void judgement_refuse(judgement *j, bool skipped, const char *why);

/* One more number: it must be |claimed - right| <= bound, which no NaN is. */
void judgement_add(judgement *j, double claimed, double right, double bound);

/* Every adjoint of a gradient, the inner ones too. */
typedef struct audit {
    size_t adjoints, zeros, subnormals, not_finite;
    double smallest,
        largest; /* of |adjoint|, the zeros apart; NaN when there is none */
} audit;

/*
 * ns per gradient in a phase of an engine. A sample is the mean over `iterations`. The
 * samples of a phase have the reading of the clock in them that the series "reading" of
 * that engine has alone; its figure has not.
 */
typedef struct series {
    char engine[CELL_NAME], phase[CELL_NAME];
    size_t iterations;
    double first_ns;  /* the first of all, cold; NaN where it was not seen */
    double *ns;       /* [rounds of the cell]; the cell's */
    size_t disturbed; /* samples that something else had a part in: kept, and counted */
    figure figure;
    figure of_processes; /* lo, hi: the least and the largest median of a process */
} series;

/* How many times as long as `over` the engine takes: above 1, `over` is faster. */
typedef struct comparison {
    const char *engine, *over, *phase;
    figure ratio;
    figure of_processes;    /* as above */
    double noise;           /* the noise floor */
    double autocorrelation; /* of the ratios, from a round to the next */
    bool resolved;          /* and every process says the same */
} comparison;

typedef struct cell {
    char workload[CELL_NAME];
    size_t size, ops;
    uint64_t seed, order_seed; /* of the numbers; of the order in the rounds */
    size_t rounds, room;
    size_t processes;                       /* that ran; one that was resumed is two */
    size_t first_round[CELL_PROCESSES + 1]; /* of each; then `rounds` */
    size_t turn;                            /* which of the processes asked for runs */
    size_t rounds_of[CELL_PROCESSES];       /* of each of those */
    bool complete[CELL_PROCESSES];          /* whether it ended its race */
    bool was_short[CELL_PROCESSES];         /* with less than its share of the fewest */
    bool short_of_rounds;                   /* one of them was */
    char end[CELL_NAME]; /* why the last race ended: see race_end_name */
    double seconds;      /* that it got */
    audit audit;
    size_t judgements, serieses, comparisons;
    judgement judgement[CELL_ENGINES];
    series series[CELL_SERIES];
    comparison comparison[CELL_COMPARISONS];
} cell;

void cell_free(cell *c);

void cell_judge(cell *c, judgement j);

/* A series to come, while there are no rounds. */
series *cell_declare(cell *c, const char *engine, const char *phase, size_t iterations,
                     double first_ns);

/* The samples of one more round, a number for each series in order. False when memory
 * is out. */
bool cell_round(cell *c, const double *ns);

/* The rounds from now on are those of another process, the turn-th that was asked for
 * or the rest of it. */
void cell_process(cell *c, size_t turn);

/*
 * The figures and comparisons of all that is there: every engine with the first one,
 * which races itself, and with the hand-written gradient and the primal. False when
 * memory is out.
 */
bool cell_finish(cell *c);

/* These three return NULL when there is none, for instance because the engine failed.
 */
const judgement *cell_judgement(const cell *c, const char *engine);
const series *cell_series(const cell *c, const char *engine, const char *phase);
const comparison *cell_comparison(const cell *c, const char *engine, const char *over,
                                  const char *phase);

/* The engine's samples of a phase, without the readings of the clock: to be freed. NULL
 * when there are none or memory is out. */
double *cell_samples(const cell *c, const series *s);

bool cell_passed(const cell *c);

/* Whether the engine failed, if only in the end: its times say nothing. */
bool cell_is_void(const cell *c, const char *engine);

/* Whether the engine was judged, and passed. */
bool cell_may_time(const cell *c, const char *engine);

/* The first engine that was timed; NULL when there is none. */
const char *cell_reference(const cell *c);

/* Samples that serve another figure: the noise floor's, and the clock's. */
bool series_is_auxiliary(const series *s);

/* Of an engine that differentiates, not of the hand or the primal. */
bool is_engine(const char *name);

/*
 * (sum of the phases) / whole - 1, in the median over the rounds: a round in which
 * something took the processor away from one phase counts once. NaN for an engine that
 * is not timed by phases, or when memory is out.
 */
double cell_excess_of_phases(const cell *c, const char *engine);

#endif
