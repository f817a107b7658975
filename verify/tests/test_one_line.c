/*
 * Adding an operation is one added line. The sources are copied, one row is put into
 * engine/ops.def, and nothing else is touched: the program that is built from that
 * lists the operation, computes it on both engines, and checks it.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/close.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

/* log(cosh(x)), under a name that nobody adds to the table. */
static const char row[] = "UNARY  (one_line_of_the_test, fabs(x) + log1p(exp(-2 * "
                          "fabs(x))) - log(2), tanh(x), SMOOTH, "
                          "-INFINITY, INFINITY)\n";

/* Before the first line that starts with #undef: the end of the rows. */
static void add_row(const char *path)
{
    char *table = read_text(path);
    ck_assert_ptr_nonnull(table);
    char *end = strstr(table, "\n#undef UNARY");
    ck_assert_msg(end != NULL, "%s does not end in #undef UNARY", path);
    char *longer = malloc(strlen(table) + sizeof row);
    ck_assert_ptr_nonnull(longer);
    const size_t before = (size_t)(end + 1 - table);
    memcpy(longer, table, before);
    memcpy(longer + before, row, sizeof row - 1);
    memcpy(longer + before + sizeof row - 1, end + 1, strlen(end + 1) + 1);
    ck_assert(write_text(path, longer));
    free(longer);
    free(table);
}

/* How many numbers in text are `expected` to six digits, which every form of output
 * has. */
static int count_numbers(const char *text, double expected)
{
    int found = 0;
    for (const char *p = text; *p != '\0';) {
        char *end;
        const double x = strtod(p, &end);
        if (end == p || isspace((unsigned char)*p)) {
            p++;
            continue;
        }
        found += is_within(x, expected, 1e-6 * fabs(expected));
        p = end;
    }
    return found;
}

/* A program against the library: the headers have the verb, on both engines. */
static const char program[] =
    "#include <gradyno/graph.h>\n#include <gradyno/tape.h>\n#include <stdio.h>\n"
    "int main(void)\n{\n"
    "    ad_graph *g = ad_graph_new(NULL);\n    ad_tape *t = ad_tape_new(NULL);\n"
    "    ad_graph_handle a = ad_graph_var(g, 0.5);\n"
    "    ad_tape_handle b = ad_tape_var(t, 0.5);\n"
    "    ad_graph_backward(g, ad_graph_one_line_of_the_test(g, a));\n"
    "    ad_tape_backward(t, ad_tape_one_line_of_the_test(t, b));\n"
    "    printf(\"%.17g %.17g\\n\", ad_graph_grad(g, a), ad_tape_grad(t, b));\n"
    "    ad_graph_free(g);\n    ad_tape_free(t);\n    return 0;\n}\n";

static void assert_succeeds(const shell_result *r, const char *what)
{
    const size_t length = strlen(r->err);
    ck_assert_msg(r->status == 0, "%s exits with %d\n%.3000s%.3000s", what, r->status,
                  r->out, length > 2000 ? r->err + length - 2000 : r->err);
}

static char *folder;

static void make_folder(void) { folder = temporary_folder(); }

static void remove_it(void)
{
    if (folder != NULL) remove_folder(folder);
    free(folder);
    folder = NULL;
}

START_TEST(one_line_adds_an_operation)
{
    ck_assert_msg(folder != NULL, "no temporary folder");
    shell_result r = shell("cp -R Makefile engine verify bench '%s' && "
                           "cd '%s' && rm -rf verify/tests",
                           folder, folder);
    assert_succeeds(&r, "copying the sources");
    shell_free(&r);

    char path[4200];
    snprintf(path, sizeof path, "%s/engine/ops.def", folder);
    add_row(path);
    /* -O0 makes it quick; it is the last flag, so it holds. */
    r = shell("cd '%s' && make -j2 CFLAGS=-O0 all", folder);
    assert_succeeds(&r, "make with one row more");
    shell_free(&r);

    r = shell("'%s/build/gradyno' ops", folder);
    assert_succeeds(&r, "gradyno ops");
    ck_assert_msg(strstr(r.out, "one_line_of_the_test") != NULL,
                  "ops does not list it:\n%.3000s", r.out);
    shell_free(&r);

    /* log(cosh(0.5)), and tanh(0.5) by graph, by tape and by difference. */
    r = shell("'%s/build/gradyno' expr 'one_line_of_the_test(x)' x=0.5", folder);
    assert_succeeds(&r, "gradyno expr 'one_line_of_the_test(x)' x=0.5");
    ck_assert_msg(count_numbers(r.out, 0.12011450695827752) >= 1 &&
                      count_numbers(r.out, 0.46211715726000975) >= 2,
                  "expr does not compute it on both engines:\n%.3000s", r.out);
    shell_free(&r);

    snprintf(path, sizeof path, "%s/program.c", folder);
    ck_assert(write_text(path, program));
    const char *cc = getenv("CC");
    r = shell("cd '%s' && %s -std=c17 -Ibuild/release/include program.c "
              "build/release/libgradyno.a -lm -o program && ./program",
              folder, cc == NULL || *cc == '\0' ? "cc" : cc);
    assert_succeeds(&r, "a program that uses its verbs");
    ck_assert_msg(count_numbers(r.out, 0.46211715726000975) == 2,
                  "the verbs differ: %.3000s", r.out);
    shell_free(&r);

    r = shell("'%s/build/gradyno' check one_line_of_the_test", folder);
    assert_succeeds(&r, "gradyno check one_line_of_the_test");
    ck_assert_msg(strstr(r.out, "one_line_of_the_test") != NULL,
                  "check is silent on it:\n%.3000s", r.out);
    char *line = last_line(r.out);
    int passed = 0, failed = -1;
    ck_assert_msg(sscanf(line, "%d passed, %d failed", &passed, &failed) == 2 &&
                      passed > 0 && failed == 0,
                  "the last line of check is \"%s\"", line);
    free(line);
    shell_free(&r);
}
END_TEST

/* The copy is one on which this can fail: without the row there is no such operation.
 */
START_TEST(without_the_line_there_is_none)
{
    shell_result r = shell("%s check one_line_of_the_test", gradyno_program());
    ck_assert_int_eq(r.status, 2);
    shell_free(&r);
}
END_TEST

Suite *one_line_suite(void)
{
    Suite *suite = suite_create("one line");
    TCase *tests = tcase_create("one_line_of_the_test");
    tcase_set_timeout(tests, 300);
    tcase_add_unchecked_fixture(tests, make_folder, remove_it);
    tcase_add_test(tests, one_line_adds_an_operation);
    if (gradyno_is_built("one line: the control"))
        tcase_add_test(tests, without_the_line_there_is_none);
    suite_add_tcase(suite, tests);
    return suite;
}
