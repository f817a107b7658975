/*
 * Every program of the list, at its small sizes: on both engines it has the operations
 * that its formula says, the primal's value bit for bit, and the gradient of another
 * origin under the bound that goes with it; that one is the primal's finite difference;
 * and no adjoint of its, inner ones included, is subnormal or not finite.
 */
#include <stdio.h>
#include <stdlib.h>

#include "verify/check.h"
#include "verify/tests/program_answer.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

static program opened(const program_kind *kind, size_t size, uint64_t seed)
{
    program p;
    ck_assert_msg(kind->open(&p, kind, size, seed), "%s: size %zu is refused",
                  kind->name, size);
    ck_assert(p.kind == kind && p.size == size && p.inputs > 0);
    return p;
}

/* How many of its sizes: those that are quick; in a soak of 10 times all, as far as a
 * graph of them takes less than half a gigabyte. */
enum { MOST_OPERATIONS = 4000000 };

static size_t sizes_of(const program_kind *kind)
{
    size_t n = 0;
    while (kind->sizes[n] != 0) n++;
    const size_t wanted = soaked(kind->quick);
    return wanted < n ? wanted : n;
}

/* ---- On the engines ------------------------------------------------------------- */

START_TEST(engines_give_the_gradient)
{
    const program_kind *kind = programs[_i];
    for (size_t s = 0; s < sizes_of(kind); s++) {
        ck_assert_uint_gt(kind->sizes[s], s == 0 ? 0 : kind->sizes[s - 1]);
        program p = opened(kind, kind->sizes[s], test_seed());
        if (p.operations <= MOST_OPERATIONS) {
            struct witness w = witness_new(&p);
            judge_engines(&p, &w);
            witness_free(&w);
        }
        kind->close(&p);
    }
}
END_TEST

/* Bounds are of use: at the smallest size below 1e-11 of the largest partial, at the
 * others that are quick below 1e-7. */
START_TEST(bounds_are_tight)
{
    const program_kind *kind = programs[_i];
    for (size_t s = 0; s < kind->quick; s++) {
        program p = opened(kind, kind->sizes[s], test_seed());
        struct witness w = witness_new(&p);
        double largest = 0;
        for (size_t i = 0; i < p.inputs; i++)
            largest = fmax(largest, fabs(w.gradient[i]));
        for (size_t i = 0; i < p.inputs; i++)
            ck_assert_msg(w.bound[i] <= (s == 0 ? 1e-11 : 1e-7) * largest,
                          "%s, size %zu: bound[%zu] = %.3g of %.3g", kind->name, p.size,
                          i, w.bound[i], largest);
        witness_free(&w);
        kind->close(&p);
    }
}
END_TEST

/* ---- The witness is witnessed ----------------------------------------------------- */

static double primal_at(const double *x, void *context)
{
    const program *p = context;
    return p->kind->primal(p, x);
}

/* The smallest two sizes: every partial, or sampled ones. */
START_TEST(the_witness_is_the_primals_difference)
{
    const program_kind *kind = programs[_i];
    for (size_t s = 0; s < 2 && s < kind->quick; s++) {
        program p = opened(kind, kind->sizes[s], test_seed());
        struct witness w = witness_new(&p);
        const ad_check_options options = {
            .exhaustive_up_to = 16, .coordinates = 4, .directions = 2};
        ad_check_report report;
        ck_assert_int_eq(ad_check_gradient(primal_at, &p, p.inputs, p.x, w.gradient,
                                           &options, &report),
                         AD_CHECK_OK);
        if (report.verdict == AD_CHECK_FAIL) ad_check_write_table(stderr, &report);
        ck_assert_msg(report.verdict != AD_CHECK_FAIL, "%s, size %zu: %s", kind->name,
                      p.size, report.text);
        ck_assert_msg(2 * report.passed >= report.n_rows,
                      "%s, size %zu: only %zu of %zu pass", kind->name, p.size,
                      report.passed, report.n_rows);
        ad_check_report_free(&report);
        witness_free(&w);
        kind->close(&p);
    }
}
END_TEST

/* ---- Audit ------------------------------------------------------------------------ */

START_TEST(no_adjoint_is_subnormal)
{
    const program_kind *kind = programs[_i];
    for (size_t s = 0; s < sizes_of(kind); s++) {
        program p = opened(kind, kind->sizes[s], 1);
        ad_tape *t = ad_tape_new(NULL);
        ad_tape_handle *x = calloc(p.inputs, sizeof *x);
        for (size_t i = 0; i < p.inputs; i++) x[i] = ad_tape_var(t, p.x[i]);
        ck_assert_int_eq(ad_tape_backward(t, kind->record_tape(&p, t, x)), AD_OK);
        for (size_t k = 0; k < ad_tape_mark(t).nodes; k++) {
            const double adjoint =
                ad_tape_grad(t, (ad_tape_handle){.index = (uint32_t)k});
            const int is = fpclassify(adjoint);
            ck_assert_msg(is == FP_NORMAL || is == FP_ZERO,
                          "%s, size %zu: the adjoint of node %zu is %g", kind->name,
                          p.size, k, adjoint);
        }
        ad_tape_free(t);
        free(x);
        kind->close(&p);
    }
}
END_TEST

