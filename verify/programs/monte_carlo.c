/* A call by Monte Carlo: monte_carlo.inc, at S_0 = 100, sigma = 0.2, r = 0.05. */
#include "verify/programs/kinds.h"

enum { MONTE_CARLO_STEPS = 16 };
#define MONTE_CARLO_STRIKE 100.0

#define TEMPLATE "verify/programs/monte_carlo.inc"
#include "verify/programs/instances.inc"

/* Box and Muller. */
static double normal(random_source *r)
{
    const double u = 1 - random_uniform(r, 0, 1), angle = random_uniform(r, 0, 1);
    return sqrt(-2 * log(u)) * cos(2 * acos(-1) * angle);
}

/* S_16 at the point, as the sum of the moves has it. */
static double end_of(const double *x, const double *Z)
{
    double sum = x[2] - x[1] * x[1] / 2;
    for (size_t t = 0; t < MONTE_CARLO_STEPS; t++)
        sum += x[1] * sqrt(1.0 / MONTE_CARLO_STEPS) * Z[t];
    return x[0] * exp(sum);
}

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = 3,
                                      .operations =
                                          (4 * MONTE_CARLO_STEPS + 3) * size + 8,
                                      .numbers = MONTE_CARLO_STEPS * size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = 100;
    p->x[1] = 0.2;
    p->x[2] = 0.05;
    for (size_t i = 0; i < size; i++) {
        double *Z = p->numbers + MONTE_CARLO_STEPS * i;
        do
            for (size_t t = 0; t < MONTE_CARLO_STEPS; t++) Z[t] = normal(&random);
        while (fabs(end_of(p->x, Z) - MONTE_CARLO_STRIKE) < 0.01);
    }
    return true;
}

/*
 * Path by path, for those that pay, with D = exp(-r) / n:
 *
 *     df/dS_0 = sum of D S_16 / S_0
 *     df/dsigma = sum over steps of D S_16 (sqrt(dt) Z_t - sigma dt)
 *     df/dr = sum over steps of D S_16 dt, less f
 *
 * D S_16 stands for the adjoint of a move, S_t times that of S_t: 2 16 roundings more.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const double dt = 1.0 / MONTE_CARLO_STEPS;
    const uncertain S0 = exact(p->x[0]), sigma = exact(p->x[1]), rate = exact(p->x[2]);
    const uncertain half = scaled(0.5, times(sigma, sigma));
    const uncertain drift = scaled(dt, minus(rate, half));
    const uncertain deviation = scaled(sqrt(dt), sigma);
    const uncertain discount = exponential(negative(rate));
    const uncertain D = scaled(1 / (double)p->size, discount);
    uncertain_sum paid = {0}, into_S = {0}, into_drift = {0}, into_deviation = {0};
    for (size_t i = 0; i < p->size; i++) {
        const double *Z = p->numbers + MONTE_CARLO_STEPS * i;
        uncertain S = S0;
        for (size_t t = 0; t < MONTE_CARLO_STEPS; t++)
            S = times(S, exponential(plus(scaled(Z[t], deviation), drift)));
        if (S.v <= MONTE_CARLO_STRIKE) continue;
        add_to(&paid, minus(S, exact(MONTE_CARLO_STRIKE)));
        const uncertain DS = times(D, S);
        const uncertain adjoint = with_error(DS.v, DS.error, 2 * MONTE_CARLO_STEPS);
        add_to(&into_S, over(adjoint, S0));
        for (size_t t = 0; t < MONTE_CARLO_STEPS; t++) {
            add_to(&into_drift, adjoint);
            add_to(&into_deviation, scaled(Z[t], adjoint));
        }
    }
    const uncertain f = times(D, total(&paid)), moved = scaled(dt, total(&into_drift));
    put(f, value, value_bound);
    put(total(&into_S), &g[0], &bound[0]);
    put(minus(scaled(sqrt(dt), total(&into_deviation)), times(sigma, moved)), &g[1],
        &bound[1]);
    put(minus(moved, f), &g[2], &bound[2]);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 0};

const program_kind monte_carlo_kind = {
    .name = "monte_carlo",
    .formula = "exp(-r) times the mean of max(0, S - K) over paths",
    .size_means = "paths",
    .witness = "closed form, path by path",
    .sizes = sizes,
    .quick = 3,
    .open = open,
    .close = program_close,
    .gradient = gradient,
    PROGRAM_INSTANCES};
