/* A cell, measured: verify, then race. */
#include "bench/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge.h"
#include "bench/measure_field.h"

/* ---- Who runs -------------------------------------------------------------------- */

void measure_enter(field *f, const char *name, const char *phase, size_t phases,
                   void *ctx, contestant_run *run)
{
    f->who[f->contestants++] = (contestant){name, phase, run, ctx, phases};
}

/*
 * The race's. Records that do not stay follow each other in the same memory, each up to
 * two pages further on: there is no place that one contestant has and another has not.
 */
static bool before_sample(void *ctx, size_t who, uint64_t random, bool stays)
{
    field *f = ctx;
    seat *s = &f->seat[who];
    if (s->engine == NULL) return true;
    if (f->occupied != NULL) {
        const bool ran = f->occupied->engine->ran(f->occupied->run);
        seat_leave(f->occupied);
        f->occupied = NULL;
        if (!ran) return false;
    }
    if (!seat_take(s, random % 8192)) return false;
    if (!stays) f->occupied = s;
    return true;
}

/* On a record of its own. */
static void enter_engine(field *f, const engine *e, const problem *p, const char *name,
                         const char *phase, size_t phases)
{
    seat *s = &f->seat[f->contestants];
    *s = (seat){.engine = e, .problem = p, .memory = f->plan->memory};
    measure_enter(f, name, phase, phases, s, phases == 0 ? seat_whole : seat_phases);
}

static void run_hand(void *ctx, size_t iterations, const stopwatch *clock,
                     double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const problem *p = ctx;
    p->hand(&p->program, iterations);
}

static void run_primal(void *ctx, size_t iterations, const stopwatch *clock,
                       double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const program *p = &((const problem *)ctx)->program;
    volatile double ignored; /* so that no value is optimised away */
    for (size_t i = 0; i < iterations; i++) ignored = p->kind->primal(p, p->x);
    (void)ignored;
}

/* The engines that passed; the first of them twice. */
static void enter_all(field *f)
{
    for (size_t i = 0; i < f->plan->engines; i++) {
        const engine *e = f->row[i];
        const char *name = f->name[i];
        if (!cell_may_time(&f->head, name)) continue;
        const bool is_reference = f->contestants == 0;
        enter_engine(f, e, &f->problem, name, "whole", 0);
        if (is_reference) enter_engine(f, e, &f->problem, name, "again", 0);
        if (f->plan->phases && e->phases != NULL)
            enter_engine(f, e, &f->problem, name, "phases", ENGINE_PHASES);
        if (f->control.program.kind != NULL)
            enter_engine(f, e, &f->control, name, "normal", 0);
    }
    if (f->contestants == 0 || !f->plan->phases) return;
    if (f->problem.hand != NULL)
        measure_enter(f, "hand", "whole", 0, &f->problem, run_hand);
    measure_enter(f, "primal", "primal", 0, &f->problem, run_primal);
}

/* ---- The race, recorded ---------------------------------------------------------- */

/* Each phase is a series of its own; a contestant without phases is one. */
static size_t series_of(const contestant *c) { return c->phases == 0 ? 1 : c->phases; }

/* What does not sort has no such phase; a plan goes forward and does not record. */
static bool has_series(const field *f, size_t who, size_t phase)
{
    if (f->who[who].phases == 0) return true;
    const engine *e = f->seat[who].engine;
    const bool replays = e->kind == ENGINE_replay;
    switch (phase) {
    case PHASE_record:
    case PHASE_free: return !replays;
    case PHASE_order: return e->sorts;
    case PHASE_forward: return replays;
    }
    return true;
}

/* Its iterations are known now: the head can be written. */
static bool begin(field *f, const race *r)
{
    for (size_t i = 0; i < f->contestants; i++) {
        const contestant *c = &f->who[i];
        const race_lane *lane = &r->lane[i];
        if (c->phases == 0)
            cell_declare(&f->head, c->engine, c->phase, lane->iterations,
                         lane->first_ns);
        for (size_t p = 0; p < c->phases; p++)
            if (has_series(f, i, p))
                cell_declare(&f->head, c->engine, engine_phases[p], lane->iterations,
                             (double)NAN);
    }
    if (f->out != NULL) record_cell(f->out, &f->head, f->plan->turn);
    f->cell = run_begin(f->into, &f->head, f->plan->turn);
    return f->cell != NULL;
}

static bool after_round(void *ctx, const race *r)
{
    field *f = ctx;
    if (r->rounds == 0) return begin(f, r);
    double ns[CELL_SERIES];
    usage of_series[CELL_SERIES];
    size_t n = 0;
    for (size_t i = 0; i < f->contestants; i++) {
        const race_lane *lane = &r->lane[i];
        const bool disturbed = usage_is_disturbed(lane->last);
        for (size_t p = 0; p < series_of(&f->who[i]); p++) {
            if (!has_series(f, i, p)) continue;
            ns[n] =
                (f->who[i].phases == 0 ? lane->ns : lane->phase_ns[p])[r->rounds - 1];
            of_series[n] = lane->last;
            f->cell->series[n++].disturbed += disturbed;
        }
    }
    if (!cell_round(f->cell, ns)) return false;
    if (f->out != NULL) {
        record_round(f->out, f->cell, of_series);
        record_sync(f->out);
    }
    if (f->progress != NULL)
        f->progress->round(f->progress->ctx, r->rounds, r->expected);
    return true;
}

