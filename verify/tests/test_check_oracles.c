/*
 * Proves that better witnesses than differences in double are called where they are
 * needed, are believed as far as they know, and no further.
 */
#include <check.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/checker/oracle.h"
#include "verify/checker/verdict.h"
#include "verify/tests/check_one.h"
#include "verify/tests/suites.h"

/* ---- stronger oracles ---- */

static double cancelling(const double *x, void *context)
{
    (void)context;
    return 1e6 + (x[0] - sin(x[0]));
}

static long double cancelling_wide(const long double *x, void *context)
{
    (void)context;
    return 1e6L + (x[0] - sinl(x[0]));
}

/* sin(a + ib) = sin a cosh b + i cos a sinh b */
static double _Complex cancelling_complex(const double _Complex *z, void *context)
{
    double part[2], result[2];
    double _Complex value;

    (void)context;
    memcpy(part, z, sizeof part);
    result[0] = 1e6 + part[0] - sin(part[0]) * cosh(part[1]);
    result[1] = part[1] - cos(part[0]) * sinh(part[1]);
    memcpy(&value, result, sizeof value);
    return value;
}

static double _Complex wrong_complex(const double _Complex *z, void *context)
{
    return 2.0 * cancelling_complex(z, context);
}

static int cancelling_exact(const double *x, size_t i, double *derivative,
                            double *bound, void *context)
{
    double s = sin(0.5 * x[0]);

    (void)i;
    (void)context;
    *derivative = 2.0 * s * s;
    *bound = 1e-15 * *derivative;
    return 0;
}

START_TEST(stronger_oracles_settle_what_differences_cannot)
{
    const double x = 0.01, s = sin(0.005), g = 2.0 * s * s;
    const ad_check_options complex_step = {.complex_step = cancelling_complex},
                           wide = {.wide = cancelling_wide},
                           exact = {.exact = cancelling_exact},
                           liar = {.complex_step = wrong_complex};
    ad_check_report report = check_one(cancelling, x, g, NULL);

    ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
    ad_check_report_free(&report);
    report = check_one(cancelling, x, g, &complex_step);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ck_assert_int_eq(report.rows[0].oracle, AD_CHECK_BY_COMPLEX_STEP);
    ad_check_report_free(&report);
    report = check_one(cancelling, x, g * (1.0 + 1e-7), &complex_step);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    report = check_one(cancelling, x, g, &exact);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ck_assert_int_eq(report.rows[0].oracle, AD_CHECK_BY_EXACT);
    ad_check_report_free(&report);
    report = check_one(cancelling, x, g * (1.0 - 1e-7), &exact);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    report = check_one(cancelling, x, g * (1.0 + 1e-3), &wide);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    /* an oracle that contradicts the function is not believed */
    report = check_one(cancelling, x, g, &liar);
    ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(report.rows[0].reason, AD_CHECK_ORACLES_DISAGREE);
    ad_check_report_free(&report);
}
END_TEST

/* An oracle of the caller's own that answers what it is told to. */
struct told {
    int status;
    double derivative, bound;
};

static double told_value(const double *x, void *context)
{
    (void)context;
    return cancelling(x, NULL);
}

static int told_exact(const double *x, size_t i, double *derivative, double *bound,
                      void *context)
{
    const struct told *t = context;

    (void)x;
    (void)i;
    *derivative = t->derivative;
    *bound = t->bound;
    return t->status;
}

START_TEST(an_oracle_is_taken_at_its_word_and_no_further)
{
    const ad_check_options options = {.exact = told_exact};
    const double x = 0.01, s = sin(0.005), g = 2.0 * s * s;
    const struct {
        struct told told;
        ad_check_verdict verdict;
    } cases[] = {
        {{0, g, 1e-15 * g}, AD_CHECK_PASS},
        {{0, g * (1.0 + 1e-7), 1e-15 * g}, AD_CHECK_FAIL},
        {{0, g, 1e-3 * g}, AD_CHECK_INCONCLUSIVE},        /* a blunt bound */
        {{1, g, 1e-15 * g}, AD_CHECK_INCONCLUSIVE},       /* no answer */
        {{1, 2.0 * g, 1e-15 * g}, AD_CHECK_INCONCLUSIVE}, /* no answer */
        {{0, (double)NAN, 1e-15 * g}, AD_CHECK_INCONCLUSIVE},
        {{0, g, (double)NAN}, AD_CHECK_INCONCLUSIVE},
        {{0, g, -1.0}, AD_CHECK_INCONCLUSIVE},
    };

    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; ++k) {
        struct told told = cases[k].told;
        struct problem p;
        ad_derivative d;
        ad_check_report report;

        ck_assert(problem_open(&p, told_value, &told, 1, &x, &options));
        ck_assert_int_eq(exact_derivative(&p, 0, &d), k < 3);
        problem_close(&p);
        ad_check_gradient(told_value, &told, 1, &x, &g, &options, &report);
        ck_assert_msg(report.verdict == cases[k].verdict, "case %zu: %s", k,
                      ad_check_verdict_name(report.verdict));
        ck_assert_int_eq(report.rows[0].oracle,
                         k < 2 ? AD_CHECK_BY_EXACT : AD_CHECK_BY_DIFFERENCE);
        ad_check_report_free(&report);
    }
}
END_TEST

static double drowned(const double *x, void *context)
{
    (void)context;
    return 1e40 + x[0];
}

