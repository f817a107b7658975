/*
 * Proves what the checker does at the ends: of a domain, of determinism, of what its
 * arguments may be.
 */
#include <check.h>

#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/tests/check_one.h"
#include "verify/tests/suites.h"

static double offset_square(const double *x, void *context)
{
    (void)context;
    return 1e9 + x[0] * x[0];
}

static double cancelling(const double *x, void *context)
{
    (void)context;
    return 1e6 + (x[0] - sin(x[0]));
}

/* ---- the domain ---- */

static double logarithm_or_death(const double *x, void *context)
{
    (void)context;
    ck_assert_msg(x[0] >= 0.5 && x[0] <= 3.0, "evaluated at %g", x[0]);
    return log(x[0]);
}

START_TEST(steps_stay_inside_the_given_domain)
{
    const double lower = 0.5, upper = 3.0;
    const ad_check_options options = {.lower = &lower, .upper = &upper};

    for (double x = 0.5; x <= 3.0; x += 0.25) {
        double g = 1.0 / x, wrong = 1.001 / x;
        ad_check_report report;

        ad_check_gradient(logarithm_or_death, NULL, 1, &x, &g, &options, &report);
        ck_assert_msg(report.verdict == AD_CHECK_PASS, "at %g", x);
        ad_check_report_free(&report);
        ad_check_gradient(logarithm_or_death, NULL, 1, &x, &wrong, &options, &report);
        ck_assert_msg(report.verdict == AD_CHECK_FAIL, "at %g", x);
        ad_check_report_free(&report);
    }
}
END_TEST

static double two_logarithms(const double *x, void *context)
{
    (void)context;
    ck_assert_msg(x[0] >= -9.0 && x[0] <= -1.0 && x[1] >= 0.5 && x[1] <= 3.0,
                  "evaluated at %g, %g", x[0], x[1]);
    return log(-x[0]) + log(x[1]);
}

START_TEST(every_input_has_a_domain_of_its_own)
{
    const double lower[2] = {-9.0, 0.5}, upper[2] = {-1.0, 3.0};
    const ad_check_options options = {.lower = lower, .upper = upper};

    for (int end = 0; end < 2; ++end) {
        const double x[2] = {end ? -1.0 : -9.0, end ? 3.0 : 0.5};
        const double g[2] = {1.0 / x[0], 1.0 / x[1]}, wrong[2] = {g[0], 1.001 * g[1]};
        ad_check_report report;

        ad_check_gradient(two_logarithms, NULL, 2, x, g, &options, &report);
        ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
        ad_check_report_free(&report);
        ad_check_gradient(two_logarithms, NULL, 2, x, wrong, &options, &report);
        ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_PASS);
        ck_assert_int_eq(report.rows[1].verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
    }
}
END_TEST

/* ---- the edges of the interface ---- */

START_TEST(tolerances_are_on_top_and_off_by_default)
{
    const ad_check_options loose = {.rtol = 1e-2}, absolute = {.atol = 0.5};
    ad_check_report report = check_one(offset_square, 2.0, 4.01, NULL);

    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    report = check_one(offset_square, 2.0, 4.01, &loose);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    report = check_one(offset_square, 2.0, 4.4, &absolute);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    report = check_one(offset_square, 2.0, 4.6, &absolute);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
}
END_TEST

/* Answers a little more in the calls from first to last. */
struct moody {
    size_t calls, first, last;
};

static double moody(const double *x, void *context)
{
    struct moody *m = context;

    ++m->calls;
    return x[0] + (m->calls >= m->first && m->calls <= m->last ? 1e-13 : 0.0);
}

START_TEST(functions_that_answer_differently_are_caught)
{
    /* in the third call only; for good, from the tenth; after the quick pass */
    struct moody moods[] = {{0, 3, 3}, {0, 10, SIZE_MAX}, {0, 22, SIZE_MAX}};

    for (size_t k = 0; k < 3; ++k) {
        const double x = 1.0, g = 2.0;
        ad_check_report report;

        ad_check_gradient(moody, &moods[k], 1, &x, &g, NULL, &report);
        ck_assert_int_eq(report.rows[0].reason, AD_CHECK_NON_DETERMINISTIC);
        ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
        ad_check_report_free(&report);
    }
}
END_TEST

