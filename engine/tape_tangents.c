/*
 * Forward mode on the tape: one sweep from the start to the end that carries tangents,
 * the derivatives of every node along one direction of the leaves. Where backward gives
 * J'w, this gives Jv; that <w, Jv> = <J'w, v> makes each a witness for the other.
 */
#include <assert.h>

#include "partials.h"
#include "streams.h"
#include "tape.h"

/* A tangent of exactly 0 carries nothing, as an adjoint of exactly 0 does backward. */
static inline double carried(double partial, double tangent)
{
    return tangent == 0 ? 0 : partial * tangent;
}

static double tangent_of_node(const ad_tape *t, size_t i, const double *tangent,
                              const ad_tape_extra *extra)
{
    const tape_node node = node_of(t->word[i], extra);
    const uint32_t a = node.x, b = node.y;
    const double z = t->value[i];
    (void)z;
    switch (node.op) {
#define UNARY(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a];                                                  \
        (void)x;                                                                       \
        return carried(dx, tangent[a]);                                                \
    }
#define CONST(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a], c = extra[b].real;                               \
        (void)x, (void)c;                                                              \
        return carried(dx, tangent[a]);                                                \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a], y = t->value[b];                                 \
        (void)x, (void)y;                                                              \
        return carried(dx, tangent[a]) + carried(dy, tangent[b]);                      \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    case AD_OP_##name: {                                                               \
        const uint32_t second = extra[b].pair[0], third = extra[b].pair[1];            \
        const double x = t->value[a], y = t->value[second], w = t->value[third];       \
        (void)x, (void)y, (void)w;                                                     \
        return carried(dx, tangent[a]) + carried(dy, tangent[second]) +                \
               carried(dw, tangent[third]);                                            \
    }
#include "ops.def"
    case AD_OP_sum: {
        double sum = 0;
        for (size_t k = 0; k < b; k++) sum += tangent[a + k];
        return sum;
    }
    case AD_OP_dot: {
        const size_t other = extra[b].pair[0], n = extra[b].pair[1];
        double sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += carried(t->value[other + k], tangent[a + k]) +
                   carried(t->value[a + k], tangent[other + k]);
        return sum;
    }
    case AD_OP_dot_pairs: {
        double sum = 0;
        for (size_t k = 0; k < a; k++) {
            const uint32_t x = extra[b + k].pair[0], y = extra[b + k].pair[1];
            sum += carried(t->value[y], tangent[x]) + carried(t->value[x], tangent[y]);
        }
        return sum;
    }
    case AD_OP_muladd:
        return tangent[i - 1] + carried(t->value[b], tangent[a]) +
               carried(t->value[a], tangent[b]);
    case AD_OP_affine: { /* row a of a layer */
        const size_t n = extra[b + 1].pair[1], x = extra[b].pair[1];
        const size_t w = extra[b].pair[0] + a * (size_t)extra[b + 2].pair[0];
        double sum = tangent[extra[b + 1].pair[0] + a * (size_t)extra[b + 2].pair[1]];
        for (size_t k = 0; k < n; k++)
            sum += carried(t->value[x + k], tangent[w + k]) +
                   carried(t->value[w + k], tangent[x + k]);
        return sum;
    }
    case AD_OP_map: {
        double partial;
        ad_ops[extra[b].pair[0]].partials(&t->value[a], 0, z, &partial);
        return carried(partial, tangent[a]);
    }
    case AD_OP_custom: {
        double sum = 0;
        for (size_t k = 0; k < a; k++)
            sum +=
                carried(extra[b + 2 * k].real, tangent[extra[b + 2 * k + 1].pair[0]]);
        return sum;
    }
    default: return 0; /* a leaf that no direction was given for */
    }
}

ad_status ad_tape_tangents(ad_tape *tape_, size_t n, const ad_tape_handle *leaf,
                           const double *direction)
{
    tape *t = whole(tape_);
    if (t->status != AD_OK) return t->status;
    const size_t nodes = t->cursor.nodes;
    if (nodes > t->tangent_room) {
        double *moved =
            t->memory.resize(t->memory.ctx, t->tangent, t->tangent_room * sizeof *moved,
                             t->cursor.room * sizeof *moved);
        if (moved == NULL) {
            t->cursor.room = nodes; /* recording stops, as after every failure */
            t->cursor.extra_room = t->cursor.extras;
            return t->status = AD_NO_MEMORY;
        }
        t->tangent = moved;
        t->tangent_room = t->cursor.room;
    }
    for (size_t i = 0; i < nodes; i++)
        if (is_leaf(t->cursor.word[i])) t->tangent[i] = 0;
    for (size_t k = 0; k < n; k++) {
        assert(leaf[k].index < nodes && tape_op(t, leaf[k].index) == AD_OP_var);
        t->tangent[leaf[k].index] = direction[k];
    }
    for (size_t i = 0; i < nodes; i++)
        if (!is_leaf(t->cursor.word[i]))
            t->tangent[i] = tangent_of_node(&t->cursor, i, t->tangent, t->cursor.extra);
    t->swept = nodes;
    return AD_OK;
}

double ad_tape_tangent(const ad_tape *t, ad_tape_handle h)
{
    return h.index < whole(t)->swept ? whole(t)->tangent[h.index] : (double)NAN;
}
