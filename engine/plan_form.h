/*
 * What a plan is made of.
 *
 *     value    in0 in1 ... | constants | what the blocks compute, in their order
 *     adjoint  the same places
 *
 * A block computes n values that stand side by side, from values before them:
 *
 *     STEPS    one operation after the other, each a step: what could not be rolled
 *     MAP      z[i] = op(x[i], y[i], w[i])
 *     SUM      z[i] = sum over terms, sum over k < n, of x[i, k] or of x[i, k] y[i, k]
 *
 * with operands that walk through the values in arithmetic progressions: x[i, k] stands
 * at base + i row + k step. A layer of a network is a SUM whose x has row 0 (all
 * neurons read the same inputs) and whose y has row n (each has weights of its own).
 */
#ifndef GRADYNO_PLAN_FORM_H
#define GRADYNO_PLAN_FORM_H

#include "plan.h"
#include "plan_heap.h"

typedef struct plan_walk {
    uint32_t base;
    int32_t row, step;
} plan_walk;

/* The lowest place that m rows of n reach, and the highest. */
static inline size_t plan_lowest(const plan_walk *w, size_t m, size_t n)
{
    const int64_t rows = w->row * ((int64_t)m - 1), steps = w->step * ((int64_t)n - 1);
    return (size_t)(w->base + (rows < 0 ? rows : 0) + (steps < 0 ? steps : 0));
}

static inline size_t plan_highest(const plan_walk *w, size_t m, size_t n)
{
    const int64_t rows = w->row * ((int64_t)m - 1), steps = w->step * ((int64_t)n - 1);
    return (size_t)(w->base + (rows > 0 ? rows : 0) + (steps > 0 ? steps : 0));
}

typedef struct plan_term {
    plan_walk x, y;
    uint32_t n;
    uint8_t pair;             /* a product x y, or x alone */
    uint8_t x_fixed, y_fixed; /* only constants: nobody asks for their adjoints */
} plan_term;

/* One operation: a row, or muladd, w + x y. Its result stands behind that of the step
 * before. A row's constant is an operand among the constants: y. */
typedef struct plan_step {
    uint32_t op, x, y, w;
} plan_step;

typedef enum plan_kind { PLAN_STEPS, PLAN_MAP, PLAN_SUM } plan_kind;

typedef struct plan_block {
    uint16_t kind, op; /* STEPS: 0, or PLAN_CHAIN */
    uint32_t n;        /* results */
    uint32_t z;        /* the first of them */
    uint32_t first;    /* step, or term; a MAP's terms are x and y, and then w */
    uint32_t terms;
} plan_block;

enum { PLAN_CHAIN = 1 };

typedef struct plan_guard {
    uint32_t a, b;
    uint32_t less;
} plan_guard;

struct ad_plan {
    plan_heap *heap; /* of the arrays below, while it is made: then they stand in */
    size_t bytes;    /* one block with the plan, of so many; steps have their own */
    ad_allocator memory;
    double *value, *adjoint;
    size_t slots, inputs, constants; /* constants: where they end */
    plan_block *block;
    plan_term *term;
    plan_step *step;
    size_t blocks, terms, steps;
    size_t block_room, term_room, step_room;
    bool closed;      /* the last block takes no more steps */
    uint32_t *output; /* where each stands */
    size_t outputs;
    plan_guard *guard;
    size_t guards, guard_room, changed;
    bool ran; /* forward, at least once */
    struct ad_plan_statistics statistics;
};

/* plan_steps.c, plan_map.c, plan_sum.c: one block forward, and backward. */
void plan_steps_forward(const ad_plan *p, const plan_block *b);
void plan_steps_backward(const ad_plan *p, const plan_block *b);
void plan_chain_forward(const ad_plan *p, const plan_block *b);
/* Whether most steps take the result of the one before. */
bool plan_is_chain(const ad_plan *p, const plan_block *b);
void plan_map_forward(const ad_plan *p, const plan_block *b);
void plan_map_backward(const ad_plan *p, const plan_block *b);
void plan_sum_forward(const ad_plan *p, const plan_block *b);
void plan_sum_backward(const ad_plan *p, const plan_block *b);

/*
 * plan_clearing.c: adjoints of inputs below `stale` have yet to be cleared. plan_stale
 * says where that begins. plan_begin_back clears what block b needs, or sends it back
 * itself, if that is a layer to which nothing came yet: true. plan_clear_rest is for the
 * end.
 */
size_t plan_stale(const ad_plan *p);
bool plan_begin_back(const ad_plan *p, const plan_block *b, size_t *stale);
void plan_clear_rest(const ad_plan *p, size_t stale);

#endif
