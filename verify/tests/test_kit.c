/*
 * The conformance kit on engines that are right, each in its way, on engines that are
 * wrong, and on engines that do worse.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/own_engine.h"
#include "verify/tests/hostile_engine.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

static void assert_conforms(const kit *k, kit_verdict verdict, const char *name)
{
    const finding *bad = first_bad(k);
    ck_assert_msg(verdict == KIT_CONFORMS && bad == NULL, "%s: %s: %s", name,
                  bad == NULL ? "?" : bad->id, bad == NULL ? "?" : bad->text);
}

/* ---- Right engines --------------------------------------------------------------- */

START_TEST(our_own_engines_conform)
{
    static const ad_engine *const own[] = {&own_engine_graph, &own_engine_tape};
    for (int i = 0; i < 2; i++) {
        kit k;
        engine_file f;
        const kit_options options = {.quick = true, .strict = true, .seed = 1};
        const kit_verdict verdict = ride_through(&k, &f, own[i], options);
        assert_conforms(&k, verdict, own[i]->name);
        ck_assert_str_eq(k.name, own[i]->name);
        ck_assert_uint_gt(kit_count_of(&k).passed, 100);
        kit_close(&k);
    }
}
END_TEST

/* Where there is no time, the sizes that a slow language would need long for are left
 * out, with the reason, and training ends early; what is short is run all the same. */
START_TEST(time_is_kept)
{
    static const char *const left_out[] = {"5.chain.131072", "5.fan-out.131072"};
    kit k;
    engine_file f;
    const kit_options options = {.seed = 1, .patience = 1e-6};
    const kit_verdict verdict = ride_through(&k, &f, &own_engine_tape, options);
    assert_conforms(&k, verdict, "the tape");
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(named(&k, left_out[i])->status, FINDING_SKIP);
        ck_assert_ptr_nonnull(strstr(named(&k, left_out[i])->text, "would last"));
    }
    ck_assert_ptr_null(named(&k, "5.chain.1048576"));
    ck_assert_int_eq(named(&k, "5.chain.12000")->status, FINDING_PASS);
    ck_assert_int_eq(named(&k, "6.training")->status, FINDING_PASS);
    kit_close(&k);
    if (ISOLATION_UNDER_ASAN) return; /* all of it takes its time there */
    ride_through(&k, &f, &own_engine_tape, (kit_options){.seed = 1});
    ck_assert_int_eq(named(&k, "5.wide.1048576")->status, FINDING_PASS);
    ck_assert_str_eq(named(&k, "6.training")->text, "100 losses as published");
    kit_close(&k);
}
END_TEST

/* ---- Wrong engines --------------------------------------------------------------- */

START_TEST(wrong_engines_are_named)
{
    const student *s = &wrong_engines[_i];
    if (soaked(1) == 1 && _i % 3 != (int)(test_seed() % 3))
        return; /* a third of them */
    kit k;
    engine_file f;
    const kit_options options = {.quick = true, .only = "3", .seed = 1};
    const kit_verdict verdict = ride_through(&k, &f, student_engine(s), options);
    ck_assert_msg(verdict == KIT_WRONG, "%s is not rejected", s->name);
    size_t causes = 0;
    bool found = false;
    for (size_t i = 0; i < k.n; i++) {
        causes += k.finding[i].cause > 0;
        found |= k.finding[i].cause > 0 && strcmp(k.finding[i].code, s->code) == 0;
    }
    ck_assert_msg(found, "%s: not named %s but %s: %s", s->name, s->code,
                  first_bad(&k)->code, first_bad(&k)->text);
    ck_assert_uint_ge(causes, 1);
    kit_close(&k);
}
END_TEST

/* Lesson 3 is not the only one that sees: each lesson alone rejects what is its own. */
static const struct {
    const char *engine, *lesson;
} seen[] = {
    {"preorder", "4.reused-deep"},
    {"preorder", "5.reused.40"},
    {"preorder", "6.random"},
    {"recursion", "4.diamond"},
    {"recursion", "6.mlp"},
    {"overwrite", "4.twice-added"},
    {"overwrite", "5.fan-out.1200"},
    {"overwrite", "6.moons"},
    {"visited by value", "4.equal-values"},
    {"no seed", "1.leaf"},
    {"no seed", "5.chain.40"},
    {"no seed", "5.wide.40"},
    {"zero keeps leaves", "1.zero"},
    {"tanh 1 - z", "2.tanh"},
    {"exp forgets", "2.exp"},
    {"log is log10", "2.log"},
    {"relu open", "2.relu"},
    {"sub gives plus", "4.self-divided"},
    {"pow without factor", "4.exponents"},
};

