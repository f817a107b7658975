/*
 * The witness and the grading. The witness is held against MPFR's own derivatives,
 * written in closed form; the grading against formulas that are known to lose digits,
 * each of which it must reject; the laws against texts that are wrong.
 */
#include "verify/grade.h"

#include <float.h>
#include <stdio.h>
#include <string.h>

#include "verify/mpfr_erfc.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

#ifdef HAVE_mpfr

enum { BITS = 4000, AGREEMENT = 80 };

/* ---- The witness against closed forms -------------------------------------------- */

/* z = the derivative of the op at x, by calculus. */
typedef void closed_form(mpfr_t z, const mpfr_t x);

static void sech_squared(mpfr_t z, const mpfr_t x)
{
    mpfr_sech(z, x, MPFR_RNDN);
    mpfr_sqr(z, z, MPFR_RNDN);
}

/* s(x) s(-x) = sech(x/2)^2 / 4 */
static void logistic_slope(mpfr_t z, const mpfr_t x)
{
    mpfr_div_2ui(z, x, 1, MPFR_RNDN);
    sech_squared(z, z);
    mpfr_div_2ui(z, z, 2, MPFR_RNDN);
}

static void digamma(mpfr_t z, const mpfr_t x) { mpfr_digamma(z, x, MPFR_RNDN); }

static void gamma_slope(mpfr_t z, const mpfr_t x)
{
    mpfr_t gamma;
    mpfr_init2(gamma, BITS);
    mpfr_gamma(gamma, x, MPFR_RNDN);
    mpfr_digamma(z, x, MPFR_RNDN);
    mpfr_mul(z, z, gamma, MPFR_RNDN);
    mpfr_clear(gamma);
}

/* exp(-x^2 / n) */
static void bell(mpfr_t z, const mpfr_t x, unsigned long n)
{
    mpfr_sqr(z, x, MPFR_RNDN);
    mpfr_div_ui(z, z, n, MPFR_RNDN);
    mpfr_neg(z, z, MPFR_RNDN);
    mpfr_exp(z, z, MPFR_RNDN);
}

static void erf_slope(mpfr_t z, const mpfr_t x)
{
    mpfr_t root;
    mpfr_init2(root, BITS);
    mpfr_const_pi(root, MPFR_RNDN);
    mpfr_sqrt(root, root, MPFR_RNDN);
    bell(z, x, 1);
    mpfr_mul_2ui(z, z, 1, MPFR_RNDN);
    mpfr_div(z, z, root, MPFR_RNDN);
    mpfr_clear(root);
}

/* Phi(x) + x phi(x) */
static void gelu_slope(mpfr_t z, const mpfr_t x)
{
    mpfr_t cdf, root;
    mpfr_inits2(BITS, cdf, root, (mpfr_ptr)0);
    mpfr_sqrt_ui(root, 2, MPFR_RNDN);
    mpfr_div(cdf, x, root, MPFR_RNDN);
    mpfr_neg(cdf, cdf, MPFR_RNDN);
    mpfr_erfc(cdf, cdf, MPFR_RNDN);
    mpfr_div_2ui(cdf, cdf, 1, MPFR_RNDN);
    mpfr_const_pi(root, MPFR_RNDN);
    mpfr_mul_2ui(root, root, 1, MPFR_RNDN);
    mpfr_sqrt(root, root, MPFR_RNDN);
    bell(z, x, 2);
    mpfr_mul(z, z, x, MPFR_RNDN);
    mpfr_div(z, z, root, MPFR_RNDN);
    mpfr_add(z, z, cdf, MPFR_RNDN);
    mpfr_clears(cdf, root, (mpfr_ptr)0);
}

/* 1 / sqrt(1 + x^2) */
static void asinh_slope(mpfr_t z, const mpfr_t x)
{
    mpfr_sqr(z, x, MPFR_RNDN);
    mpfr_add_ui(z, z, 1, MPFR_RNDN);
    mpfr_rec_sqrt(z, z, MPFR_RNDN);
}

static void reciprocal(mpfr_t z, const mpfr_t x) { mpfr_ui_div(z, 1, x, MPFR_RNDN); }
static void exponential(mpfr_t z, const mpfr_t x) { mpfr_exp(z, x, MPFR_RNDN); }
static void cosine(mpfr_t z, const mpfr_t x) { mpfr_cos(z, x, MPFR_RNDN); }

