/*
 * The command line does what its help says: verbs, exit statuses, and a sentence for
 * every mistake. (0 all held, 1 a check failed, 2 wrong usage or environment, 3
 * inconclusive.)
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/ops.h"
#include "verify/tests/command.h"
#include "verify/tests/suites.h"

/* One line, and a program's name before it: "gradyno: ...". */
static void assert_one_sentence(const char *err, const char *of)
{
    const char *end = strchr(err, '\n');
    ck_assert_msg(strncmp(err, "gradyno", 7) == 0 && end != NULL && end[1] == '\0',
                  "gradyno %s should say one sentence on stderr, and says:\n%.3000s",
                  of, err);
}

static const char *const verbs[] = {"ops",   "check", "expr", "engine",
                                    "bench", "race",  "env"};
enum { VERBS = sizeof verbs / sizeof *verbs };

START_TEST(help)
{
    shell_result r = gradyno("%s", "--help");
    assert_status(&r, 0, "--help");
    for (int i = 0; i < VERBS; i++) assert_says(r.out, verbs[i], "gradyno --help");
    ck_assert_str_eq(r.err, "");
    shell_free(&r);
    r = gradyno("%s", "--version");
    assert_status(&r, 0, "--version");
    assert_says(r.out, "gradyno ", "gradyno --version");
    shell_free(&r);
}
END_TEST

START_TEST(help_of_a_verb)
{
    shell_result r = gradyno("%s --help", verbs[_i]);
    char usage[64];
    snprintf(usage, sizeof usage, "usage: gradyno %s", verbs[_i]);
    assert_status(&r, 0, verbs[_i]);
    assert_says(r.out, usage, verbs[_i]);
    ck_assert_str_eq(r.err, "");
    shell_free(&r);
}
END_TEST

START_TEST(no_such_verb)
{
    shell_result r = gradyno("%s", "frobnicate");
    assert_status(&r, 2, "frobnicate");
    assert_one_sentence(r.err, "frobnicate");
    assert_says(r.err, "frobnicate", "gradyno frobnicate");
    ck_assert_str_eq(r.out, "");
    shell_free(&r);
    r = gradyno("%s", "");
    assert_status(&r, 2, "without a verb");
    ck_assert_str_eq(r.out, "");
    ck_assert_str_ne(r.err, "");
    shell_free(&r);
}
END_TEST

/* Wrong usage: 2, something on stderr that begins with the program's name, no result.
 */
static const char *const wrong[] = {
    "ops --no-such-option",
    "ops --json --markdown",
    "check --no-such-option",
    "check no_such_operation",
    "check --mutants tanh",
    "check --calibration tanh",
    "check --calibration --mutants",
    "check --points 10000001 tanh",
    "check --out ''",
    "expr",
    "expr 'x*'",
    "expr 'x*y' x=1",
    "expr 'x' x=1 y=2",
    "expr 'x' --no-such-option",
    "bench --no-such-option",
    "engine",
    "engine graph tape",
    "engine --no-such-option",
    "engine --hint 4 graph",
    "engine --reveal some graph",
    "engine --seed -1 graph",
    "engine --explain G999",
    "engine --only nothing graph",
    "engine nowhere.so",
    "env --no-such-option",
};

START_TEST(wrong_usage)
{
    shell_result r = gradyno("%s", wrong[_i]);
    assert_status(&r, 2, wrong[_i]);
    ck_assert_msg(r.err[0] != '\0', "gradyno %s says nothing on stderr", wrong[_i]);
    ck_assert_msg(r.out[0] == '\0', "gradyno %s prints a result:\n%.3000s", wrong[_i],
                  r.out);
    shell_free(&r);
}
END_TEST

