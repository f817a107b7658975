/* A cell's verdicts, series and comparisons. */
#include "bench/cell.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

judgement judgement_start(const char *engine, const char *witness)
{
    return (judgement){.engine = engine,
                       .witness = witness,
                       .passed = true,
                       .part = -1,
                       .bytes_per_op = (double)NAN};
}

void judgement_add(judgement *j, double claimed, double right, double bound)
{
    const double residual = fabs(claimed - right);
    double part = residual == 0 ? 0 : residual / bound;
    if (!(residual <= bound)) j->passed = false;
    if (isnan(part)) part = (double)INFINITY;
    if (part <= j->part) return;
    j->part = part;
    j->residual = residual;
    j->bound = bound;
}

void cell_free(cell *c)
{
    for (size_t i = 0; i < c->serieses; i++) free(c->series[i].ns);
    c->serieses = c->judgements = c->comparisons = 0;
}

void cell_judge(cell *c, judgement j)
{
    assert(c->judgements < CELL_ENGINES);
    c->judgement[c->judgements++] = j;
}

bool cell_measure(cell *c, const char *engine, const char *phase, size_t iterations,
                  const double *ns, const double *less)
{
    assert(c->serieses < CELL_SERIES);
    double *copy = malloc((c->rounds + 1) * sizeof *copy);
    if (copy == NULL) return false;
    for (size_t i = 0; i < c->rounds; i++)
        copy[i] = ns[i] - (less == NULL ? 0 : less[i]);
    c->series[c->serieses++] =
        (series){engine, phase, iterations, copy, figure_of(c->rounds, copy)};
    return true;
}

const judgement *cell_judgement(const cell *c, const char *engine)
{
    for (size_t i = 0; i < c->judgements; i++)
        if (strcmp(c->judgement[i].engine, engine) == 0) return &c->judgement[i];
    return NULL;
}

const series *cell_series(const cell *c, const char *engine, const char *phase)
{
    for (size_t i = 0; i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (strcmp(s->engine, engine) == 0 && strcmp(s->phase, phase) == 0) return s;
    }
    return NULL;
}

const comparison *cell_comparison(const cell *c, const char *engine, const char *over,
                                  const char *phase)
{
    for (size_t i = 0; i < c->comparisons; i++) {
        const comparison *r = &c->comparison[i];
        if (strcmp(r->engine, engine) == 0 && strcmp(r->over, over) == 0 &&
            strcmp(r->phase, phase) == 0)
            return r;
    }
    return NULL;
}

static comparison *add_comparison(cell *c, const char *engine, const char *over,
                                  const char *phase)
{
    assert(c->comparisons < CELL_COMPARISONS);
    comparison *r = &c->comparison[c->comparisons++];
    *r = (comparison){.engine = engine, .over = over, .phase = phase};
    return r;
}

void cell_compare_itself(cell *c, const char *reference)
{
    const series *again = cell_series(c, reference, "again");
    const series *whole = cell_series(c, reference, "whole");
    if (again == NULL || whole == NULL) return;
    comparison *r = add_comparison(c, reference, reference, "whole");
    r->ratio = figure_of_ratios(c->rounds, again->ns, whole->ns);
    r->noise = noise_floor(r->ratio);
}

/* The noise floor of the reference's race against itself. */
static double noise_of(const cell *c)
{
    for (size_t i = 0; i < c->comparisons; i++)
        if (strcmp(c->comparison[i].engine, c->comparison[i].over) == 0)
            return c->comparison[i].noise;
    return (double)NAN;
}

void cell_compare(cell *c, const char *engine, const char *phase, const char *over,
                  const char *over_phase)
{
    const series *a = cell_series(c, engine, phase),
                 *b = cell_series(c, over, over_phase);
    if (a == NULL || b == NULL) return;
    const double noise = noise_of(c);
    comparison *r = add_comparison(c, engine, over, phase);
    r->ratio = figure_of_ratios(c->rounds, a->ns, b->ns);
    r->noise = noise;
    r->resolved = is_resolved(r->ratio, noise);
}

bool cell_passed(const cell *c)
{
    for (size_t i = 0; i < c->judgements; i++)
        if (!c->judgement[i].passed) return false;
    return true;
}

bool cell_may_time(const cell *c, const char *engine)
{
    const judgement *j = cell_judgement(c, engine);
    return j != NULL && j->passed;
}

double cell_excess_of_phases(const cell *c, const char *engine)
{
    static const char *const phases[] = {"record", "order", "backward", "free"};
    const series *whole = cell_series(c, engine, "whole");
    size_t found = 0;
    double *sum = calloc(c->rounds + 1, sizeof *sum);
    if (sum == NULL) return (double)NAN;
    for (size_t p = 0; p < sizeof phases / sizeof *phases; p++) {
        const series *s = cell_series(c, engine, phases[p]);
        for (size_t i = 0; s != NULL && i < c->rounds; i++) sum[i] += s->ns[i];
        found += s != NULL;
    }
    const double excess = whole == NULL || found == 0
                              ? (double)NAN
                              : figure_of_ratios(c->rounds, sum, whole->ns).median - 1;
    free(sum);
    return excess;
}
