/*
 * The tape's verbs for those who have made room: no compare, so a compiler keeps the
 * cursor in registers over a whole loop of recording.
 *
 *     if (ad_tape_reserve(t, n) != AD_OK) ...
 *     for (...) s = ad_tape_reserved_add(t, s, ad_tape_reserved_mul(t, x, y));
 *     ad_tape_backward(t, s);                  // the record is the tape's as ever
 *
 * The caller promises that room for n nodes was reserved, that no more than n follow,
 * and that the tape has at most 2^28 nodes. That is asserted in every build but the
 * timed one, where breaking it writes past the end of an array. Rows with a constant or
 * three operands are the plain verbs, since the side table looks for room anyway.
 *
 * A program's template (verify/programs/engine.inc) takes `#define ENGINE
 * tape_reserved`.
 *
 * Measured on an MLP of width 64: recording takes 0.6 to 0.75 of the time of the plain
 * verbs.
 */
#ifndef GRADYNO_TAPE_RESERVED_H
#define GRADYNO_TAPE_RESERVED_H

#include <assert.h>

#include "tape.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef ad_tape ad_tape_reserved;
typedef ad_tape_handle ad_tape_reserved_handle;
typedef ad_tape_position ad_tape_reserved_position;

static inline ad_tape_handle ad_tape_reserved_push(ad_tape *t, ad_op op, double z,
                                                   uint32_t x, uint32_t y)
{
    const size_t i = t->nodes;
    assert(i < t->room && "room that was reserved");
    const ad_tape_handle h = {z, (uint32_t)i};
    ad_tape_put(t, i, op, z, x, y);
    t->nodes = i + 1;
    return h;
}

static inline ad_tape_handle ad_tape_reserved_constant(ad_tape *t, double v)
{
    return ad_tape_reserved_push(t, AD_OP_constant, v, 0, 0);
}

static inline ad_tape_handle ad_tape_reserved_var(ad_tape *t, double v)
{
    return ad_tape_reserved_push(t, AD_OP_var, v, 0, 0);
}

#define UNARY(name, f, ...)                                                            \
    static inline ad_tape_handle ad_tape_reserved_##name(ad_tape *t, ad_tape_handle a) \
    {                                                                                  \
        const double x = a.value;                                                      \
        return ad_tape_reserved_push(t, AD_OP_##name, f, a.index, 0);                  \
    }
#define CONST(name, ...)                                                               \
    static inline ad_tape_handle ad_tape_reserved_##name(ad_tape *t, ad_tape_handle a, \
                                                         double c)                     \
    {                                                                                  \
        return ad_tape_##name(t, a, c);                                                \
    }
#define BINARY(name, f, ...)                                                           \
    static inline ad_tape_handle ad_tape_reserved_##name(ad_tape *t, ad_tape_handle a, \
                                                         ad_tape_handle b)             \
    {                                                                                  \
        const double x = a.value, y = b.value;                                         \
        return ad_tape_reserved_push(t, AD_OP_##name, f, a.index, b.index);            \
    }
#define TERNARY(name, ...)                                                             \
    static inline ad_tape_handle ad_tape_reserved_##name(                              \
        ad_tape *t, ad_tape_handle a, ad_tape_handle b, ad_tape_handle d)              \
    {                                                                                  \
        return ad_tape_##name(t, a, b, d);                                             \
    }
#include "ops.def"

static inline ad_tape_handle ad_tape_reserved_muladd(ad_tape *t, ad_tape_handle s,
                                                     ad_tape_handle a, ad_tape_handle b)
{
    if ((size_t)s.index + 1 != t->nodes)
        ad_tape_reserved_push(t, AD_OP_sum, s.value, s.index, 1);
    return ad_tape_reserved_push(t, AD_OP_muladd, s.value + a.value * b.value, a.index,
                                 b.index);
}

/* What a template may ask of its engine besides: the tape's own. */
#define ad_tape_reserved_new ad_tape_new
#define ad_tape_reserved_free ad_tape_free
#define ad_tape_reserved_status ad_tape_status
#define ad_tape_reserved_reset ad_tape_reset
#define ad_tape_reserved_mark ad_tape_mark
#define ad_tape_reserved_rewind ad_tape_rewind
#define ad_tape_reserved_limit ad_tape_limit
#define ad_tape_reserved_reserve ad_tape_reserve
#define ad_tape_reserved_set ad_tape_set
#define ad_tape_reserved_sum ad_tape_sum
#define ad_tape_reserved_dot ad_tape_dot
#define ad_tape_reserved_dot_pairs ad_tape_dot_pairs
#define ad_tape_reserved_affine ad_tape_affine
#define ad_tape_reserved_map ad_tape_map
#define ad_tape_reserved_custom ad_tape_custom
#define ad_tape_reserved_after ad_tape_after
#define ad_tape_reserved_value ad_tape_value
#define ad_tape_reserved_seed ad_tape_seed
#define ad_tape_reserved_backward ad_tape_backward
#define ad_tape_reserved_backward_leaves ad_tape_backward_leaves
#define ad_tape_reserved_accumulate ad_tape_accumulate
#define ad_tape_reserved_grad ad_tape_grad
#define ad_tape_reserved_grads ad_tape_grads

#ifdef __cplusplus
}
#endif

#endif