static bool all_ran(const field *f)
{
    for (size_t i = 0; i < f->contestants; i++) {
        const seat *s = &f->seat[i];
        if (s->run != NULL && !s->engine->ran(s->run)) return false;
    }
    return f->trained == AD_OK;
}

/* Those that failed while they were timed. */
static void judge_late(field *f)
{
    for (size_t i = 0; i < f->plan->engines; i++) {
        const char *why = f->guest[i] == NULL ? "" : foreign_why(f->guest[i]);
        if (why[0] == '\0' || !cell_may_time(f->cell, f->name[i])) continue;
        judgement j = *cell_judgement(f->cell, f->name[i]);
        judgement_refuse(&j, false, why);
        cell_judge(f->cell, j);
        if (f->out != NULL) record_verdict(f->out, f->cell, &j);
    }
}

/* Where nobody may be timed, the verdicts are all there is. */
static bool race_all(field *f)
{
    race_plan plan = f->plan->race;
    const uint64_t start = stopwatch_now(&plan.clock);
    plan.after = after_round;
    plan.before = before_sample;
    plan.ctx = f;
    race r = {0};
    if (f->contestants == 0) {
        if (!begin(f, &r)) return false;
    } else if (!race_run(&r, f->contestants, f->who, &plan) || !all_ran(f)) {
        race_free(&r);
        return false;
    }
    snprintf(f->cell->end, CELL_NAME, "%s",
             f->contestants == 0 ? "failed" : race_end_name(r.end));
    f->cell->was_short[f->plan->turn] = r.short_of_rounds;
    f->cell->complete[f->plan->turn] = r.end != RACE_STOPPED;
    const double before = f->cell->seconds;
    f->cell->seconds = stopwatch_since(&plan.clock, start) * 1e-9;
    judge_late(f);
    if (f->out != NULL) {
        record_cell_end(f->out, f->cell);
        record_sync(f->out);
    }
    f->cell->seconds += before;
    race_free(&r);
    return true;
}

/* Two of one name would be one to all who look for it. */
static void name_all(field *f)
{
    const measure_plan *plan = f->plan;
    for (size_t i = 0; i < plan->engines; i++) {
        size_t before = 0;
        for (size_t k = 0; k < i; k++)
            before += strcmp(plan->engine[k]->name, plan->engine[i]->name) == 0;
        if (before == 0)
            snprintf(f->name[i], CELL_NAME, "%s", plan->engine[i]->name);
        else
            snprintf(f->name[i], CELL_NAME, "%.32s-%zu", plan->engine[i]->name,
                     before + 1);
    }
}

static bool measure_program(field *f, const workload *w, size_t size)
{
    const uint64_t seed = f->plan->seed;
    program_error error;
    const bool is_open = w->data == NULL
                             ? problem_start(&f->problem, w->kind, size, seed)
                             : problem_read(&f->problem, w->kind, w->data, &error);
    if (!is_open ||
        (w->control != NULL && !problem_start(&f->control, w->control, size, seed)))
        return false;
    f->head.ops = f->problem.program.operations;
    const char *names[CELL_ENGINES];
    for (size_t i = 0; i < f->plan->engines; i++) names[i] = f->name[i];
    for (size_t i = 0; i < f->plan->engines; i++) {
        f->row[i] = f->plan->engine[i];
        if (!engine_is_foreign(f->row[i])) continue;
        f->row[i] = f->guest[i] = foreign_start(f->plan->engine[i], &f->problem);
        if (f->row[i] == NULL) return false;
    }
    if (!judge_engines(&f->head, &f->problem, f->plan->engines, f->row, names,
                       f->plan->peaks))
        return false;
    enter_all(f);
    return true;
}

bool measure(bench_run *into, FILE *out, const workload *w, size_t size,
             const measure_plan *plan, const measure_progress *progress)
{
    field *f = calloc(1, sizeof *f);
    if (f == NULL) return false;
    f->plan = plan;
    f->into = into;
    f->out = out;
    f->progress = progress;
    f->head = (cell){.size = size, .seed = plan->seed, .order_seed = plan->race.seed};
    snprintf(f->head.workload, CELL_NAME, "%s", w->kind->name);
    name_all(f);
    const bool ok =
        (w->kind == &moons_kind ? measure_moons(f) : measure_program(f, w, size)) &&
        race_all(f);
    for (size_t i = 0; i < f->contestants; i++) {
        seat_leave(&f->seat[i]);
        free(f->seat[i].pad);
    }
    for (size_t i = 0; i < plan->engines; i++) foreign_stop(f->guest[i]);
    problem_end(&f->problem);
    problem_end(&f->control);
    free(f);
    return ok;
}
