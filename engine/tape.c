/*
 * The tape engine: the backward loop, and the operations over ranges. (Recording a row
 * of the table is inlined from tape.h; tape_life.c has the tape's growth and
 * housekeeping.)
 */
#include "tape.h"

#include <assert.h>
#include <string.h>

#include "partials.h"
#include "streams.h"

/* The chain rule for node i: its operands' adjoints receive its own times the partial.
 */
static inline void propagate(const ad_tape *t, size_t i, double *restrict adjoint,
                             const tape_extra *extra)
{
    const double grad = adjoint[i], z = t->value[i];
    const uint32_t a = t->operands[i].x, b = t->operands[i].y;
    (void)z;
    switch (t->op[i]) {
#define UNARY(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a];                                                  \
        (void)x;                                                                       \
        adjoint[a] += grad * (dx);                                                     \
        break;                                                                         \
    }
#define CONST(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a], c = extra[b].real;                               \
        (void)x, (void)c;                                                              \
        adjoint[a] += grad * (dx);                                                     \
        break;                                                                         \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    case AD_OP_##name: {                                                               \
        const double x = t->value[a], y = t->value[b];                                 \
        (void)x, (void)y;                                                              \
        adjoint[a] += grad * (dx);                                                     \
        adjoint[b] += grad * (dy);                                                     \
        break;                                                                         \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    case AD_OP_##name: {                                                               \
        const uint32_t second = extra[b].pair[0], third = extra[b].pair[1];            \
        const double x = t->value[a], y = t->value[second], w = t->value[third];       \
        (void)x, (void)y, (void)w;                                                     \
        adjoint[a] += grad * (dx);                                                     \
        adjoint[second] += grad * (dy);                                                \
        adjoint[third] += grad * (dw);                                                 \
        break;                                                                         \
    }
#include "ops.def"
    case AD_OP_sum: /* of b nodes from a */
        for (size_t k = 0; k < b; k++) adjoint[a + k] += grad;
        break;
    case AD_OP_dot: { /* of n nodes from a with as many from `other` */
        const size_t other = extra[b].pair[0], n = extra[b].pair[1];
        for (size_t k = 0; k < n; k++) {
            adjoint[a + k] += grad * t->value[other + k];
            adjoint[other + k] += grad * t->value[a + k];
        }
        break;
    }
    case AD_OP_custom: /* of a operands: extra has each one's partial, then its index */
        for (size_t k = 0; k < a; k++)
            adjoint[extra[b + 2 * k + 1].pair[0]] += grad * extra[b + 2 * k].real;
        break;
    default: break; /* a leaf */
    }
}

#ifndef NDEBUG
static bool operands_precede(size_t i, const ad_tape *t, const tape_extra *extra)
{
    const size_t a = t->operands[i].x, b = t->operands[i].y;
    switch (t->op[i]) {
    case AD_OP_sum: return b == 0 || a + b <= i;
    case AD_OP_dot: {
        const size_t other = extra[b].pair[0], n = extra[b].pair[1];
        return n == 0 || (a + n <= i && other + n <= i);
    }
    case AD_OP_custom:
        for (size_t k = 0; k < a; k++)
            if (extra[b + 2 * k + 1].pair[0] >= i) return false;
        return true;
    }
    switch (ad_ops[t->op[i]].operands) {
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

/* Seeds the output and walks back from it, leaves starting from 0 or as they are. */
static ad_status walk(tape *t, ad_tape_handle output, bool keep_leaves)
{
    if (t->status != AD_OK) return t->status;
    const ad_tape *record = &t->cursor;
    double *restrict adjoint = t->adjoint;
    const size_t nodes = record->nodes, kept = keep_leaves ? t->walked : 0;
    assert(output.index < nodes && is_sound(record, t->extra));

    for (size_t i = 0; i < kept; i++)
        if (record->op[i] != AD_OP_var) adjoint[i] = 0;
    memset(adjoint + kept, 0, (nodes - kept) * sizeof *adjoint);

    adjoint[output.index] += t->seed;
    for (size_t i = (size_t)output.index + 1; i-- > 0;)
        if (adjoint[i] != 0) propagate(record, i, adjoint, t->extra);
    t->seed = 1;
    t->walked = nodes;
    return AD_OK;
}

ad_status ad_tape_backward(ad_tape *t, ad_tape_handle output)
{
    return walk(whole(t), output, false);
}

ad_status ad_tape_accumulate(ad_tape *t, ad_tape_handle output)
{
    return walk(whole(t), output, true);
}

/* ---- Operations on n operands in a row ------------------------------------------ */

ad_tape_handle ad_tape_sum(ad_tape *t, size_t n, ad_tape_handle x)
{
    assert(is_range(t, n, x));
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    double z = 0;
    for (size_t k = 0; k < n; k++) z += t->value[x.index + k];
    return ad_tape_push(t, AD_OP_sum, z, x.index, (uint32_t)n);
}

ad_tape_handle ad_tape_dot(ad_tape *t, size_t n, ad_tape_handle x, ad_tape_handle y)
{
    assert(is_range(t, n, x) && is_range(t, n, y));
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    double z = 0;
    for (size_t k = 0; k < n; k++) z += t->value[x.index + k] * t->value[y.index + k];
    const uint32_t rest = ad_tape_extra_pair(t, y.index, (uint32_t)n);
    return ad_tape_push(t, AD_OP_dot, z, x.index, rest);
}

ad_tape_handle ad_tape_custom(ad_tape *t, size_t n, const ad_tape_handle *operand,
                              double value, const double *partial)
{
    const uint32_t first = (uint32_t)whole(t)->extras;
    for (size_t k = 0; k < n; k++) {
        ad_tape_extra_real(t, partial[k]);
        ad_tape_extra_pair(t, operand[k].index, 0);
    }
    return ad_tape_push(t, AD_OP_custom, value, (uint32_t)n, first);
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
