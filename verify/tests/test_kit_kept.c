/*
 * What an engine keeps longer than it may: the caller's array, the order of a graph that
 * has ended, what a rule saved at another point, a value under a rounded key. Its row,
 * and no other, says which.
 */
#include <string.h>

#include "verify/tests/keeping_engine.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/suites.h"

static const struct {
    keeping it;
    const char *only, *id, *code, *says;
} kept[] = {
    {KEEPS_APPLY_ARRAY, NULL, "1.arrays", "G211", "apply keeps the caller's array"},
    {KEEPS_SUM_ARRAY, "7", "7.sum.array", "G211", "sum keeps the caller's array"},
    {KEEPS_GRADIENTS, "7", "7.reset", "G364",
     "after reset a node begins with the gradient of its former life"},
    {KEEPS_ORDER_RESET, "7", "7.reset.other", "G212",
     "after reset a new graph is walked as"},
    {KEEPS_ORDER_FOR_EVER, "7", "7.again.other", "G212",
     "after destroy and create a new"},
    {KEEPS_ORDER_REWOUND, "7", "7.rewind.other", "G212", "after rewind a new graph"},
    {KEEPS_SAVED_ONCE, "7", "7.forward.each", "G214",
     "the rule for sigmoid uses, after set"},
    {KEEPS_SAVED_BEHIND, "7", "7.forward.each", "G214",
     "the rule for sigmoid uses, after set"},
    {KEEPS_EXP, "7", "7.forward.each", "G215", "forward does not compute exp anew"},
    {KEEPS_ROUNDED, "2", "2.sigmoid", "G216",
     "the value of sigmoid at x = 0.5000004 is that of x = 0.5, which came before"},
};

static kit_verdict ride_with(kit *k, engine_file *f, keeping it, const char *only)
{
    const kit_options options = {.quick = true, .seed = 1, .only = only};
    return ride_through(k, f, keeping_engine(it), options);
}

START_TEST(who_keeps_nothing_conforms)
{
    kit k;
    engine_file f;
    const kit_verdict verdict = ride_with(&k, &f, KEEPS_NOTHING, NULL);
    for (size_t i = 0; i < k.n; i++)
        ck_assert_msg(!finding_is_bad(k.finding[i].status), "%s: %s", k.finding[i].id,
                      k.finding[i].text);
    ck_assert_int_eq(verdict, KIT_CONFORMS);
    kit_close(&k);
}
END_TEST

START_TEST(what_is_kept_is_told)
{
    kit k;
    engine_file f;
    bool told = false;
    const kit_verdict verdict = ride_with(&k, &f, kept[_i].it, kept[_i].only);
    ck_assert_msg(verdict == KIT_WRONG, "%s: %d", kept[_i].id, (int)verdict);
    for (size_t i = 0; i < k.n; i++) {
        const finding *row = &k.finding[i];
        const bool is_it = strcmp(row->id, kept[_i].id) == 0;
        told |= is_it && strstr(row->text, kept[_i].says) != NULL;
        /* What outlives the record outlives reset and rewind, too. */
        const bool goes_by =
            kept[_i].it == KEEPS_ORDER_FOR_EVER && strstr(row->id, ".other") != NULL;
        ck_assert_msg(goes_by || finding_is_bad(row->status) == is_it,
                      "%s is kept, and %s: %s", kept[_i].id, row->id, row->text);
    }
    const finding *row = named(&k, kept[_i].id);
    ck_assert_str_eq(row->code, kept[_i].code);
    ck_assert_ptr_nonnull(mistake_by_code(row->code));
    const char *seen_in = message_seen_in(row->code);
    ck_assert_msg(seen_in != NULL &&
                      (strstr(seen_in, row->id) != NULL || row->id[0] == *seen_in),
                  "%s is said to be seen in %s", row->code, seen_in);
    ck_assert_msg(told, "%s does not say '%s'", kept[_i].id, kept[_i].says);
    kit_close(&k);
}
END_TEST

Suite *kit_kept_suite(void)
{
    Suite *suite = suite_create("kit_kept");
    TCase *c = tcase_create("kept");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, who_keeps_nothing_conforms);
    tcase_add_loop_test(c, what_is_kept_is_told, 0, sizeof kept / sizeof *kept);
    suite_add_tcase(suite, c);
    return suite;
}
