/*
 * The graph's housekeeping: its life, its leaves, and reading it.
 */
#include <assert.h>
#include <string.h>

#include "graph.h"
#include "node.h"

void graph_stop(ad_graph *g, ad_status status)
{
    g->status = status;
    g->end = g->length; /* open_block refuses from now on */
}

bool node_list_make_room(ad_graph *g, node_list *list, size_t length)
{
    if (length <= list->room) return true;
    const size_t room = length > 2 * list->room ? length + 16 : 2 * list->room;
    node **at = g->memory.resize(g->memory.ctx, list->at, list->room * sizeof(node *),
                                 room * sizeof(node *));
    if (at == NULL) {
        graph_stop(g, AD_NO_MEMORY);
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

static size_t block_bytes(const ad_graph *g) { return sizeof(node) << g->shift; }

static bool add_block(ad_graph *g)
{
    node_list *blocks = &g->blocks;
    if (!node_list_make_room(g, blocks, blocks->length + 1)) return false;
    node *block = g->memory.resize(g->memory.ctx, NULL, 0, block_bytes(g));
    if (block == NULL) {
        graph_stop(g, AD_NO_MEMORY);
        return false;
    }
    blocks->at[blocks->length++] = block;
    return true;
}

/* The newest go first, which an arena can use again. */
static void free_blocks(ad_graph *g, size_t keep)
{
    node_list *blocks = &g->blocks;
    while (blocks->length > keep)
        g->memory.resize(g->memory.ctx, blocks->at[--blocks->length], block_bytes(g),
                         0);
}

/* Opens the block of node number `length`; false, with the status, if there is none. */
static bool open_block(ad_graph *g)
{
    if (g->status != AD_OK) return false;
    if (g->length >= g->limit) {
        graph_stop(g, AD_TOO_MANY);
        return false;
    }
    const size_t number = g->length >> g->shift;
    if (number == g->blocks.length && !add_block(g)) return false;
    g->open = g->blocks.at[number];
    g->opened = number << g->shift;
    g->end = g->opened + ((size_t)1 << g->shift);
    if (g->end > g->limit) g->end = g->limit;
    return true;
}

node *graph_record_next_block(ad_graph *g, ad_op op, double data, uint8_t n, node *x,
                              node *y)
{
    return open_block(g) ? graph_record(g, op, data, n, x, y) : &g->nil;
}

node *graph_record_wide(ad_graph *g, ad_op op, double data, size_t n)
{
    if (g->status != AD_OK) return &g->nil;
    if (n > UINT32_MAX) {
        graph_stop(g, AD_TOO_MANY);
        return &g->nil;
    }
    const size_t partial_bytes = op == AD_OP_custom ? sizeof(double) : 0;
    const size_t bytes = sizeof(wide) + n * (sizeof(node *) + partial_bytes);
    wide *w = g->memory.resize(g->memory.ctx, NULL, 0, bytes);
    if (w == NULL) {
        graph_stop(g, AD_NO_MEMORY);
        return &g->nil;
    }
    node *v = graph_record(g, op, data, WIDE, NULL, NULL);
    if (v == &g->nil) {
        g->memory.resize(g->memory.ctx, w, bytes, 0);
        return v;
    }
    *w = (wide){g->newest, bytes, v->index, (uint32_t)n, 0};
    g->newest = v->wide = w;
    return v;
}

ad_graph *ad_graph_new(const ad_allocator *memory)
{
    if (memory == NULL) memory = &ad_malloc;
    ad_graph *g = memory->resize(memory->ctx, NULL, 0, sizeof *g);
    if (g == NULL) return NULL;
    *g = (ad_graph){.memory = *memory, .limit = UINT32_MAX, .seed = 1};
    g->nil = (node){.data = (double)NAN, .index = UINT32_MAX, .op = AD_OP_constant};
    return g;
}

void ad_graph_free(ad_graph *g)
{
    if (g == NULL) return;
    ad_graph_reset(g);
    free_blocks(g, 0);
    node_list_free(g, &g->blocks);
    node_list_free(g, &g->order);
    const ad_allocator memory = g->memory;
    memory.resize(memory.ctx, g, sizeof *g, 0);
}

ad_status ad_graph_status(const ad_graph *g) { return g->status; }

void ad_graph_reset(ad_graph *g)
{
    ad_graph_rewind(g, 0);
    g->status = AD_OK;
    g->seed = 1;
}

ad_graph_position ad_graph_mark(const ad_graph *g) { return g->length; }

void ad_graph_rewind(ad_graph *g, ad_graph_position mark)
{
    assert(mark <= g->length);
    while (g->newest != NULL && g->newest->index >= mark) {
        wide *w = g->newest;
        g->newest = w->older;
        g->memory.resize(g->memory.ctx, w, w->bytes, 0);
    }
    if (g->shift == 0) free_blocks(g, mark);
    g->length = g->end = mark;
    if (g->leaves > mark) g->leaves = mark;
    if (g->walked > mark) g->walked = mark;
    g->ordered = NULL;
}

void ad_graph_limit(ad_graph *g, size_t nodes)
{
    g->limit = nodes < UINT32_MAX ? nodes : UINT32_MAX;
    g->end = g->length; /* so that it is looked at */
}

void ad_graph_blocks(ad_graph *g, bool on)
{
    const unsigned shift = on ? 10 : 0;
    if (g->shift == shift) return;
    assert(g->length == 0);
    free_blocks(g, 0);
    g->shift = shift;
    g->end = 0;
}

void ad_graph_creation_order(ad_graph *g, bool on)
{
    g->creation_order = on;
    g->ordered = NULL;
}

node *ad_graph_set(ad_graph *g, node *h, double v)
{
    assert(is_own(g, h) && h->op <= AD_OP_var);
    if (h != &g->nil) h->data = v;
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
    default: assert(false && "a row of the table"); return &g->nil;
    }
}

node *ad_graph_after(const ad_graph *g, node *h, size_t k)
{
    assert(is_own(g, h));
    if (h == &g->nil) return h;
    assert(k < g->length - h->index);
    return node_at(g, h->index + k);
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
    const size_t room = n == 0 || first == &g->nil ? 0 : g->length - first->index;
    for (size_t i = 0; i < n; i++)
        out[i] =
            i < room ? ad_graph_grad(g, node_at(g, first->index + i)) : (double)NAN;
}
