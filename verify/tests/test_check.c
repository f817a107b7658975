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
#include "verify/checker/oracle.h"
#include "verify/checker/verdict.h"
#include "verify/random.h"
#include "verify/tests/catalogue.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

static ad_check_report check_one(ad_check_function *f, double x, double g,
                                 const ad_check_options *options)
{
    ad_check_report report;

    ck_assert_int_eq(ad_check_gradient(f, NULL, 1, &x, &g, options, &report),
                     AD_CHECK_OK);
    return report;
}

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

/* ---- the verdict alone ---- */

static ad_check_verdict verdict_of(double claimed, double value, double error)
{
    const ad_derivative d = {.value = value,
                             .error = error,
                             .scale = fmax(1.0, fabs(value)),
                             .kind = AD_CHECK_SMOOTH};
    const ad_check_options none = {0};

    return judge(claimed, &d, &none, 5e-8).verdict;
}

/* Margin 8: sharp means 8 errors within 5e-8 of the claim; outside means beyond 8
 * errors. */
START_TEST(verdicts_follow_from_the_bar)
{
    for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
        double v = 3.0 * sign, sharp = 1e-10, blunt = 1e-7;

        for (double side = -1.0; side <= 1.0; side += 2.0) {
            ck_assert_int_eq(verdict_of(v + side * 7.0 * sharp, v, sharp),
                             AD_CHECK_PASS);
            ck_assert_int_eq(verdict_of(v + side * 9.0 * sharp, v, sharp),
                             AD_CHECK_FAIL);
            ck_assert_int_eq(verdict_of(v + side * 1e300, v, sharp), AD_CHECK_FAIL);
            ck_assert_int_eq(verdict_of(v + side * 7.0 * blunt, v, blunt),
                             AD_CHECK_INCONCLUSIVE);
            ck_assert_int_eq(verdict_of(v + side * 9.0 * blunt, v, blunt),
                             AD_CHECK_FAIL);
        }
        /* 8 errors alone would be sharp enough, with the distance they are not */
        ck_assert_int_eq(verdict_of(v - 1.4e-7, v, 1.8e-8), AD_CHECK_INCONCLUSIVE);
        ck_assert_int_eq(verdict_of(v + 1.4e-7, v, 1.8e-8), AD_CHECK_INCONCLUSIVE);
        ck_assert_int_eq(verdict_of(v, v, blunt), AD_CHECK_INCONCLUSIVE);
    }
    ck_assert_int_eq(verdict_of(0.0, 0.0, 1e-17), AD_CHECK_PASS);
    ck_assert_int_eq(verdict_of(5e-17, 0.0, 1e-17), AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of(0.0, 0.0, 1e-6), AD_CHECK_INCONCLUSIVE);
    ck_assert_int_eq(verdict_of(1e-3, 0.0, 1e-6), AD_CHECK_FAIL);
    ck_assert_int_ne(verdict_of(1.0, 1.0, HUGE_VAL), AD_CHECK_PASS);
    ck_assert_int_ne(verdict_of(1.0, 1.0, (double)NAN), AD_CHECK_PASS);
    ck_assert_int_ne(verdict_of(1.0, (double)NAN, 1e-10), AD_CHECK_PASS);
    ck_assert_int_eq(verdict_of((double)NAN, 1.0, 1e-10), AD_CHECK_FAIL);
    ck_assert_int_eq(verdict_of(HUGE_VAL, 1.0, 1e-10), AD_CHECK_FAIL);
}
END_TEST

/* What else a derivative carries has its say: each of these is one clause of a verdict. */
struct verdict_case {
    const char *clause;
    double claimed;
    ad_derivative d;
    ad_check_verdict verdict;
    ad_check_reason reason;
};

#define SMOOTH(...)                                                                    \
    {                                                                                  \
        .kind = AD_CHECK_SMOOTH, __VA_ARGS__                                           \
    }
