/*
 * Proves that among thousands and millions of inputs a single wrong entry is found, and
 * that what cannot be seen is said.
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
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

/* ---- many inputs ---- */

struct many {
    size_t n;
    double *x, *g;
};

static double many_value(const double *x, void *context)
{
    const struct many *m = context;
    double sum = 0.0;

    for (size_t i = 0; i < m->n; ++i)
        sum += (1.0 + 0.5 * (double)(i % 7)) * x[i] * x[i];
    return sum;
}

static struct many many_new(size_t n)
{
    struct many m = {n, malloc(n * sizeof *m.x), malloc(n * sizeof *m.g)};
    random_source random = {test_seed()};

    ck_assert(m.x != NULL && m.g != NULL);
    for (size_t i = 0; i < n; ++i) {
        m.x[i] = random_uniform(&random, -1.0, 1.0);
        m.g[i] = 2.0 * (1.0 + 0.5 * (double)(i % 7)) * m.x[i];
    }
    return m;
}

static ad_check_report many_check(struct many *m, uint64_t seed)
{
    const ad_check_options few = {.directions = 3, .coordinates = 3, .seed = seed};
    ad_check_report report;

    ck_assert_int_eq(ad_check_gradient(many_value, m, m->n, m->x, m->g, &few, &report),
                     AD_CHECK_OK);
    return report;
}

static bool found(const ad_check_report *report, size_t index)
{
    for (size_t k = 0; k < report->n_rows; ++k)
        if (report->rows[k].index == index && report->rows[k].verdict == AD_CHECK_FAIL)
            return true;
    return false;
}

static void expect_wrong_entries_found(size_t n)
{
    struct many m = many_new(n);
    size_t a = m.n / 3, b = m.n / 2 + 1;
    ad_check_report report;
    double keep;

    m.x[a] = 0.7;
    m.g[a] = 2.0 * (1.0 + 0.5 * (double)(a % 7)) * 0.7;
    m.x[b] = -0.4;
    m.g[b] = -2.0 * (1.0 + 0.5 * (double)(b % 7)) * 0.4;

    report = many_check(&m, 1);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ck_assert(report.visible > 0.0 && report.visible < 1e-3);
    ad_check_report_free(&report);

    keep = m.g[a];
    m.g[a] *= 1.001;
    report = many_check(&m, 2);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_msg(found(&report, a), "entry %zu was not located", a);
    ad_check_report_free(&report);

    m.g[a] = m.g[b];
    m.g[b] = keep;
    report = many_check(&m, 3);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert(found(&report, a) && found(&report, b));
    ck_assert_int_eq(report.mistake, AD_CHECK_SWAPPED);
    ad_check_report_free(&report);
    free(m.x);
    free(m.g);
}

START_TEST(one_wrong_entry_of_thousands_is_found) { expect_wrong_entries_found(3000); }
END_TEST

START_TEST(one_wrong_entry_of_a_million_is_found)
{
    expect_wrong_entries_found(volume_up_to(1000000));
}
END_TEST

START_TEST(nan_among_many_fails)
{
    struct many m = many_new(5000);
    ad_check_report report;

    m.g[1234] = (double)NAN;
    report = many_check(&m, 1);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert(found(&report, 1234));
    /* a direction has nothing to say about it */
    for (size_t k = 0; k < report.n_rows; ++k)
        ck_assert_uint_ne(report.rows[k].index, AD_CHECK_DIRECTION);
    ad_check_report_free(&report);
    free(m.x);
    free(m.g);
}
END_TEST

static ad_check_report check_along(struct many *m, size_t directions, uint64_t seed)
{
    const ad_check_options one = {
        .directions = directions, .coordinates = 1, .seed = seed};
    ad_check_report report;

    ck_assert_int_eq(ad_check_gradient(many_value, m, m->n, m->x, m->g, &one, &report),
                     AD_CHECK_OK);
    return report;
}

/* One direction is enough for one wrong entry or two exchanged ones, whatever the signs
 * of its weights; and one with small weights on small inputs is not the only one. */
START_TEST(one_direction_sees_what_is_wrong)
{
    for (uint64_t seed = 1; seed <= 12; ++seed) {
        struct many m = many_new(600);
        double keep = m.g[200];
        ad_check_report report;

        m.g[200] += 0.5;
        report = check_along(&m, 1, seed);
        ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
        m.g[200] = keep - 0.5;
        report = check_along(&m, 1, seed);
        ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
        m.g[200] = keep;

        /* of one size, but 200 % 7 is 4 and 303 % 7 is 2 */
        m.x[200] = m.x[303] = 0.5;
        m.g[200] = 2.0;
        m.g[303] = 3.0;
        report = check_along(&m, 1, seed);
        ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
        m.g[200] = 3.0;
        m.g[303] = 2.0;
        report = check_along(&m, 1, seed);
        ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
        ad_check_report_free(&report);

        m.x[200] = 1e-13;
        m.g[200] = 0.5;
        report = check_along(&m, 2, seed);
        ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
        free(m.x);
        free(m.g);
    }
}
END_TEST

