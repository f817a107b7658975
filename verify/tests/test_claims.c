/*
 * Right and wrong gradients of functions that break gradient checkers, in claims.tsv:
 * through `gradyno expr --claim`, and through the C API with a callback in double alone.
 * A miss (wrong and passed) or a false alarm (right and failed) is never allowed; of the
 * inconclusive there may be a few.
 */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/check.h"
#include "verify/expr.h"
#include "verify/expr_mpfr.h"
#include "verify/tests/shell.h"

Suite *claims_suite(void);

enum { FIELDS = 5, MOST_CLAIMS = 8, PASSED = 0, FAILED = 1, UNSURE = 3 };

/* One line of the table; the fields point into `line`. */
typedef struct entry {
    char *line;
    char *name, *expression, *bindings, *claims, *expected;
} entry;

typedef struct tally {
    size_t right, wrong, right_unsure, wrong_unsure, misses, alarms;
} tally;

/* The verdict on one entry: PASSED, FAILED, UNSURE, or anything else for a mishap. */
typedef int judge(const entry *e);

static bool split(char *line, entry *e)
{
    char **field[FIELDS] = {&e->name, &e->expression, &e->bindings, &e->claims,
                            &e->expected};
    e->line = line;
    for (int k = 0; k < FIELDS; k++) {
        *field[k] = line;
        line = strchr(line, '\t');
        if (line == NULL) return k == FIELDS - 1;
        *line++ = '\0';
    }
    return false;
}

static void judge_table(judge *verdict_on, tally *t)
{
    char *table = read_text("verify/tests/claims.tsv"), *end = NULL;
    ck_assert_ptr_nonnull(table);
    for (char *line = table; *line != '\0'; line = end) {
        entry e;
        end = line + strcspn(line, "\n");
        if (*end != '\0') *end++ = '\0';
        if (*line == '#' || *line == '\0') continue;
        ck_assert_msg(split(line, &e), "claims.tsv: %s", line);
        const bool right = strcmp(e.expected, "pass") == 0,
                   wrong = strcmp(e.expected, "fail") == 0,
                   undecided = strcmp(e.expected, "not-pass") == 0;
        const int verdict = verdict_on(&e);
        const bool miss = verdict == PASSED && (wrong || undecided);
        const bool alarm = verdict == FAILED && right;
        ck_assert_msg(verdict == PASSED || verdict == FAILED || verdict == UNSURE,
                      "%s: %s at %s --claim %s: %d", e.name, e.expression, e.bindings,
                      e.claims, verdict);
        t->right += right;
        t->wrong += wrong;
        t->right_unsure += right && verdict == UNSURE;
        t->wrong_unsure += wrong && verdict == UNSURE;
        t->misses += miss;
        t->alarms += alarm;
        if (miss || alarm)
            fprintf(stderr, "%s: %s: gradyno expr '%s' %s --claim '%s'\n",
                    miss ? "miss" : "false alarm", e.name, e.expression, e.bindings,
                    e.claims);
    }
    free(table);
}

/* Splits claims at ";;"; the number of them. */
static size_t split_claims(char *claims, char *claim[MOST_CLAIMS])
{
    size_t count = 0;
    while (claims != NULL && count < MOST_CLAIMS) {
        char *next = strstr(claims, ";;");
        claim[count++] = claims;
        if (next != NULL) *next = '\0', next += 2;
        claims = next;
    }
    return count;
}

/* ---- The command line ----------------------------------------------------------- */

static int by_program(const entry *e)
{
    char copy[2000], text[4000] = "", *claim[MOST_CLAIMS], bindings[1000], *rest = NULL;
    size_t used = 0;
    snprintf(copy, sizeof copy, "%s", e->claims);
    snprintf(bindings, sizeof bindings, "%s", e->bindings);
    const size_t count = split_claims(copy, claim);
    for (size_t k = 0; k < count; k++)
        used += (size_t)snprintf(text + used, sizeof text - used, " --claim '%s'",
                                 claim[k]);
    for (char *b = strtok_r(bindings, " ", &rest); b; b = strtok_r(NULL, " ", &rest))
        used += (size_t)snprintf(text + used, sizeof text - used, " '%s'", b);
    shell_result r = shell("%s expr '%s' %s", gradyno_program(), e->expression, text);
    const int status = r.status;
    shell_free(&r);
    return status;
}

