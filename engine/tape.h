/*
 * The tape: a Wengert list. Values, and what each was made of, are appended to two flat
 * arrays as they are computed; backward is one loop from the end to the start. No
 * nodes, no pointers, no sort: the order of recording is a topological order already.
 *
 *     ad_tape *t = ad_tape_new(NULL);
 *     ad_tape_handle a = ad_tape_var(t, 2), b = ad_tape_var(t, -3);
 *     ad_tape_handle e = ad_tape_mul(t, a, b);        // e = ab = -6
 *     ad_tape_backward(t, e);                         // de/da = b = -3
 *     printf("%g\n", ad_tape_grad(t, a));
 *     ad_tape_free(t);
 *
 * In a loop that records the same again and again, record what stays (parameters)
 * first, take a mark, and rewind to it at every step: no step after the first
 * allocates.
 *
 * A handle lives until rewind past it, reset or free. A record is used by one thread at
 * a time; two records share nothing. graph.h has the same verbs in the same order.
 */
#ifndef GRADYNO_TAPE_H
#define GRADYNO_TAPE_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "memory.h"
#include "ops.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A value and where it stands on the tape. The value travels with the handle, so that
 * recording reads no memory for it; changing it here changes nothing on the tape.
 */
typedef struct ad_tape_handle {
    double value;
    uint32_t index;
} ad_tape_handle;

/*
 * What a node is, in 64 bits: its operation (8), and where its two operands stand (28
 * each). Past 2^28 nodes, where an operand's index may have 32 bits, the operands move
 * to the side table; only the slow path ever looks. (unsigned long long is no size_t
 * and no double, so a compiler knows that storing one leaves the cursor block alone.)
 */
typedef unsigned long long ad_tape_word;

/* An entry of the side table, for what two operand indices cannot say. */
typedef union ad_tape_extra {
    double real;
    uint32_t pair[2];
} ad_tape_extra;

/* (Added, which a processor's addressing does in one instruction; no bit carries.) */
static inline ad_tape_word ad_tape_pack(unsigned op, uint32_t x, uint32_t y)
{
    return (ad_tape_word)op + ((ad_tape_word)x << 8) + ((ad_tape_word)y << 36);
}

/*
 * The cursor block: what inlined recording needs, and no more. Node i is value[i] and
 * word[i]: 16 bytes in two streams, and 8 for its adjoint behind the scenes. Values
 * have an array of their own, so that those of a range of nodes stand side by side.
 */
typedef struct ad_tape {
    size_t extras;     /* entries of the side table */
    size_t extra_room; /* for so many, until ad_tape_extra_slowly */
    ad_tape_extra *extra;
    double *value;
    ad_tape_word *word;
    size_t nodes; /* recorded */
    size_t room;  /* for so many, until ad_tape_push_slowly */
} ad_tape;

typedef struct ad_tape_position {
    size_t nodes, extras;
} ad_tape_position;

/* An empty tape; NULL when memory is out. memory == NULL means malloc; it is copied. */
ad_tape *ad_tape_new(const ad_allocator *memory);

/* Ends every node and the tape itself. NULL is allowed. */
void ad_tape_free(ad_tape *t);

/* AD_OK, or why recording stopped. Sticky: only reset clears it. */
ad_status ad_tape_status(const ad_tape *t);

/* Ends every node and clears the status; keeps the memory, and a limit. */
void ad_tape_reset(ad_tape *t);

/* The place reached; rewind(t, mark) ends every node that was recorded after it. */
ad_tape_position ad_tape_mark(const ad_tape *t);
void ad_tape_rewind(ad_tape *t, ad_tape_position mark);

/*
 * Refuses to hold more than `nodes` (status AD_TOO_MANY). Without it the limit is that
 * of a 32-bit index, UINT32_MAX - 1 nodes.
 */
void ad_tape_limit(ad_tape *t, size_t nodes);

/* Makes room for `nodes` more at once. Returns the status. */
ad_status ad_tape_reserve(ad_tape *t, size_t nodes);

/* The side table's slow path: makes room; with the status set, returns no place. */
uint32_t ad_tape_extra_slowly(ad_tape *t, ad_tape_extra entry);

/* Recording's side table: a constant, or two operands. Returns the place there. */
static inline uint32_t ad_tape_extra_push(ad_tape *t, ad_tape_extra entry)
{
    const size_t i = t->extras;
    if (i == t->extra_room) return ad_tape_extra_slowly(t, entry);
    t->extra[i] = entry;
    t->extras = i + 1;
    return (uint32_t)i;
}

static inline uint32_t ad_tape_extra_real(ad_tape *t, double c)
{
    ad_tape_extra entry;
    entry.real = c;
    return ad_tape_extra_push(t, entry);
}

static inline uint32_t ad_tape_extra_pair(ad_tape *t, uint32_t first, uint32_t second)
{
    ad_tape_extra entry;
    entry.pair[0] = first;
    entry.pair[1] = second;
    return ad_tape_extra_push(t, entry);
}

