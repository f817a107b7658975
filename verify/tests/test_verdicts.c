/*
 * A wrong claim is not only refused: `gradyno expr --claim` says which mistake was made,
 * with the numbers, or says that it knows none; and of what it cannot judge, why, and
 * what to do next. One line a mistake, as a student would make it.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "verify/expr_mpfr.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

enum { PASS = 0, FAIL = 1, UNSURE = 3 };

/* The arguments after `gradyno expr`, its exit status, and what it says, if anything. */
static const struct {
    const char *arguments;
    int status;
    const char *says;
} cases[] = {
    /* right */
    {"'x*x' x=3 --claim 'x=2*x'", PASS, "MPFR  pass"},
    {"'exp(x)' x=1 --claim 'x=exp(1)*(1+4e-16)'", PASS, "pass"},
    {"'sigmoid(pow(x, 4.0))' x=2 --claim 'x=3.6011247812388202e-06'", PASS, "pass"},
    {"'tan(x)-sin(x)' x=1e-3 --claim 'x=1.5*x*x+0.625*x*x*x*x'", PASS, "pass"},
    {"'tanh(x)' x=25 --claim 'x=1-square(tanh(x))'", PASS, "exactly it is 7.71"},
    {"'abs(x)' x=0 --claim 'x=0.3'", PASS, "any value between -1 and 1"},
    {"'sqrt(x)' x=0 --claim 'x=INFINITY'", PASS, "infinite"},
    {"'erf(sqrt(x))' x=3 --claim 'x=exp(-x)/sqrt(M_PI*x)'", PASS, "pass"},
    {"'x*y' x=2 y=5 --claim 'x=y' --claim 'y=x'", PASS, "2 passed, 0 failed"},

    /* signs */
    {"'cos(x)' x=0.4 --claim 'x=sin(x)'", FAIL, "sign flipped: 0.3894183423"},
    {"'x*x+cos(x)' x=0.4 --claim 'x=2*x+sin(x)'", FAIL, "sign flipped in one term"},
    {"'square(x-y)' x=1.1 y=2.3 --claim 'y=2*(x-y)'", FAIL, "sign flipped: -2.4"},
    {"'sqrt(x)' x=0 --claim 'x=-INFINITY'", FAIL, "sign flipped: the claim is -inf"},

    /* uses and terms */
    {"'x*x' x=3 --claim 'x=x'", FAIL, "x is used 2 times"},
    {"'a=x*y; b=a+x; a*b' x=1.25 y=3.5 --claim 'x=(x*y+x)*y'", FAIL,
     "a is used 2 times, and its use in a * b"},
    {"'x*x+sin(x)' x=3 --claim 'x=2*x'", FAIL,
     "its use in sin(x) (-0.989992 of 5.01001) is not accumulated"},
    {"'(sin(x)+x*y)*(x+2)' x=1.3 y=2.7 --claim 'x=cos(x)*(x+2)'", FAIL,
     "only its use in sin(x)"},
    {"'x*x*sin(y)*exp(x)' x=1.3 y=0.4 --claim 'x=2*x*sin(y)*exp(x)'", FAIL,
     "its use in exp(x)"},

    /* factors */
    {"'sin(1e6*x)' x=0.3 --claim 'x=cos(1e6*x)'", FAIL,
     "the inner derivative 1000000, of 1e+06 * x by x, is missing"},
    {"'tanh(w*x)' w=0.5 x=2.5 --claim 'w=1-square(tanh(w*x))'", FAIL,
     "the factor x = 2.5, the derivative of w * x by w, is missing"},
    {"'log(y+exp(x))' x=1 y=2 --claim 'x=exp(x)'", FAIL,
     "the derivative 0.2119415576, of log(y + exp(x))"},
    {"'pow(x,3)' x=1.7 --claim 'x=3*pow(x,3)'", FAIL, "a factor x = 1.7 too much"},
    {"'pow(x,3)' x=1.7 --claim 'x=3*x'", FAIL, "a factor x = 1.7 is missing"},
    {"'pow(x,4)' x=1.7 --claim 'x=4*x'", FAIL, "a factor x^2 = 2.89 is missing"},
    {"'x0*x1*x2' x0=1.3 x1=2.7 x2=3.1 --claim 'x0=x1'", FAIL, "the factor x2 = 3.1"},
    {"'x0*x1*sin(x2)' x0=1.3 x1=2.7 x2=3.1 --claim 'x0=sin(x2)'", FAIL,
     "the factor x1 = 2.7, the derivative of x0 * x1 by x0, is missing"},
    {"'log(x)' x=1.7 --claim 'x=1/(x*log(10))'", FAIL, "a factor ln 10"},
    {"'sin(x*M_PI/180)' x=31 --claim 'x=cos(x*M_PI/180)'", FAIL, "a factor pi/180"},
    {"'log(x)' x=1.7 --claim 'x=x'", FAIL, "the reciprocal: 1.7 is 1 / 0.5882352941"},
    {"'log(x)' x=1.7 --claim 'x=100/x'", FAIL, "a factor 100 too much"},
    {"'log(x)' x=1.7 --claim 'x=1.5/x'", FAIL, "a factor 1.5 too much"},
    {"'exp(x)*x' x=1.7 --claim 'x=exp(x)*x'", FAIL, "not accumulated"},
    {"'sin(x)' x=1.7 --claim 'x=sin(x)'", FAIL, "the claim is f(x) = 0.9916648105"},

    /* the wrong entry */
    {"'x*y' x=3.5 y=7.25 --claim 'x=x' --claim 'y=y'", FAIL, "swapped with y: 3.5"},
    {"'x/y' x=3.2 y=1.7 --claim 'y=1/y' --claim 'x=-x/(y*y)'", FAIL,
     "swapped with x: 0.5882352941"},
    {"'a*b+b*c*c' a=1.3 b=2.7 c=3.1 --claim a=a+c*c --claim b=2*b*c --claim c=b", FAIL,
     "the 3 wrong entries are right in another order"},
    {"'x*y' x=3.5 y=7.25 --claim 'x=x'", FAIL,
     "operands swapped in x * y: its derivatives are 7.25 and 3.5"},
    {"'x*x+3*y*y' x=3.2 y=1.7 --claim 'x=6*y'", FAIL,
     "10.2 is the derivative by y; the derivative by x is 6.4"},
    {"'sin(atan2(x, y)) + x' x=3.2 y=1.7 --claim "
     "'x=1-cos(atan2(x, y))*x/(x*x+y*y)'",
     FAIL, "operands swapped in atan2(x, y)"},

    /* constants, and small deviations */
    {"'M_PI*x*x' x=1.3 --claim 'x=2*3.14*x'", FAIL, "as if 3.141592654 were 3.14"},
    {"'sin(M_PI*x)+x*x' x=0.3 --claim 'x=3.14*cos(3.14*x)+2*x'", FAIL,
     "as if 3.141592654 were 3.14"},
    {"'x/2*(1+tanh(sqrt(2/M_PI)*x))' x=1.2 --claim "
     "'x=0.5*(1+tanh(0.7978*x))+x/2*(1-square(tanh(0.7978*x)))*0.7978'",
     FAIL, "as if 0.7978845608 were 0.7978"},
    {"'exp2(x)' x=1.7 --claim 'x=exp2(x)*0.693'", FAIL, "as if ln 2 were 0.693"},
    {"'exp(x)' x=1 --claim 'x=2.718281828'", FAIL, "as if e were 2.718281828"},
    {"'exp(x)' x=1 --claim 'x=exp(1)*(1+1e-12)'", FAIL, "off by a relative 1e-12"},
    {"'exp(x)' x=1 --claim 'x=exp(1)*(1-3.3e-7)'", FAIL, "off by a relative -3.3e-07"},

    /* numbers that are none */
    {"'x*x' x=3 --claim 'x=NAN'", FAIL, "the claim is NaN, the derivative is 6"},
    {"'x*x' x=3 --claim 'x=INFINITY'", FAIL, "the claim is +inf"},
    {"'x*x' x=3 --claim 'x=0'", FAIL, "the claim is 0, the derivative is 6"},
    {"'y+0*x' x=3 y=1 --claim 'x=1.25'", FAIL, "the derivative by x is 0 here"},
    {"'sqrt(x)' x=0 --claim 'x=1e300'", FAIL, "the derivative is infinite here"},
    {"'abs(x)' x=0 --claim 'x=1.5'", FAIL,
     "outside the one-sided derivatives -1 and 1"},
    {"'abs(sin(M_PI*x))' x=1 --claim x=4", FAIL, "outside the one-sided derivatives"},

    /* no known pattern */
    {"'tanh(x)' x=0.7 --claim 'x=1-tanh(x)'", FAIL, "no known pattern: 0.39563"},

    /* no verdict: why, and what next */
    {"'x > 0 ? 1.0 : 0.0' x=0 --claim 'x=0'", UNSURE, "choose a point beside it"},
    {"'erf(sinh(x))+x' x=800 --claim 'x=M_2_SQRTPI*exp(-square(sinh(x)))*cosh(x)+1'",
     UNSURE, "the claim is nan by value and 1 exactly"},
    {"'erf(sinh(x))+x' x=800 --claim 'x=M_2_SQRTPI*exp(-square(sinh(x)))*cosh(x)+2'",
     FAIL, "the claim is NaN, the derivative is 1"},
    {"'log(x)' x=-1 --claim 'x=-1'", UNSURE, "choose a point inside the domain"},
    {"'sqrt(abs(x))' x=0 --claim 'x=0'", UNSURE, "choose a point beside it"},
};
enum { CASES = sizeof cases / sizeof *cases };

START_TEST(claims_are_explained)
{
    if (!gradyno_is_built("verdicts")) return;
    shell_result r = shell("%s expr %s", gradyno_program(), cases[_i].arguments);
    ck_assert_msg(r.status == cases[_i].status,
                  "gradyno expr %s exits with %d, not %d\n%s%s", cases[_i].arguments,
                  r.status, cases[_i].status, r.out, r.err);
    ck_assert_msg(strstr(r.out, cases[_i].says) != NULL,
                  "gradyno expr %s does not say \"%s\"\n%s", cases[_i].arguments,
                  cases[_i].says, r.out);
    shell_free(&r);
}
END_TEST

Suite *verdicts_suite(void)
{
    Suite *suite = suite_create("verdicts");
    TCase *tests = tcase_create("claims");
    tcase_set_timeout(tests, 60);
    if (expr_mpfr_missing() == NULL)
        tcase_add_loop_test(tests, claims_are_explained, 0, CASES);
    else
        fprintf(stderr, "verdicts: skipped: %s\n", expr_mpfr_missing());
    suite_add_tcase(suite, tests);
    return suite;
}