START_TEST(through_the_command_line)
{
    tally t = {0};
    if (!gradyno_is_built("claims")) return;
    judge_table(by_program, &t);
    ck_assert_uint_eq(t.misses, 0);
    ck_assert_uint_eq(t.alarms, 0);
    /* without MPFR the command knows no more than the C API does */
    if (expr_mpfr_missing() != NULL) return;
    ck_assert_msg(100 * t.right_unsure <= t.right && 100 * t.wrong_unsure <= t.wrong,
                  "inconclusive: %zu of %zu right, %zu of %zu wrong", t.right_unsure,
                  t.right, t.wrong_unsure, t.wrong);
}
END_TEST

/* ---- The C API ------------------------------------------------------------------ */

static double value_of(const double *x, void *context)
{
    return expr_value(context, x);
}

/* The value of `text`, whose inputs are e's. */
static double value_at(const char *text, const expr *e, const double *x)
{
    expr_error error;
    expr *claim = expr_parse(text, &error);
    ck_assert_msg(claim != NULL, "%s", text);
    double *point = calloc(claim->inputs + 1, sizeof *point);
    ck_assert_ptr_nonnull(point);
    for (size_t k = 0; k < claim->inputs; k++)
        point[k] = x[expr_input_find(e, claim->input[k])];
    const double value = expr_value(claim, point);
    free(point);
    expr_free(claim);
    return value;
}

/* NAME=EXPR into values[which NAME it is]; which. */
static size_t assign(char *text, const expr *e, const double *x, double *values)
{
    char *equals = strchr(text, '=');
    ck_assert_msg(equals != NULL, "%s", text);
    *equals = '\0';
    const size_t i = expr_input_find(e, text);
    ck_assert_msg(i < e->inputs, "%s", text);
    values[i] = value_at(equals + 1, e, x);
    return i;
}

static int by_callback(const entry *e)
{
    expr_error error;
    expr *f = expr_parse(e->expression, &error);
    ck_assert_msg(f != NULL, "%s: %s", e->name, e->expression);
    double *x = calloc(f->inputs + 1, sizeof *x), *g = calloc(f->inputs + 1, sizeof *g);
    ck_assert(x != NULL && g != NULL);
    char copy[2000], *claim[MOST_CLAIMS], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", e->bindings);
    for (char *b = strtok_r(copy, " ", &rest); b; b = strtok_r(NULL, " ", &rest))
        assign(b, f, x, x);
    snprintf(copy, sizeof copy, "%s", e->claims);
    const size_t count = split_claims(copy, claim);
    size_t index[MOST_CLAIMS];
    for (size_t k = 0; k < count; k++) index[k] = assign(claim[k], f, x, g);
    ad_check_report report;
    ck_assert_int_eq(ad_check_gradient(value_of, f, f->inputs, x, g, NULL, &report),
                     AD_CHECK_OK);
    int verdict = PASSED;
    for (size_t k = 0; k < count; k++) { /* fail beats inconclusive beats pass */
        const ad_check_verdict one = report.rows[index[k]].verdict;
        if (one == AD_CHECK_FAIL) verdict = FAILED;
        if (one == AD_CHECK_INCONCLUSIVE && verdict == PASSED) verdict = UNSURE;
    }
    ad_check_report_free(&report);
    free(x);
    free(g);
    expr_free(f);
    return verdict;
}

START_TEST(through_the_api_in_double)
{
    tally t = {0};
    judge_table(by_callback, &t);
    ck_assert_uint_eq(t.misses, 0);
    ck_assert_uint_eq(t.alarms, 0);
    /* one in nine, as the acceptance has it */
    ck_assert_msg(9 * (t.right_unsure + t.wrong_unsure) <= t.right + t.wrong,
                  "inconclusive: %zu of %zu right, %zu of %zu wrong", t.right_unsure,
                  t.right, t.wrong_unsure, t.wrong);
}
END_TEST

Suite *claims_suite(void)
{
    Suite *suite = suite_create("claims");
    TCase *program = tcase_create("program"), *api = tcase_create("api");
    tcase_set_timeout(program, 120);
    tcase_add_test(program, through_the_command_line);
    tcase_add_test(api, through_the_api_in_double);
    suite_add_tcase(suite, api);
    suite_add_tcase(suite, program);
    return suite;
}
