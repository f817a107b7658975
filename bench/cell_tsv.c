/* Cells as rows of bench.tsv and ratio.tsv. */
#include <math.h>
#include <string.h>

#include "bench/cell_write.h"
#include "bench/results.h"

static void start_row(FILE *out, const cell *c)
{
    fprintf(out, "%s\t%zu\t%zu\t", c->workload, c->size, c->ops);
}

void bench_tsv_header(FILE *out)
{
    fputs("workload\tsize\tops\tengine\tverdict\tresidual\tbound\tphase\trounds\tns\tlo"
          "\thi\t"
          "ns_per_op\tbytes_per_op\n",
          out);
}

static void bench_row(FILE *out, const cell *c, const judgement *j, const char *engine,
                      const char *phase, size_t rounds, figure ns)
{
    start_row(out, c);
    fprintf(out, "%s\t%s\t", engine, j == NULL ? "-" : j->passed ? "pass" : "fail");
    results_number(out, j == NULL ? (double)NAN : j->residual, '\t');
    results_number(out, j == NULL ? (double)NAN : j->bound, '\t');
    fprintf(out, "%s\t%zu\t", phase, rounds);
    results_number(out, ns.median, '\t');
    results_number(out, ns.lo, '\t');
    results_number(out, ns.hi, '\t');
    results_number(out, ns.median / (double)c->ops, '\t');
    const bool whole = strcmp(phase, "whole") == 0;
    results_number(out, whole && j != NULL ? j->bytes_per_op : (double)NAN, '\n');
}

/* Samples that serve another figure: the noise floor's, and the clock's. */
static bool is_auxiliary(const series *s)
{
    return strcmp(s->phase, "again") == 0 || strcmp(s->phase, "reading") == 0;
}

void bench_tsv_rows(FILE *out, const cell *c)
{
    static const figure none = {(double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (is_auxiliary(s)) continue;
        bench_row(out, c, cell_judgement(c, s->engine), s->engine, s->phase, c->rounds,
                  s->figure);
    }
    for (size_t i = 0; i < c->judgements; i++) {
        const judgement *j = &c->judgement[i];
        if (cell_series(c, j->engine, "whole") == NULL)
            bench_row(out, c, j, j->engine, "whole", 0, none);
    }
}

void ratio_tsv_header(FILE *out)
{
    fputs("workload\tsize\tops\tengine\tover\tphase\tratio\tlo\thi\tnoise\tresolved\n",
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
        fprintf(out, "%s\n", itself ? "-" : r->resolved ? "yes" : "no");
    }
}
