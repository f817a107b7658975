/*
 * The plan, run: blocks from the first to the last, and back.
 */
#include "plan.h"

#include <assert.h>
#include <string.h>

#include "plan_form.h"

static void inspect_guards(ad_plan *p)
{
    p->changed = SIZE_MAX;
    for (size_t k = p->guards; k-- > 0;) {
        const plan_guard *guard = &p->guard[k];
        const bool less = p->value[guard->a] < p->value[guard->b];
        if (less != (guard->less != 0)) p->changed = k;
    }
}

ad_status ad_plan_forward(ad_plan *p, const double *x, double *y)
{
    p->ran = true;
    if (x != NULL && p->inputs > 0) memcpy(p->value, x, p->inputs * sizeof *x);
    for (size_t k = 0; k < p->blocks; k++) {
        const plan_block *b = &p->block[k];
        switch ((plan_kind)b->kind) {
        case PLAN_STEPS:
            (b->op == PLAN_CHAIN ? plan_chain_forward : plan_steps_forward)(p, b);
            break;
        case PLAN_MAP: plan_map_forward(p, b); break;
        case PLAN_SUM: plan_sum_forward(p, b); break;
        }
    }
    if (y != NULL)
        for (size_t k = 0; k < p->outputs; k++) y[k] = p->value[p->output[k]];
    inspect_guards(p);
    return p->changed == SIZE_MAX ? AD_OK : AD_BRANCH_CHANGED;
}

/*
 * Between two calls every adjoint but those of inputs is 0: a block that has passed its
 * own on clears them while they are in the cache, which on a stencil takes 0.8 of
 * backward's time with all cleared before. (Adjoints of constants are never read.)
 */
ad_status ad_plan_backward(ad_plan *p, const double *w, double *gradient)
{
    if (!p->ran) ad_plan_forward(p, NULL, NULL);
    size_t stale = plan_stale(p);
    for (size_t k = 0; k < p->outputs; k++)
        p->adjoint[p->output[k]] += w == NULL ? 1 : w[k];
    for (size_t k = p->blocks; k-- > 0;) {
        const plan_block *b = &p->block[k];
        if (stale > 0 && plan_begin_back(p, b, &stale)) continue;
        switch ((plan_kind)b->kind) {
        case PLAN_STEPS: plan_steps_backward(p, b); break;
        case PLAN_MAP: plan_map_backward(p, b); break;
        case PLAN_SUM: plan_sum_backward(p, b); break;
        }
    }
    plan_clear_rest(p, stale);
    if (gradient != NULL && p->inputs > 0)
        memcpy(gradient, p->adjoint, p->inputs * sizeof *gradient);
    return AD_OK;
}

double *ad_plan_inputs(ad_plan *p) { return p->value; }

const double *ad_plan_gradient(const ad_plan *p) { return p->adjoint; }

size_t ad_plan_changed(const ad_plan *p) { return p->changed; }

void ad_plan_statistics(const ad_plan *p, struct ad_plan_statistics *s)
{
    *s = p->statistics;
}

void ad_plan_free(ad_plan *p)
{
    if (p == NULL) return;
    const ad_allocator memory = p->memory;
    if (p->step != NULL)
        memory.resize(memory.ctx, p->step, p->step_room * sizeof *p->step, 0);
    memory.resize(memory.ctx, p, p->bytes, 0);
}
