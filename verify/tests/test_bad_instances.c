/*
 * Files that are no instances: each is refused, with a sentence that says why and where,
 * and none is a crash.
 */
#include "verify/random.h"
#include "verify/tests/instance_file.h"
#include "verify/tests/program_answer.h"
#include "verify/tests/volume.h"

static const struct {
    const char *kind, *text, *reason;
} bad[] = {
    {"gmm", "", "ends before d"},
    {"gmm", "2 3", "ends before n"},
    {"gmm", "0 3 1", "d is '0'"},
    {"gmm", "2 -3 1", "k is '-3'"},
    {"gmm", "2 3.5 1", "k is '3.5'"},
    {"gmm", "2 99999999999999999999999999 1", "k is '9999"},
    {"gmm", "2 3 1\n1 2 3", "not as many numbers"},
    {"gmm", "1000 1000000 100000000\n1 2 3", "not as many numbers"},
    {"gmm", "1 5 100000000\n1 1 1 1 1\n1 1 1 1 1\n1 1 1 1 1\n1\n1 0\n",
     "too large for a tape"},
    {"gmm", "1 1 1\n1\n1\nx\n1\n1 0\n", ":4: alpha, mu, q and l has 'x'"},
    {"gmm", "1 1 1\n1\n1\n1\n1e999\n1 0\n", "not finite"},
    {"gmm", "1 1 1\n1\n1\n1\n1\nnan 0\n", "not finite"},
    {"gmm", "1 1 1\n1\n1\n1\n1\n0 0\n", "gamma that is not positive"},
    {"gmm", "1 1 1\n1\n1\n1\n1\n1 -1\n", "m is '-1'"},
    {"gmm", "1 1 1\n1\n1\n1\n1\n1 0.5\n", "m is '0.5'"},
    {"ba", "1 1 1\n1 2 3", "not as many numbers"},
    {"ba", "1 1 1\n1 2 3 4 5 6 7 8 9 10 11\n1 2 3\n1\n0 1\n1 2\n", "point's index"},
    {"ba", "1 1 99999999999 1", "p is '99999999999'"},
    {"ba", "1 1 1 1 2 3 4 5 6 7 8 9 10 11 1 2 3 1 1,5 2", "'1,5'"},
    {"lstm", "1 1 1", "c is '1'"},
    {"lstm", "10000 2 10000", "not as many numbers"},
    {"lstm", "1 2 1\n1 2 3 4 5 6 7 8 9 10 11 12 13 14 THE", "'THE'"},
};
enum { BAD = sizeof bad / sizeof *bad };

START_TEST(bad_files_are_refused_with_a_reason)
{
    program p;
    program_error error;
    ck_assert(!opens(&p, bad[_i].kind, bad[_i].text, &error));
    ck_assert_msg(strstr(error.text, bad[_i].reason) != NULL, "\"%s\" does not say %s",
                  error.text, bad[_i].reason);
}
END_TEST

START_TEST(what_is_no_text_is_refused)
{
    const program_kind *kind = program_named("gmm");
    program p;
    program_error error;
    ck_assert(!kind->open_file(&p, kind, "/nowhere/at all", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "No such file"));
    ck_assert(!kind->open_file(&p, kind, "/tmp", &error));
    ck_assert_ptr_nonnull(strstr(error.text, "directory"));
    ck_assert(!opens_bytes(&p, "gmm", "1 1 1\0 1", 8, &error));
    ck_assert_ptr_nonnull(strstr(error.text, "no text"));
}
END_TEST

/* Cut anywhere, or a byte changed: refused or read, and then whole. */
START_TEST(no_file_is_a_crash)
{
    static const struct {
        const char *kind, *text;
    } files[] = {{"gmm", gmm_test},
                 {"ba", ba_test},
                 {"lstm", "1 3 1\n1 2 3 4 5 6 7 8 9 10 11 12 13\n1 0 1\n"}};
    random_source random = {test_seed()};
    for (size_t n = soaked(300); n-- > 0;) {
        const size_t which = random_below(&random, 3);
        char text[512];
        size_t length = strlen(files[which].text);
        memcpy(text, files[which].text, length);
        if (random_below(&random, 3) == 0) length = random_below(&random, length);
        for (size_t k = random_below(&random, 3); k > 0 && length > 0; k--)
            text[random_below(&random, length)] =
                "0123456789 .-e\nx"[random_below(&random, 16)];
        program p;
        program_error error;
        if (!opens_bytes(&p, files[which].kind, text, length, &error)) continue;
        if (p.operations < 100000) {
            struct answer a = answer_tape(&p);
            ck_assert_uint_eq(a.nodes, p.inputs + p.constants + p.operations);
            free(a.gradient);
        }
        p.kind->close(&p);
    }
}
END_TEST

TCase *bad_instance_tests(void)
{
    TCase *tests = tcase_create("bad files");
    tcase_add_loop_test(tests, bad_files_are_refused_with_a_reason, 0, BAD);
    tcase_add_test(tests, what_is_no_text_is_refused);
    tcase_add_test(tests, no_file_is_a_crash);
    return tests;
}
