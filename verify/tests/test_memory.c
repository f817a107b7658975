/* Memory: what both engines do when there is none, and the allocators themselves. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"

#define ENGINE graph
#include "verify/tests/memory.inc"
#define ENGINE tape
#include "verify/tests/memory.inc"

/* The side table alone is refused: constants, third operands, dot and custom live
 * there. */
START_TEST(side_table_fails)
{
    for (int kind = 0; kind < 4; kind++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        const ad_tape_handle x = ad_tape_var(t, 2);
        ck_assert_int_eq(ad_tape_reserve(t, 1000), AD_OK);
        const size_t nodes = ad_tape_mark(t).nodes;
        heap.fail_at = heap.requests + 1; /* only the side table has no room now */
        ad_tape_handle z;
        switch (kind) {
        case 0: z = ad_tape_add_c(t, x, 3); break;
        case 1: z = ad_tape_fma(t, x, x, x); break;
        case 2: z = ad_tape_dot(t, 1, x, x); break;
        default: z = ad_tape_custom(t, 1, &x, 1, (double[]){1}); break;
        }
        ck_assert_int_eq(ad_tape_status(t), AD_NO_MEMORY);
        ck_assert_uint_eq(ad_tape_mark(t).nodes, nodes);
        ck_assert(isnan(ad_tape_value(t, z)));
        ck_assert_int_eq(ad_tape_backward(t, x), AD_NO_MEMORY);
        ad_tape_free(t);
        assert_all_freed(&heap);
    }
}
END_TEST

/* The graph's second list, which the sort fills, is refused: backward says so. */
START_TEST(order_fails)
{
    test_allocator heap = {0};
    const ad_allocator memory = test_memory(&heap);
    ad_graph *g = ad_graph_new(&memory);
    const ad_graph_handle x = ad_graph_var(g, 2), y = ad_graph_mul(g, x, x);
    heap.fail_at = heap.requests + 1;
    ck_assert_int_eq(ad_graph_order(g, y), AD_NO_MEMORY);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_NO_MEMORY);
    ck_assert(isnan(ad_graph_grad(g, x)));
    ad_graph_free(g);
    assert_all_freed(&heap);
}
END_TEST

/* ---- The allocators ------------------------------------------------------------- */

static void fill(unsigned char *block, size_t bytes, int with)
{
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq((uintptr_t)block % _Alignof(max_align_t), 0);
    memset(block, with, bytes);
}

static void assert_filled(const unsigned char *block, size_t bytes, int with)
{
    for (size_t i = 0; i < bytes; i++)
        if (block[i] != with) ck_abort_msg("byte %zu is %d, not %d", i, block[i], with);
}

/* Blocks do not overlap, keep their bytes as they grow, and are aligned. */
static void use_allocator(const ad_allocator *m)
{
    enum { BLOCKS = 64 };
    unsigned char *block[BLOCKS];
    for (size_t i = 0; i < BLOCKS; i++) {
        block[i] = m->resize(m->ctx, NULL, 0, 3 * i + 1);
        fill(block[i], 3 * i + 1, (int)i);
    }
    for (size_t i = 0; i < BLOCKS; i++) {
        block[i] = m->resize(m->ctx, block[i], 3 * i + 1, 100 * i + 7);
        assert_filled(block[i], 3 * i + 1, (int)i);
        fill(block[i], 100 * i + 7, (int)i);
    }
    for (size_t i = 0; i < BLOCKS; i++) assert_filled(block[i], 100 * i + 7, (int)i);
    for (size_t i = BLOCKS; i-- > 0;)
        ck_assert_ptr_null(m->resize(m->ctx, block[i], 100 * i + 7, 0));
    ck_assert_ptr_null(m->resize(m->ctx, NULL, 0, 0));
}

START_TEST(malloc_allocates) { use_allocator(&ad_malloc); }
END_TEST

