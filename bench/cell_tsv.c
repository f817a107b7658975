/* Cells as rows of bench.tsv, ratio.tsv and audit.tsv. */
#include "bench/cell_tsv.h"

#include <math.h>
#include <string.h>

#include "bench/results.h"

static void start_row(FILE *out, const cell *c)
{
    fprintf(out, "%s\t%zu\t%zu\t", c->workload, c->size, c->ops);
}

void bench_tsv_header(FILE *out)
{
    fputs("workload\tsize\tops\tengine\tverdict\tresidual\tbound\tphase\trounds\tns\tlo"
          "\thi\tns_per_op\tbytes_per_op\tpeak_bytes\tprocesses\tprocess_lo\t"
          "process_hi\tdisturbed\n",
          out);
}

static void bench_row(FILE *out, const cell *c, const judgement *j, const char *engine,
                      const char *phase, const series *s)
{
    static const series none = {
        .figure = {(double)NAN, (double)NAN, (double)NAN},
        .of_processes = {(double)NAN, (double)NAN, (double)NAN}};
    const size_t rounds = s == NULL ? 0 : c->rounds;
    if (s == NULL) s = &none;
    start_row(out, c);
    fprintf(out, "%s\t%s\t", engine,
            j == NULL    ? "-"
            : j->passed  ? "pass"
            : j->skipped ? "skip"
                         : "fail");
    results_number(out, j == NULL ? (double)NAN : j->residual, '\t');
    results_number(out, j == NULL ? (double)NAN : j->bound, '\t');
    fprintf(out, "%s\t%zu\t", phase, rounds);
    results_number(out, s->figure.median, '\t');
    results_number(out, s->figure.lo, '\t');
    results_number(out, s->figure.hi, '\t');
    results_number(out, s->figure.median / (double)c->ops, '\t');
    const bool whole = strcmp(phase, "whole") == 0 && j != NULL;
    results_number(out, whole ? j->bytes_per_op : (double)NAN, '\t');
    results_number(out, whole ? j->peak_bytes : (double)NAN, '\t');
    fprintf(out, "%zu\t", rounds == 0 ? 0 : c->processes);
    results_number(out, s->of_processes.lo, '\t');
    results_number(out, s->of_processes.hi, '\t');
    fprintf(out, "%zu\n", s->disturbed);
}

void bench_tsv_rows(FILE *out, const cell *c)
{
    for (size_t i = 0; i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (!series_is_auxiliary(s))
            bench_row(out, c, cell_judgement(c, s->engine), s->engine, s->phase, s);
    }
    for (size_t i = 0; i < c->judgements; i++) {
        const judgement *j = &c->judgement[i];
        if (cell_series(c, j->engine, "whole") == NULL &&
            strcmp(j->engine, "witness") != 0)
            bench_row(out, c, j, j->engine, "whole", NULL);
    }
}

void ratio_tsv_header(FILE *out)
{
    fputs("workload\tsize\tops\tengine\tover\tphase\tratio\tlo\thi\tnoise\tresolved\t"
          "processes\tprocess_lo\tprocess_hi\n",
          out);
}

void ratio_tsv_rows(FILE *out, const cell *c)
{
    for (size_t i = 0; i < c->comparisons; i++) {
        const comparison *r = &c->comparison[i];
        start_row(out, c);
        fprintf(out, "%s\t%s\t%s\t", r->engine, r->over, r->phase);
        results_number(out, r->ratio.median, '\t');
        results_number(out, r->ratio.lo, '\t');
        results_number(out, r->ratio.hi, '\t');
        results_number(out, r->noise, '\t');
        const bool itself = strcmp(r->engine, r->over) == 0;
        fprintf(out, "%s\t%zu\t",
                itself        ? "-"
                : r->resolved ? "yes"
                              : "no",
                c->processes);
        results_number(out, r->of_processes.lo, '\t');
        results_number(out, r->of_processes.hi, '\n');
    }
}

void audit_tsv_header(FILE *out)
{
    fputs(
        "workload\tsize\tadjoints\tzeros\tsubnormals\tnot_finite\tsmallest\tlargest\n",
        out);
}

void audit_tsv_rows(FILE *out, const cell *c)
{
    const audit *a = &c->audit;
    if (a->adjoints == 0) return;
    fprintf(out, "%s\t%zu\t%zu\t%zu\t%zu\t%zu\t", c->workload, c->size, a->adjoints,
            a->zeros, a->subnormals, a->not_finite);
    results_number(out, a->smallest, '\t');
    results_number(out, a->largest, '\n');
}
