/*
 * A node's way back, for the loop in tape.c, and for that in tape_clearing.c. (One loop
 * for both would keep less in registers.)
 */
#ifndef GRADYNO_WALK_BACK_H
#define GRADYNO_WALK_BACK_H

#include "kernels.h"
#include "partials.h"
#include "walk.h"

/*
 * The chain rule for node i, whose adjoint is grad: its operands' adjoints receive it
 * times the partial. A leaf keeps it. Returns one past the node where the walk goes on.
 */
static inline size_t propagate(walk *back, size_t i, double grad)
{
    const double *value = back->value, z = value[i];
    const ad_tape_extra *side = back->side;
    double *restrict adjoint = back->adjoint;
    tape_node node = near_node(back->word[i]);
    for (;;) {
        const uint32_t a = node.x, b = node.y;
        (void)z;
        switch (node.op) {
#define UNARY(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = value[a];                                                     \
        (void)x;                                                                       \
        adjoint[a] += grad * (dx);                                                     \
        break;                                                                         \
    }
#define CONST(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = value[a], c = side[b].real;                                   \
        (void)x, (void)c;                                                              \
        adjoint[a] += grad * (dx);                                                     \
        break;                                                                         \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    case AD_OP_##name: {                                                               \
        const double x = value[a], y = value[b];                                       \
        (void)x, (void)y;                                                              \
        adjoint[a] += grad * (dx);                                                     \
        adjoint[b] += grad * (dy);                                                     \
        break;                                                                         \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    case AD_OP_##name: {                                                               \
        const uint32_t second = side[b].pair[0], third = side[b].pair[1];              \
        const double x = value[a], y = value[second], w = value[third];                \
        (void)x, (void)y, (void)w;                                                     \
        adjoint[a] += grad * (dx);                                                     \
        adjoint[second] += grad * (dy);                                                \
        adjoint[third] += grad * (dw);                                                 \
        break;                                                                         \
    }
#include "ops.def"
        case AD_OP_sum: ad_kernel_add(b, grad, adjoint + a); break;
        case AD_OP_dot: return tape_dot_back(back, i, grad, a, side + b);
        case AD_OP_dot_pairs:
            for (size_t k = 0; k < a; k++) {
                const uint32_t x = side[b + k].pair[0], y = side[b + k].pair[1];
                adjoint[x] += grad * value[y];
                adjoint[y] += grad * value[x];
            }
            break;
        case AD_OP_muladd: return tape_muladds_back(back, i, grad);
        case AD_OP_affine: return tape_affine_back(back, i, grad, a, side + b);
        case AD_OP_map: return tape_map_back(back, i, grad, side[b].pair);
        case AD_OP_custom: /* of a operands: each one's partial, then its index */
            for (size_t k = 0; k < a; k++)
                adjoint[side[b + 2 * k + 1].pair[0]] += grad * side[b + 2 * k].real;
            break;
        case TAPE_FAR: node = far_node(node, side); continue;
        default: /* a leaf */
            adjoint[i] = grad;
            if (back->late <= i) back->late = i + 1;
        }
        return i;
    }
}

/* Node i back, or a run from it down. Returns one past the node where the walk goes on. */
static inline size_t node_back(walk *back, size_t i)
{
    const double grad = back->adjoint[i];
    if (is_zero(grad)) return i;
    if (!back->keep) back->adjoint[i] = 0;
    if (word_op(back->word[i]) != AD_OP_add || !is_step(back, i))
        return propagate(back, i, grad);
    return tape_products_back(back, i, grad);
}

#endif
