/*
 * What goes wrong only later, beside a constant, or far from 1: old gradients that are
 * cleared in part, an order that is kept, a second backward that follows no policy; each
 * by its name, and nothing is said that the shown program does not show.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/tests/answers.h"
#include "verify/tests/suites.h"

static void ask(answers *a)
{
    mistake_find(&a->e, &a->d);
    ck_assert(!a->d.right);
    ck_assert_uint_ge(a->d.causes, 1);
    message_make(&a->m, &a->e, &a->d, 0);
}

static void must_be(const flaw *f, mistake_conduct conduct, const char *code,
                    const char *sentence, const char *why)
{
    answers *a = answers_to_all();
    answers_run(a, f, conduct);
    ask(a);
    ck_assert_uint_eq(a->d.causes, 1);
    ck_assert_msg(strcmp(a->m.code, code) == 0, "%s is %s: %s", sentence, a->m.code,
                  a->m.sentence);
    ck_assert_str_eq(a->m.sentence, sentence);
    ck_assert_msg(strstr(a->m.why, why) != NULL, "no %s in %s", why, a->m.why);
    free(a);
}

START_TEST(a_part_is_cleared)
{
    static const char *const why[] = {"given n,",          "4 bytes",
                                      "size of a pointer", "second node",
                                      "before the last",   "halfway"};
    for (int k = 1; k <= 6; k++)
        for (int conduct = CONDUCT_STALE; conduct <= CONDUCT_STALE_SEED; conduct++) {
            if (k == 5 && conduct == CONDUCT_STALE) continue; /* its seed is set */
            const flaw f = {.kind = MISTAKE_OF_cleared_in_part,
                            .op = AD_OP_count,
                            .partial = -1,
                            .form = {.k = k}};
            must_be(&f, (mistake_conduct)conduct, "G243",
                    "backward clears only a part of the old gradients", why[k - 1]);
        }
}
END_TEST

/* By a value, by a place, by another's gradient: each way that there is. */
START_TEST(what_is_mixed_up_is_told_apart)
{
    static const struct {
        mistake_kind kind;
        int ways;
        const char *code, *sentence, *why;
    } mixed[] = {
        {MISTAKE_OF_equal_walked, 2, "G367",
         "of two operands that are equal one alone is walked", "does not run"},
        {MISTAKE_OF_keyed_by_operand, 2, "G196",
         "an operand that is there twice is given one of its derivatives twice",
         "As in x - x"},
        {MISTAKE_OF_stops_at_zero, 3, "G263",
         "the walk ends at the first node whose gradient is 0", "that is given 0"},
        {MISTAKE_OF_zero_skipped, 2, "G370",
         "a node whose value is 0 passes nothing on", "where its gradient is meant"},
        {MISTAKE_OF_negative_skipped, 2, "G371",
         "a node whose value is negative passes nothing on", "Its value is tested"},
        {MISTAKE_OF_one_skipped, 1, "G372", "a node whose value is 1 passes nothing on",
         "Its value is tested"},
        {MISTAKE_OF_zero_given_none, 5, "G373",
         "an operand whose value is 0 is given no gradient", "0 is a number"},
        {MISTAKE_OF_rule_by_place, 3, "G374",
         "beside a constant an operand is given the rule of the other one",
         "counted off"},
        {MISTAKE_OF_inputs_run_on, 8, "G377",
         "an input's gradient has those of other inputs added to it", "sums"},
        {MISTAKE_OF_inputs_moved, 14, "G378",
         "an input is given the gradient of another input", "wrong inputs"},
        {MISTAKE_OF_input_falsy, 1, "G379", "an input of 0 is taken for 1",
         "0 is false"},
        {MISTAKE_OF_zero_is_one, 3, "G282",
         "a gradient of 0, or of nothing yet, is taken for 1", "passes on a 1"},
        {MISTAKE_OF_overwrite_leaves, 1, "G349",
         "an input's gradient is assigned with =, that of a result with +=", "last"},
        {MISTAKE_OF_overwrite_inner, 1, "G350",
         "a result's gradient is assigned with =, that of an input with +=", "last"},
        {MISTAKE_OF_cleared_between, 2, "G351",
         "a node's gradient is set to 0 before all its operands have their shares",
         "first operand"},
        {MISTAKE_OF_waits_given_once, 1, "G352",
         "a node that is used twice at once is given once, and waits for ever",
         "neither given nor ticked off"},
        {MISTAKE_OF_level_of_waiting, 12, "G201",
         "nodes run by a level that is not their longest way", "longest way"}};
    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++)
        for (int way = 1; way <= mixed[i].ways; way++) {
            const flaw f = {.kind = mixed[i].kind,
                            .op = AD_OP_count,
                            .partial = -1,
                            .form = {.k = way}};
            must_be(&f, CONDUCT_ZEROES, mixed[i].code, mixed[i].sentence, mixed[i].why);
        }
}
END_TEST

