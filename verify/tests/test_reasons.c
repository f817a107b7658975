/*
 * Where the checker comes to no verdict, it says in one sentence why, with the number
 * that stood in the way, and what to do next.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "verify/check.h"
#include "verify/tests/suites.h"

static double rounded(const double *x, void *context)
{
    (void)context;
    return (double)(float)(1e3 * sin(x[0]));
}

static double another_each_time(const double *x, void *context)
{
    double *calls = context;
    return x[0] + ++*calls;
}

static double step(const double *x, void *context)
{
    (void)context;
    return x[0] > 1 ? 2 : 1;
}

static double flat(const double *x, void *context)
{
    (void)context;
    return tanh(x[0]);
}

static double undefined(const double *x, void *context)
{
    (void)context;
    return log(x[0]);
}

static double cusp(const double *x, void *context)
{
    (void)context;
    return sqrt(fabs(x[0]));
}

static const struct {
    ad_check_function *f;
    double x, claim;
    ad_check_reason reason;
    const char *number, *next;
} cases[] = {
    {rounded, 1, 540.3023059, AD_CHECK_NOISY, "540.30230", "give a long double"},
    {another_each_time, 1, 1, AD_CHECK_NON_DETERMINISTIC, "is 2,", "fix its random"},
    {step, 1, 0, AD_CHECK_AT_JUMP, "x[0] = 1,", "choose a point beside it"},
    {flat, 25, 1e-21, AD_CHECK_AT_SATURATION, "the claim is 1e-21", "give a long"},
    {undefined, -1, -1, AD_CHECK_NON_FINITE, "x[0] = -1", "choose a point inside"},
    {cusp, 0, 0, AD_CHECK_AT_CUSP, "x[0] = 0", "choose a point beside it"},
};
enum { CASES = sizeof cases / sizeof *cases };

START_TEST(a_reason_has_a_number_and_advice)
{
    double calls = 0;
    ad_check_report report;
    ck_assert_int_eq(ad_check_gradient(cases[_i].f, &calls, 1, &cases[_i].x,
                                       &cases[_i].claim, NULL, &report),
                     AD_CHECK_OK);
    const ad_check_partial *row = &report.rows[0];
    ck_assert_int_eq(row->verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_str_eq(ad_check_reason_name(row->reason),
                     ad_check_reason_name(cases[_i].reason));
    ck_assert_msg(strstr(row->text, cases[_i].number) != NULL, "no %s in: %s",
                  cases[_i].number, row->text);
    ck_assert_msg(strstr(row->text, cases[_i].next) != NULL, "no %s in: %s",
                  cases[_i].next, row->text);
    ck_assert_msg(strlen(row->text) < sizeof row->text - 1, "cut: %s", row->text);
    ad_check_report_free(&report);
}
END_TEST

/* However large the numbers, and however long the names. */
START_TEST(no_reason_is_cut)
{
    static const char *const name[] = {"a_name_that_is_longer_than_any_table"};
    const ad_check_options options = {.names = name};
    for (int reason = AD_CHECK_NOISY; reason <= AD_CHECK_ORACLES_DISAGREE; reason++) {
        ad_check_partial row = {.x = -1.234567891e-300,
                                .claimed = -1.234567891e-300,
                                .numerical = -1.234567892e-300,
                                .error = 1e-308,
                                .verdict = AD_CHECK_INCONCLUSIVE,
                                .oracle = AD_CHECK_BY_WIDE_DIFFERENCE,
                                .reason = (ad_check_reason)reason};
        ad_check_report report = {
            .n = 1, .n_rows = 1, .rows = &row, .value = -1.234567891e-300};
        ad_check_name_mistakes(1, &row.x, &options, &report);
        ck_assert_msg(strlen(row.text) < sizeof row.text - 1, "cut: %s", row.text);
        ck_assert_msg(strpbrk(row.text, "0123456789") != NULL, "%s", row.text);
    }
}
END_TEST

Suite *reasons_suite(void)
{
    Suite *suite = suite_create("reasons");
    TCase *tests = tcase_create("texts");
    tcase_add_loop_test(tests, a_reason_has_a_number_and_advice, 0, CASES);
    tcase_add_test(tests, no_reason_is_cut);
    suite_add_tcase(suite, tests);
    return suite;
}
