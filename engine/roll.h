/*
 * What the passes of roll.c hand to each other. Each is one file, in this order:
 *
 *     roll_live.c     which nodes the outputs need, and how often each is used
 *     roll_chains.c   chains of add and mul become sums: the list of items
 *     roll_groups.c   items that may stand side by side, side by side
 *     roll_emit.c     groups become blocks, their operands walks through the values
 */
#ifndef GRADYNO_ROLL_H
#define GRADYNO_ROLL_H

#include "plan_form.h"
#include "plan_tape.h"

/*
 * How often a node is used, as far as it matters. No item of its own: an input, or what is
 * inside of a sum.
 */
enum { UNUSED, ONCE, OFTEN, NO_ITEM };

/* An operation of the plan: a node of the tape, or the sum that ends there. */
typedef struct roll_item {
    uint32_t node;
    uint32_t op;    /* AD_OP_add with terms: a chain */
    uint32_t first; /* of its terms; a row's constant: the node that was made for it */
    uint32_t terms;
} roll_item;

/* x y, or x where y is PLAIN. */
typedef struct roll_pair {
    uint32_t x, y;
} roll_pair;

enum { PLAIN = UINT32_MAX };

/*
 * Nodes are the tape's, by index, and behind them those made for constants that stand in
 * no node.
 */
typedef struct roll {
    tape_reader tape;
    size_t nodes;
    ad_plan *plan;
    plan_heap heap;
    bool rolling; /* or as recorded */

    uint8_t *uses; /* [nodes + made] */
    /*
     * [nodes + made], two things in turn. While groups are made: what uses a node, and
     * then its level. After that: the place where its value stands in the plan.
     */
    uint32_t *note;
    double *made;                 /* [made_room], the values of the constants made */
    size_t made_room, made_first; /* filled from the end, as all lists are */

    uint32_t *leaf; /* frozen ones, the last first */
    size_t leaves, live, fan_in;

    roll_item *item; /* filled from the end, as terms are */
    roll_pair *pair;
    size_t item_first, item_end, pair_first, longest;
    size_t groups;
    uint32_t *order; /* items, group by group */
    uint32_t *group_end;
} roll;

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out);
bool roll_chains(roll *r);
bool roll_groups(roll *r);

/* Inputs first, then frozen leaves in their order, then the constants made. */
void roll_place_leaves(roll *r, const ad_tape_handle *in);
bool roll_emit(roll *r, const ad_tape_handle *in);

#endif
