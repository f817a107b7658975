/* Dots with one range in common, which go back together (engine/tape_layers.c). */
#include <inttypes.h>
#include <math.h>

#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { WEIGHTS = 400, DOTS = 30 };

typedef struct dots {
    size_t m, n, row, w, x,
        odd; /* dot k is of n from w + k row and from x; but for one */
} dots;

static dots random_dots(random_source *r)
{
    dots d = {.m = 1 + random_below(r, DOTS), .n = 1 + random_below(r, 12)};
    d.row = random_below(r, 4) ? d.n + random_below(r, 2) : random_below(r, 5);
    const size_t rows = (d.m - 1) * d.row + d.n;
    if (rows > WEIGHTS - d.n) d.row = 0;
    d.w = random_below(r, WEIGHTS - ((d.m - 1) * d.row + d.n) + 1);
    d.x = random_below(r, 3) ? WEIGHTS - d.n : random_below(r, WEIGHTS - d.n + 1);
    d.odd = random_below(r, 2 * DOTS);
    return d;
}

/* sum_k c_k dot_k, every so many c 0, and one weight infinite. With `apart`, nothing goes
 * back together. */
static ad_tape_handle record_dots(ad_tape *t, dots d, random_source r, bool apart)
{
    for (size_t k = 0; k < WEIGHTS + DOTS; k++)
        ad_tape_var(t, k >= WEIGHTS && random_below(&r, 12) == 0
                           ? 0
                           : random_uniform(&r, -1, 1));
    if (random_below(&r, 2))
        ad_tape_set(t, ad_tape_after(t, (ad_tape_handle){0, 0}, random_below(&r, 200)),
                    HUGE_VAL);
    const ad_tape_handle first = {t->value[0], 0};
    ad_tape_handle sum = ad_tape_constant(t, 0), z[DOTS];
    for (size_t k = 0; k < d.m; k++) {
        const size_t x = k == d.odd ? 0 : d.x;
        z[k] = ad_tape_dot(t, d.n, ad_tape_after(t, first, d.w + k * d.row),
                           ad_tape_after(t, first, x));
        if (apart) ad_tape_constant(t, 0);
    }
    for (size_t k = 0; k < d.m; k++)
        sum = ad_tape_add(t, ad_tape_mul(t, z[k], ad_tape_after(t, first, WEIGHTS + k)),
                          sum);
    return sum;
}

/* Bit for bit what each by itself gives. */
START_TEST(dots_together_are_dots_apart)
{
    for (uint64_t seed = test_seed(); seed < test_seed() + soaked(2000); seed++) {
        random_source r = {seed};
        const dots d = random_dots(&r);
        ad_tape *t[2];
        for (int apart = 0; apart < 2; apart++) {
            t[apart] = ad_tape_new(NULL);
            const ad_tape_handle z = record_dots(t[apart], d, r, apart == 1);
            for (int pass = 0; pass < 2; pass++)
                ck_assert_int_eq(seed % 2 ? ad_tape_backward(t[apart], z)
                                          : ad_tape_backward_leaves(t[apart], z),
                                 AD_OK);
        }
        for (uint32_t k = 0; k < WEIGHTS + DOTS; k++) {
            const ad_tape_handle h = {0, k};
            ck_assert_msg(is_within(ad_tape_grad(t[0], h), ad_tape_grad(t[1], h), 0),
                          "seed %" PRIu64 ": leaf %" PRIu32
                          " has %.17g together, %.17g apart",
                          seed, k, ad_tape_grad(t[0], h), ad_tape_grad(t[1], h));
        }
        ad_tape_free(t[0]);
        ad_tape_free(t[1]);
    }
}
END_TEST

/* The sum of y[k] = c0 y[k-3] + c1 y[k-2] + c2 y[k-1]: each is an operand of the next. */
static ad_tape_handle recurrence(ad_tape *t, bool fused)
{
    for (int k = 0; k < 6; k++) ad_tape_var(t, 0.25 + 0.125 * k);
    ad_tape_handle c[3], y[3], all = ad_tape_nil();
    for (uint32_t k = 0; k < 3; k++) {
        c[k] = (ad_tape_handle){t->value[k], k};
        y[k] = (ad_tape_handle){t->value[3 + k], 3 + k};
    }
    if (!fused) all = ad_tape_constant(t, 0);
    for (int step = 0; step < 20; step++) {
        ad_tape_handle next;
        if (fused) {
            next = ad_tape_dot(t, 3, y[0], c[0]);
        } else {
            next = ad_tape_mul(t, y[0], c[0]);
            for (int k = 1; k < 3; k++)
                next = ad_tape_add(t, next, ad_tape_mul(t, y[k], c[k]));
            all = ad_tape_add(t, all, next);
        }
        y[0] = y[1], y[1] = y[2], y[2] = next;
    }
    if (fused) return ad_tape_sum(t, 20, ad_tape_after(t, c[0], 6));
    return all;
}

START_TEST(dots_of_each_other)
{
    ad_tape *fused = ad_tape_new(NULL), *plain = ad_tape_new(NULL);
    ck_assert_int_eq(ad_tape_backward(fused, recurrence(fused, true)), AD_OK);
    ck_assert_int_eq(ad_tape_backward(plain, recurrence(plain, false)), AD_OK);
    for (uint32_t k = 0; k < 6; k++) {
        const ad_tape_handle h = {0, k};
        assert_within(ad_tape_grad(fused, h), ad_tape_grad(plain, h), 1e-12);
    }
    ad_tape_free(fused);
    ad_tape_free(plain);
}
END_TEST

Suite *walk_dots_suite(void)
{
    Suite *s = suite_create("walk_dots");
    TCase *c = tcase_create("walk_dots");
    tcase_add_test(c, dots_together_are_dots_apart);
    tcase_add_test(c, dots_of_each_other);
    suite_add_tcase(s, c);
    return s;
}