/* A mistake in an option: one sentence by gradyno, which names it. */
static const struct {
    const char *arguments, *names;
} mistaken[] = {
    {"ops --nonsense", "'--nonsense'"},
    {"ops -z", "'-z'"},
    {"ops -zh", "'-z'"},
    {"ops --json -zq", "'-z'"},
    {"ops --json=3", "--json takes no value"},
    {"ops --json --markdown", "--markdown or --json"},
    {"ops nonsense", "'nonsense'"},
    {"env --nonsense=3", "'--nonsense'"},
    {"env -z", "'-z'"},
    {"env --json=3", "--json takes no value"},
    {"env nonsense", "'nonsense'"},
    {"expr --nonsense", "'--nonsense'"},
    {"expr -x", "goes after --"},
    {"expr x --claim", "--claim takes a value"},
    {"bench --nonsense", "'--nonsense'"},
    {"expr x x=inf", "write INFINITY"},
    {"expr x x=-Infinity", "write INFINITY"},
    {"expr x x=nan", "write NAN"},
    {"expr x x=1 --claim x=inf", "write INFINITY"},
    {"expr 'x + y' y=1", "x=1"},
};

START_TEST(mistakes_are_named)
{
    const char *arguments = mistaken[_i].arguments;
    shell_result r = gradyno("%s", arguments);
    char name[80];
    snprintf(name, sizeof name, "gradyno %.*s: ", (int)strcspn(arguments, " "),
             arguments);
    assert_status(&r, 2, arguments);
    assert_one_sentence(r.err, arguments);
    ck_assert_msg(strncmp(r.err, name, strlen(name)) == 0, "%s, and it says:\n%.3000s",
                  name, r.err);
    assert_says(r.err, mistaken[_i].names, arguments);
    ck_assert_str_eq(r.out, "");
    shell_free(&r);
}
END_TEST

/* However long what is wrong, a sentence is a sentence. */
START_TEST(mistakes_are_short)
{
    char *folder = temporary_folder(), path[4200], *end;
    static char text[100000];
    ck_assert_ptr_nonnull(folder);
    snprintf(path, sizeof path, "%s/text", folder);
    memset(text, 'x', sizeof text - 1);
    ck_assert(write_text(path, text));
    static const char *const uses[] = {
        "expr \"$(cat '%s')\"",   "expr \"$(cat '%s')\" y=1", "expr \"$(cat '%s')(x)\"",
        "expr \"--$(cat '%s')\"", "expr x \"x=$(cat '%s')\"", "ops \"$(cat '%s')\"",
        "env \"--$(cat '%s')\""};
    for (size_t i = 0; i < 2 * sizeof uses / sizeof *uses; i++) {
        char command[4400];
        const char *use = uses[i / 2];
        if (i % 2 == 1) { /* many short names */
            end = text;
            for (size_t k = 0; k < 12000; k++) end += sprintf(end, "v%zu+", k);
            strcpy(end, "v");
            ck_assert(write_text(path, text));
        } else {
            memset(text, 'x', sizeof text - 1);
            ck_assert(write_text(path, text));
        }
        snprintf(command, sizeof command, use, path);
        shell_result r = gradyno("%s", command);
        assert_status(&r, 2, command);
        ck_assert_msg(strlen(r.err) < 400, "%s says %zu bytes", command, strlen(r.err));
        shell_free(&r);
    }
    remove_folder(folder);
    free(folder);
}
END_TEST

/* /dev/full takes nothing: who does not look believes that all was written. */
static const char *const writes[] = {"ops",           "ops --json", "ops --markdown",
                                     "env",           "env --json", "--help",
                                     "expr 'x*x' x=3"};

START_TEST(output_that_is_lost)
{
    shell_result r = gradyno("%s > /dev/full", writes[_i]);
    assert_status(&r, 2, writes[_i]);
    ck_assert_msg(r.err[0] != '\0', "gradyno %s > /dev/full is silent", writes[_i]);
    shell_free(&r);
}
END_TEST

