/*
 * The statistics as promised: on a simulated clock, whose answers are known, with noise
 * that was recorded on a real one (noise.inc); and, when GRADYNO_LIVE is set (`make
 * soak`), the same of real engines on this machine.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/measure.h"
#include "bench/race.h"
#include "bench/statistics.h"
#include "verify/random.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/volume.h"

static const unsigned recorded[] = {
#include "verify/tests/noise.inc"
};
enum { RECORDED = sizeof recorded / sizeof *recorded };

/* The machine: its next sample is disturbed as the next of the record was. */
typedef struct machine {
    double now_ns;
    size_t next;
} machine;

typedef struct worker {
    machine *machine;
    double ns; /* of an iteration, undisturbed */
} worker;

static uint64_t machine_now(void *ctx)
{
    return (uint64_t)((const machine *)ctx)->now_ns;
}

static void work(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns)
{
    (void)clock, (void)phase_ns;
    const worker *me = ctx;
    machine *m = me->machine;
    m->now_ns += (double)iterations * me->ns * recorded[m->next++ % RECORDED] / 1e4;
}

/* A race of a, a again, and b, which is `slower` times as slow, from anywhere in the
 * record. */
static void run_race(race *r, double slower, race_plan plan, uint64_t seed)
{
    random_source random = {seed};
    machine m = {.next = random_below(&random, RECORDED)};
    worker a = {&m, 40e3}, b = {&m, 40e3 * slower};
    const contestant who[] = {{"a", "whole", work, &a, 0},
                              {"a", "again", work, &a, 0},
                              {"b", "whole", work, &b, 0}};
    plan.clock = (stopwatch){machine_now, &m, 20, 20};
    plan.seed = seed;
    ck_assert(race_run(r, 3, who, &plan));
}

static figure ratio_of(const race *r, size_t lane)
{
    return figure_of_ratios(r->rounds, r->lane[lane].ns, r->lane[0].ns);
}

static bool is_told_apart(const race *r)
{
    return is_resolved(ratio_of(r, 2), noise_floor(ratio_of(r, 1)));
}

/* The plans of bench and of race: 51 rounds and more until 2%; 2 s, until 0.5%. */
static const race_plan bench_plan = {.most = 1001, .narrow = 0.02, .seconds = 1};
static const race_plan two_seconds = {.most = 100000, .narrow = 0.005, .seconds = 2};

START_TEST(intervals_cover_on_recorded_noise)
{
    const race_plan *const plans[] = {&bench_plan, &two_seconds};
    for (size_t p = 0; p < 2; p++) {
        const size_t races = soaked(p == 0 ? 1000 : 300);
        size_t covered = 0;
        for (size_t k = 0; k < races; k++) {
            race r;
            run_race(&r, 1.07, *plans[p], test_seed() + k);
            const figure f = ratio_of(&r, 2);
            covered += f.lo <= 1.07 && 1.07 <= f.hi;
            race_free(&r);
        }
        const double share = (double)covered / (double)races;
        ck_assert_msg(share >= 0.93 && share <= 0.99,
                      "plan %zu: %.1f%% of the intervals cover (seed %llu)", p,
                      100 * share, (unsigned long long)test_seed());
    }
}
END_TEST

START_TEST(one_percent_is_found_on_recorded_noise)
{
    const size_t races = soaked(100);
    size_t found = 0;
    for (size_t k = 0; k < races; k++) {
        race r;
        run_race(&r, 1.01, two_seconds, test_seed() + k);
        found += is_told_apart(&r) && ratio_of(&r, 2).median > 1;
        race_free(&r);
    }
    ck_assert_msg((double)found >= 0.9 * (double)races, "%zu of %zu (seed %llu)", found,
                  races, (unsigned long long)test_seed());
}
END_TEST

START_TEST(identical_engines_are_rarely_told_apart_on_recorded_noise)
{
    const race_plan *const plans[] = {&bench_plan, &two_seconds};
    for (size_t p = 0; p < 2; p++) {
        const size_t races = soaked(100);
        size_t found = 0;
        for (size_t k = 0; k < races; k++) {
            race r;
            run_race(&r, 1, *plans[p], test_seed() + k);
            found += is_told_apart(&r);
            race_free(&r);
        }
        ck_assert_msg((double)found <= 0.12 * (double)races,
                      "plan %zu: %zu of %zu (seed %llu)", p, found, races,
                      (unsigned long long)test_seed());
    }
}
END_TEST

