/*
 * The ladder: every engine of the table, the gradients by hand and the tools that are
 * built here, in one race on the growing perceptron. One step up is one idea, and what
 * it is worth. The targets are ratios of that race, each paired within its rounds:
 *
 *     met              the whole interval is at most the target
 *     missed           all of it is above
 *     not resolved     the target lies in it
 */
#ifndef GRADYNO_LADDER_H
#define GRADYNO_LADDER_H

#include <stdio.h>

#include "bench/bench_options.h"
#include "bench/records.h"

/* Puts the ladder's engines into e[room], the strict gradient by hand first, which so
 * is the reference, and returns how many. A peer that is not built here is no rung, and
 * an engine behind the contract is none of ours. */
size_t ladder_engines(const engine **e, size_t room);

/* An interval of so many is the fourth to the twelfth. */
enum { LADDER_QUICK_ROUNDS = 15, LADDER_SIZES = 2 };

typedef struct ladder_target {
    const char *form;
    const char *engine;
    const char *over; /* "peers": the fastest of them; NULL: bytes an operation */
    double most[LADDER_SIZES]; /* at H = 64 and 256 */
} ladder_target;

extern const ladder_target ladder_targets[];
extern const size_t ladder_targets_count;

typedef struct ladder_result {
    const char *over; /* which peer */
    double most;
    figure measured; /* NaN where one of the two was not timed */
    const char *verdict;
} ladder_result;

/* What a race says of a target; false when the cell's size has none, or memory is
 * out. */
bool ladder_judge(const ladder_target *t, const cell *c, ladder_result *result);

/*
 * Bytes that an operation moves at least, of an engine that keeps bytes_per_op: what is
 * kept is written once and read once; a parameter is read forward and backward, and its
 * adjoint cleared, read and written: 40 bytes. Of a layer that goes back as one, and by
 * hand, it is written alone: 24; and by hand nothing is kept. NaN where nobody counts.
 */
double ladder_moved_per_op(const engine *e, double bytes_per_op, size_t width);

/* The rungs of a cell, the slowest first, and what the targets say: for a person. */
void ladder_print_cell(const cell *c, FILE *out);
void ladder_print_targets(const bench_run *r, FILE *out);

/*
 * size ops engine kind verdict rounds ns lo hi ns_per_op bytes_per_op moved_per_op:
 * kind is own, replay, hand, peer or part (see engines.h).
 */
void ladder_tsv(const bench_run *r, FILE *out);

/* form engine over size at_most measured lo hi rounds verdict: a ratio, or bytes an
 * operation where over is -. And the same as an array of objects. */
void targets_tsv(const bench_run *r, FILE *out);
void targets_json(const bench_run *r, FILE *out);

/* The whole of `gradyno bench --ladder`: an exit status. */
int run_ladder(const bench_options *o, char **argv);

#endif
