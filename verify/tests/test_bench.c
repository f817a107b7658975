/*
 * The verb `bench`: what it refuses, what it leaves behind; and what it says of the
 * place. Its parts have files of their own: races, cells, results.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_jansson
#include <jansson.h>
#endif

#include "bench/bench_options.h"
#include "bench/environment.h"
#include "bench/verbs.h"
#include "bench/workload_mlp.h"
#include "engine/tape.h"
#include "verify/tests/allocator.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/shell.h"
#include "verify/tests/suites.h"

START_TEST(the_environment_says_where)
{
    const stopwatch clock = stopwatch_monotonic();
    ck_assert(clock.step_ns > 0 && clock.cost_ns > 0 && clock.cost_ns < 1e6);
    environment e, later;
    environment_read(&e, &clock);
    environment_read(&later, &clock);
    ck_assert_uint_ge(e.count, 25);
    char here[4096];
    ck_assert_ptr_nonnull(getcwd(here, sizeof here));
    for (size_t i = 0; i < e.count; i++) {
        const environment_field *f = &e.field[i];
        ck_assert_msg(f->value[0] != '\0', "%s is empty", f->key);
        ck_assert_msg(strpbrk(f->value, "\t\n") == NULL, "%s has a tab", f->key);
        ck_assert_msg(strstr(f->value, here) == NULL, "%s has a path", f->key);
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(f->key, e.field[k].key);
    }
    ck_assert_str_ne(environment_value(&e, "compiler"), "-");
    ck_assert_str_eq(environment_value(&e, "no such field"), "-");
    ck_assert_str_eq(environment_value(&e, "comparable"),
                     environment_value(&later, "comparable"));
}
END_TEST

static char *folder;

static void make_folder(void)
{
    folder = temporary_folder();
    ck_assert_ptr_nonnull(folder);
}

static void end_folder(void)
{
    remove_folder(folder);
    free(folder);
}

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

/* Runs `gradyno bench` with the words of a line, in silence. */
static int bench_status(const char *line)
{
    char words[1024], *argv[16];
    int argc = 0;
    snprintf(words, sizeof words, "bench %s", line);
    for (char *w = strtok(words, " "); w != NULL; w = strtok(NULL, " "))
        argv[argc++] = w;
    const int out = silence(STDOUT_FILENO), errors = silence(STDERR_FILENO);
    const int status = verb_bench(argc, argv);
    give_back(STDOUT_FILENO, out);
    give_back(STDERR_FILENO, errors);
    return status;
}

/* A clock on which every reading takes a millisecond, and nothing else any time. */
static uint64_t costly_reading(void *ctx) { return *(uint64_t *)ctx += 1000000; }

START_TEST(a_phase_is_less_the_reading_in_it)
{
    uint64_t now = 0;
    const workload_plan plan = {
        .graph = true,
        .tape = true,
        .seed = 1,
        .race = {.rounds = 6, .clock = {costly_reading, &now, 1, 1}}};
    static const char *const phases[] = {"record", "backward", "free"};
    cell c;
    ck_assert(workload_mlp(&c, 3, &plan));
    ck_assert(cell_passed(&c));
    for (size_t p = 0; p < 3; p++)
        ck_assert(cell_series(&c, "graph", phases[p])->figure.median == 0 &&
                  cell_series(&c, "tape", phases[p])->figure.median == 0);
    ck_assert(cell_series(&c, "graph", "order")->figure.median == 0);
    ck_assert_ptr_null(cell_series(&c, "tape", "order"));
    ck_assert(cell_series(&c, "tape", "reading")->figure.median == 1e6);
    /* One reading for a sample of 2 whole gradients, or of 1. */
    ck_assert(cell_series(&c, "tape", "whole")->figure.median <= 1e6);
    cell_free(&c);
}
END_TEST

/* B/op is what a record has of its allocator in the form that is timed: told how many
 * operations are to come, the tape holds nothing in reserve. */
