/*
 * The record of a run: read back as it was written, whatever tore it; continued after
 * kill -9 to the same cells; and what is computed from two of them.
 */
#include <check.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/baseline.h"
#include "bench/export_google.h"
#include "bench/records.h"
#include "bench/scaling.h"
#include "verify/random.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/folder.h"
#include "verify/tests/shell.h"
#include "verify/tests/volume.h"

#ifdef HAVE_jansson
#include <jansson.h>

static char record[800];

static void make_record(void)
{
    make_folder();
    snprintf(record, sizeof record, "%s/bench.jsonl", folder);
}

/* ---- Made by hand ----------------------------------------------------------------- */

/* A cell of an engine whose whole takes `ns` and `again` the same but for some noise, and
 * a primal of `yardstick`. */
static void add_example(bench_run *r, size_t size, double ns, double yardstick)
{
    cell head = {.size = size, .ops = 10 * size, .seed = 3};
    snprintf(head.workload, CELL_NAME, "mlp");
    cell_judge(&head, judgement_start("tape", "hand"));
    head.judgement[0].bytes_per_op = 26;
    cell_declare(&head, "tape", "whole", 7, 1e3);
    cell_declare(&head, "tape", "again", 7, (double)NAN);
    cell_declare(&head, "primal", "primal", 70, (double)NAN);
    cell *c = run_begin(r, &head, 0);
    ck_assert_ptr_nonnull(c);
    random_source random = {test_seed()};
    for (int i = 0; i < 51; i++) {
        const double noise[] = {random_uniform(&random, 1, 1.02),
                                random_uniform(&random, 1, 1.02),
                                random_uniform(&random, 1, 1.02)};
        ck_assert(cell_round(
            c, (double[]){ns * noise[0], ns * noise[1], yardstick * noise[2]}));
    }
    snprintf(c->end, CELL_NAME, "narrow");
    c->complete[0] = true;
    ck_assert(cell_finish(c));
}

static void write_example(FILE *out, const bench_run *r)
{
    const usage quiet[CELL_SERIES] = {{.faults = 0}};
    environment e = {
        .count = 2,
        .field = {{"cpu", "a \"fast\" one", true}, {"comparable", "0123", false}}};
    record_run(out, &e, 3, "a configuration");
    for (size_t i = 0; i < r->cells; i++) {
        cell c = *r->cell[i];
        const size_t rounds = c.rounds;
        record_cell(out, &c, 0);
        c.turn = 0;
        for (c.rounds = 1; c.rounds <= rounds; c.rounds++) {
            c.rounds_of[0] = c.rounds;
            record_round(out, &c, quiet);
        }
        record_cell_end(out, &c);
    }
}

START_TEST(a_record_is_read_as_it_was_written)
{
    bench_run r = {0}, back = {0};
    char why[200];
    long offset = 0;
    add_example(&r, 4, 100, 20);
    add_example(&r, 8, 210, 40);
    FILE *out = fopen(record, "w");
    write_example(out, &r);
    const long whole = ftell(out);
    fputs("{\"record\":\"round\",\"ns\":[1,2", out); /* killed here */
    fclose(out);
    ck_assert_msg(record_read(&back, record, &offset, why, sizeof why), "%s", why);
    ck_assert_int_eq(offset, whole);
    ck_assert_str_eq(back.configuration, "a configuration");
    ck_assert_str_eq(environment_value(&back.environment, "cpu"), "a \"fast\" one");
    ck_assert_uint_eq(back.cells, 2);
    ck_assert(run_finish(&back));
    for (size_t i = 0; i < 2; i++) {
        const cell *a = r.cell[i], *b = back.cell[i];
        ck_assert(a->size == b->size && a->rounds == b->rounds && b->complete[0]);
        ck_assert(a->series[0].figure.median == b->series[0].figure.median);
        ck_assert(a->comparison[0].ratio.lo == b->comparison[0].ratio.lo);
    }
    run_free(&r);
    run_free(&back);
}
END_TEST

START_TEST(what_is_no_record_is_refused)
{
    static const char *const bad[] = {"{}\n", "[1]\n", "hello\n",
                                      "{\"record\":\"poem\"}\n",
                                      "{\"record\":\"run\",\"record\":\"run\"}\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        bench_run r = {0};
        long offset = 0;
        char why[200] = "";
        ck_assert(write_text(record, bad[i]));
        ck_assert_msg(!record_read(&r, record, &offset, why, sizeof why), "%s", bad[i]);
        ck_assert_str_ne(why, "");
        run_free(&r);
    }
}
END_TEST

