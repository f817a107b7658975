/* A run: its record, its cells, its processes. */
#define _DEFAULT_SOURCE /* setenv */
#include "bench/session.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/verbs.h"
#include "verify/kit/child.h"
#include "verify/random.h"

/* ---- One cell in one turn -------------------------------------------------------- */

static void told_of_round(void *ctx, size_t round, size_t rounds)
{
    progress_round(ctx, round, rounds);
}

/* The rounds that the turn had before it was interrupted. */
static size_t rounds_done(const session *s, size_t cell_number, size_t turn)
{
    const bench_cell *b = &s->options->cell[cell_number];
    const cell *c = run_cell(&s->run, b->workload.kind->name, b->size);
    return c == NULL ? 0 : c->rounds_of[turn];
}

static measure_plan plan_of(const session *s, size_t cell_number, size_t turn,
                            size_t have, double seconds)
{
    const bench_options *o = s->options;
    const double share = (double)o->processes;
    const size_t asked = (o->rounds + o->processes - 1) / o->processes;
    const size_t most = ((o->quick ? 101 : 1001) + o->processes - 1) / o->processes;
    measure_plan p = {
        .engines = o->engines,
        .phases = s->phases,
        .peaks = s->peaks && turn == 0 && have == 0,
        .seed = o->seed,
        .turn = turn,
        .race = {.rounds = o->rounds == 0 ? 0
                           : asked > have ? asked - have
                                          : 1,
                 .most = s->phases ? most : 100000,
                 .share = o->processes,
                 .have = have,
                 .narrow = (s->phases ? 0.02 : 0.005) * sqrt(share),
                 .seconds = seconds,
                 /* an order of its own for every cell and turn */
                 .seed = o->seed + 1000003 * cell_number + 1009 * turn + have,
                 .clock = s->clock,
                 .deadline_ns = s->deadline_ns,
                 .counters = &s->counters,
                 .stop = session_stop_flag()}};
    memcpy(p.engine, o->engine, sizeof p.engine);
    return p;
}

static bool measure_here(session *s, size_t cell_number, size_t turn, size_t have,
                         double seconds)
{
    const bench_cell *b = &s->options->cell[cell_number];
    const measure_plan plan = plan_of(s, cell_number, turn, have, seconds);
    const measure_progress told = {told_of_round, &s->progress};
    return measure(&s->run, s->record, &b->workload, b->size, &plan, &told);
}

/* The child: the same program and words, and an environment of another length, which
 * moves the stack. It ends with its parent. */
static void become_worker(const session *s, const char *work, size_t pad, pid_t parent)
{
    size_t words = 0;
    while (s->argv[words] != NULL) words++;
    char **argv = calloc(words + 3, sizeof *argv), padding[4097];
    if (argv == NULL) _exit(EXIT_USAGE);
    argv[0] = (char[]){"gradyno"};
    memcpy(argv + 1, s->argv, words * sizeof *argv);
    char option[160];
    snprintf(option, sizeof option, "--worker=%s", work);
    argv[words + 1] = option;
    memset(padding, 'x', pad);
    padding[pad] = '\0';
    setenv("GRADYNO_PAD", padding, 1);
    setenv("GRADYNO_RECORD", s->path, 1);
    bench_options_export(s->options);
    setpgid(0, 0); /* the terminal's signals come through the parent */
    child_end_with(parent);
    execv("/proc/self/exe", argv);
    _exit(EXIT_USAGE);
}

static bool measure_there(session *s, size_t cell_number, size_t turn, size_t have,
                          double seconds)
{
    char work[128], why[200];
    const double most =
        s->deadline_ns == 0
            ? 0
            : (double)s->deadline_ns * 1e-9 - (double)stopwatch_now(&s->clock) * 1e-9;
    random_source random = {s->options->seed + 31 * cell_number + turn};
    snprintf(work, sizeof work, "%zu,%zu,%zu,%.3f,%.3f,%.3f", cell_number, turn, have,
             seconds, progress_seconds_left(&s->progress), most);
    const size_t pad = random_below(&random, 4096);
    const pid_t parent = getpid();
    const pid_t worker = fork();
    if (worker == 0) become_worker(s, work, pad, parent);
    if (worker < 0) return false;
    int status = 0, told = 0;
    while (waitpid(worker, &status, 0) < 0 && errno == EINTR)
        if (session_stopped() != 0 && told != session_stopped())
            kill(worker, told = session_stopped());
    const bool worked = WIFEXITED(status) &&
                        (WEXITSTATUS(status) == EXIT_HELD || WEXITSTATUS(status) > 128);
    if (!record_read(&s->run, s->path, &s->offset, why, sizeof why)) {
        fprintf(stderr, "gradyno: cannot read '%s': %s\n", s->path, why);
        return false;
    }
    return worked;
}

