/*
 * Operations that are right at small operands and wrong beyond some number, or at one
 * number alone: where they begin to be wrong must be found, to the digit, and what they
 * do there.
 */
#include <math.h>
#include <string.h>

#include "verify/tests/kit_ride.h"
#include "verify/tests/own_parts.h"
#include "verify/tests/suites.h"

typedef enum beyond {
    NOTHING,
    SIGMOID_CUT,    /* to -10 ... 10 */
    EXP_CUT,        /* to at most 20, whose slope it keeps */
    LOG_CUT,        /* to at least 0.001 */
    SOFTPLUS_SHUT,  /* x itself, as a number without operands, beyond 20 */
    TANH_SATURATED, /* +-1 beyond 5 */
    LEAKY_MOVED,    /* compares with 0.01 */
    RELU_MOVED,     /* compares with 0.05 */
    RELU_RULE,      /* the same in its rule alone */
    SIGMOID_SHUT,   /* 0 below -8 */
    ABS_ZERO,       /* sqrt(x^2) */
    SQUARE_HALF,    /* x^2 alone is x * (the number x) */
    EXPM1_OTHER,    /* x + x^2 / 2 beyond 6 */
    CBRT_POWER,     /* x^(1/3) */
    TANH_FLOAT,     /* float, beyond 1 */
    SQRT_ABS,       /* exp(0.5 log|x|) */
    SIN_NUMBER,     /* a number without operands */
    SIN_ZERO        /* the same, and 0 x */
} beyond;

static beyond now;

static ad_engine_node number(void *r, double c) { return own_engine_tape.input(r, c); }

static ad_engine_node at_most(void *r, ad_engine_node x, double c)
{
    return own_read(r, x) > c ? number(r, c) : x;
}

static ad_engine_node at_least(void *r, ad_engine_node x, double c)
{
    return own_read(r, x) < c ? number(r, c) : x;
}

static ad_engine_node apply(void *r, int op, size_t n, const ad_engine_node *operand,
                            double c)
{
    const char *const names[] = {
        [SIGMOID_CUT] = "sigmoid",  [EXP_CUT] = "exp",
        [LOG_CUT] = "log",          [SOFTPLUS_SHUT] = "softplus",
        [TANH_SATURATED] = "tanh",  [LEAKY_MOVED] = "leaky_relu",
        [RELU_MOVED] = "relu",      [RELU_RULE] = "relu",
        [SIGMOID_SHUT] = "sigmoid", [ABS_ZERO] = "abs",
        [SQUARE_HALF] = "pow_c",    [EXPM1_OTHER] = "expm1",
        [CBRT_POWER] = "cbrt",      [TANH_FLOAT] = "tanh",
        [SQRT_ABS] = "sqrt",        [SIN_NUMBER] = "sin",
        [SIN_ZERO] = "sin"};
    ad_engine_node x = operand[0];
    const double at = own_read(r, x);
    const bool is_it = now != NOTHING && op == own_engine_tape.resolve(names[now]);
    if (is_it) switch (now) {
        case SIGMOID_CUT: x = at_most(r, at_least(r, x, -10), 10); break;
        case EXP_CUT: x = at_most(r, x, 20); break;
        case LOG_CUT: x = at_least(r, x, 1e-3); break;
        case SOFTPLUS_SHUT:
            if (at > 20) return number(r, at);
            break;
        case TANH_SATURATED:
            if (fabs(at) > 5) return number(r, copysign(1, at));
            break;
        case LEAKY_MOVED: return own_make(r, AD_OP_mul_c, x, 0, at > 0.01 ? 1 : 0.01);
        case RELU_MOVED: return own_make(r, AD_OP_mul_c, x, 0, at > 0.05);
        case RELU_RULE:
            if (at < 0.05) return number(r, fmax(at, 0));
            break;
        case SIGMOID_SHUT:
            if (at < -8) return number(r, 0);
            break;
        case ABS_ZERO:
            return own_make(r, AD_OP_sqrt, own_make(r, AD_OP_square, x, 0, 0), 0, 0);
        case SQUARE_HALF:
            if (c == 2) return own_make(r, AD_OP_mul, x, number(r, at), 0);
            break;
        case EXPM1_OTHER:
            if (at > 6)
                return own_make(r, AD_OP_add, x,
                                own_make(r, AD_OP_mul_c,
                                         own_make(r, AD_OP_square, x, 0, 0), 0, 0.5),
                                0);
            break;
        case CBRT_POWER: return own_make(r, AD_OP_pow_c, x, 0, 1.0 / 3);
        case TANH_FLOAT:
            if (at > 1) x = own_make(r, AD_OP_add_c, x, 0, (double)(float)at - at);
            break;
        case SQRT_ABS: x = own_make(r, AD_OP_abs, x, 0, 0); break;
        case SIN_NUMBER: return number(r, sin(at));
        case SIN_ZERO:
            return own_make(r, AD_OP_add_c, own_make(r, AD_OP_mul_c, x, 0, 0), 0,
                            sin(at));
        case NOTHING: break;
        }
    const ad_engine_node changed[AD_MAX_OPERANDS] = {x, n > 1 ? operand[1] : 0,
                                                     n > 2 ? operand[2] : 0};
    return own_engine_tape.apply(r, op, n, changed, c);
}