START_TEST(each_lesson_sees_its_own)
{
    const student *s = wrong_engines;
    while (strcmp(s->name, seen[_i].engine) != 0)
        ck_assert(++s < wrong_engines + wrong_engines_count);
    kit k;
    engine_file f;
    const kit_options options = {.quick = true, .only = seen[_i].lesson, .seed = 1};
    const kit_verdict verdict = ride_through(&k, &f, student_engine(s), options);
    ck_assert_msg(verdict == KIT_WRONG && k.n == 1, "%s: %s says %d", s->name,
                  seen[_i].lesson, (int)verdict);
    kit_close(&k);
}
END_TEST

/* One operation that crashes does not hide what another does wrong. */
START_TEST(an_operation_that_crashes_is_left_out)
{
    kit k;
    engine_file f;
    const student both = {.slip = SLIP_SUB_CRASHES, .also = SLIP_POW_KEPT};
    const kit_options options = {.quick = true, .only = "3", .seed = 1};
    ck_assert_int_eq(ride_through(&k, &f, student_engine(&both), options), KIT_WRONG);
    bool named = false;
    size_t told = 0;
    for (size_t i = 0; i < k.n; i++) {
        const finding *bad = &k.finding[i];
        named |= bad->cause > 0 && strcmp(bad->code, "G72") == 0;
        if (bad->status != FINDING_CRASH || bad->same[0] != '\0') continue;
        ck_assert_msg(strstr(bad->run, "\na = x - ") != NULL &&
                          strstr(bad->run, "\nb") == NULL,
                      "%s", bad->run);
        told++;
    }
    ck_assert(named);
    ck_assert_uint_eq(told, 1);
    ck_assert_uint_lt(k.crashed, 6); /* which would end the rides */
    kit_close(&k);
}
END_TEST

/* What a rule does wrong is not said to be the walk's doing. */
START_TEST(a_wrong_walk_is_not_the_reason_of_a_wrong_rule)
{
    kit k;
    engine_file f;
    const student both = {.walk = WALK_PREORDER, .slip = SLIP_UNKNOWN};
    const kit_options options = {.quick = true, .seed = 1};
    ck_assert_int_eq(ride_through(&k, &f, student_engine(&both), options), KIT_WRONG);
    const finding *tanh = named(&k, "2.tanh");
    ck_assert_ptr_nonnull(tanh);
    ck_assert_msg(tanh->status == FINDING_SKIP, "%s: %s", tanh->same, tanh->text);
    kit_close(&k);
}
END_TEST

/* ---- Hostile engines ------------------------------------------------------------- */

START_TEST(hostile_engines_are_rows)
{
    const hostile *h = &hostile_engines[_i];
    /* The sanitizer answers these itself, or takes their time. */
    if (ISOLATION_UNDER_ASAN && strstr("leak greed crash exit slow", h->name) != NULL)
        return;
    kit k;
    engine_file f;
    const kit_options options = {.quick = true, .only = h->only, .seed = 1};
    const kit_verdict verdict = ride_through(&k, &f, hostile_engine(h), options);
    const finding *row = named(&k, h->id);
    ck_assert_msg(row != NULL, "%s: there is no row %s", h->name, h->id);
    ck_assert_msg(strstr(row->text, h->text) != NULL, "%s: %s says '%s'", h->name,
                  h->id, row->text);
    ck_assert_msg((int)verdict == h->exit, "%s: %d", h->name, (int)verdict);
    kit_close(&k);
}
END_TEST

/* Where two branches meet again, and one of them is longer: programs that share little do
 * not have it. */
START_TEST(random_programs_share_enough)
{
    const student s = {.name = "counts operands once", .walk = WALK_COUNTS_SET};
    size_t caught = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        kit k;
        engine_file f;
        const kit_options options = {.seed = seed, .quick = true, .only = "6.random"};
        caught += ride_through(&k, &f, student_engine(&s), options) == KIT_WRONG;
        kit_close(&k);
    }
    ck_assert_uint_ge(caught, 5);
}
END_TEST

Suite *kit_suite(void)
{
    Suite *suite = suite_create("kit");
    TCase *right = tcase_create("right");
    tcase_add_test(right, our_own_engines_conform);
    tcase_add_test(right, time_is_kept);
    tcase_set_timeout(right, 120);
    suite_add_tcase(suite, right);
    TCase *wrong = tcase_create("wrong");
    tcase_add_loop_test(wrong, wrong_engines_are_named, 0, (int)wrong_engines_count);
    tcase_add_loop_test(wrong, each_lesson_sees_its_own, 0,
                        sizeof seen / sizeof seen[0]);
    tcase_add_test(wrong, an_operation_that_crashes_is_left_out);
    tcase_add_test(wrong, a_wrong_walk_is_not_the_reason_of_a_wrong_rule);
    tcase_add_test(wrong, random_programs_share_enough);
    tcase_add_loop_test(wrong, hostile_engines_are_rows, 0, (int)hostile_engines_count);
    tcase_set_timeout(wrong, 120);
    suite_add_tcase(suite, wrong);
    return suite;
}
