/*
 * Plans: what the header promises, the shapes that could be rolled wrongly, and the
 * programs that they are for.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/plan.h"
#include "verify/programs/moons.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/mlp_problem.h"
#include "verify/tests/suites.h"

enum { MOST = 32 };

typedef ad_tape_handle handle;

/* ---- By hand -------------------------------------------------------------------- */

/* A tape, its n inputs, and what the plan of one output says of it. */
typedef struct bench {
    ad_tape *t;
    handle in[MOST];
    size_t n;
    double y, gradient[MOST];
} bench;

static bench bench_of(size_t n, const double *x)
{
    bench b = {.t = ad_tape_new(NULL), .n = n};
    for (size_t i = 0; i < n; i++) b.in[i] = ad_tape_var(b.t, x[i]);
    return b;
}

/* The plan of `out`, run at x; both forms, which must agree. */
static void run(bench *b, handle out, const double *x)
{
    double y, gradient[MOST];
    ad_plan *plain = ad_tape_plan_unrolled(b->t, b->n, b->in, 1, &out);
    ad_plan *p = ad_tape_plan(b->t, b->n, b->in, 1, &out);
    ck_assert(plain != NULL && p != NULL);
    ck_assert_int_eq(ad_plan_forward(plain, x, &y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(plain, NULL, gradient), AD_OK);
    ck_assert_int_eq(ad_plan_forward(p, x, &b->y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(p, NULL, b->gradient), AD_OK);
    assert_same(b->y, y);
    for (size_t i = 0; i < b->n; i++) assert_same(b->gradient[i], gradient[i]);
    ad_plan_free(plain);
    ad_plan_free(p);
}

static const double one_to_eight[] = {1, 2, 3, 4, 5, 6, 7, 8};
static const double other[] = {3, -1, 4, 1, -5, 9, 2, -6};

/* s = x0 x1 + x2 x3 + ..., and its half is read elsewhere. */
START_TEST(an_accumulator_is_read_half_way)
{
    bench b = bench_of(8, one_to_eight);
    handle sum = ad_tape_mul(b.t, b.in[0], b.in[1]), half = sum;
    for (size_t i = 2; i < 8; i += 2) {
        sum = ad_tape_add(b.t, sum, ad_tape_mul(b.t, b.in[i], b.in[i + 1]));
        if (i == 4) half = sum;
    }
    run(&b, ad_tape_mul(b.t, half, sum), other);
    const double h = -3 + 4 - 45, s = h - 12; /* d(h s) = (h + s) dh + h dlast */
    assert_same(b.y, h * s);
    for (size_t i = 0; i < 8; i++)
        assert_same(b.gradient[i], (i < 6 ? h + s : h) * other[i ^ 1]);
    ad_tape_free(b.t);
}
END_TEST

/* |x|^2 as a chain: both factors are the same range. */
START_TEST(a_vector_times_itself)
{
    bench b = bench_of(8, one_to_eight);
    handle sum = ad_tape_mul(b.t, b.in[0], b.in[0]);
    for (size_t i = 1; i < 8; i++)
        sum = ad_tape_add(b.t, sum, ad_tape_mul(b.t, b.in[i], b.in[i]));
    run(&b, sum, other);
    assert_same(b.y, 173);
    for (size_t i = 0; i < 8; i++) assert_same(b.gradient[i], 2 * other[i]);
    ad_tape_free(b.t);
}
END_TEST

/* z[i] = x[i] x[i] + x[i] x[i+1] + ... (n of them), squared and added: overlapping rows. */
START_TEST(rows_that_overlap)
{
    bench b = bench_of(8, one_to_eight);
    handle total = ad_tape_constant(b.t, 0);
    for (size_t i = 0; i < 4; i++) {
        handle z = ad_tape_mul(b.t, b.in[i], b.in[i]);
        for (size_t k = 1; k < 5; k++)
            z = ad_tape_add(b.t, z, ad_tape_mul(b.t, b.in[i + k], b.in[k]));
        total = ad_tape_add(b.t, total, z);
    }
    run(&b, total, other);
    double y = 0, right[8] = {0};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 5; k++) {
            const size_t v = i + k, u = k == 0 ? i : k;
            y += other[v] * other[u];
            right[v] += other[u];
            right[u] += other[v];
        }
    assert_same(b.y, y);
    for (size_t i = 0; i < 8; i++) assert_same(b.gradient[i], right[i]);
    ad_tape_free(b.t);
}
END_TEST

/* s += x[k] y, and the last product, or the accumulator itself, is a factor elsewhere. */
START_TEST(a_run_is_read_from_inside)
{
    for (int where = 0; where < 3; where++) {
        bench b = bench_of(8, one_to_eight);
        handle s = b.in[7], product = s;
        for (size_t k = 0; k < 7; k++) {
            product = ad_tape_mul(b.t, b.in[k], where == 2 ? s : b.in[7]);
            s = ad_tape_add(b.t, s, product); /* where 2: s (1 + x[k]) */
        }
        run(&b, where == 1 ? ad_tape_mul(b.t, s, product) : s, other);
        double rest = 0, all = other[7];
        for (size_t k = 0; k < 7; k++) {
            rest += other[k];
            all *= 1 + other[k];
        }
        const double sum = other[7] * (1 + rest), last = other[6] * other[7];
        assert_same(b.y, where == 0 ? sum : where == 1 ? sum * last : all);
        if (where == 0) assert_same(b.gradient[7], 1 + rest);
        if (where == 1) assert_same(b.gradient[0], other[7] * last);
        if (where == 1) assert_same(b.gradient[6], other[7] * last + sum * other[7]);
        ad_tape_free(b.t);
    }
}
END_TEST

/* z[j] = sum_k v[8 j + k] v[k]: the vector is the matrix' first row. */
START_TEST(a_matrix_that_holds_its_vector)
{
    double x[32], right[32], y = 0;
    for (size_t i = 0; i < 32; i++) x[i] = (double)(i % 5) - 2;
    bench b = bench_of(32, x);
    handle z[4];
    for (size_t j = 0; j < 4; j++) {
        z[j] = ad_tape_mul(b.t, b.in[8 * j], b.in[0]);
        for (size_t k = 1; k < 8; k++)
            z[j] = ad_tape_add(b.t, z[j], ad_tape_mul(b.t, b.in[8 * j + k], b.in[k]));
    }
    handle out = ad_tape_square(b.t, z[0]);
    for (size_t j = 1; j < 4; j++)
        out = ad_tape_add(b.t, out, ad_tape_square(b.t, z[j]));
    run(&b, out, x);
    for (size_t i = 0; i < 32; i++) right[i] = 0;
    for (size_t j = 0; j < 4; j++) {
        double dot = 0;
        for (size_t k = 0; k < 8; k++) dot += x[8 * j + k] * x[k];
        y += dot * dot;
        for (size_t k = 0; k < 8; k++) {
            right[8 * j + k] += 2 * dot * x[k];
            right[k] += 2 * dot * x[8 * j + k];
        }
    }
    assert_same(b.y, y);
    for (size_t i = 0; i < 32; i++) assert_same(b.gradient[i], right[i]);
    ad_tape_free(b.t);
}
END_TEST

/* An accumulator added to itself, and a product of one node with itself. */
START_TEST(one_node_twice)
{
    bench b = bench_of(4, one_to_eight);
    handle sum = ad_tape_add(b.t, b.in[0], b.in[1]);
    sum = ad_tape_add(b.t, sum, b.in[2]);
    const handle twice = ad_tape_add(b.t, sum, sum);
    const handle product = ad_tape_mul(b.t, b.in[3], b.in[3]);
    run(&b, ad_tape_add(b.t, twice, ad_tape_add(b.t, product, product)), other);
    assert_same(b.y, 2 * 6 + 2);
    for (size_t i = 0; i < 4; i++) assert_same(b.gradient[i], i < 3 ? 2 : 4);
    ad_tape_free(b.t);
}
END_TEST

/* A dead branch with an infinite partial, and one that an adjoint of 0 closes. */
START_TEST(dead_branches_pass_nothing)
{
    bench b = bench_of(3, (const double[]){0, 1, 2});
    ad_tape_div(b.t, b.in[1], b.in[0]);
    const handle root = ad_tape_sqrt(b.t, b.in[0]);
    const handle zero = ad_tape_mul_c(b.t, root, 0);
    run(&b, ad_tape_add(b.t, ad_tape_mul(b.t, b.in[1], b.in[2]), zero),
        (const double[]){0, 5, 7});
    assert_same(b.y, 35);
    assert_same(b.gradient[0], 0);
    assert_same(b.gradient[1], 7);
    assert_same(b.gradient[2], 5);
    ad_tape_free(b.t);
}
END_TEST

/* The same where rows are many: row 0 meets infinity with an adjoint of 0. */
START_TEST(dead_rows_pass_nothing)
{
    const double x[] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int shape = 0; shape < 3; shape++) {
        bench b = bench_of(8, x);
        handle z[4];
        const handle big = ad_tape_div(b.t, b.in[1], b.in[0]);
        for (size_t i = 0; i < 4; i++) {
            z[i] = shape == 0 ? ad_tape_mul(b.t, b.in[i + 2], big) : b.in[i + 2];
            for (size_t k = 0; shape > 0 && k < (shape == 1 ? 2 : 6); k++)
                z[i] = ad_tape_add(b.t, z[i], ad_tape_mul(b.t, big, b.in[k + 2]));
        }
        handle out = ad_tape_constant(b.t, 0);
        for (size_t i = 0; i < 4; i++)
            out = ad_tape_add(b.t, out, ad_tape_min(b.t, z[i], b.in[7]));
        run(&b, out, (const double[]){0, 1, 3, 4, 5, 6, 7, 8}); /* big = inf */
        assert_same(b.y, 32);
        for (size_t i = 0; i < 7; i++) assert_same(b.gradient[i], 0);
        assert_same(b.gradient[7], 4);
        ad_tape_free(b.t);
    }
}
END_TEST

