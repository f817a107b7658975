/*
 * What random programs are held against is held against something itself: the judge
 * against numbers by hand, the witness in MPFR against rows that are wrong, the
 * shrinker against mutants of an engine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/dag_check.h"
#include "verify/expr_mpfr.h"
#include "verify/mutant.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { MOST_OPERATIONS = 60, BUDGET = 1000000 };

/* ---- The third parties are judged -------------------------------------------------
 */

/* The worked example by hand; and the bound must be small. */
START_TEST(the_third_party)
{
    dag d = {0};
    dag_clear(&d);
    for (size_t i = 0; i < 4; i++)
        dag_leaf(&d, AD_OP_var, (const double[]){2, -3, 10, -2}[i]);
    const size_t e = dag_apply(&d, AD_OP_mul, 2, (const size_t[]){0, 1}, 0);
    const size_t sum = dag_apply(&d, AD_OP_add, 2, (const size_t[]){e, 2}, 0);
    d.output = dag_apply(&d, AD_OP_mul, 2, (const size_t[]){sum, 3}, 0);
    dag_judgement j = {0};
    ck_assert(dag_judge(&d, d.output, d.seed, 0, &j));
    const double expected[7] = {6, -4, -2, 4, -2, -2, 1};
    for (size_t k = 0; k < 7; k++) {
        assert_same((double)j.at[k].derivative, expected[k]);
        ck_assert(j.at[k].bound < 1e-14);
    }
    dag_judgement_free(&j);
    dag_free(&d);
}
END_TEST

/*
 * A random program ending in `op`, which moves and has a derivative: tangent has what
 * MPFR says of it. False for the few that are at an edge.
 */
static bool end_in(ad_op op, dag_witness *witness, random_source *r, dag *d,
                   double *direction, dag_tangent *tangent)
{
    size_t operand[AD_MAX_OPERANDS], at;
    const ad_op_info *row = &ad_ops[op];
    dag_random(d, 5, r);
    for (int i = 0; i < row->operands; i++) {
        const double lo = i == 0 && row->lo > -2 ? row->lo : -2;
        const double hi = i == 0 && row->hi < 2 ? row->hi : lo + 4;
        operand[i] = dag_leaf(d, AD_OP_var, random_uniform(r, lo, hi));
    }
    d->output =
        dag_apply(d, op, (size_t)row->operands, operand, random_uniform(r, 1, 2));
    for (size_t k = 0; k < d->n; k++) direction[k] = random_uniform(r, 1, 2);
    return dag_is_sound(d) &&
           dag_witness_tangents(witness, d, direction, tangent, &at) == DAG_RESOLVED;
}

/* A partial or a value off by 1e-7 shows, in every row. */
START_TEST(mpfr_sees_a_wrong_row)
{
    dag_witness *witness = dag_witness_new();
    dag d = {0};
    dag_judgement j = {0};
    double direction[64];
    dag_tangent tangent[64];
    random_source random = {test_seed()};
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        for (int i = 0; i < ad_ops[op].operands; i++) {
            bool value_seen = false, partial_seen = false;
            for (int attempt = 0; attempt < 50; attempt++) {
                size_t at;
                if (!end_in((ad_op)op, witness, &random, &d, direction, tangent))
                    continue;
                const dag_tangent right = tangent[d.output];
                dag_item *v = &d.item[d.output];
                ck_assert(dag_judge_forward(&d, direction, DAG_PARTIAL_ULPS, &j));
                const dag_judged *judged = &j.at[d.output];
                ck_assert(is_within((double)judged->derivative, right.value,
                                    judged->bound + right.bound));
                d.partial[v->first + (size_t)i] *= 1 + 1e-7;
                ck_assert(dag_judge_forward(&d, direction, DAG_PARTIAL_ULPS, &j));
                partial_seen |= !is_within((double)judged->derivative, right.value,
                                           judged->bound + right.bound);
                v->value *= 1 + 1e-7;
                value_seen |= dag_witness_tangents(witness, &d, direction, tangent,
                                                   &at) == DAG_WRONG_VALUE &&
                              at == d.output;
            }
            ck_assert_msg(partial_seen, "a partial %d of %s off by 1e-7 is not seen", i,
                          ad_ops[op].name);
            ck_assert_msg(value_seen, "a value of %s off by 1e-7 is not seen",
                          ad_ops[op].name);
        }
    }
    dag_judgement_free(&j);
    dag_free(&d);
    dag_witness_free(witness);
}
END_TEST

/* ---- The shrinker -----------------------------------------------------------------
 */

typedef struct broken {
    subject s;
    dag_judgement j;
} broken;

