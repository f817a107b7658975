/*
 * The graph engine. Three ideas, a screen each: record a node for every operation, put
 * the nodes in topological order, walk them in reverse while each adds to its operands'
 * grads.
 */
#include "graph.h"

#include <assert.h>
#include <string.h>

#include "node.h"
#include "partials.h"

/* ---- Record --------------------------------------------------------------------- */

static node *record_leaf(ad_graph *g, ad_op op, double v)
{
    node *leaf = graph_record(g, op, v, 0, NULL, NULL);
    if (leaf->index == g->leaves) g->leaves++;
    return leaf;
}

node *ad_graph_constant(ad_graph *g, double v)
{
    return record_leaf(g, AD_OP_constant, v);
}

node *ad_graph_var(ad_graph *g, double v) { return record_leaf(g, AD_OP_var, v); }

/* Forward: the value column of the table. Backward, below, has the partial columns. */
#define UNARY(name, value, ...)                                                        \
    node *ad_graph_##name(ad_graph *g, node *a)                                        \
    {                                                                                  \
        assert(is_own(g, a));                                                          \
        const double x = a->data;                                                      \
        return graph_record(g, AD_OP_##name, value, 1, a, NULL);                       \
    }
#define CONST(name, value, ...)                                                        \
    node *ad_graph_##name(ad_graph *g, node *a, double c)                              \
    {                                                                                  \
        assert(is_own(g, a));                                                          \
        const double x = a->data;                                                      \
        node *v = graph_record(g, AD_OP_##name, value, 1, a, NULL);                    \
        if (v != &g->nil) v->c = c;                                                    \
        return v;                                                                      \
    }
#define BINARY(name, value, ...)                                                       \
    node *ad_graph_##name(ad_graph *g, node *a, node *b)                               \
    {                                                                                  \
        assert(is_own(g, a) && is_own(g, b));                                          \
        const double x = a->data, y = b->data;                                         \
        return graph_record(g, AD_OP_##name, value, 2, a, b);                          \
    }
#define TERNARY(name, value, ...)                                                      \
    node *ad_graph_##name(ad_graph *g, node *a, node *b, node *d)                      \
    {                                                                                  \
        assert(is_own(g, a) && is_own(g, b) && is_own(g, d));                          \
        const double x = a->data, y = b->data, w = d->data;                            \
        node *v = graph_record_wide(g, AD_OP_##name, value, 3);                        \
        if (v != &g->nil) memcpy(v->wide->operand, (node *[]){a, b, d}, 3 * sizeof v); \
        return v;                                                                      \
    }
#include "ops.def"

/*
 * The chain rule: every operand's grad receives v's grad times the local partial. Each
 * operation is a function that knows its own.
 */
#define UNARY(name, value, dx, ...)                                                    \
    static void name##_back(node *v)                                                   \
    {                                                                                  \
        const double x = v->operand[0]->data, z = v->data, c = v->c;                   \
        (void)x, (void)z, (void)c;                                                     \
        v->operand[0]->grad += v->grad * (dx);                                         \
    }
#define CONST UNARY
#define BINARY(name, value, dx, dy, ...)                                               \
    static void name##_back(node *v)                                                   \
    {                                                                                  \
        node **in = v->operand;                                                        \
        const double x = in[0]->data, y = in[1]->data, z = v->data, grad = v->grad;    \
        (void)x, (void)y, (void)z;                                                     \
        in[0]->grad += grad * (dx);                                                    \
        in[1]->grad += grad * (dy);                                                    \
    }
#define TERNARY(name, value, dx, dy, dw, ...)                                          \
    static void name##_back(node *v)                                                   \
    {                                                                                  \
        node **in = v->wide->operand;                                                  \
        const double x = in[0]->data, y = in[1]->data, w = in[2]->data, z = v->data;   \
        (void)x, (void)y, (void)w, (void)z;                                            \
        in[0]->grad += v->grad * (dx);                                                 \
        in[1]->grad += v->grad * (dy);                                                 \
        in[2]->grad += v->grad * (dw);                                                 \
    }
#include "ops.def"

static void leaf_back(node *v) { (void)v; }

static void (*const back[])(node *v) = {
    [AD_OP_constant] = leaf_back,     [AD_OP_var] = leaf_back,
#define ROW(name, ...) [AD_OP_##name] = name##_back,
#define UNARY ROW
#define CONST ROW
#define BINARY ROW
#define TERNARY ROW
#include "ops.def"
    [AD_OP_sum] = graph_wide_back,    [AD_OP_dot] = graph_wide_back,
    [AD_OP_affine] = graph_wide_back, [AD_OP_custom] = graph_wide_back,
};

/* ---- Order ---------------------------------------------------------------------- */

/* The operand that the sort goes down to next; NULL when it has been at all of them. */
static inline node *next_operand(node *v)
{
    if (v->n != WIDE) return v->visited < v->n ? v->operand[v->visited++] : NULL;
    wide *w = v->wide;
    return w->visited < w->n ? w->operand[w->visited++] : NULL;
}

static inline void finish(node *v)
{
    v->visited = 0;
    if (v->n == WIDE) v->wide->visited = 0;
}

/*
 * Depth first, without recursion, so that a chain of ten million nodes does not touch
 * the stack. One array serves twice: finished nodes fill it from the left, and the path
 * from the output down to where the search stands fills it from the right. No node is
 * in both, so they never meet. A node is finished, and so placed, after all its
 * operands. Leaves are left out, as they have nothing to pass on.
 */
static size_t sort(node *output, node **array, size_t room, uint8_t number)
{
    size_t finished = 0, path = room;
    array[--path] = output;
    output->met = number;
    while (path < room) {
        node *v = array[path], *operand = next_operand(v);
        if (operand == NULL) {
            finish(v);
            path++;
            array[finished++] = v;
        } else if (operand->n > 0 && operand->met != number) {
            operand->met = number;
            array[--path] = operand;
        }
    }
    return finished;
}

/* A number that no node was met with; when they are used up, all nodes forget
 * theirs. */
static uint8_t new_number(ad_graph *g)
{
    if (g->sorts == UINT8_MAX) {
        for (size_t i = 0; i < g->length; i++) node_at(g, i)->met = 0;
        g->sorts = 0;
    }
    return ++g->sorts;
}

ad_status ad_graph_order(ad_graph *g, node *output)
{
    if (g->status != AD_OK || g->ordered == output) return g->status;
    assert(is_own(g, output));
    if (g->creation_order) return AD_OK;
    if (!node_list_make_room(g, &g->order, g->length)) return g->status;
    g->order.length = sort(output, g->order.at, g->length, new_number(g));
    g->ordered = output;
    return AD_OK;
}

/* ---- Backward ------------------------------------------------------------------- */

/* The nodes of a block from `last` back to `first`. */
static void propagate_back(node *last, const node *first)
{
    for (node *v = last;; v--) {
        if (v->grad != 0) back[v->op](v);
        if (v == first) return;
    }
}

/* All that was recorded up to the output; below the first operation there are
 * leaves. */
static void propagate_recorded(ad_graph *g, const node *output)
{
    const size_t block = (size_t)1 << g->shift;
    size_t end = output->index + (size_t)1;
    while (end > g->leaves) {
        size_t first = (end - 1) / block * block;
        if (first < g->leaves) first = g->leaves;
        propagate_back(node_at(g, end - 1), node_at(g, first));
        end = first;
    }
}

/*
 * Seeds the output and walks the order in reverse, leaves starting from 0 or as they
 * are. (What was recorded since the last walk has no grad yet.)
 */
static ad_status walk(ad_graph *g, node *output, bool keep_leaves)
{
    if (ad_graph_order(g, output) != AD_OK) return g->status;
    for (size_t i = 0; i < g->walked; i++) {
        node *v = node_at(g, i);
        if (!(keep_leaves && v->op == AD_OP_var)) v->grad = 0;
    }
    output->grad += g->seed;
    if (g->creation_order)
        propagate_recorded(g, output);
    else
        for (size_t i = g->order.length; i-- > 0;)
            propagate_back(g->order.at[i], g->order.at[i]);
    g->seed = 1;
    g->walked = g->length;
    g->leaves_only = false;
    return AD_OK;
}

ad_status ad_graph_backward(ad_graph *g, node *output)
{
    return walk(g, output, false);
}

ad_status ad_graph_backward_leaves(ad_graph *g, node *output)
{
    const ad_status status = walk(g, output, false);
    g->leaves_only = status == AD_OK;
    return status;
}

ad_status ad_graph_accumulate(ad_graph *g, node *output)
{
    return walk(g, output, true);
}