int session_work(const bench_options *o, const char *path, bool phases)
{
    const bench_worker *w = &o->worker;
    if (path == NULL || w->cell >= o->cells || w->turn >= o->processes)
        return EXIT_USAGE;
    session *s = calloc(1, sizeof *s);
    if (s == NULL) return EXIT_USAGE;
    s->options = o;
    s->phases = s->peaks = phases;
    s->clock = stopwatch_monotonic();
    s->counters = counters_open();
    s->progress = progress_start(&s->clock, w->seconds_left);
    if (w->seconds_most != 0)
        s->deadline_ns =
            stopwatch_now(&s->clock) + (uint64_t)(fmax(w->seconds_most, 1e-3) * 1e9);
    s->record = fopen(path, "a");
    session_listen();
    const bench_cell *b = &o->cell[w->cell];
    progress_of(&s->progress, b->workload.kind->name, b->size);
    const bool ok =
        s->record != NULL && measure_here(s, w->cell, w->turn, w->have, w->seconds);
    progress_clear(&s->progress);
    session_close(s);
    free(s);
    return !ok                      ? EXIT_USAGE
           : session_stopped() != 0 ? 128 + session_stopped()
                                    : EXIT_HELD;
}

/* ---- All cells ------------------------------------------------------------------- */

static bool is_due(const session *s, size_t cell_number, size_t turn)
{
    const bench_cell *b = &s->options->cell[cell_number];
    const cell *c = run_cell(&s->run, b->workload.kind->name, b->size);
    return c == NULL || !c->complete[turn];
}

static size_t turns_left(const session *s, size_t from_cell)
{
    size_t n = 0;
    for (size_t i = from_cell; i < s->options->cells; i++)
        for (size_t t = 0; t < s->options->processes; t++) n += is_due(s, i, t);
    return n;
}

/* Killed between its last round and the word that it was the last: only that is due. */
static bool has_all_rounds(session *s, size_t cell_number, size_t turn)
{
    const bench_options *o = s->options;
    const bench_cell *b = &o->cell[cell_number];
    const size_t asked = (o->rounds + o->processes - 1) / o->processes;
    cell *c = run_cell(&s->run, b->workload.kind->name, b->size);
    if (o->rounds == 0 || c == NULL || c->rounds_of[turn] < asked) return false;
    c->turn = turn;
    c->complete[turn] = true;
    snprintf(c->end, sizeof c->end, "%s", race_end_name(RACE_ROUNDS));
    record_cell_end(s->record, c);
    record_sync(s->record);
    return true;
}

static bool measure_cell(session *s, size_t cell_number)
{
    const bench_options *o = s->options;
    const bench_cell *b = &o->cell[cell_number];
    for (size_t turn = 0; turn < o->processes && session_stopped() == 0; turn++) {
        if (!is_due(s, cell_number, turn) || has_all_rounds(s, cell_number, turn))
            continue;
        if (s->deadline_ns > 0 && stopwatch_now(&s->clock) >= s->deadline_ns) break;
        const double seconds =
            progress_seconds_left(&s->progress) / (double)turns_left(s, cell_number);
        progress_of(&s->progress, b->workload.kind->name, b->size);
        const bool ok = (o->processes == 1 ? measure_here : measure_there)(
            s, cell_number, turn, rounds_done(s, cell_number, turn), seconds);
        progress_clear(&s->progress);
        if (ok) continue;
        fprintf(stderr, "gradyno: %s has no size %zu, or memory is out for it\n",
                b->workload.kind->name, b->size);
        return false;
    }
    return true;
}

/*
 * Whether a size of a program is out of reach: the fewest rounds of it would take more
 * than four cells' share of the time that is left, going by the size before it. Only
 * where nobody said how many seconds to spend; and never the perceptron's, which the
 * pictures are of.
 */
static bool is_too_long(const session *s, size_t cell_number)
{
    const bench_options *o = s->options;
    if (cell_number == 0 || s->deadline_ns == 0) return false;
    const bench_cell *b = &o->cell[cell_number], *before = b - 1;
    const program_kind *kind = b->workload.kind;
    const cell *c = run_cell(&s->run, kind->name, before->size);
    if (before->workload.kind != kind || kind == &bench_mlp_kind ||
        run_cell(&s->run, kind->name, b->size) != NULL)
        return false;
    if (c == NULL || c->rounds == 0) return c == NULL; /* it was too long itself */
    const double round = c->seconds / (double)c->rounds;
    const double least =
        RACE_LEAST_LONG * round * (double)b->size / (double)before->size;
    const double share =
        progress_seconds_left(&s->progress) / (double)(o->cells - cell_number);
    return least > 4 * share;
}

bool session_run(session *s, void (*start)(void *ctx, const program_kind *kind),
                 void (*done)(void *ctx, const cell *c), void *ctx)
{
    const bench_options *o = s->options;
    const program_kind *last = NULL;
    for (size_t i = 0; i < o->cells && session_stopped() == 0; i++) {
        const program_kind *kind = o->cell[i].workload.kind;
        if (is_too_long(s, i)) {
            s->late++;
            continue;
        }
        if (!measure_cell(s, i)) return false;
        cell *c = run_cell(&s->run, kind->name, o->cell[i].size);
        if (c == NULL) {
            s->late += session_stopped() == 0;
            continue;
        }
        if (!cell_finish(c)) return false;
        /* One that was stopped too early for an interval says nothing. */
        if (c->serieses > 0 && c->rounds < LEAST_SAMPLES) continue;
        s->measured++;
        if (kind != last) start(ctx, last = kind);
        done(ctx, c);
    }
    return true;
}