/* The first node, which is none of its operands, is given what is too much. */
START_TEST(a_constant_gives_to_the_first_node)
{
    const flaw f = {.kind = MISTAKE_OF_constant_too, .op = AD_OP_pow_c};
    answers *a = answers_of(&f);
    message_make(&a->m, &a->e, &a->d, 0);
    ck_assert_str_eq(a->m.code, "G375");
    ck_assert_int_eq(a->program[a->d.cause[0].shown].step[0].operand[0], 1);
    free(a);
}
END_TEST

/* z (1 - g^2), x / g, max(g > 0, 0) x, c x g^(c - 1). */
START_TEST(value_and_gradient_are_exchanged)
{
    static const struct {
        ad_op op;
        form_mode mode;
        short other;
    } traded[] = {
        {AD_OP_tanh, FORM_TRADED_RESULT, 0}, {AD_OP_sigmoid, FORM_TRADED_RESULT, 0},
        {AD_OP_sqrt, FORM_TRADED_RESULT, 0}, {AD_OP_log, FORM_TRADED, 0},
        {AD_OP_relu, FORM_TRADED, 0},        {AD_OP_sin, FORM_TRADED, 0},
        {AD_OP_div, FORM_TRADED, 1}};
    for (size_t i = 0; i < sizeof traded / sizeof *traded; i++) {
        const flaw f = {.kind = MISTAKE_OF_traded,
                        .op = traded[i].op,
                        .form = {.mode = traded[i].mode, .a = traded[i].other, .k = 1}};
        answers *a = answers_of(&f);
        message_make(&a->m, &a->e, &a->d, 0);
        ck_assert_msg(strcmp(a->m.code, "G376") == 0, "%s is %s",
                      ad_ops[traded[i].op].name, a->m.code);
        free(a);
    }
}
END_TEST

START_TEST(an_order_is_kept)
{
    const flaw f = {.kind = MISTAKE_OF_first_order_kept,
                    .op = AD_OP_count,
                    .partial = -1,
                    .form = {.k = 1}};
    for (int conduct = 0; conduct < CONDUCTS; conduct++)
        must_be(&f, (mistake_conduct)conduct, "G244",
                "the order that the first backward made is walked by later ones too",
                "another output");
}
END_TEST

START_TEST(beside_a_constant_nothing_is_passed_on)
{
    flaw f = {.kind = MISTAKE_OF_constant_beside, .op = AD_OP_mul, .partial = -1};
    for (f.form.k = 1; f.form.k <= 3; f.form.k++)
        must_be(&f, CONDUCT_ZEROES, "G245",
                "mul passes nothing on where an operand is a constant", "");
    f.op = AD_OP_sub;
    f.form.k = 2;
    must_be(&f, CONDUCT_STALE, "G245",
            "sub passes nothing on where an operand is a constant", "");
    f = (flaw){.kind = MISTAKE_OF_constant_either, .op = AD_OP_count, .partial = -1};
    f.form.k = 1;
    must_be(&f, CONDUCT_ACCUMULATES, "G245",
            "each operation passes nothing on where an operand is a constant", "");
}
END_TEST

