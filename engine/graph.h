/*
 * The graph: a computation as nodes that point at their operands, in the manner of
 * micrograd. The reference engine: every idea in its plainest form, and two switches
 * for what makes it faster.
 *
 *     ad_graph *g = ad_graph_new(NULL);
 *     ad_graph_handle a = ad_graph_var(g, 2), b = ad_graph_var(g, -3);
 *     ad_graph_handle e = ad_graph_mul(g, a, b);      // e = ab = -6
 *     ad_graph_backward(g, e);                        // de/da = b = -3
 *     printf("%g\n", ad_graph_grad(g, a));
 *     ad_graph_free(g);
 *
 * The graph owns its nodes: a handle lives until rewind past it, reset or free. A
 * record is used by one thread at a time; two records share nothing. Operands belong to
 * the graph that they are used in; mixing graphs is a programmer's error that assert
 * reports. tape.h has the same verbs in the same order.
 */
#ifndef GRADYNO_GRAPH_H
#define GRADYNO_GRAPH_H

#include <stdbool.h>

#include "memory.h"
#include "ops.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ad_graph ad_graph;
typedef struct ad_graph_node *ad_graph_handle;
typedef size_t ad_graph_position;

/* An empty graph; NULL when memory is out. memory == NULL means malloc; it is copied.
 */
ad_graph *ad_graph_new(const ad_allocator *memory);

/* Ends every node and the graph itself. NULL is allowed. */
void ad_graph_free(ad_graph *g);

/* AD_OK, or why recording stopped. Sticky: only reset clears it. */
ad_status ad_graph_status(const ad_graph *g);

/* Ends every node and clears the status; a limit stays. */
void ad_graph_reset(ad_graph *g);

/* The place reached; rewind(g, mark) ends every node that was recorded after it. */
ad_graph_position ad_graph_mark(const ad_graph *g);
void ad_graph_rewind(ad_graph *g, ad_graph_position mark);

/* Refuses to hold more than `nodes` (status AD_TOO_MANY), or than 2^32 - 1, the
 * limit of a new graph. */
void ad_graph_limit(ad_graph *g, size_t nodes);

/*
 * For the ablation: walk in reverse creation order, which is a reverse topological
 * order too, instead of sorting. Off in a new graph.
 */
void ad_graph_creation_order(ad_graph *g, bool on);

/*
 * For the ablation: ask the allocator for blocks of 1024 nodes, which rewind and reset
 * keep for what is recorded next, instead of for each node apart, to be given back node
 * by node. Off in a new graph; to be changed before anything is recorded.
 */
void ad_graph_blocks(ad_graph *g, bool on);

/* A leaf with the value v: without a gradient (constant), or with one (var). */
ad_graph_handle ad_graph_constant(ad_graph *g, double v);
ad_graph_handle ad_graph_var(ad_graph *g, double v);

/*
 * Gives the leaf h the value v and returns the handle to use from now on. What was
 * computed from h keeps its old value until it is recorded again: a backward before
 * that mixes two points, and gives the gradient at neither.
 */
ad_graph_handle ad_graph_set(ad_graph *g, ad_graph_handle h, double v);

/*
 * z = f(x, ...): one verb for each row of ops.def; see `gradyno ops` for f. They cannot
 * fail in mathematics (IEEE values flow). Out of memory they set the status and return
 * the nil handle, whose value is NaN and which any verb takes, so recording stays an
 * expression.
 */
#define UNARY(name, ...)                                                               \
    ad_graph_handle ad_graph_##name(ad_graph *g, ad_graph_handle x);
#define CONST(name, ...)                                                               \
    ad_graph_handle ad_graph_##name(ad_graph *g, ad_graph_handle x, double c);
#define BINARY(name, ...)                                                              \
    ad_graph_handle ad_graph_##name(ad_graph *g, ad_graph_handle x, ad_graph_handle y);
#define TERNARY(name, ...)                                                             \
    ad_graph_handle ad_graph_##name(ad_graph *g, ad_graph_handle x, ad_graph_handle y, \
                                    ad_graph_handle w);
