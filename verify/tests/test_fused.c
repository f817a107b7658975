/*
 * Operations that are several in one node, on both engines (fused.inc), and what the
 * tape alone has: tangents through them, the nodes that they take, maps by vectors.
 */
#include <stdlib.h>

#include "engine/graph.h"
#include "engine/maps.h"
#include "engine/streams.h"
#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { FUSED_KINDS = 9, FUSED_MOST = 60, FUSED_VARS = 420 };

/* At most 70 terms below 4 and a handful of tanh, each a few ulps wrong. */
static const double FUSED_BOUND = 1e-12;

#define ENGINE graph
#include "verify/tests/fused.inc"
#define ENGINE tape
#include "verify/tests/fused.inc"

/* <w, Jv> = <J'w, v>: forward mode through every fused node is the transpose of back. */
START_TEST(tangents_are_the_transpose)
{
    for (int kind = 0; kind < FUSED_KINDS; kind++)
        for (size_t n = 1; n < 40; n += 6) {
            ad_tape *t = ad_tape_new(NULL);
            ad_tape_handle h[FUSED_VARS];
            double v[FUSED_VARS], dot = 0;
            fused_vars_tape(t, n, FUSED_VARS, h);
            random_source r = {n};
            for (size_t k = 0; k < FUSED_VARS; k++) v[k] = random_uniform(&r, -1, 1);
            const ad_tape_handle z = fused_case_tape(t, kind, n, true, h);
            ck_assert_int_eq(ad_tape_tangents(t, FUSED_VARS, h, v), AD_OK);
            ck_assert_int_eq(ad_tape_backward(t, z), AD_OK);
            for (size_t k = 0; k < FUSED_VARS; k++) dot += v[k] * ad_tape_grad(t, h[k]);
            assert_within(ad_tape_tangent(t, z), dot, 10 * FUSED_BOUND);
            ad_tape_free(t);
        }
}
END_TEST

/* Operands past the reach of a word: the same value and gradient. */
START_TEST(fused_far_away)
{
    for (int kind = 0; kind < FUSED_KINDS; kind++) {
        ad_tape *t = ad_tape_new(NULL), *far = ad_tape_new(NULL);
        ad_tape_handle h[FUSED_VARS], k[FUSED_VARS];
        whole(far)->near = 1;
        ad_tape_reset(far);
        fused_vars_tape(t, 5, FUSED_VARS, h);
        fused_vars_tape(far, 5, FUSED_VARS, k);
        const ad_tape_handle z = fused_case_tape(t, kind, 37, true, h);
        const ad_tape_handle y = fused_case_tape(far, kind, 37, true, k);
        assert_same(ad_tape_value(far, y), ad_tape_value(t, z));
        ad_tape_backward(t, z);
        ad_tape_backward(far, y);
        for (size_t i = 0; i < FUSED_VARS; i++)
            assert_within(ad_tape_grad(far, k[i]), ad_tape_grad(t, h[i]), FUSED_BOUND);
        ad_tape_free(t);
        ad_tape_free(far);
    }
}
END_TEST

/* s = s + x y is one node for two operations; elsewhere it is two. */
START_TEST(nodes_of_muladd)
{
    ad_tape *t = ad_tape_new(NULL);
    const ad_tape_handle x = ad_tape_var(t, 2), y = ad_tape_var(t, 3);
    const ad_tape_handle s = ad_tape_muladd(t, y, x, y);
    ck_assert_uint_eq(t->nodes, 3);
    assert_same(s.value, 9);
    assert_same(ad_tape_muladd(t, x, s, y).value, 29);
    ck_assert_uint_eq(t->nodes, 5);
    ad_tape_free(t);
}
END_TEST

/* Three neurons by muladd, one after the other, of which the middle one is dead: what it
 * would pass on is 0 * inf. */
START_TEST(neurons_by_muladd)
{
    ad_tape *t = ad_tape_new(NULL);
    const ad_tape_handle b = ad_tape_var(t, 1), x = ad_tape_var(t, 2),
                         inf = ad_tape_var(t, (double)INFINITY);
    const ad_tape_handle first = ad_tape_muladd(t, b, x, x);
    const ad_tape_handle dead = ad_tape_muladd(t, b, x, inf);
    const ad_tape_handle last = ad_tape_muladd(t, first, x, b);
    const ad_tape_handle z = ad_tape_add(t, last, ad_tape_min(t, dead, x));
    for (int pass = 0; pass < 4; pass++) {
        ck_assert(pass % 2 ? ad_tape_backward(t, z) == AD_OK
                           : ad_tape_backward_leaves(t, z) == AD_OK);
        assert_same(ad_tape_grad(t, b), 3);
        assert_same(ad_tape_grad(t, x), 6); /* 2x + b + 1 */
        assert_same(ad_tape_grad(t, inf), 0);
    }
    ad_tape_free(t);
}
END_TEST