START_TEST(the_steepest_entry_is_always_among_the_sampled)
{
    struct many m = many_new(600);
    ad_check_report report;
    bool seen = false;

    m.x[200] = -50.0;
    m.g[200] = -300.0;
    report = check_along(&m, 1, 1);
    for (size_t k = 0; k < report.n_rows; ++k) seen |= report.rows[k].index == 200;
    ck_assert(seen);
    ad_check_report_free(&report);
    free(m.x);
    free(m.g);
}
END_TEST

/* Every input is the neighbour of two: an evaluation that leaves one displaced shows. */
static double chain(const double *x, void *context)
{
    const size_t n = *(const size_t *)context;
    double sum = 0.0;

    for (size_t i = 0; i < n; ++i) sum += x[i] * x[(i + 1) % n];
    return sum;
}

START_TEST(no_evaluation_leaves_its_mark)
{
    enum { N = 300 };
    const ad_check_options sampled = {.exhaustive_up_to = 10, .coordinates = 64},
                           each = {.exhaustive_up_to = N};
    size_t n = N;
    double x[N], g[N];
    random_source random = {test_seed()};
    ad_check_report report;

    for (size_t i = 0; i < n; ++i) x[i] = random_uniform(&random, 1.0, 2.0);
    for (size_t i = 0; i < n; ++i) g[i] = x[(i + 1) % n] + x[(i + n - 1) % n];
    ck_assert_int_eq(ad_check_gradient(chain, &n, n, x, g, &sampled, &report),
                     AD_CHECK_OK);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
    ck_assert_int_eq(ad_check_gradient(chain, &n, n, x, g, &each, &report),
                     AD_CHECK_OK);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ad_check_report_free(&report);
}
END_TEST

static double many_offset(const double *x, void *context)
{
    return 1e17 + many_value(x, context);
}

static double many_nowhere(const double *x, void *context)
{
    return many_value(x, context) * (double)NAN;
}

/* A direction that cannot be differenced accuses nobody and confirms nobody. */
START_TEST(blunt_directions_are_inconclusive)
{
    static ad_check_function *const functions[] = {many_offset, many_nowhere};
    struct many m = many_new(600);

    for (size_t k = 0; k < 2; ++k) {
        ad_check_report report;

        ck_assert_int_eq(
            ad_check_gradient(functions[k], &m, m.n, m.x, m.g, NULL, &report),
            AD_CHECK_OK);
        ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
        for (size_t r = 0; r < report.n_rows; ++r)
            if (report.rows[r].index == AD_CHECK_DIRECTION)
                ck_assert_int_eq(report.rows[r].verdict, AD_CHECK_INCONCLUSIVE);
        ad_check_report_free(&report);
    }
    free(m.x);
    free(m.g);
}
END_TEST

/* Its own rounding hides every entry, and not all of them together. */
static double many_hidden(const double *x, void *context)
{
    return 1e6 + sqrt(many_value(x, context));
}

START_TEST(entries_that_rounding_hides_are_spoken_for)
{
    struct many m = many_new(3000);
    const double root = sqrt(many_value(m.x, &m));
    const ad_check_options few = {.directions = 3, .coordinates = 8};
    ad_check_report report;

    for (size_t i = 0; i < m.n; ++i) m.g[i] /= 2.0 * root;
    ck_assert_int_eq(ad_check_gradient(many_hidden, &m, m.n, m.x, m.g, &few, &report),
                     AD_CHECK_OK);
    ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
    ck_assert_uint_gt(report.unresolved, 0);
    ck_assert_uint_eq(report.inconclusive, 0);
    ck_assert(report.visible > 0.0 && report.visible < 1e-2);
    ck_assert_uint_eq(report.passed + report.unresolved, report.n_rows);
    ad_check_report_free(&report);
    m.g[1000] += 0.5;
    ck_assert_int_eq(ad_check_gradient(many_hidden, &m, m.n, m.x, m.g, &few, &report),
                     AD_CHECK_OK);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_uint_eq(report.unresolved, 0);
    ad_check_report_free(&report);
    free(m.x);
    free(m.g);
}
END_TEST

Suite *check_many_suite(void)
{
    Suite *suite = suite_create("check_many");
    TCase *many = tcase_create("many inputs");
    TCase *million = tcase_create("a million");

    tcase_add_test(many, one_wrong_entry_of_thousands_is_found);
    tcase_add_test(many, nan_among_many_fails);
    tcase_add_test(many, one_direction_sees_what_is_wrong);
    tcase_add_test(many, the_steepest_entry_is_always_among_the_sampled);
    tcase_add_test(many, no_evaluation_leaves_its_mark);
    tcase_add_test(many, blunt_directions_are_inconclusive);
    tcase_add_test(many, entries_that_rounding_hides_are_spoken_for);
    suite_add_tcase(suite, many);
    /* checker_mutants asks the slow ones only about what the others let live */
    tcase_set_timeout(million, 0);
    tcase_set_tags(million, "slow");
    tcase_add_test(million, one_wrong_entry_of_a_million_is_found);
    suite_add_tcase(suite, million);
    return suite;
}
