/* Layers backward again and again, on a tape that has adjoints of another record; those
 * of leaves are cleared while the walk is under way (engine/tape_clearing.c, and
 * engine/plan_clearing.c for plans). */
#include <inttypes.h>

#include "engine/plan_form.h"
#include "engine/streams.h"
#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

/* As many nodes in a row as x needs: the last ones, or some from anywhere. */
static uint32_t range_of(random_source *r, const ad_tape *t, size_t n)
{
    const size_t last = t->nodes - n;
    return (uint32_t)(random_below(r, 2) ? last : random_below(r, last + 1));
}

static ad_tape_handle at(const ad_tape *t, uint32_t index)
{
    return (ad_tape_handle){t->value[index], index};
}

enum { LAYERS = 6, FIXED = 700 }; /* 80 leaves from there on are constants */

/* What a layer reads: constants, leaves about its weights, or anything. */
static uint32_t inputs_of(random_source *r, const ad_tape *t, size_t n, size_t w,
                          size_t span)
{
    const size_t low = w < 40 ? 0 : w - 40, most = t->nodes - n;
    switch (random_below(r, 4)) {
    case 0: return FIXED;
    case 1: {
        const size_t x = low + random_below(r, span + 80);
        return (uint32_t)(x < most ? x : most);
    }
    default: return range_of(r, t, n);
    }
}

/* A layer whose biases stand between the rows, or anywhere; its weights are leaves. */
static ad_tape_handle random_layer(random_source *r, ad_tape *t, size_t leaves, int k)
{
    const size_t m = 1 + random_below(r, 20), n = 1 + random_below(r, 30);
    const size_t row = n + (random_below(r, 2) ? 1 : random_below(r, 3)),
                 span = m * row;
    const bool between = row > n && random_below(r, 4) > 0;
    const size_t place = (leaves - span - 80) * (size_t)k / LAYERS;
    const uint32_t w = (uint32_t)(random_below(r, 4) ? place + random_below(r, 80)
                                                     : random_below(r, leaves - span));
    const uint32_t b =
        between ? w + (uint32_t)n : (uint32_t)random_below(r, leaves - m);
    const ad_affine map = {m, n, row, between ? row : 1};
    const ad_tape_handle x = at(t, inputs_of(r, t, n, w, span));
    const ad_tape_handle z = ad_tape_affine(t, &map, at(t, w), x, at(t, b));
    const ad_tape_handle y = ad_tape_map(t, AD_OP_tanh, m, z);
    return random_below(r, 4) ? ad_tape_sum(t, m, y)
                              : ad_tape_after(t, y, random_below(r, m));
}

static void record_leaves(random_source *r, ad_tape *t, size_t leaves)
{
    for (size_t k = 0; k < leaves; k++) {
        const double x = random_uniform(r, -1, 1);
        if (k >= FIXED && k < FIXED + 80)
            ad_tape_constant(t, x);
        else
            ad_tape_var(t, x);
    }
}

static ad_tape_handle random_layers(random_source *r, ad_tape *t)
{
    const size_t leaves = 2000 + random_below(r, 500);
    record_leaves(r, t, leaves);
    ad_tape_handle z = at(t, (uint32_t)leaves - 1);
    for (int k = 0; k < LAYERS; k++) {
        ad_tape_handle y = random_layer(r, t, leaves, k);
        const size_t last = random_below(r, 2) ? leaves / 8 : leaves;
        const ad_tape_handle leaf =
            at(t, (uint32_t)(leaves - 1 - random_below(r, last)));
        switch (random_below(r, 14)) {
        case 0: y = ad_tape_mul(t, y, leaf); break;
        case 1: y = ad_tape_muladd(t, y, leaf, leaf); break;
        case 2: y = ad_tape_sub(t, y, ad_tape_square(t, leaf)); break;
        case 3: y = ad_tape_dot(t, 20, at(t, range_of(r, t, 20)), at(t, 7)); break;
        case 4: y = ad_tape_fma(t, y, y, leaf); break;
        case 5: y = ad_tape_sum(t, 9, at(t, range_of(r, t, 9))); break;
        case 6: /* a run of one step */
            y = ad_tape_neg(t, y);
            y = ad_tape_add(t, y, ad_tape_mul(t, leaf, at(t, leaf.index / 2)));
            break;
        default: break;
        }
        z = ad_tape_add(t, y, z);
    }
    return z;
}

