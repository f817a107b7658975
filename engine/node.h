/*
 * What a graph is made of, for the files of the graph engine: graph.c has its ideas,
 * graph_life.c its housekeeping, graph_ranges.c operations of many operands.
 */
#ifndef GRADYNO_NODE_H
#define GRADYNO_NODE_H

#include <stdint.h>

#include "graph.h"

/* An operation that was carried out: its result, and what it was carried out on. */
typedef struct ad_graph_node {
    double data;
    double grad;
    union {
        struct ad_graph_node *operand[2];
        struct {
            struct ad_graph_node *only_operand;
            double c; /* the row's constant, where it has one */
        };
        struct wide *wide;
    };
    uint32_t index;  /* in creation order */
    uint8_t op;      /* an ad_op */
    uint8_t n;       /* operands, or WIDE */
    uint8_t visited; /* operands that the sort has gone down to */
    uint8_t met;     /* the number of the last sort that met it */
} node;

_Static_assert(sizeof(void *) != 8 || sizeof(node) == 40, "a node is 40 bytes");
_Static_assert(AD_OP_map <= UINT8_MAX, "an operation fits a byte");

/* The operands of a node that may have more than two. */
enum { WIDE = UINT8_MAX };
typedef struct wide {
    struct wide *older; /* the one that was recorded before */
    size_t bytes;
    uint32_t index;      /* of its node */
    uint32_t n, visited; /* as in node */
    node *operand[];     /* custom: n doubles follow, its partials */
} wide;

/* Pointers to nodes. Who adds to it makes room first. */
typedef struct node_list {
    node **at;
    size_t length, room;
} node_list;

struct ad_graph {
    ad_allocator memory;
    size_t length;    /* nodes */
    size_t end;       /* the length at which the next one is due, or recording stops */
    node *open;       /* the block that is being filled */
    size_t opened;    /* the index of its first node */
    node_list blocks; /* of 2^shift nodes each, in creation order */
    unsigned shift;
    wide *newest;        /* wide part, of all nodes that have one */
    node_list order;     /* what `ordered` depends on, operands before users */
    node *ordered;       /* NULL when there is no order to use again */
    uint8_t sorts;       /* the number of the last */
    size_t leaves;       /* nodes before the first operation */
    size_t walked;       /* nodes there were at the last backward */
    bool leaves_only;    /* which was backward_leaves */
    bool creation_order; /* instead of sorting */
    size_t limit;
    double seed; /* the output's adjoint in the next backward */
    ad_status status;
    node nil; /* what recording returns once it has failed: NaN */
};

/* As graph_record, where the block is full or recording has stopped. */
node *graph_record_next_block(ad_graph *g, ad_op op, double data, uint8_t n, node *x,
                              node *y);

/* Nothing is recorded any more. */
void graph_stop(ad_graph *g, ad_status status);

/* A new node with room for n operands, which the caller fills in; nil when there is
 * none. */
node *graph_record_wide(ad_graph *g, ad_op op, double data, size_t n);

/* The chain rule for a node whose operands are wide. */
void graph_wide_back(node *v);

/* Room for `length` nodes in a list of g, or false with the status set. */
bool node_list_make_room(ad_graph *g, node_list *list, size_t length);

/* Node number i. */
static inline node *node_at(const ad_graph *g, size_t i)
{
    return g->blocks.at[i >> g->shift] + (i & (((size_t)1 << g->shift) - 1));
}

/* The n partials of a custom node. */
static inline double *custom_partials(wide *w)
{
    return (double *)(void *)&w->operand[w->n];
}

/*
 * Has the cache line fetched that recording reaches 50 nodes on: it has to come whole
 * before a part of it is written. (Nothing may be there: a fetch does not fault.)
 *
 * Measured on an MLP of width 256, in blocks: recording takes 0.77 of the time.
 */
static inline void fetch_ahead(const node *v)
{
#ifdef __GNUC__
    __builtin_prefetch((const void *)((uintptr_t)v + 50 * sizeof *v), 1);
#else
    (void)v;
#endif
}

/* A new node of at most two operands; nil when there is none. */
static inline node *graph_record(ad_graph *g, ad_op op, double data, uint8_t n, node *x,
                                 node *y)
{
    if (g->length == g->end) return graph_record_next_block(g, op, data, n, x, y);
    node *v = g->open + (g->length - g->opened);
    fetch_ahead(v);
    v->index = (uint32_t)g->length++;
    v->data = data;
    v->grad = 0;
    v->operand[0] = x;
    v->operand[1] = y;
    v->op = (uint8_t)op;
    v->n = n;
    v->visited = v->met = 0;
    return v;
}

/*
 * Whether v may be used in g: g recorded it and still has it. While recording is
 * stopped, nil may be too; from the reset on it has ended, as every handle has.
 */
static inline bool is_own(const ad_graph *g, const node *v)
{
    if (v == &g->nil) return g->status != AD_OK;
    return v->index < g->length && node_at(g, v->index) == v;
}

#endif
