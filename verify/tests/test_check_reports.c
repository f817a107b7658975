/*
 * Proves that a report names the mistake, and says so to people and to programs.
 */
#include <check.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/random.h"
#include "verify/tests/check_one.h"
#include "verify/tests/suites.h"

/* ---- names of mistakes ---- */

/* f = x^2 y + 3 z + pi u at (3, 2, 5, 7): gradient (12, 9, 3, pi), value 39 + 7 pi. */
static double mixed(const double *x, void *context)
{
    (void)context;
    return x[0] * x[0] * x[1] + 3.0 * x[2] + 3.14159265358979323846 * x[3];
}

static const double mixed_at[4] = {3.0, 2.0, 5.0, 7.0};
static const double mixed_gradient[4] = {12.0, 9.0, 3.0, 3.14159265358979323846};

static void expect_mistake(size_t i, double claim, ad_check_mistake expected)
{
    const ad_check_options options = {.incoming = 1.75};
    ad_check_report report;
    double g[4];

    memcpy(g, mixed_gradient, sizeof g);
    g[i] = claim;
    ad_check_gradient(mixed, NULL, 4, mixed_at, g, &options, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_msg(report.rows[i].mistake == expected,
                  "entry %zu claim %.17g: \"%s\" (%s)", i, claim, report.rows[i].text,
                  ad_check_mistake_name(report.rows[i].mistake));
    ck_assert(report.rows[i].text[0] != '\0');
    ck_assert_int_eq(report.mistake, expected);
    ad_check_report_free(&report);
}

START_TEST(mistakes_are_named)
{
    const double value = 33.0 + 7.0 * mixed_gradient[3];

    expect_mistake(0, -12.0, AD_CHECK_SIGN_FLIPPED);
    expect_mistake(0, 6.0, AD_CHECK_HALF);
    expect_mistake(0, 8.0, AD_CHECK_PART_OF_USES);
    expect_mistake(0, 24.0, AD_CHECK_FACTOR);
    expect_mistake(0, 0.0, AD_CHECK_ZERO_CLAIMED);
    expect_mistake(0, (double)NAN, AD_CHECK_NOT_A_NUMBER);
    expect_mistake(0, HUGE_VAL, AD_CHECK_NOT_FINITE);
    expect_mistake(3, 7.0 * mixed_gradient[3], AD_CHECK_FACTOR_X);
    expect_mistake(1, 9.0 * value, AD_CHECK_FACTOR_VALUE);
    expect_mistake(1, 9.0 / 1.75, AD_CHECK_FACTOR_INCOMING);
    expect_mistake(3, 3.14159, AD_CHECK_CONSTANT_TRUNCATED);
    expect_mistake(0, 12.0 * (1.0 + 1e-5), AD_CHECK_RELATIVE);
    expect_mistake(3, mixed_gradient[3] + 1.0, AD_CHECK_TERM);
    expect_mistake(1, 9.0 / 250.0, AD_CHECK_INNER_FACTOR);
    expect_mistake(1, mixed_gradient[3], AD_CHECK_OTHER_ENTRY);
    expect_mistake(1, value, AD_CHECK_NOT_DIFFERENTIATED);
    expect_mistake(0, 12.0 * 25.0, AD_CHECK_FACTOR);
    expect_mistake(0, 12.0 * (1.0 - 3.3e-7), AD_CHECK_RELATIVE);
    expect_mistake(1, 10.2345, AD_CHECK_UNKNOWN_MISTAKE);
}
END_TEST

static double root_of(const double *x, void *context)
{
    (void)context;
    return sqrt(x[0]);
}

START_TEST(the_other_infinity_is_a_sign)
{
    ad_check_report report = check_one(root_of, 0.0, -HUGE_VAL, NULL);

    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_int_eq(report.mistake, AD_CHECK_SIGN_FLIPPED);
    ad_check_report_free(&report);
}
END_TEST

START_TEST(exchanged_entries_are_named)
{
    const double swapped[4] = {9.0, 12.0, 3.0, mixed_gradient[3]};
    const double rotated[4] = {9.0, 3.0, 12.0, mixed_gradient[3]};
    ad_check_report report;

    ad_check_gradient(mixed, NULL, 4, mixed_at, swapped, NULL, &report);
    ck_assert_int_eq(report.rows[0].mistake, AD_CHECK_SWAPPED);
    ck_assert_int_eq(report.rows[1].mistake, AD_CHECK_SWAPPED);
    ck_assert_int_eq(report.mistake, AD_CHECK_SWAPPED);
    ad_check_report_free(&report);
    ad_check_gradient(mixed, NULL, 4, mixed_at, rotated, NULL, &report);
    ck_assert_int_eq(report.mistake, AD_CHECK_PERMUTED);
    ad_check_report_free(&report);
}
END_TEST

static void expect_report_mistake(const double *g, ad_check_mistake expected)
{
    ad_check_report report;

    ad_check_gradient(mixed, NULL, 4, mixed_at, g, NULL, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_msg(report.mistake == expected, "%s", report.text);
    for (size_t k = 0; k < report.n_rows; ++k)
        ck_assert_int_ne(report.rows[k].mistake, AD_CHECK_SWAPPED);
    ad_check_report_free(&report);
}

START_TEST(no_name_is_given_that_does_not_fit)
{
    const double pi = mixed_gradient[3];
    /* sign and half; entry 1 in place of 0 but not back; 12 is claimed by nobody */
    const double two_mistakes[4] = {-12.0, 4.5, 3.0, pi};
    const double copied[4] = {9.0, 10.2345, 3.0, pi};
    const double copies[4] = {9.0, 3.0, pi, 9.0};

    expect_report_mistake(two_mistakes, AD_CHECK_UNKNOWN_MISTAKE);
    expect_report_mistake(copied, AD_CHECK_UNKNOWN_MISTAKE);
    expect_report_mistake(copies, AD_CHECK_UNKNOWN_MISTAKE);
}
END_TEST

static double rough(const double *x, void *context)
{
    random_source random = {0};

    (void)context;
    memcpy(&random.state, x, sizeof random.state);
    return 100.0 * sin(x[0]) + 1e-4 * random_uniform(&random, -1.0, 1.0);
}

/* A number known to three digits gives no name to the fourth. */
START_TEST(blunt_numbers_name_nothing)
{
    ad_check_report report = check_one(rough, 0.7, -100.0 * cos(0.7), NULL);

    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_double_gt(8.0 * report.rows[0].error,
                        1e-4 * fabs(report.rows[0].numerical));
    ck_assert_int_eq(report.rows[0].mistake, AD_CHECK_UNKNOWN_MISTAKE);
    ad_check_report_free(&report);
}
END_TEST

/* ---- reports ---- */

static void read_back(FILE *file, char *text, size_t room)
{
    size_t length;

    rewind(file);
    length = fread(text, 1, room - 1, file);
    text[length] = '\0';
    fclose(file);
}

START_TEST(json_is_strict_and_complete)
{
    const char *const names[4] = {"plain", "with \"quotes\"", "tab\there",
                                  "back\\slash"};
    const ad_check_options options = {.names = names};
    const double g[4] = {12.0 + 1.0 / 3.0, (double)NAN, HUGE_VAL, -HUGE_VAL};
    static const char *const keys[] = {"id",          "x",    "claimed", "numerical",
                                       "error_bound", "step", "order",   "evaluations",
                                       "oracle",      "kind", "verdict"};
    char text[8192], quoted[40];
    FILE *file = tmpfile();
    ad_check_report report;
    size_t lines = 0;

    ck_assert(file != NULL);
    ad_check_gradient(mixed, NULL, 4, mixed_at, g, &options, &report);
    ck_assert_int_eq(ad_check_write_json(file, &report), 0);
    read_back(file, text, sizeof text);
    for (const char *p = text; *p != '\0'; ++p) lines += *p == '\n';
    ck_assert_uint_eq(lines, 4);
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; ++k) {
        snprintf(quoted, sizeof quoted, "\"%s\": ", keys[k]);
        ck_assert_msg(strstr(text, quoted) != NULL, "no %s", quoted);
    }
    ck_assert(strstr(text, ": nan") == NULL && strstr(text, ": inf") == NULL &&
              strstr(text, ": -inf") == NULL && strstr(text, ": -nan") == NULL);
    ck_assert(strstr(text, "\"claimed\": 12.333333333333334,") != NULL);
    ck_assert(strstr(text, "\"claimed\": \"nan\"") != NULL);
    ck_assert(strstr(text, "\"claimed\": \"inf\"") != NULL);
    ck_assert(strstr(text, "\"claimed\": \"-inf\"") != NULL);
    ck_assert(strstr(text, "with \\\"quotes\\\"") != NULL);
    ck_assert(strstr(text, "tab\\u0009here") != NULL);
    ck_assert(strstr(text, "\"x\": \"0x1.8p+1\"") != NULL);
    ad_check_report_free(&report);
}
END_TEST

START_TEST(table_says_how_well_it_agrees)
{
    char text[4096];
    FILE *file = tmpfile();
    ad_check_report report;

    ck_assert(file != NULL);
    ad_check_gradient(mixed, NULL, 4, mixed_at, mixed_gradient, NULL, &report);
    ck_assert_int_eq(ad_check_write_table(file, &report), 0);
    read_back(file, text, sizeof text);
    ck_assert(strstr(text, "agrees to") != NULL);
    ck_assert(strstr(text, "pass: 4 passed, 0 failed, 0 inconclusive") != NULL);
    for (size_t k = 0; k < 4; ++k)
        ck_assert(report.rows[k].agreement > 0.0 && report.rows[k].agreement <= 5e-8);
    ad_check_report_free(&report);
}
END_TEST

START_TEST(table_says_what_is_wrong)
{
    const double g[4] = {-12.0, 9.0, 3.0, mixed_gradient[3]};
    char text[4096];
    const char *row;
    FILE *file = tmpfile();
    ad_check_report report;

    ck_assert(file != NULL);
    ad_check_gradient(mixed, NULL, 4, mixed_at, g, NULL, &report);
    ck_assert_int_eq(ad_check_write_table(file, &report), 0);
    read_back(file, text, sizeof text);
    row = strstr(text, "x[0]");
    ck_assert(row != NULL && strstr(row, "sign flipped") != NULL);
    ck_assert(strstr(row, "sign flipped") < strchr(row, '\n'));
    ad_check_report_free(&report);
}
END_TEST

START_TEST(a_full_disk_is_reported)
{
    FILE *file = fopen("/dev/full", "w");
    ad_check_report report;

    if (file == NULL) return;
    setvbuf(file, NULL, _IONBF, 0);
    ad_check_gradient(mixed, NULL, 4, mixed_at, mixed_gradient, NULL, &report);
    ck_assert_int_eq(ad_check_write_json(file, &report), -1);
    clearerr(file);
    ck_assert_int_eq(ad_check_write_table(file, &report), -1);
    fclose(file);
    ad_check_report_free(&report);
}
END_TEST

Suite *check_reports_suite(void)
{
    Suite *suite = suite_create("check_reports");
    TCase *names = tcase_create("names");

    tcase_add_test(names, mistakes_are_named);
    tcase_add_test(names, the_other_infinity_is_a_sign);
    tcase_add_test(names, exchanged_entries_are_named);
    tcase_add_test(names, no_name_is_given_that_does_not_fit);
    tcase_add_test(names, blunt_numbers_name_nothing);
    tcase_add_test(names, json_is_strict_and_complete);
    tcase_add_test(names, table_says_how_well_it_agrees);
    tcase_add_test(names, table_says_what_is_wrong);
    tcase_add_test(names, a_full_disk_is_reported);
    suite_add_tcase(suite, names);
    return suite;
}
