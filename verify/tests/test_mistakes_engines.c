/*
 * The kit's signature programs on engines that know nothing of its model of mistakes:
 * those that are right, each in its way, must pass; those that are wrong must be called
 * what they are. And what is said must be 18 lines of 78 columns, whatever the mistake.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/own_engine.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"

typedef struct answers {
    bool supported[AD_OP_count];
    signature program[SIGNATURE_LIST_MOST];
    outcome got[SIGNATURE_LIST_MOST];
    evidence evidence;
    diagnosis diagnosis;
} answers;

static answers *answers_of(const ad_engine *engine)
{
    answers *a = calloc(1, sizeof *a);
    mount m;
    ck_assert_ptr_nonnull(a);
    ck_assert_ptr_null(mount_engine(&m, engine));
    signature_supported(&m, a->supported);
    const size_t n = signature_list(a->supported, a->program, SIGNATURE_LIST_MOST);
    for (size_t p = 0; p < n; p++)
        ck_assert(signature_run(&a->program[p], &m, &a->got[p]));
    a->evidence = (evidence){a->program, a->got, n, a->supported, m.engine.precision};
    mistake_find(&a->evidence, &a->diagnosis);
    return a;
}

/* What is said first, for the failure of a test. */
static const char *first_line(const answers *a, char text[560])
{
    message m = {.sentence = "nothing"};
    if (a->diagnosis.causes > 0) message_make(&m, &a->evidence, &a->diagnosis, 0);
    snprintf(text, 560, "%zu causes, %s: %s (%s)", a->diagnosis.causes, m.code,
             m.sentence, m.expr);
    return text;
}

START_TEST(no_right_engine_is_rejected)
{
    char text[560];
    const ad_engine *own[] = {&own_engine_graph, &own_engine_tape};
    for (size_t i = 0; i < legal_engines_count + 2; i++) {
        answers *a = answers_of(i < 2 ? own[i] : student_engine(&legal_engines[i - 2]));
        const char *name = i < 2 ? own[i]->name : legal_engines[i - 2].name;
        ck_assert_msg(a->diagnosis.right, "%s: %s", name, first_line(a, text));
        ck_assert_uint_eq(a->diagnosis.failing, 0);
        ck_assert_uint_eq(a->diagnosis.causes, 0);
        free(a);
    }
    ck_assert_uint_ge(legal_engines_count, 12);
}
END_TEST

START_TEST(a_wrong_engine_is_called_what_it_is)
{
    char text[560];
    for (size_t i = 0; i < wrong_engines_count; i++) {
        const student *s = &wrong_engines[i];
        answers *a = answers_of(student_engine(s));
        const diagnosis *d = &a->diagnosis;
        ck_assert_msg(!d->right && d->failing > 0, "%s is not rejected", s->name);
        ck_assert_msg(d->causes == 1, "%s: %s", s->name, first_line(a, text));
        message m;
        message_make(&m, &a->evidence, d, 0);
        ck_assert_msg(strcmp(m.code, s->code) == 0, "%s: %s", s->name,
                      first_line(a, text));
        free(a);
    }
}
END_TEST

/* A mistake of the walk, and others in three rules: four causes, each named. */
START_TEST(several_causes_are_each_named)
{
    const student s = {.name = "four",
                       .walk = WALK_PREORDER,
                       .slip = SLIP_TANH_LINEAR,
                       .also = SLIP_LOG_TEN};
    answers *a = answers_of(student_engine(&s));
    const char *codes[] = {"G07", "G96", "G60"};
    ck_assert_uint_eq(a->diagnosis.causes, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_str_eq(mistake_code(&a->diagnosis.cause[i].flaw), codes[i]);
    free(a);
}
END_TEST

/* Whose float it is, where it is not everybody's. */
START_TEST(a_float_is_put_down_to_its_operation)
{
    static const struct {
        student engine;
        const char *says;
    } floats[] = {
        {{.slip = SLIP_FLOAT}, "gradients are kept, or given, in float"},
        {{.slip = SLIP_EXP_FLOAT}, "the gradient of exp is computed in float"},
        {{.slip = SLIP_SQRT_FLOAT, .second_backward = ALL_ADD},
         "sqrt computes in float"},
        {{.slip = SLIP_EXP_FLOAT, .also = SLIP_TANH_LINEAR},
         "the gradient of exp is computed in float"},
        {{.slip = SLIP_EXP_FLOAT, .also = SLIP_SQRT_FLOAT},
         "the gradient of exp is computed in float"}};
    for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
        answers *a = answers_of(student_engine(&floats[i].engine));
        size_t said = 0;
        for (size_t k = 0; k < a->diagnosis.causes; k++) {
            message m;
            message_make(&m, &a->evidence, &a->diagnosis, k);
            said += strncmp(m.sentence, floats[i].says, strlen(floats[i].says)) == 0;
        }
        char text[560];
        ck_assert_msg(said == 1, "%s: %s", floats[i].says, first_line(a, text));
        ck_assert_uint_eq(a->diagnosis.causes, i < 3 ? 1 : 2);
        free(a);
    }
}
END_TEST

