/*
 * What every operation does alike must be told as one mistake, and not as one of each; and
 * what only some do is theirs.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/message.h"
#include "verify/tests/answers.h"
#include "verify/tests/suites.h"

/* How an engine goes wrong in each of its operations: z is the right result. */
typedef double change_value(double z);
typedef void change_shares(ad_op op, const double *x, double c, double z, double *d);

/* One step of a program forward; d: what its rule has for each operand. */
static void spoil_step(const signature_step *step, change_value *of_value,
                       change_shares *of_shares, const double *value, double *z,
                       double *d)
{
    double x[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < ad_ops[step->op].operands; i++) x[i] = value[step->operand[i]];
    *z = ad_ops[step->op].value(x, step->c);
    if (of_value != NULL) *z = of_value(*z);
    ad_ops[step->op].partials(x, step->c, *z, d);
    if (of_shares != NULL) of_shares(step->op, x, step->c, *z, d);
}

/* What inputs are given, where node z gives d[z][i] to its operand i; constants: 0. */
static void back_from(const signature *s, int root, double d[][AD_MAX_OPERANDS],
                      double *input)
{
    double g[SIGNATURE_NODES] = {0};
    g[root] = 1;
    for (int k = s->steps - 1, z = s->inputs + k; k >= 0; k--, z--)
        for (int i = 0; i < ad_ops[s->step[k].op].operands && g[z] != 0; i++)
            g[s->step[k].operand[i]] += g[z] * d[z][i];
    for (int i = 0; i < s->inputs; i++)
        input[i] = i < s->inputs - s->constants ? g[i] : 0;
}

/* What an engine answers that is wrong so in one operation, or (AD_OP_count) in all. */
static void spoil(answers *a, ad_op only, change_value *of_value,
                  change_shares *of_shares)
{
    for (size_t p = 0; p < a->e.n; p++) {
        const signature *s = &a->program[p];
        outcome *o = &a->got[p];
        double d[SIGNATURE_NODES][AD_MAX_OPERANDS];
        mistake_run(s, NULL, 0, CONDUCT_ZEROES, o);
        for (int k = 0, z = s->inputs; k < s->steps; k++, z++) {
            const bool is_wrong = only == AD_OP_count || s->step[k].op == only;
            spoil_step(&s->step[k], is_wrong ? of_value : NULL,
                       is_wrong ? of_shares : NULL, o->value, &o->value[z], d[z]);
        }
        memcpy(o->after, o->value, sizeof o->after);
        back_from(s, s->root, d, o->once);
        memcpy(o->twice, o->once, sizeof o->twice);
        back_from(s, s->second, d, o->zeroed);
    }
}

static void must_say(change_value *of_value, change_shares *of_shares, const char *code,
                     const char *sentence)
{
    answers *a = answers_to_all();
    spoil(a, AD_OP_count, of_value, of_shares);
    mistake_find(&a->e, &a->d);
    answers_must_be(a, code, sentence);
    ck_assert_str_eq(a->m.sentence, sentence);
    free(a);
}

/* One operation alone that has it is told by its own name. */
static void must_be_its_own(change_value *of_value, change_shares *of_shares, ad_op op,
                            const char *code)
{
    answers *a = answers_to_all();
    spoil(a, op, of_value, of_shares);
    mistake_find(&a->e, &a->d);
    ck_assert_uint_ge(a->d.causes, 1);
    for (size_t i = 0; i < a->d.causes; i++) {
        message_make(&a->m, &a->e, &a->d, i);
        ck_assert_msg(strcmp(a->m.code, code) != 0, "%s alone is %s", ad_ops[op].name,
                      code);
    }
    free(a);
}

/* ---- The wrong operand ----------------------------------------------------------- */

static void exchange(double *a, double *b)
{
    const double kept = *a;
    *a = *b;
    *b = kept;
}

