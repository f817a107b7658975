/*
 * Second pass, from the end to the start: what is written as
 *
 *     ((b + w0 x0) + w1 x1) + w2 x2
 *
 * with a node for each add and mul becomes one sum of the terms b, w0 x0, w1 x1, w2 x2,
 * where nobody else uses what lies inside. A tree of adds is a sum as well.
 */
#include <string.h>

#include "plan_tape.h"
#include "roll.h"

/*
 * What uses a node says which statement of the program it came from: two products, one an
 * operand of a sine and one of a sum, are not neighbours in a loop. So a node that is used
 * once notes its user's kind, and through it that of the user's user, up to a node that
 * many use.
 */
static void note_user(roll *r, uint32_t x, uint32_t user)
{
    if (x < r->nodes && r->uses[x] == ONCE && tape_op(r->tape, x) > AD_OP_var)
        r->note[x] = user;
}

static uint32_t kind_of(const roll *r, uint32_t i)
{
    return (r->note[i] ^ tape_op(r->tape, i)) * 0x9e3779b1u + 1;
}

static void add_term(roll *r, uint32_t x, uint32_t y, uint32_t kind)
{
    r->pair[--r->pair_first] = (roll_pair){x, y};
    note_user(r, x, kind);
    if (y != PLAIN) note_user(r, y, kind + 1);
}

static uint32_t make_constant(roll *r, double c)
{
    r->made[--r->made_first] = c;
    return (uint32_t)(r->nodes + r->made_first);
}

/* A term is a product if nobody else uses it. Returns whether it is. */
static bool take_term(roll *r, uint32_t i, uint32_t kind)
{
    const tape *t = r->tape;
    if (r->uses[i] == ONCE && tape_op(t, i) == AD_OP_mul) {
        r->uses[i] = NO_ITEM;
        add_term(r, tape_x(t, i), tape_y(t, i), kind);
        return true;
    }
    add_term(r, i, PLAIN, kind);
    return false;
}

static bool is_link(const roll *r, uint32_t i)
{
    return r->uses[i] == ONCE && tape_op(r->tape, i) == AD_OP_add;
}

enum { WAITING = 32 }; /* adds below both operands of an add: a balanced tree's depth */

/* The sum that ends in the add i; false for a lonely add, which is as good as it is. */
static bool take_chain(roll *r, uint32_t i, uint32_t kind)
{
    const tape *t = r->tape;
    const size_t end = r->pair_first;
    uint32_t waiting[WAITING] = {i};
    size_t n = 1;
    bool product = false;
    while (n > 0) {
        const uint32_t add = waiting[--n],
                       operand[2] = {tape_x(t, add), tape_y(t, add)};
        for (size_t k = 2; k-- > 0;) {
            const uint32_t x = operand[k];
            if (n < WAITING && is_link(r, x)) {
                r->uses[x] = NO_ITEM;
                waiting[n++] = x;
            } else if (take_term(r, x, kind)) {
                product = true;
            }
        }
    }
    if (product || end - r->pair_first > 2) return true;
    r->pair_first = end;
    return false;
}

/* sum, dot, and custom, whose partials and value become constants:
 * z = sum_k partial[k] x[k] + (value - the same at the recorded point) */
static void take_terms(roll *r, uint32_t i, uint32_t kind)
{
    const tape *t = r->tape;
    const uint32_t x = tape_x(t, i);
    double rest = tape_value(t, i);
    switch (tape_op(t, i)) {
    case AD_OP_sum:
        for (size_t k = tape_sum_length(t, i); k-- > 0;)
            add_term(r, x + (uint32_t)k, PLAIN, kind);
        break;
    case AD_OP_dot:
        for (size_t k = tape_dot_length(t, i); k-- > 0;)
            add_term(r, x + (uint32_t)k, tape_second(t, i) + (uint32_t)k, kind);
        break;
    case AD_OP_custom:
        for (size_t k = tape_custom_length(t, i); k-- > 0;) {
            const uint32_t operand = tape_custom_operand(t, i, k);
            const double partial = tape_custom_partial(t, i, k);
            rest -= partial * tape_value(t, operand);
            add_term(r, operand, make_constant(r, partial), kind);
        }
        add_term(r, make_constant(r, rest), PLAIN, kind);
        break;
    default: break;
    }
}

/* The item of a row that is no sum. */
static void take_row(roll *r, uint32_t i, roll_item *v, uint32_t kind)
{
    const tape *t = r->tape;
    const int operands = ad_ops[v->op].operands;
    note_user(r, tape_x(t, i), kind);
    if (operands == 2) note_user(r, tape_y(t, i), kind + 1);
    if (operands == 3) note_user(r, tape_second(t, i), kind + 1);
    if (operands == 3) note_user(r, tape_third(t, i), kind + 2);
    if (ad_ops[v->op].constants > 0) v->first = make_constant(r, tape_constant(t, i));
}

static void take_node(roll *r, uint32_t i)
{
    roll_item v = {.node = i, .op = tape_op(r->tape, i)};
    const size_t end = r->pair_first;
    const uint32_t kind = kind_of(r, i);
    bool sum = v.op > AD_LAST_ROW;
    if (sum)
        take_terms(r, i, kind);
    else if (v.op == AD_OP_add && r->rolling)
        sum = take_chain(r, i, kind);
    if (sum) {
        v.first = (uint32_t)r->pair_first;
        v.terms = (uint32_t)(end - r->pair_first);
        if (v.terms > r->longest) r->longest = v.terms;
    } else {
        take_row(r, i, &v, kind);
    }
    r->note[i] = kind;
    r->item[--r->item_first] = v;
}

/*
 * One block for all lists: what is asked for at once comes back at once, and the next plan
 * gets the same pages.
 */
static bool make_lists(roll *r)
{
    /* A sum of a adds and p products has a + 1 terms, and a > 1 or p > 0. */
    const size_t pairs = r->live + r->live / 2 + r->fan_in + 2;
    const size_t nodes = r->nodes + r->made_room;
    const size_t bytes = pairs * sizeof *r->pair + r->live * sizeof *r->item +
                         r->made_room * sizeof *r->made + nodes * sizeof *r->note;
    char *block = plan_heap_resize(&r->heap, NULL, bytes, 1);
    if (block == NULL) return false;
    r->made = (double *)(void *)block;
    r->pair = (roll_pair *)(void *)(r->made + r->made_room);
    r->item = (roll_item *)(void *)(r->pair + pairs);
    r->note = (uint32_t *)(void *)(r->item + r->live);
    memset(r->note, 0, nodes * sizeof *r->note);
    r->item_first = r->item_end = r->live;
    r->pair_first = pairs;
    r->made_first = r->made_room;
    return true;
}

bool roll_chains(roll *r)
{
    if (!make_lists(r)) return false;
    for (size_t i = r->nodes; i-- > 0;) {
        const uint8_t uses = r->uses[i];
        if ((uses == ONCE || uses == OFTEN) && tape_op(r->tape, i) > AD_OP_var)
            take_node(r, (uint32_t)i);
    }
    return true;
}
