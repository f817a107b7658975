/*
 * The test of the test: the engines' mutants die, the engines do not, and the run knows
 * when it proves nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/dag_check.h"
#include "verify/mutants.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

START_TEST(mutants_die)
{
    const size_t runs = soaked(1);
    for (size_t run = 0; run < runs; run++) {
        const uint64_t seed = test_seed() + run;
        mutants_report r;
        ck_assert(mutants_run(seed, &r));
        ck_assert_msg(!r.is_void, "%s; GRADYNO_SEED=%zu", r.void_reason, (size_t)seed);
        ck_assert_uint_ge(r.n - r.equivalent, 400);
        ck_assert_uint_eq(r.killed + r.equivalent + r.survivors, r.n);
        for (size_t i = 0; i < r.n; i++) {
            const mutant_result *m = &r.result[i];
            ck_assert_msg(m->fate != MUTANT_SURVIVES, "%s lives; GRADYNO_SEED=%zu",
                          m->mutant.name, (size_t)seed);
            ck_assert_msg(m->mutant.equivalent == NULL || m->fate == MUTANT_EQUIVALENT,
                          "%s is called equivalent, and yet: %s", m->mutant.name,
                          m->why);
            ck_assert(m->fate != MUTANT_KILLED || m->why[0] != '\0');
        }
        mutants_report_free(&r);
    }
}
END_TEST

/* Every partial of every operation, and every kind of mistake, by a name of its own. */
START_TEST(every_partial_has_its_mutants)
{
    size_t n;
    mutant *list = mutant_list(&n);
    ck_assert_ptr_nonnull(list);
    size_t partials = 0, signs = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        partials += (size_t)ad_ops[op].operands;
    partials += 4; /* sum's, dot's two, custom's */
    bool met[MISTAKES] = {false};
    for (size_t i = 0; i < n; i++) {
        met[list[i].mistake] = true;
        signs += list[i].mistake == MISTAKE_sign;
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(strcmp(list[i].name, list[k].name) != 0, "two are called %s",
                          list[i].name);
    }
    ck_assert_uint_eq(signs, partials);
    for (int m = MISTAKE_none + 1; m < MISTAKES; m++)
        ck_assert_msg(met[m], "no mutant has the mistake %s", mistake_name((mistake)m));
    ck_assert_int_eq(list[n - 1].mistake, MISTAKE_canary);
    free(list);
}
END_TEST

/* The unbroken list engine does what the tape does, to the bit. */
START_TEST(the_list_engine_is_the_tape)
{
    subject list, tape;
    ck_assert(mutant_subject(&list, NULL) && subject_tape(&tape));
    dag d = {0};
    for (uint64_t i = 0; i < soaked(2000); i++) {
        random_source random = {test_seed() + i};
        dag_random(&d, 40, &random);
        ck_assert(list.record(list.engine, &d) && tape.record(tape.engine, &d));
        for (int walk = 0; walk < 3; walk++) {
            bool (*const *go[2])(void *, size_t) = {
                walk < 2 ? &list.backward : &list.accumulate,
                walk < 2 ? &tape.backward : &tape.accumulate};
            list.seed(list.engine, d.seed);
            tape.seed(tape.engine, d.seed);
            ck_assert((*go[0])(list.engine, d.output) &&
                      (*go[1])(tape.engine, d.output));
            for (size_t k = 0; k < d.n; k++) {
                ck_assert(
                    dag_same(list.value(list.engine, k), tape.value(tape.engine, k)));
                ck_assert(
                    dag_same(list.grad(list.engine, k), tape.grad(tape.engine, k)));
            }
        }
    }
    dag_free(&d);
    subject_free(&list);
    subject_free(&tape);
}
END_TEST

/* An unbroken copy under a mutant's name is accepted by all: a kill is about the
 * mistake. */
START_TEST(without_its_mistake_a_mutant_lives)
{
    mutant_checks *c = mutant_checks_new(test_seed(), 100);
    ck_assert_ptr_nonnull(c);
    size_t n;
    mutant *list = mutant_list(&n);
    ck_assert_ptr_nonnull(list);
    for (size_t i = 0; i < n; i += 7) {
        mutant cured = list[i];
        cured.mistake = MISTAKE_none;
        subject s;
        ck_assert(mutant_subject(&s, &cured));
        for (int check = 0; check < MUTANT_CHECKS; check++) {
            char why[MUTANT_WHY] = "";
            ck_assert_msg(mutant_checks_ask(c, (mutant_check)check, &s, cured.op,
                                            why) == ACCEPTED,
                          "%s: %s", cured.name, why);
        }
        subject_free(&s);
    }
    free(list);
    mutant_checks_free(c);
}
END_TEST

Suite *mutants_suite(void)
{
    Suite *suite = suite_create("mutants");
    TCase *tests = tcase_create("engines");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, mutants_die);
    tcase_add_test(tests, every_partial_has_its_mutants);
    tcase_add_test(tests, the_list_engine_is_the_tape);
    tcase_add_test(tests, without_its_mistake_a_mutant_lives);
    suite_add_tcase(suite, tests);
    return suite;
}
