/*
 * Formulae with one change in them: those of rule.def are right as they stand, and an
 * engine that has one letter, number or function for another is told which.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/kit/mistake_edit.h"
#include "verify/tests/answers.h"
#include "verify/tests/suites.h"

START_TEST(the_formulae_are_right)
{
    size_t formulae = 0;
    for (int row = AD_FIRST_ROW; row <= AD_LAST_ROW; row++) {
        const ad_op op = (ad_op)row;
        for (int k = -1; k < ad_ops[op].operands; k++)
            for (int which = 0; edit_exists(op, k, which); which--, formulae++) {
                char text[120];
                edit_text(op, k, which, EDIT_RIGHT, text, sizeof text);
                for (int i = 0; i < 3; i++) {
                    const double at[3][2] = {{0.5, 0.3}, {0.7, 1.6}, {0.2, 2.5}};
                    double x[AD_MAX_OPERANDS] = {at[i][0], at[i][1]},
                           d[AD_MAX_OPERANDS];
                    if (op == AD_OP_acosh) x[0] += 1;
                    const double c = 1.5 + i, z = ad_ops[op].value(x, c);
                    ad_ops[op].partials(x, c, z, d);
                    const double want = k < 0 ? z : d[k],
                                 got = edit_value(op, k, which,
                                                  &(edit_place){x[0], x[1], z, c, 1});
                    ck_assert_msg(fabs(got - want) <= 1e-12 * fabs(want),
                                  "%s: %s is %.17g, not %.17g", ad_ops[op].name, text,
                                  got, want);
                }
            }
    }
    ck_assert_uint_gt(formulae, 70);
}
END_TEST

/* The change that makes it this formula. */
static int change_to(ad_op op, int k, const char *formula)
{
    char text[120];
    for (int number = 1; edit_exists(op, k, number); number++)
        if (strcmp(edit_text(op, k, number, EDIT_CHANGED, text, sizeof text),
                   formula) == 0)
            return number;
    ck_abort_msg("no change of %s makes it %s", ad_ops[op].name, formula);
}

