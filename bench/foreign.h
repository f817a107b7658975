/*
 * Engines of others in a race: a file that holds one (engine_file.h), and our own ones
 * by the same contract, which shows what the contract costs.
 *
 * A foreign engine never runs in this process. For each cell a process is forked that
 * verifies it, stays for the race, and times itself; its crash, hang or exit is a
 * verdict.
 *
 *     foreign *f = foreign_load("./mine.c", NULL);    // a row like any other: f->row
 *     engine *here = foreign_start(&f->row, &problem);
 *     judgement j = foreign_judge(here, &problem);
 *     ... race `here` ...
 *     foreign_stop(here);
 *     foreign_unload(f);
 */
#ifndef GRADYNO_FOREIGN_H
#define GRADYNO_FOREIGN_H

#include "bench/engines.h"
#include "verify/kit/engine_file.h"

/* A row's `form`. */
enum { FOREIGN_file, FOREIGN_graph, FOREIGN_tape };

typedef struct foreign {
    engine row; /* the first member: a row of this kind is one of these */
    engine_file file;
    char name[CELL_NAME]; /* "mine:mine.c": the engine's own, and the file's */
    uint64_t hash;        /* of the file's bytes */
    double seconds;       /* how long it may be silent */
} foreign;

/* Whether the word is meant to be a file, and not the name of a row. */
bool foreign_is_path(const char *word);

/*
 * Opens the file, and asks the engine its name in a process of its own. `object`, if
 * not NULL, is what FILE.c was compiled into before. NULL, and said in one sentence,
 * when it cannot be loaded.
 */
foreign *foreign_load(const char *verb, const char *path, const char *object);
void foreign_unload(foreign *f);

/* An engine that is here already, for tests. NULL when memory is out. */
foreign *foreign_give(const ad_engine *given, const char *name);

/* Whether the row's engine runs behind the contract; and whether it is of a file. */
bool engine_is_foreign(const engine *e);
foreign *foreign_of_file(const engine *e);

/*
 * The row for one cell, with its process. NULL when memory is out. Problems that it is
 * to know are open before.
 */
engine *foreign_start(const engine *e, const problem *p);
void foreign_stop(engine *here);

/* Verifies it in its process. Whatever happens there is a judgement. */
judgement foreign_judge(engine *here, const problem *p);

/*
 * The same of a training run, whose problem is the moons' loss: the first gradient; and
 * of an engine of doubles every loss, within FOREIGN_LOSS_BOUND of the published one.
 * Then a contestant's function, of a record that is open.
 */
judgement foreign_judge_training(engine *here, const problem *p);
void foreign_training(void *run, size_t times, const stopwatch *, double *ns);
#define FOREIGN_LOSS_BOUND 1e-10

/* How it failed, "" if it has not. */
const char *foreign_why(const engine *here);

/* A row's functions. */
void *foreign_open(const engine *e, const problem *p, const ad_allocator *memory);
void foreign_reserve(void *run);
void foreign_close(void *run);
ad_status foreign_gradient(void *run, double *value, double *gradient);
void foreign_whole(void *run, size_t iterations, const stopwatch *, double *);
void foreign_phases(void *run, size_t iterations, const stopwatch *, double *);
bool foreign_ran(const void *run);

#define FOREIGN_ROW                                                                    \
    .open = foreign_open, .reserve = foreign_reserve, .close = foreign_close,          \
    .gradient = foreign_gradient, .whole = foreign_whole, .phases = foreign_phases,    \
    .ran = foreign_ran

#endif
