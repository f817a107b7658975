/*
 * What the nodes of an engine share: its row says which, and no other.
 */
#include <string.h>

#include "verify/tests/kit_ride.h"
#include "verify/tests/sharing_engine.h"
#include "verify/tests/suites.h"

static const struct {
    sharing it;
    const char *id, *code, *says;
} shared[] = {
    {SHARES_ANY_CONSTANT, "4.constants", "G300", "(x, 3) is taken for "},
    {SHARES_WRITTEN, "4.pairs", "G301", "sub(x1, x0) and sub(x0, x10)"},
    {SHARES_HASH, "4.pairs", "G301", "and sub(x0, x31)"},
    {SHARES_CONSTANT, "4.constants", "G310", "mul_c(x, 2) becomes mul_c(x, 3)"},
    {SHARES_GRADIENT, "4.results", "G303", "the result of mul_c and its operand"},
    {SHARES_GIVEN, "4.results", "G392", "sub and its operand share one gradient"},
    {SHARES_NODE, "4.results", "G304", "max gives back its own operand"},
    {SHARES_LIST, "4.alike", "G302", "share one list of operands: exp"},
    {SHARES_SAVED, "4.alike", "G308", "share what backward needs of them: exp, tanh"},
    {SHARES_RULE, "3", "G306", "exp, log, sin have the rule of tanh"},
    {SHARES_OLD_CONSTANTS, "7.reset.constant", "G305", "after reset a constant is"},
    {SHARES_OLD_GRADIENTS, "7.rewind", "G307", "rewind leaves gradients as they were"},
    {SHARES_FIRST_ORDER, "4.two-roots", "G244", "the first backward's order is walked"},
    {TAKES_OPERANDS, "4.below", "G396",
     "square, tanh pass nothing on below their operand: is the operand a copy"},
    {ENDS_AT_ZERO, "4.ends", "G263",
     "the walk ends at the first node whose gradient is 0"},
    {ENDS_AT_CONSTANT, "4.ends", "G346", "a constant ends the walk"},
    {SHARES_ALL_ORDERS, "1.policy", "G23", "the list of nodes is not emptied"},
};

static kit_verdict ride_with(kit *k, engine_file *f, sharing it)
{
    return ride_through(k, f, sharing_engine(it),
                        (kit_options){.quick = true, .seed = 1});
}

START_TEST(who_shares_nothing_conforms)
{
    kit k;
    engine_file f;
    const kit_verdict verdict = ride_with(&k, &f, SHARES_NOTHING);
    const finding *bad = first_bad(&k);
    ck_assert_msg(bad == NULL, "%s: %s", bad == NULL ? "" : bad->id,
                  bad == NULL ? "" : bad->text);
    ck_assert_int_eq(verdict, KIT_CONFORMS);
    kit_close(&k);
}
END_TEST

START_TEST(what_is_shared_is_told_once)
{
    kit k;
    engine_file f;
    const size_t n = strlen(shared[_i].id);
    const kit_verdict verdict = ride_with(&k, &f, shared[_i].it);
    ck_assert_msg(verdict == KIT_WRONG, "%s: %d", shared[_i].id, (int)verdict);
    const finding *row = only_told(&k);
    ck_assert_msg(strcmp(row->code, shared[_i].code) == 0 &&
                      (row->id[0] == '3' || strncmp(row->id, shared[_i].id, n) == 0) &&
                      strstr(row->text, shared[_i].says) != NULL,
                  "%s is shared (%s), and %s: %s %s", shared[_i].says, shared[_i].code,
                  row->id, row->code, row->text);
    const char *seen_in = message_seen_in(row->code);
    ck_assert_msg(row->cause > 0 || seen_in == NULL ||
                      strstr(seen_in, row->id) != NULL || row->id[0] == '4' ||
                      row->id[0] == '1',
                  "%s is said to be seen in %s, not %s", row->code, seen_in, row->id);
    kit_close(&k);
}
END_TEST

/* By its name alone it is found, too: that is what `again` says. */
START_TEST(it_is_found_again)
{
    kit k;
    engine_file f;
    const kit_options options = {.seed = 1, .only = shared[_i].id};
    if (strcmp(shared[_i].id, "3") == 0) return;
    const kit_verdict verdict =
        ride_through(&k, &f, sharing_engine(shared[_i].it), options);
    const finding *row = named(&k, shared[_i].id);
    ck_assert_msg(verdict == KIT_WRONG && row != NULL, "%s", shared[_i].id);
    ck_assert_str_eq(row->code, shared[_i].code);
    kit_close(&k);
}
END_TEST

Suite *kit_share_suite(void)
{
    Suite *suite = suite_create("kit_share");
    TCase *c = tcase_create("shared");
    tcase_set_timeout(c, 60);
    tcase_add_test(c, who_shares_nothing_conforms);
    tcase_add_loop_test(c, what_is_shared_is_told_once, 0,
                        sizeof shared / sizeof *shared);
    tcase_add_loop_test(c, it_is_found_again, 0, sizeof shared / sizeof *shared);
    suite_add_tcase(suite, c);
    return suite;
}
