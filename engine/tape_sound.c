/* What an assertion asks of a record before it is walked. */
#include "streams.h"

static bool operands_precede(const ad_tape *t, const ad_tape_extra *extra, size_t i)
{
    const tape_node node = node_of(t->word[i], extra);
    const size_t a = node.x, b = node.y;
    switch (node.op) {
    case AD_OP_sum: return b == 0 || a + b <= i;
    case AD_OP_dot: {
        const size_t other = extra[b].pair[0], n = extra[b].pair[1];
        return n == 0 || (a + n <= i && other + n <= i);
    }
    case AD_OP_dot_pairs:
        for (size_t k = 0; k < a; k++)
            if (extra[b + k].pair[0] >= i || extra[b + k].pair[1] >= i) return false;
        return true;
    case AD_OP_muladd: return i > 0 && a < i && b < i;
    case AD_OP_affine:
        return a <= i && extra[b].pair[0] + (size_t)extra[b + 1].pair[1] <= i - a &&
               extra[b].pair[1] + (size_t)extra[b + 1].pair[1] <= i - a;
    case AD_OP_map: return a < extra[b].pair[1];
    case AD_OP_custom:
        for (size_t k = 0; k < a; k++)
            if (extra[b + 2 * k + 1].pair[0] >= i) return false;
        return true;
    }
    switch (ad_ops[node.op].operands) {
    case 1: return a < i;
    case 2: return a < i && b < i;
    case 3: return a < i && extra[b].pair[0] < i && extra[b].pair[1] < i;
    default: return true;
    }
}

bool tape_is_sound(const tape *t)
{
    for (size_t i = 0; i < t->cursor.nodes; i++)
        if (!operands_precede(&t->cursor, t->cursor.extra, i)) return false;
    return true;
}
