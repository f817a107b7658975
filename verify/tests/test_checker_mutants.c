/*
 * The test of the checker's test, as a sample: the canary and a few of the mutants of
 * checker_mutants.txt, drawn by seed, must die of check_suite. `make mutants` runs all of
 * them; so does this under GRADYNO_SOAK=10.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/shell.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

#define DRIVER "verify/tests/checker_mutants"

enum { SAMPLE = 6 };

static bool has_compiler(void)
{
    shell_result r = shell("command -v cc && pkg-config --exists check");
    const bool has = r.status == 0;

    shell_free(&r);
    if (!has) fprintf(stderr, "checker_mutants_suite: no compiler here; skipped\n");
    return has;
}

START_TEST(a_sample_of_the_mutants_dies)
{
    char *folder = temporary_folder();
    char sample[64] = "";
    shell_result r;

    ck_assert_ptr_nonnull(folder);
    if (soaked(1) < 10)
        snprintf(sample, sizeof sample, "--quick --sample %d --seed %llu", SAMPLE,
                 (unsigned long long)(test_seed() % 1000000));
    r = shell(DRIVER " %s '%s' cc", sample, folder);
    remove_folder(folder);
    free(folder);
    ck_assert_msg(r.status == 0, "status %d, GRADYNO_SEED=%llu\n%s%s", r.status,
                  (unsigned long long)test_seed(), r.out, r.err);
    ck_assert(strncmp(r.out, "killed      canary", 18) == 0 ||
              strstr(r.out, "\nkilled      canary") != NULL);
    ck_assert(strstr(r.out, ", 0 failed\n") != NULL);
    shell_free(&r);
}
END_TEST

/* Runs a list of our own; the mutants in it are of one line of the verdict. */
static shell_result run_list(const char *mutants)
{
    char *folder = temporary_folder();
    char path[4200];
    shell_result r;

    ck_assert_ptr_nonnull(folder);
    snprintf(path, sizeof path, "%s/list", folder);
    ck_assert(write_text(path, mutants));
    r = shell(DRIVER " --quick --list '%s' '%s' cc", path, folder);
    remove_folder(folder);
    free(folder);
    return r;
}

#define MARGIN(name, value)                                                            \
    "mutant: " name "\nfile: verdict.c\n"                                              \
    "-static const double MARGIN = 8.0;\n"                                             \
    "+static const double MARGIN = " value ";\n\n"

/* Whether the line of a mutant begins with its fate. */
static bool has_fate(const shell_result *r, const char *fate, const char *name)
{
    char line[80];

    snprintf(line, sizeof line, "%-10s  %s ", fate, name);
    return strstr(r->out, line) != NULL;
}

START_TEST(nothing_is_skipped_in_silence)
{
    shell_result r = run_list(
        MARGIN("canary", "1e300") MARGIN("survivor", "8.0")
            MARGIN("no-c", "eight") "mutant: gone\nfile: verdict.c\n-no such line\n\n"
                                    "mutant: twice\nfile: verdict.c\n-}\n\n"
                                    "mutant: not-equivalent\nequivalent: so they say\n"
                                    "file: verdict.c\n"
                                    "-static const double MARGIN = 8.0;\n"
                                    "+static const double MARGIN = 0.0;\n");

    ck_assert_msg(r.status == 1, "status %d\n%s%s", r.status, r.out, r.err);
    ck_assert(has_fate(&r, "killed", "canary"));
    ck_assert(has_fate(&r, "SURVIVED", "survivor"));
    ck_assert(has_fate(&r, "STALE", "no-c"));
    ck_assert(has_fate(&r, "STALE", "gone"));
    ck_assert(has_fate(&r, "STALE", "twice"));
    ck_assert(has_fate(&r, "WRONG", "not-equivalent"));
    ck_assert(strstr(r.out, "1 passed, 5 failed\n") != NULL);
    shell_free(&r);
}
END_TEST

static void expect_void(shell_result r)
{
    ck_assert_msg(r.status == 2, "status %d\n%s%s", r.status, r.out, r.err);
    shell_free(&r);
}

/* Nothing is proved, and nothing is said to be. */
START_TEST(a_run_that_proves_nothing_is_void)
{
    expect_void(shell(DRIVER));
    expect_void(shell(DRIVER " \"${TMPDIR:-/tmp}\" no-such-compiler"));
    expect_void(shell(DRIVER " \"${TMPDIR:-/tmp}\" cc '-include no-such-file.h'"));
    expect_void(shell(DRIVER " \"${TMPDIR:-/tmp}\" cc '' no-such-mutant"));
    expect_void(run_list(MARGIN("canary", "8.0")));
}
END_TEST

Suite *checker_mutants_suite(void)
{
    Suite *suite = suite_create("checker_mutants");
    TCase *tests = tcase_create("checker");

    tcase_set_timeout(tests, 0);
    if (has_compiler()) {
        tcase_add_test(tests, a_sample_of_the_mutants_dies);
        tcase_add_test(tests, nothing_is_skipped_in_silence);
        tcase_add_test(tests, a_run_that_proves_nothing_is_void);
    }
    suite_add_tcase(suite, tests);
    return suite;
}
