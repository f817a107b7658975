/*
 * A run from its start or its middle to its end: which cells are due, how long each may
 * take, in which process it is measured, and what is on the record.
 */
#ifndef GRADYNO_SESSION_H
#define GRADYNO_SESSION_H

#include <signal.h>

#include "bench/bench_options.h"
#include "bench/measure.h"
#include "bench/progress.h"

typedef struct session {
    const bench_options *options;
    char *const *argv; /* of the verb: a worker is given the same */
    bool phases, peaks;
    environment environment;
    stopwatch clock;
    counters counters;
    progress progress;
    uint64_t deadline_ns;
    bench_run run;
    char *path; /* of the record */
    FILE *record;
    long offset;           /* how far it was read */
    size_t measured, late; /* cells; late: those that no time was left for */
} session;

/* From now on SIGINT and SIGTERM ask to stop; the second of a kind ends the program. */
void session_listen(void);

/* Which signal asked to stop; 0: none. The flag is where a race looks. */
int session_stopped(void);
const volatile sig_atomic_t *session_stop_flag(void);

/*
 * Opens the record at `path`, which the session then owns: a new one, or with
 * options->resume the one that is there. False, and said, when it cannot be written, or
 * is another configuration's or machine's; a session is to be closed in any case.
 */
bool session_open(session *s, const bench_options *o, char **argv, char *path);
void session_close(session *s);

/*
 * Measures every cell that is due, in its turns. `start` is called before the first
 * cell of each workload is done, and `done` with each cell that has a verdict,
 * finished. False, and said, when memory is out.
 */
bool session_run(session *s, void (*start)(void *ctx, const program_kind *kind),
                 void (*done)(void *ctx, const cell *c), void *ctx);

/* What a worker is for: one cell, in one turn. An exit status. */
int session_work(const bench_options *o, const char *path, bool phases);

#endif