#include "ops.def"

/*
 * Several operations as one node, as on the tape. A range is n handles recorded one
 * after the other, of which the first is given.
 */

/* s + x y; the product is rounded. */
ad_graph_handle ad_graph_muladd(ad_graph *g, ad_graph_handle s, ad_graph_handle x,
                                ad_graph_handle y);

/*
 * x[0] + ... + x[n-1], and x[0] y[0] + ... + x[n-1] y[n-1], n >= 0, over ranges, added
 * from the left; the ranges may overlap. dot_pairs is the same over handles from
 * anywhere.
 */
ad_graph_handle ad_graph_sum(ad_graph *g, size_t n, ad_graph_handle x);
ad_graph_handle ad_graph_dot(ad_graph *g, size_t n, ad_graph_handle x,
                             ad_graph_handle y);
ad_graph_handle ad_graph_dot_pairs(ad_graph *g, size_t n, const ad_graph_handle *x,
                                   const ad_graph_handle *y);

/*
 * A layer: z = b + W x, m >= 1 nodes, of which the first is returned. w is the first
 * weight of the first row, x the first of n inputs, b the first bias (see ad_affine).
 */
ad_graph_handle ad_graph_affine(ad_graph *g, const ad_affine *map, ad_graph_handle w,
                                ad_graph_handle x, ad_graph_handle b);

/*
 * z[k] = f(x[k]): n >= 1 nodes, of which the first is returned; f is a row of one
 * operand and no constant.
 */
ad_graph_handle ad_graph_map(ad_graph *g, ad_op f, size_t n, ad_graph_handle x);

/* An operation of your own: its value, and d value / d operand[i] in partial[i], i < n.
 */
ad_graph_handle ad_graph_custom(ad_graph *g, size_t n, const ad_graph_handle *operand,
                                double value, const double *partial);

/* The row `op` applied to operand[0 ...] and its constant c: the verbs above, by
 * number. */
ad_graph_handle ad_graph_apply(ad_graph *g, ad_op op, const ad_graph_handle *operand,
                               double c);

/* The handle that was recorded k after h: the k-th of a range. */
ad_graph_handle ad_graph_after(const ad_graph *g, ad_graph_handle h, size_t k);

/* The value of h. */
double ad_graph_value(const ad_graph *g, ad_graph_handle h);

/*
 * The next backward gives its output the adjoint w instead of 1, so that every gradient
 * is w d output / d v. (For sum_k w_k output_k, make that sum a `custom` node with
 * partials w.)
 */
void ad_graph_seed(ad_graph *g, double w);

/*
 * Lists what `output` depends on so that operands come before their users, and
 * remembers it for the next backward, which calls it itself: only a stopwatch needs it
 * apart.
 */
ad_status ad_graph_order(ad_graph *g, ad_graph_handle output);

/*
 * grad(v) = d output / d v for every node v; 0 where output does not depend on it.
 * Calling it again gives the same: a seed is used up, the next is 1. Refuses, with the
 * status, when recording had stopped. A node whose adjoint is exactly 0 passes nothing
 * on, so a dead branch with an infinite partial cannot make a gradient 0 * inf = NaN.
 */
ad_status ad_graph_backward(ad_graph *g, ad_graph_handle output);

/* The same for the leaves alone: grad of an inner node is NaN afterwards. */
ad_status ad_graph_backward_leaves(ad_graph *g, ad_graph_handle output);

/* As backward, but what leaves hold already is kept and added to: for sums over
 * samples.
 */
ad_status ad_graph_accumulate(ad_graph *g, ad_graph_handle output);

/* d output / d h of the last backward; NaN when none has run since h was recorded. */
double ad_graph_grad(const ad_graph *g, ad_graph_handle h);

/* out[i] = grad of the i-th of n handles recorded one after the other from `first`. */
void ad_graph_grads(const ad_graph *g, ad_graph_handle first, size_t n, double *out);

#ifdef __cplusplus
}
#endif

#endif
