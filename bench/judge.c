/* The verdicts of a cell, before any time. */
#include "bench/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/foreign.h"
#include "bench/peak.h"

/* Bytes that a record has asked for. */
typedef struct counter {
    size_t live, peak;
} counter;

static void *counting_resize(void *ctx, void *block, size_t old_bytes, size_t new_bytes)
{
    counter *c = ctx;
    void *moved = ad_malloc.resize(ad_malloc.ctx, block, old_bytes, new_bytes);
    if (moved == NULL && new_bytes > 0) return NULL;
    c->live += new_bytes - old_bytes;
    if (c->live > c->peak) c->peak = c->live;
    return moved;
}

/* One gradient on a record that counts its bytes and is made as those that are timed
 * are, judged against the witness. */
static bool verify_engine(const engine *e, const problem *p, judgement *j)
{
    counter bytes = {0};
    const ad_allocator counting = {counting_resize, &bytes};
    double *gradient = malloc((p->program.inputs + 1) * sizeof *gradient), value;
    void *run = e->open(e, p, &counting);
    const size_t leaves_bytes = bytes.live;
    if (run != NULL) e->reserve(run);
    const bool ok =
        run != NULL && gradient != NULL && e->gradient(run, &value, gradient) == AD_OK;
    if (ok) {
        *j = problem_judge(p, e->name, e->slack, value, gradient);
        if (e->bytes_per_op != NULL)
            j->bytes_per_op = e->bytes_per_op(run);
        else if (bytes.peak > 0)
            j->bytes_per_op =
                (double)(bytes.peak - leaves_bytes) / (double)p->program.operations;
    }
    if (run != NULL) e->close(run);
    free(gradient);
    return ok;
}

bool judge_engines(cell *head, problem *p, size_t engines_wanted,
                   const engine *const *e, const char *const *name, bool peaks)
{
    double peak[CELL_ENGINES], own[CELL_ENGINES];
    for (size_t i = 0; i < engines_wanted; i++) {
        peak[i] = own[i] = (double)NAN;
        if (peaks && engine_takes(e[i], p->program.kind) && !engine_is_foreign(e[i]))
            peak_of(e[i], p, &peak[i], &own[i]);
    }
    judgement witness, j;
    if (!problem_verify(p, &witness)) return false;
    cell_judge(head, witness);
    for (size_t i = 0; i < engines_wanted; i++) {
        if (!engine_takes(e[i], p->program.kind)) continue;
        if (engine_is_foreign(e[i])) {
            j = foreign_judge((engine *)e[i], p);
            if (!peaks) j.peak_bytes = j.own_bytes = (double)NAN;
        } else if (!verify_engine(e[i], p, &j)) {
            return false;
        } else {
            j.peak_bytes = peak[i];
            j.own_bytes = own[i];
        }
        snprintf(j.engine, sizeof j.engine, "%s", name[i]);
        j.passed &= witness.passed;
        cell_judge(head, j);
    }
    return problem_audit(p, &head->audit);
}
