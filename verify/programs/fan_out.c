/* One input, used n times: fan_out.inc. x and a are uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/fan_out.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {
        .inputs = 1, .operations = 2 * size - 1, .numbers = size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = random_uniform(&random, 0.5, 1.5);
    for (size_t i = 0; i < size; i++) p->numbers[i] = random_uniform(&random, 0.5, 1.5);
    return true;
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    uncertain_sum f = {0}, slope = {0};
    for (size_t i = 0; i < p->size; i++) {
        add_to(&slope, exact(p->numbers[i]));
        add_to(&f, scaled(p->numbers[i], exact(p->x[0])));
    }
    put(total(&f), value, value_bound);
    put(total(&slope), g, bound);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 1000000, 0};

const program_kind fan_out_kind = {.name = "fan_out",
                                   .formula = "f(x) = sum a[i] x, of one x",
                                   .size_means = "uses",
                                   .witness = "closed form: sum a[i]",
                                   .sizes = sizes,
                                   .quick = 4,
                                   .open = open,
                                   .close = program_close,
                                   .gradient = gradient,
                                   PROGRAM_INSTANCES};