/* The same in lanes: of ten products with infinity, two have an adjoint. */
START_TEST(dead_lanes_pass_nothing)
{
    double x[12];
    for (size_t i = 0; i < 12; i++) x[i] = 1;
    for (int shared = 0; shared < 2; shared++) {
        bench b = bench_of(12, x);
        const handle big = ad_tape_recip(b.t, b.in[10]);
        handle z[10], out = b.in[11];
        for (size_t i = 0; i < 10; i++) {
            const handle factor = shared ? big : ad_tape_recip(b.t, b.in[10]);
            z[i] = ad_tape_mul(b.t, b.in[i], factor);
        }
        for (size_t i = 0; i < 10; i++) z[i] = ad_tape_min(b.t, z[i], b.in[11]);
        for (size_t i = 0; i < 10; i++) out = ad_tape_add(b.t, out, z[i]);
        double at[12] = {1, 1, 1, 1, -1, 1, 1, 1, 1, 1, 0, 5};
        run(&b, out, at); /* z[4] = -inf, all others +inf: min takes the 5 */
        assert_same(b.y, (double)-INFINITY);
        for (size_t i = 0; i < 10; i++)
            assert_same(b.gradient[i], i == 4 ? (double)INFINITY : 0);
        assert_same(b.gradient[11], 10);
        ad_tape_free(b.t);
    }
}
END_TEST

