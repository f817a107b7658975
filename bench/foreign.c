/* A foreign engine on this side of the socket. */
#include "bench/foreign.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/foreign_child.h"
#include "bench/foreign_serve.h"
#include "verify/kit/own_engine.h"

/* A row for one cell. */
typedef struct guest {
    engine row; /* the first member */
    engine_file given;
    foreign_child child;
    foreign_sheet *sheet;
    size_t sheet_bytes;
    double seconds; /* how long it may take beside what it is known to take */
    double ns;      /* the longest gradient so far */
    uint64_t pad;   /* of the next record: drawn here, as seats draw theirs */
    char why[CELL_WHY];
} guest;

/* A record of it, there. */
typedef struct visit {
    guest *guest;
    const problem *problem;
    void *run;
} visit;

static guest *guest_of(const engine *here) { return (guest *)here; }

const char *foreign_why(const engine *here) { return guest_of(here)->why; }

engine *foreign_start(const engine *e, const problem *p)
{
    const size_t inputs = p->program.inputs;
    guest *g = calloc(1, sizeof *g);
    if (g == NULL) return NULL;
    const foreign *f = foreign_of_file(e);
    g->row = *e;
    g->seconds = (f == NULL ? 5 : f->seconds) + 2e-6 * (double)p->program.operations;
    g->sheet_bytes = sizeof *g->sheet + 3 * (inputs + 1) * sizeof(double);
    g->sheet = isolate_share(g->sheet_bytes);
    engine_file_give(&g->given,
                     e->form == FOREIGN_graph ? &own_engine_graph : &own_engine_tape);
    if (g->sheet != NULL) {
        g->sheet->file = f == NULL ? &g->given : &f->file;
        g->sheet->inputs = inputs;
        fflush(NULL); /* or what is buffered here is written there, too */
    }
    if (g->sheet != NULL &&
        foreign_child_start(&g->child, foreign_serve, g->sheet, &g->sheet->will))
        return &g->row;
    foreign_stop(&g->row);
    return NULL;
}

void foreign_stop(engine *here)
{
    if (here == NULL) return;
    guest *g = guest_of(here);
    foreign_child_stop(&g->child);
    isolate_unshare(g->sheet, g->sheet_bytes);
    free(g);
}

/* How it ended, for the row. */
static void note_end(guest *g)
{
    const isolation_report *r = &g->child.report;
    char room[80];
    if (g->why[0] != '\0') return;
    snprintf(g->why, sizeof g->why, "%s %s%s%.60s%s",
             isolation_text(r, room, sizeof room), foreign_stages[g->sheet->stage],
             r->last_words[0] == '\0' ? "" : " (\"", r->last_words,
             r->last_words[0] == '\0' ? "" : "\")");
}

static bool ask(guest *g, const foreign_question *q, foreign_answer *a, double ns)
{
    if (g->child.pid == 0) return false;
    if (!foreign_child_ask(&g->child, q, sizeof *q, a, sizeof *a,
                           g->seconds + 20e-9 * ns)) {
        note_end(g);
        return false;
    }
    if (!a->done && g->why[0] == '\0')
        snprintf(g->why, sizeof g->why, "%s", g->sheet->says);
    return a->done;
}

/* ---- A row's functions ----------------------------------------------------------- */

/* One that has failed is opened, too: it takes no time, and says so. */
void *foreign_open(const engine *e, const problem *p, const ad_allocator *memory)
{
    (void)memory; /* it has its own */
    guest *g = guest_of(e);
    visit *v = calloc(1, sizeof *v);
    if (v == NULL) return NULL;
    *v = (visit){.guest = g, .problem = p};
    g->pad = g->pad * 6364136223846793005 + 1442695040888963407;
    foreign_question q = {
        .task = FOREIGN_OPEN, .problem = p, .count = (g->pad >> 33) % 8192};
    foreign_answer a;
    if (ask(g, &q, &a, 0)) v->run = a.run;
    return v;
}

void foreign_reserve(void *run) { (void)run; /* the contract has no such advice */ }

void foreign_close(void *run)
{
    visit *v = run;
    foreign_question q = {.task = FOREIGN_CLOSE, .run = v->run};
    foreign_answer a;
    if (v->run != NULL) ask(v->guest, &q, &a, 0);
    free(v);
}

static bool compute(const visit *v)
{
    foreign_question q = {.task = FOREIGN_GRADIENT, .run = v->run};
    foreign_answer a;
    return v->run != NULL && ask(v->guest, &q, &a, 0);
}

ad_status foreign_gradient(void *run, double *value, double *gradient)
{
    const visit *v = run;
    if (!compute(v)) return AD_NO_MEMORY;
    const foreign_sheet *s = v->guest->sheet;
    *value = s->value;
    memcpy(gradient, s->number, s->inputs * sizeof *gradient);
    return AD_OK;
}

