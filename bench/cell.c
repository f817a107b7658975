/* A cell's verdicts and samples. Its figures are in cell_figures.c. */
#include "bench/cell.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

judgement judgement_start(const char *engine, const char *witness)
{
    judgement j = {.passed = true,
                   .part = -1,
                   .bytes_per_op = (double)NAN,
                   .peak_bytes = (double)NAN,
                   .own_bytes = (double)NAN};
    snprintf(j.engine, sizeof j.engine, "%s", engine);
    snprintf(j.witness, sizeof j.witness, "%s", witness);
    return j;
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

void judgement_refuse(judgement *j, bool skipped, const char *why)
{
    j->passed = false;
    j->skipped = skipped;
    j->residual = j->bound = (double)NAN;
    snprintf(j->why, sizeof j->why, "%s", why);
}

void cell_free(cell *c)
{
    for (size_t i = 0; i < c->serieses; i++) free(c->series[i].ns);
    c->serieses = c->judgements = c->comparisons = 0;
}

/* Judged again in another process, the worse verdict is the verdict. */
void cell_judge(cell *c, judgement j)
{
    for (size_t i = 0; i < c->judgements; i++) {
        judgement *old = &c->judgement[i];
        if (strcmp(old->engine, j.engine) != 0) continue;
        const bool passed = old->passed && j.passed;
        const judgement other = *old;
        if (j.part > old->part || (j.why[0] != '\0' && old->why[0] == '\0')) *old = j;
        if (isnan(old->bytes_per_op)) old->bytes_per_op = other.bytes_per_op;
        old->passed = passed;
        return;
    }
    assert(c->judgements < CELL_ENGINES);
    c->judgement[c->judgements++] = j;
}

series *cell_declare(cell *c, const char *engine, const char *phase, size_t iterations,
                     double first_ns)
{
    assert(c->serieses < CELL_SERIES && c->rounds == 0);
    series *s = &c->series[c->serieses++];
    *s = (series){.iterations = iterations, .first_ns = first_ns};
    snprintf(s->engine, sizeof s->engine, "%s", engine);
    snprintf(s->phase, sizeof s->phase, "%s", phase);
    return s;
}

bool cell_round(cell *c, const double *ns)
{
    if (c->rounds == c->room) {
        const size_t room = c->room == 0 ? 64 : 2 * c->room;
        for (size_t i = 0; i < c->serieses; i++) {
            double *longer = realloc(c->series[i].ns, room * sizeof *longer);
            if (longer == NULL) return false;
            c->series[i].ns = longer;
        }
        c->room = room;
    }
    for (size_t i = 0; i < c->serieses; i++) c->series[i].ns[c->rounds] = ns[i];
    c->rounds++;
    if (c->processes == 0) c->processes = 1;
    c->first_round[c->processes] = c->rounds;
    c->rounds_of[c->turn]++;
    return true;
}

void cell_process(cell *c, size_t turn)
{
    assert(turn < CELL_PROCESSES);
    c->turn = turn;
    const bool is_new =
        c->processes == 0 || c->first_round[c->processes - 1] < c->rounds;
    if (is_new && c->processes < CELL_PROCESSES) c->processes++;
    c->first_round[c->processes - 1] = c->first_round[c->processes] = c->rounds;
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

bool cell_passed(const cell *c)
{
    for (size_t i = 0; i < c->judgements; i++)
        if (!c->judgement[i].passed && !c->judgement[i].skipped) return false;
    return true;
}

bool cell_is_void(const cell *c, const char *engine)
{
    const judgement *j = cell_judgement(c, engine);
    return j != NULL && !j->passed;
}

bool cell_may_time(const cell *c, const char *engine)
{
    const judgement *j = cell_judgement(c, engine);
    return j != NULL && j->passed;
}

bool is_engine(const char *name)
{
    return strcmp(name, "hand") != 0 && strcmp(name, "primal") != 0 &&
           strcmp(name, "witness") != 0;
}

const char *cell_reference(const cell *c)
{
    for (size_t i = 0; i < c->serieses; i++)
        if (is_engine(c->series[i].engine) && !cell_is_void(c, c->series[i].engine))
            return c->series[i].engine;
    return NULL;
}

bool series_is_auxiliary(const series *s)
{
    return strcmp(s->phase, "again") == 0 || strcmp(s->phase, "reading") == 0;
}
