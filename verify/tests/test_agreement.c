/*
 * The engines agree on random programs: with each other, with a third party that has
 * neither's walk, with the tape's own sweep forwards, and with MPFR, which has no
 * calculus.
 *
 * Seen: every mistake of a walk (order, a missing or doubled contribution, a stale
 * adjoint, an operand taken for another), on shapes that nobody thought of: fan-out,
 * repeated operands, dead branches (infinite partials among them), constants, ranges
 * that overlap, custom nodes, a million operations deep; and, in the tenth of the
 * programs that MPFR evaluates, a wrong value or partial of a row. Not seen there: a
 * row's mistake within 16 ulps, or at a kink.
 *
 * test_dag.c has the proof that each of these third parties can say no.
 *
 * Bounds are accumulated |contributions| (verify/dag_judge.h), never a tolerance. A
 * program that fails is shrunk, and printed as a command to paste.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "verify/dag_check.h"
#include "verify/expr_mpfr.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum {
    PROGRAMS = 100000,
    MOST_OPERATIONS = 60,
    MOST_EXACT = 16, /* where MPFR evaluates it */
    EXACT_EVERY = 10,
    BUDGET = 20000000 /* of the shrinker, in items: seconds */
};

/* ---- What a batch has met, so that the test can say that it met it ----------------
 */

typedef struct census {
    size_t reached[AD_OP_count]; /* items with an adjoint other than 0, by operation */
    size_t infinite_dead, fan_out, repeated, unreached, exact, resolved;
} census;

static void count(census *all, const dag *d, const dag_judgement *j)
{
    for (size_t k = 0; k < d->n; k++) {
        const dag_item *v = &d->item[k];
        const bool reached = j->at[k].derivative != 0;
        all->reached[v->op] += reached;
        all->unreached += !reached && !dag_is_leaf(d, k);
        all->fan_out += j->at[k].contributions > 2;
        for (size_t i = 0; i < v->n; i++) {
            all->infinite_dead += v->dead && !isfinite(dag_partials(d, k)[i]);
            for (size_t q = 0; q < i; q++)
                all->repeated += dag_operands(d, k)[q] == dag_operands(d, k)[i];
        }
    }
}

static void assert_met_everything(const census *all, size_t volume)
{
    ck_assert_uint_gt(all->infinite_dead, 0);
    ck_assert_uint_gt(all->fan_out, 0);
    ck_assert_uint_gt(all->repeated, 0);
    ck_assert_uint_gt(all->unreached, 0);
    for (int op = AD_FIRST_ROW; op < AD_OP_count; op++)
        ck_assert_msg(all->reached[op] > 0,
                      "%zu programs, and no gradient went through %s", volume,
                      ad_ops[op].name);
    /* A kink or an edge in one of ten: more would be a witness that looks away. */
    ck_assert_msg(10 * all->resolved >= 9 * all->exact,
                  "of %zu programs that MPFR was asked about it resolved only %zu",
                  all->exact, all->resolved);
}

/* ---- A failure, made small --------------------------------------------------------
 */

typedef struct failure {
    dag_checker *checker;
    uint64_t seed;
    bool exact;
} failure;

static void report(dag *d, failure f, const dag_verdict *first)
{
    const size_t items = d->n;
    dag_verdict verdict = *first;
    if (!first->out_of_memory)
        dag_check_shrink(f.checker, d, f.seed, f.exact, BUDGET, &verdict);
    char *command = dag_command(d);
    ck_abort_msg("%s\n  GRADYNO_SEED=%" PRIu64
                 "; shrunk from %zu items to %zu: %s\n  %s",
                 first->text, f.seed, items, d->n, verdict.text, command);
}

/* ---- Random programs --------------------------------------------------------------
 */

START_TEST(random_programs)
{
    const size_t volume = soaked(PROGRAMS);
    dag_checker *checker = dag_checker_new();
    ck_assert_ptr_nonnull(checker);
    dag d = {0};
    census all = {0};
    for (size_t i = 0; i < volume; i++) {
        const uint64_t seed = test_seed() + i; /* so GRADYNO_SEED=seed starts with it */
        random_source random = {seed * 0x9e3779b97f4a7c15u};
        const bool exact = seed % EXACT_EVERY == 0 && dag_checker_has_mpfr(checker);
        dag_random(&d, exact ? MOST_EXACT : MOST_OPERATIONS, &random);
        dag_verdict verdict;
        if (!dag_check(checker, &d, seed, exact, &verdict))
            report(&d, (failure){checker, seed, exact}, &verdict);
        all.exact += exact;
        all.resolved += verdict.resolved;
        count(&all, &d, dag_checker_adjoints(checker));
    }
    dag_free(&d);
    dag_checker_free(checker);
    if (volume >= PROGRAMS / 10) assert_met_everything(&all, volume);
}
END_TEST

/* A path of that many operations, whose derivative arrives at its first leaf. */
static void check_chain(size_t depth, bool exact)
{
    dag_checker *checker = dag_checker_new();
    ck_assert_ptr_nonnull(checker);
    dag d = {0};
    random_source random = {test_seed()};
    dag_chain(&d, depth, &random);
    dag_verdict verdict;
    if (!dag_check(checker, &d, test_seed(), exact, &verdict))
        report(&d, (failure){checker, test_seed(), exact}, &verdict);
    const dag_judged *first = &dag_checker_adjoints(checker)->at[0];
    ck_assert_uint_ge(d.n, depth);
    ck_assert_msg(fabsl(first->derivative) > 0.01L && first->bound < 1e-6,
                  "the derivative that arrives is %Lg +- %g", first->derivative,
                  first->bound);
    if (exact && dag_checker_has_mpfr(checker)) ck_assert(verdict.resolved);
    dag_free(&d);
    dag_checker_free(checker);
}

START_TEST(a_million_operations_deep) { check_chain(volume_up_to(1000000), false); }
END_TEST

START_TEST(a_hundred_operations_deep_in_mpfr) { check_chain(100, true); }
END_TEST

Suite *agreement_suite(void)
{
    Suite *suite = suite_create("agreement");
    TCase *tests = tcase_create("random programs");
    tcase_set_timeout(tests, 3600);
    tcase_add_test(tests, random_programs);
    tcase_add_test(tests, a_million_operations_deep);
    if (expr_mpfr_missing() == NULL) {
        tcase_add_test(tests, a_hundred_operations_deep_in_mpfr);
    } else {
        fprintf(stderr, "agreement: programs in MPFR are skipped: %s\n",
                expr_mpfr_missing());
    }
    suite_add_tcase(suite, tests);
    return suite;
}