/* Every row of the table, in all three forms. */
START_TEST(ops)
{
    shell_result text = gradyno("%s", "ops"), json = gradyno("%s", "ops --json");
    shell_result markdown = gradyno("%s", "ops --markdown");
    assert_status(&text, 0, "ops");
    assert_status(&json, 0, "ops --json");
    assert_status(&markdown, 0, "ops --markdown");
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        char name[64], key[64], cell[64];
        snprintf(name, sizeof name, "%s", ad_ops[op].name);
        snprintf(key, sizeof key, "\"%s\"", ad_ops[op].name);
        snprintf(cell, sizeof cell, "`%s", ad_ops[op].name);
        assert_says(text.out, name, "gradyno ops");
        assert_says(text.out, ad_ops[op].value_text, "gradyno ops");
        assert_says(json.out, key, "gradyno ops --json");
        assert_says(markdown.out, cell, "gradyno ops --markdown");
    }
    shell_free(&text);
    shell_free(&json);
    shell_free(&markdown);
}
END_TEST

/* Brackets are balanced outside strings, and there is no NaN: enough to catch what a
 * program that prints JSON by hand gets wrong. Several objects, one a line, are
 * allowed. */
static void assert_json(const char *text, const char *of)
{
    int depth = 0;
    bool in_string = false;
    for (const char *p = text; *p != '\0'; p++) {
        if (in_string) {
            if ((unsigned char)*p < ' ') ck_abort_msg("%s: a raw control byte", of);
            if (*p == '\\' && p[1] != '\0')
                p++;
            else if (*p == '"')
                in_string = false;
            continue;
        }
        if (*p == '"') in_string = true;
        depth += *p == '{' || *p == '[';
        depth -= *p == '}' || *p == ']';
        if (depth < 0) ck_abort_msg("%s: a bracket too many", of);
        if (depth == 0 && !isspace((unsigned char)*p) && strchr("]}", *p) == NULL)
            ck_abort_msg("%s: '%c' stands outside an object", of, *p);
        if (strncmp(p, "nan", 3) == 0 || strncmp(p, "NaN", 3) == 0 ||
            strncmp(p, "inf", 3) == 0 || strncmp(p, "Inf", 3) == 0)
            ck_abort_msg("%s: a NaN or an infinity outside a string", of);
    }
    ck_assert_msg(depth == 0 && !in_string && text[0] != '\0', "%s is not complete",
                  of);
}

static const char *const json[] = {"ops --json", "env --json",
                                   "expr 'a*b' a=2 b=-3 --json",
                                   "expr 'log(x)' x=0 --json"};

START_TEST(json_is_json)
{
    shell_result r = gradyno("%s", json[_i]);
    ck_assert_int_ne(r.status, 2);
    assert_json(r.out, json[_i]);
    shell_free(&r);
}
END_TEST

START_TEST(env)
{
    shell_result r = gradyno("%s", "env");
    assert_status(&r, 0, "env");
    ck_assert_str_ne(r.out, "");
    shell_free(&r);
}
END_TEST

#ifndef NDEBUG
/* The tests that end in a signal need a process each: without one, that is said. */
START_TEST(tests_that_are_left_out_are_named)
{
    char tests[4096];
    const ssize_t length = readlink("/proc/self/exe", tests, sizeof tests - 1);
    ck_assert(length > 0);
    tests[length] = '\0';
    shell_result r =
        shell("env -u CK_RUN_SUITE CK_FORK=no CK_RUN_CASE=sort '%s' graph tape", tests);
    assert_status(&r, 0, "(the tests) under CK_FORK=no");
    assert_says(r.out, "graph: CK_FORK=no leaves out", "CK_FORK=no");
    assert_says(r.out, "tape: CK_FORK=no leaves out", "CK_FORK=no");
    assert_says(r.out, "foreign handles", "CK_FORK=no");
    char *line = last_line(r.out);
    assert_says(line, "%: Checks: ", "the last line of the tests");
    free(line);
    shell_free(&r);
}
END_TEST
#endif