static void at_others(ad_op op, const double *x, double c, double z, double *d)
{
    const double turned[AD_MAX_OPERANDS] = {x[1], x[0], x[2]};
    if (ad_ops[op].operands > 1) ad_ops[op].partials(turned, c, z, d);
}

static void to_others(ad_op op, const double *x, double c, double z, double *d)
{
    (void)x, (void)c, (void)z;
    if (ad_ops[op].operands == 2) exchange(&d[0], &d[1]);
}

static void both(ad_op op, const double *x, double c, double z, double *d)
{
    at_others(op, x, c, z, d);
    to_others(op, x, c, z, d);
}

static void of_last(ad_op op, const double *x, double c, double z, double *d)
{
    (void)x, (void)c, (void)z;
    for (int i = 0; i < ad_ops[op].operands; i++) d[i] = d[ad_ops[op].operands - 1];
}

START_TEST(every_operand_is_given_what_the_last_should)
{
    must_say(NULL, of_last, "G386",
             "in every rule each operand is given what belongs to the last one");
    must_be_its_own(NULL, of_last, AD_OP_div, "G386");
}
END_TEST

START_TEST(rules_take_their_operands_in_the_other_order)
{
    const char *reversed =
        "every rule takes its operands in the other order: (b, a) for (a, b)";
    must_say(NULL, at_others, "G334", reversed);
    must_say(NULL, both, "G334", reversed);
    must_say(NULL, to_others, "G335",
             "every rule gives each of two operands what the other one should have");
    must_be_its_own(NULL, at_others, AD_OP_div, "G334");
    must_be_its_own(NULL, to_others, AD_OP_pow, "G335");
}
END_TEST

/* ---- Digits ---------------------------------------------------------------------- */

static double to_four(double z) { return isfinite(z) ? round(z * 1e4) / 1e4 : z; }

static double cut_to_two(double z) { return isfinite(z) ? trunc(z * 100) / 100 : z; }

static double to_whole(double z) { return isfinite(z) ? round(z) : z; }

static double to_six_digits(double z) { return form_rounded(z, FORM_ROUND_ALL, 6); }

static void shares_to_four(ad_op op, const double *x, double c, double z, double *d)
{
    (void)x, (void)c, (void)z;
    for (int i = 0; i < ad_ops[op].operands; i++) d[i] = to_four(d[i]);
}

START_TEST(results_and_rules_are_rounded)
{
    must_say(to_four, NULL, "G336",
             "the result of every operation is rounded as it is made, to 4 decimals");
    must_say(cut_to_two, NULL, "G336",
             "the result of every operation is rounded as it is made, to 2 decimals");
    must_say(to_six_digits, NULL, "G336",
             "the result of every operation is rounded as it is made, to 6 significant "
             "digits");
    must_say(
        to_whole, NULL, "G336",
        "the result of every operation is rounded as it is made, to a whole number");
    must_say(NULL, shares_to_four, "G337",
             "what every rule gives its operands is rounded, to 4 decimals");
    must_say(to_four, shares_to_four, "G336",
             "the result of every operation is rounded as it is made, to 4 decimals");
    must_be_its_own(to_four, NULL, AD_OP_exp, "G336");
    must_be_its_own(NULL, shares_to_four, AD_OP_tanh, "G337");
}
END_TEST

static void shares_of_floats(ad_op op, const double *x, double c, double z, double *d)
{
    (void)x, (void)c, (void)z;
    for (int i = 0; i < ad_ops[op].operands; i++) d[i] = (double)(float)d[i];
}

START_TEST(floats_are_derivatives_or_gradients)
{
    must_say(NULL, shares_of_floats, "G38",
             "derivatives are kept in float; gradients and values in double");
    const flaw f = {
        .kind = MISTAKE_OF_rounded_to_float, .op = AD_OP_count, .partial = -1};
    answers *a = answers_of(&f);
    answers_must_be(a, "G38", "gradients in float");
    ck_assert_str_eq(a->m.sentence,
                     "gradients are kept, or given, in float; values in double");
    free(a);
}
END_TEST

