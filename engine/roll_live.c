/*
 * First pass, from the end to the start: which nodes the outputs need, how often each
 * is used, and where inputs and constants stand in the plan.
 */
#include <assert.h>
#include <string.h>

#include "plan_tape.h"
#include "roll_uses.h"

/* A leaf that is no input, or a custom node without operands: a constant of the
 * plan. */
static void freeze(roll *r, size_t i)
{
    if (r->uses[i] == NO_ITEM) return;
    r->uses[i] = NO_ITEM;
    r->leaf[r->leaves++] = (uint32_t)i;
}

/* What is no row. r->many is how many terms there may be beyond those of adds. */
static void use_many(roll *r, size_t i, tape_node v)
{
    const tape_reader t = r->tape;
    uint8_t *uses = r->uses;
    switch (v.op) {
    case AD_OP_sum: use_range(uses, v.x, v.y, 1); break;
    case AD_OP_dot:
        use_range(uses, v.x, read_length(t, v), 1);
        use_range(uses, read_second(t, v), read_length(t, v), 1);
        break;
    case AD_OP_custom:
        for (size_t k = 0; k < v.x; k++) use(uses, read_operand(t, v, k));
        r->plan->statistics.customs++;
        r->made_room += v.x + 1;
        r->many += v.x + 1;
        break;
    case AD_OP_muladd:
        use(uses, (uint32_t)i - 1);
        use(uses, v.x);
        use(uses, v.y);
        r->many++;
        break;
    case AD_OP_dot_pairs:
        for (size_t k = 0; k < v.x; k++) {
            use(uses, read_pair(t, v, k)[0]);
            use(uses, read_pair(t, v, k)[1]);
        }
        r->many += v.x;
        break;
    case AD_OP_affine: {
        const tape_row row = read_row(t, v);
        use(uses, row.b);
        use_range(uses, row.w, row.n, 1);
        use_range(uses, row.x, row.n, 1);
        r->many += 2;
        break;
    }
    case AD_OP_map: use(uses, v.x); break;
    }
}

/* A comparison keeps its operands alive, and whole. */
static void take_guard(roll *r, tape_node v, double less)
{
    ad_plan *p = r->plan;
    const uint32_t a = read_operand(r->tape, v, 0), b = read_operand(r->tape, v, 1);
    PLAN_ROOM(&r->heap, p->guard, p->guards, p->guard_room);
    if (r->heap.failed) return;
    p->guard[p->guards++] = (plan_guard){a, b, less != 0};
    if (r->uses[a] < OFTEN) r->uses[a] = OFTEN;
    if (r->uses[b] < OFTEN) r->uses[b] = OFTEN;
}

/* A run that ends in the live node i: its factors are used, the rest has found its
 * place. Returns how many nodes that were. */
static size_t use_run(roll *r, size_t i)
{
    const roll_term t = roll_run_at(r, i);
    if (t.n == 0) return 0;
    const size_t begin = i + 1 - t.n * nodes_of_run(word_op(r->tape.word[i - 1]));
    memset(r->uses + begin, NO_ITEM, i - begin);
    r->uses[i - 1] = RUN;
    r->note[i - 1] = t.n;
    use_range(r->uses, t.x, t.n, t.dx);
    if (t.y != PLAIN) use_range(r->uses, t.y, t.n, t.dy);
    use(r->uses, (uint32_t)begin - 1);
    return i - begin + 1;
}

/* The operands of live node i, an operation. Returns how many nodes are dealt with. */
static inline size_t use_operands(roll *r, size_t i, tape_node v)
{
    uint8_t *uses = r->uses;
    const bool adds = v.op == AD_OP_add || v.op == AD_OP_muladd;
    if (adds && r->rolling && i > 0 && uses[i - 1] == UNUSED) {
        const size_t nodes = use_run(r, i);
        if (nodes > 0) return nodes;
    }
    const unsigned operands = operands_of_plain(v.op);
    if (operands > 0) { /* one that there is not is node `nodes` */
        use(uses, v.x);
        use(uses, operands == 2 ? v.y : (uint32_t)r->nodes);
        return 1;
    }
    switch (operands_of_row(v.op)) {
    case 0: use_many(r, i, v); break;
    case 1:
        use(uses, v.x);
        r->made_room++;
        break;
    case 3:
        use(uses, v.x);
        use(uses, read_second(r->tape, v));
        use(uses, read_third(r->tape, v));
        break;
    }
    return 1;
}

