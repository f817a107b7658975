/* The moons: a training run instead of a gradient, of ours here, of others there. */
#include <math.h>
#include <stdio.h>

#include "bench/measure_field.h"
#include "verify/programs/kinds.h"

static void run_training(void *ctx, size_t iterations, const stopwatch *clock,
                         double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const trainee *t = ctx;
    for (size_t i = 0; i < iterations; i++) {
        const ad_status status = t->engine->train(NULL, &t->field->training);
        if (status != AD_OK) t->field->trained = status;
    }
}

/* In its process, on a record of its own for each sample. */
static void seat_training(void *ctx, size_t iterations, const stopwatch *clock,
                          double *phase_ns)
{
    const seat *s = ctx;
    foreign_training(s->run, iterations, clock, phase_ns);
}

/* False without memory. */
static bool enter_guest(field *f, size_t i)
{
    const problem *p = &f->problem;
    if (p->program.kind == NULL &&
        !problem_start(&f->problem, &moons_loss_kind, MOONS_POINTS, f->plan->seed))
        return false;
    f->row[i] = f->guest[i] = foreign_start(f->plan->engine[i], p);
    if (f->row[i] == NULL) return false;
    judgement j = foreign_judge_training(f->guest[i], p);
    snprintf(j.engine, sizeof j.engine, "%s", f->name[i]);
    cell_judge(&f->head, j);
    if (!j.passed) return true;
    const bool is_reference = f->contestants == 0;
    for (int k = 0; k < 1 + is_reference; k++) {
        seat *s = &f->seat[f->contestants];
        *s = (seat){.engine = f->row[i], .problem = p};
        measure_enter(f, f->name[i], k == 0 ? "whole" : "again", 0, s, seat_training);
    }
    return true;
}

static bool enter_trainee(field *f, size_t i)
{
    const engine *e = f->plan->engine[i];
    if (e->train(NULL, &f->training) != AD_OK) return false;
    judgement j = judgement_start(f->name[i], "published losses");
    for (size_t k = 0; k < MOONS_STEPS; k++)
        judgement_add(&j, f->training.loss[k], moons_published_loss[k], MOONS_BOUND);
    cell_judge(&f->head, j);
    if (!j.passed) return true;
    trainee *t = &f->trainee[i];
    *t = (trainee){f, e};
    const bool is_reference = f->contestants == 0;
    measure_enter(f, f->name[i], "whole", 0, t, run_training);
    if (is_reference) measure_enter(f, f->name[i], "again", 0, t, run_training);
    return true;
}

bool measure_moons(field *f)
{
    const struct mlp_shape shape = moons_shape();
    f->head.ops = MOONS_STEPS * mlp_operations(&shape, MOONS_POINTS);
    f->head.audit.smallest = f->head.audit.largest = (double)NAN;
    for (size_t i = 0; i < f->plan->engines; i++) {
        const engine *e = f->plan->engine[i];
        if (engine_is_foreign(e) ? !enter_guest(f, i)
                                 : e->train != NULL && !enter_trainee(f, i))
            return false;
    }
    return true;
}
