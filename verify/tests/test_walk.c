/*
 * The tape's ways back. What backward does in runs, or with operands in the side table,
 * or while it uses adjoints up, is what one plain loop over the nodes does: on random
 * tapes of small whole numbers, where every order of adding gives the same.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/streams.h"
#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { MOST = 80, RUNS = 700 };
static const double EXACT = 0x1p40; /* below it, sums and products are exact */

/* The plain loop. False where a number grew too large to be exact. */
static bool plain_backward(const tape *t, size_t output, double *adjoint)
{
    for (size_t i = 0; i < t->cursor.nodes; i++) adjoint[i] = 0;
    adjoint[output] = 1;
    for (size_t i = output + 1; i-- > 0;) {
        const uint32_t at[2] = {tape_x(t, i), tape_y(t, i)};
        const ad_op op = tape_op(t, i);
        if (fabs(adjoint[i]) > EXACT || fabs(t->cursor.value[i]) > EXACT) return false;
        if (op <= AD_OP_var || adjoint[i] == 0) continue;
        if (op == AD_OP_muladd) {
            adjoint[i - 1] += adjoint[i];
            adjoint[at[0]] += adjoint[i] * t->cursor.value[at[1]];
            adjoint[at[1]] += adjoint[i] * t->cursor.value[at[0]];
            continue;
        }
        double operand[2], partial[2];
        for (int k = 0; k < ad_ops[op].operands; k++)
            operand[k] = t->cursor.value[at[k]];
        ad_ops[op].partials(operand, 0, t->cursor.value[i], partial);
        for (int k = 0; k < ad_ops[op].operands; k++)
            adjoint[at[k]] += adjoint[i] * partial[k];
    }
    return true;
}

/* An operand: one of the last few, mostly. */
static ad_tape_handle drawn(random_source *r, size_t n, const ad_tape_handle *h)
{
    if (random_below(r, 3) == 0) return h[random_below(r, n)];
    return h[n - 1 - random_below(r, n < 3 ? n : 3)];
}

/* Runs of s + x y, broken in every way: other operands, other operations, leaves. */
static void record(random_source *r, ad_tape *t, size_t length, ad_tape_handle *h)
{
    size_t n = 0;
    const size_t leaves = 1 + random_below(r, 6);
    while (n < leaves) h[n++] = ad_tape_var(t, (double)random_below(r, 3) - 1);
    while (n < length) {
        const ad_tape_handle a = drawn(r, n, h), b = drawn(r, n, h);
        switch (random_below(r, 12)) {
        case 0: h[n++] = ad_tape_var(t, (double)random_below(r, 3) - 1); break;
        case 1: h[n++] = ad_tape_constant(t, (double)random_below(r, 3) - 1); break;
        case 2: h[n++] = ad_tape_neg(t, a); break;
        case 3: h[n++] = ad_tape_sub(t, a, b); break;
        case 4: h[n++] = ad_tape_mul(t, a, b); break;
        case 5: h[n++] = ad_tape_add(t, a, b); break;
        default:
            if (n + 1 == length) break;
            h[n++] = ad_tape_mul(t, a, h[random_below(r, leaves)]);
            h[n] = ad_tape_add(t, h[n - 2], h[n - 1]);
            n++;
        }
    }
}

static void assert_grads(ad_tape *t, size_t n, const ad_tape_handle *h,
                         const double *expected, bool leaves_only, uint64_t seed)
{
    for (size_t i = 0; i < n; i++) {
        const ad_op op = tape_op(whole(t), i);
        const double grad = ad_tape_grad(t, h[i]);
        double wanted = op == AD_OP_constant ? 0 : expected[i];
        if (leaves_only && op > AD_OP_var) wanted = (double)NAN;
        if (!is_within(grad, wanted, 0))
            ck_abort_msg("seed %" PRIu64 ": grad of node %zu (%s) is %g, expected %g",
                         seed, i, ad_ops[op].name, grad, wanted);
    }
}

/*
 * One tape for all, so that every backward starts from what the last one left; some of
 * the tapes have no near nodes at all, or only some.
 */
START_TEST(every_way_back_is_the_plain_loop)
{
    ad_tape *t = ad_tape_new(NULL);
    size_t compared = 0, far = 0;
    const size_t volume = soaked(4000);
    for (uint64_t seed = test_seed(); seed < test_seed() + volume; seed++) {
        random_source r = {seed};
        ad_tape_handle h[MOST];
        double expected[MOST];
        const size_t length = 8 + random_below(&r, MOST - 8);
        whole(t)->near = seed % 2 ? TAPE_NEAR : 1 + random_below(&r, MOST);
        ad_tape_reset(t);
        record(&r, t, length, h);
        ck_assert_uint_eq(t->nodes, length);
        for (size_t i = 0; i < length; i++) far += word_op(t->word[i]) == TAPE_FAR;
        for (int pass = 0; pass < 3; pass++) {
            const size_t output = length - 1 - random_below(&r, 5);
            if (!plain_backward(whole(t), output, expected)) continue;
            const bool leaves_only = random_below(&r, 2);
            ck_assert_int_eq(leaves_only ? ad_tape_backward_leaves(t, h[output])
                                         : ad_tape_backward(t, h[output]),
                             AD_OK);
            assert_grads(t, length, h, expected, leaves_only, seed);
            compared++;
        }
    }
    ck_assert_uint_gt(compared, volume);
    ck_assert_uint_gt(far, volume);
    ad_tape_free(t);
}
END_TEST

