/*
 * Legal variety: engines that are right, each in its own way (student_legal.c), through
 * every lesson that could mind. And beside each way the next one that is not legal, which
 * shows that the test can fail.
 */
#include <stdio.h>
#include <string.h>

#include "verify/random.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

static kit_verdict ride_student(kit *k, engine_file *f, const student *s,
                                kit_options options)
{
    options.seed = 1;
    return ride_through(k, f, student_engine(s), options);
}

static void assert_conforms(const kit *k, kit_verdict verdict, const student *s)
{
    const finding *bad = first_bad(k);
    ck_assert_msg(verdict == KIT_CONFORMS && bad == NULL && k->n > 0,
                  "%s, but %s; yet %s: %s", s->name, s->because,
                  bad == NULL ? "?" : bad->id, bad == NULL ? "?" : bad->text);
}

/*
 * All but the sizes and what conduct measures: those have tests below. Strictly, but for
 * three: one that says its own limit, one that is slow, and one whose a / b, made of
 * others, does lose digits at 1e300.
 */
START_TEST(a_legal_engine_conforms)
{
    static const char *const lessons[] = {"1", "2", "3", "4", "6", "7.again", "7.two"};
    const student *s = &legal_engines[_i];
    ck_assert_msg(s->because != NULL, "%s: what makes it legal?", s->name);
    if (!tests_fork() && _i % 4 != 0) return; /* the sanitizers take their time */
    const bool has_numbers = s->single || s->wide || s->at_kink > 0 || s->composite;
    for (size_t l = 0; l < sizeof lessons / sizeof *lessons; l++) {
        if (lessons[l][0] == '2' && !has_numbers) continue; /* the same numbers */
        kit k;
        engine_file f;
        const kit_options options = {.quick = true,
                                     .only = lessons[l],
                                     .strict =
                                         s->most == 0 && !s->slow && !s->composite};
        const kit_verdict verdict = ride_student(&k, &f, s, options);
        assert_conforms(&k, verdict, s);
        kit_close(&k);
    }
}
END_TEST

