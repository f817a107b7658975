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

node *graph_record(ad_graph *g, ad_op op, double data, double c, size_t n)
{
    if (g->status != AD_OK) return g->nil;
    if (g->nodes.length >= g->limit || n > UINT32_MAX) {
        g->status = AD_TOO_MANY;
        return g->nil;
    }
    if (!node_list_make_room(g, &g->nodes, g->nodes.length + 1)) return g->nil;
    node *v = g->memory.resize(g->memory.ctx, NULL, 0, node_bytes(op, n));
    if (v == NULL) {
        g->status = AD_NO_MEMORY;
        return g->nil;
    }
    *v = (node){.data = data, .c = c, .op = op, .n = (uint32_t)n};
    v->index = g->nodes.length;
    g->nodes.at[g->nodes.length++] = v;
    return v;
}

static node *record_row(ad_graph *g, ad_op op, double data, double c, size_t n,
                        node *const *operand)
{
    for (size_t i = 0; i < n; i++) assert(is_own(g, operand[i]));
    node *v = graph_record(g, op, data, c, n);
    if (v != g->nil) memcpy(v->operand, operand, n * sizeof *operand);
    return v;
}

node *ad_graph_constant(ad_graph *g, double v)
{
    return graph_record(g, AD_OP_constant, v, 0, 0);
}

node *ad_graph_var(ad_graph *g, double v)
{
    return graph_record(g, AD_OP_var, v, 0, 0);
}

/* Forward: the value column of the table. Backward, below, has the partial columns. */
#define UNARY(name, value, ...)                                                        \
    node *ad_graph_##name(ad_graph *g, node *a)                                        \
    {                                                                                  \
        const double x = a->data;                                                      \
        return record_row(g, AD_OP_##name, value, 0, 1, (node *[]){a});                \
    }
#define CONST(name, value, ...)                                                        \
    node *ad_graph_##name(ad_graph *g, node *a, double c)                              \
    {                                                                                  \
        const double x = a->data;                                                      \
        return record_row(g, AD_OP_##name, value, c, 1, (node *[]){a});                \
    }
#define BINARY(name, value, ...)                                                       \
    node *ad_graph_##name(ad_graph *g, node *a, node *b)                               \
    {                                                                                  \
        const double x = a->data, y = b->data;                                         \
        return record_row(g, AD_OP_##name, value, 0, 2, (node *[]){a, b});             \
    }
#define TERNARY(name, value, ...)                                                      \
    node *ad_graph_##name(ad_graph *g, node *a, node *b, node *d)                      \
    {                                                                                  \
        const double x = a->data, y = b->data, w = d->data;                            \
        return record_row(g, AD_OP_##name, value, 0, 3, (node *[]){a, b, d});          \
    }
#include "ops.def"

/* x[0] y[0] + ..., with the n of x before those of y */
static void propagate_dot(node *const *in, size_t n, double grad)
{
    for (size_t i = 0; i < n; i++) {
        in[i]->grad += grad * in[n + i]->data;
        in[n + i]->grad += grad * in[i]->data;
    }
}

/* The chain rule: every operand's grad receives v's grad times the local partial. */
static void propagate(node *v)
{
    node **const in = v->operand;
    const double grad = v->grad, z = v->data, c = v->c;
    (void)z, (void)c;
    switch (v->op) {
#define UNARY(name, value, dx, ...)                                                    \
    case AD_OP_##name: {                                                               \
        const double x = in[0]->data;                                                  \
        (void)x;                                                                       \
        in[0]->grad += grad * (dx);                                                    \
        break;                                                                         \
    }
#define CONST UNARY
#define BINARY(name, value, dx, dy, ...)                                               \
    case AD_OP_##name: {                                                               \
        const double x = in[0]->data, y = in[1]->data;                                 \
        (void)x, (void)y;                                                              \
        in[0]->grad += grad * (dx);                                                    \
        in[1]->grad += grad * (dy);                                                    \
        break;                                                                         \
    }
#define TERNARY(name, value, dx, dy, dw, ...)                                          \
    case AD_OP_##name: {                                                               \
        const double x = in[0]->data, y = in[1]->data, w = in[2]->data;                \
        (void)x, (void)y, (void)w;                                                     \
        in[0]->grad += grad * (dx);                                                    \
        in[1]->grad += grad * (dy);                                                    \
        in[2]->grad += grad * (dw);                                                    \
        break;                                                                         \
    }
#include "ops.def"
    case AD_OP_sum:
        for (size_t i = 0; i < v->n; i++) in[i]->grad += grad;
        break;
    case AD_OP_affine:
        in[0]->grad += grad;
        propagate_dot(in + 1, (v->n - 1) / 2, grad);
        break;
    case AD_OP_dot: propagate_dot(in, v->n / 2, grad); break;
    case AD_OP_custom:
        for (size_t i = 0; i < v->n; i++) in[i]->grad += grad * custom_partials(v)[i];
        break;
    default: break; /* a leaf */
    }
}

/* ---- Order ---------------------------------------------------------------------- */

/*
 * Depth first, without recursion, so that a chain of ten million nodes does not touch
 * the stack. One array serves twice: finished nodes fill it from the left, and the path
 * from the output down to where the search stands fills it from the right. No node is
 * in both, so they never meet. A node is finished, and so placed, after all its
 * operands.
 */
static size_t sort(node *output, node **array, size_t room, size_t number)
{
    size_t finished = 0, path = room;
    array[--path] = output;
    output->met = number;
    while (path < room) {
        node *v = array[path];
        if (v->visited == v->n) {
            v->visited = 0;
            path++;
            array[finished++] = v;
            continue;
        }
        node *operand = v->operand[v->visited++];
        if (operand->met != number) {
            operand->met = number;
            array[--path] = operand;
        }
    }
    return finished;
}

ad_status ad_graph_order(ad_graph *g, node *output)
{
    if (g->status != AD_OK || g->ordered == output) return g->status;
    assert(is_own(g, output));
    if (g->creation_order) return AD_OK;
    if (!node_list_make_room(g, &g->order, g->nodes.length)) return g->status;
    g->order.length = sort(output, g->order.at, g->nodes.length, ++g->sorts);
    g->ordered = output;
    return AD_OK;
}

/* ---- Backward ------------------------------------------------------------------- */

/*
 * Seeds the output and walks the order in reverse, leaves starting from 0 or as they
 * are. (What was recorded since the last walk has no grad yet.)
 */
static ad_status walk(ad_graph *g, node *output, bool keep_leaves)
{
    if (ad_graph_order(g, output) != AD_OK) return g->status;
    for (size_t i = 0; i < g->walked; i++) {
        node *v = g->nodes.at[i];
        if (!(keep_leaves && v->op == AD_OP_var)) v->grad = 0;
    }
    output->grad += g->seed;
    node **order = g->creation_order ? g->nodes.at : g->order.at;
    for (size_t i = g->creation_order ? output->index + 1 : g->order.length; i-- > 0;)
        if (order[i]->grad != 0) propagate(order[i]);
    g->seed = 1;
    g->walked = g->nodes.length;
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