/* Constant in double may be a slope that has drowned: one who can see it is asked. */
START_TEST(a_constant_wants_a_second_opinion)
{
    const ad_check_options options = {.exact = told_exact};
    struct told told = {0, 1.0, 0.0};
    const double x = 1.0, right = 1.0, zero = 0.0;
    ad_check_report report = check_one(drowned, x, zero, NULL);

    ck_assert_int_eq(report.rows[0].kind, AD_CHECK_CONSTANT);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    ad_check_gradient(drowned, &told, 1, &x, &zero, &options, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    ad_check_gradient(drowned, &told, 1, &x, &right, &options, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
}
END_TEST

static double offset_square(const double *x, void *context)
{
    (void)context;
    return 1e9 + x[0] * x[0];
}

static long double offset_square_wide(const long double *x, void *context)
{
    (void)context;
    return 1e9L + x[0] * x[0];
}

START_TEST(wide_differences_see_further)
{
    const ad_check_options wide = {.wide = offset_square_wide};
    ad_check_report report = check_one(offset_square, 1e-3, 2e-3, &wide);

    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    report = check_one(offset_square, 1e-3, 2e-3 * (1.0 + 1e-6), &wide);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
}
END_TEST

/* ---- who is believed ---- */

static double exponential(const double *x, void *context)
{
    (void)context;
    return exp(x[0]);
}

static long double twice_too_much(const long double *x, void *context)
{
    (void)context;
    return 2.0L * expl(x[0]);
}

START_TEST(an_exact_oracle_leaves_a_claim_a_few_units)
{
    const double g = 2.7182818284590452;
    const ad_derivative exact = {.value = g,
                                 .error = 6e-16,
                                 .scale = g,
                                 .kind = AD_CHECK_SMOOTH,
                                 .oracle = AD_CHECK_BY_EXACT};
    const ad_check_options none = {0};
    ad_derivative rough = exact;

    rough.oracle = AD_CHECK_BY_DIFFERENCE;
    ck_assert_int_eq(judge(g * (1.0 + 5e-13), &exact, &none, 5e-8).verdict,
                     AD_CHECK_FAIL);
    ck_assert_int_eq(judge(g * (1.0 + 1e-15), &exact, &none, 5e-8).verdict,
                     AD_CHECK_PASS);
    ck_assert_int_eq(judge(g * (1.0 + 5e-13), &rough, &none, 5e-8).verdict,
                     AD_CHECK_PASS);
}
END_TEST

START_TEST(long_double_that_is_another_function_is_not_believed)
{
    const ad_check_options liar = {.wide = twice_too_much};
    const double s = sin(0.005);
    ad_check_report report = check_one(cancelling, 0.01, 2.0 * s * s, &liar);

    ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(report.rows[0].reason, AD_CHECK_ORACLES_DISAGREE);
    ad_check_report_free(&report);
    /* and where differences in double are sure it is not asked */
    report = check_one(exponential, 1.0, exp(1.0), &liar);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    report = check_one(exponential, 1.0, 2.0 * exp(1.0), &liar);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
}
END_TEST

/* (exp(x) - 1) / x where its rounding is a staircase: in double two scales show. */
static double quotient(const double *x, void *context)
{
    (void)context;
    return (exp(x[0]) - 1.0) / x[0];
}

static long double quotient_wide(const long double *x, void *context)
{
    (void)context;
    return (expl(x[0]) - 1.0L) / x[0];
}

static int quotient_exact(const double *x, size_t i, double *derivative, double *bound,
                          void *context)
{
    (void)i;
    (void)context;
    *derivative = 0.5 + x[0] / 3.0 + x[0] * x[0] / 8.0;
    *bound = 1e-14;
    return 0;
}

START_TEST(an_oracle_that_knows_overrules_two_scales)
{
    const double x = 1.8571534055902439e-05, g = 0.50000619055446494;
    const ad_check_options options[] = {{.wide = quotient_wide},
                                        {.exact = quotient_exact}};
    ad_check_report report = check_one(quotient, x, g, NULL);

    ck_assert_int_eq(report.rows[0].reason, AD_CHECK_TWO_SCALES);
    ad_check_report_free(&report);
    for (size_t k = 0; k < 2; ++k) {
        report = check_one(quotient, x, g, &options[k]);
        ck_assert_msg(report.verdict != AD_CHECK_FAIL, "%zu", k);
        ck_assert(k == 0 || report.verdict == AD_CHECK_PASS);
        ck_assert_int_ne(report.rows[0].oracle, AD_CHECK_BY_DIFFERENCE);
        ck_assert_msg(fabs(report.rows[0].numerical - g) <= 8.0 * report.rows[0].error,
                      "%.17g +- %g", report.rows[0].numerical, report.rows[0].error);
        ad_check_report_free(&report);
        report = check_one(quotient, x, -g, &options[k]);
        ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
    }
}
END_TEST

Suite *check_oracles_suite(void)
{
    Suite *suite = suite_create("check_oracles");
    TCase *oracles = tcase_create("oracles");

    tcase_set_timeout(oracles, 0);
    tcase_add_test(oracles, stronger_oracles_settle_what_differences_cannot);
    tcase_add_test(oracles, an_oracle_is_taken_at_its_word_and_no_further);
    tcase_add_test(oracles, a_constant_wants_a_second_opinion);
    tcase_add_test(oracles, wide_differences_see_further);
    tcase_add_test(oracles, an_exact_oracle_leaves_a_claim_a_few_units);
    tcase_add_test(oracles, long_double_that_is_another_function_is_not_believed);
    tcase_add_test(oracles, an_oracle_that_knows_overrules_two_scales);
    suite_add_tcase(suite, oracles);
    return suite;
}
