/* The rows of engines, and what their records are made of. */
#include "bench/engines.h"

#include <stdlib.h>
#include <string.h>

#include "bench/foreign.h"
#include "bench/outsiders.h"
#include "bench/replays.h"

const char *const engine_phases[ENGINE_PHASES] = {"record",   "order", "forward",
                                                  "backward", "free",  "reading"};

/* Forms of an engine: bits of a row, and above them the words that a perceptron is
 * recorded in. */
enum {
    PLAIN = 0,
    GROWING = 1,  /* the tape is not told how much is to come */
    UNSORTED = 2, /* the graph walks in creation order */
    ARENA = 4,    /* the graph's nodes in blocks, kept for the next */
    LEAVES = 8,   /* inner adjoints are used up on the way */
    FORM_SHIFT = 4,
    MULADD = MLP_MULADD << FORM_SHIFT,
    DOT = MLP_DOT << FORM_SHIFT,
    AFFINE = MLP_AFFINE << FORM_SHIFT
};

/* Libmvec's tanh is within 8 ulps; 1 and more is in every bound: see engines.h. */
#define MAPS 8

/* ---- The engines' own ------------------------------------------------------------ */

static void prepare_graph(ad_graph *g, int form, size_t nodes)
{
    (void)nodes; /* a graph takes its nodes as it goes */
    ad_graph_creation_order(g, (form & UNSORTED) != 0);
    if ((form & ARENA) != 0 && ad_graph_mark(g) == 0) ad_graph_blocks(g, true);
}

static void prepare_tape(ad_tape *t, int form, size_t nodes)
{
    if ((form & GROWING) == 0) ad_tape_reserve(t, nodes);
}

static void prepare_tape_reserved(ad_tape *t, int form, size_t nodes)
{
    (void)form;
    ad_tape_reserve(t, nodes);
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
#define order_tape_reserved order_tape

#define ENGINE graph
#include "bench/runner.inc"

#define ENGINE tape
#include "bench/runner.inc"

#define ENGINE tape_reserved
#include "bench/runner.inc"

/* Recording alone. */
static void record_tape(void *run, size_t iterations, const stopwatch *clock,
                        double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const struct runner_tape *r = run;
    for (size_t i = 0; i < iterations; i++) {
        run_record_tape(r);
        ad_tape_rewind(r->record, r->start);
    }
}

/* ---- The rows -------------------------------------------------------------------- */

#define RECORD(engine)                                                                 \
    .open = runner_open_##engine, .reserve = runner_reserve_##engine,                  \
    .close = runner_close_##engine, .gradient = runner_gradient_##engine,              \
    .ran = runner_ran_##engine
#define RUNS(engine)                                                                   \
    RECORD(engine), .whole = run_whole_##engine, .phases = run_phases_##engine
#define PLAN                                                                           \
    .slack = MAPS, .open = replay_open, .reserve = replay_reserve,                     \
    .close = replay_close, .gradient = replay_gradient,                                \
    .bytes_per_op = replay_bytes_per_op, .ran = replay_ran
#define REPLAYS                                                                        \
    PLAN, .kind = ENGINE_replay, .whole = replay_whole, .phases = replay_phases
#define OUTSIDER(row)                                                                  \
    .form = (row), .mlp_alone = true, .open = outsider_open,                           \
    .reserve = outsider_reserve, .close = outsider_close,                              \
    .gradient = outsider_gradient, .whole = outsider_whole, .ran = outsider_ran
#define HAND(row) .kind = ENGINE_hand, OUTSIDER(row)
#define PEER .kind = ENGINE_peer, OUTSIDER(OUTSIDER_peer)
#define FUSED(words, times) .form = (words), .mlp_alone = true, .slack = (times)

const engine engines[] = {
    {"graph", "nodes that point at their operands, in the manner of micrograd; sorts",
     .is_default = true, .sorts = true, RUNS(graph), .train = moons_train_graph},
    {"tape", "a Wengert list, told how many operations are to come", .is_default = true,
     RUNS(tape), .train = moons_train_tape},
    {"graph-unsorted", "the graph, walking in reverse order of creation",
     .form = UNSORTED, RUNS(graph)},
    {"graph-arena", "the graph, its nodes in blocks that are kept", .sorts = true,
     .form = ARENA, RUNS(graph)},
    {"graph-arena-unsorted", "the graph with both", .form = ARENA | UNSORTED,
     RUNS(graph)},
    {"tape-growing", "the tape, told nothing beforehand", .form = GROWING, RUNS(tape)},
    {"tape-leaves", "the tape, its inner adjoints used up on the way back",
     .form = LEAVES, RUNS(tape)},
    {"tape-reserved", "the tape by verbs that do not look for room; as tape-leaves",
     .form = LEAVES, RUNS(tape_reserved)},
    {"tape-muladd", "mlp alone: tape-reserved, a product and its addition as one node",
     FUSED(MULADD | LEAVES, 0), RUNS(tape_reserved)},
    {"tape-dot", "mlp alone: a neuron, with its bias, as a dot over ranges; maps",
     FUSED(DOT | LEAVES, MAPS), .layers = true, RUNS(tape)},
    {"tape-fused", "mlp alone: a layer as an affine map and a map",
     FUSED(AFFINE | LEAVES, MAPS), .layers = true, RUNS(tape)},
    {"plan-replay", "the tape recorded once, replayed operation by operation",
     .form = REPLAY_unrolled, REPLAYS},
    {"plan-rolled", "the same, re-rolled into loops over ranges", .form = REPLAY_rolled,
     .layers = true, REPLAYS},
    {"plan-fused", "mlp alone: tape-fused recorded once, and replayed",
     .form = REPLAY_fused, .mlp_alone = true, .layers = true, REPLAYS},
    {"recording", "a part of tape: recording alone, and no backward",
     .kind = ENGINE_part, RECORD(tape), .whole = record_tape},
    {"rolling", "a cost beside plan-rolled: making the plan, and nothing else",
     .form = REPLAY_rolled, .kind = ENGINE_part, PLAN, .whole = replay_making},
    {"hand-strict", "mlp alone: by hand with -O3, every sum in its order",
     HAND(OUTSIDER_strict)},
    {"hand-blocked", "mlp alone: the same, four rows at a time",
     HAND(OUTSIDER_blocked)},
    {"hand-vectorised", "mlp alone: the same with -ffast-math",
     HAND(OUTSIDER_vectorised)},
    {"adolc", "mlp alone: ADOL-C, after make peers", PEER},
    {"sacado", "mlp alone: Sacado, after make peers", PEER},
    {"graph-by-contract", "the graph behind engine.h, as foreign engines are",
     .sorts = true, .form = FOREIGN_graph, FOREIGN_ROW},
    {"tape-by-contract", "the tape behind engine.h: the price of the contract",
     .form = FOREIGN_tape, FOREIGN_ROW},
};

const size_t engines_count = sizeof engines / sizeof *engines;

bool engine_takes(const engine *e, const program_kind *kind)
{
    if (kind == &bench_mlp_kind) return true;
    return !e->mlp_alone &&
           (e->whole != run_whole_tape_reserved || kind->record_tape_reserved != NULL);
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