static int moody_exact(const double *x, size_t i, double *derivative, double *bound,
                       void *context)
{
    (void)x;
    (void)i;
    (void)context;
    *derivative = 1.0;
    *bound = 0.0;
    return 0;
}

START_TEST(what_changes_is_judged_by_nobody)
{
    const ad_check_options options = {.exact = moody_exact};
    const double x = 1.0, g = 1.0;
    struct moody mood = {0, 3, 3};
    ad_check_report report;

    ad_check_gradient(moody, &mood, 1, &x, &g, &options, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(report.rows[0].reason, AD_CHECK_NON_DETERMINISTIC);
    ad_check_report_free(&report);
}
END_TEST

static double logarithm(const double *x, void *context)
{
    (void)context;
    return log(x[0]);
}

START_TEST(values_that_are_not_finite_are_called_so)
{
    static const double at[] = {-1.0, 0.0, (double)NAN};

    for (size_t k = 0; k < 3; ++k) {
        ad_check_report report = check_one(logarithm, at[k], 1.0, NULL);

        ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
        ck_assert_int_eq(report.rows[0].reason, AD_CHECK_NON_FINITE);
        ad_check_report_free(&report);
    }
}
END_TEST

/* The second input is hidden behind a value that carries no more digits. */
static double half_hidden(const double *x, void *context)
{
    (void)context;
    return x[0] * x[0] + cancelling(x + 1, NULL);
}

START_TEST(one_failure_beats_many_doubts)
{
    const double x[2] = {3e3, 0.01}, g[2] = {5e3, 5e-5};
    ad_check_report report;

    ad_check_gradient(half_hidden, NULL, 2, x, g, NULL, &report);
    ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_FAIL);
    ck_assert_int_eq(report.rows[1].verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
}
END_TEST

/* How far the derivative moves when x moves by one rounding: f'' x eps / 2. */
START_TEST(a_derivative_knows_its_condition)
{
    const double x = 30.0;
    ad_derivative d;

    ck_assert_int_eq(ad_numerical_derivative(offset_square, NULL, 1, &x, 0, NULL, &d),
                     AD_CHECK_OK);
    ck_assert_double_gt(d.conditioning, 0.5 * DBL_EPSILON * x);
    ck_assert_double_lt(d.conditioning, 2.0 * DBL_EPSILON * x);
}
END_TEST

START_TEST(bad_arguments_and_empty_gradients)
{
    const double x = 1.0, g = 2.0;
    ad_derivative d;
    ad_check_report report;

    ck_assert_int_eq(ad_check_gradient(NULL, NULL, 1, &x, &g, NULL, &report),
                     AD_CHECK_BAD_ARGUMENT);
    ck_assert_int_eq(ad_check_gradient(offset_square, NULL, 1, NULL, &g, NULL, &report),
                     AD_CHECK_BAD_ARGUMENT);
    ck_assert_int_eq(ad_check_gradient(offset_square, NULL, 1, &x, &g, NULL, NULL),
                     AD_CHECK_BAD_ARGUMENT);
    ad_check_report_free(&report);
    ck_assert_int_eq(
        ad_check_gradient(offset_square, NULL, 0, NULL, NULL, NULL, &report),
        AD_CHECK_OK);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    ck_assert_int_eq(ad_numerical_derivative(offset_square, NULL, 1, &x, 1, NULL, &d),
                     AD_CHECK_BAD_ARGUMENT);
    ck_assert_int_eq(ad_numerical_derivative(offset_square, NULL, 1, &x, 0, NULL, &d),
                     AD_CHECK_OK);
    ck_assert(fabs(d.value - 2.0) <= d.error && d.error < 1e-4);
}
END_TEST

/* ---- kinds at the edge ---- */

static double floor_of(const double *x, void *context)
{
    (void)context;
    return floor(x[0]);
}

/* A plateau that is f's own is known from one that rounding made. */
START_TEST(a_floor_is_flat)
{
    for (double x = 1.05; x < 8.0; x += 0.37) {
        ad_check_report report = check_one(floor_of, x, 0.0, NULL);

        ck_assert_msg(report.verdict == AD_CHECK_PASS, "floor at %g", x);
        ad_check_report_free(&report);
        report = check_one(floor_of, x, 1.0, NULL);
        ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
    }
}
END_TEST

static double sunken_end(const double *x, void *context)
{
    (void)context;
    return asin(x[0] + 1.0);
}

START_TEST(a_slope_is_infinite_though_x_sinks)
{
    const double claims[] = {HUGE_VAL, -HUGE_VAL, 0.0, 1.0};

    for (size_t k = 0; k < 4; ++k) {
        ad_check_report report = check_one(sunken_end, 0.0, claims[k], NULL);

        ck_assert_int_eq(report.verdict, k == 0 ? AD_CHECK_PASS : AD_CHECK_FAIL);
        ad_check_report_free(&report);
    }
}
END_TEST

static double offset_line(const double *x, void *context)
{
    (void)context;
    return 1e10 + x[0];
}

static double zero_with_a_slope(const double *x, void *context)
{
    (void)context;
    return (x[0] - 1.0) * (x[0] - 1.0) * (x[0] + 2.0) + 100.0;
}

/* 0 at 1, so sharp that finer steps than usual are the best. */
static double log_gamma(const double *x, void *context)
{
    (void)context;
    return lgamma(x[0]);
}

START_TEST(offsets_and_zeros_are_decided)
{
    const struct {
        ad_check_function *f;
        double claim;
        ad_check_verdict verdict;
    } cases[] = {{offset_line, 1.0, AD_CHECK_PASS},
                 {offset_line, 1.0 + 1e-6, AD_CHECK_FAIL},
                 {offset_line, 1.0 - 1e-5, AD_CHECK_FAIL},
                 {log_gamma, -0.57721566490153286, AD_CHECK_PASS},
                 {log_gamma, -0.57721566490153286 * (1.0 + 1e-6), AD_CHECK_FAIL},
                 {zero_with_a_slope, 0.0, AD_CHECK_PASS},
                 {zero_with_a_slope, 1e-6, AD_CHECK_FAIL}};

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; ++k) {
        ad_check_report report = check_one(cases[k].f, 1.0, cases[k].claim, NULL);

        ck_assert_msg(report.verdict == cases[k].verdict, "case %zu: %s", k,
                      ad_check_verdict_name(report.verdict));
        ad_check_report_free(&report);
    }
}
END_TEST

