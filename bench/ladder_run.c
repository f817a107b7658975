/* gradyno bench --ladder: one race of all rungs, the targets, and the roofs. */
#include <math.h>
#include <stdlib.h>

#include "bench/bandwidth.h"
#include "bench/ladder.h"
#include "bench/results.h"
#include "bench/session.h"
#include "bench/table.h"
#include "bench/verbs.h"

/* ---- Files ----------------------------------------------------------------------- */

/* The machine's bandwidth from the first cache to twice the last, or 64 MiB, but no
 * more than 256. */
static void bandwidth_rows(const bench_run *r, FILE *out)
{
    const stopwatch clock = stopwatch_monotonic();
    const double last = strtod(environment_value(&r->environment, "l3_bytes"), NULL);
    const double most = fmin(fmax(2 * last, 64 << 20), 256 << 20);
    fputs("bytes\tbytes_per_ns\tlo\thi\n", out);
    for (size_t bytes = 8 << 10; (double)bytes <= most; bytes *= 2) {
        bandwidth b;
        if (!bandwidth_measure(&b, bytes, 0.02, &clock)) return;
        fprintf(out, "%zu\t", b.bytes);
        results_number(out, b.bytes_per_ns, '\t');
        results_number(out, b.lo, '\t');
        results_number(out, b.hi, '\n');
    }
}

static const run_file files[] = {
    {"env.tsv", run_environment_tsv},  {"ladder.tsv", ladder_tsv},
    {"targets.tsv", targets_tsv},      {"targets.json", targets_json},
    {"bandwidth.tsv", bandwidth_rows},
};

/* ---- The run --------------------------------------------------------------------- */

typedef struct climb {
    session session;
    size_t wrong;
} climb;

static void start_workload(void *ctx, const program_kind *kind)
{
    (void)ctx;
    printf("\n%s: %s; witness: %s\n", kind->name, kind->formula, kind->witness);
}

static void show_cell(void *ctx, const cell *c)
{
    climb *b = ctx;
    ladder_print_cell(c, stdout);
    table_end(c);
    fflush(stdout);
    b->wrong += !cell_passed(c);
}

static int finish(climb *b)
{
    session *s = &b->session;
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
    if (!run_finish(&s->run)) return EXIT_USAGE;
    ladder_print_targets(&s->run, stdout);
    if (share < 0.9)
        printf(
            "\nOther programs took turns with this one, which had a core for %.0f%% of "
            "the time: believe\nratios, and those of short gradients most.\n",
            100 * share);
    if (!run_write_files(&s->run, s->options->out, sizeof files / sizeof *files, files))
        return EXIT_USAGE;
    printf("\nresults in %s\n", s->options->out);
    if (session_stopped() != 0) return 128 + session_stopped();
    return b->wrong > 0 ? EXIT_FAILED : EXIT_HELD;
}

int run_ladder(const bench_options *o, char **argv)
{
    climb *b = calloc(1, sizeof *b);
    int status = EXIT_USAGE;
    char *path = b == NULL ? NULL : results_path(o->out, "ladder.jsonl");
    if (path == NULL) {
        free(b);
        return status;
    }
    session *s = &b->session;
    if (session_open(s, o, argv, path)) {
        s->phases = false;
        printf(
            "gradyno bench --ladder %s: whole gradients of %zu engines, interleaved, "
            "seed %llu\n%s, %s cores; %s %s\n",
            environment_value(&s->environment, "version"), o->engines,
            (unsigned long long)o->seed, environment_value(&s->environment, "cpu"),
            environment_value(&s->environment, "cores"),
            environment_value(&s->environment, "compiler"),
            environment_value(&s->environment, "flags"));
        environment_write_advice(&s->environment, stdout);
        if (session_run(s, start_workload, show_cell, b)) status = finish(b);
    }
    session_close(s);
    free(b);
    return status;
}