START_TEST(arena_allocates)
{
    ad_arena arena = {0};
    const ad_allocator memory = ad_arena_allocator(&arena);
    use_allocator(&memory);
    use_allocator(&memory);
    ad_arena_free(&arena);
    ad_arena_free(&arena);  /* an empty one */
    use_allocator(&memory); /* is as good as new */
    ad_arena_free(&arena);
}
END_TEST

/* Last in, first out is free: the same bytes serve again, over chunks too. */
START_TEST(arena_gives_back_the_newest)
{
    ad_arena arena = {0};
    const ad_allocator m = ad_arena_allocator(&arena);
    enum { BLOCKS = 100, BYTES = 100000 }; /* ten chunks or so */
    void *block[BLOCKS];
    size_t bytes = 0;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BLOCKS; i++) {
            block[i] = m.resize(m.ctx, NULL, 0, BYTES);
            ck_assert_ptr_nonnull(block[i]);
        }
        if (round == 0) bytes = arena.reserved_bytes;
        ck_assert_uint_eq(arena.reserved_bytes, bytes);
        for (int i = BLOCKS; i-- > 0;) m.resize(m.ctx, block[i], BYTES, 0);
    }
    ad_arena_free(&arena);
}
END_TEST

/* A block that cannot be had leaves everything as it was. */
START_TEST(arena_refuses_the_impossible)
{
    ad_arena arena = {0};
    const ad_allocator m = ad_arena_allocator(&arena);
    unsigned char *block = m.resize(m.ctx, NULL, 0, 100);
    fill(block, 100, 7);
    const size_t impossible[] = {SIZE_MAX, SIZE_MAX - 15}; /* rounding up would wrap */
    for (size_t i = 0; i < sizeof impossible / sizeof *impossible; i++) {
        ck_assert_ptr_null(m.resize(m.ctx, NULL, 0, impossible[i]));
        ck_assert_ptr_null(m.resize(m.ctx, block, 100, impossible[i]));
    }
    assert_filled(block, 100, 7);
    ad_arena_free(&arena);
}
END_TEST

/* The allocator that judges the engines is judged itself: it sees a wrong old_bytes. */
START_TEST(test_allocator_sees)
{
    test_allocator heap = {.fail_at = 3};
    const ad_allocator m = test_memory(&heap);
    void *a = m.resize(m.ctx, NULL, 0, 10);
    void *b = m.resize(m.ctx, a, 10, 20);
    ck_assert_ptr_null(m.resize(m.ctx, b, 20, 30));
    ck_assert_uint_eq(heap.failed, 1);
    ck_assert_uint_eq(heap.live_bytes, 20);
    ck_assert_uint_eq(heap.live_blocks, 1);
    ck_assert_uint_eq(heap.mistakes, 0);
    m.resize(m.ctx, b, 19, 0);
    ck_assert_uint_eq(heap.mistakes, 1);
    ck_assert_uint_eq(heap.told, 19);
    ck_assert_uint_eq(heap.held, 20);
    ck_assert_uint_eq(heap.live_blocks, 0);
    ck_assert_uint_eq(heap.peak_bytes, 20);
}
END_TEST

Suite *memory_suite(void)
{
    Suite *suite = suite_create("memory");
    TCase *graph = tcase_create("graph");
    TCase *tape = tcase_create("tape");
    TCase *allocators = tcase_create("allocators");
    tcase_set_timeout(graph, 60);
    tcase_set_timeout(tape, 60);
    add_memory_graph(graph);
    tcase_add_test(graph, order_fails);
    add_memory_tape(tape);
    tcase_add_test(tape, side_table_fails);
    tcase_add_test(allocators, malloc_allocates);
    tcase_add_test(allocators, arena_allocates);
    tcase_add_test(allocators, arena_gives_back_the_newest);
    tcase_add_test(allocators, arena_refuses_the_impossible);
    tcase_add_test(allocators, test_allocator_sees);
    suite_add_tcase(suite, graph);
    suite_add_tcase(suite, tape);
    suite_add_tcase(suite, allocators);
    return suite;
}
