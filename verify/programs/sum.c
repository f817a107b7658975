/* A sum from the left and a balanced one: sum.inc. x is uniform in [-1, 1). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/sum.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = size,
                                      .operations = size - 1,
                                      .handles = kind == &sum_left_kind ? 0 : size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t i = 0; i < size; i++) p->x[i] = random_uniform(&random, -1, 1);
    return true;
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain_sum sum = {0};
    for (size_t i = 0; i < p->size; i++) {
        add_to(&sum, exact(p->x[i]));
        put(exact(1), &g[i], &bound[i]);
    }
    put(total(&sum), value, value_bound);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 1000000, 0};

#define SUM_KIND(id, text)                                                             \
    const program_kind id##_kind = {.name = #id,                                       \
                                    .formula = text,                                   \
                                    .size_means = "terms",                             \
                                    .witness = "closed form: exactly 1",               \
                                    .sizes = sizes,                                    \
                                    .quick = 4,                                        \
                                    .open = open,                                      \
                                    .close = program_close,                            \
                                    .gradient = gradient,                              \
                                    PROGRAM_INSTANCES};
SUM_KIND(sum_left, "f(x) = ((x[0] + x[1]) + x[2]) + ...")
SUM_KIND(sum_balanced, "f(x) = (x[0] + x[1]) + (x[2] + x[3]) + ..., as a tree")
