/*
 * The values of expressions: that a row's text means what the row does, and that MPFR,
 * which shares no function with double, says the same.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/expr_mpfr.h"
#include "verify/tests/close.h"
#include "verify/tests/expr_cases.h"

static const double points[] = {-HUGE_VAL, -40, -2.5, -1,   -0.75,   -1e-9,
                                -0.0,      0,   1e-9, 0.25, 0.5,     1,
                                2,         3.5, 20,   750,  HUGE_VAL};
enum { POINTS = sizeof points / sizeof points[0] };

/* A point for the k-th operand: every pair of points meets somewhere. */
static double point_of(size_t i, int k)
{
    const size_t shift[] = {i, i / POINTS, i / 3 + 5, i / 7 + 2};
    return points[shift[k] % POINTS];
}

START_TEST(a_row_means_its_text)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        const ad_op_info *row = &ad_ops[op];
        expr_error error;
        expr *text = expr_parse_row((ad_op)op, &error);
        ck_assert_msg(text != NULL, "%s: %s: %s", row->name, row->value_text,
                      error.sentence);
        static const char *const calls[] = {"%s(x)", "%s(x, y)", "%s(x, y, w)"};
        char called[64];
        const int arguments = row->operands + row->constants;
        ck_assert_uint_eq(text->inputs, (size_t)arguments);
        for (size_t i = 0; i < POINTS * POINTS; i++) {
            double x[4] = {0};
            for (int k = 0; k < arguments; k++) x[k] = point_of(i, k);
            const double c = row->constants > 0 ? x[row->operands] : 0;
            const double expected = row->value(x, c);
            const double got = expr_value(text, x);
            ck_assert_msg(is_within(got, expected, 0),
                          "%s(%g, %g, %g) by its text %s is %.17g, as a row %.17g",
                          row->name, x[0], x[1], x[2], row->value_text, got, expected);
            if (row->constants > 0) continue;
            snprintf(called, sizeof called, calls[arguments - 1], row->name);
            assert_same(value_of(called, (size_t)arguments, x), expected);
        }
        if (row->constants > 0) {
            snprintf(called, sizeof called, "%s(x, 1 + 2)", row->name);
            const double x = 0.5;
            assert_same(value_of(called, 1, &x), row->value(&x, 3));
        }
        expr_free(text);
    }
}
END_TEST

/* A row's text is C, in which rows are no functions and other names are unknown. */
START_TEST(a_function_of_a_row_finds_it)
{
    static const struct {
        const char *text, *row;
    } cases[] = {{"x + y", "add"},   {"x - y", "sub"},      {"x * y", "mul"},
                 {"x / y", "div"},   {"-x", "neg"},         {"tanh(x)", "tanh"},
                 {"fabs(x)", "abs"}, {"fmax(x, y)", "max"}, {"fmin(x, y)", "min"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expr *e = parsed(cases[i].text);
        ck_assert_msg(e->node[e->output].op == ad_op_find(cases[i].row),
                      "%s is not recorded as %s", cases[i].text, cases[i].row);
        expr_free(e);
    }
}
END_TEST

#ifdef HAVE_mpfr
/* The value of e at x, by MPFR at 400 bits, rounded to double. */
static double by_mpfr(const expr *e, const double *x)
{
    mpfr_t inputs[4], out;
    mpfr_init2(out, 53);
    for (size_t i = 0; i < e->inputs; i++) {
        mpfr_init2(inputs[i], 53);
        mpfr_set_d(inputs[i], x[i], MPFR_RNDN);
    }
    ck_assert(expr_mpfr(e, inputs, 400, out));
    const double value = mpfr_get_d(out, MPFR_RNDN);
    for (size_t i = 0; i < e->inputs; i++) mpfr_clear(inputs[i]);
    mpfr_clear(out);
    return value;
}

/* What glibc promises for its functions is 1 or 2 ulps, for the gammas up to 10. */
enum { LIBM_ULPS = 10 };

START_TEST(mpfr_and_double_agree_on_functions)
{
    for (int id = 0; id < EXPR_FUNCTIONS; id++) {
        const struct expr_function *f = &expr_functions[id];
        static const char *const calls[] = {"%s(x)", "%s(x, y)", "%s(x, y, w)"};
        static const char *const operators[] = {"%s x", "x %s y"};
        const bool is_name = f->name[0] >= 'a' && f->name[0] <= 'z';
        char text[64];
        const char *call =
            is_name ? calls[f->operands - 1] : operators[f->operands - 1];
        snprintf(text, sizeof text, call, f->name);
        expr *e = parsed(text);
        for (size_t i = 0; i < POINTS * POINTS; i++) {
            double x[3];
            for (int k = 0; k < f->operands; k++) x[k] = point_of(i, k);
            const double exact = by_mpfr(e, x), got = expr_value(e, x);
            ck_assert_msg(ulps_apart(got, exact) <= LIBM_ULPS,
                          "%s at %g, %g, %g is %.17g, by MPFR %.17g", text, x[0], x[1],
                          x[2], got, exact);
        }
        expr_free(e);
    }
}
END_TEST

/*
 * A row in double is a few operations, each within some ulps of its result; where they
 * cancel (softplus does not, gelu near its root does) that is relative to larger terms.
 * At these points none cancels by more than a factor of 100.
 */
START_TEST(mpfr_and_double_agree_on_rows)
{
    enum { ROW_ULPS = 100 * LIBM_ULPS };
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        const ad_op_info *row = &ad_ops[op];
        expr_error error;
        expr *text = expr_parse_row((ad_op)op, &error);
        ck_assert_ptr_nonnull(text);
        for (size_t i = 0; i < POINTS * POINTS; i++) {
            double x[4] = {0};
            for (size_t k = 0; k < text->inputs; k++) x[k] = point_of(i, (int)k);
            const double got = row->value(x, row->constants > 0 ? x[row->operands] : 0);
            const double exact = by_mpfr(text, x);
            /* What under- or overflows half-way in double does not in MPFR. */
            if (!isfinite(got) || fabs(got) < DBL_MIN) continue;
            ck_assert_msg(ulps_apart(got, exact) <= ROW_ULPS,
                          "%s at %g, %g, %g is %.17g, by MPFR %.17g", row->name, x[0],
                          x[1], x[2], got, exact);
        }
        expr_free(text);
    }
}
END_TEST

