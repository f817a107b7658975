/*
 * What the passes of roll.c hand to each other. Each is one file, in this order:
 *
 *     roll_live.c     which nodes the outputs need, and how often each is used
 *     roll_runs.c     (its fast path: whole loops of mul and add at a time)
 *     roll_chains.c   chains of add and mul become sums: the list of items
 *     roll_fused.c    (those that were recorded as one node)
 *     roll_groups.c   items that may stand side by side, side by side
 *     roll_emit.c     groups become blocks, their operands walks through the values
 *     roll_once.c     (what is known already is not computed again)
 */
#ifndef GRADYNO_ROLL_H
#define GRADYNO_ROLL_H

#include "plan_form.h"
#include "plan_tape.h"

/*
 * How often a node is used, as far as it matters. No item of its own: an input, or what
 * is inside of a sum. Run: the mul that the last add of a run adds.
 */
enum { UNUSED, ONCE, OFTEN, NO_ITEM, RUN };

/*
 * An operation of the plan: a row of the table and its operands, or the sum of y terms
 * from term x on that ends in the node. A constant is an operand, the node that was
 * made for it; a lone operand stands twice, and two further ones in the tape's side
 * table, at y. (All that later passes ask, in a quarter of a cache line: they go group
 * by group, far apart on the tape, and each array that they had to look into would cost
 * a miss.)
 */
typedef struct roll_item {
    uint32_t node, op, x, y;
} roll_item;

enum { ROLL_SUM = 256 }; /* on top of op: the sum */

static inline bool is_sum(const roll_item *v) { return v->op >= ROLL_SUM; }

/* x[k] y[k], k < n, or x[k] where y is PLAIN: nodes x, x + dx, x + 2 dx, ... */
typedef struct roll_term {
    uint32_t x, y, n;
    int32_t dx, dy;
} roll_term;

#define PLAIN UINT32_MAX

/* The last of n indices from x on in steps of d. */
static inline uint32_t last_of(uint32_t x, size_t n, int32_t d)
{
    return x + (uint32_t)(n - 1) * (uint32_t)d;
}

/*
 * Nodes are the tape's, by index, and behind them those made for constants that stand
 * in no node.
 */
typedef struct roll {
    tape_reader tape;
    size_t nodes, extras;
    ad_plan *plan;
    plan_heap heap;
    bool rolling; /* or as recorded */

    uint8_t *uses; /* [nodes] */
    /*
     * [nodes + made], two things in turn. While groups are made: what uses a node, and
     * then its level (and a run's length, at its last mul). After that: the place where
     * its value stands in the plan.
     */
    uint32_t *note;
    double *made;                 /* [made_room], the values of the constants made */
    size_t made_room, made_first; /* filled from the end, as all lists are */

    uint32_t *leaf;      /* frozen ones, the last first */
    size_t leaves, live; /* live: operations */
    size_t first, many;  /* the first operation; operands of customs */

    roll_item *item; /* filled from the end, as terms are */
    roll_term *term;
    size_t item_first, item_end, term_first;
    size_t size, longest; /* products and numbers in the sum being read, and in any */
    size_t groups;
    roll_item *sorted; /* group by group */
    uint32_t *group_end;

    struct roll_place *at; /* a group's operands, and as much for scratch */
    roll_item *turned;
    struct roll_known *known;
    size_t known_mask;
    uint32_t made_place; /* of the first constant made */
    plan_term *row;      /* the longest sum's, and as much for scratch */
} roll;

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out);
bool roll_chains(roll *r);
roll_term roll_run_at(const roll *r, size_t i);
bool roll_groups(roll *r);

/* Inputs first, then frozen leaves in their order, then the constants made. */
void roll_place_leaves(roll *r, const ad_tape_handle *in);
/* Where the operands of an item stand: of a sum, those of its last term. */
typedef struct roll_place {
    uint32_t x, y, w;
} roll_place;

/* b - a, the same as c - b? */
static inline bool roll_in_line(const roll_place *a, const roll_place *b,
                                const roll_place *c)
{
    return b->x - a->x == c->x - b->x && b->y - a->y == c->y - b->y &&
           b->w - a->w == c->w - b->w;
}

/* How far apart those are that are in line: 1, or with how many neighbours they take
 * turns. */
size_t roll_period(const roll_place *at, size_t n);

/* Blocks of the n items of a group, which are rows whose operands stand at `at`, or
 * sums. */
bool roll_rows(roll *r, const roll_item *v, const roll_place *at, size_t n);
bool roll_sums(roll *r, const roll_item *v, size_t n);

/* What they emit is emitted once: a step's result, or a loop's, stands where they say.
 * Call know before. */
typedef struct roll_known roll_known;
typedef struct roll_results {
    uint32_t first, step; /* the k-th of a loop stands at first + k step */
} roll_results;

bool roll_know(roll *r);
/* Where the first constant stands with the bits of the one made for `place`. */
uint32_t roll_constant(roll *r, uint32_t place);
bool roll_step(roll *r, plan_step s, uint32_t *place);
bool roll_loop(roll *r, plan_kind kind, uint32_t op, size_t n, const plan_term *t,
               size_t terms, roll_results *z);

bool roll_emit(roll *r, const ad_tape_handle *in);

#endif
