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
#include "bench/cell_write.h"
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
    static const double whole[] = {300, 301, 302, 303, 304, 305};
    static const double again[] = {600, 602, 604, 606, 608, 610}; /* twice as long */
    cell c = {.workload = "mlp", .size = 4, .ops = 100, .seed = 9, .rounds = 6};
    judgement good = judgement_start("graph", "hand"),
              bad = judgement_start("tape", "hand");
    judgement_add(&good, 1.25, 1, 0.5);
    judgement_add(&bad, (double)NAN, 1, 0.5);
    good.bytes_per_op = 80;
    cell_judge(&c, good);
    cell_judge(&c, bad);
    ck_assert(cell_measure(&c, "graph", "whole", 10, whole, NULL));
    ck_assert(cell_measure(&c, "graph", "again", 10, again, NULL));
    ck_assert(cell_measure(&c, "graph", "record", 10, again, whole));
    cell_compare_itself(&c, "graph");
    cell_compare(&c, "graph", "whole", "tape",
                 "whole"); /* has no time: no comparison */
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
    ck_assert_uint_eq(count_of(bench, '\t'), 4 * 13);
    ck_assert_uint_eq(count_of(ratio, '\n'), 2);
    ck_assert_uint_eq(count_of(ratio, '\t'), 2 * 10);
    ck_assert_ptr_nonnull(strstr(
        bench, "\nmlp\t4\t100\tgraph\tpass\t0.25\t0.5\twhole\t6\t302.5\t300\t305\t"
               "3.0249999999999999\t80\n"));
    ck_assert_ptr_nonnull(
        strstr(bench, "\nmlp\t4\t100\ttape\tfail\t-\t0.5\twhole\t0\t-\t-\t-\t-\t-\n"));
    ck_assert_ptr_nonnull(strstr(bench, "\trecord\t6\t302.5\t300\t305\t"));
    ck_assert_ptr_nonnull(
        strstr(ratio, "\nmlp\t4\t100\tgraph\tgraph\twhole\t2\t2\t2\t1\t-\n"));
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
    cell c = {.workload = "mlp", .size = 4, .ops = 100, .rounds = 2};
    ck_assert(isnan(cell_excess_of_phases(&c, "tape")));
    cell_measure(&c, "tape", "whole", 1, whole, NULL);
    ck_assert(isnan(cell_excess_of_phases(&c, "tape")));
    cell_measure(&c, "tape", "record", 1, record, NULL);
    cell_measure(&c, "tape", "backward", 1, backward, NULL);
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
    cell c = {.workload = "mlp", .size = 4, .ops = 100, .rounds = 3};
    cell_measure(&c, "tape", "whole", 1, whole, NULL);
    cell_measure(&c, "tape", "record", 1, record, NULL);
    cell_measure(&c, "tape", "backward", 1, backward, NULL);
    ck_assert(cell_excess_of_phases(&c, "tape") == 0);
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
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    ck_assert(cell_json(out, &c));
    fclose(out);
    ck_assert_uint_eq(count_of(text, '\n'), 1);
    json_t *object = parsed(text);
    json_t *verdicts = json_object_get(object, "verdicts");
    json_t *failed = json_array_get(verdicts, 1);
    ck_assert_str_eq(json_string_value(json_object_get(failed, "verdict")), "fail");
    ck_assert(json_is_null(json_object_get(failed, "residual"))); /* it was a NaN */
    json_t *first = json_array_get(json_object_get(object, "series"), 0);
    json_t *samples = json_object_get(first, "samples_ns");
    ck_assert_uint_eq(json_array_size(samples), 6);
    ck_assert(json_real_value(json_array_get(samples, 5)) == 305);
    json_decref(object);
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
#ifdef HAVE_jansson
    tcase_add_test(cells, json_lines_are_strict_and_hold_the_samples);
#endif
    return cells;
}