/* Dots with one range in common, of rows one after the other, upwards and downwards. */
START_TEST(dots_of_rows)
{
    enum { N = 5, M = 24 };
    for (int down = 0; down < 2; down++) {
        ad_tape *t = ad_tape_new(NULL);
        const ad_tape_handle w = ad_tape_var(t, 0);
        for (size_t k = 1; k < M * N + N; k++) ad_tape_var(t, (double)k);
        const ad_tape_handle x = ad_tape_after(t, w, (size_t)M * N);
        ad_tape_handle first = ad_tape_nil();
        for (size_t j = 0; j < M; j++) {
            const size_t row = down ? M - 1 - j : j;
            const ad_tape_handle z = ad_tape_dot(t, N, ad_tape_after(t, w, row * N), x);
            if (j == 0) first = z;
        }
        ck_assert_int_eq(ad_tape_backward(t, ad_tape_sum(t, M, first)), AD_OK);
        for (size_t k = 0; k < M * N; k++)
            assert_same(ad_tape_grad(t, ad_tape_after(t, w, k)),
                        (double)(M * N + k % N));
        for (size_t k = 0; k < N; k++) /* the sum of k, k + N, ... */
            assert_same(ad_tape_grad(t, ad_tape_after(t, x, k)),
                        (double)(M * k + N * M * (M - 1) / 2));
        ad_tape_free(t);
    }
}
END_TEST

/* Every row of maps.def against libm, whose own error of an ulp or two the bounds have
 * room for, at ordinary points, large ones and edges; and a dead item passes nothing. */
typedef struct map_bound {
    ad_op op;
    double value_ulps, partial_ulps;
} map_bound;

static const map_bound map_bounds[] = {
#define MAP(name, value, partial, value_ulps, partial_ulps)                            \
    {AD_OP_##name, value_ulps, partial_ulps},
#include "engine/maps.def"
};

static void judge_map(const map_bound *m, size_t n, const double *x)
{
    double z[9], g[9], a[9] = {0};
    for (size_t k = 0; k < n; k++) g[k] = k % 3 == 1 ? 0 : 1;
    ad_kernel_map(m->op, n, x, z);
    ad_kernel_map_back(m->op, n, g, x, z, a);
    for (size_t k = 0; k < n; k++) {
        double partial;
        const double value = ad_ops[m->op].value(&x[k], 0);
        ad_ops[m->op].partials(&x[k], 0, value, &partial);
        if (g[k] == 0) partial = 0;
        if (ulps_apart(z[k], value) > m->value_ulps + 1 ||
            ulps_apart(a[k], partial) > m->partial_ulps + 1)
            ck_abort_msg("%s(%.17g): %.17g, expected %.17g; partial %.17g, expected "
                         "%.17g",
                         ad_ops[m->op].name, x[k], z[k], value, a[k], partial);
    }
}

START_TEST(maps_within_their_ulps)
{
    static const double edges[] = {0,   -0.0,  1,        -1,        709.7,       -709.7,
                                   750, -750,  1e-300,   5e-324,    1e300,       -1e300,
                                   22,  1e308, HUGE_VAL, -HUGE_VAL, (double)NAN, -745};
    random_source r = {test_seed()};
    for (size_t i = 0; i < sizeof map_bounds / sizeof *map_bounds; i++) {
        for (size_t k = 0; k + 9 <= sizeof edges / sizeof *edges; k += 9)
            judge_map(&map_bounds[i], 9, edges + k);
        for (size_t k = 0; k < soaked(20000); k++) {
            double x[9];
            for (size_t j = 0; j < 9; j++)
                x[j] =
                    j % 2 ? random_uniform(&r, -30, 30) : random_magnitude(&r, -9, 3);
            judge_map(&map_bounds[i], 1 + k % 9, x);
        }
    }
}
END_TEST

/* Any row of one operand can be mapped, also where no vectors do it. */
START_TEST(map_of_every_row)
{
    for (ad_op op = (ad_op)AD_FIRST_ROW; op <= (ad_op)AD_LAST_ROW; op++) {
        if (ad_ops[op].operands != 1 || ad_ops[op].constants != 0) continue;
        ad_tape *t = ad_tape_new(NULL);
        const double lo = fmax(ad_ops[op].lo, -3), hi = fmin(ad_ops[op].hi, 3);
        const ad_tape_handle x = ad_tape_var(t, lo + 0.3 * (hi - lo));
        ad_tape_var(t, lo + 0.8 * (hi - lo));
        const ad_tape_handle z = ad_tape_map(t, op, 2, x);
        const ad_tape_handle s = ad_tape_sum(t, 2, z);
        ck_assert_int_eq(ad_tape_backward(t, s), AD_OK);
        for (size_t k = 0; k < 2; k++) {
            const double at = ad_tape_after(t, x, k).value;
            double partial, value = ad_ops[op].value(&at, 0);
            ad_ops[op].partials(&at, 0, value, &partial);
            assert_ulps(ad_tape_after(t, z, k).value, value, 8);
            assert_ulps(ad_tape_grad(t, ad_tape_after(t, x, k)), partial, 10);
        }
        ad_tape_free(t);
    }
}
END_TEST

Suite *fused_suite(void)
{
    Suite *s = suite_create("fused");
    add_fused_graph(s);
    add_fused_tape(s);
    TCase *c = tcase_create("tape alone");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, tangents_are_the_transpose);
    tcase_add_test(c, fused_far_away);
    tcase_add_test(c, nodes_of_muladd);
    tcase_add_test(c, neurons_by_muladd);
    tcase_add_test(c, dots_of_rows);
    tcase_add_test(c, maps_within_their_ulps);
    tcase_add_test(c, map_of_every_row);
    suite_add_tcase(s, c);
    return s;
}