/* ---- Operands -------------------------------------------------------------------- */

START_TEST(results_are_written_into_operands)
{
    answers *a = answers_to_all();
    for (size_t p = 0; p < a->e.n; p++) {
        const signature *s = &a->program[p];
        outcome *o = &a->got[p];
        mistake_run(s, NULL, 0, CONDUCT_ZEROES, o);
        o->ran = s->steps == 1;
        if (ad_ops[s->step[0].op].operands < 2) continue;
        const int to = s->step[0].operand[0];
        o->value[to] = o->after[to] = o->value[s->inputs];
        o->once[to] = 0.25; /* nobody knows */
    }
    mistake_find(&a->e, &a->d);
    answers_must_be(a, "G339", "results in their operands");
    ck_assert_ptr_nonnull(
        strstr(a->m.sentence, "write their result into their operand"));
    free(a);
}
END_TEST

/* ---- Formulae -------------------------------------------------------------------- */

/* What people write: each row is found again. Of few more is seen in lesson 2 alone, or they
 * have a name that says as much. */
START_TEST(what_is_written_is_found)
{
    static const struct {
        ad_op op;
        int partial;
        const char *text;
    } rows[] = {
#define WRITTEN(name, partial, text, ...) {AD_OP_##name, partial, text},
#include "verify/kit/written.def"
    };
    enum { ROWS = sizeof rows / sizeof *rows, FEW = 5 };
    size_t found = 0;
    for (size_t i = 0; i < ROWS; i++) {
        const bool value = rows[i].partial < 0;
        const flaw f = {.kind = value ? MISTAKE_OF_value_written : MISTAKE_OF_written,
                        .op = rows[i].op,
                        .partial = rows[i].partial,
                        .form = {.mode = value ? FORM_VALUE_WRITTEN : FORM_WRITTEN,
                                 .k = (double)i}};
        answers *a = answers_of(&f);
        ck_assert_msg(a->d.causes < 2, "%s: %zu causes", rows[i].text, a->d.causes);
        if (a->d.causes == 1) message_make(&a->m, &a->e, &a->d, 0);
        found += strcmp(a->m.code, value ? "G340" : "G341") == 0;
        free(a);
    }
    ck_assert_uint_ge(found + FEW, ROWS);
}
END_TEST

/* What has no name says at least whose gradient it is that another input was given. */
START_TEST(what_belongs_to_another_input_is_told_so)
{
    answers *a = answers_to_all();
    for (size_t p = 0; p < a->e.n; p++) {
        outcome *o = &a->got[p];
        const signature *s = &a->program[p];
        const bool is_product = s->steps == 1 && s->step[0].op == AD_OP_mul &&
                                s->step[0].operand[0] != s->step[0].operand[1];
        mistake_run(s, NULL, 0, CONDUCT_ZEROES, o);
        if (s->inputs > 1 && s->constants == 0 && (is_product || s->steps > 2))
            o->once[1] = o->twice[1] = o->zeroed[1] = o->once[0];
    }
    mistake_find(&a->e, &a->d);
    ck_assert_uint_ge(a->d.causes, 1);
    message_make(&a->m, &a->e, &a->d, 0);
    ck_assert_str_eq(a->m.code, "G00");
    ck_assert_msg(strstr(a->m.why, "dy is what dx should be.") != NULL, "%s", a->m.why);
    free(a);
}
END_TEST

Suite *mistakes_common_suite(void)
{
    Suite *s = suite_create("mistakes_common");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_test(names, every_operand_is_given_what_the_last_should);
    tcase_add_test(names, rules_take_their_operands_in_the_other_order);
    tcase_add_test(names, results_and_rules_are_rounded);
    tcase_add_test(names, floats_are_derivatives_or_gradients);
    tcase_add_test(names, results_are_written_into_operands);
    tcase_add_test(names, what_is_written_is_found);
    tcase_add_test(names, what_belongs_to_another_input_is_told_so);
    suite_add_tcase(s, names);
    return s;
}
