/*
 * The tape engine: the backward loop. (Recording a row of the table is inlined from
 * tape.h, operations over ranges are recorded in tape_ranges.c; runs.h and layers.h have
 * the ways back of several nodes at once, tape_life.c growth and housekeeping.)
 */
#include "tape.h"

#include <assert.h>
#include <string.h>

#include "clearing.h"
#include "kernels.h"
#include "layers.h"
#include "partials.h"
#include "runs.h"
#include "streams.h"

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
        case AD_OP_dot: return dot_back(back, i, grad, a, side + b);
        case AD_OP_dot_pairs:
            for (size_t k = 0; k < a; k++) {
                const uint32_t x = side[b + k].pair[0], y = side[b + k].pair[1];
                adjoint[x] += grad * value[y];
                adjoint[y] += grad * value[x];
            }
            break;
        case AD_OP_muladd:
            return back->keep ? muladds_back(back, i, grad, true)
                              : muladds_back(back, i, grad, false);
        case AD_OP_affine: return affine_back(back, i, grad, a, side + b);
        case AD_OP_map: return map_back(back, i, grad, side[b].pair);
        case AD_OP_custom: /* of a operands: the side table has each one's partial, then its index */
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

/* From node `end` - 1 down to `begin`, or past it where that is within a run. Returns
 * one past the node where the walk goes on. */
static size_t walk_back(walk *whole_walk, size_t begin, size_t end)
{
    walk local = *whole_walk, *back = &local; /* in registers */
    while (end > begin) {
        const size_t i = end - 1;
        end = i;
        const double grad = back->adjoint[i];
        if (is_zero(grad)) continue;
        if (!back->keep) back->adjoint[i] = 0;
        if (word_op(back->word[i]) == AD_OP_add && is_step(back, i))
            end = back->keep ? products_back(back, i, grad, true)
                             : products_back(back, i, grad, false);
        else
            end = propagate(back, i, grad);
    }
    whole_walk->late = local.late;
    return end;
}

/* What adjoints below `stale` need is done node by node, until none is left. */
static void walk_clearing(walk *back, size_t begin, size_t end)
{
    size_t far = 1;
    while (end > begin && back->stale > 0) {
        if (!is_zero(back->adjoint[end - 1])) far = clear_for(back, end - 1, far);
        end = walk_back(back, end - 1, end);
        back->clear_rows = false;
    }
    clear_from(back, 0);
    walk_back(back, begin, end);
}

/*
 * Adjoints start from 0. Those in [zero_from, zero_end) are: after a walk that used
 * them up, all but the leaves', so that most of the array need not be cleared again.
 * Returns up to where that is left to the walk: the leaves that were recorded first, if
 * many, and layers may use them.
 */
static size_t clear_adjoints(tape *t)
{
    enum { MANY = 2048 }; /* a third of the nearest cache */
    const size_t nodes = t->cursor.nodes;
    const size_t head = t->zero_from < nodes ? t->zero_from : nodes;
    const size_t leaves = head < t->leading ? head : t->leading;
    const size_t stale = t->layers && leaves >= MANY ? leaves : 0;
    memset(t->adjoint + stale, 0, (head - stale) * sizeof *t->adjoint);
    if (t->zero_from <= nodes) t->zero_from = 0;
    if (t->zero_end >= nodes) return stale;
    memset(t->adjoint + t->zero_end, 0, (nodes - t->zero_end) * sizeof *t->adjoint);
    t->zero_end = nodes;
    return stale;
}

/* All but what the leaves have that took part in the last walk. */
static size_t clear_inner_adjoints(tape *t)
{
    const size_t nodes = t->cursor.nodes, walked = t->walked;
    for (size_t i = 0; i < walked; i++)
        if (word_op(t->cursor.word[i]) != AD_OP_var) t->adjoint[i] = 0;
    memset(t->adjoint + walked, 0, (nodes - walked) * sizeof *t->adjoint);
    if (t->zero_end < nodes) t->zero_end = nodes;
    return 0;
}

/* Seeds the output and walks back from it to the leaves that were recorded first. */
static ad_status backward(tape *t, ad_tape_handle output, size_t (*clear)(tape *),
                          bool keep)
{
    if (t->status != AD_OK) return t->status;
    const ad_tape *record = &t->cursor;
    const size_t nodes = record->nodes;
    assert(output.index < nodes && tape_is_sound(t));
    while (t->leading < nodes && is_leaf(record->word[t->leading])) t->leading++;
    walk back = {.value = record->value,
                 .word = record->word,
                 .side = t->cursor.extra,
                 .adjoint = t->adjoint,
                 .keep = keep,
                 .late = t->leading,
                 .stale = clear(t)};
    clear_from(&back, output.index);
    t->adjoint[output.index] += t->seed;
    walk_clearing(&back, t->leading, (size_t)output.index + 1);
    const size_t used = keep ? nodes : back.late;
    if (t->zero_from < used) t->zero_from = used;
    t->seed = 1;
    t->walked = nodes;
    t->leaves_only = !keep;
    return AD_OK;
}

ad_status ad_tape_backward(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_adjoints, true);
}

ad_status ad_tape_backward_leaves(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_adjoints, false);
}

ad_status ad_tape_accumulate(ad_tape *t, ad_tape_handle output)
{
    return backward(whole(t), output, clear_inner_adjoints, true);
}

ad_tape_handle ad_tape_apply(ad_tape *t, ad_op op, const ad_tape_handle *operand,
                             double c)
{
    switch (op) {
/* It would join a case label to the next macro: */
/* clang-format off */
#define UNARY(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0]);
#define CONST(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], c);
#define BINARY(name, ...)                                                              \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], operand[1]);
#define TERNARY(name, ...)                                                             \
    case AD_OP_##name:                                                                 \
        return ad_tape_##name(t, operand[0], operand[1], operand[2]);
/* clang-format on */
#include "ops.def"
    default: assert(false && "a row of the table"); return ad_tape_nil();
    }
}
