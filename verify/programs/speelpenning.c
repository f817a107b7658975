/* Speelpenning's product: speelpenning.inc. */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/speelpenning.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = size, .operations = size - 1};
    if (!program_make(p, kind, size, seed, room)) return false;
    for (size_t i = 0; i < size; i++) p->x[i] = (double)(i + 1) / (double)(i + 2);
    return true;
}

/*
 * The published figures. A product of n numbers, each off by u as it was rounded, takes
 * n more roundings: 2n u = n e, and some for the rounding of the figures here. The
 * figures are exact, so this is no distance of two programs, but of one from them.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const double n = (double)p->size;
    const uncertain f = with_error(1 / (n + 1), 0, n + 4);
    *value = f.v;
    *value_bound = f.error;
    for (size_t i = 0; i < p->size; i++) {
        const double k = (double)i;
        const uncertain slope = with_error((k + 2) / ((k + 1) * (n + 1)), 0, n + 4);
        g[i] = slope.v;
        bound[i] = slope.error;
    }
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 1000000, 0};

const program_kind speelpenning_kind = {.name = "speelpenning",
                                        .formula = "f(x) = x[0] x[1] ... x[n-1]",
                                        .size_means = "factors",
                                        .witness = "published: f = 1 / (n+1), f / x[i]",
                                        .sizes = sizes,
                                        .quick = 4,
                                        .open = open,
                                        .close = program_close,
                                        .gradient = gradient,
                                        PROGRAM_INSTANCES};