/* ---- What is said ---------------------------------------------------------------- */

static char *said(const message *m, const message_options *o, bool terse)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    ck_assert_int_eq(terse ? message_write_terse(out, m, o) : message_write(out, m, o),
                     0);
    fclose(out);
    return text;
}

static void must_be_readable(const char *text, size_t most_lines)
{
    size_t lines = 0, column = 0;
    for (const char *p = text; *p != '\0'; p++) {
        ck_assert_msg(*p == '\n' || (*p >= ' ' && *p <= '~'), "not ASCII: %s", text);
        column = *p == '\n' ? 0 : column + 1;
        lines += *p == '\n';
        ck_assert_msg(column <= MESSAGE_COLUMNS || most_lines == 1, "too wide:\n%s",
                      text);
    }
    ck_assert_msg(lines <= most_lines, "%zu lines:\n%s", lines, text);
}

/* Parts in their order, none of them lost. */
static void must_be_complete(const char *text, int hint)
{
    char label[24];
    snprintf(label, sizeof label, "\n  hint %d/3", hint);
    const char *part[] = {"error[G",  "\n  run  ", "\n  expected ", "\n  got ",
                          "\n  why ", "\n  sure ", label,           "\n  again "};
    const char *at = text;
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) {
        at = strstr(at, part[i]);
        ck_assert_msg(at != NULL, "no %s in\n%s", part[i], text);
    }
}

/* What is said in sentences ends where one ends: nothing is cut, only left out. */
static void must_be_whole(const char *text)
{
    static const char *const label[] = {"\n  why ", "\n  sure ", "\n  hint "};
    for (size_t i = 0; i < sizeof label / sizeof *label; i++) {
        char all[1200] = "";
        const char *from = strstr(text, label[i]);
        if (from == NULL) continue;
        for (from += 14; *from != '\0'; from += 14) { /* its lines, below each other */
            const size_t n = strcspn(from, "\n");
            snprintf(all + strlen(all), sizeof all - strlen(all), "%.*s ", (int)n,
                     from);
            from += n;
            if (strncmp(from, "\n             ", 14) != 0) break;
        }
        const char last = all[strlen(all) - 2];
        ck_assert_msg(last == '.' || last == '?', "%s is cut in\n%s", label[i] + 3,
                      text);
        ck_assert_msg(strchr(",:;", last) == NULL, "%s is cut in\n%s", label[i] + 3,
                      text);
    }
}