/* ---- Inputs and outputs ----------------------------------------------------------- */

START_TEST(outputs_may_be_anything)
{
    bench b = bench_of(3, one_to_eight);
    const handle c = ad_tape_constant(b.t, 10), v = ad_tape_var(b.t, 20);
    const handle product = ad_tape_mul(b.t, b.in[0], b.in[1]);
    const handle sum = ad_tape_add(b.t, product, c);
    const handle out[] = {b.in[1], product, sum, sum, c, v};
    ad_plan *p = ad_tape_plan(b.t, 3, b.in, 6, out);
    ad_tape_free(b.t); /* it is no longer needed */
    double y[6], gradient[3];
    ck_assert_int_eq(ad_plan_forward(p, (const double[]){3, 5, 7}, y), AD_OK);
    const double right[] = {5, 15, 25, 25, 10, 20};
    for (size_t k = 0; k < 6; k++) assert_same(y[k], right[k]);
    ad_plan_backward(p, (const double[]){1, 10, 100, 1000, 7, 7}, gradient);
    assert_same(gradient[0], 1110 * 5);
    assert_same(gradient[1], 1110 * 3 + 1);
    assert_same(gradient[2], 0); /* unused */
    ad_plan_backward(p, NULL, NULL);
    assert_same(ad_plan_gradient(p)[0], 15);
    ad_plan_inputs(p)[0] = -1;
    ad_plan_forward(p, NULL, y);
    assert_same(y[1], -5);
    ad_plan_free(p);
}
END_TEST