/* The harness must be able to fail: intervals at half their width cover too little. */
START_TEST(half_the_width_would_show)
{
    size_t covered = 0;
    for (size_t k = 0; k < 300; k++) {
        race r;
        run_race(&r, 1.07, bench_plan, test_seed() + k);
        const figure f = ratio_of(&r, 2);
        covered += fabs(f.median - 1.07) <= (f.hi - f.lo) / 4;
        race_free(&r);
    }
    ck_assert_msg((double)covered < 0.93 * 300, "%zu of 300", covered);
}
END_TEST

/* ---- Live ------------------------------------------------------------------------ */

static double monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void tape_whole(void *run, size_t iterations, const stopwatch *clock, double *ns)
{
    engine_named("tape", 0)->whole(run, iterations, clock, ns);
}

/* The tape, and 1% of its own time on top. */
static void tape_and_one_percent(void *run, size_t iterations, const stopwatch *clock,
                                 double *ns)
{
    const double start = monotonic_ns();
    tape_whole(run, iterations, clock, ns);
    const double until = start + 1.01 * (monotonic_ns() - start);
    while (monotonic_ns() < until) {
    }
}

/* The tape, and a sleep of 2% of its own time, or what the system makes of it. */
static void tape_and_sleep(void *run, size_t iterations, const stopwatch *clock,
                           double *ns)
{
    const double start = monotonic_ns();
    tape_whole(run, iterations, clock, ns);
    const struct timespec nap = {0, (long)(0.02 * (monotonic_ns() - start))};
    nanosleep(&nap, NULL);
}

/* How many of `tries` races of 2 s on a perceptron tell the tape from the other. */
static size_t live(void (*whole)(void *, size_t, const stopwatch *, double *),
                   size_t tries, double seconds)
{
    engine other = *engine_named("tape", 0);
    other.name = "other";
    other.whole = whole;
    const workload mlp = {.kind = &bench_mlp_kind};
    size_t found = 0;
    for (size_t k = 0; k < tries; k++) {
        const measure_plan plan = {.engines = 2,
                                   .engine = {engine_named("tape", 0), &other},
                                   .seed = 1,
                                   .race = {.most = 100000,
                                            .narrow = 0.005,
                                            .seconds = seconds,
                                            .seed = test_seed() + k,
                                            .clock = stopwatch_monotonic()}};
        bench_run r = {0};
        ck_assert(measure(&r, NULL, &mlp, 16, &plan, NULL) && run_finish(&r));
        const comparison *c = cell_comparison(r.cell[0], "tape", "other", "whole");
        printf("tape / other %.4f [%.4f, %.4f], noise floor %.2f%%, %zu rounds: %s\n",
               c->ratio.median, c->ratio.lo, c->ratio.hi, 100 * c->noise,
               r.cell[0]->rounds, c->resolved ? "resolved" : "not resolved");
        fflush(stdout);
        found += c->resolved;
        run_free(&r);
    }
    return found;
}

START_TEST(live_one_percent_is_found)
{
    const size_t found = live(tape_and_one_percent, 10, 2);
    ck_assert_msg(found >= 9, "%zu of 10", found);
}
END_TEST

START_TEST(live_sleep_is_found)
{
    const size_t found = live(tape_and_sleep, 5, 2);
    ck_assert_msg(found == 5, "%zu of 5", found);
}
END_TEST

START_TEST(live_identical_engines_are_rarely_told_apart)
{
    const size_t found = live(tape_whole, 100, 0.4);
    ck_assert_msg(found <= 12, "%zu of 100", found);
}
END_TEST

TCase *noise_cases(void)
{
    TCase *noise = tcase_create("noise");
    tcase_set_timeout(noise, 300);
    tcase_add_test(noise, intervals_cover_on_recorded_noise);
    tcase_add_test(noise, one_percent_is_found_on_recorded_noise);
    tcase_add_test(noise, identical_engines_are_rarely_told_apart_on_recorded_noise);
    tcase_add_test(noise, half_the_width_would_show);
    if (getenv("GRADYNO_LIVE") != NULL) {
        tcase_add_test(noise, live_one_percent_is_found);
        tcase_add_test(noise, live_sleep_is_found);
        tcase_add_test(noise, live_identical_engines_are_rarely_told_apart);
    }
    return noise;
}
