/* The engine of mistakes, while it runs one program: shared by its three files. */
#ifndef GRADYNO_KIT_MISTAKE_MODEL_H
#define GRADYNO_KIT_MISTAKE_MODEL_H

#include <math.h>

#include "verify/kit/mistake.h"

enum { LIST = 256 };

typedef struct model {
    const signature *s;
    const flaw *flaws;
    size_t n;
    bool has[MISTAKE_KINDS]; /* kinds of the walk among the flaws */
    double number;           /* k of a kind that has one */
    mistake_conduct conduct;
    double value[SIGNATURE_NODES], grad[SIGNATURE_NODES];
    double taken[SIGNATURE_NODES]; /* had arrived when the node had its turn */
    int arrivals[SIGNATURE_NODES];
    int shared[SIGNATURE_NODES]; /* whose gradient is this node's, too */
    bool marked[SIGNATURE_NODES];
    int top; /* where the sort began */
    int list[LIST], listed, visits, last, passes;
} model;

#define HAS(name) (m->has[MISTAKE_OF_##name])

static inline const signature_step *step_of(const model *m, int node)
{
    return &m->s->step[node - m->s->inputs];
}

static inline bool is_leaf(const model *m, int node) { return node < m->s->inputs; }

static inline bool is_constant(const model *m, int node)
{
    if (m->s->all_receive) return false;
    /* A step without operands is the constant of an operation made of others. */
    if (!is_leaf(m, node)) return step_of(m, node)->op == AD_OP_constant;
    return node >= m->s->inputs - m->s->constants;
}

static inline double constant_of(const model *m, int node)
{
    const double c = step_of(m, node)->c;
    return HAS(integer_constants) ? trunc(c) : c;
}

static inline int operands(const model *m, int node)
{
    return is_leaf(m, node) ? 0 : ad_ops[step_of(m, node)->op].operands;
}

/* Where a node's gradient is kept, and what it is before anything has arrived. */
int model_slot(const model *m, int node);
double model_start(const model *m, int node);

int model_uses(const model *m, int node);

/* What a limit on one side or on both leaves of a gradient. */
double model_cut(const model *m, double g);

/* The rule of a node: what its operands receive; one of them; all of them. */
void model_shares(const model *m, int node, double *share);
void model_give(model *m, int node, int i, double share);
void model_pass_on(model *m, int node);

/* Whether operand i of the node came before among its operands. */
bool model_is_repeated(const model *m, int node, int i);

/* What goes by a value (mistake_mixed.c): whether a node's rule does not run; whether
 * an operand is given nothing. What a rule gives beside a constant, and for one. */
bool model_skips(const model *m, int node);
bool model_gives_none(const model *m, int node, int to);
void model_by_place(const model *m, int node, double *share);
double model_by_constant(const model *m, int node);

/* What one rule does by the values of its operands (mistake_alike.c): whether it gives
 * nothing to operand i; whether a walk leaves that out. */
bool model_withholds(const model *m, int node, int i);
bool model_overlooks(const model *m, int node, int i);

/* Whether operand i, which has this gradient, is given nothing more. */
bool model_has_enough(const model *m, int node, int i, double grad);

/* Whether operand i is given not a number, but the gradient of another node itself. */
bool model_shares_gradient(model *m, int node, int i);

/* Which node's result and gradient the rule of a node reads: 1: g; 2: z and g; 3: x, too. */
int model_read_by(const model *m, int node, int *way);

/* The k of a flaw of this kind that the node's rule has; 0: none. */
double model_way(const model *m, mistake_kind kind, int node);

/* The gradients of inputs, where they are mixed up. */
void model_mix_inputs(const model *m, double *g);

/* All rules below root. */
void model_walk(model *m, int root);

/* The list in the order of levels (mistake_level.c); and a walk of what waits, where a
 * node may have its turn more than once. */
void model_sort_by_level(model *m, int root);
void model_by_waiting(model *m, int root);
void model_by_permutation(model *m);

/* Whether it counts uses, and its walk then, of the nodes that are marked. */
bool model_counts(const model *m);
void model_by_counting(model *m, int root);

/* Whether a node has for its gradient what had arrived when it had its turn: engines
 * that keep what is on its way in a dictionary. */
bool model_takes_at_turn(const model *m);

#endif