static ad_tape_handle nth(const ad_tape *t, size_t i)
{
    return (ad_tape_handle){t->value[i], (uint32_t)i};
}

/* s = s + x y for operands in two progressions, which may reach into the run itself. */
static void record_run(random_source *r, ad_tape *t)
{
    static const size_t steps[] = {1, 1, 1, 0, 2, 5};
    const size_t length = 1 + random_below(r, 40), dx = steps[random_below(r, 6)],
                 dy = steps[random_below(r, 6)];
    const bool fused = random_below(r, 2), back = random_below(r, 6) == 0;
    const size_t x = random_below(r, t->nodes), y = random_below(r, t->nodes);
    ad_tape_handle s = nth(t, t->nodes - 1);
    for (size_t k = 0; k < length; k++) {
        const size_t at = back ? length - 1 - k : k;
        if (x + at * dx >= t->nodes || y + at * dy >= t->nodes) continue;
        const ad_tape_handle a = nth(t, x + at * dx), b = nth(t, y + at * dy);
        s = fused ? ad_tape_muladd(t, s, a, b)
                  : ad_tape_add(t, s, ad_tape_mul(t, a, b));
        if (random_below(r, 60) == 0) s = ad_tape_sub(t, s, a);
    }
}

/* Sums of products over ranges, backward many steps at once, are the plain loop. */
START_TEST(runs_are_the_plain_loop)
{
    ad_tape *t = ad_tape_new(NULL);
    size_t compared = 0;
    const size_t volume = soaked(2000);
    for (uint64_t seed = test_seed(); seed < test_seed() + volume; seed++) {
        random_source r = {seed};
        double expected[RUNS];
        ad_tape_reset(t);
        for (size_t k = 0; k < 60; k++) ad_tape_var(t, (double)random_below(&r, 3) - 1);
        for (size_t n = 1 + random_below(&r, 6); n > 0 && t->nodes < RUNS - 130; n--) {
            record_run(&r, t);
            if (random_below(&r, 2)) /* of a sum in a run, or of a product */
                ad_tape_add(t, nth(t, t->nodes - 1),
                            nth(t, t->nodes - 1 - random_below(&r, 60)));
        }
        const size_t output = t->nodes - 1;
        if (!plain_backward(whole(t), output, expected)) continue;
        const bool leaves_only = random_below(&r, 2);
        ck_assert_int_eq(leaves_only ? ad_tape_backward_leaves(t, nth(t, output))
                                     : ad_tape_backward(t, nth(t, output)),
                         AD_OK);
        for (size_t i = 0; i < (leaves_only ? 60 : t->nodes); i++)
            ck_assert_msg(ad_tape_grad(t, nth(t, i)) == expected[i],
                          "seed %" PRIu64 ": grad of node %zu is %g, expected %g", seed,
                          i, ad_tape_grad(t, nth(t, i)), expected[i]);
        compared++;
    }
    ck_assert_uint_gt(compared, volume / 2);
    ad_tape_free(t);
}
END_TEST

/* Words in a progression whose operations are in one, too: not a sum of products. */
START_TEST(not_a_run)
{
    static const ad_op ops[] = {AD_OP_square, AD_OP_recip, AD_OP_add, AD_OP_sub,
                                AD_OP_mul};
    ad_tape *t = ad_tape_new(NULL);
    for (int k = 0; k < 6; k++) ad_tape_var(t, 1);
    ad_tape_handle s = nth(t, 5);
    for (size_t k = 0; k < 5; k++) {
        const ad_tape_handle operand[] = {nth(t, k + 1), nth(t, 0)};
        s = ad_tape_add(t, s, ad_tape_apply(t, ops[k], operand, 0));
    }
    ck_assert_int_eq(ad_tape_backward(t, s), AD_OK);
    const double expected[] = {1 - 1 + 1, 2, -1, 1, 1, 1 + 1};
    for (size_t k = 0; k < 6; k++) assert_same(ad_tape_grad(t, nth(t, k)), expected[k]);
    ad_tape_free(t);
}
END_TEST

/* A step that rewinds to its parameters, and sometimes to less: leaves stand where inner
 * nodes stood, and the other way round. */