static const struct {
    const char *op;
    closed_form *slope;
    double lo, hi; /* of the points; saturated ones included */
} closed_forms[] = {
    {"tanh", sech_squared, -400, 400},   {"sigmoid", logistic_slope, -800, 800},
    {"lgamma", digamma, 1e-3, 60},       {"tgamma", gamma_slope, 1e-3, 60},
    {"erf", erf_slope, -28, 28},         {"gelu", gelu_slope, -28, 28},
    {"asinh", asinh_slope, -1e9, 1e9},   {"log", reciprocal, 1e-9, 1e9},
    {"expm1", exponential, -1000, 1000}, {"sin", cosine, -1e30, 1e30},
};

/* |z - expected| 2^bits <= |expected|; or both are 0 to a double. */
static bool agree(const mpfr_t z, const mpfr_t expected, long bits)
{
    mpfr_t gap;
    mpfr_init2(gap, BITS);
    mpfr_sub(gap, z, expected, MPFR_RNDN);
    const bool tiny = mpfr_zero_p(z) && mpfr_get_exp(expected) < -1080;
    mpfr_mul_2si(gap, gap, bits, MPFR_RNDN);
    const bool close = tiny || mpfr_cmpabs(gap, expected) <= 0;
    mpfr_clear(gap);
    return close;
}

START_TEST(partials_are_calculus_to_80_bits)
{
    const char *why_not, *op = closed_forms[_i].op;
    const double lo = closed_forms[_i].lo, hi = closed_forms[_i].hi;
    witness *w = witness_new(ad_op_find(op), NULL, &why_not);
    ck_assert_msg(w != NULL, "%s: %s", op, why_not);
    random_source r = {test_seed()};
    mpfr_t z, x, expected;
    mpfr_inits2(BITS, z, x, expected, (mpfr_ptr)0);
    const size_t points = soaked(30);
    for (size_t k = 0; k < points; k++) {
        const double at = k % 2 == 0 ? random_uniform(&r, lo, hi)
                                     : random_uniform(&r, lo / 40, hi / 40);
        const witness_answer answer = witness_partial(w, &at, 0, 0, z);
        ck_assert_msg(answer == WITNESS_FOUND, "%s at %a: answer %d", op, at, answer);
        mpfr_set_d(x, at, MPFR_RNDN);
        closed_forms[_i].slope(expected, x);
        ck_assert_msg(agree(z, expected, AGREEMENT),
                      "the witness of %s at %a has %.17g, calculus %.17g (seed %llu)",
                      op, at, mpfr_get_d(z, MPFR_RNDN), mpfr_get_d(expected, MPFR_RNDN),
                      (unsigned long long)test_seed());
    }
    mpfr_clears(z, x, expected, (mpfr_ptr)0);
    witness_free(w);
}
END_TEST

static const struct {
    const char *op;
    double x, y;
    int operand;
    witness_answer answer;
    double derivative;
} special_points[] = {
    {"abs", 0, 0, 0, WITNESS_NONE, 0},
    {"relu", 0, 0, 0, WITNESS_NONE, 0},
    {"leaky_relu", 0, 0, 0, WITNESS_NONE, 0},
    {"max", 3, 3, 0, WITNESS_NONE, 0},
    {"max", 3, 3, 1, WITNESS_NONE, 0},
    {"sqrt", 0, 0, 0, WITNESS_NONE, 0},
    {"cbrt", 0, 0, 0, WITNESS_NONE, 0},
    {"recip", 0, 0, 0, WITNESS_NONE, 0},
    {"log", -1, 0, 0, WITNESS_NONE, 0},
    {"lgamma", 0, 0, 0, WITNESS_NONE, 0},
    {"asin", 1, 0, 0, WITNESS_NONE, 0},
    {"cosh", 0, 0, 0, WITNESS_FOUND, 0},
    {"square", 0, 0, 0, WITNESS_FOUND, 0},
    {"relu", 5e-324, 0, 0, WITNESS_FOUND, 1},
    {"relu", -5e-324, 0, 0, WITNESS_FOUND, 0},
    {"elu", 0, 0, 0, WITNESS_FOUND, 1},
    {"softplus", 0, 0, 0, WITNESS_FOUND, 0.5},
    {"logaddexp", 7, 7, 1, WITNESS_FOUND, 0.5},
    {"max", 3, 3.0000000000000004, 1, WITNESS_FOUND, 1},
    {"add", 1e308, 5e-324, 1, WITNESS_FOUND, 1},
    {"mul", 1e-300, 1e-300, 0, WITNESS_FOUND, 1e-300},
    {"hypot", 0, 5e-324, 0, WITNESS_FOUND, 0},
    {"hypot", 1e300, 1e-300, 1, WITNESS_FOUND, 0},
    {"sigmoid", 1e5, 0, 0, WITNESS_FOUND, 0},
    {"sigmoid", -1e300, 0, 0, WITNESS_FOUND, 0},
    {"tanh", 400, 0, 0, WITNESS_FOUND, 0},
    {"silu", -1e6, 0, 0, WITNESS_FOUND, 0},
    {"pow", 1, 1e300, 0, WITNESS_FOUND, 1e300},
};