/* Before the first forward a plan stands at the recorded point. */
START_TEST(no_inputs_and_no_forward)
{
    bench b = bench_of(2, one_to_eight);
    const handle out = ad_tape_mul(b.t, b.in[0], b.in[1]);
    const handle square = ad_tape_mul(b.t, out, out); /* asks for a value */
    double gradient[2] = {0}, y;
    ad_plan *p = ad_tape_plan(b.t, 2, b.in, 1, &square);
    ad_plan_backward(p, NULL, gradient);
    assert_same(gradient[0], 8);
    assert_same(gradient[1], 4);
    ad_plan_free(p);
    p = ad_tape_plan(b.t, 0, NULL, 1, &out); /* everything is frozen */
    ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
    assert_same(y, 2);
    ad_plan_backward(p, NULL, NULL);
    ad_plan_free(p);
    p = ad_tape_plan(b.t, 2, b.in, 0, NULL); /* nothing is asked */
    ck_assert_int_eq(ad_plan_forward(p, other, NULL), AD_OK);
    ad_plan_backward(p, NULL, gradient);
    assert_same(gradient[0], 0);
    ad_plan_free(p);
    ad_tape_free(b.t);
}
END_TEST

START_TEST(a_tape_that_stopped_has_no_plan)
{
    bench b = bench_of(1, one_to_eight);
    const handle nil = ad_tape_nil();
    ck_assert_ptr_null(ad_tape_plan(b.t, 1, b.in, 1, &nil));
    ck_assert_ptr_null(ad_tape_plan(b.t, 1, &nil, 1, b.in));
    ad_tape_limit(b.t, 1);
    const handle lost = ad_tape_neg(b.t, b.in[0]);
    ck_assert_int_eq(ad_tape_status(b.t), AD_TOO_MANY);
    ck_assert_ptr_null(ad_tape_plan(b.t, 1, b.in, 1, &lost));
    ck_assert_ptr_null(ad_tape_plan(b.t, 1, b.in, 1, b.in));
    ad_plan_free(NULL);
    ad_tape_free(b.t);
}
END_TEST

/* Kinks decide anew; comparisons of the program are watched. */
START_TEST(branches)
{
    bench b = bench_of(3, (const double[]){1, 2, 3});
    handle out = ad_tape_relu(b.t, b.in[0]);
    ck_assert(ad_tape_less(b.t, b.in[0], b.in[1]));
    ck_assert(!ad_tape_less(b.t, b.in[2], b.in[1]));
    ck_assert(!ad_tape_less(b.t, ad_tape_square(b.t, b.in[2]), out));
    out = ad_tape_add(b.t, out, b.in[1]);
    ck_assert_int_eq(ad_tape_backward(b.t, out), AD_OK);
    assert_same(ad_tape_grad(b.t, b.in[2]), 0);
    ad_plan *p = ad_tape_plan(b.t, 3, b.in, 1, &out);
    double y, gradient[3];
    ck_assert_int_eq(ad_plan_forward(p, (const double[]){-1, 2, 3}, &y), AD_OK);
    ck_assert(ad_plan_changed(p) == SIZE_MAX);
    assert_same(y, 2);
    ad_plan_backward(p, NULL, gradient);
    assert_same(gradient[0], 0);
    const double changed[] = {5, 2, 1};
    ck_assert_int_eq(ad_plan_forward(p, changed, &y), AD_BRANCH_CHANGED);
    ck_assert_uint_eq(ad_plan_changed(p), 0);
    assert_same(y, 7);
    ck_assert_int_eq(ad_plan_forward(p, (const double[]){1, 2, 1}, &y),
                     AD_BRANCH_CHANGED);
    ck_assert_uint_eq(ad_plan_changed(p), 1);
    ck_assert_int_eq(ad_plan_forward(p, (const double[]){9, 10, 0}, &y),
                     AD_BRANCH_CHANGED);
    ck_assert_uint_eq(ad_plan_changed(p), 1);
    ck_assert_int_eq(ad_plan_forward(p, (const double[]){1, 2, 3}, &y), AD_OK);
    ad_plan_free(p);
    ad_tape_free(b.t);
}
END_TEST

