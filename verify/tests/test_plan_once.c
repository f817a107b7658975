/*
 * What is recorded twice is computed once by a plan, and only that.
 */
#include <math.h>

#include "engine/plan.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"

typedef ad_tape_handle handle;

enum { N = 64 };

/* z = f(x, y) and its gradient by a plan; returns how many were copies. */
static size_t run(ad_tape *t, handle *in, size_t n, handle out, double *y, double *g)
{
    ad_plan *p = ad_tape_plan(t, n, in, 1, &out);
    ck_assert(p != NULL);
    ck_assert_int_eq(ad_plan_forward(p, NULL, y), AD_OK);
    ad_plan_backward(p, NULL, g);
    struct ad_plan_statistics s;
    ad_plan_statistics(p, &s);
    ad_plan_free(p);
    return s.copies;
}

/* exp(x y) / x, in either order of the factors */
static handle expression(ad_tape *t, handle x, handle y, bool swapped)
{
    const handle xy = swapped ? ad_tape_mul(t, y, x) : ad_tape_mul(t, x, y);
    return ad_tape_div(t, ad_tape_exp(t, xy), x);
}

START_TEST(whole_expressions)
{
    ad_tape *t = ad_tape_new(NULL);
    handle in[2] = {ad_tape_var(t, 2), ad_tape_var(t, 0.5)};
    const handle a = expression(t, in[0], in[1], false);
    const handle b = expression(t, in[0], in[1], true);
    const handle z = ad_tape_mul(t, a, b);
    double y, g[2];
    ck_assert_uint_eq(run(t, in, 2, z, &y, g), 3);
    assert_same(y, z.value);
    ck_assert_int_eq(ad_tape_backward(t, z), AD_OK);
    for (int i = 0; i < 2; i++) assert_ulps(g[i], ad_tape_grad(t, in[i]), 4);
    ad_tape_free(t);
}
END_TEST

/* 1 / (x + 0) - 1 / (x + -0) at x = -0 is inf + inf; were they one, NaN. */
START_TEST(constants_by_their_bits)
{
    ad_tape *t = ad_tape_new(NULL);
    handle in[1] = {ad_tape_var(t, -0.0)};
    const handle a = ad_tape_recip(t, ad_tape_add_c(t, in[0], 0.0));
    const handle b = ad_tape_recip(t, ad_tape_add_c(t, in[0], -0.0));
    double y, g[1];
    ck_assert_uint_eq(run(t, in, 1, ad_tape_sub(t, a, b), &y, g), 0);
    assert_same(y, (double)INFINITY);
    const handle c = ad_tape_mul_c(t, in[0], (double)NAN);
    const handle d = ad_tape_mul_c(t, in[0], (double)NAN);
    ck_assert_uint_eq(run(t, in, 1, ad_tape_div(t, c, d), &y, g), 1);
    ck_assert(isnan(y));
    ad_tape_free(t);
}
END_TEST

START_TEST(what_only_looks_the_same)
{
    ad_tape *t = ad_tape_new(NULL);
    handle in[2] = {ad_tape_var(t, 5), ad_tape_var(t, 3)};
    const double partial = 1;
    const handle a = ad_tape_sub(t, in[0], in[1]), b = ad_tape_sub(t, in[1], in[0]);
    const handle c = ad_tape_custom(t, 1, in, 5, &partial);
    const handle d = ad_tape_custom(t, 1, in, 6, &partial);
    const handle e =
        ad_tape_div(t, ad_tape_pow(t, in[0], in[1]), ad_tape_pow(t, in[1], in[0]));
    const handle z = ad_tape_div(t, ad_tape_div(t, a, b), ad_tape_div(t, c, d));
    double y, g[2];
    ck_assert_uint_eq(run(t, in, 2, ad_tape_div(t, z, e), &y, g), 0);
    assert_ulps(y, -1.0 / (5.0 / 6.0) / (125.0 / 243.0), 4);
    ad_tape_free(t);
}
END_TEST