static const struct {
    beyond it;
    const char *id, *code, *says;
} all[] = {
    {SIGMOID_CUT, "2.sigmoid", "G242", "sigmoid cuts its operand at +-10"},
    {EXP_CUT, "2.exp", "G242", "exp cuts its operand at 20"},
    {LOG_CUT, "2.log", "G242", "log cuts its operand at 0.001 from below"},
    {SOFTPLUS_SHUT, "2.softplus", "G267", "softplus passes nothing on where x > 20"},
    {TANH_SATURATED, "2.tanh", "G268",
     "tanh gives 1 where x > 5, and passes nothing on"},
    {LEAKY_MOVED, "2.leaky_relu", "G269",
     "the branch of leaky_relu changes at 0.01, not at 0"},
    {RELU_MOVED, "2.relu", "G269", "the branch of relu changes at 0.05, not at 0"},
    {RELU_RULE, "2.relu", "G269",
     "the rule for relu changes its branch at 0.05, not at 0"},
    {SIGMOID_SHUT, "2.sigmoid", "G268",
     "sigmoid gives 0 where x < -8, and passes nothing on"},
    {ABS_ZERO, "2.abs", "G270", "the rule for abs divides 0 by 0 at x = 0"},
    {SQUARE_HALF, "2.pow_c", "G271", "pow_c is wrong where c = 2, and nowhere else"},
    {EXPM1_OTHER, "2.expm1", "G268", "expm1 is wrong where x > 6, and right elsewhere"},
    {CBRT_POWER, "2.cbrt", "G292", "cbrt is nan where x < 0: a power or a logarithm"},
    {TANH_FLOAT, "2.tanh", "G15", ""}, /* digits are lost: that is no region */
};

static ad_engine engine_that(beyond it)
{
    now = it;
    ad_engine e = own_engine_tape;
    e.apply = apply;
    return e;
}

START_TEST(where_it_begins_is_found)
{
    kit k;
    engine_file f;
    const ad_engine e = engine_that(all[_i].it);
    const kit_options options = {.quick = true, .seed = 1, .only = all[_i].id};
    ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_WRONG);
    const finding *row = named(&k, all[_i].id);
    ck_assert_ptr_nonnull(row);
    ck_assert_msg(strncmp(row->text, all[_i].says, strlen(all[_i].says)) == 0, "%s: %s",
                  row->code, row->text);
    ck_assert_msg(strncmp(row->code, all[_i].code, strlen(all[_i].code)) == 0, "%s: %s",
                  row->code, row->text);
    kit_close(&k);
}
END_TEST

static double value_of_six(void *r, ad_engine_node x)
{
    return form_rounded(own_engine_tape.value(r, x), FORM_ROUND, 6);
}

static double grad_of_six(void *r, ad_engine_node x)
{
    return form_rounded(own_engine_tape.grad(r, x), FORM_ROUND, 6);
}

/* One cause: what lesson 2 sees of it, too, and no region, no cut and no comparison. */
START_TEST(digits_lost_everywhere_are_told_once)
{
    kit k;
    engine_file f;
    ad_engine e = engine_that(NOTHING);
    e.value = value_of_six;
    e.grad = grad_of_six;
    const kit_options options = {.quick = true, .seed = 1};
    size_t told = 0;
    ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_WRONG);
    ck_assert_str_eq(k.message[0].code, "G296");
    for (size_t i = 0; i < k.n; i++) {
        const finding *row = &k.finding[i];
        if (row->id[0] != '2' || row->status != FINDING_FAIL) continue;
        told++;
        ck_assert_msg(row->same[0] != '\0', "%s: %s: %s", row->id, row->code,
                      row->text);
    }
    ck_assert_uint_gt(told, 20);
    kit_close(&k);
}
END_TEST

/* By an infinite gradient from above. */
START_TEST(nothing_written_is_not_0_computed)
{
    static const struct {
        beyond it;
        const char *says;
    } both[] = {
        {SIN_NUMBER, "the rule for sin gives its operand no gradient"},
        {SIN_ZERO, "the rule for sin computes a derivative that is 0 everywhere"}};
    for (int i = 0; i < 2; i++) {
        kit k;
        engine_file f;
        const ad_engine e = engine_that(both[i].it);
        const kit_options options = {.quick = true, .seed = 1};
        ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_WRONG);
        ck_assert_str_eq(k.message[0].code, "G45");
        ck_assert_str_eq(k.message[0].sentence, both[i].says);
        kit_close(&k);
    }
}
END_TEST

START_TEST(a_number_outside_the_domain_is_noted)
{
    static const struct {
        beyond it;
        const char *says;
    } both[] = {
        {SQRT_ABS, "outside its domain it is a number: at x = -1 z = 1, not nan"},
        {NOTHING, ""}};
    for (int i = 0; i < 2; i++) {
        kit k;
        engine_file f;
        const ad_engine e = engine_that(both[i].it);
        const kit_options options = {.quick = true, .seed = 1, .only = "2.sqrt"};
        ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_CONFORMS);
        const finding *row = named(&k, "2.sqrt");
        ck_assert_ptr_nonnull(row);
        ck_assert_int_eq(row->status, i == 0 ? FINDING_NOTE : FINDING_PASS);
        ck_assert_msg(strstr(row->text, both[i].says) == row->text, "%s", row->text);
        kit_close(&k);
    }
}
END_TEST

START_TEST(the_engine_itself_is_right)
{
    kit k;
    engine_file f;
    const ad_engine e = engine_that(NOTHING);
    const kit_options options = {.quick = true, .seed = 1, .only = "2"};
    ck_assert_int_eq(ride_through(&k, &f, &e, options), KIT_CONFORMS);
    kit_close(&k);
}
END_TEST

Suite *kit_closer_suite(void)
{
    Suite *s = suite_create("kit_closer");
    TCase *c = tcase_create("closer");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, where_it_begins_is_found, 0, sizeof all / sizeof *all);
    tcase_add_test(c, the_engine_itself_is_right);
    tcase_add_test(c, a_number_outside_the_domain_is_noted);
    tcase_add_test(c, digits_lost_everywhere_are_told_once);
    tcase_add_test(c, nothing_written_is_not_0_computed);
    suite_add_tcase(s, c);
    return s;
}
