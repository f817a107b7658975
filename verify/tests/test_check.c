/*
 * Proves that the gradient checker lets no wrong gradient through and accuses no right
 * one: on a catalogue of hard functions, on random formulas, at a million inputs; and
 * that its error bounds hold as often as they claim to.
 */
#include <check.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/calibration.h"
#include "verify/check.h"
#include "verify/random.h"
#include "verify/tests/catalogue.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

/* ---- the catalogue ---- */

struct tally {
    size_t right, wrong, missed, accused, unsure, most_evaluations;
};

static void judge_entry(const struct catalogue_entry *e, const double *g, bool is_right,
                        struct tally *tally)
{
    ad_check_report report;

    ad_check_gradient(e->f, NULL, e->n, e->x, g, NULL, &report);
    tally->right += is_right;
    tally->wrong += !is_right;
    tally->unsure += report.verdict == AD_CHECK_INCONCLUSIVE;
    if (is_right && report.verdict == AD_CHECK_FAIL) {
        ++tally->accused;
        fprintf(stderr, "false alarm: %s\n", e->name);
        ad_check_write_table(stderr, &report);
    }
    if (!is_right && report.verdict == AD_CHECK_PASS) {
        ++tally->missed;
        fprintf(stderr, "miss: %s\n", e->name);
        ad_check_write_table(stderr, &report);
    }
    for (size_t k = 0; k < report.n_rows; ++k)
        if (report.rows[k].evaluations > tally->most_evaluations)
            tally->most_evaluations = report.rows[k].evaluations;
    ad_check_report_free(&report);
}

START_TEST(catalogue_has_no_miss_and_no_false_alarm)
{
    struct tally tally = {0};

    for (size_t k = 0; k < catalogue_count; ++k) {
        const struct catalogue_entry *e = &catalogue[k];

        for (size_t j = 0; j < e->rights; ++j)
            judge_entry(e, e->right + j * e->n, true, &tally);
        for (size_t j = 0; j < e->wrongs; ++j)
            judge_entry(e, e->wrong + j * e->n, false, &tally);
    }
    ck_assert_uint_eq(tally.missed, 0);
    ck_assert_uint_eq(tally.accused, 0);
    /* some of them nobody could decide from values alone */
    ck_assert_msg(tally.unsure <= 40, "%zu of %zu inconclusive", tally.unsure,
                  tally.right + tally.wrong);
    ck_assert_uint_le(tally.most_evaluations, 150);
}
END_TEST

/* No verdict may depend on a NaN comparing one way or the other. */
START_TEST(nan_never_passes)
{
    for (size_t k = 0; k < catalogue_count; ++k) {
        const struct catalogue_entry *e = &catalogue[k];

        for (size_t i = 0; i < e->n; ++i) {
            double g[2] = {e->right[0], e->right[e->n - 1]};
            ad_check_options generous = {.atol = 1e300, .rtol = 1e300};
            ad_check_report report;

            g[i] = (double)NAN;
            ad_check_gradient(e->f, NULL, e->n, e->x, g, &generous, &report);
            ck_assert_msg(report.verdict != AD_CHECK_PASS &&
                              report.rows[i].verdict != AD_CHECK_PASS,
                          "%s passed a NaN", e->name);
            ad_check_report_free(&report);
        }
    }
}
END_TEST

/* ---- kinds and reasons ---- */

struct kind_case {
    const char *name; /* in the catalogue */
    ad_check_kind kind;
    ad_check_verdict verdict; /* of its first right gradient, or of claim if not 0 */
    double claim;
};

