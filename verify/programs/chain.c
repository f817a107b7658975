/* The deep chain of sines: chain.inc. x is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/chain.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = 1, .operations = size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = random_uniform(&random, 0.5, 1.5);
    return true;
}

/* The product of cosines, multiplied from the other end. */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain x = exact(p->x[0]), slope = exact(1);
    for (size_t k = 0; k < p->size; k++) {
        slope = times(slope, cosine(x));
        x = sine(x);
    }
    put(x, value, value_bound);
    put(slope, g, bound);
    return true;
}

static const size_t sizes[] = {100, 1000, 10000, 100000, 1000000, 10000000, 0};

const program_kind chain_kind = {.name = "chain",
                                 .formula = "f(x) = sin(sin(... sin(x)))",
                                 .size_means = "sines",
                                 .witness = "closed form: the product of cosines",
                                 .sizes = sizes,
                                 .quick = 4,
                                 .open = open,
                                 .close = program_close,
                                 .gradient = gradient,
                                 PROGRAM_INSTANCES};
