/*
 * Proves that the gradient checker lets no wrong gradient through and accuses no right
 * one: on a catalogue of hard functions, on random formulas, at a million inputs; and
 * that its error bounds hold as often as they claim to.
 *
 * GRADYNO_CALIBRATION=FILE writes one line a resolved partial of the random formulas:
 * the true derivative, the numerical one, its error bound, the ratio error / bound, and
 * the number of evaluations. That is the data of the calibration plot.
 */
#include <check.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/checker/oracle.h"
#include "verify/tests/catalogue.h"
#include "verify/tests/random_expression.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"
#include "verify/checker/verdict.h"

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
    ck_assert_msg(tally.unsure <= 30, "%zu of %zu inconclusive", tally.unsure,
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
    ad_check_verdict verdict; /* of its first right gradient */
};

static const struct kind_case kind_cases[] = {
    {"c_sine", AD_CHECK_SMOOTH, AD_CHECK_PASS},
    {"k_relu", AD_CHECK_KINK, AD_CHECK_PASS},
    {"k_abs_offset", AD_CHECK_KINK, AD_CHECK_PASS},
    {"k_hinge", AD_CHECK_KINK, AD_CHECK_PASS},
    {"k_abs_hidden", AD_CHECK_KINK, AD_CHECK_INCONCLUSIVE},
    {"d_one_sided", AD_CHECK_ONE_SIDED, AD_CHECK_PASS},
    {"d_one_sided_exp", AD_CHECK_ONE_SIDED, AD_CHECK_PASS},
    {"d_sqrt", AD_CHECK_INFINITE, AD_CHECK_PASS},
    {"d_cbrt", AD_CHECK_INFINITE, AD_CHECK_PASS},
    {"d_asin", AD_CHECK_INFINITE, AD_CHECK_PASS},
    {"j_floor_inside", AD_CHECK_CONSTANT, AD_CHECK_PASS},
    {"j_floor", AD_CHECK_JUMP, AD_CHECK_INCONCLUSIVE},
    {"j_cusp", AD_CHECK_INFINITE, AD_CHECK_INCONCLUSIVE},
    {"z_constant", AD_CHECK_CONSTANT, AD_CHECK_PASS},
    {"z_relu_dead_offset", AD_CHECK_CONSTANT, AD_CHECK_PASS},
    {"s_tanh_40", AD_CHECK_SATURATED, AD_CHECK_INCONCLUSIVE},
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
    double g = e->right[0];
    ad_check_report report;

    /* a kink passes at its middle without a closer look: ask for an end */
    if (strcmp(c->name, "k_hinge") == 0) g = -1.0;
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

/* ---- random formulas ---- */

struct harvest {
    size_t functions, accused, unsure_right, missed, unsure_wrong;
    size_t resolved, beyond, far_beyond, evaluations;
    FILE *data;
};

static void judge_claim(struct expression *e, size_t i, double claim, double truth,
                        bool is_right, struct harvest *h)
{
    double g[EXPRESSION_INPUTS];
    ad_check_report report;
    const ad_check_partial *row;

    for (size_t k = 0; k < e->inputs; ++k) g[k] = k == i ? claim : 0.0;
    ad_check_gradient(expression_value, e, e->inputs, e->x, g, NULL, &report);
    row = &report.rows[i];
    ck_assert_uint_le(row->evaluations, 150);
    if (is_right) {
        h->accused += row->verdict == AD_CHECK_FAIL;
        h->unsure_right += row->verdict == AD_CHECK_INCONCLUSIVE;
        h->evaluations += row->evaluations;
    } else {
        h->missed += row->verdict == AD_CHECK_PASS;
        h->unsure_wrong += row->verdict == AD_CHECK_INCONCLUSIVE;
    }
    if (is_right && isfinite(row->numerical) && row->kind == AD_CHECK_SMOOTH &&
        row->error < 0.01 * fabs(row->numerical)) {
        double error = fabs(row->numerical - truth) - 2.3e-16 * fabs(truth);

        ++h->resolved;
        h->beyond += error > row->error;
        h->far_beyond += error > 8.0 * row->error;
        if (h->data != NULL)
            fprintf(h->data, "%.17g\t%.17g\t%.6g\t%.6g\t%zu\n", truth, row->numerical,
                    row->error, fabs(row->numerical - truth) / row->error,
                    row->evaluations);
    }
    ad_check_report_free(&report);
}

/* A formula whose derivative changes in the eighth digit when its inputs are rounded
 * differently has no "known derivative" for a function of doubles. */
static bool is_well_posed(const struct expression *e, size_t i, double value,
                          double truth, random_source *random)
{
    for (int k = 0; k < 4; ++k) {
        struct expression moved = *e;
        long double derivative;

        for (size_t j = 0; j < e->inputs; ++j)
            moved.x[j] *= 1.0 + random_uniform(random, -4e-16, 4e-16);
        if (!(fabsl(expression_truth(&moved, i, &derivative) - (long double)value) <=
              1e-6L * fabsl((long double)value)) ||
            !(fabsl(derivative - (long double)truth) <=
              1e-9L * fabsl((long double)truth)))
            return false;
    }
    return true;
}

static struct harvest try_random_formulas(size_t count, uint64_t seed)
{
    static const double factors[] = {2.0, -1.0, 1.0 + 1e-3, 1.0 + 1e-5, 1.0 + 1e-7};
    const char *path = getenv("GRADYNO_CALIBRATION");
    struct harvest h = {.data = path != NULL ? fopen(path, "w") : NULL};
    random_source random = {seed};

    if (h.data != NULL)
        fprintf(h.data, "truth\tnumerical\tbound\tratio\tevaluations\n");
    while (h.functions < count) {
        struct expression e;
        long double derivative;
        double value, truth;
        size_t i;

        random_expression(&e, &random);
        i = random_below(&random, e.inputs);
        value = expression_value(e.x, &e);
        expression_truth(&e, i, &derivative);
        truth = (double)derivative;
        if (!isfinite(value) || !isfinite(truth) || fabs(truth) < 1e-290 ||
            !is_well_posed(&e, i, value, truth, &random))
            continue;
        ++h.functions;
        judge_claim(&e, i, truth, truth, true, &h);
        for (size_t k = 0; k < sizeof factors / sizeof factors[0]; ++k)
            judge_claim(&e, i, factors[k] * truth, truth, false, &h);
    }
    if (h.data != NULL) fclose(h.data);
    return h;
}

/* The rates that are promised, with room for the luck of a small sample. */
static bool rate_holds(size_t seen, size_t of, double rate)
{
    double expected = rate * (double)of;

    return (double)seen <= expected + 3.0 * sqrt(expected) + 1.0;
}

START_TEST(random_formulas_are_judged_as_promised)
{
    const uint64_t seed = test_seed();
    struct harvest h = try_random_formulas(soaked(500), seed);
    size_t n = h.functions;

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

START_TEST(one_wrong_entry_of_a_million_is_found)
{
    struct many m = many_new(volume_up_to(1000000));
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
END_TEST

START_TEST(nan_among_many_fails)
{
    struct many m = many_new(5000);
    ad_check_report report;

    m.g[1234] = (double)NAN;
    report = many_check(&m, 1);
    ck_assert_int_eq(report.verdict, AD_CHECK_FAIL);
    ck_assert(found(&report, 1234));
    ad_check_report_free(&report);
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
    expect_mistake(1, 10.2345, AD_CHECK_UNKNOWN_MISTAKE);
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
    const double g[4] = {12.0, (double)NAN, HUGE_VAL, 3.0};
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
    ck_assert(strstr(text, "\"claimed\": \"nan\"") != NULL);
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
    /* in the third call only; for good, from the tenth */
    struct moody moods[] = {{0, 3, 3}, {0, 10, SIZE_MAX}};

    for (size_t k = 0; k < 2; ++k) {
        const double x = 1.0, g = 2.0;
        ad_check_report report;

        ad_check_gradient(moody, &moods[k], 1, &x, &g, NULL, &report);
        ck_assert_int_eq(report.rows[0].reason, AD_CHECK_NON_DETERMINISTIC);
        ck_assert_int_eq(report.verdict, AD_CHECK_INCONCLUSIVE);
        ad_check_report_free(&report);
    }
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
    TCase *names = tcase_create("names and reports");
    TCase *edges = tcase_create("edges");

    tcase_set_timeout(judgement, 0);
    tcase_add_test(judgement, catalogue_has_no_miss_and_no_false_alarm);
    tcase_add_test(judgement, nan_never_passes);
    tcase_add_loop_test(judgement, kinds_are_recognised, 0,
                        sizeof kind_cases / sizeof kind_cases[0]);
    tcase_add_test(judgement, verdicts_follow_from_the_bar);
    tcase_add_test(judgement, random_formulas_are_judged_as_promised);
    tcase_add_test(judgement, easy_partials_take_twenty_evaluations);
    tcase_add_test(judgement, one_wrong_entry_of_a_million_is_found);
    tcase_add_test(judgement, nan_among_many_fails);
    tcase_add_test(judgement, stronger_oracles_settle_what_differences_cannot);
    tcase_add_test(judgement, complex_step_knows_its_own_error);
    tcase_add_test(judgement, wide_differences_see_further);
    suite_add_tcase(suite, judgement);
    tcase_add_test(names, mistakes_are_named);
    tcase_add_test(names, exchanged_entries_are_named);
    tcase_add_test(names, json_is_strict_and_complete);
    tcase_add_test(names, table_says_how_well_it_agrees);
    suite_add_tcase(suite, names);
    tcase_add_test(edges, steps_stay_inside_the_given_domain);
    tcase_add_test(edges, tolerances_are_on_top_and_off_by_default);
    tcase_add_test(edges, functions_that_answer_differently_are_caught);
    tcase_add_test(edges, bad_arguments_and_empty_gradients);
    suite_add_tcase(suite, edges);
    return suite;
}
