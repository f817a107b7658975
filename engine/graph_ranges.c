/*
 * Recording many operations as one node on the graph, which has pointers to all their
 * operands; a range is looked up in the list of nodes.
 */
#include <assert.h>
#include <string.h>

#include "graph.h"
#include "node.h"

/* The nodes of a range, of which a new node v makes use. */
static node *const *range(const ad_graph *g, const node *v, size_t n, const node *first)
{
    if (n == 0) return NULL;
    assert(is_own(g, first) && n <= v->index - first->index);
    (void)v;
    return g->nodes.at + first->index;
}

/* v = s + x[0] y[0] + ...   Its operands are s, where there is one, the x, the y. */
static node *add_products(node *v, node *s, size_t n, node *const *x, node *const *y)
{
    node **operand = v->operand;
    v->data = 0;
    if (s != NULL) {
        v->data = s->data;
        *operand++ = s;
    }
    for (size_t i = 0; i < n; i++) {
        operand[i] = x[i];
        operand[n + i] = y[i];
        v->data += x[i]->data * y[i]->data;
    }
    return v;
}

node *ad_graph_muladd(ad_graph *g, node *s, node *x, node *y)
{
    assert(is_own(g, s) && is_own(g, x) && is_own(g, y));
    node *v = graph_record(g, AD_OP_affine, 0, 0, 3);
    return v == g->nil ? v : add_products(v, s, 1, &x, &y);
}

node *ad_graph_sum(ad_graph *g, size_t n, node *x)
{
    node *v = graph_record(g, AD_OP_sum, 0, 0, n);
    if (v == g->nil) return v;
    node *const *term = range(g, v, n, x);
    for (size_t i = 0; i < n; i++) {
        v->operand[i] = term[i];
        v->data += term[i]->data;
    }
    return v;
}

node *ad_graph_dot(ad_graph *g, size_t n, node *x, node *y)
{
    node *v = graph_record(g, AD_OP_dot, 0, 0, 2 * n);
    if (v == g->nil) return v;
    return add_products(v, NULL, n, range(g, v, n, x), range(g, v, n, y));
}

node *ad_graph_dot_pairs(ad_graph *g, size_t n, node *const *x, node *const *y)
{
    for (size_t i = 0; i < n; i++) assert(is_own(g, x[i]) && is_own(g, y[i]));
    node *v = graph_record(g, AD_OP_dot, 0, 0, 2 * n);
    return v == g->nil ? v : add_products(v, NULL, n, x, y);
}

node *ad_graph_affine(ad_graph *g, const ad_affine *map, node *w, node *x, node *b)
{
    const size_t m = map->m, n = map->n;
    assert(m > 0 && map->row >= n);
    node *first = g->nil;
    for (size_t j = 0; j < m; j++) {
        node *v = graph_record(g, AD_OP_affine, 0, 0, 1 + 2 * n);
        if (v == g->nil) return v;
        if (j == 0) first = v;
        node *const *weight = range(g, first, (m - 1) * map->row + n, w);
        node *const *bias = range(g, first, (m - 1) * map->step + 1, b);
        add_products(v, bias[j * map->step], n, weight + j * map->row,
                     range(g, first, n, x));
    }
    return first;
}

node *ad_graph_map(ad_graph *g, ad_op f, size_t n, node *x)
{
    assert(n > 0 && is_own(g, x));
    assert(f < AD_OP_count && ad_ops[f].operands == 1 && ad_ops[f].constants == 0);
    const size_t first = g->nodes.length;
    for (size_t k = 0; k < n; k++) {
        node *operand = g->status == AD_OK ? g->nodes.at[x->index + k] : g->nil;
        if (ad_graph_apply(g, f, &operand, 0) == g->nil) return g->nil;
    }
    return g->nodes.at[first];
}

node *ad_graph_custom(ad_graph *g, size_t n, node *const *operand, double value,
                      const double *partial)
{
    for (size_t i = 0; i < n; i++) assert(is_own(g, operand[i]));
    node *v = graph_record(g, AD_OP_custom, value, 0, n);
    if (v == g->nil || n == 0) return v;
    memcpy(v->operand, operand, n * sizeof *operand);
    memcpy(custom_partials(v), partial, n * sizeof *partial);
    return v;
}
