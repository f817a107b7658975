/*
 * gradyno engine as a user meets it: files that hold engines, and files that do not.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

static const char starter[] = "engine/examples/engine_starter.c";

/* A copy of the starter in a new folder, with one text for another; both to be freed. */
static char *spoilt_starter(char **folder, const char *text, const char *by)
{
    *folder = temporary_folder();
    char *source = read_text(starter), *path = malloc(strlen(*folder) + 16);
    ck_assert_ptr_nonnull(source);
    ck_assert_ptr_nonnull(path);
    char *at = strstr(source, text);
    ck_assert_msg(at != NULL, "the starter has no '%s'", text);
    char *changed = malloc(strlen(source) + strlen(by) + 1);
    ck_assert_ptr_nonnull(changed);
    sprintf(changed, "%.*s%s%s", (int)(at - source), source, by, at + strlen(text));
    sprintf(path, "%s/mine.c", *folder);
    ck_assert(write_text(path, changed));
    free(source);
    free(changed);
    return path;
}

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "does not say '%s':\n%.3000s", what,
                  text);
}

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) n++;
    return n;
}

/* ---- What conforms --------------------------------------------------------------- */

static const char *const starters[] = {"engine/examples/engine_starter.c",
                                       "engine/examples/engine.cpp"};

START_TEST(a_starter_conforms)
{
    if (!gradyno_is_built("kit_command")) return;
    shell_result r = shell("c++ --version");
    const bool has_compiler = _i == 0 || r.status == 0; /* C++ is not needed */
    shell_free(&r);
    if (!has_compiler) return;
    r = shell("%s engine --quick --strict --only 3 %s", gradyno_program(),
              starters[_i]);
    ck_assert_msg(r.status == 0, "%s%s", r.out, r.err);
    assert_says(r.out, "conforms");
    ck_assert_str_eq(r.err, ""); /* the compiler has nothing to say */
    shell_free(&r);
    r = shell("%s engine --quick %s", gradyno_program(), starters[_i]);
    ck_assert_msg(r.status == 0, "%s%s", r.out, r.err);
    shell_free(&r);
    char *source = read_text(starters[_i]);
    ck_assert_uint_le(times(source, "\n"), 60);
    free(source);
}
END_TEST

/* ---- What does not --------------------------------------------------------------- */

/* What is planted; the code that it must get; the exit status. */
static const struct {
    const char *text, *by, *says;
    int status;
} planted[] = {
    {"+= at[i].partial", "= at[i].partial", "error[G03]", 1},
    {"{x * y, 0, {y, x}", "{x * y, 0, {x, y}", "the rule for mul", 1},
    {"1 - tanh(x) * tanh(x)", "1 - tanh(x)", "the rule for tanh has lost a square", 1},
    {"{x > 0}", "{x > 0 ? 1 : 0.01}", "relu", 1},
    {"= i == output", "= 0", "error[G01]", 1},
    {"node *at = ((", "exit(1); node *at = ((", "exit(1) in backward", 3},
    {"(void)c;", "if (f == 2 && ((record *)r)->at[o[0]].value > 15) exit(3);",
     "a limit: exit(3) at x = ", 0},
    {"(void)c;",
     "if (f == 2 && fabs(((record *)r)->at[o[0]].value - 2) < 0.5) exit(3);",
     "x = 2\n             z = tanh(x)\n  got        exit(3)", 3},
};

START_TEST(a_planted_mistake_is_named)
{
    if (!gradyno_is_built("kit_command")) return;
    char *folder, *path = spoilt_starter(&folder, planted[_i].text, planted[_i].by);
    shell_result r = shell("%s engine --quick %s", gradyno_program(), path);
    ck_assert_msg(r.status == planted[_i].status, "%s: %d\n%s%s", planted[_i].by,
                  r.status, r.out, r.err);
    assert_says(r.out, planted[_i].says);
    for (const char *line = r.out; *line != '\0'; line += strcspn(line, "\n") + 1)
        ck_assert_msg(strcspn(line, "\n") <= 78 || strstr(line, folder) != NULL,
                      "a line is too long:\n%.200s", line);
    shell_free(&r);
    remove_folder(folder);
    free(folder);
    free(path);
}
END_TEST

/* Nodes in a vector, which moves them as it grows: references lead to freed memory. (Its
 * first sixteen bytes are malloc's own, whatever it is filled with.) */