/* The handle of a node that could not be recorded. Any verb takes it; its value is NaN.
 */
static inline ad_tape_handle ad_tape_nil(void)
{
    const ad_tape_handle nil = {(double)NAN, UINT32_MAX};
    return nil;
}

/* Recording's slow path: makes room, or returns nil with the status set. */
ad_tape_handle ad_tape_push_slowly(ad_tape *t, ad_op op, double z, uint32_t x,
                                   uint32_t y);

/*
 * Node i: two stores. A processor ends one store a cycle, or two that follow each other
 * to the same line: so what adds, which mostly follows a product, begins with the
 * stream that the product ended with. (Recording an MLP of width 64 by verbs that do
 * not look for room: 0.77 of the time.)
 */
static inline void ad_tape_put(ad_tape *t, size_t i, ad_op op, double z, uint32_t x,
                               uint32_t y)
{
    if (op != AD_OP_add) t->value[i] = z;
    t->word[i] = ad_tape_pack(op, x, y);
    if (op == AD_OP_add) t->value[i] = z;
}

/* i, of which the compiler knows nothing. */
static inline size_t ad_tape_unknown(size_t i)
{
#ifdef __GNUC__
    __asm__("" : "+r"(i));
#endif
    return i;
}

/*
 * Records z = op(node x, node y): two stores behind one predicted compare.
 *
 * The slow path is given `nodes` once more, so that nobody needs what the push before
 * has stored there: of several pushes in a row a compiler keeps the last one's store.
 * (Recording an MLP of width 64: 0.86 of the time.)
 */
static inline ad_tape_handle ad_tape_push(ad_tape *t, ad_op op, double z, uint32_t x,
                                          uint32_t y)
{
    const size_t i = t->nodes;
    size_t end = i + 1;
    ad_tape_handle h = {z, (uint32_t)i};
    if (i == t->room) {
        t->nodes = ad_tape_unknown(i);
        h = ad_tape_push_slowly(t, op, z, x, y);
        if (h.index == UINT32_MAX) end = i;
    } else {
        ad_tape_put(t, i, op, z, x, y);
    }
    t->nodes = end;
    return h;
}

/* A leaf with the value v: without a gradient (constant), or with one (var). */
static inline ad_tape_handle ad_tape_constant(ad_tape *t, double v)
{
    return ad_tape_push(t, AD_OP_constant, v, 0, 0);
}

static inline ad_tape_handle ad_tape_var(ad_tape *t, double v)
{
    return ad_tape_push(t, AD_OP_var, v, 0, 0);
}

/*
 * Gives the leaf h the value v and returns the handle to use from now on. What was
 * computed from h keeps its old value until it is recorded again: a backward before
 * that mixes two points, and gives the gradient at neither.
 */
ad_tape_handle ad_tape_set(ad_tape *t, ad_tape_handle h, double v);

/*
 * z = f(x, ...): one verb for each row of ops.def; see `gradyno ops` for f. They cannot
 * fail in mathematics (IEEE values flow). Out of memory they set the status and return
 * the nil handle, whose value is NaN and which any verb takes, so recording stays an
 * expression.
 */
