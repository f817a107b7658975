/*
 * Engines that do not come back: how soon that is seen, what is told of it, and that who
 * only waits for his turn, or has much to load, is not taken for one of them.
 */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verify/kit/group.h"
#include "verify/tests/hostile_engine.h"
#include "verify/tests/kit_ride.h"
#include "verify/tests/student_engine.h"
#include "verify/tests/suites.h"

START_TEST(a_walk_of_every_path_is_told_how_many_there_are)
{
    kit k;
    engine_file f;
    const student every_path = {.walk = WALK_EVERY_PATH};
    const kit_options options = {.quick = true, .only = "5.ladder.60", .seed = 1};
    const kit_verdict verdict =
        ride_through(&k, &f, student_engine(&every_path), options);
    ck_assert_int_eq(verdict, KIT_BROKE);
    ck_assert_msg(strstr(first_bad(&k)->why, "2^60 ways") != NULL &&
                      strchr(first_bad(&k)->why, '\n') == NULL,
                  "%s", first_bad(&k)->why);
    kit_close(&k);
}
END_TEST

/* Two reasons to hang are two messages: 2^n paths, and n^2 for n nodes. */
START_TEST(what_hangs_for_another_reason_is_told_apart)
{
    if (ISOLATION_UNDER_ASAN) return;
    kit k;
    engine_file f;
    const student both = {.walk = WALK_EVERY_PATH, .slow = true};
    const kit_options options = {.quick = true, .strict = true, .only = "5", .seed = 1};
    ride_through(&k, &f, student_engine(&both), options);
    const finding *chain = named(&k, "5.chain.131072"),
                  *reused = named(&k, "5.reused.131072"),
                  *ladder = named(&k, "5.ladder.60");
    if (ladder == NULL) ladder = named(&k, "5.ladder.20");
    ck_assert(chain != NULL && reused != NULL && ladder != NULL);
    ck_assert_int_eq(chain->status, FINDING_HANG);
    ck_assert_int_eq(reused->status, FINDING_HANG);
    ck_assert_int_eq(ladder->status, FINDING_HANG);
    ck_assert_str_eq(reused->same, chain->id);
    ck_assert_str_eq(ladder->same, "");
    kit_close(&k);
}
END_TEST

/* ---- Slow is not hung -------------------------------------------------------------- */

static void work_for(double seconds)
{
    const clock_t end = clock() + (clock_t)(fmin(seconds, 1e6) * CLOCKS_PER_SEC);
    while (clock() < end) continue;
}

static void ride_square(ride *r) { work_for(1e-6 * (double)(r->size * r->size)); }
static void ride_doubling(ride *r) { work_for(1e-6 * pow(2, (double)r->size / 25)); }
static void ride_endless(ride *r) { work_for(r->size > 400 ? 1e6 : 0.002); }

START_TEST(what_grows_as_a_square_is_slow)
{
    static const struct {
        ride_work *work;
        bool is_slow;
    } cases[] = {{ride_square, true}, {ride_doubling, false}, {ride_endless, false}};
    for (size_t i = 0; i < 3; i++) {
        kit k;
        engine_file f;
        const student right = {.name = "right"};
        engine_file_give(&f, student_engine(&right));
        ck_assert(kit_open(&k, &f, (kit_options){.quick = true}));
        finding *row = kit_find(&k, "5.wide.1600", "a sum of 1600 squares");
        ride r = {.work = cases[i].work, .size = 1600};
        ck_assert(!kit_ride(&k, row, &r, 2) && row->status == FINDING_HANG);
        const bool slow = kit_is_slow(&k, row, cases[i].work, 1600);
        ck_assert_msg(slow == cases[i].is_slow, "%zu: %s", i, row->text);
        ck_assert_int_eq(row->status, slow ? FINDING_NOTE : FINDING_HANG);
        ck_assert_uint_eq(k.hung, !slow);
        if (slow) ck_assert_ptr_nonnull(strstr(row->text, "time grows as n^"));
        kit_close(&k);
    }
}
END_TEST

/* Where each ride hangs, the run is over soon, and says why. */
START_TEST(who_always_hangs_is_soon_done)
{
    const hostile *h = hostile_engines;
    while (strcmp(h->name, "hang") != 0) h++;
    kit k;
    engine_file f;
    ck_assert_int_eq(
        ride_through(&k, &f, hostile_engine(h), (kit_options){.quick = true}),
        KIT_BROKE);
    ck_assert_uint_le(k.hung, 3);
    ck_assert_msg(k.hung_seconds < 6, "%g s", k.hung_seconds);
    ck_assert_int_eq(named(&k, "1.policy")->status, FINDING_SKIP);
    ck_assert_ptr_nonnull(strstr(named(&k, "2.tanh")->text, "hung already"));
    ck_assert_ptr_nonnull(strstr(named(&k, "7.again")->text, "hung already"));
    kit_close(&k);
}
END_TEST

