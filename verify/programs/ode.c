/* An ordinary differential equation: ode.inc. x is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

enum { ODE_COMPONENTS = 4 };

#define TEMPLATE "verify/programs/ode.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {
        .inputs = ODE_COMPONENTS, .operations = 64 * size, .constants = ODE_COMPONENTS};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t i = 0; i < ODE_COMPONENTS; i++)
        p->x[i] = random_uniform(&random, 0.5, 1.5);
    return true;
}

/*
 * f / x_i. Nothing in the program is negative, so relative errors add up and never grow
 * by cancellation. With N = 64 s operations, each rounded once and some with a constant
 * that was: a value is within 2N u; a path's product of partials takes N products, and
 * three of its partials are values; 2N edges are added: (2N) 3 + 2N + 2N, 10N u = 5N e.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const double N = (double)p->operations;
    double f = 16.0 / 24;
    for (size_t i = 0; i < ODE_COMPONENTS; i++) f *= p->x[i];
    put(with_error(f, 0, N), value, value_bound);
    for (size_t i = 0; i < ODE_COMPONENTS; i++)
        put(with_error(f / p->x[i], 0, 5 * N), &g[i], &bound[i]);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 0};

const program_kind ode_kind = {
    .name = "ode",
    .formula = "y[0]' = x[0], y[i]' = x[i] y[i-1], f(x) = y[3](2), by Runge-Kutta",
    .size_means = "steps",
    .witness = "closed form: exact to order four",
    .sizes = sizes,
    .quick = 3,
    .open = open,
    .close = program_close,
    .gradient = gradient,
    PROGRAM_INSTANCES};
