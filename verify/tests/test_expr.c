/*
 * Expressions: that the parser reads C as C does, and shares what has a name; then the
 * command. (test_expr_*.c have the mistakes, the values and the recording.)
 */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "bench/expr_sheet.h"
#include "verify/tests/close.h"
#include "verify/tests/expr_cases.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

/* What C makes of it, beside its text. */
#define CASE(...)                                                                      \
    {                                                                                  \
#__VA_ARGS__, (double)(__VA_ARGS__)                                            \
    }

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wparentheses"
#pragma GCC diagnostic ignored "-Wlogical-not-parentheses"
#pragma GCC diagnostic ignored "-Wfloat-conversion"
START_TEST(precedence_is_c)
{
    const double a = 2, b = -3, c = 0.5;
    const struct {
        const char *text;
        double expected;
    } cases[] = {
        CASE(a - b - c),
        CASE(a - (b - c)),
        CASE(a / b / c),
        CASE(a / b * c),
        CASE(a * b / c),
        CASE(a + b * c),
        CASE(a * b + c),
        CASE(a - b * c - a),
        CASE(-a * b - -c),
        CASE(- -a + +b - - -c),
        CASE(!a + !b * !c),
        CASE(!(a > b) + c),
        CASE(!-a == b + c),
        CASE(a < b < c),
        CASE(a > b > c),
        CASE(a < b == b < c),
        CASE(a == b < c),
        CASE(a != b >= c),
        CASE(a + b < c - 1),
        CASE(a <= b + c * 4),
        CASE(a < b && b < c),
        CASE(a < b || b < c && c < a),
        CASE((a < b || b < c) && c > a),
        CASE(a && b || c),
        CASE(a || b && c - c),
        CASE(a - a || b - b || c),
        CASE(a == 2 && b == -3 && c == .5),
        CASE(a ? b : c),
        CASE(b ? a : c),
        CASE(a - 2 ? b : c),
        CASE(a < b ? b : c),
        CASE(a < 0   ? 1
             : b < 0 ? 2
                     : c),
        CASE(a > 0 ? b > 0 ? 1 : 2 : c),
        CASE(a > 0 ? b < 0 ? c : 4 : 5),
        CASE(a < b || c ? a + b : c),
        CASE(1 + (a > b ? b : c) * 2),
        CASE(a > b ? b : c * 2),
        CASE(a + 1e3 + .5 + 2. + 0x1.8p3 + 0x10 + 1E-2 + 1e+2),
        CASE(a + b - c + a * b / c * a - b),
        CASE(fma(a, b, c) - pow(a, b) / hypot(b, c)),
        CASE(fmax(a, fmin(b, c)) + copysign(a, b) + fdim(a, c)),
        CASE(fmod(b, a) + remainder(b, a) + floor(b * c) + ceil(b * c) + trunc(b * c)),
        CASE(round(a + c) + rint(a + c) + nearbyint(b + c) + logb(a) + ldexp(b, 3)),
        CASE(sin(a) + cos(b) + tan(c) + asin(c) + acos(c) + atan(b) + atan2(a, b)),
        CASE(sinh(a) + cosh(b) + tanh(c) + asinh(a) + acosh(a) + atanh(c)),
        CASE(exp(a) + exp2(b) + expm1(c) + log(a) + log2(c) + log10(a) + log1p(c)),
        CASE(sqrt(a) + cbrt(b) + erf(c) + erfc(a) + lgamma(c) + tgamma(a) + fabs(b)),
        CASE(isnan((a - a) / (b - b)) != 0 && isinf(a / (b - b)) != 0 &&
             isfinite(c) != 0),
    };
    const double x[] = {a, b, c};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expr *e = parsed(cases[i].text);
        double inputs[3];
        for (size_t k = 0; k < e->inputs; k++) inputs[k] = x[e->input[k][0] - 'a'];
        const double value = expr_value(e, inputs);
        expr_free(e);
        ck_assert_msg(is_within(value, cases[i].expected, 0), "%s is %.17g, in C %.17g",
                      cases[i].text, value, cases[i].expected);
    }
}
END_TEST
#pragma GCC diagnostic pop

