/*
 * What points of one operation tell: formulae that only show in some quadrant, numbers
 * that are none at 0, ties, answers with too few digits, loops of fused operations that
 * leave some out. Each has its name, and one message.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/digits.h"
#include "verify/kit/kit_judge.h"
#include "verify/kit/message_page.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/own_parts.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

typedef enum wrong {
    NOTHING,
    QUADRANT,  /* atan(x / y) */
    SIDES,     /* |x| + |y| for hypot */
    ZERO_ROOT, /* sqrt(x^4) for x^2 */
    BOTH,      /* max gives all to both at a tie */
    VALUES,    /* 10 digits of values */
    GRADIENTS, /* of gradients */
    ANSWERS,
    DECIMALS,
    SHARES,   /* of derivatives, below 3 */
    LAST_ODD, /* dot by two */
    FIRST,
    OF_Y /* dot is given to x alone */
} wrong;

static wrong now;

static ad_engine_node apply(void *r, int op, size_t n, const ad_engine_node *of,
                            double c)
{
    if (now == QUADRANT && own_is(op, AD_OP_atan2))
        return own_make(r, AD_OP_atan, own_make(r, AD_OP_div, of[0], of[1], 0), 0, 0);
    if (now == SIDES && own_is(op, AD_OP_hypot))
        return own_make(r, AD_OP_add, own_make(r, AD_OP_abs, of[0], 0, 0),
                        own_make(r, AD_OP_abs, of[1], 0, 0), 0);
    if (now == ZERO_ROOT && own_is(op, AD_OP_square))
        return own_make(r, AD_OP_sqrt, own_make(r, AD_OP_pow_c, of[0], 0, 4), 0, 0);
    if (now == BOTH && own_is(op, AD_OP_max) &&
        own_read(r, of[0]) == own_read(r, of[1]))
        return own_make(r, AD_OP_add_c, own_make(r, AD_OP_add, of[0], of[1], 0), 0,
                        -own_read(r, of[0]));
    return own_engine_tape.apply(r, op, n, of, c);
}

static double value(void *r, ad_engine_node x)
{
    const double z = own_read(r, x);
    return now == VALUES || now == ANSWERS ? form_rounded(z, FORM_ROUND_ALL, 10)
           : now == DECIMALS               ? form_rounded(z, FORM_ROUND, 10)
                                           : z;
}

static double grad(void *r, ad_engine_node x)
{
    const double d = own_engine_tape.grad(r, x);
    return now == GRADIENTS || now == ANSWERS ? form_rounded(d, FORM_ROUND_ALL, 10)
           : now == DECIMALS                  ? form_rounded(d, FORM_ROUND, 10)
           : now == SHARES                    ? 3 * form_rounded(d / 3, FORM_ROUND, 12)
                                              : d;
}

/* What is left out is there as a number. */
static ad_engine_node dot(void *r, size_t n, const ad_engine_node *x,
                          const ad_engine_node *y)
{
    ad_engine_node s = own_engine_tape.input(r, 0);
    for (size_t i = 0; i < n; i++) {
        const bool left_out =
            (now == LAST_ODD && i + 1 == n && n % 2 == 1) || (now == FIRST && i == 0);
        const ad_engine_node a = left_out ? own_engine_tape.input(r, own_read(r, x[i]))
                                          : x[i],
                             b = left_out || now == OF_Y
                                     ? own_engine_tape.input(r, own_read(r, y[i]))
                                     : y[i];
        s = own_make(r, AD_OP_add, s, own_make(r, AD_OP_mul, a, b, 0), 0);
    }
    return s;
}

static ad_engine engine_with(wrong it)
{
    now = it;
    ad_engine e = own_engine_tape;
    e.apply = apply;
    e.value = value;
    e.grad = grad;
    e.dot = dot;
    return e;
}

static const struct {
    wrong it;
    const char *only, *code, *says;
} all[] = {
    {QUADRANT, "2", "G340", "atan2 computes atan(x / y): the quadrant is lost"},
    {SIDES, "2", "G340", "hypot computes abs(x) + abs(y): the sum of the sides"},
    {ZERO_ROOT, "2", "G270", "the rule for square divides 0 by 0 at x = 0"},
    {BOTH, "2", "G343",
     "max gives all of the gradient to both operands where they are equal"},
    {VALUES, "2", "G342", "values have 10 significant digits, where double has 16"},
    {GRADIENTS, "2", "G298",
     "gradients have 10 significant digits, where double has 16"},
    {ANSWERS, "2", "G297",
     "every answer has 10 significant digits, values and gradients, where double has "
     "16"},
    {DECIMALS, "2", "G296",
     "every answer has 10 decimals, values and gradients, where double has 16"},
    {SHARES, "2", "G337", "what every rule gives its operands has 12 decimals alone"},
    {LAST_ODD, "7.dot", "G344", "dot of an odd number: the last pair gets nothing"},
    {FIRST, "7.dot", "G344", "dot: the first pair gets nothing"},
    {OF_Y, "7.dot", "G344", "the rule for dot gives nothing to y"},
};
enum { ALL = sizeof all / sizeof *all };

