/*
 * A graph whose nodes stand in blocks keeps the same promises, and gives the same bits
 * as one that has each node apart; and what each asks of its allocator.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/graph.h"
#include "verify/random.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

static ad_graph *new_in_blocks(const ad_allocator *memory)
{
    ad_graph *g = ad_graph_new(memory);
    if (g != NULL) ad_graph_blocks(g, true);
    return g;
}

/* All that verbs.inc and memory.inc make is in blocks. */
#define ad_graph_new new_in_blocks
#define ENGINE graph
#include "verify/tests/verbs.inc"
#define ENGINE graph
#include "verify/tests/memory.inc"
#undef ad_graph_new

typedef ad_graph_handle handle;

enum { BLOCK = 1024 };

/* ---- The same bits ---------------------------------------------------------------- */

/* A graph apart and one in blocks, which do the same. */
typedef struct twins {
    ad_graph *of[2];
    handle *at[2]; /* handle number k of each */
    size_t n, room;
} twins;

static void twins_open(twins *t, size_t room, bool creation_order)
{
    *t = (twins){.of = {ad_graph_new(NULL), new_in_blocks(NULL)}, .room = room};
    for (int i = 0; i < 2; i++) {
        ad_graph_creation_order(t->of[i], creation_order);
        t->at[i] = malloc(room * sizeof *t->at[i]);
    }
}

static void twins_close(twins *t)
{
    for (int i = 0; i < 2; i++) {
        free(t->at[i]);
        ad_graph_free(t->of[i]);
    }
}

/* An operation of any kind of node, on operands from anywhere. */
static handle record_random(ad_graph *g, handle *at, size_t n, random_source draw)
{
    const handle x = at[random_below(&draw, n)], y = at[random_below(&draw, n)];
    const size_t length = random_below(&draw, n < 40 ? n : 40);
    const handle from = at[random_below(&draw, n - length)];
    const double u = random_uniform(&draw, -1, 1);
    switch (random_below(&draw, 10)) {
    case 0: return ad_graph_var(g, u);
    case 1: return ad_graph_constant(g, u);
    case 2: return ad_graph_mul_c(g, x, u);
    case 3: return ad_graph_fma(g, x, y, from);
    case 4: return ad_graph_tanh(g, ad_graph_sum(g, length, from));
    case 5: return ad_graph_tanh(g, ad_graph_dot(g, length, from, from));
    case 6: return ad_graph_custom(g, 2, (handle[]){x, y}, u, (double[]){u, -u});
    case 7: return ad_graph_tanh(g, ad_graph_muladd(g, x, y, from));
    case 8: return ad_graph_mul(g, x, y);
    default: return ad_graph_sub(g, ad_graph_tanh(g, x), y);
    }
}

static void assert_twins(const twins *t, uint64_t seed)
{
    for (size_t k = 0; k < t->n; k++) {
        const double value[2] = {ad_graph_value(t->of[0], t->at[0][k]),
                                 ad_graph_value(t->of[1], t->at[1][k])};
        const double grad[2] = {ad_graph_grad(t->of[0], t->at[0][k]),
                                ad_graph_grad(t->of[1], t->at[1][k])};
        if (!is_within(value[0], value[1], 0) || !is_within(grad[0], grad[1], 0))
            ck_abort_msg("node %zu of %zu: value %a and %a, gradient %a and %a; "
                         "GRADYNO_SEED=%" PRIu64,
                         k, t->n, value[0], value[1], grad[0], grad[1], seed);
    }
}

/* Recording, rewinding into the middle of blocks and to their ends, and backward. */
START_TEST(same_bits)
{
    const uint64_t seed = test_seed() + (uint64_t)_i;
    random_source random = {seed};
    twins t;
    twins_open(&t, 5 * BLOCK, _i % 2 != 0);
    for (int round = 0; round < 12; round++) {
        const size_t mark = round % 3 == 0   ? random_below(&random, t.n + 1)
                            : round % 3 == 1 ? t.n / BLOCK * BLOCK
                                             : t.n;
        size_t most = mark + random_below(&random, 2 * BLOCK) + 2;
        if (most > t.room - 2) most = t.room - 2;
        if (mark >= most) continue;
        t.n = mark;
        for (int i = 0; i < 2; i++) ad_graph_rewind(t.of[i], mark);
        while (t.n < most) {
            const random_source draw = {random_bits(&random)};
            const size_t before = t.n;
            for (int i = 0; i < 2; i++) {
                const handle first =
                    before < 2 ? ad_graph_var(t.of[i], 0.5)
                               : record_random(t.of[i], t.at[i], before, draw);
                t.n = ad_graph_mark(t.of[i]); /* one node or two */
                t.at[i][t.n - 1] = first;
                if (t.n - before == 2)
                    t.at[i][before] = ad_graph_after(t.of[i], t.at[i][0], before);
            }
        }
        const size_t output = t.n - 1 - random_below(&random, 2);
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(ad_graph_backward(t.of[i], t.at[i][output]), AD_OK);
        assert_twins(&t, seed);
    }
    twins_close(&t);
}
END_TEST

/* ---- What is asked of the allocator ----------------------------------------------- */

