/*
 * The graph's housekeeping: its life, its leaves, and reading it.
 */
#include <assert.h>
#include <string.h>

#include "graph.h"
#include "node.h"

bool node_list_make_room(ad_graph *g, node_list *list, size_t length)
{
    if (length <= list->room) return true;
    const size_t room = length > 2 * list->room ? length + 16 : 2 * list->room;
    node **at = g->memory.resize(g->memory.ctx, list->at, list->room * sizeof(node *),
                                 room * sizeof(node *));
    if (at == NULL) {
        g->status = AD_NO_MEMORY;
        return false;
    }
    list->at = at;
    list->room = room;
    return true;
}

static void node_list_free(ad_graph *g, node_list *list)
{
    if (list->at != NULL)
        g->memory.resize(g->memory.ctx, list->at, list->room * sizeof(node *), 0);
}

ad_graph *ad_graph_new(const ad_allocator *memory)
{
    if (memory == NULL) memory = &ad_malloc;
    /* The nil node ends in a flexible array, so it cannot be a member: it follows. */
    ad_graph *g = memory->resize(memory->ctx, NULL, 0, sizeof *g + sizeof(node));
    if (g == NULL) return NULL;
    *g = (ad_graph){.memory = *memory, .limit = SIZE_MAX, .seed = 1};
    g->nil = (node *)(g + 1);
    *g->nil = (node){.data = (double)NAN, .index = SIZE_MAX, .op = AD_OP_constant};
    return g;
}

void ad_graph_free(ad_graph *g)
{
    if (g == NULL) return;
    ad_graph_reset(g);
    node_list_free(g, &g->nodes);
    node_list_free(g, &g->order);
    const ad_allocator memory = g->memory;
    memory.resize(memory.ctx, g, sizeof *g + sizeof(node), 0);
}

ad_status ad_graph_status(const ad_graph *g) { return g->status; }

void ad_graph_reset(ad_graph *g)
{
    ad_graph_rewind(g, 0);
    g->status = AD_OK;
    g->seed = 1;
}

ad_graph_position ad_graph_mark(const ad_graph *g) { return g->nodes.length; }

void ad_graph_rewind(ad_graph *g, ad_graph_position mark)
{
    assert(mark <= g->nodes.length);
    while (g->nodes.length > mark) {
        node *v = g->nodes.at[--g->nodes.length];
        g->memory.resize(g->memory.ctx, v, node_bytes(v->op, v->n), 0);
    }
    if (g->walked > mark) g->walked = mark;
    g->ordered = NULL;
}

void ad_graph_limit(ad_graph *g, size_t nodes) { g->limit = nodes; }

void ad_graph_creation_order(ad_graph *g, bool on)
{
    g->creation_order = on;
    g->ordered = NULL;
}

node *ad_graph_set(ad_graph *g, node *h, double v)
{
    assert(is_own(g, h) && h->op <= AD_OP_var);
    if (h != g->nil) h->data = v;
    return h;
}

node *ad_graph_apply(ad_graph *g, ad_op op, node *const *operand, double c)
{
    switch (op) {
/* It would join a case label to the next macro: */
/* clang-format off */
#define UNARY(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_graph_##name(g, operand[0]);
#define CONST(name, ...)                                                               \
    case AD_OP_##name:                                                                 \
        return ad_graph_##name(g, operand[0], c);
#define BINARY(name, ...)                                                              \
    case AD_OP_##name:                                                                 \
        return ad_graph_##name(g, operand[0], operand[1]);
#define TERNARY(name, ...)                                                             \
    case AD_OP_##name:                                                                 \
        return ad_graph_##name(g, operand[0], operand[1], operand[2]);
/* clang-format on */
#include "ops.def"
    default: assert(false && "a row of the table"); return g->nil;
    }
}

node *ad_graph_after(const ad_graph *g, node *h, size_t k)
{
    assert(is_own(g, h));
    if (h == g->nil) return h;
    assert(k < g->nodes.length - h->index);
    return g->nodes.at[h->index + k];
}

double ad_graph_value(const ad_graph *g, node *h)
{
    assert(is_own(g, h));
    (void)g;
    return h->data;
}

void ad_graph_seed(ad_graph *g, double w) { g->seed = w; }

double ad_graph_grad(const ad_graph *g, node *h)
{
    assert(is_own(g, h));
    if (h->index >= g->walked) return (double)NAN;
    if (g->leaves_only && h->op > AD_OP_var) return (double)NAN;
    return h->op == AD_OP_constant ? 0 : h->grad;
}

void ad_graph_grads(const ad_graph *g, node *first, size_t n, double *out)
{
    /* Where recording stopped within the n handles, the rest of them are nil. */
    const size_t room = n == 0 || first == g->nil ? 0 : g->nodes.length - first->index;
    for (size_t i = 0; i < n; i++)
        out[i] = ad_graph_grad(g, i < room ? g->nodes.at[first->index + i] : g->nil);
}
