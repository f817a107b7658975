/*
 * Plans of random loops, whose passes look at a few times round and copy the rest
 * (engine/roll_bodies.c), against a fresh recording, at the recorded inputs and at
 * others.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/plan.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/random_loops.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { PROGRAMS = 1500 };

typedef ad_tape_handle handle;

static double largest_adjoint(const ad_tape *t, handle first, size_t n)
{
    double most = 0;
    for (; n > 0; n--, first.index++) most = fmax(most, fabs(ad_tape_grad(t, first)));
    return most;
}

/*
 * Adjoints are sums too, and tape and plan add their terms in different orders. What is
 * used as x - x, where 40 times round have made 1e12 of the adjoint g, gets g and -g: of
 * what it had before, the digits are left that are not below g's. So gradients agree to
 * the rounding of the largest adjoint of any node, which seldom is much larger than they
 * are; and so do values, which get each node's rounding times its adjoint. (Program
 * 5032435; in binary128 its plan and its tape agree.)
 */
static void hold_at(ad_tape *t, const loops *p, ad_plan *plan, const double *x,
                    loops_state *s, uint64_t seed)
{
    const handle out = loops_record(t, p, x, s);
    double y, gradient[INPUTS];
    ck_assert_int_eq(ad_tape_backward(t, out), AD_OK);
    ck_assert_int_eq(ad_plan_forward(plan, x, &y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(plan, NULL, gradient), AD_OK);
    const double most = largest_adjoint(t, s->in[0], INPUTS);
    const double inner = largest_adjoint(t, s->in[0], out.index + 1 - s->in[0].index);
    const double rounding = 1e-14 * inner;
    const double bound = 1e-10 * (1 + most) + rounding;
    ck_assert_msg(is_within(y, out.value, 1e-11 * (1 + fabs(out.value)) + rounding),
                  "seed %" PRIu64 ": value %.17g, expected %.17g", seed, y, out.value);
    for (size_t i = 0; i < INPUTS; i++)
        ck_assert_msg(is_within(gradient[i], ad_tape_grad(t, s->in[i]), bound),
                      "seed %" PRIu64 ": gradient %zu is %.17g, expected %.17g within "
                      "%.3g, largest %.3g, of any node %.3g",
                      seed, i, gradient[i], ad_tape_grad(t, s->in[i]), bound, most,
                      inner);
}

/* Programs that were wrong once, of which few are: levels of what one time round has from
 * the last; an adjoint of 1e12 that cancels; the two below, as they were drawn. */
static const uint64_t known[] = {13704, 5032435, 20021675, 20300409};
enum { KNOWN = sizeof known / sizeof *known };

START_TEST(random_loops)
{
    const uint64_t first = test_seed();
    ad_tape *t = ad_tape_new(NULL);
    loops_state *s = calloc(1, sizeof *s);
    size_t operations = 0, instructions = 0;
    for (uint64_t k = 0; k < soaked(PROGRAMS); k++) {
        const uint64_t seed = k < KNOWN ? known[k] : first + k;
        random_source random = {seed};
        loops p;
        loops_draw(&p, &random);
        if (k >= KNOWN && k % 4 == 0) loops_widen(&p, &random);
        double x[INPUTS];
        for (size_t i = 0; i < INPUTS; i++) x[i] = random_uniform(&random, 0.5, 1);
        const handle out = loops_record(t, &p, x, s);
        ad_plan *plan = ad_tape_plan(t, INPUTS, s->in, 1, &out);
        ck_assert(plan != NULL);
        hold_at(t, &p, plan, x, s, seed);
        for (size_t i = 0; i < INPUTS; i++) x[i] += random_uniform(&random, -0.1, 0.1);
        hold_at(t, &p, plan, x, s, seed);
        struct ad_plan_statistics statistics;
        ad_plan_statistics(plan, &statistics);
        operations += statistics.live;
        instructions += statistics.instructions;
        ad_plan_free(plan);
    }
    /* They are loops: what is not serial rolls. */
    if (soaked(PROGRAMS) >= PROGRAMS) ck_assert_uint_lt(2 * instructions, operations);
    free(s);
    ad_tape_free(t);
}
END_TEST

/*
 * Drawn ones made small. In the first, one result of those that a serial loop keeps is
 * used, of a time round that the first pass does itself, and the second copies. In the
 * second, what the last loop asks for was computed by the one before, in line, but for
 * the one time round that was different.
 */
static const loops small[] = {
    {2,
     {{.times = 27,
       .statements = 2,
       .lanes = 1,
       .turns = TIMES,
       .odd = 26,
       .body = {{0, {OF_SCALARS, 0, 0}, {OF_LAST, 0, 0}, 0, SIZE_MAX},
                {6, {OF_LAST, 0, 0}, {OF_SCALARS, 0, 0}, 0, SIZE_MAX}},
       .keep = {-1, 0},
       .add = 1},
      {.times = 22,
       .statements = 1,
       .lanes = 1,
       .turns = TIMES,
       .odd = SIZE_MAX,
       .body = {{6, {OF_ARRAY, 0, 1}, {OF_SCALARS, 0, 0}, 0, SIZE_MAX}},
       .keep = {-1, -1},
       .add = -1}}},
    {3,
     {{.times = 2,
       .statements = 1,
       .lanes = 1,
       .turns = TIMES,
       .odd = SIZE_MAX,
       .body = {{6, {OF_SCALARS, 0, 0}, {OF_SCALARS, 0, 0}, 0, SIZE_MAX}},
       .keep = {0, 0},
       .add = -1},
      {.times = 22,
       .statements = 3,
       .lanes = 1,
       .turns = TIMES,
       .odd = 13,
       .body = {{6, {OF_LAST, 0, 0}, {OF_SCALARS, 0, 0}, 0.84, SIZE_MAX},
                {1, {OF_SCALARS, 0, 0}, {OF_TIME, 0, 0}, 0.65, SIZE_MAX},
                {2, {OF_TIME, 1, 0}, {OF_SCALARS, 0, 0}, 0.84, SIZE_MAX}},
       .keep = {-1, 2},
       .add = 1,
       .carry = 2},
      {.times = 22,
       .statements = 2,
       .lanes = 1,
       .turns = TIMES,
       .odd = SIZE_MAX,
       .body = {{6, {OF_ARRAY, 2, 0}, {OF_SCALARS, 0, 0}, 0, SIZE_MAX},
                {6, {OF_SCALARS, 0, 0}, {OF_SCALARS, 0, 0}, 0, SIZE_MAX}},
       .keep = {-1, -1},
       .add = 0}}}};

START_TEST(small_loops)
{
    ad_tape *t = ad_tape_new(NULL);
    loops_state *s = calloc(1, sizeof *s);
    double x[INPUTS];
    for (size_t i = 0; i < INPUTS; i++) x[i] = 0.5 + 0.5 / (double)(1 + i);
    const handle out = loops_record(t, &small[_i], x, s);
    ad_plan *plan = ad_tape_plan(t, INPUTS, s->in, 1, &out);
    ck_assert(plan != NULL);
    hold_at(t, &small[_i], plan, x, s, (uint64_t)_i);
    for (size_t i = 0; i < INPUTS; i++) x[i] += 0.01;
    hold_at(t, &small[_i], plan, x, s, (uint64_t)_i);
    ad_plan_free(plan);
    free(s);
    ad_tape_free(t);
}
END_TEST

/* What a loop's sums take in from an earlier loop is a product, but once. */
START_TEST(a_sum_that_takes_in_what_is_not_alike)
{
    enum { N = 32 };
    ad_tape *t = ad_tape_new(NULL);
    handle in[N], z[N];
    for (size_t k = 0; k < N; k++) in[k] = ad_tape_var(t, 1 / (double)(1 + k));
    for (size_t k = 0; k < N; k++)
        z[k] = k == 5 ? ad_tape_sin(t, in[k]) : ad_tape_mul(t, in[k], in[0]);
    handle out = ad_tape_cos(t, in[0]);
    for (size_t k = 0; k < N; k++)
        out = ad_tape_mul(t, out, ad_tape_cos(t, ad_tape_add(t, z[k], in[k])));
    ad_plan *p = ad_tape_plan(t, N, in, 1, &out);
    double y, gradient[N];
    ck_assert_int_eq(ad_tape_backward(t, out), AD_OK);
    ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
    ad_plan_backward(p, NULL, gradient);
    assert_within(y, out.value, 1e-13);
    for (size_t k = 0; k < N; k++)
        assert_within(gradient[k], ad_tape_grad(t, in[k]), 1e-13);
    ad_plan_free(p);
    ad_tape_free(t);
}
END_TEST

/* A loop with all that there is: families, sums, a serial part, constants that move. */
static handle record_all(ad_tape *t, size_t n, handle *in)
{
    for (size_t k = 0; k < n; k++) in[k] = ad_tape_var(t, 1 / (double)(1 + k));
    handle out = in[0], serial = in[1];
    for (size_t k = 0; k < n; k++) {
        const handle u = ad_tape_add_c(t, ad_tape_exp(t, in[k]), 1 / (double)(1 + k));
        serial = ad_tape_sin(t, ad_tape_mul(t, serial, u));
        out = ad_tape_add(t, out, ad_tape_mul(t, ad_tape_cos(t, u), in[2]));
    }
    return ad_tape_add(t, out, serial);
}

/* Wherever memory ends, there is no plan, and nothing is lost. */
START_TEST(out_of_memory)
{
    enum { N = 64 };
    bool failed = true;
    for (size_t at = 1; failed; at++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        handle in[N];
        const handle out = record_all(t, N, in);
        heap.fail_at = heap.requests + at;
        ad_plan *p = ad_tape_plan(t, N, in, 1, &out);
        failed = heap.failed > 0;
        ck_assert_int_eq(p == NULL, failed);
        if (p != NULL) {
            double y;
            ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
            assert_within(y, out.value, 1e-12);
        }
        ad_plan_free(p);
        ad_tape_free(t);
        assert_all_freed(&heap);
    }
}
END_TEST

Suite *plan_bodies_suite(void)
{
    Suite *suite = suite_create("plan_bodies");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, random_loops);
    tcase_add_loop_test(tests, small_loops, 0, sizeof small / sizeof *small);
    tcase_add_test(tests, out_of_memory);
    tcase_add_test(tests, a_sum_that_takes_in_what_is_not_alike);
    suite_add_tcase(suite, tests);
    return suite;
}