static handle record_chain(ad_graph *g, handle x, size_t n)
{
    handle y = x;
    for (size_t i = 0; i < n; i++) y = ad_graph_mul(g, y, x);
    return y;
}

/* One request a block and the list of blocks; a step again asks for nothing. */
START_TEST(a_request_a_block)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_graph *g = new_in_blocks(&memory);
    ad_graph_creation_order(g, true);
    const handle x = ad_graph_var(g, 1);
    ad_graph_blocks(g, true); /* it is already, so nothing ends */
    const size_t start = ad_graph_mark(g), one = heap.requests;
    record_chain(g, x, BLOCK - 1);
    ck_assert_uint_eq(heap.requests, one);
    const handle next = ad_graph_neg(g, x);
    ck_assert_uint_eq(heap.requests, one + 1);
    ck_assert_ptr_eq(ad_graph_after(g, x, BLOCK), next);
    record_chain(g, x, 9 * BLOCK - 1);
    ck_assert_uint_eq(heap.live_blocks, 2 + 10); /* the graph, its list, its blocks */
    ck_assert_uint_lt(heap.live_bytes, 10 * BLOCK * 41 + 2048);
    const size_t requests = heap.requests, live = heap.live_bytes;
    for (int step = 0; step < 3; step++) {
        ad_graph_rewind(g, start);
        ck_assert_uint_eq(heap.live_bytes, live);
        const handle y = record_chain(g, x, 10 * BLOCK - 1);
        ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
        assert_same(ad_graph_grad(g, x), 10 * BLOCK);
        ck_assert_uint_eq(heap.requests, requests);
    }
    ad_graph_reset(g);
    ck_assert_uint_eq(heap.live_bytes, live);
    ad_graph_blocks(g, false); /* there are no nodes: their blocks go */
    ck_assert_uint_lt(heap.live_bytes, 4096);
    assert_same(ad_graph_value(g, record_chain(g, ad_graph_var(g, 2), 3)), 16);
    ad_graph_free(g);
    assert_all_freed(&heap);
}
END_TEST

/* Apart: a request a node, and rewind gives each back. */
START_TEST(a_request_a_node)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_graph *g = ad_graph_new(&memory);
    const handle x = ad_graph_var(g, 1);
    const size_t start = ad_graph_mark(g);
    for (int step = 0; step < 3; step++) {
        const size_t blocks = heap.live_blocks;
        record_chain(g, x, 1000);
        ck_assert_uint_eq(heap.live_blocks, blocks + 1000);
        ad_graph_rewind(g, start + 10);
        ck_assert_uint_eq(heap.live_blocks, blocks + 10);
        ad_graph_rewind(g, start);
        ck_assert_uint_eq(heap.live_blocks, blocks);
    }
    ad_graph_free(g);
    assert_all_freed(&heap);
}
END_TEST

/* Operands apart from their nodes end with them, wherever the mark stands. */
START_TEST(wide_parts_end)
{
    for (int blocks = 0; blocks < 2; blocks++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_graph *g = ad_graph_new(&memory);
        ad_graph_blocks(g, blocks);
        const handle x = ad_graph_var(g, 1);
        size_t live[8] = {0};
        for (size_t k = 1; k < 8; k++) {
            live[k] = heap.live_blocks;
            ad_graph_sum(g, 1, x);
        }
        for (size_t k = 8; k-- > 1;) {
            ad_graph_rewind(g, k);
            ck_assert_uint_eq(heap.live_blocks, live[k]);
        }
        ad_graph_free(g);
        assert_all_freed(&heap);
    }
}
END_TEST

/* A limit within a block, at its end, and lifted again. */
START_TEST(limit_in_a_block)
{
    for (size_t limit = BLOCK - 1; limit <= BLOCK + 1; limit++) {
        ad_graph *g = new_in_blocks(NULL);
        const handle x = ad_graph_var(g, 1);
        ad_graph_limit(g, limit);
        record_chain(g, x, limit - 1);
        ck_assert_int_eq(ad_graph_status(g), AD_OK);
        ck_assert(isnan(ad_graph_value(g, ad_graph_neg(g, x))));
        ck_assert_int_eq(ad_graph_status(g), AD_TOO_MANY);
        ck_assert_uint_eq(ad_graph_mark(g), limit);
        ad_graph_reset(g);
        ad_graph_limit(g, SIZE_MAX);
        record_chain(g, ad_graph_var(g, 1), 2 * limit);
        ck_assert_int_eq(ad_graph_status(g), AD_OK);
        ad_graph_free(g);
    }
}
END_TEST

Suite *graph_blocks_suite(void)
{
    Suite *suite = suite_create("graph_blocks");
    add_verbs_graph(suite);
    TCase *blocks = tcase_create("blocks");
    tcase_set_timeout(blocks, 60);
    add_memory_graph(blocks);
    tcase_add_loop_test(blocks, same_bits, 0, 20);
    tcase_add_test(blocks, a_request_a_block);
    tcase_add_test(blocks, a_request_a_node);
    tcase_add_test(blocks, wide_parts_end);
    tcase_add_test(blocks, limit_in_a_block);
    suite_add_tcase(suite, blocks);
    return suite;
}
