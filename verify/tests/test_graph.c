/*
 * The graph keeps its promises: those that it shares with the tape (verbs.inc), and
 * those about its own sort.
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

#define ENGINE graph
#include "verify/tests/verbs.inc"

typedef ad_graph_handle handle;

/* order() apart changes nothing, whatever was ordered or recorded before it. */
START_TEST(order_apart)
{
    ad_graph *g = ad_graph_new(NULL);
    const handle x = ad_graph_var(g, 3), y = ad_graph_mul(g, x, x);
    ck_assert_int_eq(ad_graph_order(g, y), AD_OK);
    ck_assert_int_eq(ad_graph_order(g, y), AD_OK);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    assert_same(ad_graph_grad(g, x), 6);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    assert_same(ad_graph_grad(g, x), 6);

    ck_assert_int_eq(ad_graph_order(g, x), AD_OK); /* of another output */
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    assert_same(ad_graph_grad(g, x), 6);

    ck_assert_int_eq(ad_graph_order(g, y), AD_OK);
    const handle z = ad_graph_add(g, y, x); /* recorded after the order */
    ck_assert_int_eq(ad_graph_backward(g, z), AD_OK);
    assert_same(ad_graph_grad(g, x), 7);
    assert_same(ad_graph_grad(g, y), 1);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    assert_same(ad_graph_grad(g, x), 6);
    assert_same(ad_graph_grad(g, z), 0);
    ad_graph_free(g);
}
END_TEST

/* order() alone touches no gradient. */
START_TEST(order_reads_only)
{
    ad_graph *g = ad_graph_new(NULL);
    const handle x = ad_graph_var(g, 3), y = ad_graph_mul(g, x, x);
    ck_assert_int_eq(ad_graph_order(g, y), AD_OK);
    ck_assert(isnan(ad_graph_grad(g, x)));
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    ck_assert_int_eq(ad_graph_order(g, x), AD_OK);
    assert_same(ad_graph_grad(g, x), 6);
    ad_graph_free(g);
}
END_TEST

/*
 * The order is topological: operands before users, each node once. It is seen from
 * outside by a graph whose every gradient names the node's own count of paths: y = sum
 * of two earlier nodes at random, so d y / d node = number of paths, an integer below
 * 2^53. Half of the paths' product would be missing where a node went before one of its
 * users, and a node that is walked twice counts double.
 */
START_TEST(order_is_topological)
{
    enum { NODES = 200 };
    random_source random = {test_seed() + (uint64_t)_i};
    ad_graph *g = ad_graph_new(NULL);
    handle at[NODES];
    size_t left[NODES] = {0}, right[NODES] = {0};
    double paths[NODES] = {0};
    at[0] = ad_graph_var(g, 1);
    for (size_t k = 1; k < NODES; k++) {
        const size_t near = k < 40 ? 0 : k - 40; /* keeps the counts below 2^53 */
        left[k] = near + random_below(&random, k - near);
        right[k] = random_below(&random, 8) == 0 ? left[k]
                                                 : random_below(&random, left[k] + 1);
        at[k] = ad_graph_add(g, at[left[k]], at[right[k]]);
    }
    paths[NODES - 1] = 1;
    for (size_t k = NODES; k-- > 1;) {
        paths[left[k]] += paths[k];
        paths[right[k]] += paths[k];
    }
    ck_assert(paths[0] < 0x1p53);
    for (int by_creation = 0; by_creation < 2; by_creation++) {
        ad_graph_creation_order(g, by_creation);
        ck_assert_int_eq(ad_graph_backward(g, at[NODES - 1]), AD_OK);
        for (size_t k = 0; k < NODES; k++)
            if (ad_graph_grad(g, at[k]) != paths[k])
                ck_abort_msg("node %zu has %g paths, its gradient is %g (%s); "
                             "GRADYNO_SEED=%" PRIu64,
                             k, paths[k], ad_graph_grad(g, at[k]),
                             by_creation ? "creation order" : "sorted",
                             test_seed() + (uint64_t)_i);
    }
    ad_graph_free(g);
}
END_TEST

