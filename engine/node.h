/*
 * What a graph is made of, for the two files of the graph engine: graph.c has its
 * ideas, graph_life.c its housekeeping.
 */
#ifndef GRADYNO_NODE_H
#define GRADYNO_NODE_H

#include <stdint.h>

#include "graph.h"

/* An operation that was carried out: its result, and what it was carried out on. */
typedef struct ad_graph_node {
    double data;
    double grad;
    double c;     /* the row's constant, where it has one */
    size_t index; /* in creation order */
    size_t met;   /* the number of the last sort that met it */
    ad_op op;
    uint32_t visited;                /* operands that the sort has gone down to */
    uint32_t n;                      /* operands */
    struct ad_graph_node *operand[]; /* custom: n doubles follow, its partials */
} node;

/* Nodes in some order. Who adds to it makes room first. */
typedef struct node_list {
    node **at;
    size_t length, room;
} node_list;

struct ad_graph {
    ad_allocator memory;
    node_list nodes;  /* all, in creation order */
    node_list order;  /* those that `ordered` depends on, operands before users */
    node *ordered;    /* NULL when there is no order to use again */
    size_t sorts;     /* so far */
    size_t walked;    /* nodes there were at the last backward */
    bool leaves_only; /* which was backward_leaves */
    size_t limit;
    double seed;         /* the output's adjoint in the next backward */
    bool creation_order; /* instead of sorting */
    ad_status status;
    node *nil; /* what recording returns once it has failed: NaN */
};

/* A new node with room for n operands, which the caller fills in; nil when there is
 * none. */
node *graph_record(ad_graph *g, ad_op op, double data, double c, size_t n);

/* Room for `length` nodes in a list of g, or false with the status set. */
bool node_list_make_room(ad_graph *g, node_list *list, size_t length);

/* The n partials of a custom node. */
static inline double *custom_partials(node *v)
{
    return (double *)(void *)&v->operand[v->n];
}

static inline size_t node_bytes(ad_op op, size_t n)
{
    const size_t partial_bytes = op == AD_OP_custom ? sizeof(double) : 0;
    return sizeof(node) + n * (sizeof(node *) + partial_bytes);
}

/*
 * Whether v may be used in g: g recorded it and still has it. While recording is
 * stopped, nil may be too; from the reset on it has ended, as every handle has.
 */
static inline bool is_own(const ad_graph *g, const node *v)
{
    if (v == g->nil) return g->status != AD_OK;
    return v->index < g->nodes.length && g->nodes.at[v->index] == v;
}

#endif
