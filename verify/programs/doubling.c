/* Doubling and halving: doubling.inc. x is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/doubling.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = 1, .operations = 2 * size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = random_uniform(&random, 0.5, 1.5);
    return true;
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    put(exact(p->x[0]), value, value_bound);
    put(exact(1), g, bound);
    return true;
}

static const size_t sizes[] = {100, 1000, 10000, 100000, 1000000, 0};

const program_kind doubling_kind = {.name = "doubling",
                                    .formula = "r = 0.5 (r + r), again and again",
                                    .size_means = "doublings",
                                    .witness = "closed form: exactly 1",
                                    .sizes = sizes,
                                    .quick = 3,
                                    .open = open,
                                    .close = program_close,
                                    .gradient = gradient,
                                    PROGRAM_INSTANCES};