static const struct kind_case kind_cases[] = {
    {"c_sine", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    {"k_relu", AD_CHECK_KINK, AD_CHECK_PASS, 0.0},
    {"k_abs_offset", AD_CHECK_KINK, AD_CHECK_PASS, 0.0},
    /* a kink passes at its middle without a closer look: ask for an end */
    {"k_hinge", AD_CHECK_KINK, AD_CHECK_PASS, -1.0},
    {"k_hair", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    /* who claims the slope that begins 1e-13 further is not accused */
    {"k_past_plateau", AD_CHECK_SATURATED, AD_CHECK_INCONCLUSIVE, 2.0},
    {"k_abs_hidden", AD_CHECK_KINK, AD_CHECK_INCONCLUSIVE, 0.0},
    {"d_one_sided", AD_CHECK_ONE_SIDED, AD_CHECK_PASS, 0.0},
    {"d_one_sided_exp", AD_CHECK_ONE_SIDED, AD_CHECK_PASS, 0.0},
    {"d_sqrt", AD_CHECK_INFINITE, AD_CHECK_PASS, 0.0},
    {"d_cbrt", AD_CHECK_INFINITE, AD_CHECK_PASS, 0.0},
    {"d_asin", AD_CHECK_INFINITE, AD_CHECK_PASS, 0.0},
    {"j_floor_inside", AD_CHECK_CONSTANT, AD_CHECK_PASS, 0.0},
    {"j_floor", AD_CHECK_JUMP, AD_CHECK_INCONCLUSIVE, 0.0},
    {"j_cusp", AD_CHECK_INFINITE, AD_CHECK_INCONCLUSIVE, 0.0},
    {"z_constant", AD_CHECK_CONSTANT, AD_CHECK_PASS, 0.0},
    {"z_relu_dead_offset", AD_CHECK_CONSTANT, AD_CHECK_PASS, 0.0},
    {"z_cube", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    {"d_vanishing", AD_CHECK_SMOOTH, AD_CHECK_INCONCLUSIVE, 0.0},
    {"n_noise_offset", AD_CHECK_SMOOTH, AD_CHECK_INCONCLUSIVE, 0.0},
    {"n_float_far", AD_CHECK_SMOOTH, AD_CHECK_INCONCLUSIVE, 0.0},
    {"s_tanh_1e3", AD_CHECK_SATURATED, AD_CHECK_INCONCLUSIVE, 0.0},
    {"s_tanh_40", AD_CHECK_SATURATED, AD_CHECK_INCONCLUSIVE, 0.0},
    /* decided only by a closer look: more steps, the sides, a staircase seen through */
    {"a_atan_1e5", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    {"o_alias_20", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    {"k_huber", AD_CHECK_SMOOTH, AD_CHECK_PASS, 0.0},
    {"n_float_input", AD_CHECK_SMOOTH, AD_CHECK_FAIL, 1.0},
};

static const struct catalogue_entry *entry_named(const char *name)
{
    for (size_t k = 0; k < catalogue_count; ++k)
        if (strcmp(catalogue[k].name, name) == 0) return &catalogue[k];
    ck_abort_msg("no %s in the catalogue", name);
    return NULL;
}

START_TEST(kinds_are_recognised)
{
    const struct kind_case *c = &kind_cases[_i];
    const struct catalogue_entry *e = entry_named(c->name);
    const double g = c->claim != 0.0 ? c->claim : e->right[0];
    ad_check_report report;

    ad_check_gradient(e->f, NULL, 1, e->x, &g, NULL, &report);
    ck_assert_msg(report.rows[0].kind == c->kind &&
                      report.rows[0].verdict == c->verdict,
                  "%s: %s, %s", c->name, ad_check_kind_name(report.rows[0].kind),
                  ad_check_verdict_name(report.rows[0].verdict));
    ad_check_report_free(&report);
}
END_TEST

/* ---- random formulas ---- */

/* The rates that are promised, with room for the luck of a small sample. */
static bool rate_holds(size_t seen, size_t of, double rate)
{
    double expected = rate * (double)of;

    return (double)seen <= expected + 3.0 * sqrt(expected) + 1.0;
}

START_TEST(random_formulas_are_judged_as_promised)
{
    const uint64_t seed = test_seed();
    calibration h;
    size_t n;

    ck_assert(calibration_run(soaked(500), seed, NULL, &h));
    n = h.formulas;
    ck_assert_uint_le(h.most_evaluations, 150);
    ck_assert_msg(rate_holds(h.missed, 5 * n, 1e-5), "seed %llu: %zu misses of %zu",
                  (unsigned long long)seed, h.missed, 5 * n);
    ck_assert_msg(rate_holds(h.accused, n, 3e-4), "seed %llu: %zu false alarms of %zu",
                  (unsigned long long)seed, h.accused, n);
    ck_assert_msg(rate_holds(h.unsure_right, n, 0.08), "seed %llu: %zu of %zu unsure",
                  (unsigned long long)seed, h.unsure_right, n);
    ck_assert_msg(rate_holds(h.unsure_wrong, 5 * n, 0.03),
                  "seed %llu: %zu of %zu unsure", (unsigned long long)seed,
                  h.unsure_wrong, 5 * n);
    ck_assert_msg(h.evaluations <= 60 * n,
                  "seed %llu: %zu evaluations for %zu partials",
                  (unsigned long long)seed, h.evaluations, n);
    /* the bound itself */
    ck_assert_msg(rate_holds(h.beyond, h.resolved, 0.03),
                  "seed %llu: %zu of %zu beyond their bound", (unsigned long long)seed,
                  h.beyond, h.resolved);
    ck_assert_msg(rate_holds(h.far_beyond, h.resolved, 0.01),
                  "seed %llu: %zu of %zu beyond 8 bounds", (unsigned long long)seed,
                  h.far_beyond, h.resolved);
}
END_TEST

/* ---- cost ---- */

struct counted {
    size_t calls;
};

static double smooth(const double *x, void *context)
{
    struct counted *c = context;

    ++c->calls;
    return sin(x[0]) * exp(0.5 * x[0]);
}

START_TEST(easy_partials_take_twenty_evaluations)
{
    for (int k = 1; k <= 20; ++k) {
        double x = 0.2 * k, g = exp(0.5 * x) * (cos(x) + 0.5 * sin(x));
        struct counted c = {0};
        ad_check_report report;

        ad_check_gradient(smooth, &c, 1, &x, &g, NULL, &report);
        ck_assert_int_eq(report.verdict, AD_CHECK_PASS);
        ck_assert_uint_le(report.rows[0].evaluations, 20);
        ck_assert_uint_eq(c.calls, report.evaluations);
        ad_check_report_free(&report);
    }
}
END_TEST

/* A claim is not accused on the word of the quick pass. */
START_TEST(failures_are_looked_at_twice)
{
    const double x = 1.0, wrong = 1.0;
    struct counted c = {0};
    ad_check_report report;

    ad_check_gradient(smooth, &c, 1, &x, &wrong, NULL, &report);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert_uint_gt(report.rows[0].evaluations, 20);
    ad_check_report_free(&report);
}
END_TEST

static double scattered(const double *x, void *context)
{
    struct counted *c = context;
    random_source random = {0};

    ++c->calls;
    memcpy(&random.state, x, sizeof random.state);
    return sin(x[0]) + 1e-6 * random_uniform(&random, -1.0, 1.0);
}

START_TEST(the_budget_is_kept)
{
    for (size_t most = 70; most <= 150; most += 20) {
        const ad_check_options options = {.max_evaluations = most};
        const double x = 0.7, g = cos(0.7);
        struct counted c = {0};
        ad_check_report report;

        ad_check_gradient(scattered, &c, 1, &x, &g, &options, &report);
        ck_assert_uint_le(report.rows[0].evaluations, most);
        ck_assert_uint_le(c.calls, most + 1); /* f(x) itself */
        ad_check_report_free(&report);
    }
}
END_TEST

/* ---- the budget ---- */

/* A function of the catalogue in all three arithmetics, none better than the first. */
struct thrice {
    ad_check_function *f;
    size_t n, calls;
};

static double once(const double *x, void *context)
{
    struct thrice *t = context;

    ++t->calls;
    return t->f(x, NULL);
}

static long double once_wide(const long double *x, void *context)
{
    struct thrice *t = context;
    double rounded[2];

    for (size_t k = 0; k < t->n; ++k) rounded[k] = (double)x[k];
    return (long double)once(rounded, t);
}

/* With an imaginary part that is noise, so that it never settles anything. */
static double _Complex once_complex(const double _Complex *z, void *context)
{
    struct thrice *t = context;
    double part[4], x[2], result[2];
    double _Complex value;

    memcpy(part, z, t->n * sizeof *z);
    for (size_t k = 0; k < t->n; ++k) x[k] = part[2 * k];
    result[0] = once(x, t);
    result[1] = 1e-30 * (double)(t->calls % 7);
    memcpy(&value, result, sizeof value);
    return value;
}

START_TEST(all_oracles_together_keep_to_the_budget)
{
    for (int all = 0; all < 4; ++all)
        for (size_t most = 20; most <= 150; most += 26)
            for (size_t k = 0; k < catalogue_count; ++k) {
                const struct catalogue_entry *e = &catalogue[k];
                const ad_check_options options = {.max_evaluations = most,
                                                  .wide = all & 1 ? once_wide : NULL,
                                                  .complex_step =
                                                      all & 2 ? once_complex : NULL};
                const double *g = all % 2 ? e->right : e->wrong;
                struct thrice t = {e->f, e->n, 0};
                ad_check_report report;
                ad_derivative d;

                ad_check_gradient(once, &t, e->n, e->x, g, &options, &report);
                for (size_t i = 0; i < report.n_rows; ++i)
                    ck_assert_msg(report.rows[i].evaluations <= most,
                                  "%s: %zu evaluations of %zu", e->name,
                                  report.rows[i].evaluations, most);
                ck_assert_msg(t.calls == report.evaluations, "%s: %zu calls, %zu told",
                              e->name, t.calls, report.evaluations);
                ad_check_report_free(&report);
                t.calls = 0;
                ad_numerical_derivative(once, &t, e->n, e->x, 0, &options, &d);
                ck_assert_uint_eq(t.calls, d.evaluations);
                ck_assert_uint_le(t.calls, most);
            }
}
END_TEST

/* ---- one bar ---- */

/* What is printed with a pass is what the bar would have failed: a claim twice as far
 * off does not pass. */
START_TEST(nothing_passes_beyond_the_agreement)
{
    size_t passed = 0, failed = 0;

    for (size_t k = 0; k < catalogue_count; ++k) {
        const struct catalogue_entry *e = &catalogue[k];
        double g[2] = {e->right[0], e->right[e->n - 1]};
        ad_check_report report;
        double r;

        ad_check_gradient(e->f, NULL, e->n, e->x, g, NULL, &report);
        r = report.rows[0].agreement;
        if (report.rows[0].verdict != AD_CHECK_PASS || !(r > 0.0) ||
            report.rows[0].kind == AD_CHECK_KINK) {
            ad_check_report_free(&report);
            continue;
        }
        ++passed;
        ad_check_report_free(&report);
        ck_assert_double_le(r, 5e-8);
        g[0] *= 1.0 + 2.1 * r;
        ad_check_gradient(e->f, NULL, e->n, e->x, g, NULL, &report);
        ck_assert_msg(report.rows[0].verdict != AD_CHECK_PASS ||
                          report.rows[0].agreement > r,
                      "%s: %g off passes, and agrees to %g", e->name, 2.1 * r, r);
        failed += report.rows[0].verdict == AD_CHECK_FAIL;
        ad_check_report_free(&report);
    }
    ck_assert_uint_ge(passed, 60);
    ck_assert_uint_ge(100 * failed, 60 * passed);
}
END_TEST

Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *judgement = tcase_create("judgement");

    tcase_set_timeout(judgement, 0);
    tcase_add_test(judgement, catalogue_has_no_miss_and_no_false_alarm);
    tcase_add_test(judgement, nan_never_passes);
    tcase_add_loop_test(judgement, kinds_are_recognised, 0,
                        sizeof kind_cases / sizeof kind_cases[0]);
    tcase_add_test(judgement, random_formulas_are_judged_as_promised);
    tcase_add_test(judgement, easy_partials_take_twenty_evaluations);
    tcase_add_test(judgement, failures_are_looked_at_twice);
    tcase_add_test(judgement, the_budget_is_kept);
    tcase_add_test(judgement, all_oracles_together_keep_to_the_budget);
    tcase_add_test(judgement, nothing_passes_beyond_the_agreement);
    suite_add_tcase(suite, judgement);
    return suite;
}