/* A comparison may be of a sum's inside. */
START_TEST(a_comparison_half_way)
{
    bench b = bench_of(8, one_to_eight);
    handle s = b.in[0];
    for (size_t k = 1; k < 8; k++) {
        s = ad_tape_add(b.t, s, ad_tape_mul(b.t, b.in[k], b.in[0]));
        if (k == 4) ck_assert(!ad_tape_less(b.t, s, b.in[1]));
    }
    ad_plan *p = ad_tape_plan(b.t, 8, b.in, 1, &s);
    double y;
    ck_assert_int_eq(ad_plan_forward(p, one_to_eight, &y), AD_OK);
    assert_same(y, 36);
    const double changed[] = {1, 2, -3, 4, -9, 6, 7, 8}; /* 1 + 2 - 3 + 4 - 9 < 2 */
    ck_assert_int_eq(ad_plan_forward(p, changed, &y), AD_BRANCH_CHANGED);
    assert_same(y, 16);
    ad_plan_free(p);
    ad_tape_free(b.t);
}
END_TEST

/* ---- Programs --------------------------------------------------------------------- */

/* At other weights than those recorded, within what two right programs may differ by. */
static void hold_against_hand(const struct mlp_shape *shape, struct mlp_samples samples,
                              const double *w0, const double *w, bool rolled,
                              const char *name)
{
    const size_t n = mlp_parameters(shape);
    ad_tape *t = ad_tape_new(NULL);
    struct mlp_tape *m = mlp_new_tape(t, shape, samples, w0);
    const handle loss = mlp_record_tape(m, 0, samples.count);
    handle *in = malloc(n * sizeof *in);
    for (size_t i = 0; i < n; i++) in[i] = (handle){w0[i], (uint32_t)i};
    ad_plan *p = rolled ? ad_tape_plan(t, n, in, 1, &loss)
                        : ad_tape_plan_unrolled(t, n, in, 1, &loss);
    double *right = mlp_numbers(n), *bound = mlp_numbers(n), *gradient = mlp_numbers(n);
    double *scratch = mlp_numbers(mlp_scratch(shape)), y, loss_bound;
    const double expected = mlp_gradient(shape, samples, w, right, scratch);
    ck_assert(mlp_gradient_bound(shape, samples, w, &loss_bound, bound));
    ck_assert_int_eq(ad_plan_forward(p, w, &y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(p, NULL, gradient), AD_OK);
    assert_within(y, expected, loss_bound);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(is_within(gradient[i], right[i], bound[i]),
                      "%s: gradient %zu is %.17g, expected %.17g within %.3g", name, i,
                      gradient[i], right[i], bound[i]);
    struct ad_plan_statistics s;
    ad_plan_statistics(p, &s);
    ck_assert_uint_le(s.live, s.operations);
    if (rolled && s.live > 1000) ck_assert_uint_lt(20 * s.instructions, s.live);
    ad_plan_free(p);
    mlp_free_tape(m);
    ad_tape_free(t);
    free(in);
    free(right);
    free(bound);
    free(gradient);
    free(scratch);
}

START_TEST(perceptrons)
{
    struct mlp_problem p = mlp_problem_new(_i);
    double *w0 = mlp_numbers(p.parameters);
    for (size_t i = 0; i < p.parameters; i++) w0[i] = 0.9 * p.w[i];
    hold_against_hand(&p.shape, p.samples, w0, p.w, true, p.name);
    hold_against_hand(&p.shape, p.samples, w0, p.w, false, p.name);
    free(w0);
    mlp_problem_free(&p);
}
END_TEST

START_TEST(moons)
{
    const struct mlp_shape shape = moons_shape();
    double w[MOONS_PARAMETERS];
    for (size_t i = 0; i < MOONS_PARAMETERS; i++) w[i] = 1.01 * moons_w0[i];
    hold_against_hand(&shape, moons_samples(), moons_w0, w, true, "moons");
}
END_TEST

/* A wide layer is one instruction, and so are its activations. */
START_TEST(a_layer_is_two_instructions)
{
    const struct mlp_shape shape = mlp_growing(32);
    const size_t n = mlp_parameters(&shape);
    double *w = mlp_numbers(n), x[32], y;
    mlp_initial(&shape, 1, w);
    mlp_draw(&shape, 2, 1, x, &y);
    hold_against_hand(&shape, (struct mlp_samples){1, x, &y}, w, w, true, "growing");
    ad_tape *t = ad_tape_new(NULL);
    struct mlp_tape *m = mlp_new_tape(t, &shape, (struct mlp_samples){1, x, &y}, w);
    const handle loss = mlp_record_tape(m, 0, 1);
    handle *in = malloc(n * sizeof *in);
    for (size_t i = 0; i < n; i++) in[i] = (handle){w[i], (uint32_t)i};
    ad_plan *p = ad_tape_plan(t, n, in, 1, &loss);
    struct ad_plan_statistics s;
    ad_plan_statistics(p, &s);
    ck_assert_uint_eq(s.instructions, 3 * 2 + 1 + 2); /* and the loss */
    ad_plan_free(p);
    mlp_free_tape(m);
    ad_tape_free(t);
    free(in);
    free(w);
}
END_TEST

/* ---- Memory ----------------------------------------------------------------------- */

/* Each request for memory fails in turn: NULL, nothing leaks, the tape is as it was. */
START_TEST(out_of_memory)
{
    for (size_t at = 1;; at++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        handle in[8], z[8];
        for (size_t i = 0; i < 8; i++) in[i] = ad_tape_var(t, one_to_eight[i]);
        for (size_t j = 0; j < 8; j++) {
            z[j] = in[j];
            for (size_t i = 0; i < 8; i++)
                z[j] = ad_tape_add(t, z[j], ad_tape_mul(t, in[i], in[j]));
        }
        for (size_t j = 0; j < 8; j++) z[j] = ad_tape_exp(t, ad_tape_neg(t, z[j]));
        ad_tape_less(t, z[0], z[1]);
        heap.fail_at = heap.requests + at;
        ad_plan *p = ad_tape_plan(t, 8, in, 8, z);
        const bool made = p != NULL;
        ck_assert(made == (heap.failed == 0));
        ck_assert_int_eq(ad_tape_status(t), AD_OK);
        ad_plan_free(p);
        ad_tape_free(t);
        assert_all_freed(&heap);
        if (made) break;
    }
}
END_TEST

Suite *plan_suite(void)
{
    Suite *suite = suite_create("plan");
    TCase *tests = tcase_create("plan");
    tcase_add_test(tests, an_accumulator_is_read_half_way);
    tcase_add_test(tests, a_vector_times_itself);
    tcase_add_test(tests, rows_that_overlap);
    tcase_add_test(tests, a_run_is_read_from_inside);
    tcase_add_test(tests, a_matrix_that_holds_its_vector);
    tcase_add_test(tests, one_node_twice);
    tcase_add_test(tests, dead_branches_pass_nothing);
    tcase_add_test(tests, dead_rows_pass_nothing);
    tcase_add_test(tests, dead_lanes_pass_nothing);
    tcase_add_test(tests, outputs_may_be_anything);
    tcase_add_test(tests, no_inputs_and_no_forward);
    tcase_add_test(tests, a_tape_that_stopped_has_no_plan);
    tcase_add_test(tests, branches);
    tcase_add_test(tests, a_comparison_half_way);
    tcase_add_loop_test(tests, perceptrons, 0, MLP_CASES);
    tcase_add_test(tests, moons);
    tcase_add_test(tests, a_layer_is_two_instructions);
    tcase_add_test(tests, out_of_memory);
    suite_add_tcase(suite, tests);
    return suite;
}
