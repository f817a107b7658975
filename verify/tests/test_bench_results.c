/* Result files are whole or absent. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/results.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/folder.h"
#include "verify/tests/shell.h"

static bool exists(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* The whole text of a file, to be freed. */
static char *text_of(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_text(path);
    ck_assert_msg(text != NULL, "%s is missing", path);
    return text;
}

START_TEST(a_file_appears_when_it_is_whole)
{
    results_file f;
    char deep[512];
    snprintf(deep, sizeof deep, "%s/a/b", folder);
    ck_assert(results_open(&f, deep, "x.tsv"));
    fputs("half", f.stream);
    fflush(f.stream);
    ck_assert(!exists("a/b/x.tsv"));
    ck_assert(results_close(&f));
    ck_assert_ptr_null(f.stream);
    char *text = text_of("a/b/x.tsv");
    ck_assert_str_eq(text, "half");
    free(text);
    ck_assert(!exists("a/b/x.tsv.part"));

    ck_assert(results_open(&f, deep, "y.tsv"));
    results_discard(&f);
    ck_assert(!exists("a/b/y.tsv") && !exists("a/b/y.tsv.part"));
    results_discard(&f);
}
END_TEST

/* A file-size limit is a full disk that needs no disk. */
START_TEST(a_file_that_lost_bytes_does_not_appear)
{
    struct rlimit before, small;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 1000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    results_file f;
    ck_assert(results_open(&f, folder, "x.tsv"));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    for (int i = 0; i < 20000; i++) fputs("lost ", f.stream);
    const int saved = silence(STDERR_FILENO);
    const bool closed = results_close(&f);
    give_back(STDERR_FILENO, saved);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    ck_assert(!closed);
    ck_assert(!exists("x.tsv") && !exists("x.tsv.part"));
}
END_TEST

START_TEST(a_folder_that_cannot_be_is_refused)
{
    char path[512];
    results_file f;
    ck_assert(results_open(&f, folder, "file"));
    ck_assert(results_close(&f));
    snprintf(path, sizeof path, "%s/file/below", folder);
    const int saved = silence(STDERR_FILENO);
    const bool opened = results_open(&f, path, "x.tsv");
    give_back(STDERR_FILENO, saved);
    ck_assert(!opened);
}
END_TEST

TCase *results_cases(void)
{
    TCase *files = tcase_create("files");
    tcase_add_checked_fixture(files, make_folder, end_folder);
    tcase_add_test(files, a_file_appears_when_it_is_whole);
    tcase_add_test(files, a_file_that_lost_bytes_does_not_appear);
    tcase_add_test(files, a_folder_that_cannot_be_is_refused);
    return files;
}
