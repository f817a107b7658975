/* What a subnormal number costs: scaling.inc. x is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

static inline double scaling_factor(size_t k) { return k % 2 == 0 ? 1.25 : 0.8; }

#define TEMPLATE "verify/programs/scaling.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {
        .inputs = 1, .operations = size + 1, .numbers = 1};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = random_uniform(&random, 0.5, 1.5);
    p->numbers[0] = kind->subnormal ? 0x1p-1030 : 1;
    return true;
}

/* The product from its end, as adjoints go, so that it underflows where they do. */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain slope = exact(p->numbers[0]), f = exact(p->x[0]);
    for (size_t k = p->size; k-- > 0;) slope = scaled(scaling_factor(k), slope);
    for (size_t k = 0; k < p->size; k++) f = scaled(scaling_factor(k), f);
    put(scaled(p->numbers[0], f), value, value_bound);
    put(slope, g, bound);
    return true;
}

static const size_t sizes[] = {100, 1000, 10000, 100000, 0};

#define SCALING_KIND(id, text, below)                                                  \
    const program_kind id##_kind = {.name = #id,                                       \
                                    .formula = text,                                   \
                                    .size_means = "products",                          \
                                    .witness = "closed form: the product",             \
                                    .sizes = sizes,                                    \
                                    .quick = 2,                                        \
                                    .subnormal = below,                                \
                                    .open = open,                                      \
                                    .close = program_close,                            \
                                    .gradient = gradient,                              \
                                    PROGRAM_INSTANCES};
SCALING_KIND(scaling, "f(x) = 1.25 0.8 1.25 ... x", false)
SCALING_KIND(subnormal, "f(x) = 2^-1030 (1.25 0.8 1.25 ... x)", true)
