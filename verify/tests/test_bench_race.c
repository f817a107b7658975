/*
 * Races on a simulated clock, whose answers are known. What the engines' times are, no
 * test can say.
 */
#include <check.h>
#include <math.h>
#include <string.h>

#include "bench/race.h"
#include "bench/statistics.h"
#include "verify/random.h"
#include "verify/tests/bench_cases.h"
#include "verify/tests/volume.h"

/* Time passes only when somebody works. `pace` is how slow the machine is just now. */
typedef struct world {
    double now_ns, pace, noise;
    random_source random;
    char log[1 << 14]; /* who ran, in order */
    size_t logged;
    volatile sig_atomic_t stop;
    size_t stop_after; /* samples; 0: never */
} world;

typedef struct worker {
    world *world;
    double ns; /* of an iteration */
    char initial;
    double phase_ns[2];
    double cold_ns; /* once more when somebody else has run before */
} worker;

static uint64_t world_now(void *ctx) { return (uint64_t)((const world *)ctx)->now_ns; }

static void work(void *ctx, size_t iterations, const stopwatch *clock, double *phase_ns)
{
    (void)clock;
    worker *me = ctx;
    world *w = me->world;
    /* A sample is disturbed as a whole, upwards, as on a real machine; and the
     * machine's pace wanders slowly. */
    const double disturbed = 1 + w->noise * -log(random_uniform(&w->random, 1e-9, 1));
    w->pace *= 1 + 0.1 * w->noise * random_uniform(&w->random, -1, 1);
    const bool cold = w->logged == 0 || w->log[w->logged - 1] != me->initial;
    w->now_ns +=
        ((double)iterations * me->ns + cold * me->cold_ns) * w->pace * disturbed;
    for (size_t p = 0; p < 2; p++) phase_ns[p] += (double)iterations * me->phase_ns[p];
    if (w->logged + 1 < sizeof w->log) w->log[w->logged++] = me->initial;
    if (w->stop_after > 0 && w->logged >= w->stop_after) w->stop = 1;
}

static world world_of(uint64_t seed, double noise)
{
    return (world){.pace = 1, .noise = noise, .random = {seed}};
}

static race_plan plan_of(world *w, size_t rounds)
{
    return (race_plan){.rounds = rounds,
                       .most = 1000,
                       .seed = 1,
                       .clock = {world_now, w, 20, 20},
                       .stop = &w->stop};
}

START_TEST(a_race_finds_the_ratio)
{
    world w = world_of(test_seed(), 0.05);
    worker slow = {.world = &w, .ns = 3000, .initial = 's'};
    worker fast = {.world = &w, .ns = 100, .initial = 'f'};
    const contestant who[] = {{"slow", "whole", work, &slow, 0},
                              {"slow", "again", work, &slow, 0},
                              {"fast", "whole", work, &fast, 0}};
    const race_plan plan = plan_of(&w, 51);
    race r;
    ck_assert(race_run(&r, 3, who, &plan));
    const figure self = figure_of_ratios(r.rounds, r.lane[1].ns, r.lane[0].ns);
    const figure ratio = figure_of_ratios(r.rounds, r.lane[0].ns, r.lane[2].ns);
    ck_assert_msg(fabs(ratio.median / 30 - 1) < 0.05, "30 it is, not %g", ratio.median);
    ck_assert(is_resolved(ratio, noise_floor(self)));
    ck_assert_uint_eq(r.rounds, 51);
    ck_assert(!r.short_of_rounds);
    race_free(&r);
}
END_TEST

START_TEST(samples_are_long_enough_and_alike)
{
    world w = world_of(1, 0);
    worker quick = {.world = &w, .ns = 7, .initial = 'q'};
    worker slow = {.world = &w, .ns = 80e6, .initial = 's'};
    const contestant who[] = {{"quick", "whole", work, &quick, 0},
                              {"slow", "whole", work, &slow, 0}};
    race_plan plan = plan_of(&w, 0);
    race r;
    ck_assert(race_run(&r, 1, who, &plan));
    ck_assert_uint_eq(r.rounds, RACE_LEAST_SHORT); /* there are no seconds to spend */
    for (size_t i = 0; i < r.rounds; i++)
        ck_assert(r.lane[0].ns[i] * (double)r.lane[0].iterations >= 1e6);
    race_free(&r);

    plan.clock.step_ns = 1e4; /* a coarse clock: 1000 steps are 10 ms */
    ck_assert(race_run(&r, 1, who, &plan));
    ck_assert(r.lane[0].ns[0] * (double)r.lane[0].iterations >= 1e7);
    race_free(&r);

    ck_assert(race_run(&r, 2, who, &plan));
    ck_assert_uint_eq(r.rounds, RACE_LEAST_LONG);
    ck_assert_uint_eq(r.lane[1].iterations, 1);
    ck_assert(r.lane[0].ns[0] * (double)r.lane[0].iterations >= 80e6 / 4);
    race_free(&r);
}
END_TEST

