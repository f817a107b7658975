/* Slopes, knees, geometric means. */
#include "bench/scaling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results.h"

enum { SIZES = 64 };

/* An engine's whole gradients on a workload, size by size. */
typedef struct sizes {
    const char *workload, *engine;
    size_t n;
    const cell *cell[SIZES];
    double ops[SIZES];
    sample_set ns[SIZES];
} sizes;

static int by_ops(const void *a, const void *b)
{
    const cell *x = *(const cell *const *)a, *y = *(const cell *const *)b;
    return (x->ops > y->ops) - (x->ops < y->ops);
}

static sizes gather(const bench_run *r, const char *workload, const char *engine)
{
    sizes s = {.workload = workload, .engine = engine};
    for (size_t i = 0; i < r->cells && s.n < SIZES; i++) {
        const cell *c = r->cell[i];
        const series *whole = cell_series(c, engine, "whole");
        if (strcmp(c->workload, workload) == 0 && whole != NULL &&
            !cell_is_void(c, engine) && c->rounds >= LEAST_SAMPLES)
            s.cell[s.n++] = c;
    }
    qsort(s.cell, s.n, sizeof *s.cell, by_ops);
    for (size_t i = 0; i < s.n; i++) {
        s.ops[i] = (double)s.cell[i]->ops;
        s.ns[i] = (sample_set){s.cell[i]->rounds,
                               cell_series(s.cell[i], engine, "whole")->ns};
    }
    return s;
}

static double slope(size_t n, const double *median, void *ctx)
{
    return log_slope(n, ctx, median);
}

static double mean_of(size_t n, const double *median, void *ctx)
{
    (void)ctx;
    return geometric_mean(n, median);
}

/* ---- Rows ------------------------------------------------------------------------ */

void scaling_tsv_header(FILE *out)
{
    fputs("workload\tengine\tover\tfigure\tops\tvalue\tlo\thi\n", out);
}

static void row(FILE *tsv, const sizes *s, const char *over, const char *name,
                double ops, figure f)
{
    if (tsv == NULL) return;
    fprintf(tsv, "%s\t%s\t%s\t%s\t", s->workload, s->engine, over, name);
    results_number(tsv, ops, '\t');
    results_number(tsv, f.median, '\t');
    results_number(tsv, f.lo, '\t');
    results_number(tsv, f.hi, '\n');
}

static void write_slopes(const sizes *s, FILE *screen, FILE *tsv)
{
    double ops[SIZES];
    memcpy(ops, s->ops, sizeof ops);
    const figure all =
        bootstrap_of_medians(s->n, s->ns, slope, ops, BOOTSTRAP_TRIALS, 1);
    row(tsv, s, "-", "slope", (double)NAN, all);
    fprintf(screen, "%s, %s: a whole gradient takes operations^%.3f [%.3f, %.3f]",
            s->workload, s->engine, all.median, all.lo, all.hi);
    for (size_t i = 0; i + 1 < s->n; i++) {
        const figure local =
            bootstrap_of_medians(2, s->ns + i, slope, ops + i, BOOTSTRAP_TRIALS, 1);
        row(tsv, s, "-", "local_slope", sqrt(ops[i] * ops[i + 1]), local);
    }
}

/* With the bytes per operation of the largest size: a small record's have its
 * beginnings in them. */
static void write_knees(const bench_run *r, const sizes *s, FILE *screen, FILE *tsv)
{
    static const char *const cache[][3] = {{"l1d_bytes", "knee_l1", "L1"},
                                           {"l2_bytes", "knee_l2", "L2"},
                                           {"l3_bytes", "knee_l3", "L3"}};
    const judgement *j = cell_judgement(s->cell[s->n - 1], s->engine);
    if (j == NULL || !isfinite(j->bytes_per_op)) return;
    fprintf(screen, "; at %.1f B/op it leaves", j->bytes_per_op);
    for (size_t k = 0; k < 3; k++) {
        const double bytes =
            strtod(environment_value(&r->environment, cache[k][0]), NULL);
        if (!(bytes > 0)) continue;
        const double ops = bytes / j->bytes_per_op;
        row(tsv, s, "-", cache[k][1], ops, (figure){ops, (double)NAN, (double)NAN});
        fprintf(screen, "%s %s at %.2g", k == 0 ? "" : ",", cache[k][2], ops);
    }
    fputs(" operations", screen);
}

/* The ratio of engine over `over` in each round of each size. */
static void write_mean(const sizes *s, const char *over, FILE *screen, FILE *tsv)
{
    sample_set ratio[SIZES];
    size_t n = 0;
    double lo = (double)INFINITY, hi = 0;
    for (size_t i = 0; i < s->n; i++) {
        const cell *c = s->cell[i];
        const series *b = cell_series(c, over, "whole");
        if (b == NULL) b = cell_series(c, over, "primal");
        double *x = b == NULL ? NULL : malloc(c->rounds * sizeof *x);
        if (x == NULL) continue;
        for (size_t k = 0; k < c->rounds; k++) x[k] = s->ns[i].x[k] / b->ns[k];
        const double median = figure_of(c->rounds, x).median;
        lo = fmin(lo, median);
        hi = fmax(hi, median);
        ratio[n++] = (sample_set){c->rounds, x};
    }
    if (n > 1) {
        const figure f =
            bootstrap_of_medians(n, ratio, mean_of, NULL, BOOTSTRAP_TRIALS, 1);
        row(tsv, s, over, "geometric_mean", (double)NAN, f);
        fprintf(screen,
                "%s: %s / %s from %.3g to %.3g over %zu sizes, geometric mean %.3g "
                "[%.3g, %.3g]\n",
                s->workload, s->engine, over, lo, hi, n, f.median, f.lo, f.hi);
    }
    for (size_t i = 0; i < n; i++) free((void *)ratio[i].x);
}

static bool seen_before(const bench_run *r, size_t i, const char *workload)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->cell[k]->workload, workload) == 0) return true;
    return false;
}

/* The engines of the first cell that timed any. */
static void write_workload(const bench_run *r, const cell *c, FILE *screen, FILE *tsv)
{
    const char *reference = cell_reference(c);
    for (size_t i = 0; reference != NULL && i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (strcmp(s->phase, "whole") != 0 || !is_engine(s->engine)) continue;
        const sizes all = gather(r, c->workload, s->engine);
        if (all.n < 2) continue;
        write_slopes(&all, screen, tsv);
        write_knees(r, &all, screen, tsv);
        fputc('\n', screen);
        if (cell_series(c, "primal", "primal") != NULL)
            write_mean(&all, "primal", screen, tsv);
        if (strcmp(s->engine, reference) == 0) continue;
        const sizes first = gather(r, c->workload, reference);
        write_mean(&first, s->engine, screen, tsv);
    }
}

void scaling_write(const bench_run *r, FILE *screen, FILE *tsv)
{
    for (size_t i = 0; i < r->cells; i++)
        if (!seen_before(r, i, r->cell[i]->workload))
            write_workload(r, r->cell[i], screen, tsv);
}
