/*
 * Second pass, from the end to the start: what is written as
 *
 *     ((b + w0 x0) + w1 x1) + w2 x2
 *
 * with a node for each add and mul becomes one sum of the terms b, w0 x0, w1 x1, w2 x2,
 * where nobody else uses what lies inside. A tree of adds is a sum as well.
 */
#include "roll_copies.h"
#include "roll_terms.h"

/* Adds that wait to be looked into, the last first: a balanced tree's depth. */
typedef struct waiting {
    uint32_t node[32];
    size_t n;
} waiting;
enum { WAITING = sizeof((waiting *)NULL)->node / sizeof(uint32_t) };

/* The operation of operand x, if nobody else needs it. */
static inline unsigned op_of_mine(const roll *r, uint32_t x)
{
    if (!r->rolling || x >= r->nodes || r->uses[x] != ONCE) return AD_OP_constant;
    return read_node(r->tape, x).op;
}

static inline bool adds(unsigned op) { return op == AD_OP_add || op == AD_OP_muladd; }

/* An operand that is no add, or one too many: a term. */
static inline void take_operand(roll *r, roll_item *item, uint32_t x, unsigned op,
                                uint32_t kind)
{
    if (op != AD_OP_mul) {
        add_term(r, item, x, PLAIN, kind);
        return;
    }
    const tape_node v = read_node(r->tape, x);
    r->uses[x] = NO_ITEM;
    add_term(r, item, v.x, v.y, kind);
}

/*
 * The operands of an add, from the right to the left, so that terms come in the order
 * in which they were written; but no number waits for a sum to its right, or a sum from
 * the right would have to wait for all of them. Returns the operand that is the next add
 * of the chain, PLAIN if none is.
 */
static inline uint32_t take_operands(roll *r, roll_item *item, uint32_t x, uint32_t y,
                                     uint32_t kind, waiting *w)
{
    const bool room = w->n + 1 < WAITING;
    const unsigned x_op = op_of_mine(r, x);
    const unsigned y_op = y == PLAIN ? AD_OP_constant : op_of_mine(r, y);
    const bool left = room && adds(x_op), right = room && adds(y_op);
    if (y != PLAIN && !right) take_operand(r, item, y, y_op, kind);
    if (!left) take_operand(r, item, x, x_op, kind);
    if (left) r->uses[x] = NO_ITEM;
    if (right) r->uses[y] = NO_ITEM;
    if (left && right) w->node[w->n++] = x;
    return right ? y : left ? x : PLAIN;
}

/* The run that ends in an add; returns the node that it is added to. */
static uint32_t take_run(roll *r, roll_item *item, uint32_t add, uint32_t kind)
{
    uint32_t begin;
    add_range(r, item, roll_noted_run(r, add, &begin), kind);
    return begin - 1;
}

/* The sum that ends in node i, an add or muladd; a lonely add is as good as it is. (The
 * next add of a chain is at hand, not among those that wait: 0.9 of the time of a plan
 * of long sums.) */
static void take_chain(roll *r, roll_item *item, uint32_t i, uint32_t kind)
{
    const size_t end = r->term_first;
    waiting w;
    w.n = 0;
    bool product = false;
    for (uint32_t add = i; add != PLAIN || w.n > 0;) {
        if (add == PLAIN) add = w.node[--w.n];
        const tape_node v = read_node(r->tape, add);
        uint32_t x = v.x, y = v.y;
        if (r->uses[add - 1] == RUN) {
            x = take_run(r, item, add, kind);
            y = PLAIN;
        } else if (v.op == AD_OP_muladd) {
            add_term(r, item, v.x, v.y, kind);
            x = add - 1;
            y = PLAIN;
        }
        add = take_operands(r, item, x, y, kind, &w);
    }
    for (size_t k = r->term_first; k < end; k++) product |= r->term[k].y != PLAIN;
    if (product || r->size > 2) return;
    r->term_first = end;
    item->y = 0;
    r->size = 0;
}

/* The item of a row of up to two operands and no constant, without a branch for which
 * of them. */
