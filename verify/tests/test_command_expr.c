/*
 * gradyno expr as a user meets it: the worked example, claims, and why a pass that is
 * not plain is one. What is said of wrong claims, test_verdicts.c has.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "verify/tests/close.h"
#include "verify/tests/command.h"
#include "verify/tests/suites.h"

/* How many numbers in text are within `bound` of `expected`; x1 is a name, no number.
 */
static int numbers_near(const char *text, double expected, double bound)
{
    int found = 0;
    for (const char *p = text; *p != '\0';) {
        char *end;
        const bool starts = p == text || !(isalnum((unsigned char)p[-1]) ||
                                           p[-1] == '_' || p[-1] == '.');
        const double x = strtod(p, &end);
        if (!starts || end == p || isspace((unsigned char)*p)) {
            p++;
            continue;
        }
        found += is_within(x, expected, bound);
        p = end;
    }
    return found;
}

/* The worked example: every gradient by graph, by tape and by difference. */
START_TEST(expr_worked_example)
{
    shell_result r = gradyno("%s", "expr 'e = a*b; d = e + c; d*f' a=2 b=-3 c=10 f=-2");
    assert_status(&r, 0, "expr");
    ck_assert_int_ge(numbers_near(r.out, -8, 0), 1);
    const struct {
        char name;
        double grad;
    } expected[] = {{'a', 6}, {'b', -4}, {'c', -2}, {'f', 4}};
    for (size_t i = 0; i < 4; i++) {
        bool found = false; /* a line of this name with the gradient twice or more */
        for (const char *line = r.out; line != NULL && !found;) {
            const char *end = strchr(line, '\n');
            const size_t length = end == NULL ? strlen(line) : (size_t)(end - line);
            char copy[512];
            snprintf(copy, sizeof copy, "%.*s", length < 511 ? (int)length : 511, line);
            const char *p = copy + strspn(copy, " ");
            found = *p == expected[i].name && !isalnum((unsigned char)p[1]) &&
                    numbers_near(p + 1, expected[i].grad, 0) >= 2;
            line = end == NULL ? NULL : end + 1;
        }
        ck_assert_msg(found,
                      "no line for %c with the gradient %g on both engines:\n%.3000s",
                      expected[i].name, expected[i].grad, r.out);
    }
    shell_free(&r);
}
END_TEST

/* A claim is judged: right 0, wrong 1. */
START_TEST(expr_claims)
{
    shell_result r = gradyno("%s", "expr 'x*x*x' x=2 --claim 'x = 3*x*x'");
    assert_status(&r, 0, "expr with a right claim");
    shell_free(&r);
    r = gradyno("%s", "expr 'x*x*x' x=2 --claim 'x = 3*x'");
    assert_status(&r, 1, "expr with a wrong claim");
    shell_free(&r);
}
END_TEST

/* A pass that is not plain says why: the difference need not be the gradient. */
START_TEST(expr_says_why_it_passes)
{
    static const struct {
        const char *arguments, *says;
    } cases[] = {
        {"'relu(x)' x=0", "x: kink: any value between 0 and 1\n"},
        {"'1 - fabs(x)' x=0", "x: kink: any value between -1 and 1\n"},
        {"'relu(x)' x=0 --claim x=0.25", "d/dx: kink: any value between 0 and 1\n"},
        {"'sqrt(x)' x=0", "x: infinite: "},
        {"'x < 0 ? NAN : 3*x + x*x' x=0", "x: one-sided: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        shell_result r = gradyno("expr %s", cases[i].arguments);
        assert_status(&r, 0, cases[i].arguments);
        assert_says(r.out, cases[i].says, cases[i].arguments);
        shell_free(&r);
    }
    shell_result r = gradyno("%s", "expr 'x*x' x=3");
    ck_assert_msg(strstr(r.out, "x: ") == NULL, "there is nothing to say:\n%.3000s",
                  r.out);
    shell_free(&r);
}
END_TEST

/* Who says what the derivative is, and how well the two agree, in both tables. */
START_TEST(expr_names_its_witness)
{
    shell_result r = gradyno("%s", "expr 'x*x' x=3 --claim 'x=2*x'");
    assert_says(r.out, "by  ", "expr");
    assert_says(r.out, "verdict  agrees to\n", "expr");
    ck_assert_msg(strstr(r.out, " \n") == NULL, "blanks at the end of a line:\n%.3000s",
                  r.out);
    shell_free(&r);
    r = gradyno("%s", "expr 'log(x)' x=-1");
    assert_status(&r, 3, "expr 'log(x)' x=-1");
    ck_assert_msg(strstr(r.out, "-nan") == NULL, "a NaN has a sign:\n%.3000s", r.out);
    shell_free(&r);
}
END_TEST

Suite *command_expr_suite(void)
{
    Suite *suite = suite_create("command expr");
    if (!gradyno_is_built("command expr")) return suite;
    TCase *tests = tcase_create("expr");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, expr_worked_example);
    tcase_add_test(tests, expr_claims);
    tcase_add_test(tests, expr_says_why_it_passes);
    tcase_add_test(tests, expr_names_its_witness);
    suite_add_tcase(suite, tests);
    return suite;
}
