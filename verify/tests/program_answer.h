/*
 * What engines and the gradient of another origin say of a program, and the judgement:
 * for the suites of programs.
 */
#ifndef GRADYNO_PROGRAM_ANSWER_H
#define GRADYNO_PROGRAM_ANSWER_H

#include <stdlib.h>

#include "verify/programs/program.h"
#include "verify/tests/close.h"

struct answer {
    size_t nodes;
    double value, *gradient;
};

static inline size_t nodes_graph(const ad_graph *g) { return ad_graph_mark(g); }
static inline size_t nodes_tape(const ad_tape *t) { return ad_tape_mark(t).nodes; }

#define ENGINE graph
#include "verify/tests/program_answer.inc"
#define ENGINE tape
#include "verify/tests/program_answer.inc"

static const struct {
    const char *name;
    struct answer (*answer)(const program *p);
} engines[] = {{"graph", answer_graph}, {"tape", answer_tape}};
enum { ENGINES = sizeof engines / sizeof *engines };

/* The gradient of another origin. */
struct witness {
    double value, value_bound, *gradient, *bound;
};

static inline struct witness witness_new(const program *p)
{
    struct witness w = {.gradient = calloc(p->inputs, sizeof(double)),
                        .bound = calloc(p->inputs, sizeof(double))};
    ck_assert(w.gradient != NULL && w.bound != NULL);
    ck_assert(p->kind->gradient(p, &w.value, &w.value_bound, w.gradient, w.bound));
    return w;
}

static inline void witness_free(struct witness *w)
{
    free(w->gradient);
    free(w->bound);
}

/* The operations of the formula, the primal's value bit for bit, and the gradient. */
static inline void judge(const program *p, const struct witness *w, const char *engine,
                         const struct answer *a)
{
    const char *name = p->kind->name;
    ck_assert_msg(a->nodes == p->inputs + p->constants + p->operations,
                  "%s, size %zu, %s: %zu nodes, by formula %zu + %zu + %zu", name,
                  p->size, engine, a->nodes, p->inputs, p->constants, p->operations);
    const double primal = p->kind->primal(p, p->x);
    ck_assert_msg(a->value == primal, "%s, size %zu, %s: value %.17g, primal %.17g",
                  name, p->size, engine, a->value, primal);
    ck_assert_msg(is_within(a->value, w->value, w->value_bound),
                  "%s, size %zu, %s: value %.17g, by hand %.17g +- %.3g", name, p->size,
                  engine, a->value, w->value, w->value_bound);
    for (size_t i = 0; i < p->inputs; i++)
        ck_assert_msg(is_within(a->gradient[i], 3 * w->gradient[i], 3 * w->bound[i]),
                      "%s, size %zu, %s: gradient[%zu] = %.17g / 3, by hand %.17g +- "
                      "%.3g",
                      name, p->size, engine, i, a->gradient[i], w->gradient[i],
                      w->bound[i]);
}

/* On every engine. */
static inline void judge_engines(const program *p, const struct witness *w)
{
    for (int e = 0; e < ENGINES; e++) {
        struct answer a = engines[e].answer(p);
        judge(p, w, engines[e].name, &a);
        free(a.gradient);
    }
}

#endif
