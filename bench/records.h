/*
 * The record of a run, bench.jsonl: JSON Lines that are only ever appended to, and
 * forced to the disk round by round, so that whatever ends the program leaves a file
 * that can be read, and continued. Strict JSON: null for what is not a number.
 *
 *     {"record":"run",   format, seed, configuration, environment}
 *     {"record":"cell",  workload, size, turn, ops, seed, order_seed, audit,
 *      verdicts, series}
 *     {"record":"round", workload, size, turn, ns, faults, ...}   a number a series
 *     {"record":"verdict", workload, size, turn, verdict}    of one who failed since
 *     {"record":"cell end", workload, size, turn, end, short_of_rounds, seconds}
 *     {"record":"run end",  cpu_share, load_at_end}
 *
 * turn is the process, 0 ... processes - 1. A cell that was interrupted begins again
 * with another "cell" line; its rounds stay and count. All else that the benchmark
 * prints or writes is computed from these lines.
 */
#ifndef GRADYNO_RECORDS_H
#define GRADYNO_RECORDS_H

#include <stdio.h>

#include "bench/cell.h"
#include "bench/environment.h"
#include "bench/race.h"

/* What a record holds. */
typedef struct bench_run {
    environment environment;
    char configuration[1024];
    uint64_t seed;
    bool ended;
    size_t cells;
    cell **cell;
} bench_run;

void run_free(bench_run *r);

/* NULL when there is none. */
cell *run_cell(const bench_run *r, const char *workload, size_t size);

/*
 * The cell that *head begins, or continues: with the head's verdicts, and its series if
 * the cell has none. The head's names are copied. NULL when memory is out, or when the
 * series are others than before, as an engine's that failed in this process alone.
 */
cell *run_begin(bench_run *r, const cell *head, size_t turn);

/* cell_finish for all. */
bool run_finish(bench_run *r);

/* One line each; what is lost shows in ferror(out). The round is the race's last. */
void record_run(FILE *out, const environment *e, uint64_t seed,
                const char *configuration);
void record_cell(FILE *out, const cell *head, size_t turn);
void record_round(FILE *out, const cell *c, const usage *of_series);
void record_verdict(FILE *out, const cell *c, const judgement *j);
void record_cell_end(FILE *out, const cell *c);
void record_run_end(FILE *out, const environment *e);

/* To the disk. */
void record_sync(FILE *out);

/* The environment alone, as a line. */
void environment_json(FILE *out, const environment *e);

/*
 * Reads the whole lines of a record from *offset on, which moves behind the last of
 * them: a line that was torn off is left. False when the file cannot be read or is no
 * record, and says why: a clause.
 */
bool record_read(bench_run *r, const char *path, long *offset, char *why, size_t room);

/* A result file that is computed from a run, and what writes its rows. */
typedef struct run_file {
    const char *name;
    void (*rows)(const bench_run *r, FILE *out);
} run_file;

/* n files in `folder`, each whole or not there. False, and said, when one cannot be. */
bool run_write_files(const bench_run *r, const char *folder, size_t n,
                     const run_file *files);

/* The rows of env.tsv. */
void run_environment_tsv(const bench_run *r, FILE *out);

#endif
