/*
 * Proves that the complex step knows its own error where f cancels, accuses nobody there,
 * and does not answer where it has none.
 */
#include <check.h>

#include <math.h>
#include <string.h>

#include "verify/check.h"
#include "verify/checker/oracle.h"
#include "verify/tests/check_one.h"
#include "verify/tests/suites.h"

/* NaN at the point itself, or at its neighbours only. */
static double line(const double *x, void *context)
{
    (void)context;
    return x[0];
}

static double _Complex nan_complex(const double _Complex *z, void *context)
{
    const bool at_the_point = context == NULL;
    double part[2];

    memcpy(part, z, sizeof part);
    return (part[0] == 1.0) == at_the_point ? z[0] * (double)NAN : z[0];
}

START_TEST(complex_step_does_not_answer_with_nan)
{
    const double x = 1.0;
    const ad_check_options options = {.complex_step = nan_complex};

    for (int k = 0; k < 2; ++k) {
        int elsewhere = 1;
        struct problem p;
        ad_derivative d;

        ck_assert(problem_open(&p, line, k ? &elsewhere : NULL, 1, &x, &options));
        ck_assert(!complex_step(&p, 0, &d));
        problem_close(&p);
    }
}
END_TEST

/* (1 - cos x) / x^2, which cancels inside: the complex step is off by 1e-4 here, and
 * has to know it. */
static double versine(const double *x, void *context)
{
    (void)context;
    return (1.0 - cos(x[0])) / (x[0] * x[0]);
}

static double _Complex versine_complex(const double _Complex *z, void *context)
{
    double part[2], result[2];
    double _Complex top;

    (void)context;
    memcpy(part, z, sizeof part);
    result[0] = 1.0 - cos(part[0]) * cosh(part[1]);
    result[1] = sin(part[0]) * sinh(part[1]);
    memcpy(&top, result, sizeof top);
    return top / (z[0] * z[0]);
}

START_TEST(complex_step_knows_its_own_error)
{
    const double x = 1e-6, truth = -8.3333333333326389e-08;
    const ad_check_options options = {.complex_step = versine_complex};
    struct problem p;
    ad_derivative d;
    ad_check_report report = check_one(versine, x, truth, &options);

    ck_assert_int_ne(report.verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
    ck_assert(problem_open(&p, versine, NULL, 1, &x, &options));
    ck_assert(complex_step(&p, 0, &d));
    ck_assert_msg(fabs(d.value - truth) <= 8.0 * d.error, "%g +- %g", d.value, d.error);
    problem_close(&p);
}
END_TEST

/* (1 - cos x)/x^2, (x - sin x)/x^3 and (exp x - 1 - x)/x^2, by series for the truth. */
static double cancelled(const double *x, void *context)
{
    const double t = x[0];

    switch (*(const int *)context) {
    case 0: return (1.0 - cos(t)) / (t * t);
    case 1: return (t - sin(t)) / (t * t * t);
    default: return (exp(t) - 1.0 - t) / (t * t);
    }
}

static double _Complex cancelled_complex(const double _Complex *z, void *context)
{
    const int which = *(const int *)context;
    double part[2], top[2];
    double _Complex value;

    memcpy(part, z, sizeof part);
    if (which == 0) {
        top[0] = 1.0 - cos(part[0]) * cosh(part[1]);
        top[1] = sin(part[0]) * sinh(part[1]);
    } else if (which == 1) {
        top[0] = part[0] - sin(part[0]) * cosh(part[1]);
        top[1] = part[1] - cos(part[0]) * sinh(part[1]);
    } else {
        top[0] = exp(part[0]) * cos(part[1]) - 1.0 - part[0];
        top[1] = exp(part[0]) * sin(part[1]) - part[1];
    }
    memcpy(&value, top, sizeof value);
    return which == 1 ? value / (z[0] * z[0] * z[0]) : value / (z[0] * z[0]);
}

static double cancelled_derivative(int which, double x)
{
    double sum = 0.0, term = 1.0;

    /* of x^k / (k + 2)!, with the signs of which */
    for (int k = 1; k < 20; ++k) {
        term /= k + (which == 2 ? 2.0 : which == 1 ? 3.0 : 2.0);
        if (k == 1) term = which == 1 ? 1.0 / 24.0 : 1.0 / 6.0;
        if (which == 2)
            sum += k * pow(x, k - 1) * term;
        else if (k % 2 == 0)
            sum += (k % 4 == 0 ? 1.0 : -1.0) * k * pow(x, k - 1) * term;
    }
    return sum;
}

START_TEST(a_complex_step_accuses_nobody_where_f_cancels)
{
    static const double wrong[] = {1.0 + 1e-5, 1.0 + 1e-3, -1.0, 2.0};
    const ad_check_options options = {.complex_step = cancelled_complex};
    size_t failed = 0, tried = 0;

    for (int which = 0; which < 3; ++which)
        for (double x = 3e-4; x < 0.06; x *= 1.017) {
            const double g = cancelled_derivative(which, x);
            ad_check_report report;

            ad_check_gradient(cancelled, &which, 1, &x, &g, &options, &report);
            ck_assert_msg(report.verdict != AD_CHECK_FAIL, "function %d at %.17g: %s",
                          which, x, report.rows[0].text);
            ad_check_report_free(&report);
            for (size_t k = 0; k < 4; ++k) {
                const double other = wrong[k] * g;

                ad_check_gradient(cancelled, &which, 1, &x, &other, &options, &report);
                ck_assert_msg(report.verdict != AD_CHECK_PASS,
                              "function %d at %.17g times %g", which, x, wrong[k]);
                failed += report.verdict == AD_CHECK_FAIL;
                ++tried;
                ad_check_report_free(&report);
            }
        }
    ck_assert_uint_gt(3 * failed, 2 * tried);
}
END_TEST

/* A line that sinks in its offset, and the same in a complex arithmetic that drops the
 * imaginary part. */
static double sunken(const double *x, void *context)
{
    (void)context;
    return 1e40 + x[0];
}

static double _Complex deaf_complex(const double _Complex *z, void *context)
{
    double part[2];

    memcpy(part, z, sizeof part);
    return sunken(part, context);
}

START_TEST(a_complex_f_without_imaginary_part_says_nothing)
{
    const double x = 0.01;
    const ad_check_options options = {.complex_step = deaf_complex};
    ad_check_report report = check_one(sunken, x, 1.0, &options);
    struct problem p;
    ad_derivative d;

    ck_assert_int_eq(report.rows[0].oracle, AD_CHECK_BY_DIFFERENCE);
    ad_check_report_free(&report);
    ck_assert(problem_open(&p, sunken, NULL, 1, &x, &options));
    ck_assert(!complex_step(&p, 0, &d));
    problem_close(&p);
}
END_TEST

Suite *check_complex_suite(void)
{
    Suite *suite = suite_create("check_complex");
    TCase *complex_steps = tcase_create("complex_steps");

    tcase_set_timeout(complex_steps, 0);
    tcase_add_test(complex_steps, complex_step_does_not_answer_with_nan);
    tcase_add_test(complex_steps, complex_step_knows_its_own_error);
    tcase_add_test(complex_steps, a_complex_step_accuses_nobody_where_f_cancels);
    tcase_add_test(complex_steps, a_complex_f_without_imaginary_part_says_nothing);
    suite_add_tcase(suite, complex_steps);
    return suite;
}