START_TEST(special_points_have_their_answer)
{
    const char *why_not, *op = special_points[_i].op;
    witness *w = witness_new(ad_op_find(op), NULL, &why_not);
    ck_assert_msg(w != NULL, "%s: %s", op, why_not);
    const double at[] = {special_points[_i].x, special_points[_i].y};
    mpfr_t z;
    mpfr_init2(z, 53);
    const witness_answer answer =
        witness_partial(w, at, 0, special_points[_i].operand, z);
    ck_assert_msg(answer == special_points[_i].answer,
                  "%s at %g, %g: answer %d, expected %d", op, at[0], at[1], answer,
                  special_points[_i].answer);
    if (answer == WITNESS_FOUND)
        assert_same(mpfr_get_d(z, MPFR_RNDN), special_points[_i].derivative);
    mpfr_clear(z);
    witness_free(w);
}
END_TEST

/* tail_erf and tail_erfc are MPFR's erf and erfc, and quick. */
START_TEST(erf_is_mpfr_s)
{
    random_source r = {test_seed()};
    const size_t points = soaked(150);
    for (size_t k = 0; k < points; k++) {
        const mpfr_prec_t bits = 200 << k % 4;
        mpfr_t x, quick, slow;
        mpfr_inits2(bits, x, quick, slow, (mpfr_ptr)0);
        mpfr_set_d(x, random_uniform(&r, -30, 30), MPFR_RNDN);
        mpfr_div_ui(x, x, 3, MPFR_RNDN);
        mpfr_mul_ui(x, x, 3, MPFR_RNDN);
        tail_erf(quick, x, MPFR_RNDN);
        mpfr_erf(slow, x, MPFR_RNDN);
        ck_assert_msg(agree(quick, slow, bits - 1), "erf(%g) at %ld bits",
                      mpfr_get_d(x, MPFR_RNDN), bits);
        tail_erfc(quick, x, MPFR_RNDN);
        mpfr_erfc(slow, x, MPFR_RNDN);
        ck_assert_msg(agree(quick, slow, bits - 1), "erfc(%g) at %ld bits",
                      mpfr_get_d(x, MPFR_RNDN), bits);
        mpfr_clears(x, quick, slow, (mpfr_ptr)0);
    }
}
END_TEST

/* ---- Laws ------------------------------------------------------------------------ */

static bool holds_throughout(const char *op, const char *law, size_t *compared)
{
    const char *why_not;
    const ad_op_info *row = &ad_ops[ad_op_find(op)];
    witness *w = witness_new(ad_op_find(op), law, &why_not);
    ck_assert_msg(w != NULL, "%s with the law %s: %s", op, law, why_not);
    random_source r = {test_seed()};
    bool all = true;
    *compared = 0;
    for (size_t k = 0; k < 40; k++) {
        double at[GRADE_INPUTS];
        bool holds;
        if (grade_point(row, &r, k, at) &&
            witness_law_holds(w, at, grade_constant(row, at), &holds) ==
                WITNESS_FOUND) {
            all = all && holds;
            ++*compared;
        }
    }
    witness_free(w);
    return all;
}

START_TEST(every_row_has_a_law_and_obeys_it)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        char room[64];
        size_t compared;
        ck_assert_msg(witness_law_text((ad_op)op, room) != NULL,
                      "%s is no C99 function and has no line in laws.def",
                      ad_ops[op].name);
        ck_assert_msg(holds_throughout(ad_ops[op].name, NULL, &compared),
                      "%s breaks its law", ad_ops[op].name);
        ck_assert_msg(compared >= 10, "%s: the law spoke at %zu of 40 points",
                      ad_ops[op].name, compared);
    }
}
END_TEST

