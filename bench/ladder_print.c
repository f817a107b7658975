/* The ladder on the screen and in files. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/ladder.h"
#include "bench/results.h"

static const char *const kinds[] = {
    [ENGINE_own] = "own",   [ENGINE_replay] = "replay", [ENGINE_hand] = "hand",
    [ENGINE_peer] = "peer", [ENGINE_part] = "part",
};

/* A rung that failed has no series. */
typedef struct rung {
    const engine *engine;
    const judgement *judgement;
    const series *series;
} rung;

static int by_time(const void *a, const void *b)
{
    const rung *p = a, *q = b;
    const double x = p->series == NULL ? (double)INFINITY : p->series->figure.median;
    const double y = q->series == NULL ? (double)INFINITY : q->series->figure.median;
    return (x < y) - (x > y);
}

/* The slowest first; what failed comes before all. */
static size_t rungs_of(const cell *c, rung *rungs)
{
    size_t n = 0;
    for (size_t i = 0; i < c->judgements; i++) {
        const judgement *j = &c->judgement[i];
        const engine *e = engine_named(j->engine, 0);
        if (e != NULL)
            rungs[n++] = (rung){
                e, j, c->rounds == 0 ? NULL : cell_series(c, j->engine, "whole")};
    }
    /* cppcheck-suppress uninitvar ; n of them are set */
    qsort(rungs, n, sizeof *rungs, by_time);
    return n;
}

void ladder_print_cell(const cell *c, FILE *out)
{
    rung rungs[CELL_ENGINES];
    const size_t n = rungs_of(c, rungs);
    const series *hand = cell_series(c, "hand-strict", "whole");
    fprintf(
        out,
        "\nH = %zu, %zu operations, %zu rounds\n"
        "  engine                verdict  residual   ns/op [95%% interval]      B/op  "
        " over hand-strict\n",
        c->size, c->ops, c->rounds);
    for (size_t i = 0; i < n; i++) {
        const judgement *j = rungs[i].judgement;
        const series *s = rungs[i].series;
        fprintf(out, "  %-21s %-7s %9.1e ", j->engine, j->passed ? "pass" : "FAIL",
                j->residual);
        if (s == NULL) {
            fprintf(out, "  not timed: off by %.3g where %.3g is allowed\n",
                    j->residual, j->bound);
            continue;
        }
        const double ops = (double)c->ops;
        char interval[40] = "", bytes[16] = "-";
        snprintf(interval, sizeof interval, "[%.3g, %.3g]", s->figure.lo / ops,
                 s->figure.hi / ops);
        if (isfinite(j->bytes_per_op))
            snprintf(bytes, sizeof bytes, "%.1f", j->bytes_per_op);
        fprintf(out, "%7.3g %-17s %7s", s->figure.median / ops, interval, bytes);
        if (hand != NULL && hand != s)
            fprintf(out, "  %8.3g", s->figure.median / hand->figure.median);
        fprintf(out, "%s\n",
                rungs[i].engine->kind == ENGINE_part ? "  (a part: no gradient)" : "");
    }
}

/* Calls row for each target at each size. */
static void each_target(const bench_run *r, FILE *out,
                        void (*row)(FILE *out, const ladder_target *t, const cell *c,
                                    const ladder_result *result))
{
    for (size_t i = 0; i < ladder_targets_count; i++)
        for (size_t k = 0; k < r->cells; k++) {
            ladder_result result;
            if (ladder_judge(&ladder_targets[i], r->cell[k], &result))
                row(out, &ladder_targets[i], r->cell[k], &result);
        }
}

static void print_target(FILE *out, const ladder_target *t, const cell *c,
                         const ladder_result *result)
{
    char against[48] = "-";
    if (result->over != NULL) snprintf(against, sizeof against, "%s", result->over);
    fprintf(out, "%-36s %-16s %4zu %8.3g", t->form, against, c->size, result->most);
    if (!isfinite(result->measured.median))
        fprintf(out, "        -                  %s\n", result->verdict);
    else if (result->over == NULL)
        fprintf(out, " %8.3g %17s %s\n", result->measured.median, "", result->verdict);
    else {
        char interval[40] = "";
        snprintf(interval, sizeof interval, "[%.3g, %.3g]", result->measured.lo,
                 result->measured.hi);
        fprintf(out, " %8.3g %-17s %s\n", result->measured.median, interval,
                result->verdict);
    }
}

