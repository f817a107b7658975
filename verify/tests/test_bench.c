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
#include "bench/measure.h"
#include "bench/verbs.h"
#include "engine/tape.h"
#include "verify/tests/allocator.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/folder.h"
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

/* Both engines on a perceptron, six rounds on that clock; NULL when it was refused. The
 * cell is the run's. */
static const cell *measured(bench_run *into, size_t width, uint64_t *now,
                            const ad_allocator *memory)
{
    const workload mlp = {.kind = &bench_mlp_kind};
    const measure_plan plan = {
        .engines = 2,
        .engine = {engine_named("graph", 0), engine_named("tape", 0)},
        .phases = true,
        .seed = 1,
        .race = {.rounds = 6, .clock = {costly_reading, now, 1, 1}},
        .memory = memory};
    *into = (bench_run){0};
    if (!measure(into, NULL, &mlp, width, &plan, NULL)) return NULL;
    ck_assert(run_finish(into));
    return run_cell(into, "mlp", width);
}

static double median_of(const cell *c, const char *name, const char *phase)
{
    return cell_series(c, name, phase)->figure.median;
}

START_TEST(a_phase_is_less_the_reading_in_it)
{
    uint64_t now = 0;
    static const char *const phases[] = {"record", "backward", "free"};
    bench_run r;
    const cell *c = measured(&r, 3, &now, NULL);
    ck_assert_ptr_nonnull(c);
    ck_assert(cell_passed(c));
    for (size_t p = 0; p < 3; p++)
        ck_assert(median_of(c, "graph", phases[p]) == 0 &&
                  median_of(c, "tape", phases[p]) == 0);
    ck_assert(median_of(c, "graph", "order") == 0);
    ck_assert(median_of(c, "tape", "reading") == 1e6);
    /* One reading for a sample of 2 whole gradients, or of 1. */
    ck_assert(median_of(c, "tape", "whole") <= 1e6);
    run_free(&r);
}
END_TEST

/* B/op is what a record has of its allocator in the form that is timed: told how many
 * operations are to come, the tape holds nothing in reserve. */
START_TEST(bytes_are_those_of_the_timed_form)
{
    enum { WIDTH = 5 };
    uint64_t now = 0;
    bench_run r;
    const cell *c = measured(&r, WIDTH, &now, NULL);
    const double bytes = cell_judgement(c, "tape")->bytes_per_op;
    ck_assert_msg(bytes == 24, "%.17g", bytes); /* 8 + 8, and 8 */
    ck_assert(cell_judgement(c, "graph")->bytes_per_op > 24);
    ck_assert(c->audit.adjoints > c->ops && c->audit.not_finite == 0);
    ck_assert(c->audit.subnormals == 0 && c->audit.smallest > 0);
    run_free(&r);
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
        bench_run r;
        const bool ok = measured(&r, 3, &now, &memory) != NULL;
        ck_assert_msg(ok == (heap.failed == 0), "request %zu failed, and %s", at,
                      ok ? "it was timed" : "nobody knows why");
        run_free(&r);
        assert_all_freed(&heap);
        failures += !ok;
        if (heap.failed == 0) break;
    }
    ck_assert_uint_gt(failures, 10);
}
END_TEST

/* An engine that is wrong: its gradient is doubled. */
static ad_status doubled_gradient(void *run, double *value, double *gradient)
{
    const ad_status status = engine_named("tape", 0)->gradient(run, value, gradient);
    gradient[0] *= 2;
    return status;
}

START_TEST(what_fails_is_not_timed)
{
    engine wrong = *engine_named("tape", 0);
    wrong.name = "wrong";
    wrong.gradient = doubled_gradient;
    uint64_t now = 0;
    const workload mlp = {.kind = &bench_mlp_kind};
    const measure_plan plan = {
        .engines = 2,
        .engine = {&wrong, engine_named("tape", 0)},
        .phases = true,
        .seed = 1,
        .race = {.rounds = 6, .clock = {costly_reading, &now, 1, 1}}};
    bench_run r = {0};
    ck_assert(measure(&r, NULL, &mlp, 3, &plan, NULL));
    const cell *c = run_cell(&r, "mlp", 3);
    ck_assert(!cell_passed(c) && !cell_may_time(c, "wrong"));
    ck_assert_ptr_null(cell_series(c, "wrong", "whole"));
    ck_assert_ptr_nonnull(cell_series(c, "tape", "again")); /* the reference now */
    run_free(&r);
}
END_TEST

/* Each program that is timed by default, once, small: right, and without a subnormal
 * adjoint; and the demonstration is nothing else. */
START_TEST(default_workloads_have_no_subnormal_adjoint)
{
    for (size_t k = 0; k < workloads_count(); k++) {
        const workload w = workload_at(k);
        if (w.kind == &moons_kind) continue;
        problem p;
        audit a;
        ck_assert_msg(problem_start(&p, w.kind, w.kind->sizes[0], 1), "%s",
                      w.kind->name);
        ck_assert(problem_audit(&p, &a));
        ck_assert_msg(w.is_default == (a.subnormals == 0), "%s: %zu subnormal",
                      w.kind->name, a.subnormals);
        ck_assert_uint_eq(a.not_finite, 0);
        problem_end(&p);
    }
}
END_TEST

