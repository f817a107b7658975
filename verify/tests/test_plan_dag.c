/*
 * Plans of random programs, run at inputs other than the recorded ones, against a fresh
 * recording there.
 *
 * Unrolled, a plan's values are the tape's own, bit for bit, and its gradients within the
 * judge's bound. Rolled, sums have another order: the same where no sum of a program is
 * long enough to be rolled; test_plan.c has those where it shows.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/plan.h"
#include "verify/dag_check.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { PROGRAMS = 20000, MOST_OPERATIONS = 60, MOST = 1024 };

/* Records d as a flat list of handles; leaves in order. */
static size_t record(ad_tape *t, const dag *d, ad_tape_handle *at, ad_tape_handle *in)
{
    size_t leaves = 0;
    for (size_t k = 0; k < d->n; k++) {
        const dag_item *v = &d->item[k];
        const size_t *operand = dag_operands(d, k);
        ad_tape_handle x[MOST];
        for (size_t i = 0; i < v->n; i++) x[i] = at[operand[i]];
        switch (v->op) {
        case AD_OP_var: at[k] = in[leaves++] = ad_tape_var(t, v->value); break;
        case AD_OP_constant: at[k] = ad_tape_constant(t, v->value); break;
        case AD_OP_sum: at[k] = ad_tape_sum(t, v->n, v->n > 0 ? x[0] : at[0]); break;
        case AD_OP_dot: {
            const size_t n = v->n / 2;
            at[k] = ad_tape_dot(t, n, n > 0 ? x[0] : at[0], n > 0 ? x[n] : at[0]);
            break;
        }
        case AD_OP_custom:
            at[k] = ad_tape_custom(t, v->n, x, v->value, dag_partials(d, k));
            break;
        default: at[k] = ad_tape_apply(t, v->op, x, v->c);
        }
    }
    return leaves;
}

/* Other values for the leaves that are inputs, near enough to stay in the domains. */
static size_t move(dag *d, random_source *r, double *x)
{
    size_t leaves = 0;
    for (size_t k = 0; k < d->n; k++) {
        if (d->item[k].op != AD_OP_var) continue;
        d->item[k].value *= 1 + random_uniform(r, -0x1p-6, 0x1p-6);
        x[leaves++] = d->item[k].value;
    }
    dag_evaluate(d);
    return leaves;
}

typedef struct outcome {
    size_t compared, exact, loose;
} outcome;

static void compare(const dag *d, const double *x, ad_plan *p, const dag_judgement *j,
                    const char *which, uint64_t seed, outcome *o)
{
    double y, gradient[MOST];
    ck_assert_int_eq(ad_plan_forward(p, x, &y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(p, &d->seed, gradient), AD_OK);
    const double right = d->item[d->output].value;
    struct ad_plan_statistics s;
    ad_plan_statistics(p, &s);
    /* Sums in another order, and a custom node's value put together again, may round
     * otherwise. */
    const bool strict = dag_same(y, right) && s.customs == 0 && s.loops == 0;
    const double slack = strict ? 0 : 1e-7;
    o->compared++;
    o->exact += slack == 0;
    ck_assert_msg(is_within(y, right, slack * (1 + fabs(right))),
                  "seed %" PRIu64 ": %s: value %.17g, expected %.17g", seed, which, y,
                  right);
    size_t leaf = 0;
    for (size_t k = 0; k < d->n; k++) {
        if (d->item[k].op != AD_OP_var) continue;
        const double g = (double)j->at[k].derivative;
        const double bound =
            j->at[k].bound + slack * (fabs(g) + (double)j->at[k].size + 1);
        ck_assert_msg(dag_is_within(gradient[leaf], g, bound),
                      "seed %" PRIu64 ": %s: gradient %zu is %.17g, expected %.17g "
                      "within %.3g",
                      seed, which, leaf, gradient[leaf], g, bound);
        leaf++;
    }
}

START_TEST(random_programs_replayed)
{
    dag d = {0};
    dag_judgement j = {0};
    outcome unrolled = {0}, rolled = {0};
    const uint64_t seed = test_seed();
    static ad_tape_handle at[MOST], in[MOST];
    static double x[MOST];
    ad_tape *t = ad_tape_new(NULL);
    for (uint64_t k = 0; k < soaked(PROGRAMS); k++) {
        random_source random = {seed + k};
        dag_random(&d, MOST_OPERATIONS, &random);
        ck_assert_uint_lt(d.n, MOST);
        ad_tape_reset(t);
        const size_t leaves = record(t, &d, at, in);
        ad_plan *plain = ad_tape_plan_unrolled(t, leaves, in, 1, &at[d.output]);
        ad_plan *p = ad_tape_plan(t, leaves, in, 1, &at[d.output]);
        ck_assert(plain != NULL && p != NULL);
        for (int point = 0; point < 3; point++) {
            if (point > 0)
                move(&d, &random, x);
            else
                for (size_t i = 0; i < leaves; i++) x[i] = in[i].value;
            if (!dag_is_sound(&d)) break;
            ck_assert(dag_judge(&d, d.output, d.seed, 0, &j));
            compare(&d, x, plain, &j, "unrolled", seed + k, &unrolled);
            compare(&d, x, p, &j, "rolled", seed + k, &rolled);
        }
        ad_plan_free(plain);
        ad_plan_free(p);
    }
    /* Most are held to the judge's bound. */
    ck_assert_uint_gt(unrolled.exact, unrolled.compared / 2);
    ck_assert_uint_gt(rolled.exact, rolled.compared / 2);
    ad_tape_free(t);
    dag_judgement_free(&j);
    dag_free(&d);
}
END_TEST

Suite *plan_dag_suite(void)
{
    Suite *suite = suite_create("plan_dag");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, random_programs_replayed);
    suite_add_tcase(suite, tests);
    return suite;
}