/* Every backward is, bit for bit, the first one of a new tape, which has nothing to
 * clear. */
START_TEST(what_was_there_is_cleared)
{
    ad_tape *used = ad_tape_new(NULL);
    for (uint64_t seed = test_seed(); seed < test_seed() + soaked(300); seed++) {
        random_source r = {seed}, same = {seed};
        ad_tape *fresh = ad_tape_new(NULL);
        ad_tape_reset(used);
        const ad_tape_handle z = random_layers(&r, used);
        ck_assert_uint_eq(random_layers(&same, fresh).index, z.index);
        ck_assert_int_eq(ad_tape_backward(fresh, z), AD_OK);
        for (int pass = 0; pass < 2; pass++) {
            ck_assert_int_eq((seed + (uint64_t)pass) % 2
                                 ? ad_tape_backward(used, z)
                                 : ad_tape_backward_leaves(used, z),
                             AD_OK);
            for (uint32_t k = 0; is_leaf(used->word[k]); k++)
                ck_assert_msg(is_within(ad_tape_grad(used, at(used, k)),
                                        ad_tape_grad(fresh, at(fresh, k)), 0),
                              "seed %" PRIu64 ", pass %d: leaf %" PRIu32 " has %.17g",
                              seed, pass, k, ad_tape_grad(used, at(used, k)));
        }
        ad_tape_free(fresh);
    }
    ad_tape_free(used);
}
END_TEST

/* The gradients of a plan of `out` at leaves, all its adjoints being NaN before, are the
 * tape's. Its sums may run in another order: the bound is far above that, and far below
 * one thing left out. */
static bool assert_plan_is_tape(ad_tape *t, size_t outputs, const ad_tape_handle *out,
                                uint64_t seed)
{
    enum { MOST = 3000 };
    ad_tape_handle in[MOST];
    size_t n = 0;
    for (uint32_t k = 0; is_leaf(t->word[k]); k++)
        if (word_op(t->word[k]) == AD_OP_var) in[n++] = at(t, k);
    ck_assert_uint_le(n, MOST);
    ad_plan *p = ad_tape_plan(t, n, in, outputs, out);
    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < n; i++) p->adjoint[i] = (double)NAN;
    ad_plan_backward(p, NULL, NULL);
    ck_assert_int_eq(ad_tape_backward(t, out[0]), AD_OK);
    for (size_t i = 0; i < n; i++) {
        const double expected =
            ad_tape_grad(t, in[i]) + (outputs > 1 && in[i].index == out[1].index);
        const double grad = ad_plan_gradient(p)[i];
        ck_assert_msg(is_within(grad, expected, 1e-12 * (1 + fabs(expected))),
                      "seed %" PRIu64 ": input %zu has %.17g, expected %.17g", seed, i,
                      grad, expected);
    }
    for (size_t i = p->constants; i < p->slots; i++) ck_assert(p->adjoint[i] == 0);
    const bool on_the_way = plan_stale(p) > 0;
    ad_plan_free(p);
    return on_the_way;
}

START_TEST(a_plan_clears_what_was_there)
{
    ad_tape *t = ad_tape_new(NULL);
    size_t on_the_way = 0;
    for (uint64_t seed = test_seed(); seed < test_seed() + soaked(300); seed++) {
        random_source r = {seed};
        ad_tape_reset(t);
        const ad_tape_handle z = random_layers(&r, t);
        const ad_tape_handle out[] = {z, at(t, (uint32_t)random_below(&r, FIXED))};
        on_the_way += assert_plan_is_tape(t, 1 + random_below(&r, 2), out, seed);
    }
    ck_assert_uint_gt(on_the_way, 100);
    ad_tape_free(t);
}
END_TEST

/* One layer on another: where the biases of the lower one are, what it reads, and
 * whether all rows read the same. */