/* ---- Published figures, and depth -------------------------------------------------- */

/* 24.2 and (-215.6, -88): within what the terms, of size 232.32 and less, allow. */
START_TEST(rosenbrock_is_the_published_one)
{
    program p = opened(program_named("rosenbrock"), 2, 0);
    for (int e = 0; e < ENGINES; e++) {
        struct answer a = engines[e].answer(&p);
        assert_within(a.value, 24.2, 1e-13);
        assert_within(a.gradient[0] / 3, -215.6, 2e-13);
        assert_within(a.gradient[1] / 3, -88, 1e-13);
        free(a.gradient);
    }
    p.kind->close(&p);
}
END_TEST

/* The call, and the call and the put. */
START_TEST(black_scholes_is_the_published_one)
{
    static const double call = 56.513603067773943, put = 51.410916100933306;
    for (size_t size = 1; size <= 2; size++) {
        program p = opened(program_named("black_scholes"), size, 0);
        for (int e = 0; e < ENGINES; e++) {
            struct answer a = engines[e].answer(&p);
            assert_within(a.value, size == 1 ? call : call + put, 1e-13);
            assert_within(a.gradient[0] / 3, 0.77381844492127361, 1e-13);
            if (size == 2)
                assert_within(a.gradient[5] / 3, -0.22618155507872642, 1e-13);
            free(a.gradient);
        }
        p.kind->close(&p);
    }
}
END_TEST

START_TEST(speelpenning_is_the_published_one)
{
    for (size_t n = 1; n <= 1000; n *= 10) {
        program p = opened(program_named("speelpenning"), n, 0);
        for (int e = 0; e < ENGINES; e++) {
            struct answer a = engines[e].answer(&p);
            const double f = 1 / ((double)n + 1);
            assert_within(a.value, f, 1e-13 * f);
            for (size_t i = 0; i < n; i++) {
                const double slope = f / p.x[i];
                assert_within(a.gradient[i] / 3, slope, 1e-13 * slope);
            }
            free(a.gradient);
        }
        p.kind->close(&p);
    }
}
END_TEST

START_TEST(a_million_is_no_depth)
{
    program p = opened(program_named("chain"), volume_up_to(1000000), 1);
    struct witness w = witness_new(&p);
    judge_engines(&p, &w);
    ck_assert(w.bound[0] < 1e-8 * fabs(w.gradient[0]));
    witness_free(&w);
    p.kind->close(&p);
}
END_TEST

/* ---- The list --------------------------------------------------------------------- */

START_TEST(the_list_is_whole)
{
    for (size_t i = 0; i < programs_count; i++) {
        const program_kind *kind = programs[i];
        ck_assert(program_named(kind->name) == kind);
        ck_assert(kind->formula && kind->size_means && kind->witness && kind->open);
        ck_assert(kind->close && kind->gradient && kind->primal && kind->record_graph);
        size_t n = 0;
        while (kind->sizes[n] != 0) n++;
        ck_assert(kind->quick > 0 && kind->quick <= n);
        program p;
        ck_assert(!kind->open(&p, kind, 0, 1));
        ck_assert(!kind->open(&p, kind, SIZE_MAX, 1));
    }
    ck_assert_ptr_null(program_named("rosenbrok"));
}
END_TEST

Suite *programs_suite(void)
{
    const int n = (int)programs_count;
    Suite *suite = suite_create("programs");
    TCase *tests = tcase_create("programs");
    tcase_add_test(tests, the_list_is_whole);
    tcase_add_loop_test(tests, engines_give_the_gradient, 0, n);
    tcase_add_loop_test(tests, bounds_are_tight, 0, n);
    tcase_add_loop_test(tests, the_witness_is_the_primals_difference, 0, n);
    tcase_add_loop_test(tests, no_adjoint_is_subnormal, 0, n);
    tcase_add_test(tests, rosenbrock_is_the_published_one);
    tcase_add_test(tests, black_scholes_is_the_published_one);
    tcase_add_test(tests, speelpenning_is_the_published_one);
    tcase_add_test(tests, a_million_is_no_depth);
    suite_add_tcase(suite, tests);
    return suite;
}