#define TWO_SCALES(a, b)                                                               \
    SMOOTH(.value = (a), .error = 1e-12, .alternative = (b),                           \
           .alternative_error = 1e-12, .reason = AD_CHECK_TWO_SCALES)
#define INFINITE(sign, seen)                                                           \
    {                                                                                  \
        .kind = AD_CHECK_INFINITE, .value = (sign)*HUGE_VAL, .scale = (seen)           \
    }

static const struct verdict_case verdict_cases[] = {
    {"the rounding of a claim is forgiven", 1.0 + 1e-13,
     SMOOTH(.value = 1.0, .scale = 1.0), AD_CHECK_PASS, AD_CHECK_NO_REASON},
    {"and against the scale of f where it is all there is", 4e-16, SMOOTH(.scale = 1.0),
     AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY},
    {"inputs that are rounded blur the derivative", 1.0,
     SMOOTH(.value = 1.0, .scale = 1.0, .conditioning = 1e-6), AD_CHECK_INCONCLUSIVE,
     AD_CHECK_NOISY},
    {"the last bits of a subnormal decide nothing", 100.0 * DBL_TRUE_MIN,
     SMOOTH(.value = 98.0 * DBL_TRUE_MIN, .error = DBL_TRUE_MIN), AD_CHECK_PASS,
     AD_CHECK_NO_REASON},
    {"the bits above them do", 200.0 * DBL_TRUE_MIN,
     SMOOTH(.value = 98.0 * DBL_TRUE_MIN, .error = DBL_TRUE_MIN), AD_CHECK_FAIL,
     AD_CHECK_NO_REASON},
    {"a zero within the blur is not thereby right", 0.0,
     SMOOTH(.value = 1e-9, .error = 1e-12, .scale = 1.0, .sensitivity = 1e-9),
     AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY},
    {"two scales: the fine one may be right", 1.0, TWO_SCALES(1.0, 2.0),
     AD_CHECK_INCONCLUSIVE, AD_CHECK_TWO_SCALES},
    {"two scales: so may the coarse one", 2.0, TWO_SCALES(1.0, 2.0),
     AD_CHECK_INCONCLUSIVE, AD_CHECK_TWO_SCALES},
    {"two scales: nothing else", 1.5, TWO_SCALES(1.0, 2.0), AD_CHECK_FAIL,
     AD_CHECK_NO_REASON},
    {"infinite: the infinity", -HUGE_VAL, INFINITE(-1.0, 1e10), AD_CHECK_PASS,
     AD_CHECK_NO_REASON},
    {"infinite: the other one", HUGE_VAL, INFINITE(-1.0, 1e10), AD_CHECK_FAIL,
     AD_CHECK_NO_REASON},
    {"infinite: steeper than was seen", -1e11, INFINITE(-1.0, 1e10),
     AD_CHECK_INCONCLUSIVE, AD_CHECK_NARROW_DOMAIN},
    {"infinite: less steep than was seen", -1e9, INFINITE(-1.0, 1e10), AD_CHECK_FAIL,
     AD_CHECK_NO_REASON},
    {"infinite: steep the other way", 1e11, INFINITE(-1.0, 1e10), AD_CHECK_FAIL,
     AD_CHECK_NO_REASON},
};

START_TEST(every_clause_of_a_verdict_counts)
{
    const struct verdict_case *c = &verdict_cases[_i];
    const ad_check_options none = {0};
    const struct judgement j = judge(c->claimed, &c->d, &none, 5e-8);

    ck_assert_msg(j.verdict == c->verdict && j.reason == c->reason, "%s: %s, %s",
                  c->clause, ad_check_verdict_name(j.verdict),
                  ad_check_reason_name(j.reason));
}
END_TEST