START_TEST(a_plan_clears_for_layers_of_every_kind)
{
    enum { M = 6, N = 8, LEAVES = 2500, W = 1500 };
    static const size_t biases[][3] = {
        /* row, first, step */
        {N + 1, W + N, N + 1},     {N + 2, W + N, N + 2}, {N + 2, W + N, N + 1},
        {N + 2, W + N + 1, N + 2}, {N + 1, W + N, 1},     {N + 1, W + N, 0},
        {N + 1, W + 400, N + 1},   {N + 1, W - 1, N + 1}, {N, W + 400, 1}};
    static const uint32_t inputs[] = {FIXED, 300, W - 4, W + 3, W + M * (N + 1), 2300};
    ad_tape *t = ad_tape_new(NULL);
    for (size_t b = 0; b < sizeof biases / sizeof *biases; b++)
        for (size_t x = 0; x < sizeof inputs / sizeof *inputs; x++)
            for (size_t apart = 0; apart <= N + 1; apart += apart == 0 ? N : 1) {
                random_source r = {b};
                ad_tape_reset(t);
                record_leaves(&r, t, LEAVES);
                const size_t *bias = biases[b];
                ad_tape_handle z[M], sum = at(t, LEAVES - 1);
                for (size_t j = 0; j < M; j++) {
                    const size_t w = W + j * bias[0], in = inputs[x] + j * apart;
                    z[j] = at(t, (uint32_t)(bias[1] + j * bias[2]));
                    for (size_t k = 0; k < N; k++)
                        z[j] = ad_tape_add(t, z[j],
                                           ad_tape_mul(t, at(t, (uint32_t)(in + k)),
                                                       at(t, (uint32_t)(w + k))));
                }
                for (size_t j = 0; j < M; j++) z[j] = ad_tape_tanh(t, z[j]);
                const ad_affine above = {M, M, M + 1, M + 1};
                const ad_tape_handle y =
                    ad_tape_affine(t, &above, at(t, 2000), z[0], at(t, 2000 + M));
                for (size_t j = 0; j < M; j++)
                    sum =
                        ad_tape_add(t, sum, ad_tape_square(t, ad_tape_after(t, y, j)));
                ck_assert(assert_plan_is_tape(t, 1, &sum, b * 100 + x * 10 + apart));
            }
    ad_tape_free(t);
}
END_TEST

/* The first record of a tape, for which its arrays had to grow, and the next are walked
 * alike, bit for bit: growth divides no layer that is recorded row by row. */
START_TEST(growth_divides_no_layer)
{
    enum { ROWS = 9, N = 3 };
    const ad_affine one = {1, N, N, 1};
    for (size_t leaves = ROWS * (N + 1); leaves < 140; leaves++) {
        ad_tape *t = ad_tape_new(NULL);
        double grad[2][N];
        for (int pass = 0; pass < 2; pass++) {
            random_source r = {leaves};
            ad_tape_reset(t);
            for (size_t k = 0; k < leaves; k++)
                ad_tape_var(t, random_uniform(&r, -1, 1));
            const ad_tape_handle x = ad_tape_map(t, AD_OP_tanh, N, at(t, 0));
            for (uint32_t j = 0; j < ROWS; j++)
                ad_tape_affine(t, &one, at(t, j * (N + 1)), x, at(t, j * (N + 1) + N));
            const ad_tape_handle z =
                ad_tape_sum(t, ROWS, at(t, (uint32_t)t->nodes - ROWS));
            ck_assert_int_eq(ad_tape_backward(t, z), AD_OK);
            ad_tape_grads(t, x, N, grad[pass]);
        }
        for (size_t k = 0; k < N; k++)
            ck_assert_msg(is_within(grad[1][k], grad[0][k], 0),
                          "%zu leaves: %.17g is %.17g when recorded again", leaves,
                          grad[0][k], grad[1][k]);
        ad_tape_free(t);
    }
}
END_TEST

Suite *clearing_suite(void)
{
    Suite *s = suite_create("clearing");
    TCase *c = tcase_create("clearing");
    tcase_add_test(c, what_was_there_is_cleared);
    tcase_add_test(c, a_plan_clears_what_was_there);
    tcase_add_test(c, a_plan_clears_for_layers_of_every_kind);
    tcase_add_test(c, growth_divides_no_layer);
    suite_add_tcase(s, c);
    return s;
}
