/*
 * What records have of one another, and nodes of their former life: each such mistake has
 * a name and a sentence of its own, and is told once.
 */
#include "verify/tests/kit_ride.h"
#include "verify/tests/reusing_engine.h"
#include "verify/tests/suites.h"

static const struct {
    reusing how;
    const char *only, *id, *code, *text;
} wrong[] = {
    {REUSES_GRADIENTS, "7", "7.reset", "G364",
     "after reset a node begins with the gradient of its former life"},
    {REUSES_MARKS, "7", "7.reset", "G365", "after reset a node counts as visited"},
    {REUSES_VALUES, "7", "7.reset", "G366", "a node has a value of its former life"},
    {REUSES_OPERANDS, "7", "7.reset", "G363",
     "after reset what was there before still takes part"},
    {REUSES_EDGES, "7", "7.rewind", "G363",
     "after rewind what was there before still takes part: dx is 35, not 1"},
    {COUNTS_IN_BYTE, "7", "7.many", "G360",
     "right 255 times, wrong at the 256th backward: a counter of one byte?"},
    {COUNTS_WITH_SIGN, "7", "7.many", "G360",
     "right 127 times, wrong at the 128th backward: a counter of one byte, with a"},
    {COUNTS_RECORDS, "7", "7.many", "G360", "th record: a counter of one byte?"},
    {COUNTS_ON_RECORD, "7", "7.many", "G360",
     "right 255 times, wrong at the 256th backward: a counter of one byte?"},
    {COUNTS_IN_TWO, "7", "7.many", "G360",
     "wrong at the 65536th backward: a counter of two bytes?"},
    {HAS_ONE_GRADIENT, "7", "7.two.after", "G362",
     "backward on another record changes the gradients of this one"},
    {HAS_ONE_VALUE, "7", "7.two.after", "G362",
     "recording on another record changes the values of this one"},
    {MARKS_STAY, NULL, "1.policy", "G22", "nodes stay marked as visited: dx is 3 in"},
    {FORWARDS_DIRECT, "7", "7.forward.levels", "G361",
     "forward computes only the direct users of a leaf anew: b is 18, not 50"},
    {FORWARDS_LAST_LEAF, "7", "7.forward.levels", "G361",
     "of several leaves that were set, only the last one counts"},
    {FORWARDS_TO_UNCHANGED, "7", "7.forward.levels", "G361",
     "forward ends at the first node whose value does not change: b is 12, not 6"},
    {FORWARDS_ONCE, "7", "7.forward.levels", "G361",
     "only the first forward computes anything anew"},
    {FORWARDS_BY_FIRST, "7", "7.forward.levels", "G361",
     "forward looks for changes at the first operand only"},
};

START_TEST(it_has_a_name)
{
    kit k;
    engine_file f;
    const kit_options options = {.only = wrong[_i].only,
                                 .quick = wrong[_i].only == NULL};
    ck_assert_int_eq(ride_through(&k, &f, reusing_engine(wrong[_i].how), options),
                     KIT_WRONG);
    const finding *bad = only_told(&k);
    ck_assert_msg(strcmp(bad->id, wrong[_i].id) == 0, "%s: %s", bad->id, bad->text);
    ck_assert_str_eq(bad->code, wrong[_i].code);
    ck_assert_msg(strstr(bad->text, wrong[_i].text) != NULL, "%s", bad->text);
    ck_assert_str_ne(bad->why, "");
    ck_assert_str_ne(bad->run, "");
    ck_assert_ptr_nonnull(mistake_by_code(bad->code));
    kit_close(&k);
}
END_TEST

START_TEST(who_reuses_nothing_conforms)
{
    kit k;
    engine_file f;
    const kit_verdict verdict = ride_through(&k, &f, reusing_engine(REUSES_NOTHING),
                                             (kit_options){.quick = true});
    ck_assert_msg(verdict == KIT_CONFORMS, "%s: %s", first_bad(&k)->id,
                  first_bad(&k)->text);
    ck_assert_int_eq(named(&k, "7.forward.levels")->status, FINDING_PASS);
    ck_assert_int_eq(named(&k, "7.many")->status, FINDING_PASS);
    ck_assert_int_eq(named(&k, "7.two.after")->status, FINDING_PASS);
    kit_close(&k);
}
END_TEST

Suite *kit_records_suite(void)
{
    Suite *suite = suite_create("kit_records");
    TCase *c = tcase_create("records");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, it_has_a_name, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(c, who_reuses_nothing_conforms);
    suite_add_tcase(suite, c);
    return suite;
}
