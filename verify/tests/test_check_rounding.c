/*
 * Proves that rounding inside f is seen for what it is, whether it makes stairs, keeps
 * step with x or shows only when the inputs move, and that nobody is accused of it.
 */
#include <check.h>

#include <fenv.h>
#include <math.h>
#include <stdbool.h>

#include "verify/check.h"
#include "verify/checker/oracle.h"
#include "verify/tests/check_one.h"
#include "verify/tests/suites.h"

static double squares_lost(const double *x, void *context)
{
    (void)context;
    return (1e14 + x[0] * x[0]) - 1e14;
}

static double line_lost(const double *x, void *context)
{
    (void)context;
    return (1e15 + 3.0 * x[0]) - 1e15;
}

static double beside_infinity(const double *x, void *context)
{
    (void)context;
    return log1p(erf(x[0] - 5.95));
}

static double root_lost(const double *x, void *context)
{
    (void)context;
    return sqrt(1e20 + x[0]) - 1e10;
}

/* Stairs of 1e-3: who knows whether they are meant? */
static double stairs(const double *x, void *context)
{
    (void)context;
    return floor(1e3 * x[0]) / 1e3;
}

static double stair_slope(size_t k, double x)
{
    const double t = x - 5.95;

    switch (k) {
    case 0: return 2.0 * x;
    case 1: return 3.0;
    case 2: return 1.1283791670955126 * exp(-t * t) / erfc(-t);
    case 3: return 0.5 / sqrt(1e20 + x);
    default: return 1.0;
    }
}

/* The values go up by steps that rounding made, and f' is not the 0 between them. */
START_TEST(stairs_of_rounding_accuse_nobody)
{
    static ad_check_function *const functions[] = {squares_lost, line_lost,
                                                   beside_infinity, root_lost, stairs};

    for (size_t k = 0; k < 5; ++k)
        for (double x = 0.05; x < 1.5; x += 0.0137) {
            ad_check_report report =
                check_one(functions[k], x, stair_slope(k, x), NULL);

            ck_assert_msg(report.verdict != AD_CHECK_FAIL, "function %zu at %.17g", k,
                          x);
            ad_check_report_free(&report);
            report = check_one(functions[k], x, 1e9, NULL);
            ck_assert_int_ne(report.verdict, AD_CHECK_PASS);
            ad_check_report_free(&report);
        }
}
END_TEST

static double float_square(const double *x, void *context)
{
    (void)context;
    return (double)(float)(x[0] * x[0]);
}

static double float_line(const double *x, void *context)
{
    (void)context;
    return (double)(1.0f + (float)(1e-3 * x[0]));
}

/* Steps may be wide enough for the quantum of a float to grow with the values. */
START_TEST(float_values_accuse_nobody)
{
    for (double x = 0.1; x < 3.8; x += 0.0074) {
        ad_check_report report = check_one(float_square, x, 2.0 * x, NULL);

        ck_assert_msg(report.verdict != AD_CHECK_FAIL, "the square at %.17g", x);
        ad_check_report_free(&report);
        report = check_one(float_line, x, 1e-3, NULL);
        ck_assert_msg(report.verdict != AD_CHECK_FAIL, "the line at %.17g", x);
        ad_check_report_free(&report);
        report = check_one(float_line, x, 1.00001e-3, NULL);
        ck_assert_msg(report.verdict == AD_CHECK_FAIL, "another line at %.17g", x);
        ad_check_report_free(&report);
    }
}
END_TEST

/* The second input is lost in a rounding that no neighbour shows: 1 + exp(-19.4) carries
 * 8 digits of it. Rounded the other way, it shows. */
static double hidden_rounding(const double *x, void *context)
{
    (void)context;
    return x[0] / log(1.0 / (1.0 + exp(-x[1])));
}

START_TEST(rounding_that_stays_the_same_is_seen)
{
    const int usual = fegetround();
    size_t off = 0;

    for (double y = 19.0; y < 21.0; y += 0.1) {
        const double x[2] = {0.7, y}, e = exp(-y);
        const double g[2] = {-1.0 / log1p(e),
                             0.7 * e / (1.0 + e) / -log1p(e) / log1p(e)};
        ad_check_report report;

        off += fabs(hidden_rounding(x, NULL) / x[0] - g[0]) > 1e-9 * fabs(g[0]);
        ad_check_gradient(hidden_rounding, NULL, 2, x, g, NULL, &report);
        ck_assert_msg(report.rows[0].verdict != AD_CHECK_FAIL, "at %.17g", y);
        ad_check_report_free(&report);
    }
    ck_assert_uint_gt(off, 10);
    ck_assert_int_eq(fegetround(), usual);
}
END_TEST