START_TEST(every_message_is_short_and_complete)
{
    static signature program[SIGNATURE_LIST_MOST];
    static outcome got[SIGNATURE_LIST_MOST];
    static flaw flaws[MISTAKE_FLAWS_MOST];
    bool supported[AD_OP_count] = {false};
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) supported[op] = true;
    const size_t n = signature_list(supported, program, SIGNATURE_LIST_MOST),
                 count = mistake_flaws(supported, flaws, MISTAKE_FLAWS_MOST);
    for (size_t i = 0; i < count; i++) {
        const flaw *f = &flaws[i];
        /* Every kind once; those of a rule in the operation of the longest name. */
        const mistake_place place = mistake_rows[f->kind].place;
        const bool general = place == MISTAKE_IN_RULE || place == MISTAKE_IN_PARTIAL;
        if (general && f->op != AD_OP_logaddexp && f->op != AD_OP_count) continue;
        for (size_t p = 0; p < n; p++)
            mistake_run(&program[p], f, 1, CONDUCT_STALE, &got[p]);
        const evidence e = {program, got, n, supported, AD_ENGINE_DOUBLE};
        diagnosis d;
        message m;
        mistake_find(&e, &d);
        message_make(&m, &e, &d, 0);
        const size_t shown = d.cause[0].shown;
        ck_assert_msg(!mistake_is_right(&e, &d, shown), "%s: %s is right", m.code,
                      m.expr);
        ck_assert_msg(strcmp(m.expected, m.got) != 0, "%s: %s, and got %s in %s",
                      m.code, m.expected, m.got, m.expr);
        ck_assert_msg(strlen(m.sentence) + 12 <= MESSAGE_COLUMNS, "%s", m.sentence);
        for (int hint = 1; hint <= 3; hint++) {
            const message_options o = {
                .engine = hint == 1 ? "./mine.so"
                                    : "proc:python3 engines/of_students/scalar.py",
                .id = "3.144",
                .seed = 1,
                .hint = hint,
                .same = i % 2 == 0 ? "2.logaddexp, 2.leaky_relu, 3.1 and 17 more" : ""};
            char *text = said(&m, &o, false);
            must_be_readable(text, MESSAGE_LINES);
            must_be_complete(text, hint);
            must_be_whole(text);
            free(text);
        }
        char *line = said(&m, &(message_options){.engine = "./mine.so"}, true);
        must_be_readable(line, 1);
        free(line);
    }
}
END_TEST

/* zero_grad is on trial: it must be in what is shown, and backward twice is legal. */
START_TEST(what_is_legal_is_not_what_is_shown)
{
    static signature program[SIGNATURE_LIST_MOST];
    static outcome got[SIGNATURE_LIST_MOST];
    bool supported[AD_OP_count] = {[AD_OP_add] = true, [AD_OP_mul] = true};
    const flaw f = {
        .kind = MISTAKE_OF_zero_keeps_inner, .op = AD_OP_count, .partial = -1};
    const size_t n = signature_list(supported, program, SIGNATURE_LIST_MOST);
    for (size_t p = 0; p < n; p++)
        mistake_run(&program[p], &f, 1, CONDUCT_STALE, &got[p]);
    const evidence e = {program, got, n, supported, AD_ENGINE_DOUBLE};
    diagnosis d;
    message m;
    mistake_find(&e, &d);
    message_make(&m, &e, &d, 0);
    ck_assert_str_eq(m.code, "G25");
    ck_assert_int_eq(d.conduct, CONDUCT_STALE);
    bool cleared = false;
    for (size_t k = 0; k < m.runs; k++) cleared |= strcmp(m.run[k], "zero_grad") == 0;
    ck_assert(cleared);
}
END_TEST

/* ---- On paper -------------------------------------------------------------------- */

/* What stands beside the expected number must give it. */
static const struct {
    signature_step step[2];
    int steps, root; /* of two inputs, x and y, the gradient of x */
    const char *says;
} on_paper[] = {
    {{{AD_OP_add, {0, 0}, 0}}, 1, 2, "1 + 1"},
    {{{AD_OP_mul, {0, 0}, 0}}, 1, 2, "x + x"},
    {{{AD_OP_add, {0, 0}, 0}, {AD_OP_add, {2, 0}, 0}}, 2, 2, "1 + 1"},
    {{{AD_OP_add, {0, 0}, 0}, {AD_OP_add, {2, 2}, 0}}, 2, 3, "(1 + 1) * (1 + 1)"},
    {{{AD_OP_add, {0, 0}, 0}, {AD_OP_add, {0, 2}, 0}}, 2, 3, "(1 + 1) + 1"},
    {{{AD_OP_mul, {0, 1}, 0}, {AD_OP_mul, {1, 0}, 0}}, 2, 2, "y"},
    {{{AD_OP_mul, {1, 0}, 0}, {AD_OP_add, {2, 2}, 0}}, 2, 3, "(1 + 1) * y"},
    {{{AD_OP_tanh, {0}, 0}, {AD_OP_mul, {1, 2}, 0}}, 2, 3, "y * (1 - a^2)"},
    {{{AD_OP_tanh, {1}, 0}}, 1, 2, "a does not depend on x"},
    {{{AD_OP_div, {1, 0}, 0}}, 1, 2, "-y / x^2"},
    {{{AD_OP_pow_c, {0}, 2.5}}, 1, 2, "2.5 x^(2.5-1)"},
    {{{AD_OP_exp, {0}, 0}, {AD_OP_sub, {1, 2}, 0}}, 2, 3, "(-1) * a"},
};