/* A text that is wrong differs from its law; so does, all the same, a wrong law. */
static const struct {
    const char *op, *law;
} wrong_laws[] = {
    {"log", "log2(x)"},
    {"tanh", "1 / tanh(x)"},
    {"gelu", "x * (1 + erf(x / sqrt(3))) / 2"},
    {"gelu", "x / 2 * (1 + tanh(sqrt(2 / acos(-1)) * (x + 0.044715 * x * x * x)))"},
    {"sigmoid", "1 / (1 + exp(x))"},
    {"silu", "x * tanh(x)"},
    {"softplus", "log(1 + exp(x)) + 1e-15"},
    {"logaddexp", "log(exp(x) + exp(y) + 1e-17)"},
    {"atan2", "atan2(y, x)"},
    {"pow_c", "pow(c, x)"},
    {"leaky_relu", "fmax(x, x / 100)"},
};

START_TEST(a_wrong_law_is_broken)
{
    size_t compared;
    ck_assert_msg(!holds_throughout(wrong_laws[_i].op, wrong_laws[_i].law, &compared),
                  "%s passes for %s", wrong_laws[_i].law, wrong_laws[_i].op);
}
END_TEST

static const char *const named[] = {
#define LAW(name, ...) #name,
#include "verify/laws.def"
#define ACCURACY(name, ...) #name,
#include "verify/accuracy.def"
};

START_TEST(tables_name_rows)
{
    for (size_t i = 0; i < sizeof named / sizeof *named; i++)
        ck_assert_msg(ad_op_find(named[i]) != AD_OP_count, "no row is named %s",
                      named[i]);
}
END_TEST

/* ---- Ulps ------------------------------------------------------------------------ */

static double ulps(double computed, double exact, const char *more)
{
    mpfr_t z, rest;
    mpfr_inits2(2300, z, rest, (mpfr_ptr)0);
    mpfr_set_d(z, exact, MPFR_RNDN);
    mpfr_set_str(rest, more, 0, MPFR_RNDN);
    mpfr_add(z, z, rest, MPFR_RNDN);
    const double units = ulps_from(computed, z);
    mpfr_clears(z, rest, (mpfr_ptr)0);
    return units;
}

START_TEST(ulps_are_those_of_the_exact_number)
{
    assert_same(ulps(1, 1, "0"), 0);
    assert_same(ulps(1, 1, "0x1p-53"), 0.5);
    assert_same(ulps(1 + DBL_EPSILON, 1, "0"), 1);
    assert_same(ulps(1 - DBL_EPSILON / 2, 1, "0"), 0.5); /* in the unit above 1 */
    assert_same(ulps(-1, 1, "0"), 0x1p53);
    assert_same(ulps(0, 1, "0"), HUGE_VAL);
    assert_same(ulps((double)NAN, 1, "0"), HUGE_VAL);
    assert_same(ulps((double)NAN, 0, "0"), HUGE_VAL);
    assert_same(ulps(0, DBL_MIN, "0"), HUGE_VAL);
    assert_same(ulps(0, 0, "0x1p-1073"), 2);
    assert_same(ulps(5e-324, 0, "0x1p-1075"), 0.5);
    assert_same(ulps(5e-324, 0, "0"), 1);
    assert_same(ulps(0, 0, "0x1p-2000"), ldexp(1, -926)); /* units of 2^-1074 */
    assert_same(ulps(HUGE_VAL, DBL_MAX, "0"), 1);
    assert_same(ulps(HUGE_VAL, DBL_MAX, "-0x1p974"), HUGE_VAL); /* 8 units away: lost */
    assert_same(ulps(-HUGE_VAL, DBL_MAX, "0"), HUGE_VAL);
    assert_same(ulps(HUGE_VAL, 0, "0x1p1030"), 0);
    assert_same(ulps(DBL_MAX, 0, "0x1p1024"), 0.5 + 0.5);
}
END_TEST

/* ---- Grades ---------------------------------------------------------------------- */

/* The folklore, as partials of a row. */
#define BAD_ROW(name, ...)                                                             \
    static void name(const double *operand, double c, double z, double *d)             \
    {                                                                                  \
        const double x = operand[0], y = operand[1];                                   \
        (void)x, (void)y, (void)c, (void)z;                                            \
        const double partial[] = {__VA_ARGS__};                                        \
        memcpy(d, partial, sizeof partial);                                            \
    }
