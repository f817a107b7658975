/* Layers backward again and again, on a tape that has adjoints of another record; those
 * of leaves are cleared while the walk is under way (engine/tape_clearing.c). */
#include <inttypes.h>

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

enum { FIXED = 700 }; /* 30 leaves from here on are constants */

/* A layer whose biases stand between the rows, or anywhere; its weights are leaves. */
static ad_tape_handle random_layer(random_source *r, ad_tape *t, size_t leaves)
{
    const size_t m = 1 + random_below(r, 20), n = 1 + random_below(r, 30);
    const size_t row = n + random_below(r, 3), span = m * row;
    const bool between = row > n && random_below(r, 4) > 0;
    const uint32_t w = (uint32_t)random_below(r, leaves - span);
    const uint32_t b =
        between ? w + (uint32_t)n : (uint32_t)random_below(r, leaves - m);
    const ad_affine map = {m, n, row, between ? row : 1};
    const ad_tape_handle x = at(t, random_below(r, 4) ? range_of(r, t, n) : FIXED);
    const ad_tape_handle z = ad_tape_affine(t, &map, at(t, w), x, at(t, b));
    const ad_tape_handle y = ad_tape_map(t, AD_OP_tanh, m, z);
    return random_below(r, 2) ? ad_tape_sum(t, m, y)
                              : ad_tape_after(t, y, random_below(r, m));
}

static ad_tape_handle random_layers(random_source *r, ad_tape *t)
{
    enum { LAYERS = 6 };
    const size_t leaves = 2000 + random_below(r, 500);
    for (size_t k = 0; k < leaves; k++) {
        const double x = random_uniform(r, -1, 1);
        if (k >= FIXED && k < FIXED + 30)
            ad_tape_constant(t, x);
        else
            ad_tape_var(t, x);
    }
    ad_tape_handle z = at(t, 0);
    for (int k = 0; k < LAYERS; k++) {
        ad_tape_handle y = random_layer(r, t, leaves);
        const ad_tape_handle leaf = at(t, (uint32_t)random_below(r, leaves));
        switch (random_below(r, 8)) {
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

Suite *clearing_suite(void)
{
    Suite *s = suite_create("clearing");
    TCase *c = tcase_create("clearing");
    tcase_add_test(c, what_was_there_is_cleared);
    suite_add_tcase(s, c);
    return s;
}
