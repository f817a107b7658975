/* Linear least squares: llsq.inc. x is uniform in [-1, 1). */
#include "verify/programs/kinds.h"

enum { LLSQ_COEFFICIENTS = 8 };

#define TEMPLATE "verify/programs/llsq.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    const size_t m = LLSQ_COEFFICIENTS;
    if (size < 2 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {
        .inputs = m, .operations = (2 * m + 1) * size, .numbers = m * size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t j = 0; j < m; j++) p->x[j] = random_uniform(&random, -1, 1);
    for (size_t i = 0; i < size; i++) {
        const double t = -1 + (double)i * 2 / (double)(size - 1);
        double *power = p->numbers + m * i;
        power[0] = 1;
        for (size_t j = 1; j < m; j++) power[j] = power[j - 1] * t;
    }
    return true;
}

/* df/dx_j = -sum over i of (s_i - sum over k of x_k t_i^k) t_i^j, with pow's powers:
 * products of up to j roundings lie around them. */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain_sum f = {0}, slope[LLSQ_COEFFICIENTS] = {{0}};
    for (size_t i = 0; i < p->size; i++) {
        const double t = -1 + (double)i * 2 / (double)(p->size - 1);
        uncertain power[LLSQ_COEFFICIENTS];
        uncertain_sum sum = {0};
        add_to(&sum, exact((t > 0) - (t < 0)));
        for (size_t j = 0; j < LLSQ_COEFFICIENTS; j++) {
            power[j] = with_error(pow(t, (double)j), 0, (double)j);
            add_to(&sum, scaled(-p->x[j], power[j]));
        }
        const uncertain rest = total(&sum);
        add_to(&f, times(rest, rest));
        for (size_t j = 0; j < LLSQ_COEFFICIENTS; j++)
            add_to(&slope[j], negative(times(power[j], rest)));
    }
    put(scaled(0.5, total(&f)), value, value_bound);
    for (size_t j = 0; j < LLSQ_COEFFICIENTS; j++)
        put(total(&slope[j]), &g[j], &bound[j]);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 0};

const program_kind llsq_kind = {.name = "llsq",
                                .formula =
                                    "f(x) = 1/2 sum (sign(t[i]) - sum x[j] t[i]^j)^2",
                                .size_means = "points",
                                .witness = "closed form: the normal equations",
                                .sizes = sizes,
                                .quick = 3,
                                .open = open,
                                .close = program_close,
                                .gradient = gradient,
                                PROGRAM_INSTANCES};