START_TEST(there_are_enough_of_them)
{
    ck_assert_uint_ge(legal_engines_count, 12);
    for (size_t i = 0; i < legal_engines_count; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(legal_engines[i].name, legal_engines[j].name);
}
END_TEST

/* The choices are independent of each other: any combination of them is legal. */
static student combination(random_source *r)
{
    const bool composite = random_below(r, 2) == 0, constants = random_below(r, 2) == 0;
    student s = {.name = "a combination",
                 .because = "its choices are legal one by one",
                 .walk = (student_walk)random_below(r, WALK_EVERY_PATH + 1),
                 .clears_reached = random_below(r, 2) == 0,
                 .composite = composite,
                 .single = random_below(r, 4) == 0,
                 .wide = random_below(r, 4) == 0,
                 .constants = constants,
                 .carries = constants && random_below(r, 2) == 0,
                 .no_zero = random_below(r, 4) == 0,
                 .few = random_below(r, 4) == 0,
                 .at_kink = (double)random_below(r, 5) / 4};
    const size_t again = random_below(r, 4);
    s.second_backward = again == 0   ? ANEW
                        : again == 1 ? LEAVES_ADD
                        : again == 2 ? ALL_ADD
                                     : ALL_AND_SEED_ADD;
    s.hides = composite && again < 2 && random_below(r, 2) == 0;
    /* A path by itself does not pass on what inner nodes hold from before. */
    if (s.walk == WALK_EVERY_PATH && again >= 2) s.second_backward = ANEW;
    return s;
}

START_TEST(legal_choices_combine)
{
    static const char *const lessons[] = {"1", "3", "4", "6"};
    random_source random = {test_seed()};
    for (size_t i = 0; i < soaked(tests_fork() ? 6 : 1); i++) {
        const student s = combination(&random);
        for (size_t l = 0; l < sizeof lessons / sizeof *lessons; l++) {
            kit k;
            engine_file f;
            const kit_options options = {
                .quick = true, .strict = true, .only = lessons[l]};
            const kit_verdict verdict = ride_student(&k, &f, &s, options);
            const finding *bad = first_bad(&k);
            ck_assert_msg(
                verdict == KIT_CONFORMS && bad == NULL,
                "seed %llu, combination %zu: walk %d, again %d%s%s%s%s%s%s%s%s, "
                "kink %g: %s: %s",
                (unsigned long long)test_seed(), i, (int)s.walk, (int)s.second_backward,
                s.clears_reached ? " reached" : "", s.composite ? " composite" : "",
                s.hides ? " hides" : "", s.single ? " float" : "",
                s.wide ? " wide" : "", s.constants ? " constants" : "",
                s.carries ? " carries" : "", s.few ? " few" : "", s.at_kink,
                bad == NULL ? "?" : bad->id, bad == NULL ? "?" : bad->text);
            kit_close(&k);
        }
    }
}
END_TEST

/* ---- One step further is wrong --------------------------------------------------- */

static const struct {
    const char *only;
    student engine;
} illegal[] = {
    {"2.relu", {.name = "relu'(0) = 1.25", .at_kink = 1.25}},
    {"2.relu", {.name = "relu'(0) = -0.25", .at_kink = -0.25}},
    {"2.max", {.name = "a tie that gives 1.1 and -0.1", .at_kink = 1.1}},
    {"2.max", {.name = "a tie that gives 1 to both", .slip = SLIP_TIE_BOTH}},
    {"2.abs", {.name = "abs'(0) = -1.5", .at_kink = -0.25}},
    {"2.tanh",
     {.name = "float that is not said", .slip = SLIP_FLOAT, .also = SLIP_FLOAT}},
    {"3",
     {.name = "constants, wrong order",
      .walk = WALK_PREORDER,
      .constants = true,
      .carries = true}},
    {"3",
     {.name = "clears what is reached, out of order",
      .walk = WALK_PREORDER,
      .clears_reached = true}},
    {"1.zero",
     {.name = "zero_grad forgets the leaves",
      .slip = SLIP_ZERO_KEEPS_LEAVES,
      .second_backward = ALL_ADD}},
    {"1.zero",
     {.name = "the same, and frees the graph",
      .slip = SLIP_ZERO_KEEPS_LEAVES,
      .freed = FREED_CRASHES,
      .says_once = true}},
    {"3",
     {.name = "adds to leaves, tanh, neg",
      .slip = SLIP_KEEPS_UNARY,
      .second_backward = LEAVES_ADD}},
    {"1.policy", {.name = "says once, and makes gradients anew", .says_once = true}},
    {"1.policy",
     {.name = "says once, and adds to all",
      .says_once = true,
      .second_backward = ALL_ADD}},
    {"1.policy",
     {.name = "says once, and adds to all and the seed",
      .says_once = true,
      .second_backward = ALL_AND_SEED_ADD}},
    {"1.policy",
     {.name = "says once, and adds", .says_once = true, .second_backward = LEAVES_ADD}},
    {"1.policy",
     {.name = "says nothing of it, and refuses the second", .freed = FREED_REFUSES}},
    {"5.chain", {.name = "refuses above 100 nodes", .most = 100}},
};

START_TEST(one_step_further_is_rejected)
{
    kit k;
    engine_file f;
    const kit_verdict verdict = ride_student(&k, &f, &illegal[_i].engine,
                                             (kit_options){.only = illegal[_i].only});
    ck_assert_msg(verdict == KIT_WRONG, "%s: %d", illegal[_i].engine.name,
                  (int)verdict);
    kit_close(&k);
}
END_TEST

/* ---- Limits ---------------------------------------------------------------------- */

/* A note each; a failure where --strict asks for it. */
static const struct {
    const char *only, *id, *text;
    student engine;
} limits[] = {
    {"5.chain",
     "5.chain.1200",
     "a limit: the engine's error(): too many nodes",
     {.name = "refuses", .most = 1000}},
    {"5.wide",
     "5.wide.1200",
     "a limit: the engine's error(): too many nodes",
     {.name = "refuses", .most = 1000}},
    {"5.chain",
     "5.chain.1048576",
     "a limit: SIGSEGV (the stack is full) in backward",
     {.name = "recursion"}},
    {"6.moons", "6.moons", "a limit: not over after", {.name = "slow", .slow = true}},
};

START_TEST(a_limit_is_a_note)
{
    if (ISOLATION_UNDER_ASAN) return; /* whose stack frames are others */
    kit k;
    engine_file f;
    const kit_options options = {.only = limits[_i].only,
                                 .quick = limits[_i].engine.slow};
    const student *s = &limits[_i].engine;
    const kit_verdict verdict = ride_student(&k, &f, s, options);
    ck_assert_int_eq(verdict, KIT_CONFORMS);
    const finding *row = named(&k, limits[_i].id);
    ck_assert_msg(row != NULL && row->status == FINDING_NOTE, "no note %s",
                  limits[_i].id);
    ck_assert_msg(strstr(row->text, limits[_i].text) == row->text, "%s", row->text);
    ck_assert(row == &k.finding[k.n - 1]); /* larger ones are not tried */
    kit_close(&k);
    const kit_options strict = {
        .only = limits[_i].only, .strict = true, .quick = limits[_i].engine.slow};
    ck_assert_int_ne(ride_student(&k, &f, s, strict), KIT_CONFORMS);
    const finding *bad = first_bad(&k); /* what it says itself is no array's fault */
    ck_assert_msg(strstr(bad->text, "too many nodes") == NULL ||
                      strncmp(bad->text, "the engine's error()", 20) == 0,
                  "%s", bad->text);
    ck_assert(s->most == 0 || strstr(bad->text, "too many nodes") != NULL);
    kit_close(&k);
}
END_TEST

/* ---- Policies that are found out --------------------------------------------------- */

static const struct {
    const char *only, *id, *text;
    student engine;
    finding_status status;
} policies[] = {
    {"1.policy",
     "1.policy",
     "makes every gradient anew",
     {.name = "anew"},
     FINDING_POLICY},
    {"1.policy",
     "1.policy",
     "adds to the leaves",
     {.name = "leaves", .second_backward = LEAVES_ADD},
     FINDING_POLICY},
    {"1.policy",
     "1.policy",
     "adds to all, and passes on",
     {.name = "all", .second_backward = ALL_ADD},
     FINDING_NOTE},
    {"1.policy",
     "1.policy",
     "after one backward dx = 7, after two 20",
     {.name = "all", .second_backward = ALL_ADD},
     FINDING_NOTE},
    {"1.policy",
     "1.policy",
     "the output's own gradient too",
     {.name = "seed", .second_backward = ALL_AND_SEED_ADD},
     FINDING_NOTE},
    {"1.policy",
     "1.policy",
     "one backward a recording: a second one ends in SIGABRT",
     {.name = "once", .freed = FREED_CRASHES, .says_once = true},
     FINDING_POLICY},
    {"4.two-roots",
     "4.two-roots",
     "does not depend on keeps its gradient",
     {.name = "reached", .clears_reached = true},
     FINDING_NOTE},
    {"4.two-roots",
     "4.two-roots",
     "does not depend on keeps its gradient",
     {.name = "reached", .clears_reached = true, .second_backward = LEAVES_ADD},
     FINDING_POLICY},
    {"3",
     "3.inside",
     "inside sub, div are nodes",
     {.name = "hidden", .composite = true, .hides = true},
     FINDING_POLICY},
    {"3.inside",
     "3.inside",
     "inside sub, div are nodes",
     {.name = "hidden", .composite = true, .hides = true},
     FINDING_POLICY},
};

START_TEST(a_policy_is_named)
{
    kit k;
    engine_file f;
    const kit_options options = {.only = policies[_i].only};
    const kit_verdict verdict = ride_student(&k, &f, &policies[_i].engine, options);
    const finding *row = named(&k, policies[_i].id);
    ck_assert_int_eq(verdict, KIT_CONFORMS);
    const finding_status status = policies[_i].status;
    ck_assert_msg(row != NULL && row->status == status, "no policy %s",
                  policies[_i].id);
    ck_assert_int_eq(status == FINDING_NOTE, row->code[0] == 'G');
    ck_assert_msg(strstr(row->text, policies[_i].text) != NULL, "%s", row->text);
    kit_close(&k);
}
END_TEST

Suite *kit_legal_suite(void)
{
    Suite *suite = suite_create("kit_legal");
    TCase *c = tcase_create("legal");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, there_are_enough_of_them);
    tcase_add_loop_test(c, a_legal_engine_conforms, 0, (int)legal_engines_count);
    tcase_add_test(c, legal_choices_combine);
    tcase_add_loop_test(c, one_step_further_is_rejected, 0,
                        sizeof illegal / sizeof *illegal);
    tcase_add_loop_test(c, a_limit_is_a_note, 0, sizeof limits / sizeof *limits);
    tcase_add_loop_test(c, a_policy_is_named, 0, sizeof policies / sizeof *policies);
    suite_add_tcase(suite, c);
    return suite;
}