START_TEST(mpfr_is_precise)
{
    /* 1 + 2^-300 - 1 is 0 in double. M_PI is the double, of which sin is 1.2e-16. */
    const double x = 0x1p-300;
    expr *e = parsed("1 + x - 1");
    assert_same(expr_value(e, &x), 0);
    assert_same(by_mpfr(e, &x), x);
    expr_free(e);
    e = parsed("sin(M_PI)");
    assert_same(by_mpfr(e, NULL), 1.2246467991473532e-16);
    expr_free(e);
    /* A row called with operands in an order of its own, and with a constant. */
    const double xy[] = {1, 3};
    e = parsed("x + 0 * y + 3 * div(y, x) + c_div(y, 6)");
    assert_same(by_mpfr(e, xy), 1 + 9 + 2);
    expr_free(e);
    /* A row within a row's call, by its text; and a conditional of an exact value. */
    e = parsed("square(square(x)) > 0 ? square(x) : 2");
    const double tiny = 1e-100;
    assert_same(expr_value(e, &tiny), 2);
    assert_same(by_mpfr(e, &tiny), tiny * tiny);
    expr_free(e);
    /* No argument is too large to be reduced in time. */
    e = parsed("sin(exp(exp(x))) + tgamma(exp(x)) + lgamma(-exp(x) - 0.5)");
    const double large[] = {24, 600};
    (void)by_mpfr(e, &large[0]);
    (void)by_mpfr(e, &large[1]);
    expr_free(e);
}
END_TEST

START_TEST(mpfr_differentiates)
{
    static const struct {
        const char *text;
        double x, expected; /* NaN: there is no derivative */
    } cases[] = {
        {"x * x", 3, 6},
        {"x * x", 0, 0},
        {"tanh(x)", 350, 3.9438706175039083e-304},
        {"exp(x) - 1 - x", 1e-8, 1.0000000050000000e-8},
        {"x - log1p(x)", 5e-4, 4.9975012493753124e-4},
        {"x > 0 ? x : 0", 1e-300, 1},
        {"2 + 0 * x", 7, 0},
        {"fabs(x)", 0, (double)NAN},
        {"relu(x)", 0, (double)NAN},
        {"x > 1 ? 5 : 4", 1, (double)NAN},
        {"sqrt(x)", 0, (double)NAN},
        {"log(x)", -1, (double)NAN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expr *e = parsed(cases[i].text);
        double got = 0, bound = 0;
        const int status = expr_mpfr_derivative(e, &cases[i].x, 0, &got, &bound);
        if (isnan(cases[i].expected))
            ck_assert_msg(status == 1, "%s at %g has %g", cases[i].text, cases[i].x,
                          got);
        else
            ck_assert_msg(status == 0 && ulps_apart(got, cases[i].expected) <= 1,
                          "%s at %g: status %d, %.17g, expected %.17g", cases[i].text,
                          cases[i].x, status, got, cases[i].expected);
        expr_free(e);
    }
}
END_TEST
#endif

TCase *expr_value_cases(void)
{
    TCase *values = tcase_create("values");
    tcase_set_timeout(values, 60);
    tcase_add_test(values, a_row_means_its_text);
    tcase_add_test(values, a_function_of_a_row_finds_it);
#ifdef HAVE_mpfr
    tcase_add_test(values, mpfr_and_double_agree_on_functions);
    tcase_add_test(values, mpfr_and_double_agree_on_rows);
    tcase_add_test(values, mpfr_is_precise);
    tcase_add_test(values, mpfr_differentiates);
#endif
    return values;
}
