/* gradyno race A B: two engines, paired. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/diagnosis.h"
#include "bench/results.h"
#include "bench/session.h"
#include "bench/table.h"
#include "bench/verbs.h"

typedef struct duel {
    session session;
    size_t wrong;
} duel;

static void start_workload(void *ctx, const program_kind *kind)
{
    (void)ctx;
    printf("\n%s: %s; size: %s; witness: %s\n", kind->name, kind->formula,
           kind->size_means, kind->witness);
}

static void show_verdict(const cell *c, const judgement *j)
{
    const series *s = cell_series(c, j->engine, "whole");
    printf("      %s: ", j->engine);
    if (j->why[0] != '\0')
        printf("%s: %s", j->skipped ? "skipped" : "failed", j->why);
    else
        printf("%s, off by %.1e where %.1e is allowed (%s)",
               j->passed ? "pass" : "FAIL", j->residual, j->bound, j->witness);
    if (s != NULL && c->rounds > 0 && j->passed)
        printf("; %.4g ns an operation", s->figure.median / (double)c->ops);
    putchar('\n');
}

static void show_cell(void *ctx, const cell *c)
{
    duel *d = ctx;
    printf("%s %zu, %zu operations\n", c->workload, c->size, c->ops);
    for (size_t i = 0; i < c->judgements; i++) show_verdict(c, &c->judgement[i]);
    for (size_t i = 1; i < c->comparisons; i++) table_comparison(c, &c->comparison[i]);
    table_end(c);
    diagnosis_write(c, "      ", stdout);
    fflush(stdout);
    d->wrong += !cell_passed(c);
}

static int run_race(const bench_options *o, char **argv, char *path)
{
    duel *d = calloc(1, sizeof *d);
    int status = EXIT_USAGE;
    if (d == NULL) return status;
    session *s = &d->session;
    if (session_open(s, o, argv, path)) {
        s->phases = false;
        printf("gradyno race: %s against %s; medians of paired ratios [95%% interval], "
               "seed %llu\n%s, %s\n",
               o->engine[0]->name, o->engine[1]->name, (unsigned long long)o->seed,
               environment_value(&s->environment, "cpu"),
               environment_value(&s->environment, "compiler"));
        environment_write_advice(&s->environment, stdout);
        if (session_run(s, start_workload, show_cell, d))
            status = session_stopped() != 0 ? 128 + session_stopped()
                     : d->wrong > 0         ? EXIT_FAILED
                                            : EXIT_HELD;
        if (o->out == NULL) remove(s->path);
    }
    session_close(s);
    free(d);
    return status;
}

/* A record that nobody keeps; NULL when there is no place for it. */
static char *temporary_record(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || *folder == '\0') folder = "/tmp";
    char *path = results_path(folder, "gradyno-race-XXXXXX");
    const int file = path == NULL ? -1 : mkstemp(path);
    if (file >= 0) {
        close(file);
        return path;
    }
    fprintf(stderr, "gradyno race: cannot write in '%s'\n", folder);
    free(path);
    return NULL;
}

static int race_by(const bench_options *o, char **argv)
{
    if (o->help) fputs(race_help, stdout);
    if (o->list) bench_options_list();
    if (o->help || o->list) return EXIT_HELD;
    if (o->worker.is_one) return session_work(o, getenv("GRADYNO_RECORD"), false);
    char *path =
        o->out == NULL ? temporary_record() : results_path(o->out, "race.jsonl");
    return path == NULL ? EXIT_USAGE : run_race(o, argv, path);
}

int verb_race(int argc, char **argv)
{
    bench_options o;
    const int status =
        race_options_parse(&o, argc, argv) ? race_by(&o, argv) : EXIT_USAGE;
    bench_options_end(&o);
    return status;
}