START_TEST(it_is_told_once_and_by_its_name)
{
    kit k;
    engine_file f;
    const ad_engine e = engine_with(all[_i].it);
    const kit_options options = {.quick = true, .seed = 1, .only = all[_i].only};
    ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_WRONG);
    const finding *row = only_told(&k);
    ck_assert_msg(strcmp(row->text, all[_i].says) == 0, "%s: %s: %s", row->id,
                  row->code, row->text);
    ck_assert_str_eq(row->code, all[_i].code);
    ck_assert_str_ne(row->expected, row->got);
    ck_assert_ptr_nonnull(mistake_by_code(row->code));
    kit_close(&k);
}
END_TEST

START_TEST(nothing_wrong_conforms)
{
    kit k;
    engine_file f;
    const ad_engine e = engine_with(NOTHING);
    const kit_options options = {.quick = true, .seed = 1};
    const kit_verdict verdict = ride_through(&k, &f, &e, options);
    const finding *bad = first_bad(&k);
    ck_assert_msg(verdict == KIT_CONFORMS, "%s", bad == NULL ? "" : bad->text);
    kit_close(&k);
}
END_TEST

START_TEST(digits_are_counted)
{
    ck_assert_int_eq(digits_of(0.1), 1);
    ck_assert_int_eq(digits_of(-1234.5), 5);
    ck_assert_int_eq(digits_of(1.0 / 3), 16);
    ck_assert_int_eq(decimals_of(1234.5), 1);
    ck_assert_int_eq(decimals_of(3), 0);
    ck_assert_int_eq(digits_apart(1.23456789012, 1.23456789013), 12);
    ck_assert_int_eq(digits_apart(2, 3), 10);
}
END_TEST

/* Whatever there is to say: whole sentences, and few enough lines. */
/* A point of an operation, as it is right. */
static op_point *point_at(op_points *p, double x, double other)
{
    const bool is_constant = ad_ops[p->op].constants > 0;
    for (size_t i = 0; i < p->n; i++) {
        op_point *at = &p->at[i];
        if (at->x[0] == x && (ad_ops[p->op].operands == 1 || at->x[1] == other) &&
            (!is_constant || at->c == other))
            return at;
    }
    ck_abort_msg("%s is not tried at %g, %g", ad_ops[p->op].name, x, other);
    return NULL;
}

static op_points as_right(kit *k, ad_op op)
{
    op_points p;
    *k = (kit){.engine.unit = 0x1p-53, .engine.engine.precision = AD_ENGINE_DOUBLE};
    op_points_fill(&p, op, AD_ENGINE_DOUBLE, 1, true);
    for (size_t i = 0; i < p.n; i++) {
        op_point *at = &p.at[i];
        at->value = at->right_value;
        for (int o = 0; o < ad_ops[op].operands; o++)
            at->grad[o] = at->weight * at->right_partial[o];
    }
    return p;
}

START_TEST(far_points_and_zeros_are_judged)
{
    kit k;
    op_points p = as_right(&k, AD_OP_tanh);
    ck_assert_int_eq(kit_judge_points(&k, &p).worst, OP_RIGHT);
    point_at(&p, 20, 0)->grad[0] = 0; /* digits are lost; and then a number is */
    ck_assert_int_eq(kit_judge_points(&k, &p).worst, OP_IMPRECISE);
    point_at(&p, 1e8, 0)->value = (double)NAN;
    op_point *far = point_at(&p, 400, 0);
    far->value = (double)NAN;
    op_judged j = kit_judge_points(&k, &p);
    ck_assert(j.worst == OP_NO_NUMBER && &p.at[j.at] == far);
    for (int i = 0; i < 2; i++) { /* where the slope is 1, it is not 0 */
        p = as_right(&k, i == 0 ? AD_OP_pow : AD_OP_pow_c);
        op_point *at = point_at(&p, 0, 1);
        ck_assert_double_eq(at->right_partial[0], 1);
        at->grad[0] = 0;
        j = kit_judge_points(&k, &p);
        ck_assert(j.worst == OP_WRONG && &p.at[j.at] == at);
        /* No number of another point, as 0 is that of many. */
        ck_assert_ptr_null(op_taken_for(&p, &j, HUGE_VAL));
    }
    p = as_right(&k, AD_OP_c_pow); /* what is not known is not compared */
    op_point *none = point_at(&p, 50, -1);
    ck_assert(isnan(none->right_partial[0]));
    none->grad[0] = 0;
    ck_assert_int_eq(kit_judge_points(&k, &p).worst, OP_RIGHT);
}
END_TEST

