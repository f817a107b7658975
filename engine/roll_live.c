/*
 * First pass, from the end to the start: which nodes the outputs need, how often each is
 * used, and where inputs and constants stand in the plan.
 */
#include <assert.h>
#include <string.h>

#include "plan_tape.h"
#include "roll.h"

/* Without a branch, which would be mispredicted. */
static inline void use(roll *r, uint32_t x)
{
    r->uses[x] = (uint8_t)(r->uses[x] + (r->uses[x] < OFTEN));
}

static void use_custom(roll *r, size_t i)
{
    const size_t n = tape_custom_length(r->tape, i);
    for (size_t k = 0; k < n; k++) use(r, tape_custom_operand(r->tape, i, k));
    r->plan->statistics.customs++;
    r->fan_in += n + 1;
    r->made_room += n + 1;
}

/* The operands of live node i. */
static void use_operands(roll *r, size_t i)
{
    const tape *t = r->tape;
    const uint32_t x = tape_x(t, i);
    switch (tape_op(t, i)) {
#define UNARY(name, ...) case AD_OP_##name:
#include "ops.def"
        use(r, x);
        break;
#define CONST(name, ...) case AD_OP_##name:
#include "ops.def"
        use(r, x);
        r->made_room++;
        break;
#define BINARY(name, ...) case AD_OP_##name:
#include "ops.def"
        use(r, x);
        use(r, tape_y(t, i));
        break;
#define TERNARY(name, ...) case AD_OP_##name:
#include "ops.def"
        use(r, x);
        use(r, tape_second(t, i));
        use(r, tape_third(t, i));
        break;
    case AD_OP_sum:
        for (size_t k = 0; k < tape_sum_length(t, i); k++) use(r, x + (uint32_t)k);
        r->fan_in += tape_sum_length(t, i);
        break;
    case AD_OP_dot: {
        const uint32_t y = tape_second(t, i);
        for (size_t k = 0; k < tape_dot_length(t, i); k++) {
            use(r, x + (uint32_t)k);
            use(r, y + (uint32_t)k);
        }
        r->fan_in += tape_dot_length(t, i);
        break;
    }
    case AD_OP_custom: use_custom(r, i); break;
    default: break;
    }
}

/* A comparison keeps its operands alive, and whole. */
static bool take_guard(roll *r, size_t i)
{
    ad_plan *p = r->plan;
    const uint32_t a = tape_custom_operand(r->tape, i, 0);
    const uint32_t b = tape_custom_operand(r->tape, i, 1);
    if (p->guards == p->guard_room) {
        const size_t room = p->guard_room == 0 ? 8 : 2 * p->guard_room;
        plan_guard *moved = plan_heap_resize(&p->heap, p->guard, room, sizeof *moved);
        if (moved == NULL) return false;
        p->guard = moved;
        p->guard_room = room;
    }
    p->guard[p->guards++] = (plan_guard){a, b, tape_value(r->tape, i) != 0};
    if (r->uses[a] < OFTEN) r->uses[a] = OFTEN;
    if (r->uses[b] < OFTEN) r->uses[b] = OFTEN;
    return true;
}

static bool walk(roll *r)
{
    struct ad_plan_statistics *s = &r->plan->statistics;
    for (size_t i = r->nodes; i-- > 0;) {
        const ad_op op = tape_op(r->tape, i);
        s->operations += op > AD_OP_var;
        if (op == AD_OP_custom && tape_is_guard(r->tape, i) && !take_guard(r, i))
            return false;
        if (r->uses[i] == UNUSED) continue;
        if (op > AD_OP_var) {
            r->live++;
            use_operands(r, i);
        } else if (r->uses[i] != NO_ITEM) {
            r->leaf[r->leaves++] = (uint32_t)i;
        }
    }
    s->live = r->live;
    return true;
}

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out)
{
    r->leaf = plan_heap_resize(&r->heap, NULL, r->nodes, sizeof *r->leaf + 1);
    if (r->heap.failed) return false;
    r->uses = (uint8_t *)(r->leaf + r->nodes);
    memset(r->uses, UNUSED, r->nodes);
    for (size_t k = 0; k < n_out; k++) r->uses[out[k].index] = OFTEN;
    for (size_t k = 0; k < n_in; k++) {
        assert(tape_op(r->tape, in[k].index) <= AD_OP_var && "inputs are leaves");
        assert(r->uses[in[k].index] != NO_ITEM && "each is given once");
        r->uses[in[k].index] = NO_ITEM;
    }
    return walk(r);
}

void roll_place_leaves(roll *r, const ad_tape_handle *in)
{
    ad_plan *p = r->plan;
    for (size_t k = 0; k < p->inputs; k++) r->note[in[k].index] = (uint32_t)k;
    uint32_t place = (uint32_t)p->inputs;
    for (size_t k = r->leaves; k-- > 0;) r->note[r->leaf[k]] = place++;
    for (size_t k = 0; k < r->made_room; k++) r->note[r->nodes + k] = place++;
    p->constants = p->slots = place;
}
