/*
 * A book of options: black_scholes.inc. From the third on, S is uniform in [80, 120), K
 * is 100, sigma in [0.1, 0.6), tau in [0.1, 2), r in [0, 0.05).
 */
#include "verify/programs/kinds.h"

#define BLACK_SCHOLES_ROOT 0.70710678118654752440 /* 1 / sqrt(2) */

#define TEMPLATE "verify/programs/black_scholes.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    static const double published[5] = {105, 100, 5, 30.0 / 365, 0.0125};
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = 5 * size, .operations = 25 * size - 1};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t i = 0; i < size; i++) {
        double *x = p->x + 5 * i;
        x[0] = random_uniform(&random, 80, 120);
        x[1] = 100;
        x[2] = random_uniform(&random, 0.1, 0.6);
        x[3] = random_uniform(&random, 0.1, 2);
        x[4] = random_uniform(&random, 0, 0.05);
        for (size_t k = 0; k < 5 && i < 2; k++) x[k] = published[k];
    }
    return true;
}

/* exp(-d^2 / 2) / sqrt(2 pi): |the derivative| <= |d| of it, as |d| errs. */
static uncertain density(uncertain d)
{
    const double v = exp(-d.v * d.v / 2) / sqrt(2 * acos(-1));
    const double reach = fabs(d.v) + d.error;
    return with_error(v, v * expm1(reach * d.error), 4 + d.v * d.v);
}

/* Phi(w d); the argument of erfc is rounded, d becomes d (1 + e). */
static uncertain normal(uncertain d, double w)
{
    d.error += DBL_EPSILON * fabs(d.v);
    const uncertain most = {fmax(fabs(d.v) - d.error, 0), 0};
    return with_error(erfc(-w * d.v * BLACK_SCHOLES_ROOT) / 2,
                      density(most).v * d.error, 4);
}

/*
 * The Greeks. S density(d1) = K exp(-r tau) density(d2), so what flows into d1 is their
 * difference, which is 0 with an error; the text-book leaves it out, and here it goes
 * where an engine takes it, for the sake of the error.
 */
static uncertain greeks(const double *x, double w, uncertain *g)
{
    const uncertain S = exact(x[0]), K = exact(x[1]), sigma = exact(x[2]);
    const uncertain tau = exact(x[3]), rate = exact(x[4]), sqrt_tau = root(tau);
    const uncertain deviation = times(sigma, sqrt_tau);
    const uncertain growth = plus(rate, scaled(0.5, times(sigma, sigma)));
    const uncertain d1 =
        over(plus(logarithm(over(S, K)), times(growth, tau)), deviation);
    const uncertain d2 = minus(d1, deviation);
    const uncertain discount = exponential(negative(times(rate, tau)));
    const uncertain strike = times(K, discount);
    const uncertain n1 = normal(d1, w), n2 = normal(d2, w);
    const uncertain owed = scaled(w, times(strike, n2));

    const uncertain vega = times(strike, density(d2)); /* into the deviation */
    const uncertain zero = {0, minus(times(S, density(d1)), vega).error};
    const uncertain into = over(zero, deviation);
    const uncertain v = minus(vega, times(into, d1));
    g[0] = plus(scaled(w, n1), over(into, S));
    g[1] = negative(plus(scaled(w, times(discount, n2)), over(into, K)));
    g[2] = plus(times(v, sqrt_tau), times(into, times(sigma, tau)));
    g[3] = plus(over(times(v, sigma), scaled(2, sqrt_tau)),
                plus(times(into, growth), times(rate, owed)));
    g[4] = plus(times(into, tau), times(tau, owed));
    return minus(scaled(w, times(S, n1)), owed);
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain_sum f = {0};
    for (size_t i = 0; i < p->size; i++) {
        uncertain greek[5];
        add_to(&f, greeks(p->x + 5 * i, i % 2 == 0 ? 1 : -1, greek));
        for (size_t k = 0; k < 5; k++) put(greek[k], &g[5 * i + k], &bound[5 * i + k]);
    }
    put(total(&f), value, value_bound);
    return true;
}

static const size_t sizes[] = {1, 2, 10, 100, 1000, 10000, 0};

const program_kind black_scholes_kind = {
    .name = "black_scholes",
    .formula = "sum of w (S Phi(w d1) - K exp(-r tau) Phi(w d2))",
    .size_means = "options",
    .witness = "closed form: the Greeks; published for the first two",
    .sizes = sizes,
    .quick = 5,
    .open = open,
    .close = program_close,
    .gradient = gradient,
    PROGRAM_INSTANCES};
