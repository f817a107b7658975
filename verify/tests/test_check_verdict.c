/*
 * Proves that a verdict follows from the numbers as it says, clause by clause, and that
 * the ladder of steps takes the values it should and no others.
 */
#include <check.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/checker/numdiff.h"
#include "verify/checker/verdict.h"
#include "verify/tests/suites.h"

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

Suite *check_verdict_suite(void)
{
    Suite *suite = suite_create("check_verdict");
    TCase *verdict = tcase_create("verdict");
    TCase *ladder = tcase_create("ladder");

    tcase_add_test(verdict, verdicts_follow_from_the_bar);
    tcase_add_loop_test(verdict, every_clause_of_a_verdict_counts, 0,
                        sizeof verdict_cases / sizeof verdict_cases[0]);
    tcase_add_test(verdict, agreement_is_distance_and_bar);
    tcase_add_test(verdict, tolerance_takes_no_infinity);
    suite_add_tcase(suite, verdict);
    tcase_add_test(ladder, a_finer_quotient_objects_beyond_its_noise);
    tcase_add_test(ladder, a_ladder_takes_the_ends_and_no_more);
    tcase_add_test(ladder, the_upper_end_is_inside);
    suite_add_tcase(suite, ladder);
    return suite;
}