/* A run far past its patience makes no more rides, but for what is asked for by name. */
START_TEST(a_run_far_past_its_patience_ends)
{
    if (ISOLATION_UNDER_ASAN) return; /* where all is slow */
    kit k;
    engine_file f;
    char room[160];
    const student right = {.name = "right"};
    engine_file_give(&f, student_engine(&right));
    ck_assert(kit_open(&k, &f, (kit_options){.quick = true, .patience = 1}));
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    k.began = (double)t.tv_sec - 5;
    ck_assert_ptr_null(kit_why_end(&k, room));
    k.began = (double)t.tv_sec - 50;
    const char *end = kit_why_end(&k, room);
    ck_assert(end != NULL && strstr(end, "no time is left") != NULL);
    k.options.only = "5.chain";
    ck_assert_ptr_null(kit_why_end(&k, room));
    kit_close(&k);
}
END_TEST

/* ---- Time ------------------------------------------------------------------------ */

START_TEST(the_work_of_a_group_is_counted)
{
    int ready[2];
    char c;
    ck_assert_int_eq(pipe(ready), 0);
    const pid_t idle = fork();
    if (idle == 0) setpgid(0, 0), pause(), _exit(0);
    const pid_t busy = fork();
    if (busy == 0) {
        setpgid(0, 0);
        if (fork() == 0) { /* as the command of a shell */
            while (clock() < CLOCKS_PER_SEC / 10) continue;
            if (write(ready[1], "", 1) != 1) _exit(1);
        }
        pause();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    const double worked = group_worked(busy), rested = group_worked(idle);
    kill(-busy, SIGKILL), kill(idle, SIGKILL);
    waitpid(busy, NULL, 0), waitpid(idle, NULL, 0);
    close(ready[0]), close(ready[1]);
    ck_assert_msg(worked > 0.05 && worked < 1, "%g", worked);
    ck_assert_msg(rested < 0.05, "%g", rested);
}
END_TEST

/* What a helper has worked before is not counted, nor is what it takes to be ready. */
static volatile bool *ready;

static void be_ready_later(void *context)
{
    (void)context;
    const struct timespec pause = {.tv_nsec = 300000000};
    nanosleep(&pause, NULL);
    *ready = true;
    nanosleep(&pause, NULL);
}

START_TEST(a_helper_that_has_worked_before_may_work_again)
{
    int done[2];
    char c;
    ck_assert_int_eq(pipe(done), 0);
    const pid_t helper = fork();
    if (helper == 0) {
        setpgid(0, 0);
        while (clock() < CLOCKS_PER_SEC) continue;
        if (write(done[1], "", 1) != 1) _exit(1);
        pause();
    }
    ck_assert_int_eq(read(done[0], &c, 1), 1);
    ready = isolate_share(sizeof *ready);
    isolation_limits limits = {
        .seconds = 0.3, .helper = helper, .ready = ready, .loading = 0.9};
    isolation_report report;
    const isolation_end end = isolate(be_ready_later, NULL, &limits, &report);
    limits.loading = 0.1; /* not ready in that time: it sleeps */
    *ready = false;
    const isolation_end late = isolate(be_ready_later, NULL, &limits, &report);
    kill(-helper, SIGKILL);
    waitpid(helper, NULL, 0);
    close(done[0]), close(done[1]);
    isolate_unshare((void *)ready, sizeof *ready);
    ck_assert_int_eq(end, ISOLATION_DONE);
    ck_assert_int_eq(late, ISOLATION_HUNG);
}
END_TEST

Suite *kit_hangs_suite(void)
{
    Suite *suite = suite_create("kit_hangs");
    TCase *c = tcase_create("hangs");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, a_walk_of_every_path_is_told_how_many_there_are);
    tcase_add_test(c, what_hangs_for_another_reason_is_told_apart);
    tcase_add_test(c, what_grows_as_a_square_is_slow);
    tcase_add_test(c, who_always_hangs_is_soon_done);
    tcase_add_test(c, a_run_far_past_its_patience_ends);
    tcase_add_test(c, the_work_of_a_group_is_counted);
    tcase_add_test(c, a_helper_that_has_worked_before_may_work_again);
    suite_add_tcase(suite, c);
    return suite;
}
