/*
 * Foreign engines in a race as a user meets them: files that hold one, files that do not,
 * and a program that leaves no process behind.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verify/tests/command.h"
#include "verify/tests/folder.h"
#include "verify/tests/suites.h"

static const char starter[] = "engine/examples/engine_starter.c";
static const char quick[] = "--rounds 6 --processes 2 --workload mlp --size 4";
/* folder/mine.c: the starter with one text for another. */
static void spoil_starter(const char *text, const char *by)
{
    char *source = read_text(starter), path[4096];
    ck_assert_ptr_nonnull(source);
    char *at = strstr(source, text), *changed = malloc(strlen(source) + strlen(by) + 1);
    ck_assert(at != NULL && changed != NULL);
    sprintf(changed, "%.*s%s%s", (int)(at - source), source, by, at + strlen(text));
    snprintf(path, sizeof path, "%s/mine.c", folder);
    ck_assert(write_text(path, changed));
    free(source);
    free(changed);
}

START_TEST(a_file_races)
{
    if (!gradyno_is_built("foreign_command")) return;
    shell_result r = gradyno("race tape %s %s", starter, quick);
    assert_status(&r, 0, "race");
    assert_says(r.out, "tape / starter:engine_starter.c, whole gradient: 0.", r.out);
    assert_says(r.out, "in 2 processes", r.out);
    shell_free(&r);
    spoil_starter("+= at[i].partial", "= at[i].partial");
    r = gradyno("bench --engine graph,%s/mine.c %s --out %s", folder, quick, folder);
    assert_status(&r, 1, "bench");
    assert_says(r.out, "starter:mine.c  FAIL", r.out);
    assert_says(r.out, "and so it is not timed", r.out);
    shell_free(&r);
}
END_TEST

START_TEST(what_cannot_be_loaded_is_a_sentence)
{
    static const struct {
        const char *make, *file, *says;
    } bad[] = {
        {"true", "f.so", "does not exist"},
        {"echo text >f.so", "f.so", "is no shared object"},
        {"echo 'int x;' | cc -xc -shared -fPIC - -o f.so", "f.so", "no symbol"},
        {"echo 'int x = ;' >f.c", "f.c", "does not compile"},
        {"printf '#include <gradyno/engine.h>\\n#include <stdlib.h>\\nconst ad_engine "
         "*gradyno_engine(void) { abort(); }' >f.c",
         "f.c", "SIGABRT when it was loaded"},
        {"true", "proc:cat", "a process is not timed"},
    };
    if (!gradyno_is_built("foreign_command")) return;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        shell_result r = shell("P=$PWD/%s; cd %s && { %s; } && $P race tape %s%s %s",
                               gradyno_program(), folder, bad[i].make,
                               bad[i].file[0] == 'p' ? "" : "./", bad[i].file, quick);
        assert_status(&r, 2, bad[i].file);
        assert_says(r.err, bad[i].says, "stderr");
        shell_free(&r);
    }
}
END_TEST

/* The contract has all that training needs; what is off is not timed. */
START_TEST(a_file_trains)
{
    static const char moons[] = "--rounds 6 --processes 1 --workload moons";
    if (!gradyno_is_built("foreign_command")) return;
    shell_result r = gradyno("race tape-by-contract %s %s", starter, moons);
    assert_status(&r, 0, "race");
    assert_says(r.out, "tape-by-contract: pass", r.out);
    assert_says(r.out, "starter:engine_starter.c: pass", r.out);
    assert_says(r.out, "(published losses)", r.out);
    assert_says(r.out,
                "tape-by-contract / starter:engine_starter.c, whole gradient: 0.",
                r.out);
    shell_free(&r);
    spoil_starter("+= at[i].partial", "= at[i].partial");
    r = gradyno("race tape %s/mine.c %s", folder, moons);
    assert_status(&r, 1, "race");
    assert_says(r.out, "starter:mine.c: FAIL", r.out);
    ck_assert_ptr_null(strstr(r.out, "whole gradient"));
    shell_free(&r);
}
END_TEST

