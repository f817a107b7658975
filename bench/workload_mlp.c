/* The growing perceptron: verify, then race. */
#include "bench/workload_mlp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/programs/mlp.h"

/* One gradient to compute, and the right answer. */
typedef struct problem {
    struct mlp_shape shape;
    struct mlp_samples samples;
    size_t parameters, leaves, ops;
    double *w, *x, *y;
    double loss, loss_bound;  /* by hand */
    double *gradient, *bound; /* [parameters], by hand */
    double *scratch;
    struct mlp_primal *primal;
} problem;

static bool problem_open(problem *p, size_t width, uint64_t seed)
{
    *p = (problem){.shape = mlp_growing(width)};
    if (mlp_shape_status(&p->shape) != MLP_OK) return false;
    p->parameters = mlp_parameters(&p->shape);
    p->leaves = p->parameters + width + mlp_outputs(&p->shape);
    p->ops = mlp_operations(&p->shape, 1);
    p->w = malloc(p->parameters * sizeof(double));
    p->gradient = malloc(p->parameters * sizeof(double));
    p->bound = malloc(p->parameters * sizeof(double));
    p->x = malloc(width * sizeof(double));
    p->y = malloc(mlp_outputs(&p->shape) * sizeof(double));
    p->scratch = malloc(mlp_scratch(&p->shape) * sizeof(double));
    if (p->w == NULL || p->gradient == NULL || p->bound == NULL || p->x == NULL ||
        p->y == NULL || p->scratch == NULL)
        return false;
    p->samples = (struct mlp_samples){1, p->x, p->y};
    mlp_initial(&p->shape, seed, p->w);
    mlp_draw(&p->shape, seed + 1, 1, p->x, p->y);
    p->primal = mlp_new_primal(NULL, &p->shape, p->samples, p->w);
    return p->primal != NULL;
}

static void problem_close(problem *p)
{
    mlp_free_primal(p->primal);
    free(p->scratch);
    free(p->y);
    free(p->x);
    free(p->bound);
    free(p->gradient);
    free(p->w);
}

/* ---- Verify --------------------------------------------------------------------- */

/* Loss and gradient against those by hand. */
static judgement judged(const problem *p, const char *engine, double loss,
                        const double *gradient)
{
    judgement j = judgement_start(engine, "hand");
    judgement_add(&j, loss, p->loss, p->loss_bound);
    for (size_t i = 0; i < p->parameters; i++)
        judgement_add(&j, gradient[i], p->gradient[i], p->bound[i]);
    return j;
}

static double loss_at(const double *w, void *ctx)
{
    problem *p = ctx;
    mlp_load_primal(p->primal, w);
    return mlp_record_primal(p->primal, 0, 1);
}

/* The hand-written gradient against differences: all of a small one; of a large one
 * some coordinates, and some directions, which every coordinate has a part in. */
static bool verify_hand(problem *p, judgement *j)
{
    p->loss = mlp_gradient(&p->shape, p->samples, p->w, p->gradient, p->scratch);
    const ad_check_options options = {.directions = 3, .coordinates = 6};
    ad_check_report report;
    if (!mlp_gradient_bound(&p->shape, p->samples, p->w, &p->loss_bound, p->bound) ||
        ad_check_gradient(loss_at, p, p->parameters, p->w, p->gradient, &options,
                          &report) != AD_CHECK_OK)
        return false;
    *j = judgement_start("hand", "differences");
    for (size_t i = 0; i < report.n_rows; i++) {
        const ad_check_partial *row = &report.rows[i];
        if (row->verdict != AD_CHECK_INCONCLUSIVE)
            judgement_add(j, row->claimed, row->numerical, row->error);
    }
    /* check.h's verdict is the verdict: it knows more than |claimed - numerical|. */
    j->passed = report.failed == 0 && report.passed > 0;
    ad_check_report_free(&report);
    mlp_load_primal(p->primal, p->w);
    return true;
}

/* ---- Run ------------------------------------------------------------------------ */

enum phase {
    PHASE_record,
    PHASE_order,
    PHASE_backward,
    PHASE_free,
    PHASE_empty,
    PHASE_count
};
_Static_assert((int)PHASE_count <= (int)RACE_PHASES, "a race has room for the phases");

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

static ad_status order_graph(ad_graph *g, ad_graph_handle output)
{
    return ad_graph_order(g, output);
}

/* The order of recording is the order. */
static ad_status order_tape(ad_tape *t, ad_tape_handle output)
{
    (void)t, (void)output;
    return AD_OK;
}

/* Room for exactly so many leaves: what a graph takes as it goes. */
static void reserve_graph(ad_graph *g, size_t nodes) { (void)g, (void)nodes; }

static void reserve_tape(ad_tape *t, size_t nodes) { ad_tape_reserve(t, nodes); }

#define ENGINE graph
#include "bench/mlp_runner.inc"

#define ENGINE tape
#include "bench/mlp_runner.inc"

static void run_hand(void *ctx, size_t iterations, const stopwatch *clock,
                     double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const problem *p = ctx;
    for (size_t i = 0; i < iterations; i++)
        mlp_gradient(&p->shape, p->samples, p->w, p->gradient, p->scratch);
}

static void run_primal(void *ctx, size_t iterations, const stopwatch *clock,
                       double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const problem *p = ctx;
    for (size_t i = 0; i < iterations; i++) mlp_record_primal(p->primal, 0, 1);
}

/* ---- Race ----------------------------------------------------------------------- */

/* Everything that runs, and which lane of the race it has. */
typedef struct field {
    problem problem;
    struct runner_graph graph, graph_again;
    struct runner_tape tape, tape_again;
    contestant who[RACE_CONTESTANTS];
    size_t contestants;
} field;

