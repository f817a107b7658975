/* What `gradyno bench` and `gradyno race` were asked to do. */
#ifndef GRADYNO_BENCH_OPTIONS_H
#define GRADYNO_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/engines.h"
#include "bench/workloads.h"

enum { BENCH_CELLS = 512, BENCH_SIZES = 32, BENCH_WIDEST = 1024 };

/* One workload at one size. */
typedef struct bench_cell {
    workload workload;
    size_t size;
} bench_cell;

/* Of a process that measures for another: which cell, in which turn, with how many of
 * its rounds done before it was interrupted; for how long, how long the whole will
 * still take, and when all must end. */
typedef struct bench_worker {
    bool is_one;
    size_t cell, turn, have;
    double seconds, seconds_left, seconds_most;
} bench_worker;

typedef struct bench_options {
    bool help, list, quick, resume;
    bool ladder; /* all rungs on the perceptron, in place of the workloads */
    size_t engines;
    const engine *engine[CELL_ENGINES];
    size_t cells;
    bench_cell cell[BENCH_CELLS];
    size_t rounds; /* 0: as many as it takes, in the time there is */
    size_t processes;
    double seconds;      /* to spend */
    double seconds_most; /* when all ends; 0: when it is done */
    uint64_t seed;
    const char *out, *baseline, *export_google, *data; /* NULL: none */
    bench_worker worker;
} bench_options;

/* How many engines a run takes; the reference needs a name more. */
enum { BENCH_ENGINES = CELL_ENGINES - 1 };

extern const char bench_help[], race_help[];

/*
 * Reads main's arguments from the verb's name on, with defaults for what is not given.
 * False when something is wrong, which stderr then has been told in one sentence. A
 * race's first two words are its engines.
 */
bool bench_options_parse(bench_options *o, int argc, char **argv);
bool race_options_parse(bench_options *o, int argc, char **argv);

/* Whatever the parsing said: closes the files of foreign engines. */
void bench_options_end(bench_options *o);

/* For processes that measure for this one: where foreign engines were compiled into. */
void bench_options_export(const bench_options *o);

/* All that the samples depend on but the machine, in words: two runs of one text may be
 * one run. */
void bench_options_text(const bench_options *o, char *text, size_t room);

/* What --list prints: the engines, and the workloads with their sizes. */
void bench_options_list(void);

#endif