/* What is printed with a pass: no larger relative mistake is left. */
START_TEST(agreement_is_distance_and_bar)
{
    const ad_derivative d = SMOOTH(.value = 3.0, .error = 1e-10, .conditioning = 1e-10);
    const ad_check_options none = {0};
    const double claimed = 3.0 + 7e-10, rounding = 4096.0 * DBL_EPSILON * 3.0,
                 expected = (7e-10 + 8e-10 + 1e-10 + rounding) / claimed;

    ck_assert_double_eq_tol(judge(claimed, &d, &none, 5e-8).agreement, expected, 1e-14);
}
END_TEST

START_TEST(tolerance_takes_no_infinity)
{
    const ad_check_options generous = {.atol = HUGE_VAL, .rtol = 1.0};
    const ad_derivative finite = SMOOTH(.value = 1.0, .error = 1e-10),
                        infinite = INFINITE(1.0, 1e10);

    ck_assert_int_eq(judge(HUGE_VAL, &finite, &generous, 5e-8).verdict, AD_CHECK_FAIL);
    ck_assert_int_eq(judge(1.0, &infinite, &generous, 5e-8).verdict, AD_CHECK_FAIL);
}
END_TEST

/* ---- the ladder and its veto ---- */

static bool vetoed(double finer, double noise)
{
    const struct series s = {.count = 2,
                             .power = 2.0,
                             .h = {1.0, 0.1},
                             .c = {1.0, finer},
                             .noise = {0.0, noise}};
    const struct estimate e = {.value = 1.0, .error = 1e-6, .fine = 0};

    return finer_contradicts(&s, &e);
}

START_TEST(a_finer_quotient_objects_beyond_its_noise)
{
    for (double side = -1.0; side <= 1.0; side += 2.0) {
        ck_assert(vetoed(1.0 + side * 1e-5, 0.0));
        ck_assert(!vetoed(1.0 + side * 1e-6, 0.0));
        ck_assert(!vetoed(1.0 + side * 0.2, 0.01));
        ck_assert(vetoed(1.0 + side * 0.4, 0.01));
    }
}
END_TEST

static long double wall(void *self, long double position)
{
    (void)self;
    return position > 2.0L ? HUGE_VALL : position;
}

START_TEST(a_ladder_takes_the_ends_and_no_more)
{
    const struct line line = {.value = wall,
                              .centre = 1.0L,
                              .lower = 0.5L,
                              .upper = 8.0L,
                              .reach = 1.0,
                              .digits = DBL_MANT_DIG};
    struct ladder l;

    ladder_start(&l, &line, 9);
    ck_assert(!l.changed);
    ladder_add(&l, 7.0);
    ladder_add(&l, 0.5);
    ladder_add(&l, 0.1);
    ck_assert_uint_eq(l.count, 3);
    ck_assert_uint_eq(l.evaluations, 7); /* two were outside */
    /* infinite, outside; inside, the end itself; inside, inside */
    ck_assert(isnan(l.rung[0].right) && isnan(l.rung[0].left));
    ck_assert(l.rung[1].right == 1.5L && l.rung[1].left == 0.5L);
    /* 1.1 is no double: the step is what it really was */
    ck_assert(l.rung[2].right_step == (long double)1.1 - 1.0L);
    ck_assert(l.rung[2].left_step == 1.0L - (long double)0.9);
    ladder_add(&l, 0.2);
    ladder_add(&l, 0.3);
    ck_assert_uint_eq(l.count, 4);
    ck_assert_uint_eq(l.evaluations, 9);
}
END_TEST

