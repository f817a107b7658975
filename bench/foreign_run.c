/* Records of foreign engines. */
#include "bench/foreign_run.h"

#include <stdlib.h>

#include "verify/programs/moons.h"

static void put_leaves(foreign_run *r)
{
    const ad_engine *e = &r->r.m->engine;
    const size_t n = r->problem->program.inputs;
    for (size_t i = 0; i < n; i++) r->x[i] = ad_mounted_var(&r->r, r->at[i]);
    if (r->mlp != NULL) mlp_bind_mounted(r->mlp, &r->r, r->x);
    if (e->mark != NULL) r->start = e->mark(r->r.record);
}

/* Empty: by reset, where there is one. */
static void empty(foreign_run *r)
{
    const ad_engine *e = &r->r.m->engine;
    if (e->reset != NULL) {
        e->reset(r->r.record);
    } else {
        e->destroy(r->r.record);
        r->r.record = e->create();
    }
}

void foreign_run_renew(foreign_run *r)
{
    const ad_engine *e = &r->r.m->engine;
    if (e->rewind != NULL) {
        e->rewind(r->r.record, r->start);
    } else {
        empty(r);
        put_leaves(r);
    }
}

void foreign_run_close(foreign_run *r)
{
    if (r->r.record != NULL) r->r.m->engine.destroy(r->r.record);
    mlp_free_mounted(r->mlp);
    free(r->x);
    free(r->pad);
    free(r);
}

foreign_run *foreign_run_open(const mount *m, const problem *p, size_t pad)
{
    const program *f = &p->program;
    foreign_run *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    *r =
        (foreign_run){.problem = p, .r = {.m = m, .lacks = AD_OP_constant}, .at = f->x};
    r->pad = malloc(pad + 1);
    r->x = malloc((f->inputs + 1) * sizeof *r->x);
    r->r.record = m->engine.create();
    if (p->mlp != NULL) r->mlp = mlp_make_mounted(&p->mlp->shape, p->mlp->samples);
    if (r->x != NULL && r->r.record != NULL && (p->mlp == NULL || r->mlp != NULL)) {
        put_leaves(r);
        return r;
    }
    foreign_run_close(r);
    return NULL;
}

ad_mounted_handle foreign_run_record(foreign_run *r)
{
    const program *p = &r->problem->program;
    return r->mlp != NULL ? mlp_record_mounted(r->mlp, 0, 1)
                          : p->kind->record_mounted(p, &r->r, r->x);
}

/* ---- Training -------------------------------------------------------------------- */

/* The leaves at w: set, where they can stay. */
static void move_leaves(foreign_run *r, const double *w)
{
    const ad_engine *e = &r->r.m->engine;
    r->at = w;
    if (e->rewind == NULL || e->set == NULL) {
        empty(r);
        put_leaves(r);
        return;
    }
    e->rewind(r->r.record, r->start);
    for (size_t i = 0; i < MOONS_PARAMETERS; i++) e->set(r->r.record, r->x[i], w[i]);
}

static double step(foreign_run *r, double rate, double *w)
{
    const ad_engine *e = &r->r.m->engine;
    const ad_mounted_handle output = foreign_run_record(r);
    e->backward(r->r.record, output);
    for (size_t i = 0; i < MOONS_PARAMETERS; i++)
        w[i] -= rate * e->grad(r->r.record, r->x[i]);
    return e->value(r->r.record, output);
}

void foreign_train(foreign_run *r, size_t times, const stopwatch *clock, double *ns,
                   double *loss)
{
    double w[MOONS_PARAMETERS];
    const uint64_t start = stopwatch_now(clock);
    for (size_t t = 0; t < times; t++) {
        for (size_t i = 0; i < MOONS_PARAMETERS; i++) w[i] = moons_w0[i];
        for (size_t k = 0; k < MOONS_STEPS; k++) {
            move_leaves(r, w);
            loss[k] = step(r, mlp_rate(&moons_schedule, k), w);
        }
    }
    *ns += stopwatch_since(clock, start);
    r->at = r->problem->program.x;
}