/* ---- kinks of two inputs ---- */

static double larger(const double *x, void *context)
{
    (void)context;
    return fmax(x[0], x[1]);
}

static double length(const double *x, void *context)
{
    (void)context;
    return hypot(x[0], x[1]);
}

static double two_kinks(const double *x, void *context)
{
    (void)context;
    return fabs(x[0]) - fmax(x[1], 0.0);
}

START_TEST(kinks_are_judged_together)
{
    const struct {
        ad_check_function *f;
        double x, g[2];
        ad_check_verdict verdict;
    } cases[] = {{larger, 1.0, {1.0, 1.0}, AD_CHECK_FAIL},
                 {larger, 1.0, {0.9, 0.4}, AD_CHECK_FAIL},
                 {larger, 1.0, {0.3, 0.3}, AD_CHECK_FAIL},
                 {larger, 1.0, {1.0, 0.0}, AD_CHECK_PASS},
                 {larger, 1.0, {0.25, 0.75}, AD_CHECK_PASS},
                 {larger, -3e5, {0.5, 0.5}, AD_CHECK_PASS},
                 /* a 0 may be an entry that nobody claims */
                 {larger, 1.0, {0.0, 0.5}, AD_CHECK_PASS},
                 {length, 0.0, {1.0, 1.0}, AD_CHECK_FAIL},
                 {length, 0.0, {-0.9, 0.9}, AD_CHECK_FAIL},
                 {length, 0.0, {0.6, -0.8}, AD_CHECK_PASS},
                 {length, 0.0, {1.0, 0.0}, AD_CHECK_PASS},
                 {two_kinks, 0.0, {1.0, -1.0}, AD_CHECK_PASS},
                 {two_kinks, 0.0, {-1.0, -0.2}, AD_CHECK_PASS}};
    const double upper[2] = {1.0, 1.0};
    const ad_check_options walled = {.upper = upper};

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; ++k) {
        const double x[2] = {cases[k].x, cases[k].x};
        ad_check_report report;

        ad_check_gradient(cases[k].f, NULL, 2, x, cases[k].g, NULL, &report);
        ck_assert_msg(report.verdict == cases[k].verdict, "case %zu: %s, %s", k,
                      ad_check_verdict_name(report.verdict), report.text);
        ck_assert_int_eq(report.rows[0].mistake == AD_CHECK_JOINT_KINK,
                         report.verdict == AD_CHECK_FAIL);
        ck_assert(report.verdict == AD_CHECK_PASS || report.rows[1].text[0] != '\0');
        ad_check_report_free(&report);
        /* no step outside the domain, for all that one might learn there */
        ad_check_gradient(cases[k].f, NULL, 2, x, cases[k].g, &walled, &report);
        ck_assert(x[0] != 1.0 || report.rows[0].mistake != AD_CHECK_JOINT_KINK);
        ad_check_report_free(&report);
    }
}
END_TEST

