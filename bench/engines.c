/* The rows of engines, and what their records are made of. */
#include "bench/engines.h"

#include <stdlib.h>
#include <string.h>

#include "bench/outsiders.h"

const char *const engine_phases[ENGINE_PHASES] = {"record", "order", "backward", "free",
                                                  "reading"};

/* Forms of an engine: bits of a row. */
enum {
    PLAIN = 0,
    GROWING = 1,  /* the tape is not told how much is to come */
    UNSORTED = 2, /* the graph walks in creation order */
    ARENA = 4     /* memory from an arena in place of malloc */
};

/* ---- The engines' own ------------------------------------------------------------ */

static void prepare_graph(ad_graph *g, int form, size_t nodes)
{
    (void)nodes; /* a graph takes its nodes as it goes */
    ad_graph_creation_order(g, (form & UNSORTED) != 0);
}

static void prepare_tape(ad_tape *t, int form, size_t nodes)
{
    if ((form & GROWING) == 0) ad_tape_reserve(t, nodes);
}

static ad_status order_graph(ad_graph *g, ad_graph_handle output)
{
    return ad_graph_order(g, output);
}

/* The order of recording is the order. */
static ad_status order_tape(ad_tape *t, ad_tape_handle output)
{
    (void)t, (void)output;
    return AD_OK;
}

#define ENGINE graph
#include "bench/runner.inc"

#define ENGINE tape
#include "bench/runner.inc"

#define GRAPH                                                                          \
    runner_open_graph, runner_reserve_graph, runner_close_graph,                       \
        runner_gradient_graph, run_whole_graph, run_phases_graph, runner_ran_graph
#define TAPE                                                                           \
    runner_open_tape, runner_reserve_tape, runner_close_tape, runner_gradient_tape,    \
        run_whole_tape, run_phases_tape, runner_ran_tape

#define OUTSIDER                                                                       \
    outsider_open, outsider_reserve, outsider_close, outsider_gradient,                \
        outsider_whole, NULL, outsider_ran, NULL

/* clang-format off */
const engine engines[] = {
    {"graph", "nodes that point at their operands, in the manner of micrograd; sorts",
     true, true, PLAIN, GRAPH, moons_train_graph},
    {"tape", "a Wengert list, told how many operations are to come",
     true, false, PLAIN, TAPE, moons_train_tape},
    {"graph-unsorted", "the graph, walking in reverse order of creation",
     false, false, UNSORTED, GRAPH, NULL},
    {"graph-arena", "the graph, its nodes from an arena in place of malloc",
     false, true, ARENA, GRAPH, NULL},
    {"tape-growing", "the tape, told nothing beforehand",
     false, false, GROWING, TAPE, NULL},
    {"hand-strict", "mlp alone: by hand with -O3, every sum in its order",
     false, false, OUTSIDER_strict, OUTSIDER},
    {"hand-blocked", "mlp alone: the same, four rows at a time",
     false, false, OUTSIDER_blocked, OUTSIDER},
    {"hand-vectorised", "mlp alone: the same with -ffast-math",
     false, false, OUTSIDER_vectorised, OUTSIDER},
    {"adolc", "mlp alone: ADOL-C, after make peers",
     false, false, OUTSIDER_peer, OUTSIDER},
    {"sacado", "mlp alone: Sacado, after make peers",
     false, false, OUTSIDER_peer, OUTSIDER},
};
/* clang-format on */

const size_t engines_count = sizeof engines / sizeof *engines;

bool engine_takes(const engine *e, const program_kind *kind)
{
    return e->open != outsider_open || kind == &bench_mlp_kind;
}

const engine *engine_named(const char *name, size_t length)
{
    if (length == 0) length = strlen(name);
    for (size_t i = 0; i < engines_count; i++)
        if (strlen(engines[i].name) == length &&
            strncmp(engines[i].name, name, length) == 0)
            return &engines[i];
    return NULL;
}