START_TEST(a_file_is_no_rung)
{
    if (!gradyno_is_built("foreign_command")) return;
    shell_result r =
        gradyno("bench --ladder --engine tape,%s --out %s", starter, folder);
    assert_status(&r, 2, "bench --ladder");
    assert_says(r.err, "stands on none", "stderr");
    shell_free(&r);
}
END_TEST

START_TEST(a_changed_file_is_not_resumed)
{
#ifdef HAVE_jansson
    if (!gradyno_is_built("foreign_command")) return;
    const char *bench = "bench --engine tape,%s/mine.c %s --out %s";
    char more[200];
    snprintf(more, sizeof more, "%s --resume", quick);
    spoil_starter("An engine", "The engine");
    for (int again = 0; again < 2; again++) { /* the same file: nothing is left to do */
        shell_result r = shell("%s bench --engine tape,%s/mine.c %s --out %s",
                               gradyno_program(), folder, again ? more : quick, folder);
        assert_status(&r, 0, bench);
        shell_free(&r);
    }
    spoil_starter("An engine", "Another engine");
    shell_result r = shell("%s bench --engine tape,%s/mine.c %s --out %s",
                           gradyno_program(), folder, more, folder);
    assert_status(&r, 2, bench);
    assert_says(r.err, "cannot resume", "stderr");
    shell_free(&r);
#endif
}
END_TEST

/* Dead is also who waits for a parent to hear of it. */
static bool is_alive(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    char *text = read_text(path);
    const char *name_end = text == NULL ? NULL : strrchr(text, ')');
    const bool alive = name_end != NULL && strchr("ZX", name_end[2]) == NULL;
    free(text);
    return alive;
}

/* Killed without a word while the engine hangs, the program leaves no process. */
START_TEST(nobody_is_left_behind)
{
    if (!gradyno_is_built("foreign_command")) return;
    char by[4400], path[4096];
    snprintf(
        by, sizeof by,
        "FILE *out = fopen(\"%s/pid\", \"w\"); fprintf(out, \"%%d\\n\", getpid()); "
        "fclose(out); for (volatile int i = 1; i;) {} node *at = ((",
        folder);
    spoil_starter("node *at = ((", by);
    snprintf(path, sizeof path, "%s/pid", folder);
    shell_result r = shell("sed -i '1i #include <stdio.h>\\n#include <unistd.h>' "
                           "%s/mine.c; %s race tape %s/mine.c %s >/dev/null 2>&1 & "
                           "race=$!; for i in $(seq 100); do test -s %s && break; "
                           "sleep 0.1; done; kill -9 $race; sleep 0.1; echo",
                           folder, gradyno_program(), folder,
                           "--rounds 6 --processes 1 --size 4", path);
    char *text = read_text(path);
    ck_assert_msg(text != NULL, "the engine never ran: %s%s", r.out, r.err);
    const pid_t engine_pid = (pid_t)atoi(text);
    ck_assert_int_gt(engine_pid, 1);
    bool gone = false;
    for (int i = 0; i < 50 && !gone; i++) {
        gone = !is_alive(engine_pid);
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    if (!gone) kill(engine_pid, SIGKILL);
    ck_assert_msg(gone, "the engine's process outlived the program");
    free(text);
    shell_free(&r);
}
END_TEST

Suite *foreign_command_suite(void)
{
    Suite *suite = suite_create("foreign_command");
    TCase *command = tcase_create("command");
    tcase_add_checked_fixture(command, make_folder, end_folder);
    tcase_add_test(command, a_file_races);
    tcase_add_test(command, what_cannot_be_loaded_is_a_sentence);
    tcase_add_test(command, a_file_trains);
    tcase_add_test(command, a_file_is_no_rung);
    tcase_add_test(command, a_changed_file_is_not_resumed);
    tcase_add_test(command, nobody_is_left_behind);
    tcase_set_timeout(command, 120);
    suite_add_tcase(suite, command);
    return suite;
}