static double float_arc(const double *x, void *context)
{
    (void)context;
    return (double)(float)asin(x[0]);
}

/* Rounded to float, the quotients of a vertical tangent stop growing. */
START_TEST(a_slope_in_float_may_be_infinite)
{
    const double claims[] = {HUGE_VAL, -HUGE_VAL, 0.0, 1.0, -1e6};

    for (size_t k = 0; k < 5; ++k) {
        ad_check_report report = check_one(float_arc, 1.0, claims[k], NULL);

        ck_assert_int_ne(report.verdict, k == 0 ? AD_CHECK_FAIL : AD_CHECK_PASS);
        if (k == 1) ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
        ad_check_report_free(&report);
    }
}
END_TEST

/* A function that does not round and is of two minds all the same: x[1] as it stands,
 * and x[1] moved by anything. No mode of rounding shows it. */
struct minds {
    double slope, value; /* what changes */
};

static long double two_minds_wide(const long double *x, void *context)
{
    const struct minds *m = context;
    const bool moved = x[1] != 1.0L;

    if (!moved) return x[0];
    return x[0] + (long double)m->slope * (x[0] - 1.0L) + (long double)m->value;
}

static double two_minds(const double *x, void *context)
{
    const long double wide[2] = {(long double)x[0], (long double)x[1]};

    return (double)two_minds_wide(wide, context);
}

/* Slope and value are asked one by one: each is a reading of its own. */
START_TEST(inputs_are_moved_by_a_rounding)
{
    static const struct minds minds[] = {{0x1p-20, 0.0}, {0.0, 0x1p-20}};
    const double x[2] = {1.0, 1.0}, step = 0x1p-10;
    const double seen[] = {0x1p-20, 0x1p-20 / step};

    for (size_t k = 0; k < 2; ++k)
        for (int wide = 0; wide < 2; ++wide) {
            const ad_derivative d = {.value = 1.0,
                                     .step = step,
                                     .oracle = wide ? AD_CHECK_BY_WIDE_DIFFERENCE
                                                    : AD_CHECK_BY_DIFFERENCE};
            struct minds m = minds[k];
            const ad_check_options options = {.wide = two_minds_wide};
            struct problem p;
            struct coordinate c = {&p, 0};
            double found;

            ck_assert(problem_open(&p, two_minds, &m, 2, x, &options));
            ck_assert(wide_coordinate_line(&c).value != NULL);
            found = rounding_sensitivity(&p, 0, &d);
            ck_assert_msg(fabs(found - seen[k]) < 0.01 * seen[k],
                          "reading %zu: %g, not %g", k, found, seen[k]);
            for (size_t j = 0; j < 2; ++j) {
                ck_assert_msg(p.point[j] == x[j], "input %zu stays moved", j);
                ck_assert_msg(p.wide_point[j] == (long double)x[j],
                              "input %zu stays moved in long double", j);
            }
            problem_close(&p);
        }
}
END_TEST

/* And nobody is accused of what a rounding of the inputs explains. */
START_TEST(a_slope_that_hangs_on_a_rounding_accuses_nobody)
{
    struct minds m = {0x1p-20, 0.0};
    const double x[2] = {1.0, 1.0}, other[2] = {1.0 + 0x1p-20, 0.0},
                 wrong[2] = {1.0 + 0x1p-10, 0.0};
    ad_check_report report;

    ad_check_gradient(two_minds, &m, 2, x, other, NULL, &report);
    ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(report.rows[0].reason, AD_CHECK_WITHIN_ROUNDING);
    ad_check_report_free(&report);
    ad_check_gradient(two_minds, &m, 2, x, wrong, NULL, &report);
    ck_assert_int_eq(report.rows[0].verdict, AD_CHECK_FAIL);
    ad_check_report_free(&report);
}
END_TEST

Suite *check_rounding_suite(void)
{
    Suite *suite = suite_create("check_rounding");
    TCase *rounding = tcase_create("rounding");

    tcase_set_timeout(rounding, 0);
    tcase_add_test(rounding, stairs_of_rounding_accuse_nobody);
    tcase_add_test(rounding, float_values_accuse_nobody);
    tcase_add_test(rounding, rounding_that_stays_the_same_is_seen);
    tcase_add_test(rounding, a_slope_in_float_may_be_infinite);
    tcase_add_test(rounding, inputs_are_moved_by_a_rounding);
    tcase_add_test(rounding, a_slope_that_hangs_on_a_rounding_accuses_nobody);
    suite_add_tcase(suite, rounding);
    return suite;
}
