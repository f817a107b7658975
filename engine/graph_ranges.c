/*
 * Many operations as one node of the graph, which has pointers to all their operands:
 * recording, and the way back.
 */
#include <assert.h>
#include <string.h>

#include "graph.h"
#include "node.h"

/* The operands of the new node v become the nodes of a range, which was there
 * before. */
static void take_range(const ad_graph *g, const node *v, node **operand, size_t n,
                       const node *first)
{
    if (n == 0) return;
    assert(is_own(g, first) && n <= v->index - first->index);
    (void)v;
    for (size_t i = 0; i < n; i++) operand[i] = node_at(g, first->index + i);
}

/* s + x[0] y[0] + ..., with the n of x before those of y */
static double products(double s, size_t n, node *const *x)
{
    for (size_t i = 0; i < n; i++) s += x[i]->data * x[n + i]->data;
    return s;
}

node *ad_graph_muladd(ad_graph *g, node *s, node *x, node *y)
{
    assert(is_own(g, s) && is_own(g, x) && is_own(g, y));
    node *v = graph_record_wide(g, AD_OP_affine, s->data + x->data * y->data, 3);
    if (v != &g->nil) memcpy(v->wide->operand, (node *[]){s, x, y}, 3 * sizeof v);
    return v;
}

node *ad_graph_sum(ad_graph *g, size_t n, node *x)
{
    node *v = graph_record_wide(g, AD_OP_sum, 0, n);
    if (v == &g->nil) return v;
    take_range(g, v, v->wide->operand, n, x);
    for (size_t i = 0; i < n; i++) v->data += v->wide->operand[i]->data;
    return v;
}

node *ad_graph_dot(ad_graph *g, size_t n, node *x, node *y)
{
    node *v = graph_record_wide(g, AD_OP_dot, 0, 2 * n);
    if (v == &g->nil) return v;
    take_range(g, v, v->wide->operand, n, x);
    take_range(g, v, v->wide->operand + n, n, y);
    v->data = products(0, n, v->wide->operand);
    return v;
}

node *ad_graph_dot_pairs(ad_graph *g, size_t n, node *const *x, node *const *y)
{
    for (size_t i = 0; i < n; i++) assert(is_own(g, x[i]) && is_own(g, y[i]));
    node *v = graph_record_wide(g, AD_OP_dot, 0, 2 * n);
    if (v == &g->nil || n == 0) return v;
    memcpy(v->wide->operand, x, n * sizeof *x);
    memcpy(v->wide->operand + n, y, n * sizeof *y);
    v->data = products(0, n, v->wide->operand);
    return v;
}

/* Row j of a layer whose first row is the node `first`. */
static void take_row(const ad_graph *g, const ad_affine *map, size_t j, node *v,
                     const node *first, const node *w, node *x, const node *b)
{
    const size_t n = map->n;
    node **operand = v->wide->operand;
    assert(is_own(g, b) && (map->m - 1) * map->step < first->index - b->index);
    operand[0] = node_at(g, b->index + j * map->step);
    assert(n == 0 ||
           (is_own(g, w) && (map->m - 1) * map->row + n <= first->index - w->index));
    for (size_t i = 0; i < n; i++)
        operand[1 + i] = node_at(g, w->index + j * map->row + i);
    take_range(g, first, operand + 1 + n, n, x);
    v->data = products(operand[0]->data, n, operand + 1);
}

node *ad_graph_affine(ad_graph *g, const ad_affine *map, node *w, node *x, node *b)
{
    assert(map->m > 0 && map->row >= map->n);
    node *first = &g->nil;
    for (size_t j = 0; j < map->m; j++) {
        node *v = graph_record_wide(g, AD_OP_affine, 0, 1 + 2 * map->n);
        if (v == &g->nil) return v;
        if (j == 0) first = v;
        take_row(g, map, j, v, first, w, x, b);
    }
    return first;
}

node *ad_graph_map(ad_graph *g, ad_op f, size_t n, node *x)
{
    assert(n > 0 && is_own(g, x));
    assert(f < AD_OP_count && ad_ops[f].operands == 1 && ad_ops[f].constants == 0);
    const size_t first = g->length;
    for (size_t k = 0; k < n; k++) {
        node *operand = g->status == AD_OK ? node_at(g, x->index + k) : &g->nil;
        if (ad_graph_apply(g, f, &operand, 0) == &g->nil) return &g->nil;
    }
    return node_at(g, first);
}

node *ad_graph_custom(ad_graph *g, size_t n, node *const *operand, double value,
                      const double *partial)
{
    for (size_t i = 0; i < n; i++) assert(is_own(g, operand[i]));
    node *v = graph_record_wide(g, AD_OP_custom, value, n);
    if (v == &g->nil || n == 0) return v;
    memcpy(v->wide->operand, operand, n * sizeof *operand);
    memcpy(custom_partials(v->wide), partial, n * sizeof *partial);
    return v;
}

/* ---- Backward ------------------------------------------------------------------- */

/* The chain rule for the sums of products above. */
static void propagate_dot(node *const *in, size_t n, double grad)
{
    for (size_t i = 0; i < n; i++) {
        in[i]->grad += grad * in[n + i]->data;
        in[n + i]->grad += grad * in[i]->data;
    }
}

void graph_wide_back(node *v)
{
    wide *w = v->wide;
    node **in = w->operand;
    const double grad = v->grad;
    switch (v->op) {
    case AD_OP_dot: propagate_dot(in, w->n / 2, grad); break;
    case AD_OP_affine:
        in[0]->grad += grad;
        propagate_dot(in + 1, (w->n - 1) / 2, grad);
        break;
    case AD_OP_custom:
        for (size_t i = 0; i < w->n; i++) in[i]->grad += grad * custom_partials(w)[i];
        break;
    default: /* sum */
        for (size_t i = 0; i < w->n; i++) in[i]->grad += grad;
    }
}
