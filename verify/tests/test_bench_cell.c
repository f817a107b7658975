/* Judgements, which come before any time; and rows that a machine can read. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_jansson
#include <jansson.h>
#endif

#include "bench/cell.h"
#include "bench/cell_tsv.h"
#include "bench/records.h"
#include "verify/tests/bench_cases.h"

/* ---- Judgements ----------------------------------------------------------------- */

START_TEST(a_judgement_keeps_the_worst)
{
    judgement j = judgement_start("tape", "hand");
    judgement_add(&j, 1.0, 1.0, 0); /* exact: fine even where nothing is allowed */
    ck_assert(j.passed);
    judgement_add(&j, 1.5, 1.0, 1.0);
    judgement_add(&j, 102, 100, 10);
    ck_assert(j.passed && j.residual == 0.5 && j.bound == 1.0);
    judgement_add(&j, 3, 1, 1.5);
    ck_assert(!j.passed && j.residual == 2 && j.bound == 1.5);
    judgement_add(&j, 1, 1, 1);
    ck_assert(!j.passed);
}
END_TEST

START_TEST(no_judgement_passes_what_is_not_a_number)
{
    const double nan = (double)NAN, infinity = (double)INFINITY;
    const double cases[][3] = {{nan, 1, 1},
                               {1, nan, 1},
                               {1, 1.5, nan},
                               {infinity, 1, 1},
                               {infinity, infinity, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        judgement j = judgement_start("tape", "hand");
        judgement_add(&j, cases[i][0], cases[i][1], cases[i][2]);
        ck_assert_msg(!j.passed, "case %zu", i);
    }
}
END_TEST

/* ---- Rows ----------------------------------------------------------------------- */

/* A cell with an engine that passed, and one that did not. */
static cell example_cell(void)
{
    cell c = {.workload = "mlp", .size = 4, .ops = 100, .seed = 9};
    judgement good = judgement_start("graph", "hand"),
              bad = judgement_start("tape", "hand");
    judgement_add(&good, 1.25, 1, 0.5);
    judgement_add(&bad, (double)NAN, 1, 0.5);
    good.bytes_per_op = 80;
    cell_judge(&c, good);
    cell_judge(&c, bad);
    cell_declare(&c, "graph", "whole", 10, (double)NAN);
    cell_declare(&c, "graph", "again", 10, 5e3);
    cell_declare(&c, "graph", "record", 10, (double)NAN);
    cell_declare(&c, "graph", "reading", 10, (double)NAN);
    for (int i = 0; i < 6; i++) /* `again` takes twice as long */
        ck_assert(
            cell_round(&c, (double[]){300 + i, 600 + 2 * i, 600 + 2 * i, 300 + i}));
    ck_assert(cell_finish(&c));
    return c;
}

/* A tape by phases, a column a round. */
static cell phases_cell(size_t rounds, const double *whole, const double *record,
                        const double *backward)
{
    cell c = {.workload = "mlp", .size = 4, .ops = 100};
    cell_declare(&c, "tape", "whole", 1, (double)NAN);
    if (record != NULL) cell_declare(&c, "tape", "record", 1, (double)NAN);
    if (record != NULL) cell_declare(&c, "tape", "backward", 1, (double)NAN);
    for (size_t i = 0; i < rounds; i++)
        ck_assert(cell_round(&c, record == NULL
                                     ? (double[]){whole[i], 0, 0}
                                     : (double[]){whole[i], record[i], backward[i]}));
    return c;
}

/* What is written into a stream, to be freed. */
static char *written(void (*header)(FILE *), void (*rows)(FILE *, const cell *),
                     const cell *c)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    header(out);
    rows(out, c);
    fclose(out);
    return text;
}

START_TEST(tsv_has_a_field_for_every_column)
{
    cell c = example_cell();
    char *bench = written(bench_tsv_header, bench_tsv_rows, &c);
    char *ratio = written(ratio_tsv_header, ratio_tsv_rows, &c);
    ck_assert_uint_eq(count_of(bench, '\n'),
                      4); /* header, whole, record, and the failure */
    ck_assert_uint_eq(count_of(bench, '\t'), 4 * 18);
    ck_assert_uint_eq(count_of(ratio, '\n'), 2);
    ck_assert_uint_eq(count_of(ratio, '\t'), 2 * 13);
    ck_assert_ptr_nonnull(strstr(
        bench, "\nmlp\t4\t100\tgraph\tpass\t0.25\t0.5\twhole\t6\t302.5\t300\t305\t"
               "3.0249999999999999\t80\t-\t1\t302.5\t302.5\t0\n"));
    ck_assert_ptr_nonnull(
        strstr(bench, "\nmlp\t4\t100\ttape\tfail\t-\t0.5\twhole\t0\t-\t-\t-\t-\t-\t-\t"
                      "0\t-\t-\t0\n"));
    ck_assert_ptr_nonnull(strstr(bench, "\trecord\t6\t302.5\t300\t305\t"));
    ck_assert_ptr_nonnull(
        strstr(ratio, "\nmlp\t4\t100\tgraph\tgraph\twhole\t2\t2\t2\t1\t-\t1\t2\t2\n"));
    ck_assert_ptr_null(strstr(bench, "nan"));
    free(bench);
    free(ratio);
    ck_assert(!cell_passed(&c));
    ck_assert(cell_may_time(&c, "graph") && !cell_may_time(&c, "tape"));
    ck_assert(!cell_may_time(&c, "nobody"));
    cell_free(&c);
}
END_TEST

