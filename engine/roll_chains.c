/*
 * Second pass, from the end to the start: what is written as
 *
 *     ((b + w0 x0) + w1 x1) + w2 x2
 *
 * with a node for each add and mul becomes one sum of the terms b, w0 x0, w1 x1, w2 x2,
 * where nobody else uses what lies inside. A tree of adds is a sum as well.
 */
#include "roll.h"

/*
 * What uses a node says which statement of the program it came from: two products, one an
 * operand of a sine and one of a sum, are not neighbours in a loop. So a node that is used
 * once notes its user's kind, and through it that of the user's user, up to a node that
 * many use.
 */
static inline void note_user(const roll *r, uint32_t x, uint32_t user)
{
    if (x < r->nodes && r->uses[x] == ONCE) r->note[x] = user;
}

static void note_users(const roll *r, uint32_t x, size_t n, int32_t d, uint32_t user)
{
    if (x < r->first && last_of(x, n, d) < r->first) return; /* leaves */
    for (size_t k = 0; k < n; k++, x += (uint32_t)d) note_user(r, x, user);
}

static uint32_t kind_of(uint32_t note, unsigned op)
{
    return (note ^ op) * 0x9e3779b1u + 1;
}

static void add_range(roll *r, roll_item *item, roll_term t, uint32_t kind)
{
    r->term[--r->term_first] = t;
    item->x = (uint32_t)r->term_first;
    item->y++;
    r->size += t.n;
    note_users(r, t.x, t.n, t.dx, kind);
    if (t.y != PLAIN) note_users(r, t.y, t.n, t.dy, kind + 1);
}

/* x y, or x alone. (Member by member: a struct that is copied right after its members were
 * stored waits for the stores to arrive.) */
static inline void add_term(roll *r, roll_item *item, uint32_t x, uint32_t y,
                            uint32_t kind)
{
    roll_term *t = &r->term[--r->term_first];
    t->x = x;
    t->y = y;
    t->n = 1;
    t->dx = t->dy = 0;
    item->x = (uint32_t)r->term_first;
    item->y++;
    r->size++;
    note_user(r, x, kind);
    if (y != PLAIN) note_user(r, y, kind + 1);
}

static uint32_t make_constant(roll *r, double c)
{
    r->made[--r->made_first] = c;
    return (uint32_t)(r->nodes + r->made_first);
}

/* Operands that wait to be looked into, the last first: a balanced tree's depth. */
typedef struct waiting {
    uint32_t node[32];
    size_t n;
} waiting;
enum { WAITING = sizeof((waiting *)NULL)->node / sizeof(uint32_t) };

/* Whether nobody else needs x, an operand. */
static inline bool is_mine(const roll *r, uint32_t x)
{
    return r->rolling && x < r->nodes && r->uses[x] == ONCE;
}

static inline bool is_add_of_mine(const roll *r, uint32_t x)
{
    if (!is_mine(r, x)) return false;
    const unsigned op = read_node(r->tape, x).op;
    return op == AD_OP_add || op == AD_OP_muladd;
}

/* An operand that is no add, or one too many: a term. */
static inline void take_operand(roll *r, roll_item *item, uint32_t x, uint32_t kind)
{
    if (is_mine(r, x)) {
        const tape_node v = read_node(r->tape, x);
        if (v.op == AD_OP_mul) {
            r->uses[x] = NO_ITEM;
            add_term(r, item, v.x, v.y, kind);
            return;
        }
    }
    add_term(r, item, x, PLAIN, kind);
}

/* The operands of an add, from the right to the left, so that terms come in the order in
 * which they were written; but no number waits for a sum to its right, or a sum from the
 * right would have to wait for all of them. */
static void take_operands(roll *r, roll_item *item, uint32_t x, uint32_t y,
                          uint32_t kind, waiting *w)
{
    const bool right = y != PLAIN && is_add_of_mine(r, y) && w->n + 1 < WAITING;
    if (y != PLAIN && !right) take_operand(r, item, y, kind);
    const bool left = is_add_of_mine(r, x) && w->n + 1 < WAITING;
    if (!left) take_operand(r, item, x, kind);
    if (left) r->uses[x] = NO_ITEM, w->node[w->n++] = x;
    if (right) r->uses[y] = NO_ITEM, w->node[w->n++] = y;
}