START_TEST(what_is_done_on_paper_gives_the_number)
{
    for (size_t i = 0; i < sizeof on_paper / sizeof *on_paper; i++) {
        signature s = {.inputs = 2,
                       .x = {3, 2},
                       .steps = on_paper[i].steps,
                       .step = {on_paper[i].step[0], on_paper[i].step[1]},
                       .root = on_paper[i].root,
                       .second = on_paper[i].root};
        message m = {.runs = 0};
        message_by_hand(&m, &s, 0, IN_ONCE);
        ck_assert_str_eq(m.by_hand, on_paper[i].says);
    }
}
END_TEST

START_TEST(less_can_be_revealed)
{
    answers *a = answers_of(student_engine(&wrong_engines[0]));
    message m;
    message_make(&m, &a->evidence, &a->diagnosis, 0);
    static const char *const part[] = {"\n  run ", "\n  expected ", "\n  got "};
    static const int parts[] = {
        [REVEAL_ALL] = 3, [REVEAL_NONE] = 0, [REVEAL_INPUT] = 1, [REVEAL_EXPECTED] = 2};
    for (int reveal = 0; reveal < 4; reveal++) {
        char *text = said(
            &m, &(message_options){.engine = "e", .reveal = (message_reveal)reveal},
            false);
        for (int k = 0; k < 3; k++)
            ck_assert_msg((strstr(text, part[k]) != NULL) == (k < parts[reveal]), "%s",
                          text);
        free(text);
    }
    free(a);
}
END_TEST

/* However long the command and the title, the seed is not lost. */
START_TEST(the_seed_is_always_said)
{
    static const char *const engines[] = {
        "./mine.so",
        "proc:python3 -m some.package.of.mine --with an-option --and another",
        "proc:/usr/bin/env python3 '/home/me/my engines/the one that I mean.py'",
        "an_engine_of_a_very_long_name_without_any_space_in_it_that_says_little.so"};
    static const char *const titles[] = {
        "order", "a value added to itself, and then to another one, 72 columns of it.",
        "the value of an input; backward from an input"};
    static const unsigned long seeds[] = {1, 18446744073709551615UL};
    for (size_t i = 0; i < 4 * 3 * 2; i++) {
        message m = {.code = "G03", .sentence = "a sentence"};
        snprintf(m.title, sizeof m.title, "%s", titles[i / 4 % 3]);
        const message_options o = {
            .engine = engines[i % 4], .id = "5.chain.1048576", .seed = seeds[i / 12]};
        char seed[40], *text = said(&m, &o, false);
        snprintf(seed, sizeof seed, "  seed %lu\n", o.seed);
        must_be_readable(text, MESSAGE_LINES);
        ck_assert_msg(strstr(text, seed) != NULL && strstr(text, "engine: ") != NULL,
                      "%s", text);
        free(text);
    }
}
END_TEST

/* What no engine of mistakes makes is shown in words, with its reason; but for the three
 * that tell, in numbers, of an operation that has no name. */
