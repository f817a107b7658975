/* Both engines behind the foreign contract. */
#include "verify/kit/own_engine.h"

#include <assert.h>

#include "engine/graph.h"
#include "engine/tape.h"

enum { MOST = AD_MAX_OPERANDS };

static int resolve(const char *operation)
{
    const ad_op op = ad_op_find(operation);
    return op == AD_OP_count || ad_ops[op].value == NULL ? -1 : (int)op;
}

/* ---- The graph ------------------------------------------------------------------- */

static ad_graph_handle of_graph(ad_engine_node n) { return (ad_graph_handle)n; }

static void *graph_create(void) { return ad_graph_new(NULL); }
static void graph_destroy(void *g) { ad_graph_free(g); }
static void graph_reset(void *g) { ad_graph_reset(g); }
static uint64_t graph_mark(void *g) { return ad_graph_mark(g); }
static void graph_rewind(void *g, uint64_t mark) { ad_graph_rewind(g, (size_t)mark); }

static ad_engine_node graph_input(void *g, double v)
{
    return (ad_engine_node)ad_graph_var(g, v);
}

static ad_engine_node graph_constant(void *g, double v)
{
    return (ad_engine_node)ad_graph_constant(g, v);
}

static ad_engine_node graph_apply(void *g, int op, size_t n, const ad_engine_node *x,
                                  double c)
{
    ad_graph_handle operand[MOST];
    assert(n <= MOST);
    for (size_t i = 0; i < n; i++) operand[i] = of_graph(x[i]);
    return (ad_engine_node)ad_graph_apply(g, (ad_op)op, operand, c);
}

static double graph_value(void *g, ad_engine_node n)
{
    return ad_graph_value(g, of_graph(n));
}

static void graph_backward(void *g, ad_engine_node n)
{
    ad_graph_backward(g, of_graph(n));
}

static double graph_grad(void *g, ad_engine_node n)
{
    return ad_graph_grad(g, of_graph(n));
}

static void graph_order(void *g, ad_engine_node n) { ad_graph_order(g, of_graph(n)); }

static const char *graph_error(void *g)
{
    const ad_status status = ad_graph_status(g);
    return status == AD_OK ? NULL : ad_status_text(status);
}

static void graph_set(void *g, ad_engine_node n, double v)
{
    ad_graph_set(g, of_graph(n), v);
}

const ad_engine own_engine_graph = {.abi = AD_ENGINE_ABI,
                                    .size = sizeof(ad_engine),
                                    .name = "graph",
                                    .create = graph_create,
                                    .destroy = graph_destroy,
                                    .resolve = resolve,
                                    .input = graph_input,
                                    .apply = graph_apply,
                                    .value = graph_value,
                                    .backward = graph_backward,
                                    .grad = graph_grad,
                                    .precision = AD_ENGINE_DOUBLE,
                                    .policy = AD_ENGINE_ZEROES,
                                    .constant = graph_constant,
                                    .set = graph_set,
                                    .reset = graph_reset,
                                    .order = graph_order,
                                    .error = graph_error,
                                    .mark = graph_mark,
                                    .rewind = graph_rewind};

/* ---- The tape -------------------------------------------------------------------- */

static ad_tape_handle of_tape(const ad_tape *t, ad_engine_node n)
{
    return (ad_tape_handle){t->value[n], (uint32_t)n};
}

static void *tape_create(void) { return ad_tape_new(NULL); }
static void tape_destroy(void *t) { ad_tape_free(t); }
static void tape_reset(void *t) { ad_tape_reset(t); }

/* Neither count has more than 32 bits. */
static uint64_t tape_mark(void *t)
{
    const ad_tape_position at = ad_tape_mark(t);
    return (uint64_t)at.nodes << 32 | at.extras;
}

static void tape_rewind(void *t, uint64_t mark)
{
    ad_tape_rewind(
        t, (ad_tape_position){(size_t)(mark >> 32), (size_t)(mark & UINT32_MAX)});
}

static ad_engine_node tape_input(void *t, double v) { return ad_tape_var(t, v).index; }

static ad_engine_node tape_constant(void *t, double v)
{
    return ad_tape_constant(t, v).index;
}

static ad_engine_node tape_apply(void *t, int op, size_t n, const ad_engine_node *x,
                                 double c)
{
    ad_tape_handle operand[MOST];
    assert(n <= MOST);
    for (size_t i = 0; i < n; i++) operand[i] = of_tape(t, x[i]);
    return ad_tape_apply(t, (ad_op)op, operand, c).index;
}

static double tape_value(void *t, ad_engine_node n) { return ((ad_tape *)t)->value[n]; }

static void tape_backward(void *t, ad_engine_node n)
{
    ad_tape_backward(t, of_tape(t, n));
}

static double tape_grad(void *t, ad_engine_node n)
{
    return ad_tape_grad(t, of_tape(t, n));
}

static const char *tape_error(void *t)
{
    const ad_status status = ad_tape_status(t);
    return status == AD_OK ? NULL : ad_status_text(status);
}

static void tape_set(void *t, ad_engine_node n, double v)
{
    ad_tape_set(t, of_tape(t, n), v);
}

const ad_engine own_engine_tape = {.abi = AD_ENGINE_ABI,
                                   .size = sizeof(ad_engine),
                                   .name = "tape",
                                   .create = tape_create,
                                   .destroy = tape_destroy,
                                   .resolve = resolve,
                                   .input = tape_input,
                                   .apply = tape_apply,
                                   .value = tape_value,
                                   .backward = tape_backward,
                                   .grad = tape_grad,
                                   .precision = AD_ENGINE_DOUBLE,
                                   .policy = AD_ENGINE_ZEROES,
                                   .constant = tape_constant,
                                   .set = tape_set,
                                   .reset = tape_reset,
                                   .error = tape_error,
                                   .mark = tape_mark,
                                   .rewind = tape_rewind};