/* A loop, the same again, and one row of it for all. */
START_TEST(loops)
{
    ad_tape *t = ad_tape_new(NULL);
    handle in[N], a[N], b[N], sum = ad_tape_constant(t, 0);
    for (size_t i = 0; i < N; i++) in[i] = ad_tape_var(t, (double)(i % 7) - 3);
    for (size_t i = 0; i < N; i++) a[i] = ad_tape_mul_c(t, ad_tape_abs(t, in[i]), 2);
    for (size_t i = 0; i < N; i++) b[i] = ad_tape_mul_c(t, ad_tape_abs(t, in[i]), 2);
    for (size_t i = 0; i < N; i++)
        b[i] = ad_tape_min(t, b[i], ad_tape_square(t, in[0]));
    for (size_t i = 0; i < N; i++)
        sum = ad_tape_add(t, sum, ad_tape_max(t, a[i], b[i]));
    double y, g[N];
    ck_assert_uint_eq(run(t, in, N, sum, &y, g), 2 * N + N - 1);
    assert_same(y, sum.value);
    ck_assert_int_eq(ad_tape_backward(t, sum), AD_OK);
    for (size_t i = 0; i < N; i++) assert_same(g[i], ad_tape_grad(t, in[i]));
    ad_tape_free(t);
}
END_TEST

/* Other strides, other lengths, and another operation, from the same operand on. */
START_TEST(loops_that_begin_alike)
{
    ad_tape *t = ad_tape_new(NULL);
    handle in[N], sum = ad_tape_constant(t, 0);
    for (size_t i = 0; i < N; i++) in[i] = ad_tape_var(t, (double)(i % 7) - 3);
    handle part[4 * N];
    size_t n = 0;
    for (size_t i = 0; i < N / 2; i++) part[n++] = ad_tape_abs(t, in[i]);
    for (size_t i = 0; i < N / 2; i++) part[n++] = ad_tape_abs(t, in[2 * i]);
    for (size_t i = 0; i < N / 4; i++) part[n++] = ad_tape_relu(t, in[i]);
    for (size_t i = 0; i < N / 4; i++) part[n++] = ad_tape_mul(t, in[i], in[N / 2 + i]);
    for (size_t i = 0; i < N / 4; i++) part[n++] = ad_tape_mul(t, in[i], in[N / 4 + i]);
    for (size_t i = 0; i < n; i++)
        sum = ad_tape_add(t, sum, ad_tape_max(t, part[i], in[i % 5]));
    double y, g[N];
    run(t, in, N, sum, &y, g);
    assert_same(y, sum.value);
    ck_assert_int_eq(ad_tape_backward(t, sum), AD_OK);
    for (size_t i = 0; i < N; i++) assert_same(g[i], ad_tape_grad(t, in[i]));
    ad_tape_free(t);
}
END_TEST

/* The determinant by expansion along rows, whose minors come again and again. */
static handle minor(ad_tape *t, const handle *m, size_t n, unsigned columns)
{
    handle sum = {0};
    bool any = false, minus = false;
    for (size_t c = 0; c < n; c++) {
        if (!(columns & 1u << c)) continue;
        const unsigned rest = columns & ~(1u << c);
        const handle own = m[c];
        const handle term =
            rest == 0 ? own : ad_tape_mul(t, own, minor(t, m + n, n, rest));
        sum = !any    ? term
              : minus ? ad_tape_sub(t, sum, term)
                      : ad_tape_add(t, sum, term);
        any = true;
        minus = !minus;
    }
    return sum;
}

START_TEST(minors)
{
    enum { SIZE = 6 };
    ad_tape *t = ad_tape_new(NULL);
    handle in[SIZE * SIZE];
    for (size_t i = 0; i < SIZE * SIZE; i++)
        in[i] = ad_tape_var(t, (double)(i * i % 11) - 4);
    const handle z = minor(t, in, SIZE, (1u << SIZE) - 1);
    double y, g[SIZE * SIZE];
    /* 2^6 minors instead of 6! products */
    ck_assert_uint_gt(run(t, in, SIZE * SIZE, z, &y, g), 1000);
    assert_same(y, z.value);
    ck_assert_int_eq(ad_tape_backward(t, z), AD_OK);
    for (size_t i = 0; i < SIZE * SIZE; i++) assert_same(g[i], ad_tape_grad(t, in[i]));
    ad_tape_free(t);
}
END_TEST

Suite *plan_once_suite(void)
{
    Suite *suite = suite_create("plan_once");
    TCase *tests = tcase_create("once");
    tcase_add_test(tests, whole_expressions);
    tcase_add_test(tests, constants_by_their_bits);
    tcase_add_test(tests, what_only_looks_the_same);
    tcase_add_test(tests, loops);
    tcase_add_test(tests, loops_that_begin_alike);
    tcase_add_test(tests, minors);
    suite_add_tcase(suite, tests);
    return suite;
}