START_TEST(one_change_is_told)
{
    const struct {
        ad_op op;
        int partial;
        const char *formula, *code, *sentence;
    } all[] = {
        {AD_OP_log10, 0, "1 / (x ln(2))", "G240",
         "the rule for log10 has ln(2) where ln(10) belongs"},
        {AD_OP_erf, 0, "2 / pi exp(-x^2)", "G240",
         "the rule for erf has 2 / pi where 2 / sqrt(pi) belongs"},
        {AD_OP_silu, 0, "s(x) (1 + z (1 - s(x)))", "G240",
         "the rule for silu has z where x belongs"},
        {AD_OP_tanh, 0, "1 - z x", "G240",
         "the rule for tanh has z x where z^2 belongs"},
        {AD_OP_pow_c, 0, "c x^(c + 1)", "G240",
         "the rule for pow_c has x^(c + 1) where x^(c - 1) belongs"},
        {AD_OP_pow_c, 0, "z x^(z - 1)", "G240",
         "the rule for pow_c has z where c belongs"},
        {AD_OP_silu, 0, "s(z) + x (1 - s(z))", "G240",
         "the rule for silu has z where x belongs, and x where z does"},
        {AD_OP_atan, 0, "1 / (1 + g^2)", "G240",
         "the rule for atan has g^2 where x^2 belongs"},
        {AD_OP_pow, 1, "z log10(x)", "G240",
         "the rule for pow has log10(x) where ln(x) belongs"},
        {AD_OP_gelu, 0, "Phi(x) + x exp(-x^2 / 2) / sqrt(pi)", "G240",
         "the rule for gelu has sqrt(pi) where sqrt(2 pi) belongs"},
        {AD_OP_gelu, 0, "Phi(x) + x exp(-x^2) / sqrt(2 pi)", "G240",
         "the rule for gelu has x^2 where x^2 / 2 belongs"},
        {AD_OP_softplus, -1, "ln(2 + exp(x))", "G241",
         "softplus has 2 + exp(x) where 1 + exp(x) belongs"},
        {AD_OP_hypot, -1, "sqrt(x^2 + y)", "G241", "hypot has y where y^2 belongs"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const bool value = all[i].partial < 0;
        const flaw f = {
            .kind = value ? MISTAKE_OF_value_edited : MISTAKE_OF_edited,
            .op = all[i].op,
            .partial = all[i].partial,
            .form = {.mode = value ? FORM_VALUE_EDIT : FORM_EDIT,
                     .k = change_to(all[i].op, all[i].partial, all[i].formula)}};
        answers *a = answers_of(&f);
        message m;
        ck_assert_uint_eq(a->d.causes, 1);
        message_make(&m, &a->e, &a->d, 0);
        ck_assert_msg(strcmp(m.code, all[i].code) == 0, "%s is %s: %s", all[i].sentence,
                      m.code, m.sentence);
        ck_assert_str_eq(m.sentence, all[i].sentence);
        ck_assert_msg(strstr(m.why, all[i].formula) != NULL, "%s", m.why);
        free(a);
    }
}
END_TEST

/* A factor that no change explains is said as it is written, where it is made of e.g. pi. */
START_TEST(a_factor_has_its_name)
{
    const struct {
        double k;
        const char *name;
    } all[] = {{0.7071067811865475, "0.707107 (1 / sqrt(2))"},
               {1.1283791670955126, "1.12838 (2 / sqrt(pi))"},
               {57.29577951308232, "57.2958 (180 / pi)"},
               {-2.302585092994046, "-2.30259 (-ln(10))"},
               {0.25, "0.25"},
               {1.2345, "1.2345"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const flaw f = {.kind = MISTAKE_OF_scaled,
                        .op = AD_OP_sin,
                        .form = {.mode = FORM_TIMES, .a = FORM_D, .k = all[i].k}};
        char text[120], want[120];
        snprintf(want, sizeof want, "the rule for sin gives %s times what it should",
                 all[i].name);
        const char *sentence = mistake_rows[MISTAKE_OF_scaled].sentence;
        ck_assert_str_eq(message_text(sentence, &f, text, sizeof text), want);
    }
}
END_TEST

/* A slope that is another on one side, as a limit would have it, and a branch too far. */
START_TEST(a_branch_is_no_limit)
{
    const struct {
        ad_op op;
        form_side side;
        double k;
        const char *sentence;
    } all[] = {{AD_OP_relu, FORM_FROM_12, 0,
                "the rule for relu gives 0 where x is large (at 12.5; not at 3)"},
               {AD_OP_sigmoid, FORM_FROM_12, 0,
                "the rule for sigmoid gives 0 where x is large (at 3.125; not at 0.5)"},
               {AD_OP_leaky_relu, FORM_BELOW, 0.1,
                "the rule for leaky_relu gives 0.1 where x < 0"},
               {AD_OP_abs, FORM_BELOW, 0, "the rule for abs gives 0 where x < 0"},
               {AD_OP_softplus, FORM_FROM_3, 1,
                "the rule for softplus gives 1 where x is large (at 3; not at 0.4)"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const flaw f = {
            .kind = MISTAKE_OF_one_side,
            .op = all[i].op,
            .form = {.mode = FORM_TIMES, .side = all[i].side, .k = all[i].k}};
        answers *a = answers_of(&f);
        message m;
        message_make(&m, &a->e, &a->d, 0);
        ck_assert_str_eq(m.code, "G161");
        ck_assert_str_eq(m.sentence, all[i].sentence);
        free(a);
    }
}
END_TEST

/* log(1 + exp(x)) is x to five digits there; no limit is at 12.5. */
START_TEST(numbers_that_look_alike_are_said_in_full)
{
    const flaw f = {
        .kind = MISTAKE_OF_value_formula,
        .op = AD_OP_softplus,
        .partial = -1,
        .form = {.mode = FORM_VALUE_TIMES, .side = FORM_FROM_12, .a = FORM_X, .k = 1}};
    answers *a = answers_of(&f);
    message m;
    message_make(&m, &a->e, &a->d, 0);
    ck_assert_str_eq(m.code, "G164");
    ck_assert_msg(strstr(m.sentence, "softplus computes x where x is large") != NULL,
                  "%s", m.sentence);
    free(a);
}
END_TEST

/* What a limit leaves right is on the side that is said. */
START_TEST(a_limit_says_which_side_is_right)
{
    for (int below = 0; below < 2; below++) {
        const flaw f = {.kind = MISTAKE_OF_cut,
                        .op = AD_OP_exp,
                        .form = {.mode = below ? FORM_LEAST : FORM_MOST, .k = 1}};
        answers *a = answers_of(&f);
        message m;
        message_make(&m, &a->e, &a->d, 0);
        ck_assert_str_eq(m.code, "G156");
        ck_assert_msg(strstr(m.why, below ? "What is larger is right."
                                          : "What is smaller is right.") != NULL,
                      "%s", m.why);
        free(a);
    }
}
END_TEST

Suite *mistakes_edit_suite(void)
{
    Suite *suite = suite_create("mistakes_edit");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_test(names, the_formulae_are_right);
    tcase_add_test(names, one_change_is_told);
    tcase_add_test(names, a_factor_has_its_name);
    tcase_add_test(names, a_branch_is_no_limit);
    tcase_add_test(names, numbers_that_look_alike_are_said_in_full);
    tcase_add_test(names, a_limit_says_which_side_is_right);
    suite_add_tcase(suite, names);
    return suite;
}
