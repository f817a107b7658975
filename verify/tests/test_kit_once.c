/*
 * Engines whose graph is gone after one backward: those that say so are legal
 * (student_legal.c); those that do not are told so once, and looked at further.
 */
#include <string.h>

#include "verify/tests/kit_ride.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"

/* It does not say that its graph is freed: that is told once, and a wrong rule all the
 * same, in one backward. */
START_TEST(who_ends_in_a_second_backward_is_looked_at_further)
{
    static const student freed[] = {
        {.freed = FREED_CRASHES, .slip = SLIP_TANH_LINEAR},
        {.freed = FREED_REFUSES, .slip = SLIP_TANH_LINEAR},
        {.freed = FREED_HANGS, .slip = SLIP_TANH_LINEAR},
        {.freed = FREED_ABOVE_EXP, .slip = SLIP_TANH_LINEAR}};
    static const char *const says[] = {"ends in SIGABRT",
                                       "is refused: the graph was freed",
                                       "has no end after", "ends in SIGABRT"};
    kit k;
    engine_file f;
    const kit_options options = {.quick = true};
    ck_assert_int_eq(ride_through(&k, &f, student_engine(&freed[_i]), options),
                     KIT_WRONG);
    const finding *second = named(&k, "1.policy");
    ck_assert_ptr_nonnull(second);
    ck_assert_str_eq(second->code, "G210");
    ck_assert_msg(strstr(second->text, says[_i]) != NULL, "%s", second->text);
    ck_assert_msg((strstr(second->run, "exp") != NULL) == (_i == 3), "%s", second->run);
    ck_assert_ptr_nonnull(strstr(second->why, "AD_ENGINE_ONCE"));
    size_t told = 0, tanh = 0;
    for (size_t i = 0; i < k.n; i++) {
        const finding *bad = &k.finding[i];
        if (!finding_is_told(bad)) continue;
        told++;
        tanh += strcmp(bad->code, "G60") == 0;
    }
    ck_assert_uint_eq(tanh, 1);
    ck_assert_uint_eq(told, 2);
    ck_assert_int_eq(named(&k, "4.diamond")->status, FINDING_PASS);
    ck_assert_int_eq(named(&k, "4.two-roots")->status, FINDING_SKIP);
    ck_assert_int_eq(named(&k, "7.two")->status, FINDING_PASS);
    kit_close(&k);
}
END_TEST

START_TEST(a_second_backward_that_does_nothing_is_a_note)
{
    kit k;
    engine_file f;
    const student s = {.freed = FREED_NOTHING, .says_once = true};
    const kit_options options = {.quick = true, .only = "1"};
    ck_assert_int_eq(ride_through(&k, &f, student_engine(&s), options), KIT_CONFORMS);
    const finding *row = named(&k, "1.policy");
    ck_assert_int_eq(row->status, FINDING_NOTE);
    ck_assert_ptr_nonnull(strstr(row->text, "does nothing, and does not say so"));
    kit_close(&k);
}
END_TEST

Suite *kit_once_suite(void)
{
    Suite *suite = suite_create("kit_once");
    TCase *c = tcase_create("once");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, who_ends_in_a_second_backward_is_looked_at_further, 0, 4);
    tcase_add_test(c, a_second_backward_that_does_nothing_is_a_note);
    suite_add_tcase(suite, c);
    return suite;
}
