/*
 * Operations that have what belongs to others, several of them: each must be told as one
 * mistake, with the sentence that says where to look, and no formula must be blamed.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/tests/answers.h"
#include "verify/tests/suites.h"

typedef struct crossed_pair {
    ad_op op, other;
} crossed_pair;

enum { PAIRS = 5 };

static flaw as_other(mistake_kind kind, form_mode mode, crossed_pair pair)
{
    return (flaw){.kind = kind,
                  .op = pair.op,
                  .partial = -1,
                  .form = {.mode = mode, .k = pair.other}};
}

/* The first message, of n operations that have the value (or rule) of others. */
static void must_say(const crossed_pair *pair, size_t n, bool of_rules,
                     const char *code, const char *sentence, const char *why)
{
    answers *a = answers_to_all();
    flaw f[PAIRS];
    for (size_t i = 0; i < n; i++)
        f[i] = of_rules ? as_other(MISTAKE_OF_sister, FORM_SISTER, pair[i])
                        : as_other(MISTAKE_OF_value_sister, FORM_VALUE_SISTER, pair[i]);
    for (size_t p = 0; p < a->e.n; p++)
        mistake_run(&a->program[p], f, n, CONDUCT_ZEROES, &a->got[p]);
    mistake_find(&a->e, &a->d);
    answers_must_be(a, code, sentence);
    ck_assert_str_eq(a->m.sentence, sentence);
    ck_assert_msg(strstr(a->m.why, why) != NULL, "no %s in: %s", why, a->m.why);
    free(a);
}

START_TEST(a_name_is_compared_in_part)
{
    const crossed_pair pair[] = {{AD_OP_exp2, AD_OP_exp},
                                 {AD_OP_log2, AD_OP_log},
                                 {AD_OP_log10, AD_OP_log},
                                 {AD_OP_sinh, AD_OP_sin}};
    must_say(pair, 4, false, "G380",
             "operations are found by a part of their name, not by all of it: exp2, "
             "log2, log10 and 1 other",
             "exp2 has the value of exp, log2 that of log");
}
END_TEST

START_TEST(two_are_exchanged)
{
    const crossed_pair pair[] = {{AD_OP_sin, AD_OP_cos}, {AD_OP_cos, AD_OP_sin}};
    must_say(pair, 2, false, "G381", "two operations are exchanged: sin and cos",
             "Each computes what the other should");
    must_say(pair, 2, true, "G384",
             "the rules of two operations are exchanged: sin "
             "and cos",
             "sin has the rule of cos, cos that of sin");
}
END_TEST

START_TEST(all_read_the_last_of_a_loop)
{
    const crossed_pair pair[] = {{AD_OP_exp, AD_OP_atan},
                                 {AD_OP_tan, AD_OP_atan},
                                 {AD_OP_square, AD_OP_atan},
                                 {AD_OP_erf, AD_OP_atan}};
    must_say(pair, 4, false, "G382", "square, exp, tan and 1 other all compute atan",
             "Forward goes wrong first");
    must_say(pair, 4, true, "G306",
             "square, exp, tan and 1 other have the rule of atan",
             "derivative of atan");
}
END_TEST

START_TEST(a_table_is_out_of_step)
{
    const crossed_pair pair[] = {{AD_OP_exp, AD_OP_square},
                                 {AD_OP_sin, AD_OP_exp},
                                 {AD_OP_tanh, AD_OP_sin},
                                 {AD_OP_atan, AD_OP_tanh},
                                 {AD_OP_erf, AD_OP_atan}};
    must_say(pair, 5, false, "G383",
             "a table is out of step: operations have the values of their neighbours",
             "exp has the value of square, sin that of exp");
    must_say(pair, 5, true, "G385",
             "the table of rules is out of step: operations have their neighbours'",
             "exp has the rule of square, sin that of exp");
}
END_TEST

START_TEST(a_rule_that_runs_on_into_the_next)
{
    static const crossed_pair pair[] = {{AD_OP_tanh, AD_OP_exp},
                                        {AD_OP_relu, AD_OP_leaky_relu},
                                        {AD_OP_neg, AD_OP_square},
                                        {AD_OP_mul, AD_OP_div}};
    for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
        char sentence[120];
        const flaw f = as_other(MISTAKE_OF_also, FORM_ALSO, pair[i]);
        answers *a = answers_of(&f);
        ck_assert_uint_eq(a->d.causes, 1);
        message_make(&a->m, &a->e, &a->d, 0);
        snprintf(sentence, sizeof sentence,
                 "the rule for %s runs that of %s as well: is a break missing?",
                 ad_ops[pair[i].op].name, ad_ops[pair[i].other].name);
        ck_assert_str_eq(a->m.sentence, sentence);
        free(a);
    }
    /* g y + g / y of an infinite g: what was added twice, as an engine has it. */
    const flaw f = as_other(MISTAKE_OF_also, FORM_ALSO, pair[3]);
    const double x[AD_MAX_OPERANDS] = {3, 3};
    ck_assert_double_nan(form_share(&f.form, AD_OP_mul, 1, x, 0, 9, HUGE_VAL));
}
END_TEST

/* One alone is a wrong formula; and two that have nothing to do with each other are two. */
START_TEST(what_has_nothing_in_common_is_told_apart)
{
    const flaw two[] = {as_other(MISTAKE_OF_value_sister, FORM_VALUE_SISTER,
                                 (crossed_pair){AD_OP_atan, AD_OP_tanh}),
                        as_other(MISTAKE_OF_value_sister, FORM_VALUE_SISTER,
                                 (crossed_pair){AD_OP_erf, AD_OP_sin})};
    for (size_t n = 1; n <= 2; n++) {
        answers *a = answers_to_all();
        for (size_t p = 0; p < a->e.n; p++)
            mistake_run(&a->program[p], two, n, CONDUCT_ZEROES, &a->got[p]);
        mistake_find(&a->e, &a->d);
        ck_assert_uint_eq(a->d.causes, n);
        free(a);
    }
}
END_TEST

Suite *mistakes_crossed_suite(void)
{
    Suite *s = suite_create("mistakes_crossed");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_test(names, a_name_is_compared_in_part);
    tcase_add_test(names, two_are_exchanged);
    tcase_add_test(names, all_read_the_last_of_a_loop);
    tcase_add_test(names, a_table_is_out_of_step);
    tcase_add_test(names, a_rule_that_runs_on_into_the_next);
    tcase_add_test(names, what_has_nothing_in_common_is_told_apart);
    suite_add_tcase(s, names);
    return s;
}
