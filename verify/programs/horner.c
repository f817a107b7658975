/* Horner's rule: horner.inc. c is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/horner.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {
        .inputs = 1, .operations = 2 * size, .numbers = size + 1};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    p->x[0] = 1 - 1 / (double)(size + 1);
    for (size_t i = 0; i <= size; i++)
        p->numbers[i] = random_uniform(&random, 0.5, 1.5);
    return true;
}

/*
 * sum of i c_i x^(i-1), by powers. Their errors, up to n e, and that of the sum, n e of
 * its size, are 4n u of sum i |c_i x^(i-1)|: more than the 3n + 2 of the engines',
 * whose terms are x^k (k u) times Horner's rest (2 (n-k) u), n of them added.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const uncertain x = exact(p->x[0]);
    uncertain power = exact(1);
    uncertain_sum f = {0}, slope = {0};
    add_to(&f, exact(p->numbers[0]));
    for (size_t i = 1; i <= p->size; i++) {
        const double c = p->numbers[i];
        add_to(&slope, times(exact((double)i), scaled(c, power)));
        power = times(power, x);
        add_to(&f, scaled(c, power));
    }
    put(total(&f), value, value_bound);
    put(total(&slope), g, bound);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 1000000, 0};

const program_kind horner_kind = {.name = "horner",
                                  .formula = "f(x) = c[0] + x (c[1] + x (c[2] + ...))",
                                  .size_means = "degree",
                                  .witness = "closed form: by powers",
                                  .sizes = sizes,
                                  .quick = 4,
                                  .open = open,
                                  .close = program_close,
                                  .gradient = gradient,
                                  PROGRAM_INSTANCES};