/* How a run of those times compares with one of 100 and 20. */
static size_t regressions(double ns, double yardstick, char **text)
{
    bench_run then = {0}, now = {0};
    size_t length;
    FILE *out = open_memstream(text, &length);
    add_example(&then, 4, 100, 20);
    add_example(&now, 4, ns, yardstick);
    const size_t n = baseline_compare(&now, &then, out);
    fclose(out);
    run_free(&then);
    run_free(&now);
    return n;
}

START_TEST(a_baseline_sees_what_is_larger_than_its_floors)
{
    static const struct {
        double ns, yardstick;
        size_t regressions;
        const char *verdict;
    } cases[] = {
        {100, 20, 0, ": not resolved"}, {125, 20, 1, ": REGRESSION"},
        {80, 20, 0, ": improvement"},   {103, 20, 0, ": not resolved"},
        {150, 30, 0, ": not resolved"}, /* the machine is slower, not the engine */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text;
        ck_assert_uint_eq(regressions(cases[i].ns, cases[i].yardstick, &text),
                          cases[i].regressions);
        ck_assert_msg(strstr(text, cases[i].verdict) != NULL, "%s", text);
        free(text);
    }
}
END_TEST

START_TEST(slopes_and_knees_follow_from_the_cells)
{
    bench_run r = {0};
    add_example(&r, 10, 1e3, 100);
    add_example(&r, 100, 1e4, 1000);
    add_example(&r, 1000, 1e5, 1e4);
    r.environment = (environment){.count = 1, .field = {{"l2_bytes", "26000", true}}};
    char *screen, *tsv;
    size_t length;
    FILE *a = open_memstream(&screen, &length), *b = open_memstream(&tsv, &length);
    scaling_tsv_header(b);
    scaling_write(&r, a, b);
    fclose(a);
    fclose(b);
    const char *slope = strstr(tsv, "mlp\ttape\t-\tslope\t-\t");
    ck_assert_ptr_nonnull(slope);
    ck_assert(fabs(strtod(slope + strlen("mlp\ttape\t-\tslope\t-\t"), NULL) - 1) <
              0.01);
    ck_assert_ptr_nonnull(strstr(tsv, "mlp\ttape\t-\tknee_l2\t1000\t1000\t-\t-\n"));
    ck_assert_ptr_nonnull(strstr(tsv, "\tprimal\tgeometric_mean\t"));
    ck_assert_uint_eq(count_of(tsv, '\t'), 7 * count_of(tsv, '\n'));
    free(screen);
    free(tsv);
    run_free(&r);
}
END_TEST

START_TEST(the_export_is_what_services_read)
{
    bench_run r = {0};
    add_example(&r, 4, 100, 20);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    export_google(&r, out);
    fclose(out);
    json_t *all = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(all != NULL, "%s", text);
    ck_assert(json_is_object(json_object_get(all, "context")));
    json_t *list = json_object_get(all, "benchmarks");
    ck_assert_uint_eq(json_array_size(list), 2); /* again is nobody's figure */
    json_t *one = json_array_get(list, 0);
    ck_assert_str_eq(json_string_value(json_object_get(one, "name")),
                     "mlp/4/tape/whole");
    ck_assert_str_eq(json_string_value(json_object_get(one, "time_unit")), "ns");
    ck_assert(fabs(json_number_value(json_object_get(one, "real_time")) - 101) < 1);
    json_decref(all);
    free(text);
    run_free(&r);
}
END_TEST

/* ---- kill -9 ----------------------------------------------------------------------- */