/* The last line is N passed, M failed; and a right table has no failures. */
START_TEST(check_ends_in_a_count)
{
    shell_result r = gradyno("%s", "check --points 4 tanh mul");
    assert_status(&r, 0, "check tanh mul");
    char *line = last_line(r.out);
    int passed = -1, failed = -1, length = 0;
    const int read = sscanf(line, "%d passed, %d failed%n", &passed, &failed, &length);
    ck_assert_msg(read == 2 && length > 0 && passed > 0 && failed == 0,
                  "the last line of check is \"%s\"", line);
    ck_assert_msg(line[length] == '\0' || line[length] == ',',
                  "the last line of check is \"%s\"", line);
    free(line);
    ck_assert_msg(strstr(r.out, "\nedges ") != NULL, "no edges:\n%.3000s", r.out);
    ck_assert_msg(strstr(r.out, "\nprograms ") == NULL,
                  "programs, though operations are named:\n%.3000s", r.out);
    shell_free(&r);
}
END_TEST

START_TEST(check_without_a_name_has_programs)
{
    shell_result r = gradyno("%s", "check --points 4");
    assert_status(&r, 0, "check");
    ck_assert_msg(strstr(r.out, "\nprograms     2000 at random") != NULL,
                  "no programs:\n%.3000s", r.out);
    shell_free(&r);
}
END_TEST

/* The shares of the checker's error bounds, and the data of their picture. */
START_TEST(check_calibration)
{
    char *folder = temporary_folder(), path[4200];
    ck_assert_ptr_nonnull(folder);
    shell_result r = gradyno("check --calibration --out '%s'", folder);
    assert_status(&r, 0, "check --calibration");
    assert_says(r.out, "true error within the bound in", "check --calibration");
    shell_free(&r);
    snprintf(path, sizeof path, "%s/calibration.tsv", folder);
    char *text = read_text(path);
    ck_assert_ptr_nonnull(text);
    assert_says(text, "truth\tnumerical\tbound\tratio\tevaluations\n", path);
    ck_assert_uint_gt(strlen(text), 10000);
    free(text);
    remove_folder(folder);
    free(folder);
}
END_TEST

/* A pipe gets no colours, and no progress. */
START_TEST(no_colours_in_a_pipe)
{
    shell_result r = gradyno("%s", "check --points 4 tanh");
    ck_assert_msg(strchr(r.out, '\033') == NULL && strchr(r.err, '\033') == NULL,
                  "there are escapes:\n%.3000s%.3000s", r.out, r.err);
    ck_assert_msg(strchr(r.out, '\r') == NULL && strchr(r.err, '\r') == NULL,
                  "there is progress:\n%.3000s%.3000s", r.out, r.err);
    shell_free(&r);
}
END_TEST

Suite *command_suite(void)
{
    Suite *suite = suite_create("command");
    if (!gradyno_is_built("command")) return suite;
    TCase *usage = tcase_create("usage");
    TCase *results = tcase_create("results");
    tcase_set_timeout(usage, 60);
    tcase_set_timeout(results, 60);
    tcase_add_test(usage, help);
    tcase_add_loop_test(usage, help_of_a_verb, 0, VERBS);
    tcase_add_test(usage, no_such_verb);
    tcase_add_loop_test(usage, wrong_usage, 0, LENGTH(wrong));
    tcase_add_loop_test(usage, mistakes_are_named, 0, LENGTH(mistaken));
    tcase_add_test(usage, mistakes_are_short);
    tcase_add_loop_test(usage, output_that_is_lost, 0, LENGTH(writes));
    tcase_add_test(results, ops);
    tcase_add_loop_test(results, json_is_json, 0, LENGTH(json));
    tcase_add_test(results, env);
#ifndef NDEBUG
    tcase_add_test(usage, tests_that_are_left_out_are_named);
#endif
    tcase_add_test(results, check_ends_in_a_count);
    tcase_add_test(results, check_without_a_name_has_programs);
    tcase_add_test(results, check_calibration);
    tcase_add_test(results, no_colours_in_a_pipe);
    suite_add_tcase(suite, usage);
    suite_add_tcase(suite, results);
    return suite;
}