START_TEST(bad_options_are_refused)
{
    static const char *const bad[] = {"--size 0",
                                      "--size 1025",
                                      "--workload moons --size 7",
                                      "--workload mlp,mlp",
                                      "--workload mlp,",
                                      "--data x",
                                      "--workload mlp --data x",
                                      "--workload gmm --data /nowhere",
                                      "--processes 0",
                                      "--processes 33",
                                      "--baseline /nowhere/bench.jsonl",
                                      "--export-google=",
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
                    "--workload", "mlp,chain"};
    bench_options o;
    ck_assert(bench_options_parse(&o, 10, argv));
    ck_assert_uint_eq(o.cells, 4);
    ck_assert(o.cell[0].size == 16 && o.cell[3].size == 4);
    ck_assert_str_eq(o.cell[3].workload.kind->name, "chain");
    ck_assert(o.engines == 1 && o.engine[0] == engine_named("tape", 0));
    ck_assert(o.rounds == 7 && o.seed == INT64_MAX && o.processes == 5);
    ck_assert_str_eq(o.out, "build/report");
    ck_assert(bench_options_parse(&o, 1, argv));
    ck_assert_uint_gt(o.cells, 20);
    ck_assert(o.engines == 2 && o.rounds == 0 && o.seed == 1);
    char *both[] = {"race", "tape", "graph", "--size", "3"}, *half[] = {"race", "tape"};
    ck_assert(race_options_parse(&o, 5, both));
    ck_assert(o.engine[0] == engine_named("tape", 0) && o.cells == 1);
    const int errors = silence(STDERR_FILENO);
    const bool alone = race_options_parse(&o, 2, half);
    give_back(STDERR_FILENO, errors);
    ck_assert(!alone);
}
END_TEST

START_TEST(a_small_benchmark_leaves_whole_files)
{
    char line[640];
    snprintf(line, sizeof line, "--size 2,3 --rounds 6 --processes 1 --out %s/deep/er",
             folder);
    ck_assert_int_eq(bench_status(line), EXIT_HELD);
    char *bench = text_of("deep/er/bench.tsv"), *ratio = text_of("deep/er/ratio.tsv");
    char *env = text_of("deep/er/env.tsv");
    ck_assert_uint_eq(count_of(bench, '\n'),
                      1 + 2 * 11); /* graph 5, tape 4, hand, primal */
    ck_assert_uint_eq(count_of(bench, '\t'), 18 * count_of(bench, '\n'));
    ck_assert_uint_eq(count_of(ratio, '\t'), 13 * count_of(ratio, '\n'));
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
    for (char *at = json; *at != '\0'; lines++) {
        char *end = strchr(at, '\n');
        *end = '\0';
        json_t *object = json_loads(at, JSON_REJECT_DUPLICATES, NULL);
        ck_assert_msg(json_is_object(object), "no object: %s", at);
        json_decref(object);
        at = end + 1;
    }
    /* The environment, two sizes with a head, rounds and an end, the end. */
    ck_assert_uint_eq(lines, 1 + 2 * 8 + 1);
    ck_assert_ptr_null(strstr(json, folder));
    free(json);
#endif
    free(bench);
    free(ratio);
    free(env);
}
END_TEST

/* Runs `gradyno race` with the words of a line; what it said, to be freed. */
static void race_says(const char *line, int status, const char *words)
{
    if (!gradyno_is_built("bench")) return;
    shell_result r = shell("%s race %s", gradyno_program(), line);
    ck_assert_msg(r.status == status, "race %s: %d\n%s%s", line, r.status, r.out,
                  r.err);
    ck_assert_msg(strstr(status == 2 ? r.err : r.out, words) != NULL, "race %s: %s%s",
                  line, r.out, r.err);
    shell_free(&r);
}

START_TEST(two_engines_race)
{
    race_says("graph tape --size 16 --seconds 0.5", 0,
              "graph / tape, whole gradient: ");
    race_says("graph tape --size 2 --rounds 6 --processes 1", 0, "fewer than the rule");
    race_says("tape tape --size 2 --rounds 6 --processes 1", 0, "tape / tape-2");
    race_says("graph hand-strict --size 5 --rounds 6 --processes 2", 0,
              "hand-strict: pass");
    race_says("graph", 2, "two engines");
    race_says("graph cuda", 2, "there is no engine 'cuda'");
    race_says("graph tape --quick", 2, "no option '--quick'");
}
END_TEST

START_TEST(one_engine_is_its_own_reference)
{
    char line[640];
    snprintf(line, sizeof line,
             "--workload mlp --engine tape --size 3 --rounds 6 --processes 1 --out %s",
             folder);
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
    suite_add_tcase(suite, record_cases());
    suite_add_tcase(suite, noise_cases());
    TCase *verb = tcase_create("verb");
    tcase_set_timeout(verb, 120);
    tcase_add_checked_fixture(verb, make_folder, end_folder);
    tcase_add_test(verb, the_environment_says_where);
    tcase_add_test(verb, a_phase_is_less_the_reading_in_it);
    tcase_add_test(verb, bytes_are_those_of_the_timed_form);
    tcase_add_test(verb, a_race_without_memory_has_no_times);
    tcase_add_test(verb, what_fails_is_not_timed);
    tcase_add_test(verb, default_workloads_have_no_subnormal_adjoint);
    tcase_add_test(verb, bad_options_are_refused);
    tcase_add_test(verb, good_options_arrive);
    tcase_add_test(verb, a_small_benchmark_leaves_whole_files);
    tcase_add_test(verb, two_engines_race);
    tcase_add_test(verb, one_engine_is_its_own_reference);
    tcase_add_test(verb, a_folder_that_cannot_be_written_is_an_error);
    suite_add_tcase(suite, verb);
    return suite;
}