/*
 * Sorts are numbered, and numbers come again. The output that is sorted with the same
 * number each time, and with no other, must not seem to have been met already.
 */
START_TEST(sorts_without_number)
{
    ad_graph *g = ad_graph_new(NULL);
    const handle x = ad_graph_var(g, 3);
    const handle y = ad_graph_mul(g, x, x), z = ad_graph_neg(g, ad_graph_add(g, y, x));
    const int period = 254 + _i;
    for (int i = 0; i < 3 * period + 1; i++) {
        const handle output = i % period == 0 ? z : i % 2 == 0 ? y : x;
        ck_assert_int_eq(ad_graph_backward(g, output), AD_OK);
        assert_same(ad_graph_grad(g, x), output == z ? -7 : output == y ? 6 : 1);
    }
    ad_graph_free(g);
}
END_TEST

/* Only the sort is on the clock when it is switched off: the gradients are the same.
 * Where several contributions meet, their order may differ, so the bound is that of a
 * sum of the three that meet in x: 2 roundings of |a| + |b| + |c|, 6 ulps at most. */
START_TEST(creation_order)
{
    ad_graph *g = ad_graph_new(NULL);
    const handle x = ad_graph_var(g, 0.3);
    const handle a = ad_graph_tanh(g, x);
    const handle b = ad_graph_mul(g, x, a);
    const handle unused = ad_graph_recip(g, ad_graph_sub(g, x, x)); /* 1/0 */
    const handle y = ad_graph_add(g, ad_graph_mul(g, b, x), a);
    const handle later = ad_graph_mul(g, y, y);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    const double sorted[3] = {ad_graph_grad(g, x), ad_graph_grad(g, a),
                              ad_graph_grad(g, b)};
    ad_graph_creation_order(g, true);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
        assert_ulps(ad_graph_grad(g, x), sorted[0], 6);
        assert_ulps(ad_graph_grad(g, a), sorted[1], 6);
        assert_ulps(ad_graph_grad(g, b), sorted[2], 6);
        assert_same(ad_graph_grad(g, unused), 0);
        assert_same(ad_graph_grad(g, later), 0);
        ck_assert_int_eq(ad_graph_backward(g, a), AD_OK); /* an output in the middle */
        assert_same(ad_graph_grad(g, y), 0);
        ck_assert_int_eq(ad_graph_order(g, y), AD_OK);
    }
    ad_graph_creation_order(g, false);
    ck_assert_int_eq(ad_graph_backward(g, y), AD_OK);
    assert_same(ad_graph_grad(g, x), sorted[0]);
    ad_graph_free(g);
}
END_TEST

/* The walk in creation order ends where only leaves are left: leaves that come later,
 * and a rewind among the first ones, must not move that end up. */
START_TEST(leaves_among_operations)
{
    ad_graph *g = ad_graph_new(NULL);
    ad_graph_creation_order(g, true);
    for (int round = 0; round < 2; round++) {
        const handle x = ad_graph_var(g, 3), y = ad_graph_mul(g, x, x);
        const handle c = ad_graph_constant(g, 5), v = ad_graph_var(g, 7);
        const handle z = ad_graph_mul(g, ad_graph_mul(g, y, c), v);
        ck_assert_int_eq(ad_graph_backward(g, z), AD_OK);
        assert_same(ad_graph_grad(g, x), 210);
        assert_same(ad_graph_grad(g, v), 45);
        ad_graph_rewind(g, 0);
        for (int i = 0; i < 10; i++) ad_graph_var(g, 1);
        ad_graph_rewind(g, 0);
    }
    ad_graph_free(g);
}
END_TEST

