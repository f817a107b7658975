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
static inline void note_user(const roll *r, uint32_t x, uint32_t user)
{
    if (x < r->nodes && r->uses[x] == ONCE && !is_leaf(r->tape.word[x]))
        r->note[x] = user;
}

static uint32_t kind_of(uint32_t note, unsigned op)
{
    return (note ^ op) * 0x9e3779b1u + 1;
}

static inline void add_term(roll *r, uint32_t x, uint32_t y, uint32_t kind)
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

enum { WAITING = 32 }; /* adds below both operands of an add: a balanced tree's depth */

/*
 * The sum that ends in node i, an add; false for a lonely add, which is as good as it is.
 * r is a copy, whose members stay in registers; its lists grow for the caller at the end.
 */
static inline bool take_chain(roll *caller, uint32_t i, uint32_t kind)
{
    roll r = *caller;
    uint32_t waiting[WAITING] = {i};
    size_t n = 1;
    bool product = false;
    while (n > 0) {
        const tape_node add = read_node(r.tape, waiting[--n]);
        const uint32_t operand[2] = {add.y, add.x};
        for (int k = 0; k < 2; k++) {
            const uint32_t x = operand[k];
            const tape_node v = read_node(r.tape, x);
            const bool mine = r.uses[x] == ONCE;
            if (mine && v.op == AD_OP_mul) {
                r.uses[x] = NO_ITEM;
                add_term(&r, v.x, v.y, kind);
                product = true;
            } else if (mine && v.op == AD_OP_add && n < WAITING) {
                r.uses[x] = NO_ITEM;
                waiting[n++] = x;
            } else {
                add_term(&r, x, PLAIN, kind);
            }
        }
    }
    if (!product && caller->pair_first - r.pair_first <= 2) return false;
    caller->pair_first = r.pair_first;
    return true;
}

/* sum, dot, and custom, whose partials and value become constants:
 * z = sum_k partial[k] x[k] + (value - the same at the recorded point) */
static void take_terms(roll *r, uint32_t i, tape_node v, uint32_t kind)
{
    const tape_reader t = r->tape;
    if (v.op == AD_OP_custom) {
        double rest = t.value[i];
        for (size_t k = v.x; k-- > 0;) {
            const uint32_t x = read_operand(t, v, k);
            rest -= read_partial(t, v, k) * t.value[x];
            add_term(r, x, make_constant(r, read_partial(t, v, k)), kind);
        }
        add_term(r, make_constant(r, rest), PLAIN, kind);
        return;
    }
    for (size_t k = read_length(t, v); k-- > 0;) {
        const uint32_t at = (uint32_t)k;
        const uint32_t y = v.op == AD_OP_dot ? read_second(t, v) + at : (uint32_t)PLAIN;
        add_term(r, v.x + at, y, kind);
    }
}

/* The item of a row that is no sum. */
static void take_row(roll *r, tape_node v, roll_item *item, uint32_t kind)
{
    const int operands = operands_of_row(v.op);
    note_user(r, v.x, kind);
    if (operands == 2) note_user(r, v.y, kind + 1);
    if (operands == 3) note_user(r, read_second(r->tape, v), kind + 1);
    if (operands == 3) note_user(r, read_third(r->tape, v), kind + 2);
    if (has_constant(v.op)) item->first = make_constant(r, read_constant(r->tape, v));
}

static void take_node(roll *r, uint32_t i)
{
    const tape_node v = read_node(r->tape, i);
    roll_item item = {.node = i, .op = v.op};
    const size_t end = r->pair_first;
    const uint32_t kind = kind_of(r->note[i], v.op);
    bool sum = v.op > AD_LAST_ROW;
    if (sum)
        take_terms(r, i, v, kind);
    else if (v.op == AD_OP_add && r->rolling)
        sum = take_chain(r, i, kind);
    if (sum) {
        item.first = (uint32_t)r->pair_first;
        item.terms = (uint32_t)(end - r->pair_first);
        if (item.terms > r->longest) r->longest = item.terms;
    } else {
        take_row(r, v, &item, kind);
    }
    r->note[i] = kind;
    r->item[--r->item_first] = item;
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
        if ((uses == ONCE || uses == OFTEN) && !is_leaf(r->tape.word[i]))
            take_node(r, (uint32_t)i);
    }
    return true;
}
