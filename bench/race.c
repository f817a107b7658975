/* The race: calibration, a fresh order for every round, samples. */
#include "bench/race.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/statistics.h"
#include "verify/random.h"

const char *race_end_name(race_end end)
{
    static const char *const names[] = {"rounds", "narrow", "budget", "deadline",
                                        "stopped"};
    return names[end];
}

/* One sample: ns per iteration, in all and for each phase. */
static double sample(const contestant *c, size_t iterations, const stopwatch *clock,
                     double *phase_ns)
{
    double total_ns[RACE_PHASES] = {0};
    const uint64_t start = stopwatch_now(clock);
    c->run(c->ctx, iterations, clock, total_ns);
    double ns = stopwatch_since(clock, start);
    if (isnan(total_ns[0]) || (c->phases == 0 && total_ns[0] != 0)) ns = total_ns[0];
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
 * does. The samples on the way warm up caches, pages and the branch predictor. A sample
 * that somebody interrupted looks long and is not, so the last one is taken again, and
 * a short iteration's twice; the shortest counts.
 */
static double warm_up(const contestant *c, const race_plan *plan, double least_ns,
                      double *first_ns)
{
    double ignored[RACE_PHASES];
    for (size_t iterations = 1;; iterations *= 2) {
        double ns = sample(c, iterations, &plan->clock, ignored);
        if (iterations == 1) *first_ns = ns;
        for (int again = 0; again < (ns < RACE_SHORT_NS ? 2 : 1); again++)
            if (ns * (double)iterations >= least_ns && !is_stopped(plan))
                ns = fmin(ns, sample(c, iterations, &plan->clock, ignored));
        if (isnan(ns) || ns * (double)iterations >= least_ns || is_stopped(plan))
            return ns;
    }
}

/* So many that they last least_ns, with a fifth to spare for a machine that speeds up.
 */
static size_t iterations_for(double least_ns, double ns)
{
    const double wanted = 1.2 * least_ns / ns;
    return ns >= least_ns || !(wanted >= 1) ? 1 : (size_t)wanted + 1;
}

static bool place(const race_plan *plan, size_t who, uint64_t random, bool stays)
{
    return plan->before == NULL || plan->before(plan->ctx, who, random, stays);
}

/* The contestant before c that is the same engine doing the same; c: there is none. */
static size_t twin_of(const contestant *who, size_t c)
{
    for (size_t i = 0; i < c; i++)
        if (who[i].run == who[c].run && who[i].phases == who[c].phases &&
            strcmp(who[i].engine, who[c].engine) == 0 &&
            strcmp(who[c].phase, "again") == 0)
            return i;
    return c;
}

/* The iteration counts, and how long the slowest contestant's iteration is. False when
 * memory is out. */
static bool calibrate(race *r, const contestant *who, const race_plan *plan,
                      double *slowest)
{
    const double least_ns = stopwatch_least_sample_ns(&plan->clock);
    double ns[RACE_CONTESTANTS], slowest_ns = 0;
    for (size_t c = 0; c < r->contestants; c++) {
        if (!place(plan, c, 0, false)) return false;
        ns[c] = warm_up(&who[c], plan, least_ns, &r->lane[c].first_ns);
        if (ns[c] > slowest_ns) slowest_ns = ns[c];
    }
    const double sample_ns = slowest_ns / 4 > least_ns ? slowest_ns / 4 : least_ns;
    for (size_t c = 0; c < r->contestants; c++) {
        const size_t twin = twin_of(who, c); /* what differs by nothing runs alike */
        r->lane[c].iterations = iterations_for(sample_ns, ns[twin]);
        r->lane[c].warms_up = ns[twin] < RACE_SHORT_NS;
    }
    *slowest = slowest_ns;
    return true;
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

/* Room for one more round. */
static bool make_room(race *r)
{
    if (r->rounds < r->room) return true;
    const size_t room = r->room == 0 ? 64 : 2 * r->room;
    for (size_t c = 0; c < r->contestants; c++) {
        race_lane *lane = &r->lane[c];
        for (size_t p = 0; p <= r->who[c].phases; p++) {
            double **at = p == 0 ? &lane->ns : &lane->phase_ns[p - 1];
            double *longer = realloc(*at, room * sizeof(double));
            if (longer == NULL) return false;
            *at = longer;
        }
    }
    r->room = room;
    return true;
}

/* One contestant's sample in a round. False when its data found no place. */
static bool run_sample(race *r, size_t who, const race_plan *plan,
                       random_source *random)
{
    const contestant *c = &r->who[who];
    race_lane *lane = &r->lane[who];
    double phase_ns[RACE_PHASES];
    if (lane->warms_up || (r->rounds == 0 && plan->before != NULL)) {
        const uint64_t bits = random_bits(random);
        if (!place(plan, who, bits, !lane->warms_up)) return false;
        sample(c, 1, &plan->clock, phase_ns);
    }
    const usage before = usage_now(plan->counters);
    lane->ns[r->rounds] = sample(c, lane->iterations, &plan->clock, phase_ns);
    lane->last = usage_between(before, usage_now(plan->counters));
    for (size_t p = 0; p < c->phases; p++) lane->phase_ns[p][r->rounds] = phase_ns[p];
    return true;
}

/* *whole: whether it was not stopped on the way. False when memory is out. */
static bool run_round(race *r, const race_plan *plan, random_source *random,
                      bool *whole)
{
    size_t order[RACE_CONTESTANTS];
    *whole = false;
    if (!make_room(r)) return false;
    shuffle(r->contestants, order, random);
    for (size_t i = 0; i < r->contestants; i++) {
        if (is_stopped(plan)) return true;
        if (!run_sample(r, order[i], plan, random)) return false;
    }
    r->rounds++;
    return *whole = true;
}

/* Whether all intervals are narrow. Looked at in every eighth round, so that a race is
 * not ended by the luckiest of all its moments. */
static bool is_narrow(const race *r, const race_plan *plan)
{
    if (!(plan->narrow > 0) || r->rounds % 8 != 3 || r->rounds < LEAST_SAMPLES)
        return false;
    size_t seen = 0;
    for (size_t c = 1; c < r->contestants; c++) {
        if (r->who[c].phases > 0) continue;
        const figure f = figure_of_ratios(r->rounds, r->lane[c].ns, r->lane[0].ns);
        if (!(f.hi - f.lo < plan->narrow * f.median)) return false;
        seen++;
    }
    return seen > 0;
}

/* Whether the race is over after its whole rounds, and why. */
static bool is_over(race *r, const race_plan *plan, size_t least, uint64_t start)
{
    const uint64_t now = stopwatch_now(&plan->clock);
    const size_t most = plan->rounds > 0     ? plan->rounds
                        : plan->most > least ? plan->most
                                             : least;
    const double seconds = (double)(now - start) * 1e-9;
    r->expected = most;
    if (plan->rounds == 0 && r->rounds > 0) {
        const double fit = plan->seconds / seconds * (double)r->rounds;
        if (fit < (double)most) r->expected = fit < (double)least ? least : (size_t)fit;
    }
    if (r->rounds >= most)
        r->end = RACE_ROUNDS;
    else if (plan->deadline_ns > 0 && now >= plan->deadline_ns)
        r->end = RACE_DEADLINE;
    else if (plan->rounds > 0 || r->rounds < least)
        return false;
    else if (is_narrow(r, plan))
        r->end = RACE_NARROW;
    else if (seconds + seconds / (double)r->rounds > plan->seconds)
        r->end = RACE_BUDGET; /* one more round would not fit */
    else
        return false;
    return true;
}

bool race_run(race *r, size_t contestants, const contestant *who, const race_plan *plan)
{
    *r = (race){.contestants = contestants, .who = who};
    double slowest_ns;
    bool ok = calibrate(r, who, plan, &slowest_ns);
    const bool is_short = ok && slowest_ns < RACE_SHORT_NS;
    const uint64_t start = stopwatch_now(&plan->clock);
    const size_t fewest = is_short ? RACE_LEAST_SHORT : RACE_LEAST_LONG;
    const size_t share = plan->share > 1 ? plan->share : 1;
    const size_t due = (fewest + share - 1) / share;
    const size_t least = due > plan->have ? due - plan->have : 1;
    random_source random = {plan->seed};
    ok = ok && (plan->after == NULL || plan->after(plan->ctx, r));
    for (bool whole = true; ok && whole && !is_over(r, plan, least, start);) {
        ok = run_round(r, plan, &random, &whole);
        if (!whole) r->end = RACE_STOPPED;
        if (ok && whole && plan->after != NULL) ok = plan->after(plan->ctx, r);
    }
    r->short_of_rounds = r->rounds < least;
    if (!ok) race_free(r);
    return ok;
}

void race_free(race *r)
{
    for (size_t c = 0; c < r->contestants; c++) {
        free(r->lane[c].ns);
        for (size_t p = 0; p < RACE_PHASES; p++) free(r->lane[c].phase_ns[p]);
    }
    *r = (race){0};
}
