/*
 * First pass, from the end to the start: which nodes the outputs need, how often each is
 * used, and where inputs and constants stand in the plan.
 */
#include <assert.h>
#include <string.h>

#include "plan_tape.h"
#include "roll.h"

static void use(roll *r, uint32_t x)
{
    if (r->uses[x] < OFTEN) r->uses[x]++;
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

/* Comparisons keep their operands alive, and whole. */
static bool take_guards(roll *r)
{
    const tape *t = r->tape;
    ad_plan *p = r->plan;
    for (size_t i = 0; i < r->nodes; i++) p->guards += tape_is_guard(t, i);
    p->guard = PLAN_NEW(&p->heap, p->guards, plan_guard);
    if (p->guard == NULL) return false;
    for (size_t i = 0, k = 0; i < r->nodes && k < p->guards; i++) {
        if (!tape_is_guard(t, i)) continue;
        const uint32_t a = tape_custom_operand(t, i, 0);
        const uint32_t b = tape_custom_operand(t, i, 1);
        p->guard[k++] = (plan_guard){a, b, tape_value(t, i) != 0};
        r->uses[a] = r->uses[b] = OFTEN;
    }
    return true;
}

/* Inputs first, then frozen leaves in their order, then made constants. */
static bool place_leaves(roll *r)
{
    ad_plan *p = r->plan;
    uint32_t place = (uint32_t)p->inputs;
    for (size_t k = r->leaves; k-- > 0;) r->slot[r->leaf[k]] = place++;
    uint32_t *slot =
        plan_heap_resize(&r->heap, r->slot, r->nodes + r->made_room, sizeof *slot);
    uint8_t *uses = plan_heap_resize(&r->heap, r->uses, r->nodes + r->made_room, 1);
    r->made = PLAN_NEW(&r->heap, r->made_room, double);
    r->note = PLAN_NEW(&r->heap, r->nodes + r->made_room, uint32_t);
    if (slot != NULL) r->slot = slot;
    if (uses != NULL) r->uses = uses;
    if (r->heap.failed) return false;
    for (size_t k = 0; k < r->made_room; k++) slot[r->nodes + k] = place++;
    memset(uses + r->nodes, OFTEN, r->made_room);
    memset(r->note, 0, (r->nodes + r->made_room) * sizeof *r->note);
    p->constants = p->slots = place;
    return true;
}

bool roll_live(roll *r, size_t n_in, const ad_tape_handle *in, size_t n_out,
               const ad_tape_handle *out)
{
    r->uses = PLAN_NEW(&r->heap, r->nodes, uint8_t);
    r->slot = PLAN_NEW(&r->heap, r->nodes, uint32_t);
    r->leaf = PLAN_NEW(&r->heap, r->nodes, uint32_t);
    if (r->heap.failed) return false;
    memset(r->uses, 0, r->nodes);
    memset(r->slot, 0xff, r->nodes * sizeof *r->slot);
    for (size_t k = 0; k < n_in; k++) {
        assert(tape_op(r->tape, in[k].index) <= AD_OP_var && "inputs are leaves");
        assert(r->slot[in[k].index] == UINT32_MAX && "each is given once");
        r->slot[in[k].index] = (uint32_t)k;
    }
    for (size_t k = 0; k < n_out; k++) r->uses[out[k].index] = OFTEN;
    if (!take_guards(r)) return false;

    struct ad_plan_statistics *s = &r->plan->statistics;
    for (size_t i = r->nodes; i-- > 0;) {
        const bool leaf = tape_op(r->tape, i) <= AD_OP_var;
        s->operations += !leaf;
        if (r->uses[i] == UNUSED) continue;
        if (!leaf) {
            r->live++;
            use_operands(r, i);
        } else if (r->slot[i] == UINT32_MAX) {
            r->leaf[r->leaves++] = (uint32_t)i;
        }
    }
    s->live = r->live;
    return place_leaves(r);
}
