/* gradyno bench: verifies, then times; a table on the screen, and result files. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/baseline.h"
#include "bench/cell_tsv.h"
#include "bench/export_google.h"
#include "bench/ladder.h"
#include "bench/results.h"
#include "bench/scaling.h"
#include "bench/session.h"
#include "bench/table.h"
#include "bench/verbs.h"

typedef struct bench {
    session session;
    size_t wrong;
    bool coloured;
} bench;

/* ---- Files ----------------------------------------------------------------------- */

static void scaling_rows(const bench_run *r, FILE *out)
{
    scaling_tsv_header(out);
    scaling_write(r, stdout, out);
}

#define ROWS(name)                                                                     \
    static void name##_rows(const bench_run *r, FILE *out)                             \
    {                                                                                  \
        name##_tsv_header(out);                                                        \
        for (size_t i = 0; i < r->cells; i++)                                          \
            if (r->cell[i]->serieses == 0 || r->cell[i]->rounds >= LEAST_SAMPLES)      \
                name##_tsv_rows(out, r->cell[i]);                                      \
    }
ROWS(bench)
ROWS(ratio)
ROWS(audit)

/* What is computed from the record: each file is whole or not there. */
static const run_file files[] = {
    {"env.tsv", run_environment_tsv}, {"bench.tsv", bench_rows},
    {"ratio.tsv", ratio_rows},        {"audit.tsv", audit_rows},
    {"scaling.tsv", scaling_rows},
};

static bool write_export(const char *path, const bench_run *r)
{
    FILE *out = fopen(path, "w");
    if (out != NULL) export_google(r, out);
    if (out != NULL && fclose(out) == 0) return true;
    fprintf(stderr, "gradyno bench: cannot write '%s'\n", path);
    return false;
}

/* Whether the pictures' training runs are wanted: both engines, and right, or with no
 * time left for the cell that would have said so. */
static bool moons_are_wanted(const bench_options *o, const bench_run *r)
{
    const cell *c = run_cell(r, moons_kind.name, MOONS_STEPS);
    if (c != NULL) return cell_may_time(c, "graph") && cell_may_time(c, "tape");
    bool asked = false, graph = false, tape = false;
    for (size_t i = 0; i < o->cells; i++)
        asked |= o->cell[i].workload.kind == &moons_kind;
    for (size_t i = 0; i < o->engines; i++) {
        graph |= o->engine[i]->train == moons_train_graph;
        tape |= o->engine[i]->train == moons_train_tape;
    }
    return asked && graph && tape && session_stopped() == 0;
}

static bool write_moons(const bench_options *o, const bench_run *r)
{
    if (!moons_are_wanted(o, r)) return true;
    struct moons_run *runs = malloc(2 * sizeof *runs);
    bool ok = runs != NULL && moons_train_graph(NULL, &runs[0]) == AD_OK &&
              moons_train_tape(NULL, &runs[1]) == AD_OK;
    const int failure = ok ? moons_write(o->out, &runs[0], &runs[1]) : 0;
    if (failure != 0)
        fprintf(stderr, "gradyno bench: cannot write moons_*.tsv in '%s': %s\n", o->out,
                strerror(failure));
    free(runs);
    return ok && failure == 0;
}

/* ---- The run --------------------------------------------------------------------- */

static void start_workload(void *ctx, const program_kind *kind)
{
    (void)ctx;
    table_columns(kind);
}

static void show_cell(void *ctx, const cell *c)
{
    bench *b = ctx;
    table_cell(c, b->coloured);
    b->wrong += !cell_passed(c);
}

static void print_end(const bench *b, double share)
{
    const session *s = &b->session;
    if (share < 0.9)
        printf(
            "Other programs took turns with this one, which had a core for %.0f%% of "
            "the time: the times\nhave waiting in them, and the long ones most.\n",
            100 * share);
    if (s->late > 0)
        printf("%zu of %zu cells were not measured: there was no time for them "
               "(--resume, or their --workload alone)\n",
               s->late, s->options->cells);
    if (session_stopped() != 0)
        fprintf(stderr,
                "gradyno bench: stopped by signal %d; what was measured until then "
                "(%zu of %zu) is kept, and the same command with --resume continues "
                "it\n",
                session_stopped(), s->measured, s->options->cells);
    printf("results in %s\n", s->options->out);
}

/* Before anything is timed: a baseline that cannot be read shows now. */
static bool read_baseline(const char *path, bench_run *then)
{
    long offset = 0;
    char why[200];
    if (path == NULL) return true;
    const bool ok = record_read(then, path, &offset, why, sizeof why);
    if (ok && then->cells > 0) return run_finish(then);
    fprintf(stderr, "gradyno bench: cannot compare with '%s': %s\n", path,
            ok ? "no cell is in it" : why);
    return false;
}

static int finish(bench *b, const bench_run *then)
{
    session *s = &b->session;
    const bench_options *o = s->options;
    const double share = progress_share(&s->progress);
    environment_end(&s->environment, share);
    s->run.environment = s->environment;
    if (session_stopped() == 0 && s->late == 0 && !s->run.ended)
        record_run_end(s->record, &s->environment);
    record_sync(s->record);
    if (ferror(s->record)) {
        fprintf(stderr, "gradyno bench: '%s' could not be written\n", s->path);
        return EXIT_USAGE;
    }
    if (s->measured > 0) putchar('\n');
    if (!run_finish(&s->run) ||
        !run_write_files(&s->run, o->out, sizeof files / sizeof *files, files) ||
        !write_moons(o, &s->run) ||
        (o->export_google != NULL && !write_export(o->export_google, &s->run)))
        return EXIT_USAGE;
    const size_t regressions =
        o->baseline == NULL ? 0 : baseline_compare(&s->run, then, stdout);
    print_end(b, share);
    if (session_stopped() != 0) return 128 + session_stopped();
    return b->wrong > 0 || regressions > 0 ? EXIT_FAILED : EXIT_HELD;
}

static int run_bench(const bench_options *o, char **argv)
{
    bench *b = calloc(1, sizeof *b);
    bench_run then = {0};
    int status = EXIT_USAGE;
    if (b == NULL) return status;
    char *path = results_path(o->out, "bench.jsonl");
    if (path != NULL && read_baseline(o->baseline, &then)) {
        session *s = &b->session;
        b->coloured = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL;
        if (session_open(s, o, argv, path)) {
            s->peaks = true;
            table_header(&s->environment, &s->counters, o->seed);
            if (session_run(s, start_workload, show_cell, b)) status = finish(b, &then);
        }
        session_close(s); /* which ends the path */
    } else {
        free(path);
    }
    run_free(&then);
    free(b);
    return status;
}

static int bench_by(const bench_options *o, char **argv)
{
    if (o->help) fputs(bench_help, stdout);
    if (o->list) bench_options_list();
    if (o->help || o->list) return EXIT_HELD;
    if (o->worker.is_one) return session_work(o, getenv("GRADYNO_RECORD"), !o->ladder);
    return (o->ladder ? run_ladder : run_bench)(o, argv);
}

int verb_bench(int argc, char **argv)
{
    bench_options o;
    const int status =
        bench_options_parse(&o, argc, argv) ? bench_by(&o, argv) : EXIT_USAGE;
    bench_options_end(&o);
    return status;
}