/* The run that ends in an add; returns the node that it is added to. */
static uint32_t take_run(roll *r, roll_item *item, uint32_t add, uint32_t kind)
{
    const uint32_t unit = (uint32_t)nodes_of_product(word_op(r->tape.word[add]));
    const uint32_t n = r->note[add - 1], begin = add + 1 - n * unit;
    const tape_node first = read_node(r->tape, begin);
    const tape_node second = read_node(r->tape, begin + unit);
    const roll_term t = {first.x, first.y, n, (int32_t)(second.x - first.x),
                         (int32_t)(second.y - first.y)};
    add_range(r, item, t, kind);
    return begin - 1;
}

/* The sum that ends in node i, an add or muladd; a lonely add is as good as it is. */
static void take_chain(roll *r, roll_item *item, uint32_t i, uint32_t kind)
{
    const size_t end = r->term_first;
    waiting w;
    w.node[0] = i;
    w.n = 1;
    bool product = false;
    while (w.n > 0) {
        const uint32_t add = w.node[--w.n];
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
        take_operands(r, item, x, y, kind, &w);
    }
    for (size_t k = r->term_first; k < end; k++) product |= r->term[k].y != PLAIN;
    if (product || item->y > 2) return;
    r->term_first = end;
    item->y = 0;
    r->size = 0;
}

/* A custom node's partials and value become constants:
 * z = sum_k partial[k] x[k] + (value - the same at the recorded point) */
static void take_custom(roll *r, roll_item *item, tape_node v, uint32_t kind)
{
    const tape_reader t = r->tape;
    double rest = t.value[item->node];
    for (size_t k = v.x; k-- > 0;) {
        const uint32_t x = read_operand(t, v, k);
        const double partial = read_partial(t, v, k);
        rest -= partial * t.value[x];
        add_term(r, item, x, make_constant(r, partial), kind);
    }
    add_term(r, item, make_constant(r, rest), PLAIN, kind);
}

/* What is a sum as it was recorded, and neither row nor chain. */
static void take_terms(roll *r, roll_item *item, tape_node v, uint32_t kind)
{
    const tape_reader t = r->tape;
    switch (v.op) {
    case AD_OP_sum:
        if (v.y > 0) add_range(r, item, (roll_term){v.x, PLAIN, v.y, 1, 0}, kind);
        break;
    case AD_OP_dot: {
        const uint32_t n = (uint32_t)read_length(t, v), y = read_second(t, v);
        if (n > 0) add_range(r, item, (roll_term){v.x, y, n, 1, 1}, kind);
        break;
    }
    case AD_OP_dot_pairs:
        item->op = AD_OP_dot;
        for (size_t k = v.x; k-- > 0;) {
            const uint32_t *pair = read_pair(t, v, k);
            add_term(r, item, pair[0], pair[1], kind);
        }
        break;
    case AD_OP_affine: {
        const tape_row row = read_row(t, v);
        item->op = AD_OP_add;
        if (row.n > 0) add_range(r, item, (roll_term){row.w, row.x, row.n, 1, 1}, kind);
        add_term(r, item, row.b, PLAIN, kind);
        break;
    }
    default: take_custom(r, item, v, kind); break;
    }
}

/* The item of a row that is no sum. */
static void take_row(roll *r, tape_node v, roll_item *item, uint32_t kind)
{
    const int operands = operands_of_row(v.op);
    item->x = item->y = v.x;
    note_user(r, v.x, kind);
    if (operands >= 2) item->y = v.y;
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
    item->x = item->y = 0;
    r->size = 0;
    if (muladd || (v.op == AD_OP_add && r->rolling))
        take_chain(r, item, i, kind);
    else if (v.op > AD_LAST_ROW)
        take_terms(r, item, v, kind);
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
    const size_t terms = r->live + r->live / 2 + r->many + 2;
    const size_t bytes = terms * sizeof *r->term + r->live * sizeof *r->item +
                         r->made_room * sizeof *r->made;
    r->made = plan_heap_resize(&r->heap, NULL, bytes, 1);
    if (r->made == NULL) return false;
    r->term = (roll_term *)(void *)(r->made + r->made_room);
    r->item = (roll_item *)(void *)(r->term + terms);
    r->item_first = r->item_end = r->live;
    r->term_first = terms;
    r->made_first = r->made_room;
    return true;
}

bool roll_chains(roll *r)
{
    if (!make_lists(r)) return false;
    for (size_t i = r->nodes; i-- > r->first;) {
        if (r->uses[i] == RUN) /* on to its first product */
            i += 2 - r->note[i] * nodes_of_product(word_op(r->tape.word[i]));
        else if (r->uses[i] == ONCE || r->uses[i] == OFTEN)
            take_node(r, (uint32_t)i);
    }
    return true;
}