#define UNARY(name, f, ...)                                                            \
    static inline ad_tape_handle ad_tape_##name(ad_tape *t, ad_tape_handle a)          \
    {                                                                                  \
        const double x = a.value;                                                      \
        return ad_tape_push(t, AD_OP_##name, f, a.index, 0);                           \
    }
#define CONST(name, f, ...)                                                            \
    static inline ad_tape_handle ad_tape_##name(ad_tape *t, ad_tape_handle a,          \
                                                double c)                              \
    {                                                                                  \
        const double x = a.value;                                                      \
        return ad_tape_push(t, AD_OP_##name, f, a.index, ad_tape_extra_real(t, c));    \
    }
#define BINARY(name, f, ...)                                                           \
    static inline ad_tape_handle ad_tape_##name(ad_tape *t, ad_tape_handle a,          \
                                                ad_tape_handle b)                      \
    {                                                                                  \
        const double x = a.value, y = b.value;                                         \
        return ad_tape_push(t, AD_OP_##name, f, a.index, b.index);                     \
    }
#define TERNARY(name, f, ...)                                                          \
    static inline ad_tape_handle ad_tape_##name(ad_tape *t, ad_tape_handle a,          \
                                                ad_tape_handle b, ad_tape_handle d)    \
    {                                                                                  \
        const double x = a.value, y = b.value, w = d.value;                            \
        const uint32_t rest = ad_tape_extra_pair(t, b.index, d.index);                 \
        return ad_tape_push(t, AD_OP_##name, f, a.index, rest);                        \
    }
#include "ops.def"

/*
 * Several operations as one node, for those who know what they compute. A range is n
 * handles recorded one after the other, of which the first is given.
 */

/*
 * s + x y, one node for two operations. It adds to the last node recorded, as s is in
 * s = muladd(t, s, x, y); any other s is copied first, as a sum of one. The product is
 * rounded.
 */
static inline ad_tape_handle ad_tape_muladd(ad_tape *t, ad_tape_handle s,
                                            ad_tape_handle a, ad_tape_handle b)
{
    if ((size_t)s.index + 1 != t->nodes)
        ad_tape_push(t, AD_OP_sum, s.value, s.index, 1);
    return ad_tape_push(t, AD_OP_muladd, s.value + a.value * b.value, a.index, b.index);
}

/*
 * x[0] + ... + x[n-1], and x[0] y[0] + ... + x[n-1] y[n-1], n >= 0, over ranges, in the
 * sixteen partial sums of kernels.h; the ranges may overlap. dot_pairs is the same over
 * handles from anywhere, from the left.
 */
ad_tape_handle ad_tape_sum(ad_tape *t, size_t n, ad_tape_handle x);
ad_tape_handle ad_tape_dot(ad_tape *t, size_t n, ad_tape_handle x, ad_tape_handle y);
ad_tape_handle ad_tape_dot_pairs(ad_tape *t, size_t n, const ad_tape_handle *x,
                                 const ad_tape_handle *y);

/*
 * A layer: z = b + W x, m >= 1 nodes, of which the first is returned. w is the first
 * weight of the first row, x the first of n inputs, b the first bias (see ad_affine).
 * With m = 1 it is one neuron; neurons of one layer, one right after the other, are
 * recorded as that layer is.
 */
ad_tape_handle ad_tape_affine(ad_tape *t, const ad_affine *map, ad_tape_handle w,
                              ad_tape_handle x, ad_tape_handle b);

/*
 * z[k] = f(x[k]): n >= 1 nodes, of which the first is returned; f is a row of one
 * operand and no constant. May differ from f by the few ulps that maps.def states.
 */
ad_tape_handle ad_tape_map(ad_tape *t, ad_op f, size_t n, ad_tape_handle x);

/* An operation of your own: its value, and d value / d operand[i] in partial[i], i < n.
 */
ad_tape_handle ad_tape_custom(ad_tape *t, size_t n, const ad_tape_handle *operand,
                              double value, const double *partial);

/* The row `op` applied to operand[0 ...] and its constant c: the verbs above, by
 * number. */
ad_tape_handle ad_tape_apply(ad_tape *t, ad_op op, const ad_tape_handle *operand,
                             double c);

/* The handle that was recorded k after h: the k-th of a range. */
static inline ad_tape_handle ad_tape_after(const ad_tape *t, ad_tape_handle h, size_t k)
{
    if (h.index == UINT32_MAX) return h;
    assert(h.index < t->nodes && k < t->nodes - h.index);
    const uint32_t i = h.index + (uint32_t)k;
    const ad_tape_handle after = {t->value[i], i};
    return after;
}

/* The value of h as the tape has it, whatever the handle carries. */
double ad_tape_value(const ad_tape *t, ad_tape_handle h);

/*
 * The next backward gives its output the adjoint w instead of 1, so that every gradient
 * is w d output / d v. (For sum_k w_k output_k, make that sum a `custom` node with
 * partials w.)
 */
void ad_tape_seed(ad_tape *t, double w);

/*
 * grad(v) = d output / d v for every node v; 0 where output does not depend on it.
 * Calling it again gives the same: a seed is used up, the next is 1. Refuses, with the
 * status, when recording had stopped. A node whose adjoint is exactly 0 passes nothing
 * on, so a dead branch with an infinite partial cannot make a gradient 0 * inf = NaN.
 */
ad_status ad_tape_backward(ad_tape *t, ad_tape_handle output);

/*
 * The same for the leaves alone, which is faster: an inner adjoint is used up as soon
 * as it is complete, and grad of an inner node is NaN afterwards.
 */
ad_status ad_tape_backward_leaves(ad_tape *t, ad_tape_handle output);

/* As backward, but what leaves hold already is kept and added to: for sums over
 * samples.
 */
ad_status ad_tape_accumulate(ad_tape *t, ad_tape_handle output);

/* d output / d h of the last backward; NaN when none has run since h was recorded. */
double ad_tape_grad(const ad_tape *t, ad_tape_handle h);

/* out[i] = grad of the i-th of n handles recorded one after the other from `first`. */
void ad_tape_grads(const ad_tape *t, ad_tape_handle first, size_t n, double *out);

/*
 * Forward mode: tangent(v) = sum_k dv / d leaf[k] * direction[k] for every node v, in
 * one sweep over the record. The leaves are n vars; those not given have the tangent 0.
 * The adjoints of the last backward stay. AD_NO_MEMORY when there is no room for the
 * tangents.
 */
ad_status ad_tape_tangents(ad_tape *t, size_t n, const ad_tape_handle *leaf,
                           const double *direction);

/* The tangent of h in the last forward sweep; NaN when none has run since h was
 * recorded. */
double ad_tape_tangent(const ad_tape *t, ad_tape_handle h);

#ifdef __cplusplus
}
#endif

#endif
