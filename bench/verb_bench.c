/* gradyno bench: verifies, then times; a table on the screen, and result files. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench_options.h"
#include "bench/cell_write.h"
#include "bench/environment.h"
#include "bench/progress.h"
#include "bench/results.h"
#include "bench/table.h"
#include "bench/verbs.h"
#include "bench/workload_mlp.h"
#include "bench/workload_moons.h"

/* The one thing that a signal can reach: which one asked to stop. */
static volatile sig_atomic_t stopped_by;

static void stop(int signal) { stopped_by = signal; }

/* The second of the same kind ends the program at once. */
static void listen_to_signals(void)
{
    struct sigaction action = {.sa_flags = (int)SA_RESETHAND};
    action.sa_handler = stop;
    sigemptyset(&action.sa_mask);
    stopped_by = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- Files ---------------------------------------------------------------------- */

typedef struct outputs {
    results_file env, bench, ratio, json;
} outputs;

static void outputs_discard(outputs *f)
{
    results_discard(&f->env);
    results_discard(&f->bench);
    results_discard(&f->ratio);
    results_discard(&f->json);
}

/* All at once, before anything is timed: a folder that cannot be written shows now. */
static bool outputs_open(outputs *f, const char *folder)
{
    bool ok = results_open(&f->env, folder, "env.tsv") &&
              results_open(&f->bench, folder, "bench.tsv") &&
              results_open(&f->ratio, folder, "ratio.tsv");
#ifdef HAVE_jansson
    ok = ok && results_open(&f->json, folder, "bench.jsonl");
#endif
    if (!ok) outputs_discard(f);
    return ok;
}

static bool outputs_close(outputs *f)
{
    const bool ok = results_close(&f->env) && results_close(&f->bench) &&
                    results_close(&f->ratio) &&
                    (f->json.stream == NULL || results_close(&f->json));
    outputs_discard(f);
    return ok;
}

static bool write_start(outputs *f, const environment *e, uint64_t seed,
                        const char *configuration)
{
    bench_tsv_header(f->bench.stream);
    ratio_tsv_header(f->ratio.stream);
#ifdef HAVE_jansson
    return run_json(f->json.stream, e, seed, configuration);
#else
    (void)e, (void)seed, (void)configuration;
    fputs(
        "gradyno bench: bench.jsonl is not written, because this build has no jansson "
        "(install libjansson-dev and build again)\n",
        stderr);
    return true;
#endif
}

/* What only the end of a run knows is in env.tsv too. */
static bool write_end(outputs *f, const environment *e)
{
    environment_write_tsv(e, f->env.stream);
#ifdef HAVE_jansson
    return run_end_json(f->json.stream, e);
#else
    return true;
#endif
}

static bool write_cell(outputs *f, const cell *c)
{
    bench_tsv_rows(f->bench.stream, c);
    ratio_tsv_rows(f->ratio.stream, c);
#ifdef HAVE_jansson
    return cell_json(f->json.stream, c);
#else
    return true;
#endif
}

/* ---- The benchmark -------------------------------------------------------------- */

typedef struct bench {
    const bench_options *options;
    outputs files;
    progress progress;
    workload_plan plan;
    moons_runs moons;
    size_t cells, cells_left; /* those share the time that is left */
    size_t measured, wrong;
    double ratio[BENCH_SIZES]; /* graph / tape, of each width */
    size_t ratios;
    bool coloured;
} bench;

static void out_of_memory(void) { fputs("gradyno bench: out of memory\n", stderr); }

static void prepare(bench *b, const char *workload, size_t size)
{
    b->plan.race.seconds =
        progress_seconds_left(&b->progress) / (double)b->cells_left--;
    b->plan.race.seed++; /* a new one for every cell, so that no order comes twice */
    progress_of(&b->progress, workload, size);
}

/* Shows and writes a cell and frees it. One that was stopped too early for an interval
 * is dropped. `ok` is what the workload returned. */
static bool take(bench *b, cell *c, bool ok)
{
    progress_clear(&b->progress);
    const bool dropped = stopped_by != 0 && c->rounds < LEAST_SAMPLES;
    if (ok && !dropped) {
        table_cell(c, b->coloured);
        ok = write_cell(&b->files, c);
        b->measured++;
        b->wrong += !cell_passed(c);
        const comparison *r = cell_comparison(c, "graph", "tape", "whole");
        if (r != NULL && strcmp(c->workload, "mlp") == 0)
            b->ratio[b->ratios++] = r->ratio.median;
    }
    if (!ok) out_of_memory();
    cell_free(c);
    return ok;
}

static bool run_mlp(bench *b)
{
    table_columns("mlp");
    for (size_t i = 0; i < b->options->sizes && stopped_by == 0; i++) {
        cell c;
        const size_t width = b->options->size[i];
        prepare(b, "mlp", width);
        const bool ok = workload_mlp(&c, width, &b->plan);
        if (!take(b, &c, ok)) return false;
    }
    return true;
}

static bool run_moons(bench *b)
{
    cell c;
    table_columns("moons");
    prepare(b, "moons", MOONS_STEPS);
    bool ok = workload_moons(&c, &b->moons, &b->plan);
    const series *graph = cell_series(&c, "graph", "whole");
    const series *tape = cell_series(&c, "tape", "whole");
    const double graph_s = graph == NULL ? (double)NAN : graph->figure.median * 1e-9;
    const double tape_s = tape == NULL ? (double)NAN : tape->figure.median * 1e-9;
    if (!take(b, &c, ok)) return false;
    if (graph != NULL) printf("      a training run takes the graph %.3g s\n", graph_s);
    if (tape != NULL) printf("      a training run takes the tape %.3g s\n", tape_s);
    if (!b->options->graph || !b->options->tape) {
        puts("      moons_*.tsv show both engines, and so they are not written");
        return true;
    }
    const int failure = moons_write(b->options->out, &b->moons.graph, &b->moons.tape);
    if (failure != 0)
        fprintf(stderr, "gradyno bench: cannot write moons_*.tsv in '%s': %s\n",
                b->options->out, strerror(failure));
    return failure == 0;
}

static void print_summary(const bench *b, double share)
{
    if (b->ratios > 1) {
        double lo = b->ratio[0], hi = lo;
        for (size_t i = 1; i < b->ratios; i++) {
            lo = fmin(lo, b->ratio[i]);
            hi = fmax(hi, b->ratio[i]);
        }
        printf("\ngraph / tape from %.3g to %.3g over the sizes, geometric mean %.3g\n",
               lo, hi, geometric_mean(b->ratios, b->ratio));
    }
    if (share < 0.9)
        printf("\nOther programs took turns with this one, which had a core for %.0f%% "
               "of the "
               "time: the times\nhave waiting in them, and the long ones most.\n",
               100 * share);
    if (stopped_by != 0)
        fprintf(stderr,
                "gradyno bench: stopped by signal %d; what was measured until then "
                "(%zu of %zu) is kept\n",
                (int)stopped_by, b->measured, b->cells);
    printf("results in %s\n", b->options->out);
}

/* What was asked for, for whoever reads the samples. */
static void configuration_text(char *text, size_t room, int argc, char **argv)
{
    size_t used = 0;
    text[0] = '\0';
    for (int i = 1; i < argc && used < room; i++) {
        if (strncmp(argv[i], "--out", 5) == 0) { /* a path of this machine */
            i += argv[i][5] == '\0';
            continue;
        }
        used += (size_t)snprintf(text + used, room - used, "%s%s", used == 0 ? "" : " ",
                                 argv[i]);
    }
}

static int run(bench *b, environment *e, const char *configuration)
{
    const bench_options *o = b->options;
    if (!outputs_open(&b->files, o->out)) return EXIT_USAGE;
    listen_to_signals();
    table_header(e, o->seed);
    bool ok = write_start(&b->files, e, o->seed, configuration);
    if (!ok) out_of_memory();
    if (ok && o->mlp) ok = run_mlp(b);
    if (ok && o->moons && stopped_by == 0) ok = run_moons(b);
    const double share = progress_share(&b->progress);
    environment_end(e, share);
    if (!write_end(&b->files, e)) {
        out_of_memory();
        ok = false;
    }
    ok = outputs_close(&b->files) && ok;
    if (!ok) return EXIT_USAGE;
    print_summary(b, share);
    if (stopped_by != 0) return 128 + stopped_by;
    return b->wrong > 0 ? EXIT_FAILED : EXIT_HELD;
}

int verb_bench(int argc, char **argv)
{
    bench_options options;
    if (!bench_options_parse(&options, argc, argv)) return EXIT_USAGE;
    if (options.help) {
        fputs(bench_help, stdout);
        return EXIT_HELD;
    }
    char configuration[512];
    configuration_text(configuration, sizeof configuration, argc, argv);

    const stopwatch clock = stopwatch_monotonic();
    environment e;
    environment_read(&e, &clock);
    bench *b = calloc(1, sizeof *b);
    if (b == NULL) {
        out_of_memory();
        return EXIT_USAGE;
    }
    b->options = &options;
    b->coloured = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL;
    b->cells = b->cells_left = (options.mlp ? options.sizes : 0) + options.moons;
    b->progress = progress_start(&clock, options.seconds);
    b->plan = (workload_plan){.graph = options.graph,
                              .tape = options.tape,
                              .seed = options.seed,
                              .race = {.rounds = options.rounds,
                                       .most = options.quick ? 101 : 1001,
                                       .seconds = options.seconds,
                                       .seed = options.seed,
                                       .clock = clock,
                                       .stop = &stopped_by,
                                       .progress = progress_round,
                                       .progress_ctx = &b->progress}};
    const int status = run(b, &e, configuration);
    free(b);
    return status;
}