/* From node i down to node `to`, or a little further where a run begins. */
static size_t walk(roll *r, size_t i, size_t to)
{
    const tape_reader t = r->tape;
    const uint8_t *uses = r->uses;
    size_t operations = 0, live = 0;
    while (i > to) {
        const tape_node v = read_node(t, --i);
        operations += v.op > AD_OP_var;
        if (is_guard(t, v)) take_guard(r, v, t.value[i]);
        if (uses[i] == UNUSED) continue;
        if (v.op <= AD_OP_var || (v.op == AD_OP_custom && v.x == 0)) {
            freeze(r, i);
            continue;
        }
        const size_t nodes = use_operands(r, i, v);
        live += nodes;
        operations += nodes - 1;
        i -= nodes - 1;
    }
    r->live += live;
    r->operations += operations;
    return i;
}

/* The leaves before the first operation that are used and no inputs. (Eight at a time:
 * most are inputs.) */
static void freeze_leaves(roll *r)
{
    const uint64_t inputs = NO_ITEM * (uint64_t)0x0101010101010101u;
    const uint8_t *uses = r->uses;
    for (size_t i = r->first; i > 0;) {
        if (i >= 8 && memcmp(uses + i - 8, &inputs, sizeof inputs) == 0) {
            i -= 8;
            continue;
        }
        i--;
        if (uses[i] == ONCE || uses[i] == OFTEN) freeze(r, i);
    }
}

static void walk_all(roll *r)
{
    size_t i = r->nodes;
    for (size_t k = r->bodies; k-- > 0;) {
        roll_body *b = &r->body[k];
        const size_t end = roll_time(b, b->times);
        if (i > end) i = walk(r, i, end);
        if (i == end)
            i = roll_live_body(r, b, i, walk);
        else
            b->times = 0;
    }
    walk(r, i, r->first);
    freeze_leaves(r);
    r->plan->statistics.live = r->live;
    r->plan->statistics.operations = r->operations;
}

/* Whether inputs stand on the tape as they are given. */
static bool are_in_line(size_t n, const ad_tape_handle *in)
{
    uint32_t other = 0;
    for (size_t k = 0; k < n; k++) other |= in[k].index ^ (in->index + (uint32_t)k);
    return n > 0 && other == 0;
}

/* Inputs and outputs; false for a handle that is nil. */
static bool take_ends(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
                      const ad_tape_handle *out)
{
    const size_t nodes = r->nodes;
    uint8_t *uses = r->uses;
    for (size_t k = 0; k < n_out; k++) {
        if (out[k].index >= nodes) return false;
        uses[out[k].index] = OFTEN;
    }
    r->in_line = are_in_line(n_in, in);
    if (r->in_line && in[0].index + n_in <= r->first) {
        memset(uses + in[0].index, NO_ITEM, n_in);
        return true;
    }
    for (size_t k = 0; k < n_in; k++) {
        const uint32_t i = in[k].index;
        if (i >= nodes) return false;
        assert(is_leaf(r->tape.word[i]) && "inputs are leaves");
        assert(uses[i] != NO_ITEM && "each is given once");
        uses[i] = NO_ITEM;
    }
    return true;
}

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out)
{
    size_t first = 0;
    while (first < r->nodes && is_leaf(r->tape.word[first])) first++;
    r->first = first;
    if (r->rolling && !roll_bodies(r)) return false;
    /* A constant that is made has an entry in the tape's side table, or is one of those
     * of a body that are made twice. */
    const size_t notes = r->nodes + r->extras + LEAST_TIMES * r->lengths;
    const size_t bytes = (r->nodes + notes) * sizeof *r->note + r->nodes + 1;
    r->note = (uint32_t *)(void *)PLAN_NEW(&r->heap, bytes, uint8_t);
    if (r->heap.failed) return false;
    r->leaf = r->note + notes;
    r->uses = (uint8_t *)(r->leaf + r->nodes);
    memset(r->note, 0, notes * sizeof *r->note);
    memset(r->uses, UNUSED, r->nodes);
    if (!take_ends(r, n_in, in, n_out, out)) return false;
    walk_all(r);
    assert(r->nodes + r->made_room <= notes);
    return !r->heap.failed;
}

void roll_place_leaves(roll *r, const ad_tape_handle *in)
{
    ad_plan *p = r->plan;
    if (r->in_line)
        for (size_t k = 0; k < p->inputs; k++) r->note[in->index + k] = (uint32_t)k;
    else
        for (size_t k = 0; k < p->inputs; k++) r->note[in[k].index] = (uint32_t)k;
    uint32_t place = (uint32_t)p->inputs;
    for (size_t k = r->leaves; k-- > 0;) r->note[r->leaf[k]] = place++;
    r->made_place = place - (uint32_t)r->made_first;
    for (size_t k = r->made_first; k < r->made_room; k++)
        r->note[r->nodes + k] = place++;
    p->constants = p->slots = place;
}
