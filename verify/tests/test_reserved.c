/*
 * The verbs without a compare record what the plain verbs record: a program's template
 * as it stands, word for word. That room is short is asserted.
 */
#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "engine/tape_reserved.h"
#include "verify/programs/mlp.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

START_TEST(template_records_the_same)
{
    enum { WIDTH = 6, MOST = 400 };
    const struct mlp_shape shape = mlp_growing(WIDTH);
    double w[MOST], x[WIDTH], y[1];
    ck_assert_uint_le(mlp_parameters(&shape), MOST);
    mlp_initial(&shape, 1, w);
    mlp_draw(&shape, 2, 1, x, y);
    const struct mlp_samples samples = {1, x, y};

    ad_tape *plain = ad_tape_new(NULL), *reserved = ad_tape_new(NULL);
    struct mlp_tape *m = mlp_new_tape(plain, &shape, samples, w);
    const ad_tape_handle loss = mlp_record_tape(m, 0, 1);
    ck_assert_int_eq(ad_tape_reserve(reserved, plain->nodes), AD_OK);
    struct mlp_tape_reserved *r = mlp_new_tape_reserved(reserved, &shape, samples, w);
    const ad_tape_handle same = mlp_record_tape_reserved(r, 0, 1);

    ck_assert_uint_eq(reserved->nodes, plain->nodes);
    ck_assert_mem_eq(reserved->word, plain->word, plain->nodes * sizeof *plain->word);
    ck_assert_mem_eq(reserved->value, plain->value,
                     plain->nodes * sizeof *plain->value);
    ck_assert_int_eq(ad_tape_backward(plain, loss), AD_OK);
    ck_assert_int_eq(ad_tape_backward_leaves(reserved, same), AD_OK);
    for (uint32_t i = 0; i < mlp_parameters(&shape); i++)
        assert_same(ad_tape_grad(reserved, (ad_tape_handle){0, i}),
                    ad_tape_grad(plain, (ad_tape_handle){0, i}));
    mlp_free_tape(m);
    mlp_free_tape_reserved(r);
    ad_tape_free(plain);
    ad_tape_free(reserved);
}
END_TEST

/* Every row, and muladd, against the plain verb. */
START_TEST(every_row_is_the_plain_verb)
{
    ad_tape *a = ad_tape_new(NULL), *b = ad_tape_new(NULL);
    ck_assert_int_eq(ad_tape_reserve(b, 1000), AD_OK);
    ad_tape_handle h[3], k[3];
    for (int i = 0; i < 3; i++) {
        h[i] = ad_tape_var(a, 0.3 + 0.2 * i);
        k[i] = ad_tape_reserved_var(b, 0.3 + 0.2 * i);
    }
#define UNARY(name, ...) ad_tape_##name(a, h[0]), ad_tape_reserved_##name(b, k[0]);
#define CONST(name, ...)                                                               \
    ad_tape_##name(a, h[0], 0.7), ad_tape_reserved_##name(b, k[0], 0.7);
#define BINARY(name, ...)                                                              \
    ad_tape_##name(a, h[0], h[1]), ad_tape_reserved_##name(b, k[0], k[1]);
#define TERNARY(name, ...)                                                             \
    ad_tape_##name(a, h[0], h[1], h[2]), ad_tape_reserved_##name(b, k[0], k[1], k[2]);
#include "engine/ops.def"
    ad_tape_muladd(a, ad_tape_muladd(a, h[0], h[1], h[2]), h[0], h[2]);
    ad_tape_reserved_muladd(b, ad_tape_reserved_muladd(b, k[0], k[1], k[2]), k[0],
                            k[2]);
    ck_assert_uint_eq(a->nodes, b->nodes);
    ck_assert_mem_eq(a->word, b->word, a->nodes * sizeof *a->word);
    for (size_t i = 0; i < a->nodes; i++) assert_same(b->value[i], a->value[i]);
    ad_tape_free(a);
    ad_tape_free(b);
}
END_TEST

START_TEST(room_that_was_not_made)
{
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_reserved_var(t, 1);
}
END_TEST

Suite *reserved_suite(void)
{
    Suite *s = suite_create("reserved");
    TCase *c = tcase_create("reserved");
    tcase_add_test(c, template_records_the_same);
    tcase_add_test(c, every_row_is_the_plain_verb);
    if (tests_fork()) tcase_add_test_raise_signal(c, room_that_was_not_made, SIGABRT);
    suite_add_tcase(s, c);
    return s;
}