/* Every sample of a calibration may be interrupted but for one in three. */
static void interrupted_work(void *ctx, size_t iterations, const stopwatch *clock,
                             double *phase_ns)
{
    world *w = ((worker *)ctx)->world;
    work(ctx, iterations, clock, phase_ns);
    if (w->logged % 3 != 0) w->now_ns += 5e6;
}

START_TEST(an_interrupted_calibration_is_no_excuse)
{
    world w = world_of(1, 0);
    worker quick = {.world = &w, .ns = 5e3, .initial = 'q'};
    const contestant who[] = {{"quick", "whole", interrupted_work, &quick, 0},
                              {"quick", "again", interrupted_work, &quick, 0}};
    const race_plan plan = plan_of(&w, 6);
    race r;
    ck_assert(race_run(&r, 2, who, &plan));
    ck_assert_uint_ge(r.lane[0].iterations, 200); /* of 5 us: a millisecond */
    ck_assert_uint_eq(r.lane[0].iterations, r.lane[1].iterations);
    race_free(&r);
}
END_TEST

START_TEST(seconds_buy_rounds)
{
    world w = world_of(1, 0);
    worker slow = {.world = &w, .ns = 2e6, .initial = 's'};
    const contestant who[] = {{"slow", "whole", work, &slow, 0}};
    race_plan plan = plan_of(&w, 0);
    race r;
    plan.seconds = 0.5;
    ck_assert(race_run(&r, 1, who, &plan));
    ck_assert_uint_eq(r.rounds, 125); /* of 2 ms, and as much to warm up */
    race_free(&r);
    plan.seconds = 1e9;
    ck_assert(race_run(&r, 1, who, &plan));
    ck_assert_uint_eq(r.rounds, plan.most);
    race_free(&r);
    plan.rounds = 7;
    ck_assert(race_run(&r, 1, who, &plan));
    ck_assert_uint_eq(r.rounds, 7);
    ck_assert(r.short_of_rounds);
    race_free(&r);
}
END_TEST

/* The log of 40 rounds of three, without the warming up. */
static void log_of_race(uint64_t seed, char *log)
{
    world w = world_of(1, 0);
    worker a = {.world = &w, .ns = 30e6, .initial = 'a'};
    worker b = {.world = &w, .ns = 30e6, .initial = 'b'};
    worker c = {.world = &w, .ns = 30e6, .initial = 'c'};
    const contestant who[] = {{"a", "whole", work, &a, 0},
                              {"b", "whole", work, &b, 0},
                              {"c", "whole", work, &c, 0}};
    race_plan plan = plan_of(&w, 40);
    plan.seed = seed;
    race r;
    ck_assert(race_run(&r, 3, who, &plan));
    race_free(&r);
    memcpy(log, w.log + w.logged - 120, 120);
    log[120] = '\0';
}

START_TEST(every_round_has_everybody_once_in_a_fresh_order)
{
    static const char *const orders[] = {"abc", "acb", "bac", "bca", "cab", "cba"};
    char log[121], same[121], other[121];
    log_of_race(1, log);
    log_of_race(1, same);
    log_of_race(2, other);
    ck_assert_str_eq(log, same);
    ck_assert_str_ne(log, other);
    size_t seen[6] = {0}, rounds = 0;
    for (size_t i = 0; i < 120; i += 3)
        for (size_t o = 0; o < 6; o++)
            if (strncmp(log + i, orders[o], 3) == 0) seen[o]++, rounds++;
    ck_assert_uint_eq(rounds, 40); /* each round is one of the six */
    for (size_t o = 0; o < 6; o++) ck_assert_msg(seen[o] > 0, "never %s", orders[o]);
}
END_TEST