START_TEST(leaves_after_a_rewind)
{
    random_source r = {test_seed()};
    ad_tape *t = ad_tape_new(NULL);
    for (size_t step = 0; step < soaked(2000); step++) {
        ad_tape_handle h[MOST];
        double expected[MOST];
        const size_t kept = random_below(&r, 4);
        ad_tape_reset(t);
        for (size_t k = 0; k < kept; k++) ad_tape_var(t, 1);
        ad_tape_position start = ad_tape_mark(t);
        for (int pass = 0; pass < 3; pass++) {
            ad_tape_rewind(t, start);
            const size_t length = 8 + random_below(&r, MOST - 12);
            record(&r, t, length, h);
            const ad_tape_handle output = h[length - 1];
            if (!plain_backward(whole(t), output.index, expected)) continue;
            const bool leaves_only = random_below(&r, 4) > 0;
            ck_assert_int_eq(leaves_only ? ad_tape_backward_leaves(t, output)
                                         : ad_tape_backward(t, output),
                             AD_OK);
            for (size_t i = 0; i < length; i++)
                if (!leaves_only || tape_op(whole(t), h[i].index) == AD_OP_var)
                    if (tape_op(whole(t), h[i].index) != AD_OP_constant)
                        assert_same(ad_tape_grad(t, h[i]), expected[h[i].index]);
        }
    }
    ad_tape_free(t);
}
END_TEST

/* The two ways in which an adjoint becomes 0 within a run s = s + x y: that of the
 * product, and that of s. */
static ad_tape_handle product_undone(ad_tape *t, ad_tape_handle inf, ad_tape_handle one)
{
    const ad_tape_handle m = ad_tape_mul(t, inf, one);
    const ad_tape_handle b = ad_tape_mul(t, one, one);
    const ad_tape_handle again = ad_tape_mul(t, inf, one);
    const ad_tape_handle s = ad_tape_add(t, b, again);
    return ad_tape_add(t, ad_tape_sub(t, s, again), ad_tape_sub(t, m, m));
}

static ad_tape_handle sum_undone(ad_tape *t, ad_tape_handle inf, ad_tape_handle one)
{
    const ad_tape_handle b = ad_tape_mul(t, one, one);
    const ad_tape_handle s = ad_tape_add(t, b, ad_tape_mul(t, inf, one));
    const ad_tape_handle u = ad_tape_add(t, s, ad_tape_mul(t, one, one));
    return ad_tape_sub(t, u, s);
}

/* There too, an adjoint that is exactly 0 passes nothing on: not 0 * inf. */
START_TEST(zero_adjoint_in_a_run)
{
    for (int k = 0; k < 4; k++) {
        ad_tape *t = ad_tape_new(NULL);
        const ad_tape_handle one = ad_tape_var(t, 1), inf = ad_tape_var(t, HUGE_VAL);
        const ad_tape_handle z =
            k < 2 ? product_undone(t, inf, one) : sum_undone(t, inf, one);
        ck_assert_int_eq(k % 2 ? ad_tape_backward(t, z) : ad_tape_backward_leaves(t, z),
                         AD_OK);
        assert_same(ad_tape_grad(t, one), 2);
        assert_same(ad_tape_grad(t, inf), 0);
        ad_tape_free(t);
    }
}
END_TEST

/* The same where the adjoint becomes 0 on the way down a run: below s[100] nothing is
 * passed on, whatever stands there. */
START_TEST(a_run_that_ends_in_zero)
{
    enum { N = 200, K = 100 };
    for (int pass = 0; pass < 2; pass++) {
        ad_tape *t = ad_tape_new(NULL);
        for (size_t k = 0; k < 2 * N; k++) ad_tape_var(t, k < 20 ? HUGE_VAL : 1);
        ad_tape_handle s = ad_tape_constant(t, 0), half = s;
        for (size_t k = 0; k < N; k++) {
            s = ad_tape_add(t, s, ad_tape_mul(t, nth(t, k), nth(t, N + k)));
            if (k == K) half = s;
        }
        const ad_tape_handle z = ad_tape_sub(t, s, half);
        ck_assert_int_eq(pass ? ad_tape_backward(t, z) : ad_tape_backward_leaves(t, z),
                         AD_OK);
        for (size_t k = 0; k < 2 * N; k++)
            assert_same(ad_tape_grad(t, nth(t, k)), k % N > K);
        ad_tape_free(t);
    }
}
END_TEST

Suite *walk_suite(void)
{
    Suite *s = suite_create("walk");
    TCase *c = tcase_create("walk");
    tcase_add_test(c, every_way_back_is_the_plain_loop);
    tcase_add_test(c, runs_are_the_plain_loop);
    tcase_add_test(c, not_a_run);
    tcase_add_test(c, leaves_after_a_rewind);
    tcase_add_test(c, zero_adjoint_in_a_run);
    tcase_add_test(c, a_run_that_ends_in_zero);
    suite_add_tcase(s, c);
    return s;
}