START_TEST(numbers_are_doubles)
{
    assert_same(value_of("1/2", 0, NULL), 0.5);
    assert_same(value_of("0x1.8p3 + .25 + 3. + 1e-3", 0, NULL), 12 + .25 + 3 + 1e-3);
    assert_same(value_of("0.1", 0, NULL), 0.1);
    assert_same(value_of("4.9406564584124654e-324", 0, NULL), 0x1p-1074);
    assert_same(value_of("-1e308*10", 0, NULL), -HUGE_VAL);
    assert_same(value_of("M_PI - 4 * atan(1)", 0, NULL), 0);
    assert_same(value_of("NAN", 0, NULL), nan(""));
    assert_same(value_of("INFINITY - DBL_MAX", 0, NULL), HUGE_VAL);
    assert_same(value_of("1 / -0", 0, NULL), -HUGE_VAL); /* -0 is a double too */
}
END_TEST

/* A comma for a decimal point, where such a locale is installed. */
START_TEST(the_locale_is_not_asked)
{
    static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
    for (size_t i = 0; i < 3; i++)
        if (setlocale(LC_ALL, locales[i]) != NULL) break;
    assert_same(value_of("1.5 + 0x1.8p0", 0, NULL), 3);
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(statements_name_values)
{
    const double x[] = {0.5, 2, 1};
    expr *e = parsed(" a = w * x ;\n\tz = a + b; tanh(z) ; ");
    ck_assert_uint_eq(e->inputs, 3);
    ck_assert_str_eq(e->input[0], "w");
    ck_assert_str_eq(e->input[1], "x");
    ck_assert_str_eq(e->input[2], "b");
    ck_assert_uint_eq(expr_input_find(e, "b"), 2);
    ck_assert_uint_eq(expr_input_find(e, "a"), 3);
    ck_assert_uint_eq(e->statements, 2);
    ck_assert_str_eq(e->statement[1].name, "z");
    assert_same(expr_value(e, x), tanh(2));
    assert_same(expr_callback(x, e), tanh(2));
    expr_free(e);
    assert_same(value_of("y = 3; y", 0, NULL), 3);
    assert_same(value_of("y = 3; z = y", 0, NULL), 3);
    assert_same(value_of("sum(x, x, 2)", 1, x), 3);
    assert_same(value_of("sum(7)", 0, NULL), 7);
    assert_same(value_of("exponent + e1 + _x", 3, x), 3.5);
}
END_TEST

/* A name is one node, however often it is used. */
START_TEST(a_name_is_shared)
{
    expr *e = parsed("a = x * x; a * a + x");
    ck_assert_uint_eq(e->nodes, 4);
    ck_assert_uint_eq(e->inputs, 1);
    ck_assert_uint_eq(e->node[e->statement[0].node].operand[0], 0);
    ck_assert_uint_eq(e->node[e->statement[0].node].operand[1], 0);
    expr_free(e);
}
END_TEST

/* Two engines that differ by more than rounding: one is wrong, whoever it is. */
START_TEST(engines_that_differ_fail)
{
    const double x = 0.5;
    expr_error error;
    expr_sheet sheet;
    expr *e = parsed("tanh(3 * x)");
    ck_assert(expr_sheet_make(&sheet, e, &x, &error));
    ck_assert_int_eq(expr_sheet_verdict(&sheet, 0), AD_CHECK_PASS);
    sheet.tape[0] *= 1 + 1e-12;
    ck_assert_int_eq(expr_sheet_verdict(&sheet, 0), AD_CHECK_FAIL);
    sheet.tape[0] = nan("");
    ck_assert_int_eq(expr_sheet_verdict(&sheet, 0), AD_CHECK_FAIL);
    expr_sheet_free(&sheet);
    expr_free(e);
}
END_TEST

START_TEST(the_command_exits_as_it_says)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says; /* on stdout, or on stderr when the status is 2 */
    } cases[] = {
        {"'a=w*x; tanh(a+b)' w=0.5 x=2 b=1", 0, "3 passed, 0 failed"},
        {"'e=a*b; d=e+c; L=d*f' a=2 b=-3 c=10 f=-2", 0, "value -8\n"},
        {"'x*x' x=3 --claim 'x=2*x'", 0, "1 passed, 0 failed"},
        {"'x*x' x=3 --claim 'x=x'", 1, "fail"},
        {"'x > 0 ? 1 : 0' x=0", 3, "inconclusive"},
        /* 1e4 - 1e4 + 2e-5: the engine is off by what its rounding explains. */
        {"'x * (0.1 / x) + tanh(x * x)' x=3.3e-07", 3, "rounding"},
        /* 0 times infinity: the derivative is -1, and the engines say NaN. */
        {"'cbrt(y - y) - y' y=1", 1, "NaN"},
        {"-- '-x' x=1/3", 0, "value -0.33333333333333331"},
        {"'x*y' x=1", 2, "no value for y: give it as in y=1"},
        {"'x' x=1 y=2", 2, "the expression has no input y"},
        {"'a=x; a' x=1 a=2", 2, "a is defined by the expression"},
        {"'x' x=1 x=2", 2, "two values"},
        {"'x' x=y", 2, "must be a number"},
        {"'x' x=1/", 2, "the value of x: the expression ends too early\n  1/\n    ^\n"},
        {"'x^2' x=1", 2, "  x^2\n   ^\n"},
        {"'fmod(x, 2)' x=1", 2, "no engine can record fmod"},
        {"'x' x=1 --claim 'y=1'", 2, "no such input"},
        {"'x' x=1 --claim 'x=y'", 2, "y is not an input"},
        {"'x' x=1 --draw /nowhere/out.dot", 2, "/nowhere/out.dot"},
        {"'x' x=1 --draw out.gif", 2, ".svg, .png, .pdf or .dot"},
        {"'x' x=1 --nonsense", 2, "--nonsense"},
        {"", 2, "no expression"},
        {"--help", 0, "usage: gradyno expr"},
    };
    if (!gradyno_is_built("expr_suite")) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shell_result r = shell("%s expr %s", gradyno_program(), cases[i].arguments);
        ck_assert_msg(r.status == cases[i].status, "expr %s: status %d\n%s%s",
                      cases[i].arguments, r.status, r.out, r.err);
        const char *said = cases[i].status == 2 ? r.err : r.out;
        ck_assert_msg(strstr(said, cases[i].says) != NULL, "expr %s: %s",
                      cases[i].arguments, said);
        if (cases[i].status == 2) ck_assert_str_eq(r.out, "");
        shell_free(&r);
    }
}
END_TEST

Suite *expr_suite(void)
{
    Suite *suite = suite_create("expr");
    TCase *grammar = tcase_create("grammar");
    tcase_add_test(grammar, precedence_is_c);
    tcase_add_test(grammar, numbers_are_doubles);
    tcase_add_test(grammar, the_locale_is_not_asked);
    tcase_add_test(grammar, statements_name_values);
    tcase_add_test(grammar, a_name_is_shared);
    suite_add_tcase(suite, grammar);
    suite_add_tcase(suite, expr_mistake_cases());
    suite_add_tcase(suite, expr_value_cases());
    suite_add_tcase(suite, expr_record_cases());

    TCase *command = tcase_create("command");
    tcase_set_timeout(command, 60);
    tcase_add_test(command, engines_that_differ_fail);
    tcase_add_test(command, the_command_exits_as_it_says);
    suite_add_tcase(suite, command);
    return suite;
}