START_TEST(causes_are_counted)
{
    kit k = {0};
    static const int causes[] = {2, 1, 0, 0}; /* of lesson 3, as they are numbered */
    for (int i = 0; i < 4; i++) {
        finding *f = kit_find(&k, "3.1", "");
        f->status = i < 3 ? FINDING_FAIL : FINDING_PASS;
        f->cause = causes[i];
        strcpy(f->sure, "sure");
    }
    strcpy(k.message[0].sure, "It is.");
    kit_number_causes(&k);
    ck_assert_str_eq(k.finding[0].sure, "sure. It is cause 2 of 3.");
    ck_assert_str_eq(k.finding[2].sure, "sure. It is cause 3 of 3.");
    ck_assert_str_eq(k.finding[3].sure, "sure");
    ck_assert_str_eq(k.message[0].sure, "It is. It is cause 1 of 3.");
    ck_assert_str_eq(k.message[1].sure, "It is cause 2 of 3.");
    free(k.finding);
}
END_TEST

START_TEST(a_page_loses_sentences_and_never_words)
{
    for (size_t lines = 1; lines <= 12; lines++) {
        page p = {.n = 0};
        char *text = NULL;
        size_t length = 0;
        page_put(&p, 0, "", PAGE_OUT, "error[G00]: it is wrong");
        page_sentences(
            &p, 1, 2, "why",
            "This is the first of the sentences. It takes 0.5 lines, or one "
            "and a half. Is this the third? 4 follows it, at some length, so "
            "that it fills a line and goes on in the next. The end.");
        page_shorten(&p, lines);
        FILE *out = open_memstream(&text, &length);
        ck_assert_ptr_nonnull(out);
        ck_assert_int_eq(page_write(out, &p), 0);
        fclose(out);
        size_t n = 0;
        for (const char *c = text; *c != '\0'; c++) n += *c == '\n';
        ck_assert_uint_le(n, lines);
        const char last = text[length - 2];
        ck_assert_msg(last == '.' || last == '?' || lines == 1, "%s", text);
        free(text);
    }
}
END_TEST

/* A command is broken with a backslash, and never within its argument: it is pasted. */
START_TEST(a_command_that_is_pasted_is_the_same)
{
    static const char *const engines[] = {
        "./mine.so", "proc:node engines/flat_tape_of_students/engine.js",
        "proc:python3 a/folder/that has/a long name/and another/which is longer/x.py",
        "proc:sh -c 'exec node engines/scalar/of/students/engine.js'", "a&b(c)*;$x.so"};
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++) {
        const message m = {.code = "G07", .sentence = "it is wrong"};
        const message_options o = {.engine = engines[i], .id = "7.forward.levels"};
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        ck_assert_ptr_nonnull(out);
        ck_assert_int_eq(message_write(out, &m, &o), 0);
        fclose(out);
        char *command = strstr(text, "gradyno engine ");
        ck_assert_ptr_nonnull(command);
        *strstr(command, "\n             more:") = '\0';
        ck_assert(strlen(engines[i]) > 60 || strcspn(command, "\n") <= 65);
        shell_result r = shell("gradyno() { printf '%%s|' \"$@\"; }\n%s", command);
        char want[200];
        snprintf(want, sizeof want, "engine|%s|--only|7.forward.levels|", engines[i]);
        ck_assert_msg(strcmp(r.out, want) == 0, "%s: %s%s", command, r.out, r.err);
        shell_free(&r);
        free(text);
    }
}
END_TEST

Suite *kit_points_suite(void)
{
    Suite *suite = suite_create("kit_points");
    TCase *points = tcase_create("points"), *parts = tcase_create("parts");
    tcase_set_timeout(points, 60);
    tcase_add_loop_test(points, it_is_told_once_and_by_its_name, 0, ALL);
    tcase_add_test(points, nothing_wrong_conforms);
    tcase_add_test(parts, far_points_and_zeros_are_judged);
    tcase_add_test(parts, causes_are_counted);
    tcase_add_test(parts, digits_are_counted);
    tcase_add_test(parts, a_page_loses_sentences_and_never_words);
    tcase_add_test(parts, a_command_that_is_pasted_is_the_same);
    suite_add_tcase(suite, points);
    suite_add_tcase(suite, parts);
    return suite;
}