BAD_ROW(tanh_of_value, 1 - z * z)
BAD_ROW(sigmoid_of_value, z *(1 - z))
BAD_ROW(pow_by_rounded_exponent, y *pow(x, y - 1), z *log(x))
BAD_ROW(div_by_square, 1 / y, -x / (y * y))
BAD_ROW(atan2_unscaled, y / (x * x + y * y), -x / (x * x + y * y))
BAD_ROW(hypot_unscaled, x / sqrt(x * x + y * y), y / sqrt(x * x + y * y))
BAD_ROW(hypot_of_value, x / z, y / z)
BAD_ROW(expm1_of_value, z + 1)
BAD_ROW(asin_of_square, 1 / sqrt(1 - x * x))
BAD_ROW(acosh_of_square, 1 / sqrt(x * x - 1))
BAD_ROW(asinh_of_square, 1 / sqrt(1 + x * x))
BAD_ROW(atanh_of_square, 1 / (1 - x * x))
BAD_ROW(atan_of_square, 1 / (1 + x * x))
BAD_ROW(erf_of_square, 1.1283791670955126 * exp(-x * x))
BAD_ROW(silu_of_value, 1 / (1 + exp(-x)) * (1 + x * (1 - 1 / (1 + exp(-x)))))
BAD_ROW(gelu_of_erf, 0.5 * (1 + erf(x * 0.7071067811865476)) +
                         x * 0.3989422804014327 * exp(-x * x / 2))
BAD_ROW(exp2_of_value, 0.6931471805599453 * z)
BAD_ROW(sqrt_off_by_five_ulps, 0.5 / z * (1 + 5 * DBL_EPSILON))

static const struct {
    const char *op;
    void (*partials)(const double *operand, double c, double z, double *partial);
    double least; /* ulps that must be found; HUGE_VAL: something is lost */
} folklore[] = {
    {"tanh", tanh_of_value, HUGE_VAL},    {"sigmoid", sigmoid_of_value, HUGE_VAL},
    {"pow", pow_by_rounded_exponent, 50}, {"div", div_by_square, HUGE_VAL},
    {"atan2", atan2_unscaled, HUGE_VAL},  {"hypot", hypot_unscaled, HUGE_VAL},
    {"expm1", expm1_of_value, HUGE_VAL},  {"asin", asin_of_square, 1e3},
    {"acosh", acosh_of_square, HUGE_VAL}, {"asinh", asinh_of_square, HUGE_VAL},
    {"atanh", atanh_of_square, 1e3},      {"atan", atan_of_square, 1e3},
    {"erf", erf_of_square, 100},          {"silu", silu_of_value, 100},
    {"gelu", gelu_of_erf, 1e3},           {"exp2", exp2_of_value, HUGE_VAL},
    {"hypot", hypot_of_value, 1e3},       {"sqrt", sqrt_off_by_five_ulps, 4.01},
};

static double worst_partial(const grade_report *report)
{
    double worst = 0;
    for (int k = 0; k < report->lines; k++)
        if (report->line[k].of != GRADE_VALUE)
            worst = fmax(worst, report->line[k].worst);
    return worst;
}

START_TEST(folklore_is_rejected)
{
    const ad_op op = ad_op_find(folklore[_i].op);
    ad_op_info row = ad_ops[op];
    row.partials = folklore[_i].partials;
    grade_report report;
    grade_run(
        op,
        (grade_options){.points = 500, .seed = test_seed(), .effort = 100, .row = &row},
        &report);
    ck_assert_ptr_null(report.why_not);
    bool failed = false;
    for (int k = 0; k < report.lines; k++)
        failed = failed || report.line[k].verdict == GRADE_FAIL;
    ck_assert_msg(failed && worst_partial(&report) >= folklore[_i].least,
                  "the folklore of %s is graded as %.3g ulps, and has at least %.3g",
                  row.name, worst_partial(&report), folklore[_i].least);
}
END_TEST

/* What the program does with 400 points. */
START_TEST(every_row_reaches_the_goal)
{
    const size_t points = soaked(60);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        grade_report report;
        grade_run((ad_op)op,
                  (grade_options){.points = points, .seed = test_seed(), .effort = 30},
                  &report);
        ck_assert_msg(report.why_not == NULL, "%s: %s", ad_ops[op].name,
                      report.why_not);
        for (int k = 0; k < report.lines; k++) {
            const grade *line = &report.line[k];
            if (line->where != NULL && line->points == 0) continue;
            ck_assert_msg(
                line->verdict == GRADE_PASS,
                "%s of %s: %.3g ulps, %zu lost, %zu undecided of %zu points, at "
                "x=%a y=%a w=%a %a (seed %llu)",
                grade_of(line), ad_ops[op].name, line->worst, line->lost,
                line->undecided, line->points, line->worst_at[0], line->worst_at[1],
                line->worst_at[2], line->worst_at[3], (unsigned long long)test_seed());
        }
    }
}
END_TEST

