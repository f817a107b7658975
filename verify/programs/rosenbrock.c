/* Rosenbrock's valley: rosenbrock.inc. x is (-1.2, 1, -1.2, 1, ...). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/rosenbrock.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size < 2 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = size, .operations = 8 * (size - 1) - 1};
    if (!program_make(p, kind, size, seed, room)) return false;
    for (size_t i = 0; i < size; i++) p->x[i] = i % 2 == 0 ? -1.2 : 1;
    return true;
}

/* df/dx_i = -400 x_i (x_(i+1) - x_i^2) - 2 (1 - x_i)  +  200 (x_i - x_(i-1)^2) */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const size_t n = p->size;
    uncertain_sum f = {0};
    uncertain before = exact(0); /* 200 (x_i - x_(i-1)^2) */
    for (size_t i = 0; i < n; i++) {
        const uncertain x = exact(p->x[i]);
        uncertain_sum slope = {0};
        if (i > 0) add_to(&slope, before);
        if (i + 1 < n) {
            const uncertain off = minus(exact(p->x[i + 1]), times(x, x));
            const uncertain miss = minus(exact(1), x);
            before = scaled(200, off);
            add_to(&f, scaled(100, times(off, off)));
            add_to(&f, times(miss, miss));
            add_to(&slope, scaled(-2, times(before, x)));
            add_to(&slope, scaled(-2, miss));
        }
        put(total(&slope), &g[i], &bound[i]);
    }
    put(total(&f), value, value_bound);
    return true;
}

static const size_t sizes[] = {2, 10, 100, 1000, 10000, 100000, 0};

const program_kind rosenbrock_kind = {
    .name = "rosenbrock",
    .formula = "f(x) = sum 100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2",
    .size_means = "variables",
    .witness = "closed form; published at (-1.2, 1)",
    .sizes = sizes,
    .quick = 4,
    .open = open,
    .close = program_close,
    .gradient = gradient,
    PROGRAM_INSTANCES};