START_TEST(memory_that_was_freed_is_told)
{
    if (!gradyno_is_built("kit_command")) return;
    char *folder = temporary_folder();
    shell_result r = shell("c++ --version");
    const bool has_compiler = r.status == 0;
    shell_free(&r);
    if (has_compiler) {
        r = shell(
            "sed 's/deque/vector/g; s/double value, grad;/double spare[2], value, "
            "grad;/; s/push_back({value/push_back({{}, value/' "
            "engine/examples/engine.cpp >%s/mine.cpp && %s engine --quick "
            "%s/mine.cpp",
            folder, gradyno_program(), folder);
        ck_assert_msg(r.status == 1, "%d\n%s%s", r.status, r.out, r.err);
        assert_says(r.out,
                    "error[G345]: memory is read that was never set, or that was");
        ck_assert_uint_eq(times(r.out, "error["), 1);
        shell_free(&r);
    }
    remove_folder(folder);
    free(folder);
}
END_TEST

START_TEST(a_source_is_compiled_with_the_users_flags)
{
    if (!gradyno_is_built("kit_command")) return;
    char *folder, *path = spoilt_starter(&folder, "return append(r, rules[f]);",
                                         "return append(r, rules[CHOSEN]);");
    shell_result r =
        shell("CFLAGS= %s engine --only 1.leaf %s", gradyno_program(), path);
    ck_assert_int_eq(r.status, 3);
    shell_free(&r);
    r = shell("CFLAGS=' -DUNUSED  -DCHOSEN=f' %s engine --only 1.leaf %s",
              gradyno_program(), path);
    ck_assert_msg(r.status == 0, "%s%s", r.out, r.err);
    shell_free(&r);
    remove_folder(folder);
    free(folder);
    free(path);
}
END_TEST

/* ---- What cannot be loaded ------------------------------------------------------- */

/* A command that makes ./f.so or ./f.c, and one sentence that is said. */
static const struct {
    const char *make, *file, *says;
    int status;
} unusable[] = {
    {"true", "f.so", "does not exist", 2},
    {"mkdir f.so", "f.so", "is no file", 2},
    {"echo text >f.so", "f.so", "is no shared object", 2},
    {"true >f.so", "f.so", "is empty", 2},
    {"true >f.c", "f.c", "is empty", 2},
    {"mkfifo f.so", "f.so", "is no file", 2},
    {"ln -s nowhere f.so", "f.so", "does not exist", 2},
    {"echo 'int x;' | cc -xc -shared -fPIC - -o w.so && head -c 100 w.so >f.so", "f.so",
     "is cut short", 2},
    {"echo 'int x;' | cc -xc -shared -fPIC - -o w.so && head -c 3000 w.so >f.so",
     "f.so", "is cut short", 2},
    {"echo 'void g(void); void f(void) { g(); }' | cc -xc -shared -fPIC - -o f.so",
     "f.so", "undefined symbol: g", 2},
    {"echo 'int x;' | cc -xc -shared -fPIC - -o f.so", "f.so", "exports no symbol", 2},
    {"echo 'int x;' | cc -xc -shared -fPIC - -o f.so && "
     "printf '\\363' | dd of=f.so bs=1 seek=18 conv=notrunc 2>/dev/null",
     "f.so", "for another machine (riscv", 2},
    {"echo 'int x;' | cc -xc -c - -o f.so", "f.so", "link it with cc -shared", 2},
    {"echo 'int x = ;' >f.c", "f.c", "does not compile", 3},
    {"echo 'int x;' >f.c", "f.c", "exports no symbol", 2},
    {"printf '#include <gradyno/engine.h>\\nconst ad_engine *gradyno_engine(void) "
     "{ return 0; }' >f.c",
     "f.c", "returned NULL", 2},
    {"printf '#include <gradyno/engine.h>\\nstatic const ad_engine e = {77, "
     "sizeof(ad_engine)};\\nAD_ENGINE_EXPORT(e)\\n' >f.c",
     "f.c", "ABI version 77", 2},
    {"printf '#include <gradyno/engine.h>\\nstatic const ad_engine e = {AD_ENGINE_ABI, "
     "8};\\nAD_ENGINE_EXPORT(e)\\n' >f.c",
     "f.c", "sizeof(ad_engine)", 2},
    {"printf '#include <gradyno/engine.h>\\nstatic const ad_engine e = {AD_ENGINE_ABI, "
     "sizeof(ad_engine)};\\nAD_ENGINE_EXPORT(e)\\n' >f.c",
     "f.c", "has no function create", 2},
    {"printf '#include <gradyno/engine.h>\\n#include <stdlib.h>\\nconst ad_engine "
     "*gradyno_engine(void) { abort(); }' >f.c",
     "f.c", "SIGABRT when it was loaded", 3},
    {"printf '#include <gradyno/engine.h>\\nconst ad_engine *gradyno_engine(void) "
     "{ for (volatile int i = 1; i;) continue; return 0; }' >f.c",
     "f.c", "when it was loaded", 3},
};

