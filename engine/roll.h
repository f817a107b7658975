/*
 * What the passes of roll.c hand to each other. Each is one file, in this order:
 *
 *     roll_search.c   bodies of loops: where each pass need not look at every node
 *     roll_bodies.c   (what repeats)
 *     roll_live.c     which nodes the outputs need, and how often each is used
 *     roll_uses.c     (the same of a body)
 *     roll_runs.c     (its fast path: whole loops of mul and add at a time)
 *     roll_chains.c   chains of add and mul become sums: the list of items
 *     roll_copies.c   (the same of a body)
 *     roll_fused.c    (those that were recorded as one node)
 *     roll_groups.c   items that may stand side by side, side by side
 *     roll_levels.c   (the same of a body, and roll_wide.c if it has loops within)
 *     roll_emit.c     groups become blocks, their operands walks through the values
 *     roll_family.c   (a body's item, all times round, and roll_edges.c what is beside)
 *     roll_serial.c   (what of a body goes on where it ended, and roll_rounds.c where
 *                     there are loops within each time round)
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

/* On top of op: the sum; item y of body x, all times round; what is serial in it. */
enum { ROLL_SUM = 256, ROLL_FAMILY = 512, ROLL_SERIAL = 1024, ROLL_TAKEN = 2048 };

static inline bool is_sum(const roll_item *v) { return v->op & ROLL_SUM; }
static inline bool is_family(const roll_item *v) { return v->op & ROLL_FAMILY; }

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
 * A body of a loop (roll_bodies.c): words begin ... begin + length repeat so many
 * times. When chains are made, times FIRST_COPY to FIRST_COPY + copies - 1 have but one
 * list of items among them: `items` from `item` on, of the first, and behind it what
 * each is further from one time to the next, and terms likewise.
 */
typedef struct roll_body {
    uint32_t begin, length, times, copies;
    size_t item, items, terms;
    struct roll_position *at; /* [length] */
    roll_item
        *sorted; /* what is serial, in groups, if it is wide: item y, x times later */
    uint32_t *group_end;
    size_t groups;
    uint32_t later; /* the highest x */
} roll_body;

enum { FIRST_COPY = 2, LEAST_TIMES = 8, MOST_LATER = 3 };

/* The results of an operation of a body stand from `first` on, `step` apart, if they
 * are `known` to. */
typedef struct roll_position {
    uint32_t first;
    uint8_t step, known;
    uint8_t inside;  /* an item of its time round needs it */
    uint8_t outside; /* something else does */
    uint8_t serial;  /* it is needed, by way of others, in its own next time round */
    uint8_t later; /* so many times round after the first of its time (roll_rounds.c) */
} roll_position;

typedef struct roll_state {
    uint32_t note, uses;
} roll_state;

static inline size_t roll_time(const roll_body *b, size_t time)
{
    return b->begin + time * b->length;
}

/*
 * Nodes are the tape's, by index, and behind them those made for constants that stand
 * in no node.
 */
typedef struct roll {
    tape_reader tape;
    size_t nodes, extras;
    roll_body *body; /* [bodies] */
    size_t bodies, body_room, lengths;
    roll_state *window; /* [3 times the longest] */
    ad_plan *plan;
    plan_heap heap;
    bool rolling; /* or as recorded */
    bool in_line; /* the inputs, on the tape */

    uint8_t *uses; /* [nodes] */
    /*
     * [nodes + made], two things in turn. While groups are made: what uses a node, and
     * then its level (and a run's length, at its last mul). After that: the place where
     * its value stands in the plan.
     */
    uint32_t *note;
    double *made;                 /* [made_room], the values of the constants made */
    size_t made_room, made_first; /* filled from the end, as all lists are */

    uint32_t *leaf; /* frozen ones, the last first */
    size_t leaves;
    size_t operations, live; /* recorded; of them needed */
    size_t first, many;      /* the first operation; operands of customs */

    roll_item *item; /* filled from the end, as terms are */
    roll_term *term;
    size_t item_first, item_end, term_first;
    size_t item_mark, term_mark, made_mark; /* the same before the last time round */
    size_t size, longest; /* products and numbers in the sum being read, and in any */
    roll_item *sorted;    /* group by group, or all items, if there are no groups */
    uint32_t *group_end;
    size_t groups;

    struct roll_place *at; /* a group's operands, and as much for scratch */
    roll_item *turned, *copied;
    bool moving; /* constants of what is emitted: they stay where they were made */
    struct roll_known *known;
    size_t known_mask;
    uint32_t oldest;     /* of the places where something known was found */
    uint32_t made_place; /* of the first constant made */
    plan_term *row;      /* the longest sum's, and as much for scratch */
} roll;

bool roll_bodies(roll *r);

/*
 * A pass from the end, at the end of a body: it does times round by `down`, which goes
 * from node i to node `to` and says where it is, until two came out the same, and so
 * would all before. *time is the last that was done, one of the last 1 + SAME_TRIES but
 * the very last, or 0.
 */
enum { SAME_TRIES = 3 };
typedef size_t roll_down(roll *r, size_t i, size_t to);
size_t roll_until_same(roll *r, const roll_body *b, size_t i, roll_down *down,
                       size_t *time);
/* Times FIRST_COPY to time - 1 as `time` is, and those before as far as they reach. (Of
 * the kinds noted, only the first's.) */
void roll_copy_state(roll *r, const roll_body *b, size_t time);

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out);
bool roll_chains(roll *r);
roll_term roll_run_at(const roll *r, size_t i);
roll_term roll_noted_run(const roll *r, size_t i, uint32_t *begin);
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
 * sums. Fewer than SHORTEST_MAP rows are steps. */
enum { SHORTEST_MAP = 4 };
bool roll_rows(roll *r, const roll_item *v, const roll_place *at, size_t n);
bool roll_sums(roll *r, const roll_item *v, size_t n);
/* A sum as terms of the plan; returns how many (roll_sum_terms.c). */
size_t roll_terms_of(roll *r, const roll_item *v, plan_term *term);
/* Any of both, in loops that take turns. */
bool roll_emit_items(roll *r, roll_item *v, size_t n);
/* The same, without those that are part of a family's loop. */
bool roll_emit_rest(roll *r, roll_item *v, size_t n);

/* What they emit is emitted once: a step's result, or a loop's, stands where they say.
 * Call know before. */
typedef struct roll_known roll_known;
typedef struct roll_results {
    uint32_t first, step; /* the k-th of a loop stands at first + k step */
} roll_results;

bool roll_know(roll *r);
/* Where the first constant stands with the bits of the one made for `place`. */
uint32_t roll_constant(roll *r, uint32_t place);
/* (Member by member: a struct of two registers is put together in memory, and waited
 * for.) */
bool roll_step(roll *r, uint32_t op, uint32_t x, uint32_t y, uint32_t w,
               uint32_t *place);
bool roll_loop(roll *r, plan_kind kind, uint32_t op, size_t n, const plan_term *t,
               size_t terms, roll_results *z);

/* Items that may be in line before the first of a loop, the nearest first, and behind
 * the last. Who makes the loop says how many are. */
enum { MOST_EDGES = 8 };
typedef struct roll_edges {
    roll_item *low[MOST_EDGES], *high[MOST_EDGES];
    size_t lows, highs;
} roll_edges;

/* n sums in line, of which these are the first two; false too if those are not alike.
 * z NULL: says how many edges are in line, and emits nothing. */
bool roll_sum_of_two(roll *r, const roll_item *v, const roll_item *second, size_t n,
                     roll_edges *e, roll_results *z);

bool roll_emit(roll *r, const ad_tape_handle *in);

#endif