START_TEST(bytes_are_those_of_the_timed_form)
{
    enum { WIDTH = 5 };
    uint64_t now = 0;
    const workload_plan plan = {
        .graph = true,
        .tape = true,
        .seed = 1,
        .race = {.rounds = 6, .clock = {costly_reading, &now, 1, 1}}};
    cell c;
    ck_assert(workload_mlp(&c, WIDTH, &plan));
    const double bytes = cell_judgement(&c, "tape")->bytes_per_op;
    ck_assert_msg(bytes == 24, "%.17g", bytes); /* 8 + 8, and 8 */
    ck_assert(cell_judgement(&c, "graph")->bytes_per_op > 24);
    cell_free(&c);
}
END_TEST

/* Out of memory a record refuses backward, which is very fast: no time comes of it. */
START_TEST(a_race_without_memory_has_no_times)
{
    size_t failures = 0;
    for (size_t at = 1;; at += 1 + at / 10) {
        uint64_t now = 0;
        test_allocator heap = {.fail_at = at, .fail_after = true};
        const ad_allocator memory = test_memory(&heap);
        const workload_plan plan = {
            .graph = true,
            .tape = true,
            .seed = 1,
            .race = {.rounds = 6, .clock = {costly_reading, &now, 1, 1}},
            .memory = &memory};
        cell c;
        const bool ok = workload_mlp(&c, 3, &plan);
        ck_assert_msg(ok == (heap.failed == 0), "request %zu failed, and %s", at,
                      ok ? "it was timed" : "nobody knows why");
        if (!ok) ck_assert_uint_eq(c.serieses, 0);
        cell_free(&c);
        assert_all_freed(&heap);
        failures += !ok;
        if (heap.failed == 0) break;
    }
    ck_assert_uint_gt(failures, 10);
}
END_TEST