/* Nodes of many operands that are sorted again: their operands are met again. */
START_TEST(wide_nodes_again)
{
    ad_graph *g = ad_graph_new(NULL);
    const handle x = ad_graph_var(g, 3);
    const handle y = ad_graph_mul(g, x, x); /* 9, and the one after it 27 */
    ad_graph_mul(g, y, x);
    const handle sum = ad_graph_sum(g, 2, y), z = ad_graph_fma(g, sum, y, x);
    for (int round = 0; round < 3; round++) {
        ck_assert_int_eq(ad_graph_backward(g, sum), AD_OK);
        assert_same(ad_graph_grad(g, x), 6 + 27);
        ck_assert_int_eq(ad_graph_backward(g, z), AD_OK); /* (x^2 + x^3) x^2 + x */
        assert_same(ad_graph_grad(g, x), 4 * 27 + 5 * 81 + 1);
    }
    ad_graph_free(g);
}
END_TEST

/* An operation of very many operands is one node: the sort goes through them, and does
 * not recurse into them. */
START_TEST(wide_node)
{
    const size_t width = volume_up_to(1000000);
    ad_graph *g = ad_graph_new(NULL);
    const handle first = ad_graph_var(g, 1);
    for (size_t i = 1; i < width; i++) ad_graph_var(g, 1);
    const handle total = ad_graph_sum(g, width, first);
    const handle y = ad_graph_dot(g, width, first, first);
    const handle z = ad_graph_mul(g, total, y);
    ck_assert_int_eq(ad_graph_backward(g, z), AD_OK);
    const double n = (double)width;
    assert_same(ad_graph_value(g, z), n * n);
    assert_same(ad_graph_grad(g, first), n + 2 * n);
    ad_graph_free(g);
}
END_TEST

#ifndef NDEBUG
/* A handle of another graph, wherever one is taken: each must raise SIGABRT. */
START_TEST(foreign_handles)
{
    if (freopen("/dev/null", "w", stderr) == NULL)
        return; /* assert's text is expected */
    ad_graph *g = ad_graph_new(NULL), *other = ad_graph_new(NULL);
    const handle own = ad_graph_var(g, 2);
    ad_graph_mul(g, own, own);
    const handle foreign = ad_graph_var(other, 3);
    const handle operands[3] = {own, own, foreign};
    switch (_i) {
    case 0: ad_graph_neg(g, foreign); break;
    case 1: ad_graph_mul(g, own, foreign); break;
    case 2: ad_graph_fma(g, own, own, foreign); break;
    case 3: ad_graph_sum(g, 1, foreign); break;
    case 4: ad_graph_dot(g, 1, own, foreign); break;
    case 5: ad_graph_custom(g, 3, operands, 0, (double[]){1, 1, 1}); break;
    case 6: ad_graph_apply(g, AD_OP_fma, operands, 0); break;
    case 7: ad_graph_backward(g, foreign); break;
    case 8: ad_graph_order(g, foreign); break;
    case 9: ad_graph_value(g, foreign); break;
    case 10: ad_graph_grad(g, foreign); break;
    default: ad_graph_set(g, foreign, 1); break;
    }
    ad_graph_free(g);
    ad_graph_free(other);
}
END_TEST
#endif

Suite *graph_suite(void)
{
    Suite *suite = suite_create("graph");
    add_verbs_graph(suite);
    TCase *sort = tcase_create("sort");
    tcase_set_timeout(sort, 60);
    tcase_add_test(sort, order_apart);
    tcase_add_test(sort, order_reads_only);
    tcase_add_loop_test(sort, order_is_topological, 0, 20);
    tcase_add_loop_test(sort, sorts_without_number, 0, 4);
    tcase_add_test(sort, creation_order);
    tcase_add_test(sort, leaves_among_operations);
    tcase_add_test(sort, wide_nodes_again);
    tcase_add_test(sort, wide_node);
    suite_add_tcase(suite, sort);
#ifndef NDEBUG
    if (tests_fork()) {
        TCase *foreign = tcase_create("foreign handles");
        tcase_add_loop_test_raise_signal(foreign, foreign_handles, SIGABRT, 0, 12);
        suite_add_tcase(suite, foreign);
    } else {
        puts(
            "graph: CK_FORK=no leaves out the tests of foreign handles, which end in a "
            "signal");
    }
#endif
    return suite;
}