START_TEST(what_cannot_be_loaded_is_a_sentence)
{
    if (!gradyno_is_built("kit_command")) return;
    char *folder = temporary_folder(), *root = realpath(gradyno_program(), NULL);
    shell_result r = shell("cd %s && { %s; } && %s engine ./%s", folder,
                           unusable[_i].make, root, unusable[_i].file);
    char said[8192];
    snprintf(said, sizeof said, "%.4000s%.4000s", r.out, r.err);
    ck_assert_msg(r.status == unusable[_i].status, "%s: %d\n%s", unusable[_i].says,
                  r.status, said);
    assert_says(said, unusable[_i].says);
    shell_free(&r);
    remove_folder(folder);
    free(folder);
    free(root);
}
END_TEST

/* Root may read everything: then somebody else asks. */
START_TEST(what_may_not_be_read_is_a_sentence)
{
    if (!gradyno_is_built("kit_command")) return;
    char *folder = temporary_folder(), *root = realpath(gradyno_program(), NULL);
    shell_result can = shell("setpriv --reuid=65534 --clear-groups %s --version", root);
    const char *as = can.status == 0 ? "setpriv --reuid=65534 --clear-groups" : "";
    shell_result r = shell("cd %s && chmod 755 . && echo x >f.so && chmod 0 f.so && "
                           "if test -z '%s' && test -r f.so; then exit 2; fi && "
                           "%s %s engine ./f.so",
                           folder, as, as, root);
    ck_assert_msg(r.status == 2, "%d\n%s%s", r.status, r.out, r.err);
    if (r.err[0] != '\0') assert_says(r.err, "cannot be read");
    shell_free(&can);
    shell_free(&r);
    remove_folder(folder);
    free(folder);
    free(root);
}
END_TEST

/* The exit status of what is no engine and no file. */
START_TEST(wrong_usage_exits_with_2)
{
    static const char *const usage[] = {"",
                                        "tape graph",
                                        "--nonsense tape",
                                        "--only 9 tape",
                                        "--seed -1 tape",
                                        "--hint 4 tape",
                                        "--reveal some tape",
                                        "--explain G999",
                                        "--explain",
                                        "''"};
    if (!gradyno_is_built("kit_command")) return;
    for (size_t i = 0; i < sizeof usage / sizeof *usage; i++) {
        shell_result r = shell("%s engine %s", gradyno_program(), usage[i]);
        ck_assert_msg(r.status == 2, "%s: %d\n%s", usage[i], r.status, r.err);
        ck_assert_msg(strncmp(r.err, "gradyno engine: ", 16) == 0 &&
                          times(r.err, "\n") == 1,
                      "%s: not one sentence:\n%s", usage[i], r.err);
        shell_free(&r);
    }
}
END_TEST

Suite *kit_command_suite(void)
{
    Suite *suite = suite_create("kit_command");
    TCase *tc = tcase_create("kit_command");
    tcase_add_loop_test(tc, a_starter_conforms, 0, 2);
    tcase_add_loop_test(tc, a_planted_mistake_is_named, 0,
                        sizeof planted / sizeof planted[0]);
    tcase_add_test(tc, memory_that_was_freed_is_told);
    tcase_add_test(tc, a_source_is_compiled_with_the_users_flags);
    tcase_add_loop_test(tc, what_cannot_be_loaded_is_a_sentence, 0,
                        sizeof unusable / sizeof unusable[0]);
    tcase_add_test(tc, what_may_not_be_read_is_a_sentence);
    tcase_add_test(tc, wrong_usage_exits_with_2);
    tcase_set_timeout(tc, 120);
    suite_add_tcase(suite, tc);
    return suite;
}
