/* Plans in the shape of an engine. */
#include "bench/replays.h"

#include <stdlib.h>

#include "engine/plan.h"

typedef struct replay_run {
    const problem *problem;
    enum replay form;
    ad_tape *tape; /* stays for those who make the plan anew */
    struct mlp_tape *mlp;
    ad_tape_handle *x; /* [inputs] */
    ad_tape_handle output;
    ad_plan *plan;
    bool failed;
} replay_run;

static ad_plan *make(const replay_run *r)
{
    const size_t n = r->problem->program.inputs;
    return (r->form == REPLAY_unrolled ? ad_tape_plan_unrolled
                                       : ad_tape_plan)(r->tape, n, r->x, 1, &r->output);
}

static bool record(replay_run *r)
{
    const problem *p = r->problem;
    const program *f = &p->program;
    ad_tape_reserve(r->tape, problem_leaves(p) + f->operations + f->constants);
    for (size_t i = 0; i < f->inputs; i++) r->x[i] = ad_tape_var(r->tape, f->x[i]);
    if (p->mlp == NULL) {
        r->output = f->kind->record_tape(f, r->tape, r->x);
    } else {
        r->mlp = mlp_make_tape(&p->mlp->shape, p->mlp->samples);
        if (r->mlp == NULL) return false;
        mlp_bind_tape(r->mlp, r->tape, r->x);
        r->output = mlp_record_as_tape(
            r->mlp, r->form == REPLAY_fused ? MLP_AFFINE : MLP_SCALAR, 0, 1);
    }
    return ad_tape_status(r->tape) == AD_OK;
}

void *replay_open(const engine *e, const problem *p, const ad_allocator *memory)
{
    replay_run *r = calloc(1, sizeof *r);
    if (r == NULL) return NULL;
    r->problem = p;
    r->form = (enum replay)e->form;
    r->tape = ad_tape_new(memory);
    r->x = malloc((p->program.inputs + 1) * sizeof *r->x);
    if (r->tape != NULL && r->x != NULL && record(r)) r->plan = make(r);
    if (r->plan == NULL) {
        replay_close(r);
        return NULL;
    }
    if (e->kind != ENGINE_part) {
        ad_tape_free(r->tape);
        r->tape = NULL;
    }
    return r;
}

void replay_reserve(void *run) { (void)run; }

void replay_close(void *run)
{
    replay_run *r = run;
    ad_plan_free(r->plan);
    mlp_free_tape(r->mlp);
    ad_tape_free(r->tape);
    free(r->x);
    free(r);
}

ad_status replay_gradient(void *run, double *value, double *gradient)
{
    replay_run *r = run;
    const ad_status status = ad_plan_forward(r->plan, r->problem->program.x, value);
    if (status != AD_OK) return status;
    return ad_plan_backward(r->plan, NULL, gradient);
}

/* The value is asked for; the gradient stays where the plan has it, as a tape's stays
 * on the tape. */
void replay_whole(void *run, size_t iterations, const stopwatch *clock,
                  double *phase_ns)
{
    (void)clock, (void)phase_ns;
    replay_run *r = run;
    double value;
    for (size_t i = 0; i < iterations; i++) {
        r->failed |= ad_plan_forward(r->plan, NULL, &value) != AD_OK;
        ad_plan_backward(r->plan, NULL, NULL);
    }
}

void replay_phases(void *run, size_t iterations, const stopwatch *clock,
                   double *phase_ns)
{
    replay_run *r = run;
    double value;
    for (size_t i = 0; i < iterations; i++) {
        const uint64_t start = stopwatch_now(clock);
        r->failed |= ad_plan_forward(r->plan, NULL, &value) != AD_OK;
        const uint64_t turn = stopwatch_now(clock);
        ad_plan_backward(r->plan, NULL, NULL);
        const uint64_t end = stopwatch_now(clock), empty = stopwatch_now(clock);
        phase_ns[PHASE_forward] += (double)(turn - start);
        phase_ns[PHASE_backward] += (double)(end - turn);
        phase_ns[PHASE_reading] += (double)(empty - end);
    }
}

void replay_making(void *run, size_t iterations, const stopwatch *clock,
                   double *phase_ns)
{
    (void)clock, (void)phase_ns;
    replay_run *r = run;
    for (size_t i = 0; i < iterations; i++) {
        ad_plan *plan = make(r);
        r->failed |= plan == NULL;
        ad_plan_free(plan);
    }
}

bool replay_ran(const void *run)
{
    const replay_run *r = run;
    return !r->failed;
}

double replay_bytes_per_op(const void *run)
{
    const replay_run *r = run;
    struct ad_plan_statistics s;
    ad_plan_statistics(r->plan, &s);
    const double leaves = (double)(problem_leaves(r->problem) * 2 * sizeof(double));
    return ((double)s.bytes - leaves) / (double)r->problem->program.operations;
}
