/*
 * What was measured of one workload at one size: verdicts, samples, figures,
 * comparisons. Workloads fill it; the table on the screen and the result files read it.
 */
#ifndef GRADYNO_CELL_H
#define GRADYNO_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/statistics.h"

enum { CELL_ENGINES = 4, CELL_SERIES = 20, CELL_COMPARISONS = 20 };

/*
 * Whether an engine is right, which comes before any time. Of all numbers that were
 * judged, residual and bound are those of the one whose difference to the witness is
 * the largest part of what it may be.
 */
typedef struct judgement {
    const char *engine, *witness;
    bool passed;
    double residual, bound, part;
    double bytes_per_op; /* NaN where nothing is recorded */
} judgement;

/* Passed, as yet. */
judgement judgement_start(const char *engine, const char *witness);

/* One more number: it must be |claimed - right| <= bound, which no NaN is. */
void judgement_add(judgement *j, double claimed, double right, double bound);

/* ns per gradient in a phase of an engine. A sample is the mean over `iterations`. */
typedef struct series {
    const char *engine, *phase;
    size_t iterations;
    double *ns; /* [rounds of the cell]; the cell's */
    figure figure;
} series;

/* How many times as long as `over` the engine takes: above 1, `over` is faster. */
typedef struct comparison {
    const char *engine, *over, *phase;
    figure ratio;
    double noise; /* the noise floor */
    bool resolved;
} comparison;

typedef struct cell {
    const char *workload;
    size_t size, ops;
    uint64_t seed;
    size_t rounds;
    bool short_of_rounds; /* as in the race */
    size_t zeros,
        subnormals; /* in the gradient: they are multiplied faster, or slower */
    size_t judgements, serieses, comparisons;
    judgement judgement[CELL_ENGINES];
    series series[CELL_SERIES];
    comparison comparison[CELL_COMPARISONS];
} cell;

void cell_free(cell *c);

void cell_judge(cell *c, judgement j);

/* Adds the samples ns[i] - less[i], i < c->rounds, or ns[i] where less is NULL. They
 * are copied: false when memory is out. */
bool cell_measure(cell *c, const char *engine, const char *phase, size_t iterations,
                  const double *ns, const double *less);

/* The reference's "again" against its "whole": gives all later comparisons their noise.
 */
void cell_compare_itself(cell *c, const char *reference);

/* Compares two series, if both are there; the comparison goes by the first one's phase.
 */
void cell_compare(cell *c, const char *engine, const char *phase, const char *over,
                  const char *over_phase);

/* These three return NULL when there is none, for instance because the engine failed.
 */
const judgement *cell_judgement(const cell *c, const char *engine);
const series *cell_series(const cell *c, const char *engine, const char *phase);
const comparison *cell_comparison(const cell *c, const char *engine, const char *over,
                                  const char *phase);

bool cell_passed(const cell *c);

/* Whether the engine was judged, and passed. */
bool cell_may_time(const cell *c, const char *engine);

/*
 * (sum of the phases) / whole - 1, in the median over the rounds: a round in which
 * something took the processor away from one phase counts once. NaN for an engine that
 * is not timed by phases, or when memory is out.
 */
double cell_excess_of_phases(const cell *c, const char *engine);

#endif