void ladder_print_targets(const bench_run *r, FILE *out)
{
    fprintf(out, "\n%-36s %-16s %4s %8s %8s %-17s\n", "target", "against", "H",
            "at most", "measured", "[95% interval]");
    each_target(r, out, print_target);
}

/* ---- Files ----------------------------------------------------------------------- */

static void ladder_row(FILE *out, const cell *c, const rung *g)
{
    const judgement *j = g->judgement;
    const figure none = {(double)NAN, (double)NAN, (double)NAN};
    const figure f = g->series == NULL ? none : g->series->figure;
    fprintf(out, "%zu\t%zu\t%s\t%s\t%s\t%zu\t", c->size, c->ops, j->engine,
            kinds[g->engine->kind], j->passed ? "pass" : "fail",
            g->series == NULL ? 0 : c->rounds);
    results_number(out, f.median, '\t');
    results_number(out, f.lo, '\t');
    results_number(out, f.hi, '\t');
    results_number(out, f.median / (double)c->ops, '\t');
    results_number(out, j->bytes_per_op, '\t');
    results_number(out, ladder_moved_per_op(g->engine, j->bytes_per_op, c->size), '\n');
}

void ladder_tsv(const bench_run *r, FILE *out)
{
    fputs("size\tops\tengine\tkind\tverdict\trounds\tns\tlo\thi\tns_per_op\t"
          "bytes_per_op\tmoved_per_op\n",
          out);
    for (size_t k = 0; k < r->cells; k++) {
        rung rungs[CELL_ENGINES];
        const size_t n = rungs_of(r->cell[k], rungs);
        for (size_t i = 0; i < n; i++) ladder_row(out, r->cell[k], &rungs[i]);
    }
}

static void target_row(FILE *out, const ladder_target *t, const cell *c,
                       const ladder_result *result)
{
    fprintf(out, "%s\t%s\t%s\t%zu\t", t->form, t->engine,
            result->over == NULL ? "-" : result->over, c->size);
    results_number(out, result->most, '\t');
    results_number(out, result->measured.median, '\t');
    results_number(out, result->measured.lo, '\t');
    results_number(out, result->measured.hi, '\t');
    fprintf(out, "%zu\t%s\n", c->rounds, result->verdict);
}

void targets_tsv(const bench_run *r, FILE *out)
{
    fputs("form\tengine\tover\tsize\tat_most\tmeasured\tlo\thi\trounds\tverdict\n",
          out);
    each_target(r, out, target_row);
}

/* JSON has no NaN. */
static void json_number(FILE *out, const char *name, double x)
{
    if (isfinite(x))
        fprintf(out, ", \"%s\": %.17g", name, x);
    else
        fprintf(out, ", \"%s\": null", name);
}

static void target_object(FILE *out, const ladder_target *t, const cell *c,
                          const ladder_result *result)
{
    fprintf(out, "%s  {\"form\": \"%s\", \"engine\": \"%s\", \"size\": %zu",
            ftell(out) > 2 ? ",\n" : "", t->form, t->engine, c->size);
    if (result->over != NULL) fprintf(out, ", \"over\": \"%s\"", result->over);
    json_number(out, "at_most", result->most);
    json_number(out, "measured", result->measured.median);
    json_number(out, "lo", result->measured.lo);
    json_number(out, "hi", result->measured.hi);
    fprintf(out, ", \"rounds\": %zu, \"verdict\": \"%s\"}", c->rounds, result->verdict);
}

void targets_json(const bench_run *r, FILE *out)
{
    fputs("[\n", out);
    each_target(r, out, target_object);
    fputs("\n]\n", out);
}
