/*
 * Rules that are nearly right: a number added against division by zero, a comparison of
 * the wrong things, an exponent that is an integer, a factor that is missing. Each must
 * be called what it is, and where there is no name, it must be said where it is wrong.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/tests/answers.h"
#include "verify/tests/suites.h"

static short atom_of(const char *text)
{
    for (short a = 0; a < FORM_ATOMS_MOST; a++)
        if (strcmp(form_atom_text((size_t)a), text) == 0) return a;
    ck_abort_msg("no atom %s", text);
}

/* What the first message begins with. */
static void must_say(const flaw *f, const char *code, const char *sentence,
                     const char *why)
{
    answers *a = answers_of(f);
    answers_must_be(a, code, sentence);
    ck_assert_msg(strncmp(a->m.sentence, sentence, strlen(sentence)) == 0,
                  "%s is said: %s", sentence, a->m.sentence);
    ck_assert_msg(strstr(a->m.why, why) != NULL, "no %s in: %s", why, a->m.why);
    free(a);
}

START_TEST(a_number_added_to_what_is_divided_by)
{
    const struct {
        ad_op op;
        form_mode mode;
        const char *to;
        double k;
        const char *code, *sentence;
    } all[] = {{AD_OP_abs, FORM_MORE, "|x|", 1e-5, "G204",
                "the rule for abs divides by |x| + 1e-05, not |x|"},
               {AD_OP_recip, FORM_MORE, "x^2", 1e-8, "G204",
                "the rule for recip divides by x^2 + 1e-08, not x^2"},
               {AD_OP_sqrt, FORM_MORE, "sqrt(x)", 5e-7, "G204",
                "the rule for sqrt divides by sqrt(x) + 5e-07, not sqrt(x)"},
               {AD_OP_div, FORM_MORE, "y", 1e-3, "G204",
                "the rule for div divides by y + 0.001, not y"},
               {AD_OP_hypot, FORM_ROOT_MORE, "x^2 + y^2", 1e-6, "G204",
                "the rule for hypot divides by sqrt(x^2 + y^2 + 1e-06), not"},
               {AD_OP_asin, FORM_ROOT_MORE, "1 - x^2", 1e-6, "G204",
                "the rule for asin divides by sqrt(1 - x^2 + 1e-06), not"},
               {AD_OP_hypot, FORM_VALUE_ROOT_MORE, "1", 1e-6, "G205",
                "hypot computes with the root of x^2 + y^2 + 1e-06"},
               {AD_OP_log, FORM_MORE, "x", 1e-6, "G163",
                "the rule for log takes its derivative at x + 1e-06, not at x"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const bool value = all[i].mode == FORM_VALUE_ROOT_MORE;
        const flaw f = {
            .kind = value ? MISTAKE_OF_value_epsilon : MISTAKE_OF_epsilon,
            .op = all[i].op,
            .form = {.mode = all[i].mode, .a = atom_of(all[i].to), .k = all[i].k}};
        must_say(&f, all[i].code, all[i].sentence, "");
    }
}
END_TEST

START_TEST(a_comparison_of_the_wrong_things)
{
    const struct {
        ad_op op;
        form_side side;
        const char *sentence;
    } all[] = {{AD_OP_max, FORM_X_ABOVE, "the rule for max tests x > 0, not x > y"},
               {AD_OP_max, FORM_Y_ABOVE, "the rule for max tests y > 0, not x > y"},
               {AD_OP_max, FORM_Y_BELOW, "the rule for max tests y < 0, not x > y"},
               {AD_OP_min, FORM_X_BELOW, "the rule for min tests x > 0, not x < y"},
               {AD_OP_max, FORM_LARGER, "the rule for max tests |x| > |y|, not x > y"},
               {AD_OP_relu, FORM_FAR, "the rule for relu tests |x| > 1, not x > 0"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const flaw f = {.kind = MISTAKE_OF_wrong_test,
                        .op = all[i].op,
                        .partial = -1,
                        .form = {.mode = FORM_TEST, .a = (short)all[i].side}};
        must_say(&f, "G203", all[i].sentence, "");
    }
}
END_TEST

/* A form of one operation, as it must be said. */
static void must_name(mistake_kind kind, ad_op op, form f, const char *code,
                      const char *sentence)
{
    const flaw it = {.kind = kind, .op = op, .partial = -1, .form = f};
    must_say(&it, code, sentence, "");
}

START_TEST(another_function_of_the_family)
{
    enum { VALUE = MISTAKE_OF_value_sister, RULE = MISTAKE_OF_sister };
    const struct {
        int kind;
        ad_op op, sister;
        const char *code, *sentence;
    } all[] = {
        {RULE, AD_OP_asinh, AD_OP_asin, "G294",
         "the rule for asinh has the derivative of asin"},
        {RULE, AD_OP_asinh, AD_OP_acosh, "G294",
         "the rule for asinh has the derivative of acosh"},
        {VALUE, AD_OP_asinh, AD_OP_acosh, "G291",
         "asinh computes another function: ac"},
        {VALUE, AD_OP_sinh, AD_OP_lgamma, "G291", "sinh computes another function: lg"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        must_name((mistake_kind)all[i].kind, all[i].op,
                  (form){.mode = all[i].kind == VALUE ? FORM_VALUE_SISTER : FORM_SISTER,
                         .k = all[i].sister},
                  all[i].code, all[i].sentence);
}
END_TEST

START_TEST(digits_that_are_lost_in_one_operation)
{
    const struct {
        bool value;
        ad_op op;
        form_rounding way;
        double k;
        const char *code, *sentence;
    } all[] = {
        {true, AD_OP_sigmoid, FORM_ROUND, 4, "G290",
         "the value of sigmoid is rounded to 4 decimals"},
        {true, AD_OP_exp, FORM_ROUND_EVEN, 1, "G290",
         "the value of exp is rounded to 1 decimal"},
        {true, AD_OP_log, FORM_ROUND_DOWN, 6, "G290",
         "the value of log is cut to 6 decimals"},
        {true, AD_OP_tanh, FORM_ROUND_ALL, 5, "G290",
         "the value of tanh is rounded to 5 significant digits"},
        {false, AD_OP_sin, FORM_ROUND, 2, "G293",
         "the derivative in the rule for sin is rounded to 2 decimals"},
        {false, AD_OP_exp, FORM_ROUND_ALL, 3, "G293",
         "the derivative in the rule for exp is rounded to 3 significant digits"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        must_name(all[i].value ? MISTAKE_OF_value_rounded
                               : MISTAKE_OF_derivative_rounded,
                  all[i].op,
                  (form){.mode = all[i].value ? FORM_VALUE_ROUNDED : FORM_ROUNDED,
                         .a = (short)all[i].way,
                         .k = all[i].k},
                  all[i].code, all[i].sentence);
}
END_TEST

START_TEST(digits_that_are_lost_in_every_answer)
{
    const struct {
        mistake_kind kind;
        double k;
        const char *code, *sentence;
    } all[] = {{MISTAKE_OF_answers_decimals, 6, "G296",
                "every answer is rounded to 6 decimals"},
               {MISTAKE_OF_answers_digits, 6, "G297",
                "every answer is rounded to 6 significant digits"},
               {MISTAKE_OF_gradients_digits, 5, "G298",
                "gradients are rounded to 5 significant digits"},
               {MISTAKE_OF_values_digits, 6, "G342",
                "values are rounded to 6 significant digits"},
               {MISTAKE_OF_values_decimals, 3, "G299",
                "values are rounded to 3 decimals where they are read"},
               {MISTAKE_OF_rounded, 6, "G180", "gradients are rounded to 6 decimals"},
               {MISTAKE_OF_read_as_float, 0, "G38", "values pass through float"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        must_name(all[i].kind, AD_OP_count, (form){.k = all[i].k}, all[i].code,
                  all[i].sentence);
}
END_TEST

/* Not NaN where acosh is, at -2.2: as people write it. */
START_TEST(a_formula_of_another_function_is_called_so)
{
    const flaw f = {.kind = MISTAKE_OF_formula,
                    .op = AD_OP_asinh,
                    .form = {.mode = FORM_OVER, .b = atom_of("sqrt(x^2 - 1)"), .k = 1}};
    must_say(&f, "G154", "the rule for asinh computes 1 / sqrt(x^2 - 1)",
             "That is the rule of acosh.");
    const flaw of_abs = {.kind = MISTAKE_OF_formula,
                         .op = AD_OP_tanh,
                         .form = {.mode = FORM_OVER,
                                  .a = FORM_X,
                                  .b = atom_of("|x|"),
                                  .k = 1}},
               of_next = {.kind = MISTAKE_OF_value_formula,
                          .op = AD_OP_sin,
                          .partial = -1,
                          .form = {.mode = FORM_VALUE_TIMES,
                                   .a = atom_of("cos(x)"),
                                   .k = 1}},
               of_two = {
                   .kind = MISTAKE_OF_value_min_max, .op = AD_OP_min, .partial = -1};
    must_say(&of_abs, "G154", "the rule for tanh computes x / |x|, not 1 - z^2",
             "That is the rule of abs.");
    must_say(&of_next, "G164", "sin computes cos(x), and should compute sin(x)",
             "If cos comes next in your code: is a break missing?");
    must_say(&of_two, "G119", "min computes max", "If max comes next in your code");
}
END_TEST

/* square as exp(2 log x), abs as sqrt(x)^2. */
START_TEST(nan_on_one_side_of_0)
{
    must_name(MISTAKE_OF_value_nan, AD_OP_square,
              (form){.mode = FORM_VALUE_NAN, .side = FORM_BELOW, .k = 1}, "G292",
              "square is nan where x < 0");
    must_name(MISTAKE_OF_derivative_nan, AD_OP_sin,
              (form){.mode = FORM_NAN, .side = FORM_BELOW, .k = 1}, "G295",
              "the rule for sin is nan where x < 0");
}
END_TEST

START_TEST(operands_exchanged_in_the_value)
{
    static const mistake_kind all[] = {
        MISTAKE_OF_value_atan2_reversed, MISTAKE_OF_value_fma_first,
        MISTAKE_OF_value_fma_second,     MISTAKE_OF_value_pow_c_reversed,
        MISTAKE_OF_value_pow_reversed,   MISTAKE_OF_value_sub_reversed,
        MISTAKE_OF_value_div_reversed};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        must_name(all[i], mistake_rows[all[i]].op, (form){.k = 0}, "G58", "");
}
END_TEST

START_TEST(integers_in_an_exponent_and_in_a_division)
{
    const flaw power = {.kind = MISTAKE_OF_formula,
                        .op = AD_OP_pow_c,
                        .form = {.mode = FORM_TIMES,
                                 .a = atom_of("c"),
                                 .b = atom_of("x^int(c - 1)"),
                                 .k = 1}};
    must_say(&power, "G154", "the rule for pow_c computes c x^int(c - 1), not", "");
    const ad_op ops[] = {AD_OP_sqrt, AD_OP_cbrt, AD_OP_recip, AD_OP_div};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        for (int mode = FORM_FLOOR_SHARE; mode <= FORM_FLOOR_PARTIAL; mode++) {
            const flaw f = {.kind = MISTAKE_OF_integer,
                            .op = ops[i],
                            .form = {.mode = (form_mode)mode}};
            must_say(&f, "G162", "the rule for ", "integers");
        }
}
END_TEST

START_TEST(a_factor_that_one_of_two_terms_lacks)
{
    const flaw f = {.kind = MISTAKE_OF_formula,
                    .op = AD_OP_silu,
                    .form = {.mode = FORM_PLUS,
                             .a = atom_of("sigmoid(x)"),
                             .b = atom_of("x (1 - sigmoid(x))"),
                             .k = 1}};
    must_say(&f, "G154", "the rule for silu computes sigmoid(x) + x (1 - sigmoid(x))",
             "");
}
END_TEST

/* Two atoms on one side of a comparison are searched for by nobody. */
START_TEST(without_a_name_it_is_said_where)
{
    flaw f = {.kind = MISTAKE_OF_one_side,
              .op = AD_OP_pow_c,
              .form = {.mode = FORM_TIMES,
                       .side = FORM_C_BROKEN,
                       .a = atom_of("x^2"),
                       .b = atom_of("exp(x)"),
                       .k = 1}};
    must_say(&f, "G150", "the rule for pow_c is wrong",
             "right where c is whole, wrong where c is not whole");
    f.op = AD_OP_div;
    f.form.side = FORM_Y_BELOW;
    f.form.a = atom_of("y^2");
    answers *a = answers_of(&f);
    ck_assert(a->d.right); /* no program has such a y */
    free(a);
    f.form.side = FORM_ABOVE;
    must_say(&f, "G150", "the rule for div is wrong",
             "right where x < y, wrong where x > y");
    f.form.side = FORM_BELOW;
    must_say(&f, "G150", "the rule for div is wrong",
             "right where x > y, wrong where x < y");
}
END_TEST

/* x^3 is x * x * x, a branch of its own, which has lost its factor. */
START_TEST(one_constant_alone_is_told)
{
    answers *a = calloc(1, sizeof *a);
    ck_assert_ptr_nonnull(a);
    a->supported[AD_OP_add] = a->supported[AD_OP_mul] = a->supported[AD_OP_pow_c] =
        true;
    const size_t n = signature_list(a->supported, a->program, SIGNATURE_LIST_MOST);
    for (size_t p = 0; p < n; p++) {
        mistake_run(&a->program[p], NULL, 0, CONDUCT_ZEROES, &a->got[p]);
        const signature_step *first = &a->program[p].step[0];
        if (first->op != AD_OP_pow_c || first->c != 3) continue;
        a->got[p].once[0] /= 3;
        a->got[p].twice[0] /= 3;
        a->got[p].zeroed[0] /= 3;
    }
    a->e = (evidence){a->program, a->got, n, a->supported, AD_ENGINE_DOUBLE};
    mistake_find(&a->e, &a->d);
    message m;
    ck_assert_uint_eq(a->d.causes, 1);
    message_make(&m, &a->e, &a->d, 0);
    ck_assert_str_eq(m.sentence, "pow_c is wrong for one constant alone: c = 3");
    free(a);
}
END_TEST

/* The x beside which it is so says nothing. */
START_TEST(what_is_divided_by_a_constant_of_zero)
{
    const flaw f = {.kind = MISTAKE_OF_derivative_nan,
                    .op = AD_OP_c_div,
                    .form = {.mode = FORM_NAN, .side = FORM_C_NONE, .k = 1}};
    answers *a = answers_of(&f);
    ck_assert_uint_eq(a->d.causes, 1);
    message_make(&a->m, &a->e, &a->d, 0);
    ck_assert_str_eq(a->m.sentence, "the rule for c_div is nan where c is 0");
    ck_assert_ptr_nonnull(strstr(a->m.why, "it divides by the constant"));
    free(a);
}
END_TEST

Suite *mistakes_near_suite(void)
{
    Suite *suite = suite_create("mistakes_near");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_test(names, a_number_added_to_what_is_divided_by);
    tcase_add_test(names, a_comparison_of_the_wrong_things);
    tcase_add_test(names, another_function_of_the_family);
    tcase_add_test(names, digits_that_are_lost_in_one_operation);
    tcase_add_test(names, digits_that_are_lost_in_every_answer);
    tcase_add_test(names, a_formula_of_another_function_is_called_so);
    tcase_add_test(names, nan_on_one_side_of_0);
    tcase_add_test(names, operands_exchanged_in_the_value);
    tcase_add_test(names, integers_in_an_exponent_and_in_a_division);
    tcase_add_test(names, a_factor_that_one_of_two_terms_lacks);
    tcase_add_test(names, without_a_name_it_is_said_where);
    tcase_add_test(names, one_constant_alone_is_told);
    tcase_add_test(names, what_is_divided_by_a_constant_of_zero);
    suite_add_tcase(suite, names);
    return suite;
}