START_TEST(bad_options_are_refused)
{
    static const char *const bad[] = {"--size 0",
                                      "--size 1025",
                                      "--size",
                                      "--size 4,",
                                      "--size 4,4",
                                      "--size 4x",
                                      "--size ,4",
                                      "--size -4",
                                      "--size 99999999999999999999",
                                      "--size=",
                                      "--engine cuda",
                                      "--engine tape,tape",
                                      "--engine graph,",
                                      "--engine gra",
                                      "--workload mnist",
                                      "--workload",
                                      "--rounds 5",
                                      "--rounds 6.5",
                                      "--rounds 1e9",
                                      "--seconds 0",
                                      "--seconds -1",
                                      "--seconds nan",
                                      "--seconds soon",
                                      "--seed -1",
                                      "--seed 9223372036854775808",
                                      "--quick=yes",
                                      "--quick --quick",
                                      "--nonsense",
                                      "--siz 4",
                                      "extra",
                                      "--out="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(bench_status(bad[i]) == EXIT_USAGE, "accepted: %s", bad[i]);
    ck_assert_int_eq(bench_status("--help"), EXIT_HELD);
}
END_TEST

START_TEST(good_options_arrive)
{
    char *argv[] = {"bench",      "--size=16,4", "--engine", "tape",
                    "--rounds",   "7",           "--seed",   "9223372036854775807",
                    "--workload", "mlp"};
    bench_options o;
    ck_assert(bench_options_parse(&o, 10, argv));
    ck_assert_uint_eq(o.sizes, 2);
    ck_assert(o.size[0] == 16 && o.size[1] == 4);
    ck_assert(o.tape && !o.graph && o.mlp && !o.moons);
    ck_assert(o.rounds == 7 && o.seed == INT64_MAX);
    ck_assert_str_eq(o.out, "build/report");
    ck_assert(bench_options_parse(&o, 1, argv));
    ck_assert_uint_eq(o.sizes, 9);
    ck_assert(o.graph && o.tape && o.mlp && o.moons && o.rounds == 0 && o.seed == 1);
}
END_TEST

START_TEST(a_small_benchmark_leaves_whole_files)
{
    char line[640];
    snprintf(line, sizeof line, "--workload mlp --size 2,3 --rounds 6 --out %s/deep/er",
             folder);
    ck_assert_int_eq(bench_status(line), EXIT_HELD);
    char *bench = text_of("deep/er/bench.tsv"), *ratio = text_of("deep/er/ratio.tsv");
    char *env = text_of("deep/er/env.tsv");
    ck_assert_uint_eq(count_of(bench, '\n'),
                      1 + 2 * 11); /* graph 5, tape 4, hand, primal */
    ck_assert_uint_eq(count_of(bench, '\t'), 13 * count_of(bench, '\n'));
    ck_assert_uint_eq(count_of(ratio, '\t'), 10 * count_of(ratio, '\n'));
    ck_assert_ptr_null(strstr(bench, "fail"));
    ck_assert(strncmp(env, "key\tvalue\n", 10) == 0);
    /* What the end of the run knows. */
    const char *share = strstr(env, "\ncpu_share\t"), *comparable = "\ncomparable\t";
    ck_assert_ptr_nonnull(share);
    const double fraction = strtod(share + strlen("\ncpu_share\t"), NULL);
    ck_assert_msg(fraction > 0 && fraction < 1.5, "a share of %g", fraction);
    ck_assert_ptr_nonnull(strstr(env, "\nload\t"));
    ck_assert_ptr_nonnull(strstr(env, "\nload_at_end\t"));
    ck_assert_ptr_nonnull(strstr(env, comparable));
    ck_assert(!exists("deep/er/bench.tsv.part"));
#ifdef HAVE_jansson
    char *json = text_of("deep/er/bench.jsonl");
    size_t lines = 0;
    double json_fraction = 0;
    for (char *at = json; *at != '\0'; lines++) {
        char *end = strchr(at, '\n');
        *end = '\0';
        json_t *object = json_loads(at, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(json_is_object(object), "no object: %s", at);
        json_fraction = json_number_value(json_object_get(object, "cpu_share"));
        json_decref(object);
        at = end + 1;
    }
    ck_assert_uint_eq(lines, 4); /* the environment, two sizes, the end */
    ck_assert(json_fraction == fraction);
    ck_assert_ptr_null(strstr(json, folder));
    free(json);
#endif
    free(bench);
    free(ratio);
    free(env);
}
END_TEST

START_TEST(one_engine_is_its_own_reference)
{
    char line[640];
    snprintf(line, sizeof line,
             "--workload mlp --engine tape --size 3 --rounds 6 --out %s", folder);
    ck_assert_int_eq(bench_status(line), EXIT_HELD);
    char *ratio = text_of("ratio.tsv");
    ck_assert_ptr_nonnull(strstr(ratio, "\ttape\ttape\twhole\t"));
    ck_assert_ptr_null(strstr(ratio, "graph"));
    free(ratio);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_an_error)
{
    ck_assert_int_eq(bench_status("--size 2 --workload mlp --out /dev/null/x"),
                     EXIT_USAGE);
}
END_TEST

Suite *bench_suite(void)
{
    Suite *suite = suite_create("bench");
    suite_add_tcase(suite, race_cases());
    suite_add_tcase(suite, cell_cases());
    suite_add_tcase(suite, results_cases());
    TCase *verb = tcase_create("verb");
    tcase_set_timeout(verb, 120);
    tcase_add_checked_fixture(verb, make_folder, end_folder);
    tcase_add_test(verb, the_environment_says_where);
    tcase_add_test(verb, a_phase_is_less_the_reading_in_it);
    tcase_add_test(verb, bytes_are_those_of_the_timed_form);
    tcase_add_test(verb, a_race_without_memory_has_no_times);
    tcase_add_test(verb, bad_options_are_refused);
    tcase_add_test(verb, good_options_arrive);
    tcase_add_test(verb, a_small_benchmark_leaves_whole_files);
    tcase_add_test(verb, one_engine_is_its_own_reference);
    tcase_add_test(verb, a_folder_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, verb);
    return suite;
}