/* NaN, from now on, for one who has gone. */
static bool run_there(const visit *v, foreign_task task, size_t iterations,
                      const stopwatch *clock, foreign_answer *a)
{
    guest *g = v->guest;
    foreign_question q = {
        .task = task, .run = v->run, .count = iterations, .clock = *clock};
    const double n = (double)iterations;
    if (v->run == NULL || !ask(g, &q, a, n * g->ns)) return false;
    double ns = 0;
    for (size_t p = 0; p < ENGINE_PHASES; p++) ns += a->ns[p];
    g->ns = fmax(g->ns, ns / n);
    return true;
}

void foreign_whole(void *run, size_t iterations, const stopwatch *clock,
                   double *phase_ns)
{
    foreign_answer a;
    const bool ran = run_there(run, FOREIGN_WHOLE, iterations, clock, &a);
    phase_ns[0] = ran ? a.ns[0] : (double)NAN;
}

void foreign_phases(void *run, size_t iterations, const stopwatch *clock,
                    double *phase_ns)
{
    foreign_answer a;
    const bool ran = run_there(run, FOREIGN_PHASES, iterations, clock, &a);
    for (size_t p = 0; p < ENGINE_PHASES; p++)
        phase_ns[p] = ran ? phase_ns[p] + a.ns[p] : (double)NAN;
}

bool foreign_ran(const void *run)
{
    (void)run; /* one that has failed is a verdict: foreign_why */
    return true;
}

void foreign_training(void *run, size_t times, const stopwatch *clock, double *ns)
{
    const visit *v = run;
    guest *g = v->guest;
    /* Nobody knows how fast it is: some 50 ns an operation, or what it was before. */
    const double operations = (double)v->problem->program.operations * MOONS_STEPS;
    foreign_question q = {
        .task = FOREIGN_TRAIN, .run = v->run, .count = times, .clock = *clock};
    foreign_answer a;
    const bool ran =
        v->run != NULL && ask(g, &q, &a, (double)times * fmax(g->ns, 50 * operations));
    ns[0] = ran ? a.ns[0] : (double)NAN;
    if (ran) g->ns = fmax(g->ns, ns[0] / (double)times);
}

/* ---- Its verdict ----------------------------------------------------------------- */

static void judge_numbers(judgement *j, const foreign_sheet *s)
{
    const double *right = s->number + s->inputs, *bound = right + s->inputs;
    judgement_add(j, s->value, s->value_right, s->value_bound);
    for (size_t i = 0; i < s->inputs; i++)
        judgement_add(j, s->number[i], right[i], bound[i]);
    j->bytes_per_op = s->bytes_per_op;
    j->peak_bytes = s->peak_bytes;
    j->own_bytes = s->own_bytes;
}

judgement foreign_judge(engine *here, const problem *p)
{
    guest *g = guest_of(here);
    const foreign_sheet *s = g->sheet;
    judgement j = judgement_start(here->name,
                                  p->hand != NULL ? "hand" : p->program.kind->witness);
    if (p->program.kind->record_mounted == NULL && p->mlp == NULL) {
        judgement_refuse(&j, true, "the program is for our engines alone");
        return j;
    }
    visit *v = foreign_open(here, p, NULL);
    const bool computed = v != NULL && compute(v);
    if (!computed) {
        judgement_refuse(&j, false, g->why[0] == '\0' ? "out of memory" : g->why);
    } else if (s->lacks != AD_OP_constant) {
        char why[80];
        snprintf(why, sizeof why, "the engine has no %s", ad_ops[s->lacks].name);
        judgement_refuse(&j, true, why);
    } else if (s->too_small) {
        judgement_refuse(&j, true,
                         "its numbers are floats, and the value is too small");
    } else {
        judge_numbers(&j, s);
    }
    if (v != NULL) foreign_close(v);
    if (j.passed && g->why[0] != '\0') judgement_refuse(&j, false, g->why);
    return j;
}

judgement foreign_judge_training(engine *here, const problem *p)
{
    guest *g = guest_of(here);
    judgement j = foreign_judge(here, p);
    if (!j.passed || g->sheet->is_float) return j;
    const double bytes[3] = {j.bytes_per_op, j.peak_bytes, j.own_bytes};
    j = judgement_start(here->name, "published losses");
    j.bytes_per_op = bytes[0], j.peak_bytes = bytes[1], j.own_bytes = bytes[2];
    visit *v = foreign_open(here, p, NULL);
    const stopwatch clock = stopwatch_monotonic();
    double ns = (double)NAN;
    if (v != NULL) foreign_training(v, 1, &clock, &ns);
    if (isnan(ns))
        judgement_refuse(&j, false, g->why[0] == '\0' ? "out of memory" : g->why);
    for (size_t k = 0; k < MOONS_STEPS && !isnan(ns); k++)
        judgement_add(&j, g->sheet->number[k], moons_published_loss[k],
                      FOREIGN_LOSS_BOUND);
    if (v != NULL) foreign_close(v);
    return j;
}
