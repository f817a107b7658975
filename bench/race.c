/* The race: calibration, a fresh order for every round, samples. */
#include "bench/race.h"

#include <stdlib.h>

#include "verify/random.h"

/* One sample: ns per iteration, in all and for each phase. */
static double sample(const contestant *c, size_t iterations, const stopwatch *clock,
                     double *phase_ns)
{
    double total_ns[RACE_PHASES] = {0};
    const uint64_t start = stopwatch_now(clock);
    c->run(c->ctx, iterations, clock, total_ns);
    const double ns = stopwatch_since(clock, start);
    for (size_t p = 0; p < c->phases; p++)
        phase_ns[p] = total_ns[p] / (double)iterations;
    return ns / (double)iterations;
}

static bool is_stopped(const race_plan *plan)
{
    return plan->stop != NULL && *plan->stop;
}

/*
 * ns per iteration of a sample that lasts least_ns or more: its length doubles until it
 * does. The samples on the way warm up caches, pages and the branch predictor.
 */
static double warm_up(const contestant *c, const race_plan *plan, double least_ns)
{
    double ignored[RACE_PHASES];
    for (size_t iterations = 1;; iterations *= 2) {
        const double ns = sample(c, iterations, &plan->clock, ignored);
        if (ns * (double)iterations >= least_ns || is_stopped(plan)) return ns;
    }
}

/* So many that they last least_ns, with a fifth to spare for a machine that speeds up.
 */
static size_t iterations_for(double least_ns, double ns)
{
    const double wanted = 1.2 * least_ns / ns;
    return ns >= least_ns || wanted < 1 ? 1 : (size_t)wanted + 1;
}

/* The iteration counts; returns how long a round will take. */
static double calibrate(race *r, const contestant *who, const race_plan *plan,
                        double *slowest_ns)
{
    const double least_ns = stopwatch_least_sample_ns(&plan->clock);
    double ns[RACE_CONTESTANTS], round_ns = 0;
    *slowest_ns = 0;
    for (size_t c = 0; c < r->contestants; c++) {
        ns[c] = warm_up(&who[c], plan, least_ns);
        if (ns[c] > *slowest_ns) *slowest_ns = ns[c];
    }
    const double sample_ns = *slowest_ns / 4 > least_ns ? *slowest_ns / 4 : least_ns;
    for (size_t c = 0; c < r->contestants; c++) {
        r->lane[c].iterations = iterations_for(sample_ns, ns[c]);
        r->lane[c].warms_up = ns[c] < RACE_SHORT_NS;
        round_ns += ns[c] * (double)(r->lane[c].iterations + r->lane[c].warms_up);
    }
    return round_ns;
}

static size_t rounds_for(const race_plan *plan, double round_ns, size_t least)
{
    if (plan->rounds > 0) return plan->rounds;
    const double affordable = plan->seconds * 1e9 / round_ns;
    if (affordable >= (double)plan->most)
        return plan->most > least ? plan->most : least;
    return affordable > (double)least ? (size_t)affordable : least;
}

/* Fisher and Yates: every order alike. */
static void shuffle(size_t n, size_t *order, random_source *random)
{
    for (size_t i = 0; i < n; i++) order[i] = i;
    for (size_t i = n; i > 1; i--) {
        const size_t j = random_below(random, i), last = order[i - 1];
        order[i - 1] = order[j];
        order[j] = last;
    }
}

/* False when it was stopped on the way. */
static bool run_round(race *r, const contestant *who, const race_plan *plan,
                      random_source *random)
{
    size_t order[RACE_CONTESTANTS];
    shuffle(r->contestants, order, random);
    for (size_t i = 0; i < r->contestants; i++) {
        if (is_stopped(plan)) return false;
        const contestant *c = &who[order[i]];
        race_lane *lane = &r->lane[order[i]];
        double phase_ns[RACE_PHASES];
        if (lane->warms_up) sample(c, 1, &plan->clock, phase_ns);
        lane->ns[r->rounds] = sample(c, lane->iterations, &plan->clock, phase_ns);
        for (size_t p = 0; p < c->phases; p++)
            lane->phase_ns[p][r->rounds] = phase_ns[p];
    }
    return true;
}

static bool allocate(race *r, const contestant *who, size_t rounds)
{
    for (size_t c = 0; c < r->contestants; c++) {
        race_lane *lane = &r->lane[c];
        lane->ns = malloc(rounds * sizeof(double));
        if (lane->ns == NULL) return false;
        for (size_t p = 0; p < who[c].phases; p++) {
            lane->phase_ns[p] = malloc(rounds * sizeof(double));
            if (lane->phase_ns[p] == NULL) return false;
        }
    }
    return true;
}

bool race_run(race *r, size_t contestants, const contestant *who, const race_plan *plan)
{
    *r = (race){.contestants = contestants};
    double slowest_ns;
    const double round_ns = calibrate(r, who, plan, &slowest_ns);
    const size_t least =
        slowest_ns < RACE_SHORT_NS ? RACE_LEAST_SHORT : RACE_LEAST_LONG;
    const size_t rounds = rounds_for(plan, round_ns, least);
    if (!allocate(r, who, rounds)) {
        race_free(r);
        return false;
    }
    random_source random = {plan->seed};
    while (r->rounds < rounds && run_round(r, who, plan, &random)) {
        r->rounds++;
        if (plan->progress != NULL)
            plan->progress(plan->progress_ctx, r->rounds, rounds);
    }
    r->short_of_rounds = r->rounds < least;
    return true;
}

void race_free(race *r)
{
    for (size_t c = 0; c < r->contestants; c++) {
        free(r->lane[c].ns);
        for (size_t p = 0; p < RACE_PHASES; p++) free(r->lane[c].phase_ns[p]);
    }
    *r = (race){0};
}