/* A value may be off by what its text's rounding explains, and no more. */
START_TEST(cancelling_text_is_graded_by_its_condition)
{
    const char *why_not;
    witness *w = witness_new(AD_OP_logaddexp, NULL, &why_not);
    ck_assert_ptr_nonnull(w);
    /* Near the curve exp(x) + exp(y) = 1 the value is nearly 0: absolute error stays.
     */
    const double near_root[] = {-0.6931471805599453, -0.69314718056},
                 far_away[] = {3, 2};
    ck_assert_double_lt(witness_rounding(w, near_root, 0), 4 * DBL_EPSILON);
    ck_assert_double_gt(witness_rounding(w, near_root, 0), DBL_EPSILON / 4);
    ck_assert_double_lt(witness_rounding(w, far_away, 0), 4 * DBL_EPSILON * 3.3);
    witness_free(w);
}
END_TEST

/* ---- Points ---------------------------------------------------------------------- */

static bool is_beside(double x, double y)
{
    return x == y || fabs(x - y) <= 8 * ulp_of(y);
}

/* The points lie in the domain; and bisection finds what nobody has told it of. */
START_TEST(points_find_where_something_happens)
{
    static const struct {
        const char *op;
        double at;
    } places[] = {{"exp", 709.782712893384},
                  {"exp", -745.1332191019412},
                  {"tgamma", 171.6243769563027},
                  {"silu", -1.2784645427610738},
                  {"log1p", -1},
                  {"relu", 0}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const ad_op_info *row = &ad_ops[ad_op_find(places[i].op)];
        random_source r = {test_seed()};
        bool found = false;
        for (size_t k = 0; k < 3000; k++) {
            double at[GRADE_INPUTS];
            ck_assert(grade_point(row, &r, k, at));
            ck_assert(row->lo <= at[0] && at[0] <= row->hi && isfinite(at[0]));
            found = found || is_beside(at[0], places[i].at);
        }
        ck_assert_msg(found, "%s: no point within 8 doubles of %.17g", places[i].op,
                      places[i].at);
    }
    assert_same(grade_step(0, 1), 5e-324);
    assert_same(grade_step(0, -1), -5e-324);
    assert_same(grade_step(DBL_MAX, 1), HUGE_VAL);
    assert_same(grade_step(1, -1), 1 - DBL_EPSILON / 2);
}
END_TEST

#define LENGTH(array) (int)(sizeof(array) / sizeof *(array))

Suite *grade_suite(void)
{
    Suite *suite = suite_create("grade");
    TCase *witnesses = tcase_create("witness"), *grades = tcase_create("grades");
    tcase_set_timeout(witnesses, 120);
    tcase_set_timeout(grades, 300);
    tcase_add_loop_test(witnesses, partials_are_calculus_to_80_bits, 0,
                        LENGTH(closed_forms));
    tcase_add_loop_test(witnesses, special_points_have_their_answer, 0,
                        LENGTH(special_points));
    tcase_add_test(witnesses, erf_is_mpfr_s);
    tcase_add_test(witnesses, every_row_has_a_law_and_obeys_it);
    tcase_add_loop_test(witnesses, a_wrong_law_is_broken, 0, LENGTH(wrong_laws));
    tcase_add_test(witnesses, tables_name_rows);
    tcase_add_test(grades, ulps_are_those_of_the_exact_number);
    tcase_add_loop_test(grades, folklore_is_rejected, 0, LENGTH(folklore));
    tcase_add_test(grades, every_row_reaches_the_goal);
    tcase_add_test(grades, cancelling_text_is_graded_by_its_condition);
    tcase_add_test(grades, points_find_where_something_happens);
    suite_add_tcase(suite, witnesses);
    suite_add_tcase(suite, grades);
    return suite;
}

#else

/* Without MPFR there is no witness, and nothing to grade with. */
Suite *grade_suite(void) { return suite_create("grade (no MPFR)"); }

#endif