static inline void take_plain(roll *r, tape_node v, roll_item *item, uint32_t kind)
{
    const bool two = operands_of_plain(v.op) == 2;
    const uint32_t y = two ? v.y : v.x;
    item->x = v.x;
    item->y = y;
    note_node(r, v.x, kind);
    note_node(r, y, kind + two);
    r->note[item->node] = kind;
}

/* The item of any other row that is no sum. */
static void take_row(roll *r, tape_node v, roll_item *item, uint32_t kind)
{
    const int operands = operands_of_row(v.op);
    item->x = v.x;
    item->y = operands >= 2 ? v.y : v.x;
    note_user(r, v.x, kind);
    if (operands == 2) note_user(r, v.y, kind + 1);
    if (operands == 3) note_user(r, read_second(r->tape, v), kind + 1);
    if (operands == 3) note_user(r, read_third(r->tape, v), kind + 2);
    if (has_constant(v.op)) item->y = make_constant(r, read_constant(r->tape, v));
}

/* (The item is written where it stays: one that is copied right after its members were
 * stored waits for the stores, which took half of this pass's time.) */
static void take_node(roll *r, uint32_t i)
{
    tape_node v = read_node(r->tape, i);
    if (v.op == AD_OP_map) v.op = read_mapped(r->tape, v);
    const bool muladd = v.op == AD_OP_muladd;
    const uint32_t op = muladd ? AD_OP_add : v.op, kind = kind_of(r->note[i], op);
    roll_item *item = &r->item[--r->item_first];
    item->node = i;
    item->op = op;
    if (operands_of_plain(v.op) > 0 && !(v.op == AD_OP_add && r->rolling)) {
        take_plain(r, v, item, kind);
        return;
    }
    item->x = item->y = 0;
    r->size = 0;
    if (muladd || (v.op == AD_OP_add && r->rolling))
        take_chain(r, item, i, kind);
    else if (v.op > AD_LAST_ROW)
        roll_take_fused(r, item, v, kind);
    if (item->y == 0 && v.op <= AD_LAST_ROW)
        take_row(r, v, item, kind);
    else
        item->op |= ROLL_SUM;
    if (r->size > r->longest) r->longest = r->size;
    r->note[i] = kind + (uint32_t)r->size; /* sums of one length are a group */
}

/* One block for the lists: the next plan gets the same pages. */
static bool make_lists(roll *r)
{
    /* A sum of a adds and p products has a + 1 terms, and a > 1 or p > 0. */
    /* (And what roll_copies.c keeps two of, or roll_levels.c writes out.) */
    const size_t terms = r->live + r->live / 2 + r->many + 2 + 4 * r->lengths;
    const size_t bytes = terms * sizeof *r->term + r->live * sizeof *r->item +
                         r->made_room * sizeof *r->made;
    r->made = (double *)(void *)PLAN_NEW(&r->heap, bytes, uint8_t);
    if (r->made == NULL) return false;
    r->term = (roll_term *)(void *)(r->made + r->made_room);
    r->item = (roll_item *)(void *)(r->term + terms);
    r->item_first = r->item_end = r->live;
    r->term_first = terms;
    r->made_first = r->made_room;
    return true;
}

static size_t take_nodes(roll *r, size_t i, size_t to)
{
    r->item_mark = r->item_first;
    r->term_mark = r->term_first;
    r->made_mark = r->made_first;
    while (i > to) {
        i--;
        if (r->uses[i] == RUN) /* on to its first node */
            i += 2 - r->note[i] * nodes_of_run(word_op(r->tape.word[i]));
        else if (r->uses[i] == ONCE || r->uses[i] == OFTEN)
            take_node(r, (uint32_t)i);
    }
    return i;
}

bool roll_chains(roll *r)
{
    if (!make_lists(r)) return false;
    size_t i = r->nodes;
    for (size_t k = r->bodies; k-- > 0;) {
        roll_body *b = &r->body[k];
        const size_t end = roll_time(b, b->times);
        if (b->times == 0) continue;
        if (i > end) i = take_nodes(r, i, end);
        if (i == end) i = roll_copies(r, b, i, take_nodes);
    }
    take_nodes(r, i, r->first);
    return true;
}
