/* The logarithm of a sum of exponentials: lse.inc. x is uniform in [-5, 5). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/lse.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = size, .operations = 4 * size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t i = 0; i < size; i++) p->x[i] = random_uniform(&random, -5, 5);
    return true;
}

/*
 * df/dx_i = exp(x_i - a) / sum: the softmax. To the largest comes the gradient of a,
 * 1 - sum of df/dx_i, which is 0 and whose error is that of a sum of n + 1 terms of the
 * size 2 together.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const size_t n = p->size;
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (p->x[i] > p->x[largest]) largest = i;
    const uncertain a = exact(p->x[largest]);
    uncertain_sum sum = {0}, shift = {0};
    for (size_t i = 0; i < n; i++) add_to(&sum, exponential(minus(exact(p->x[i]), a)));
    const uncertain s = total(&sum);
    put(plus(a, logarithm(s)), value, value_bound);

    add_to(&shift, exact(1));
    for (size_t i = 0; i < n; i++) {
        const uncertain share = over(exponential(minus(exact(p->x[i]), a)), s);
        put(share, &g[i], &bound[i]);
        add_to(&shift, negative(share));
    }
    bound[largest] += 2 * total(&shift).error;
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 1000000, 0};

const program_kind lse_kind = {.name = "lse",
                               .formula =
                                   "f(x) = a + log(sum exp(x[i] - a)), a = max x",
                               .size_means = "variables",
                               .witness = "closed form: the softmax",
                               .sizes = sizes,
                               .quick = 4,
                               .open = open,
                               .close = program_close,
                               .gradient = gradient,
                               PROGRAM_INSTANCES};