START_TEST(what_no_program_shows_is_shown_in_words)
{
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const mistake_row *row = &mistake_rows[kind];
        if (row->place != MISTAKE_IN_NO_FORM) continue;
        const bool of_op =
            kind == MISTAKE_OF_rule_wrong || kind == MISTAKE_OF_value_wrong ||
            kind == MISTAKE_OF_float_in_op || kind == MISTAKE_OF_incoming_wrong;
        ck_assert_msg((message_seen_in(row->code) != NULL) == !of_op, "%s", row->code);
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        ck_assert(message_explain(out, row->code));
        fclose(out);
        ck_assert_msg(of_op || strstr(text, "No known mistake and no simple") == NULL,
                      "%s", text);
        free(text);
    }
}
END_TEST

START_TEST(every_code_has_its_page)
{
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const char *code = mistake_rows[kind].code;
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        if (code[0] != '\0') {
            ck_assert(message_explain(out, code));
            fclose(out);
            must_be_readable(text, 60);
            ck_assert(strncmp(text, code, 3) == 0);
            const bool in_words = strstr(text, "\n  An example\n") != NULL;
            ck_assert_msg(in_words || strstr(text, "Smallest program") != NULL, "%s",
                          text);
            ck_assert(in_words || strstr(text, "with the mistake") != NULL ||
                      strstr(text, "in an example:") != NULL);
        } else {
            fclose(out);
        }
        free(text);
    }
    ck_assert(!message_explain(stdout, "G999"));
    ck_assert(!message_explain(stdout, "G123.nothing"));
    ck_assert(!message_explain(stdout, ""));
}
END_TEST

/* x / y, for in x / x the right number is 0; and what is said of the rest. */
START_TEST(what_is_said_can_be_done_on_paper)
{
    static signature program[SIGNATURE_LIST_MOST];
    static outcome got[SIGNATURE_LIST_MOST];
    bool supported[AD_OP_count] = {
        [AD_OP_add] = true, [AD_OP_mul] = true, [AD_OP_div] = true};
    const flaw f = {.kind = MISTAKE_OF_over_operand, .op = AD_OP_div, .partial = 1};
    const size_t n = signature_list(supported, program, SIGNATURE_LIST_MOST);
    for (size_t p = 0; p < n; p++)
        mistake_run(&program[p], &f, 1, CONDUCT_STALE, &got[p]);
    const evidence e = {program, got, n, supported, AD_ENGINE_DOUBLE};
    diagnosis d;
    message m;
    mistake_find(&e, &d);
    d.hidden[AD_OP_sub] = true;
    message_make(&m, &e, &d, 0);
    ck_assert_str_eq(m.code, "G122");
    ck_assert_msg(strstr(m.run[1], "x / y") != NULL, "%s", m.run[1]);
    ck_assert_ptr_nonnull(
        strstr(m.why, "It may not be all that is wrong in sub: run "));
    ck_assert_ptr_null(strstr(m.sure, "the others"));
    d.cause[0].flaw.kind = MISTAKE_OF_float_in_op;
    d.cause[0].explained--;
    message_make(&m, &e, &d, 0);
    ck_assert_msg(strstr(m.sure, ", the others are right to seven digits.") != NULL,
                  "%s", m.sure);
}
END_TEST

Suite *mistakes_engines_suite(void)
{
    Suite *suite = suite_create("mistakes_engines");
    TCase *engines = tcase_create("engines"), *messages = tcase_create("messages");
    tcase_set_timeout(engines, 60);
    tcase_set_timeout(messages, 60);
    tcase_add_test(engines, no_right_engine_is_rejected);
    tcase_add_test(engines, a_wrong_engine_is_called_what_it_is);
    tcase_add_test(engines, a_float_is_put_down_to_its_operation);
    tcase_add_test(engines, several_causes_are_each_named);
    tcase_add_test(messages, every_message_is_short_and_complete);
    tcase_add_test(messages, what_is_legal_is_not_what_is_shown);
    tcase_add_test(messages, what_is_done_on_paper_gives_the_number);
    tcase_add_test(messages, less_can_be_revealed);
    tcase_add_test(messages, what_is_said_can_be_done_on_paper);
    tcase_add_test(messages, the_seed_is_always_said);
    tcase_add_test(messages, every_code_has_its_page);
    tcase_add_test(messages, what_no_program_shows_is_shown_in_words);
    suite_add_tcase(suite, engines);
    suite_add_tcase(suite, messages);
    return suite;
}
