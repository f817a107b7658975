/*
 * Second pass, what was recorded as one node: sums, dots, rows of layers, custom nodes.
 */
#include "roll_terms.h"

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

void roll_take_fused(roll *r, roll_item *item, tape_node v, uint32_t kind)
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