/* A wall so near that one input at a time has room enough, and a circle has not. */
START_TEST(kinks_are_judged_within_the_domain)
{
    const double x[2] = {1.0, 1.0}, g[2] = {1.0, 1.0}, upper[2] = {1.0 + 1e-6, 2.0};
    const ad_check_options walled = {.upper = upper};
    ad_check_report report;

    ad_check_gradient(larger, NULL, 2, x, g, NULL, &report);
    ck_assert_int_eq(report.rows[0].mistake, AD_CHECK_JOINT_KINK);
    ad_check_report_free(&report);
    ad_check_gradient(larger, NULL, 2, x, g, &walled, &report);
    ck_assert_int_eq(report.rows[0].kind, AD_CHECK_KINK);
    ck_assert_int_eq(report.rows[1].kind, AD_CHECK_KINK);
    ck_assert_int_ne(report.rows[0].mistake, AD_CHECK_JOINT_KINK);
    ad_check_report_free(&report);
}
END_TEST

/* More entries than there is memory, also by a product that would wrap. The sanitizer's
 * own allocator would rather end the program. */
START_TEST(more_than_memory_is_an_answer)
{
#ifndef __SANITIZE_ADDRESS__
    const size_t counts[] = {SIZE_MAX / 16, SIZE_MAX / 4, SIZE_MAX};

    for (size_t k = 0; k < 3; ++k) {
        const double x = 1.0, g = 2.0;
        ad_derivative d;
        ad_check_report report;

        ck_assert_int_eq(
            ad_check_gradient(offset_square, NULL, counts[k], &x, &g, NULL, &report),
            AD_CHECK_OUT_OF_MEMORY);
        ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
        ck_assert_uint_eq(report.n_rows, 0);
        ad_check_report_free(&report);
        ck_assert_int_eq(
            ad_numerical_derivative(offset_square, NULL, counts[k], &x, 0, NULL, &d),
            AD_CHECK_OUT_OF_MEMORY);
    }
#endif
}
END_TEST

Suite *check_edges_suite(void)
{
    Suite *suite = suite_create("check_edges");
    TCase *edges = tcase_create("edges");

    tcase_add_test(edges, steps_stay_inside_the_given_domain);
    tcase_add_test(edges, every_input_has_a_domain_of_its_own);
    tcase_add_test(edges, tolerances_are_on_top_and_off_by_default);
    tcase_add_test(edges, functions_that_answer_differently_are_caught);
    tcase_add_test(edges, what_changes_is_judged_by_nobody);
    tcase_add_test(edges, values_that_are_not_finite_are_called_so);
    tcase_add_test(edges, one_failure_beats_many_doubts);
    tcase_add_test(edges, a_derivative_knows_its_condition);
    tcase_add_test(edges, bad_arguments_and_empty_gradients);
    tcase_add_test(edges, a_floor_is_flat);
    tcase_add_test(edges, a_slope_is_infinite_though_x_sinks);
    tcase_add_test(edges, offsets_and_zeros_are_decided);
    tcase_add_test(edges, kinks_are_judged_together);
    tcase_add_test(edges, kinks_are_judged_within_the_domain);
    tcase_add_test(edges, more_than_memory_is_an_answer);
    suite_add_tcase(suite, edges);
    return suite;
}