static bool is_rejected(const dag *d, void *context)
{
    broken *b = context;
    dag_verdict verdict;
    ck_assert(dag_judge(d, d->output, d->seed, 0, &b->j));
    return !dag_check_subject(&b->s, d, &b->j, &verdict);
}

/* The same program from its printed text: the words between the quotes, then x0=... */
static void parse_command(const char *command, dag *d)
{
    const char *start = strchr(command, '\''), *end = strrchr(command, '\'');
    double inputs[16] = {0};
    char text[4096];
    expr_error error;
    ck_assert(start != NULL && end > start && end - start < (long)sizeof text);
    memcpy(text, start + 1, (size_t)(end - start - 1));
    text[end - start - 1] = '\0';
    expr *e = expr_parse(text, &error);
    ck_assert_msg(e != NULL, "%s: %s", command, e == NULL ? error.sentence : "");
    for (size_t i = 0; i < e->inputs; i++) {
        char binding[32];
        snprintf(binding, sizeof binding, " %s=", e->input[i]);
        const char *at = strstr(end, binding);
        ck_assert_msg(at != NULL && i < 16, "%s: no value for %s", command,
                      e->input[i]);
        inputs[i] = strtod(at + strlen(binding), NULL);
    }
    ck_assert(dag_from_expr(d, e, inputs));
    expr_free(e);
}

/* Every mistake in a row, and some of the walk: to at most `most` operations. */
static void shrink_mutant(const mutant *m, size_t most)
{
    broken b = {.j = {0}};
    dag d = {0}, again = {0};
    ck_assert(mutant_subject(&b.s, m));
    random_source random = {test_seed()};
    do dag_random(&d, MOST_OPERATIONS, &random);
    while (d.n < 20 || !is_rejected(&d, &b));
    dag_shrink(&d, is_rejected, &b, BUDGET);
    ck_assert(is_rejected(&d, &b));
    size_t operations = 0;
    for (size_t k = 0; k < d.n; k++) operations += !dag_is_leaf(&d, k);
    char *command = dag_command(&d);
    ck_assert_ptr_nonnull(command);
    ck_assert_msg(operations <= most, "%s is shrunk to %zu operations: %s", m->name,
                  operations, command);
    parse_command(command, &again);
    assert_ulps(again.item[again.output].value, d.seed * d.item[d.output].value, 4);
    if (m->op < AD_OP_sum) /* sums and products have become additions */
        ck_assert_msg(is_rejected(&again, &b), "%s: %s shows nothing", m->name,
                      command);
    free(command);
    dag_free(&d);
    dag_free(&again);
    dag_judgement_free(&b.j);
    subject_free(&b.s);
}

/* Inputs are numbered as in the command, which leaves out what nobody needs. */
START_TEST(a_name_is_that_of_the_command)
{
    dag d = {.seed = 1};
    dag_leaf(&d, AD_OP_var, 5);
    const size_t x = dag_leaf(&d, AD_OP_var, 3), y = dag_leaf(&d, AD_OP_var, 2);
    const size_t both[2] = {x, y}, a = dag_apply(&d, AD_OP_mul, 2, both, 0);
    d.output = dag_apply(&d, AD_OP_tanh, 1, &a, 0);
    char *command = dag_command(&d);
    ck_assert_str_eq(command, "gradyno expr 'v3 = x0 * x1; tanh(v3)' x0=3 x1=2");
    free(command);
    const struct {
        size_t item;
        const char *name;
    } names[] = {{x, "x0"}, {y, "x1"}, {a, "v3"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *name = dag_name(&d, names[i].item);
        ck_assert_str_eq(name, names[i].name);
        free(name);
    }
    dag_free(&d);
}
END_TEST

START_TEST(a_failure_is_shrunk)
{
    size_t n;
    mutant *list = mutant_list(&n);
    ck_assert_ptr_nonnull(list);
    for (size_t i = 0; i < n; i++) {
        const mutant *m = &list[i];
        if (m->mistake == MISTAKE_sign || m->mistake == MISTAKE_upstream)
            shrink_mutant(m, m->mistake == MISTAKE_sign ? 1 : 2);
        if (m->mistake == MISTAKE_preorder) shrink_mutant(m, 4);
    }
    free(list);
}
END_TEST

Suite *dag_suite(void)
{
    Suite *suite = suite_create("dag");
    TCase *tests = tcase_create("judges");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, the_third_party);
    tcase_add_test(tests, a_name_is_that_of_the_command);
    tcase_add_test(tests, a_failure_is_shrunk);
    if (expr_mpfr_missing() == NULL) tcase_add_test(tests, mpfr_sees_a_wrong_row);
    suite_add_tcase(suite, tests);
    return suite;
}