START_TEST(short_iterations_start_warm)
{
    world w = world_of(1, 0);
    worker a = {.world = &w, .ns = 2e6, .initial = 'a', .cold_ns = 1e6};
    worker b = {.world = &w, .ns = 2e6, .initial = 'b', .cold_ns = 1e6};
    const contestant who[] = {{"a", "whole", work, &a, 0}, {"b", "whole", work, &b, 0}};
    const race_plan plan = plan_of(&w, 51);
    race r;
    ck_assert(race_run(&r, 2, who, &plan));
    for (size_t i = 0; i < r.rounds; i++) ck_assert(r.lane[0].ns[i] < 2.1e6);
    race_free(&r);
}
END_TEST

START_TEST(phases_are_per_iteration)
{
    world w = world_of(1, 0);
    worker a = {.world = &w, .ns = 100, .initial = 'a', .phase_ns = {70, 30}};
    const contestant who[] = {{"a", "phases", work, &a, 2}};
    const race_plan plan = plan_of(&w, 6);
    race r;
    ck_assert(race_run(&r, 1, who, &plan));
    for (size_t i = 0; i < r.rounds; i++) {
        ck_assert(fabs(r.lane[0].phase_ns[0][i] - 70) < 1e-9);
        ck_assert(fabs(r.lane[0].phase_ns[1][i] - 30) < 1e-9);
    }
    ck_assert_ptr_null(r.lane[0].phase_ns[2]);
    race_free(&r);
}
END_TEST

START_TEST(a_race_that_is_stopped_keeps_whole_rounds)
{
    world w = world_of(1, 0);
    worker a = {.world = &w, .ns = 30e6, .initial = 'a'};
    worker b = {.world = &w, .ns = 30e6, .initial = 'b'};
    const contestant who[] = {{"a", "whole", work, &a, 0}, {"b", "whole", work, &b, 0}};
    const race_plan plan = plan_of(&w, 51);
    w.stop_after = 4 + 11; /* four samples to calibrate, and half of round 6 */
    race r;
    ck_assert(race_run(&r, 2, who, &plan));
    ck_assert_uint_eq(r.rounds, 5);
    ck_assert(r.short_of_rounds);
    race_free(&r);
}
END_TEST

/*
 * LAW: what makes no difference is not resolved. An interval of 95% excludes 1 in at
 * most 1 of 20 races, and the noise floor takes a good part of those.
 */
START_TEST(identical_contestants_are_rarely_resolved)
{
    const size_t races = soaked(400);
    size_t resolved = 0;
    for (size_t k = 0; k < races; k++) {
        world w = world_of(test_seed() + k, 0.1);
        worker a = {.world = &w, .ns = 2e6, .initial = 'a'};
        const contestant who[] = {{"a", "whole", work, &a, 0},
                                  {"a", "again", work, &a, 0},
                                  {"b", "whole", work, &a, 0}};
        race_plan plan = plan_of(&w, 51);
        plan.seed = k;
        race r;
        ck_assert(race_run(&r, 3, who, &plan));
        const double noise =
            noise_floor(figure_of_ratios(r.rounds, r.lane[1].ns, r.lane[0].ns));
        resolved +=
            is_resolved(figure_of_ratios(r.rounds, r.lane[2].ns, r.lane[0].ns), noise);
        race_free(&r);
    }
    ck_assert_msg((double)resolved <= 0.05 * (double)races, "%zu of %zu races resolved",
                  resolved, races);
}
END_TEST

TCase *race_cases(void)
{
    TCase *races = tcase_create("races");
    tcase_set_timeout(races, 60);
    tcase_add_test(races, a_race_finds_the_ratio);
    tcase_add_test(races, samples_are_long_enough_and_alike);
    tcase_add_test(races, an_interrupted_calibration_is_no_excuse);
    tcase_add_test(races, seconds_buy_rounds);
    tcase_add_test(races, every_round_has_everybody_once_in_a_fresh_order);
    tcase_add_test(races, short_iterations_start_warm);
    tcase_add_test(races, phases_are_per_iteration);
    tcase_add_test(races, a_race_that_is_stopped_keeps_whole_rounds);
    tcase_add_test(races, identical_contestants_are_rarely_resolved);
    return races;
}