START_TEST(the_upper_end_is_inside)
{
    const struct line line = {.value = wall,
                              .centre = 1.0L,
                              .lower = 0.5L,
                              .upper = 1.5L,
                              .reach = 1.0,
                              .digits = DBL_MANT_DIG};
    struct ladder l;

    ladder_start(&l, &line, 100);
    ladder_add(&l, 0.5);
    ck_assert(l.rung[0].right == 1.5L && l.rung[0].left == 0.5L);
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

/* NaN at the point itself, or at its neighbours only. */
static double offset_square(const double *x, void *context);

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

        ck_assert(
            problem_open(&p, offset_square, k ? &elsewhere : NULL, 1, &x, &options));
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
    ck_assert_int_eq(ad_check_gradient(mixed, NULL, 1, NULL, &g, NULL, &report),
                     AD_CHECK_BAD_ARGUMENT);
    ck_assert_int_eq(ad_check_gradient(mixed, NULL, 1, &x, &g, NULL, NULL),
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

Suite *check_suite(void)
{
    Suite *suite = suite_create("check");
    TCase *judgement = tcase_create("judgement");
    TCase *many = tcase_create("many inputs"), *million = tcase_create("a million");
    TCase *names = tcase_create("names and reports");
    TCase *edges = tcase_create("edges");

    tcase_set_timeout(judgement, 0);
    tcase_add_test(judgement, catalogue_has_no_miss_and_no_false_alarm);
    tcase_add_test(judgement, nan_never_passes);
    tcase_add_loop_test(judgement, kinds_are_recognised, 0,
                        sizeof kind_cases / sizeof kind_cases[0]);
    tcase_add_test(judgement, verdicts_follow_from_the_bar);
    tcase_add_loop_test(judgement, every_clause_of_a_verdict_counts, 0,
                        sizeof verdict_cases / sizeof verdict_cases[0]);
    tcase_add_test(judgement, agreement_is_distance_and_bar);
    tcase_add_test(judgement, tolerance_takes_no_infinity);
    tcase_add_test(judgement, a_finer_quotient_objects_beyond_its_noise);
    tcase_add_test(judgement, a_ladder_takes_the_ends_and_no_more);
    tcase_add_test(judgement, the_upper_end_is_inside);
    tcase_add_test(judgement, random_formulas_are_judged_as_promised);
    tcase_add_test(judgement, easy_partials_take_twenty_evaluations);
    tcase_add_test(judgement, failures_are_looked_at_twice);
    tcase_add_test(judgement, the_budget_is_kept);
    tcase_add_test(judgement, stronger_oracles_settle_what_differences_cannot);
    tcase_add_test(judgement, complex_step_knows_its_own_error);
    tcase_add_test(judgement, wide_differences_see_further);
    tcase_add_test(judgement, an_oracle_is_taken_at_its_word_and_no_further);
    tcase_add_test(judgement, a_constant_wants_a_second_opinion);
    tcase_add_test(judgement, complex_step_does_not_answer_with_nan);
    suite_add_tcase(suite, judgement);
    tcase_add_test(many, one_wrong_entry_of_thousands_is_found);
    tcase_add_test(many, nan_among_many_fails);
    tcase_add_test(many, one_direction_sees_what_is_wrong);
    tcase_add_test(many, the_steepest_entry_is_always_among_the_sampled);
    tcase_add_test(many, no_evaluation_leaves_its_mark);
    tcase_add_test(many, blunt_directions_are_inconclusive);
    suite_add_tcase(suite, many);
    /* checker_mutants asks the slow ones only about what the others let live */
    tcase_set_timeout(million, 0);
    tcase_set_tags(million, "slow");
    tcase_add_test(million, one_wrong_entry_of_a_million_is_found);
    suite_add_tcase(suite, million);
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
    tcase_add_test(edges, steps_stay_inside_the_given_domain);
    tcase_add_test(edges, every_input_has_a_domain_of_its_own);
    tcase_add_test(edges, tolerances_are_on_top_and_off_by_default);
    tcase_add_test(edges, functions_that_answer_differently_are_caught);
    tcase_add_test(edges, what_changes_is_judged_by_nobody);
    tcase_add_test(edges, values_that_are_not_finite_are_called_so);
    tcase_add_test(edges, one_failure_beats_many_doubts);
    tcase_add_test(edges, a_derivative_knows_its_condition);
    tcase_add_test(edges, bad_arguments_and_empty_gradients);
    suite_add_tcase(suite, edges);
    return suite;
}