START_TEST(phases_that_do_not_add_up_show)
{
    static const double whole[] = {100, 100}, record[] = {60, 60},
                        backward[] = {60, 60};
    cell none = {.workload = "mlp"}, c = phases_cell(2, whole, NULL, NULL);
    ck_assert(isnan(cell_excess_of_phases(&none, "tape")));
    ck_assert(isnan(cell_excess_of_phases(&c, "tape")));
    cell_free(&c);
    c = phases_cell(2, whole, record, backward);
    ck_assert(fabs(cell_excess_of_phases(&c, "tape") - 0.2) < 1e-15);
    cell_free(&c);
}
END_TEST

/*
 * In each round something takes the processor away from one phase; in none of them do
 * the phases take more than the whole. (Their medians do: 90 + 90.)
 */
START_TEST(phases_are_added_round_by_round)
{
    static const double whole[] = {100, 100, 180}, record[] = {90, 10, 90},
                        backward[] = {10, 90, 90};
    cell c = phases_cell(3, whole, record, backward);
    ck_assert(cell_excess_of_phases(&c, "tape") == 0);
    cell_free(&c);
}
END_TEST

/* Two processes: one says that b is faster, the other that it is slower. */
START_TEST(processes_that_disagree_resolve_nothing)
{
    cell c = {.workload = "mlp", .size = 4, .ops = 100};
    cell_declare(&c, "a", "whole", 1, (double)NAN);
    cell_declare(&c, "a", "again", 1, (double)NAN);
    cell_declare(&c, "b", "whole", 1, (double)NAN);
    for (size_t turn = 0; turn < 2; turn++) {
        cell_process(&c, turn);
        for (int i = 0; i < (turn == 0 ? 40 : 6); i++)
            ck_assert(cell_round(&c, (double[]){100, 100, turn == 0 ? 80 : 102}));
        ck_assert(cell_finish(&c));
        const comparison *r = cell_comparison(&c, "a", "b", "whole");
        ck_assert(r->ratio.lo > 1 && r->resolved == (turn == 0));
    }
    ck_assert_uint_eq(c.processes, 2);
    const comparison *r = cell_comparison(&c, "a", "b", "whole");
    ck_assert(r->of_processes.hi == 1.25 && r->of_processes.lo == 100.0 / 102);
    cell_free(&c);
}
END_TEST

#ifdef HAVE_jansson
/* One line is one strict object. */
static json_t *parsed(const char *line)
{
    json_error_t error;
    json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(object != NULL, "%s in: %s", error.text, line);
    return object;
}

START_TEST(json_lines_are_strict_and_hold_the_samples)
{
    cell c = example_cell();
    usage quiet[4] = {{0}};
    quiet[0].cycles = (double)NAN;
    quiet[2].preemptions = 2;
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    record_cell(out, &c, 0);
    record_round(out, &c, quiet);
    record_cell_end(out, &c);
    fclose(out);
    ck_assert_uint_eq(count_of(text, '\n'), 3);
    char *second = strchr(text, '\n') + 1, *third = strchr(second, '\n') + 1;
    second[-1] = third[-1] = '\0';
    json_t *head = parsed(text), *round = parsed(second), *end = parsed(third);
    json_t *failed = json_array_get(json_object_get(head, "verdicts"), 1);
    ck_assert_str_eq(json_string_value(json_object_get(failed, "verdict")), "fail");
    ck_assert(json_is_null(json_object_get(failed, "residual"))); /* it was a NaN */
    json_t *samples = json_object_get(round, "ns");
    ck_assert_uint_eq(json_array_size(samples), 4);
    ck_assert(json_real_value(json_array_get(samples, 0)) == 305 ||
              json_integer_value(json_array_get(samples, 0)) == 305);
    ck_assert(json_is_null(json_object_get(round, "cycles")));
    json_t *disturbed = json_object_get(round, "disturbed");
    ck_assert_uint_eq(json_array_size(disturbed), 1);
    ck_assert_int_eq(json_integer_value(json_array_get(disturbed, 0)), 2);
    json_decref(head);
    json_decref(round);
    json_decref(end);
    free(text);
    cell_free(&c);
}
END_TEST
#endif

TCase *cell_cases(void)
{
    TCase *cells = tcase_create("cells");
    tcase_add_test(cells, a_judgement_keeps_the_worst);
    tcase_add_test(cells, no_judgement_passes_what_is_not_a_number);
    tcase_add_test(cells, tsv_has_a_field_for_every_column);
    tcase_add_test(cells, phases_that_do_not_add_up_show);
    tcase_add_test(cells, phases_are_added_round_by_round);
    tcase_add_test(cells, processes_that_disagree_resolve_nothing);
#ifdef HAVE_jansson
    tcase_add_test(cells, json_lines_are_strict_and_hold_the_samples);
#endif
    return cells;
}