static void enter(field *f, const char *engine, const char *phase, size_t phases,
                  void *ctx, void (*run)(void *, size_t, const stopwatch *, double *))
{
    f->who[f->contestants++] = (contestant){engine, phase, run, ctx, phases};
}

/* The engines that passed; the reference twice, on records of their own. */
static bool enter_all(field *f, bool graph, bool tape, const ad_allocator *memory)
{
    problem *p = &f->problem;
    bool ok = true;
    if (graph) {
        ok = runner_open_graph(&f->graph, p, memory) &&
             runner_open_graph(&f->graph_again, p, memory);
        if (ok)
            runner_make_room_graph(&f->graph, p),
                runner_make_room_graph(&f->graph_again, p);
        enter(f, "graph", "whole", 0, &f->graph, run_whole_graph);
        enter(f, "graph", "phases", PHASE_count, &f->graph, run_phases_graph);
        enter(f, "graph", "again", 0, &f->graph_again, run_whole_graph);
    }
    if (tape && ok) {
        ok = runner_open_tape(&f->tape, p, memory) &&
             runner_open_tape(&f->tape_again, p, memory);
        if (ok)
            runner_make_room_tape(&f->tape, p),
                runner_make_room_tape(&f->tape_again, p);
        enter(f, "tape", "whole", 0, &f->tape, run_whole_tape);
        enter(f, "tape", "phases", PHASE_count, &f->tape, run_phases_tape);
        if (!graph) enter(f, "tape", "again", 0, &f->tape_again, run_whole_tape);
    }
    enter(f, "hand", "whole", 0, p, run_hand);
    enter(f, "primal", "primal", 0, p, run_primal);
    return ok;
}

static void field_close(field *f)
{
    runner_close_graph(&f->graph);
    runner_close_graph(&f->graph_again);
    runner_close_tape(&f->tape);
    runner_close_tape(&f->tape_again);
    problem_close(&f->problem);
}

/* A race's samples become the cell's. A phase is what it took, less the empty one. */
static bool take_samples(cell *c, const field *f, const race *r)
{
    static const char *const names[] = {"record", "order", "backward", "free",
                                        "reading"};
    c->rounds = r->rounds;
    c->short_of_rounds = r->short_of_rounds;
    bool ok = true;
    for (size_t i = 0; i < f->contestants; i++) {
        const contestant *who = &f->who[i];
        const race_lane *lane = &r->lane[i];
        if (who->phases == 0)
            ok &= cell_measure(c, who->engine, who->phase, lane->iterations, lane->ns,
                               NULL);
        for (size_t p = 0; p < who->phases; p++) {
            const bool sorts = strcmp(who->engine, "graph") == 0;
            if (p == PHASE_order && !sorts) continue;
            ok &= cell_measure(c, who->engine, names[p], lane->iterations,
                               lane->phase_ns[p],
                               p == PHASE_empty ? NULL : lane->phase_ns[PHASE_empty]);
        }
    }
    return ok;
}

static void compare_all(cell *c, const char *reference)
{
    cell_compare_itself(c, reference);
    static const char *const phases[] = {"whole", "record", "backward"};
    for (size_t p = 0; p < 3; p++)
        cell_compare(c, "graph", phases[p], "tape", phases[p]);
    static const char *const engines[] = {"graph", "tape", "hand"};
    for (size_t e = 0; e < 3; e++) {
        cell_compare(c, engines[e], "whole", "primal", "primal");
        if (e < 2) cell_compare(c, engines[e], "whole", "hand", "whole");
    }
}

/* The verdicts, the hand-written gradient's first: where it fails, nobody passes. */
static bool verify_all(cell *c, problem *p, const workload_plan *plan)
{
    judgement hand, j;
    if (!verify_hand(p, &hand)) return false;
    cell_judge(c, hand);
    for (size_t i = 0; i < p->parameters; i++) {
        c->zeros += p->gradient[i] == 0;
        c->subnormals += fpclassify(p->gradient[i]) == FP_SUBNORMAL;
    }
    const bool wanted[] = {plan->graph, plan->tape};
    bool (*const verify[])(const problem *, judgement *) = {runner_verify_graph,
                                                            runner_verify_tape};
    for (size_t e = 0; e < 2; e++) {
        if (!wanted[e]) continue;
        if (!verify[e](p, &j)) return false;
        j.passed &= hand.passed;
        cell_judge(c, j);
    }
    return true;
}

static bool all_ran(const field *f)
{
    return runner_ran_graph(&f->graph) && runner_ran_graph(&f->graph_again) &&
           runner_ran_tape(&f->tape) && runner_ran_tape(&f->tape_again);
}

static bool race_all(cell *c, field *f, const workload_plan *plan)
{
    race r;
    if (!enter_all(f, cell_may_time(c, "graph"), cell_may_time(c, "tape"),
                   plan->memory) ||
        !race_run(&r, f->contestants, f->who, &plan->race))
        return false;
    const bool ok = all_ran(f) && take_samples(c, f, &r);
    race_free(&r);
    if (ok) compare_all(c, cell_may_time(c, "graph") ? "graph" : "tape");
    return ok;
}

bool workload_mlp(cell *c, size_t width, const workload_plan *plan)
{
    *c = (cell){.workload = "mlp", .size = width, .seed = plan->seed};
    field f = {0};
    bool ok = problem_open(&f.problem, width, plan->seed);
    c->ops = f.problem.ops;
    ok = ok && verify_all(c, &f.problem, plan);
    if (ok && cell_may_time(c, "hand")) ok = race_all(c, &f, plan);
    field_close(&f);
    return ok;
}
