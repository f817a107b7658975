/*
 * The tape engine: the backward loop, and the operations over ranges. (Recording a row
 * of the table is inlined from tape.h; tape_life.c has the tape's growth and
 * housekeeping.)
 */
#include "tape.h"

#include <assert.h>
#include <string.h>

#include "kernels.h"
#include "maps.h"
#include "partials.h"
#include "streams.h"

/* A walk back over a record. */
typedef struct walk {
    const double *value;
    const ad_tape_word *word;
    const tape_extra *side;
    double *adjoint;
    bool keep;   /* inner adjoints; or use them up */
    size_t late; /* one past the last leaf that got something */
} walk;

static inline uint64_t bits_of(double g)
{
    uint64_t bits;
    memcpy(&bits, &g, sizeof bits);
    return bits;
}

/* Whether g is 0 or -0, as one test on the integer. */
static inline bool is_zero(double g) { return bits_of(g) << 1 == 0; }

/*
 * A run of s = s + x y, a node each, from node i on: as products_back below, with half
 * the nodes. Measured on an MLP of width 64: 0.55 of the time of `mul` and `add`.
 */
static size_t muladds_back(const walk *back, size_t i, double grad)
{
    const double *value = back->value;
    const ad_tape_word *word = back->word;
    double *restrict adjoint = back->adjoint;
    tape_node node = node_of(word[i], back->side);
    for (;;) {
        adjoint[node.x] += grad * value[node.y];
        adjoint[node.y] += grad * value[node.x];
        grad += adjoint[--i];
        node = near_node(word[i]);
        if (node.op != AD_OP_muladd || is_zero(grad)) break;
        adjoint[i] = back->keep ? grad : 0;
    }
    adjoint[i] = grad;
    return i + 1;
}

/* Where a node is one of several that were recorded at once, from `first` to i. */
static size_t all_done(const walk *back, size_t first, size_t i)
{
    if (!back->keep)
        memset(back->adjoint + first, 0, (i + 1 - first) * sizeof *back->adjoint);
    return first;
}

/* The rows 0 to `row` of a layer, of which node i is the last: W and x are read once. */
static size_t affine_back(const walk *back, size_t i, double grad, size_t row,
                          const tape_extra *side)
{
    const size_t first = i - row, w = side[0].pair[0], x = side[0].pair[1];
    const size_t b = side[1].pair[0], n = side[1].pair[1];
    const ad_affine map = {row + 1, n, side[2].pair[0], side[2].pair[1]};
    const double *value = back->value;
    double *adjoint = back->adjoint;
    adjoint[i] = grad;
    ad_kernel_affine_back(&map, adjoint + first, value + w, value + x, adjoint + w,
                          adjoint + x, adjoint + b);
    return all_done(back, first, i);
}

static size_t map_back(const walk *back, size_t i, double grad, const uint32_t *map)
{
    const size_t first = map[1];
    const size_t x = node_of(back->word[first], back->side).x;
    back->adjoint[i] = grad;
    ad_kernel_map_back((ad_op)map[0], i + 1 - first, back->adjoint + first,
                       back->value + x, back->value + first, back->adjoint + x);
    return all_done(back, first, i);
}

/*
 * The chain rule for node i, whose adjoint is grad: its operands' adjoints receive it
 * times the partial. A leaf keeps it. Returns one past the node where the walk goes on.
 */
