/*
 * Foreign engines learn the two moons: every loss is the published one, whatever of the
 * contract an engine has to go from one step to the next; an engine of floats is held to
 * the first gradient. And what is wrong in a later step is seen there.
 */
#include <math.h>
#include <string.h>

#include "bench/foreign.h"
#include "verify/kit/own_engine.h"
#include "verify/programs/kinds.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"

static judgement train(const ad_engine *given)
{
    problem p;
    ck_assert(problem_start(&p, &moons_loss_kind, MOONS_POINTS, 1));
    foreign *f = foreign_give(given, "guest");
    ck_assert_ptr_nonnull(f);
    engine *here = foreign_start(&f->row, &p);
    ck_assert_ptr_nonnull(here);
    const judgement j = foreign_judge_training(here, &p);
    foreign_stop(here);
    foreign_unload(f);
    problem_end(&p);
    return j;
}

/* ---- From one step to the next --------------------------------------------------- */

static void all(ad_engine *e) { (void)e; }
static void no_set(ad_engine *e) { e->set = NULL; }
static void no_rewind(ad_engine *e) { e->mark = NULL, e->rewind = NULL; }
static void no_constant(ad_engine *e) { e->constant = NULL; }

static void minimal(ad_engine *e)
{
    memset((char *)e + offsetof(ad_engine, precision), 0,
           sizeof *e - offsetof(ad_engine, precision));
}

static void (*const less[])(ad_engine *e) = {all, no_set, no_rewind, no_constant,
                                             minimal};
enum { LESS = sizeof less / sizeof *less };

START_TEST(every_loss_is_the_published_one)
{
    static const ad_engine *const own[] = {&own_engine_tape, &own_engine_graph};
    for (int i = 0; i < 2; i++) {
        ad_engine e = *own[i];
        less[_i](&e);
        const judgement j = train(&e);
        ck_assert_msg(j.passed && j.residual <= 1e-14, "%s, %d: %s, off by %g", e.name,
                      _i, j.why, j.residual);
        ck_assert_str_eq(j.witness, "published losses");
        ck_assert_double_eq(j.bound, FOREIGN_LOSS_BOUND);
    }
}
END_TEST

START_TEST(floats_are_held_to_the_first_gradient)
{
    const student single = {.name = "float", .single = true, .walk = WALK_CREATION},
                  wrong = {.name = "float",
                           .single = true,
                           .walk = WALK_CREATION,
                           .slip = SLIP_SEED_TWICE};
    judgement j = train(student_engine(&single));
    ck_assert_msg(j.passed, "%s, off by %g of %g", j.why, j.residual, j.bound);
    ck_assert_str_ne(j.witness, "published losses");
    j = train(student_engine(&wrong));
    ck_assert(!j.passed && !j.skipped);
}
END_TEST

/* ---- What goes wrong later ------------------------------------------------------- */

static void set_nothing(void *r, ad_engine_node leaf, double v)
{
    (void)r, (void)leaf, (void)v;
}

static void spoil_set(ad_engine *e) { e->set = set_nothing; }

static size_t steps;

/* The record's end is where it should be, and the 40th step's gradient is the one
 * before. */
static void late(void *r, ad_engine_node output)
{
    if (++steps != 40) own_engine_tape.backward(r, output);
}

static void spoil_late(ad_engine *e) { e->backward = late; }

static void die(void *r, ad_engine_node output)
{
    if (++steps == 40) __builtin_trap();
    own_engine_tape.backward(r, output);
}

static void spoil_life(ad_engine *e) { e->backward = die; }

static const struct {
    void (*spoil)(ad_engine *e);
    const char *why;
} later[] = {{spoil_set, ""}, {spoil_late, ""}, {spoil_life, "SIGILL"}};

START_TEST(a_later_mistake_is_seen)
{
    ad_engine e = own_engine_tape;
    later[_i].spoil(&e);
    const judgement j = train(&e);
    ck_assert_msg(!j.passed && !j.skipped, "%d: off by %g", _i, j.residual);
    ck_assert_msg(strstr(j.why, later[_i].why) != NULL, "%d: '%s'", _i, j.why);
}
END_TEST

START_TEST(a_missing_operation_is_skipped)
{
    const student few = {.name = "few", .few = true}; /* no relu */
    const judgement j = train(student_engine(&few));
    ck_assert(j.skipped && !j.passed);
    ck_assert_str_eq(j.why, "the engine has no relu");
}
END_TEST

Suite *foreign_training_suite(void)
{
    Suite *suite = suite_create("foreign_training");
    TCase *c = tcase_create("training");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, every_loss_is_the_published_one, 0, LESS);
    tcase_add_test(c, floats_are_held_to_the_first_gradient);
    tcase_add_loop_test(c, a_later_mistake_is_seen, 0, sizeof later / sizeof *later);
    tcase_add_test(c, a_missing_operation_is_skipped);
    suite_add_tcase(suite, c);
    return suite;
}