static void sleep_ms(long ms)
{
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* Runs the benchmark and kills it after so many ms; whether it was still there. */
static bool killed(char *const *argv, long ms)
{
    const pid_t child = fork();
    if (child == 0) {
        silence(STDOUT_FILENO);
        execv(gradyno_program(), argv);
        _exit(127);
    }
    ck_assert_int_gt(child, 0);
    sleep_ms(ms);
    kill(child, SIGKILL);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static void killed_and_resumed(const char *processes, uint64_t seed)
{
    random_source random = {seed};
    char in[640], *argv[] = {(char[]){"gradyno"},
                             (char[]){"bench"},
                             (char[]){"--size"},
                             (char[]){"2,5"},
                             (char[]){"--rounds"},
                             (char[]){"20"},
                             (char[]){"--resume"},
                             (char[]){"--processes"},
                             NULL,
                             (char[]){"--out"},
                             in,
                             NULL};
    char count[8];
    snprintf(count, sizeof count, "%s", processes);
    snprintf(in, sizeof in, "%s/%s", folder, processes);
    snprintf(record, sizeof record, "%s/bench.jsonl", in);
    argv[8] = count;
    size_t kills = 0;
    for (int i = 0; i < 6; i++) kills += killed(argv, (long)random_below(&random, 250));
    ck_assert_uint_gt(kills, 0);
    /* And something that a crash may leave behind. */
    FILE *torn = fopen(record, "a");
    if (torn != NULL) fputs("{\"record\":\"rou", torn), fclose(torn);
    shell_result r = shell("%s bench --size 2,5 --rounds 20 --resume --processes %s "
                           "--out %s",
                           gradyno_program(), processes, in);
    ck_assert_msg(r.status == 0, "seed %llu: %s%s", (unsigned long long)seed, r.out,
                  r.err);
    shell_free(&r);
    bench_run run = {0};
    long offset = 0;
    char why[200];
    ck_assert_msg(record_read(&run, record, &offset, why, sizeof why), "%s", why);
    ck_assert(run.ended);
    ck_assert_uint_eq(run.cells, 2);
    const size_t turns = (size_t)atoi(processes);
    for (size_t i = 0; i < 2; i++)
        for (size_t t = 0; t < turns; t++)
            ck_assert_msg(run.cell[i]->rounds_of[t] == 20 / turns &&
                              run.cell[i]->complete[t],
                          "seed %llu: cell %zu has %zu rounds in turn %zu",
                          (unsigned long long)seed, i, run.cell[i]->rounds_of[t], t);
    run_free(&run);
}

START_TEST(a_killed_run_is_resumed_to_the_same_cells)
{
    if (!gradyno_is_built("bench")) return;
    for (size_t i = 0; i < soaked(2); i++)
        killed_and_resumed(i % 2 == 0 ? "1" : "2", test_seed() + i);
}
END_TEST

/* Whether the run is refused with status 2 and one sentence that has the words. */
static void refused(const char *options, const char *words)
{
    shell_result r = shell("%s bench --resume --processes 1 --rounds 6 %s --out %s",
                           gradyno_program(), options, folder);
    ck_assert_msg(r.status == 2 && strstr(r.err, words) != NULL, "%d: %s", r.status,
                  r.err);
    ck_assert_uint_eq(count_of(r.err, '\n'), 1);
    shell_free(&r);
}

START_TEST(another_run_is_not_resumed)
{
    if (!gradyno_is_built("bench")) return;
    shell_result r = shell("%s bench --size 2 --rounds 6 --processes 1 --out %s",
                           gradyno_program(), folder);
    ck_assert_int_eq(r.status, 0);
    shell_free(&r);
    refused("--size 3", "asked for other things");
    refused("--size 2 --seed 2", "asked for other things");
    r = shell("sed -i 's/\"cpu\":\"[^\"]*\"/\"cpu\":\"Z80\"/; "
              "s/\"comparable\":\"/&f/' %s",
              record);
    shell_free(&r);
    refused("--size 2", "cpu: Z80 then");
}
END_TEST
#endif

TCase *record_cases(void)
{
    TCase *records = tcase_create("records");
    tcase_set_timeout(records, 120);
#ifdef HAVE_jansson
    tcase_add_checked_fixture(records, make_record, end_folder);
    tcase_add_test(records, a_record_is_read_as_it_was_written);
    tcase_add_test(records, what_is_no_record_is_refused);
    tcase_add_test(records, a_baseline_sees_what_is_larger_than_its_floors);
    tcase_add_test(records, slopes_and_knees_follow_from_the_cells);
    tcase_add_test(records, the_export_is_what_services_read);
    tcase_add_test(records, a_killed_run_is_resumed_to_the_same_cells);
    tcase_add_test(records, another_run_is_not_resumed);
#endif
    return records;
}