static inline size_t propagate(walk *back, size_t i, double grad)
{
    const double *value = back->value, z = value[i];
    const tape_extra *side = back->side;
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
        case AD_OP_dot: { /* of n nodes from a with as many from `other` */
            const size_t other = side[b].pair[0], n = side[b].pair[1];
            ad_kernel_dot_back(n, grad, value + a, value + other, adjoint + a,
                               adjoint + other);
            break;
        }
        case AD_OP_dot_pairs:
            for (size_t k = 0; k < a; k++) {
                const uint32_t x = side[b + k].pair[0], y = side[b + k].pair[1];
                adjoint[x] += grad * value[y];
                adjoint[y] += grad * value[x];
            }
            break;
        case AD_OP_muladd: return muladds_back(back, i, grad);
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

#ifndef NDEBUG
static bool operands_precede(size_t i, const ad_tape *t, const tape_extra *extra)
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

/* No operand is a handle of another tape, or one that has ended (nil after a reset). */
static bool is_sound(const ad_tape *t, const tape_extra *extra)
{
    for (size_t i = 0; i < t->nodes; i++)
        if (!operands_precede(i, t, extra)) return false;
    return true;
}
#endif

/* What node i's word is if it adds node i - 1 to node i - 2. */
static inline ad_tape_word adds_the_last_two(size_t i)
{
    if (i >= TAPE_NEAR) return 0; /* the word of no operation */
    return ad_tape_pack(AD_OP_add, (uint32_t)i - 2, (uint32_t)i - 1);
}

/*
 * A run of s = s + x y backward, from the sum i on. The adjoint of s, which is nearly the
 * same all the way down, stays in a register; through memory each step would wait for
 * the last one's store. One compare knows a step. Returns one past the node where the
 * walk goes on.
 *
 * Measured on an MLP of width 64: backward takes 0.5 of the time.
 */
static inline size_t products_back(const walk *back, size_t i, double grad, bool keep)
{
    const double *value = back->value;
    const ad_tape_word *word = back->word;
    double *restrict adjoint = back->adjoint;
    ad_tape_word product = word[i - 1], step = adds_the_last_two(i);
    for (;; i -= 2) {
        const double g = adjoint[i - 1] + grad;
        adjoint[i - 1] = keep ? g : 0;
        if (!is_zero(g)) {
            const uint32_t x = word_x(product), y = word_y(product);
            adjoint[x] += g * value[y];
            adjoint[y] += g * value[x];
        }
        grad += adjoint[i - 2];
        step -= ad_tape_pack(0, 2, 2);
        if (word[i - 2] != step) break;
        product = word[i - 3];
        if (word_op(product) != AD_OP_mul) break;
        adjoint[i - 2] = keep ? grad : 0;
    }
    adjoint[i - 2] = grad;
    return i - 1;
}

/* From node `end` - 1 down to `begin`. */
static void walk_back(walk *back, size_t begin, size_t end)
{
    while (end > begin) {
        const size_t i = end - 1;
        const double grad = back->adjoint[i];
        end = i;
        if (is_zero(grad)) continue;
        if (!back->keep) back->adjoint[i] = 0;
        if (back->word[i] != adds_the_last_two(i) ||
            word_op(back->word[i - 1]) != AD_OP_mul)
            end = propagate(back, i, grad);
        else if (back->keep)
            end = products_back(back, i, grad, true);
        else
            end = products_back(back, i, grad, false);
    }
}

/*
 * Adjoints start from 0. Those in [zero_from, zero_end) are: after a walk that used them
 * up, all but the leaves', so that most of the array need not be cleared again.
 */
static void clear_adjoints(tape *t)
{
    const size_t nodes = t->cursor.nodes;
    const size_t head = t->zero_from < nodes ? t->zero_from : nodes;
    memset(t->adjoint, 0, head * sizeof *t->adjoint);
    if (t->zero_from <= nodes) t->zero_from = 0;
    if (t->zero_end >= nodes) return;
    memset(t->adjoint + t->zero_end, 0, (nodes - t->zero_end) * sizeof *t->adjoint);
    t->zero_end = nodes;
}

/* All but what the leaves have that took part in the last walk. */
static void clear_inner_adjoints(tape *t)
{
    const size_t nodes = t->cursor.nodes, walked = t->walked;
    for (size_t i = 0; i < walked; i++)
        if (word_op(t->cursor.word[i]) != AD_OP_var) t->adjoint[i] = 0;
    memset(t->adjoint + walked, 0, (nodes - walked) * sizeof *t->adjoint);
    if (t->zero_end < nodes) t->zero_end = nodes;
}

/* Seeds the output and walks back from it to the leaves that were recorded first. */
static ad_status backward(tape *t, ad_tape_handle output, void (*clear)(tape *),
                          bool keep)
{
    if (t->status != AD_OK) return t->status;
    const ad_tape *record = &t->cursor;
    const size_t nodes = record->nodes;
    assert(output.index < nodes && is_sound(record, t->extra));
    clear(t);
    while (t->leading < nodes && is_leaf(record->word[t->leading])) t->leading++;
    t->adjoint[output.index] += t->seed;
    walk back = {.value = record->value,
                 .word = record->word,
                 .side = t->extra,
                 .adjoint = t->adjoint,
                 .keep = keep,
                 .late = t->leading};
    walk_back(&back, t->leading, (size_t)output.index + 1);
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
