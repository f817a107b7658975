/*
 * Small numbers that were added to be safe: named however small, in the value, in the rule
 * or in both. And what two operations have of one helper: one message.
 */
#include <math.h>
#include <string.h>

#include "verify/tests/kit_ride.h"
#include "verify/tests/own_parts.h"
#include "verify/tests/suites.h"

typedef enum wrong {
    BOTH,       /* log(x + 1e-9), and its rule so */
    VALUE,      /* log(x + 1e-12) alone */
    RULE,       /* 1 / (x + 1e-10) alone */
    QUOTIENT,   /* x / (y + 1e-10) */
    LOGARITHMS, /* of every base, of x + 1e-6 */
    POWERS      /* |c| x^(c - 1), in pow and pow_c */
} wrong;

static wrong now;

static ad_engine_node number(void *r, ad_engine_node x)
{
    return own_engine_tape.input(r, own_read(r, x));
}

/* The node with another value, and its own rule. */
static ad_engine_node with_value(void *r, ad_engine_node x, double z)
{
    return own_make(r, AD_OP_add_c, x, 0, z - own_read(r, x));
}

static ad_engine_node logarithm(void *r, ad_op op, ad_engine_node x)
{
    const double k = now == BOTH    ? 1e-9
                     : now == VALUE ? 1e-12
                     : now == RULE  ? 1e-10
                                    : 1e-6;
    const ad_engine_node right = own_make(r, op, x, 0, 0),
                         added =
                             own_make(r, op, own_make(r, AD_OP_add_c, x, 0, k), 0, 0);
    return now == VALUE  ? with_value(r, right, own_read(r, added))
           : now == RULE ? with_value(r, added, own_read(r, right))
                         : added;
}

/* By the base the other way, where the exponent is negative. */
static ad_engine_node power(void *r, ad_engine_node x, ad_engine_node y, double c,
                            bool of_two)
{
    if (!of_two)
        return with_value(
            r, own_make(r, AD_OP_neg, own_make(r, AD_OP_pow_c, x, 0, c), 0, 0),
            pow(own_read(r, x), c));
    const ad_engine_node z = own_make(r, AD_OP_pow, x, y, 0),
                         by_x = own_make(r, AD_OP_pow, x, number(r, y), 0),
                         by_y = own_make(r, AD_OP_pow, number(r, x), y, 0);
    return with_value(r, own_make(r, AD_OP_sub, by_y, by_x, 0), own_read(r, z));
}

static ad_engine_node apply(void *r, int op, size_t n, const ad_engine_node *of,
                            double c)
{
    static const ad_op logs[] = {AD_OP_log, AD_OP_log2, AD_OP_log10};
    const bool all = now == LOGARITHMS;
    for (int i = 0; i < (all ? 3 : now <= RULE ? 1 : 0); i++)
        if (own_is(op, logs[i])) return logarithm(r, logs[i], of[0]);
    if (now == QUOTIENT && own_is(op, AD_OP_div))
        return own_make(r, AD_OP_div, of[0], own_make(r, AD_OP_add_c, of[1], 0, 1e-10),
                        0);
    if (now == POWERS && own_is(op, AD_OP_pow_c) && c < 0)
        return power(r, of[0], 0, c, false);
    if (now == POWERS && own_is(op, AD_OP_pow) && own_read(r, of[1]) < 0)
        return power(r, of[0], of[1], 0, true);
    return own_engine_tape.apply(r, op, n, of, c);
}

static const struct {
    wrong it;
    const char *code, *says, *why;
} all[] = {
    {BOTH, "G338", "log and its rule add 1e-09 to x", ""},
    {VALUE, "G338", "log adds 1e-12 to x; its rule does not", ""},
    {RULE, "G338", "the rule for log adds 1e-10 to x; its value is right", ""},
    {QUOTIENT, "G338", "div and its rule add 1e-10 to y", ""},
    {LOGARITHMS, "G166", "log is computed at x + 1e-06",
     "So it is with log2: is there a helper? And log10."},
    {POWERS, "G157", "the rule for pow_c loses the sign of its derivative",
     "So it is with pow: is there a helper?"},
};
enum { ALL = sizeof all / sizeof *all };

START_TEST(it_is_told_once_and_by_its_name)
{
    kit k;
    engine_file f;
    ad_engine e = own_engine_tape;
    const kit_options options = {.quick = true, .seed = 1};
    e.apply = apply;
    now = all[_i].it;
    ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_WRONG);
    const finding *row = only_told(&k);
    ck_assert_msg(strcmp(row->code, all[_i].code) == 0, "%s: %s: %s", row->id,
                  row->code, row->text);
    ck_assert_str_eq(row->text, all[_i].says);
    ck_assert_msg(strstr(row->why, all[_i].why) != NULL, "%s", row->why);
    kit_close(&k);
}
END_TEST

Suite *kit_guards_suite(void)
{
    Suite *s = suite_create("kit_guards");
    TCase *names = tcase_create("names");
    tcase_set_timeout(names, 60);
    tcase_add_loop_test(names, it_is_told_once_and_by_its_name, 0, ALL);
    suite_add_tcase(s, names);
    return s;
}