/* Of the operands' values, of one name for all nodes, of one gradient for two. */
START_TEST(one_rule_goes_by_what_it_should_not)
{
    static const struct {
        mistake_kind kind;
        int ways;
        const char *sentence;
    } all[] = {
        {MISTAKE_OF_zero_stops, 3, "mul passes nothing on where an operand is 0"},
        {MISTAKE_OF_zero_unfed, 2, "add gives nothing to an operand that is 0"},
        {MISTAKE_OF_one_unfed, 2, "mul gives nothing to an operand that is 1"},
        {MISTAKE_OF_equal_once, 2, "mul gives once where its operands are equal"},
        {MISTAKE_OF_given_to_zero, 3,
         "add gives only to an operand that has nothing yet"},
        {MISTAKE_OF_last_node, 3,
         "the rule for mul reads the node made last, not its own"},
        {MISTAKE_OF_grad_shared, 3, "add and its operands share one gradient"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int way = 1; way <= all[i].ways; way++) {
            const flaw f = {.kind = all[i].kind,
                            .op = strncmp(all[i].sentence, "add", 3) == 0 ? AD_OP_add
                                                                          : AD_OP_mul,
                            .partial = -1,
                            .form = {.k = way}};
            must_be(&f, CONDUCT_ZEROES, mistake_rows[f.kind].code, all[i].sentence, "");
        }
    const flaw kept = {.kind = MISTAKE_OF_values_kept,
                       .op = AD_OP_count,
                       .partial = -1,
                       .form = {.k = 6}};
    must_be(&kept, CONDUCT_ZEROES, "G395", "every value is kept with 6 decimals alone",
            "as a node is made");
}
END_TEST

START_TEST(constants_are_shown_to_be_constants)
{
    const flaw f = {.kind = MISTAKE_OF_constant_either,
                    .op = AD_OP_count,
                    .partial = -1,
                    .form = {.k = 1}};
    answers *a = answers_to_all();
    answers_run(a, &f, CONDUCT_ZEROES);
    ask(a);
    ck_assert_str_eq(a->m.run[0], "x = 3, y = 2 (constant)");
    free(a);
}
END_TEST

/* Who knows no constants has gradients there that no other engine has. */
START_TEST(without_constants_floats_are_floats)
{
    const flaw f = {
        .kind = MISTAKE_OF_rounded_to_float, .op = AD_OP_count, .partial = -1};
    answers *a = answers_to_all();
    for (size_t p = 0; p < a->e.n; p++) {
        signature s = a->program[p];
        s.all_receive = true;
        mistake_run(&s, &f, 1, CONDUCT_ZEROES, &a->got[p]);
        a->got[p].saw_constants = false;
        if (s.steps == 1) /* only what comes from above is a float */
            mistake_run(&s, NULL, 0, CONDUCT_ZEROES, &a->got[p]);
        a->got[p].saw_constants = false;
    }
    ask(a);
    ck_assert_msg(strcmp(a->m.code, "G38") == 0, "%s: %s", a->m.code, a->m.sentence);
    ck_assert_uint_eq(a->d.causes, 1);
    free(a);
}
END_TEST

START_TEST(large_shares_are_cut_or_dropped)
{
    flaw f = {.kind = MISTAKE_OF_share_cut, .op = AD_OP_count, .partial = -1};
    for (f.form.k = 1; f.form.k <= 1000; f.form.k *= 10) {
        char sentence[80];
        snprintf(sentence, sizeof sentence,
                 "what an operation passes on is cut to between -%g and %g", f.form.k,
                 f.form.k);
        must_be(&f, CONDUCT_ZEROES, "G254", sentence, "");
    }
    f.kind = MISTAKE_OF_large_dropped;
    for (f.form.k = 100; f.form.k <= 1e6; f.form.k *= 10)
        must_be(&f, CONDUCT_ZEROES, "G255", "a large gradient is not passed on", "");
}
END_TEST

START_TEST(large_gradients_are_cut)
{
    const double limits[] = {10, 100, 1000, 1e4};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int incoming = 0; incoming < 2; incoming++) {
            char sentence[80];
            const flaw f = {.kind = incoming ? MISTAKE_OF_clipped_incoming
                                             : MISTAKE_OF_clipped_elsewhere,
                            .op = AD_OP_count,
                            .partial = -1,
                            .form = {.k = limits[i]}};
            snprintf(sentence, sizeof sentence,
                     "gradients are cut to between -%g and %g", limits[i], limits[i]);
            must_be(&f, CONDUCT_ZEROES, "G35", sentence, "");
        }
}
END_TEST

/* No policy, and no mistake that is known: what is said is true of what is shown. */
START_TEST(no_policy_at_all)
{
    for (int way = 0; way < 2; way++) {
        answers *a = answers_to_all();
        for (size_t p = 0; p < a->e.n; p++) {
            mistake_run(&a->program[p], NULL, 0,
                        p % 3 == 0 ? CONDUCT_ZEROES : CONDUCT_ACCUMULATES, &a->got[p]);
            for (int i = 0; i < SIGNATURE_INPUTS && way == 1; i++)
                a->got[p].twice[i] = a->got[p].once[i] * (p % 3 == 0 ? 1.5 : 2);
        }
        ask(a);
        const outcome *o = &a->got[a->d.cause[0].shown];
        ck_assert_str_eq(a->m.code, way == 0 ? "G246" : "G247");
        ck_assert(o->twice[0] == o->once[0] * (way == 0 ? 1 : 1.5));
        ck_assert_msg((strstr(a->m.why, "neither") != NULL) == (way == 1), "%s",
                      a->m.why);
        /* Those that are as most are no failures. */
        ck_assert_uint_le(3 * a->d.failing, a->d.programs + 3);
        free(a);
    }
}
END_TEST

Suite *mistakes_later_suite(void)
{
    Suite *suite = suite_create("mistakes_later");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_test(names, a_part_is_cleared);
    tcase_add_test(names, an_order_is_kept);
    tcase_add_test(names, what_is_mixed_up_is_told_apart);
    tcase_add_test(names, a_constant_gives_to_the_first_node);
    tcase_add_test(names, value_and_gradient_are_exchanged);
    tcase_add_test(names, beside_a_constant_nothing_is_passed_on);
    tcase_add_test(names, one_rule_goes_by_what_it_should_not);
    tcase_add_test(names, constants_are_shown_to_be_constants);
    tcase_add_test(names, without_constants_floats_are_floats);
    tcase_add_test(names, large_gradients_are_cut);
    tcase_add_test(names, large_shares_are_cut_or_dropped);
    tcase_add_test(names, no_policy_at_all);
    suite_add_tcase(suite, names);
    return suite;
}
