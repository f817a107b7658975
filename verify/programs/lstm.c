/*
 * A long short-term memory: lstm.inc. Drawn: l = 2, b = 8, as ADBench does it, all
 * parameters and the state uniform in [0, 1), and random bits. From a file: ADBench's.
 */
#include "verify/programs/lstm.h"

#include "verify/programs/kinds.h"
#include "verify/programs/numbers.h"

#define TEMPLATE "verify/programs/lstm.inc"
#include "verify/programs/instances.inc"

static bool make(program *p, const program_kind *kind, uint64_t seed, struct lstm shape)
{
    const size_t l = shape.l, c = shape.c, b = shape.b;
    struct lstm *m = malloc(sizeof *m);
    const struct program_room room = {.inputs = 8 * l * b + 3 * b,
                                      .operations = (c - 1) * (b * (17 * l + 8) + 1),
                                      .constants = 2 * l * b,
                                      .numbers = 2 * l * b + c * b,
                                      .handles = 2 * l * b + b};
    if (m == NULL || !program_make(p, kind, c, seed, room)) {
        free(m);
        return false;
    }
    *m = shape;
    p->data = m;
    return true;
}

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    const struct lstm shape = {.l = 2, .c = size, .b = 8};
    if (size < 2 || size > PROGRAM_LARGEST) return false;
    if (!make(p, kind, seed, shape)) return false;
    const size_t state = 2 * shape.l * shape.b;
    random_source random = {seed};
    for (size_t i = 0; i < p->inputs; i++) p->x[i] = random_uniform(&random, 0, 1);
    for (size_t i = 0; i < state + size * shape.b; i++)
        p->numbers[i] = i < state ? random_uniform(&random, 0, 1)
                                  : (double)random_below(&random, 2);
    return true;
}

/* "l c b", the parameters, the state, the characters as numbers. */
static bool open_file(program *p, const program_kind *kind, const char *path,
                      program_error *error)
{
    number_file f;
    bool made = false;
    if (numbers_open(&f, path, error)) {
        struct lstm m = {0};
        m.l = numbers_count(&f, "l", 1, 10000);
        m.c = numbers_count(&f, "c", 2, 100000000);
        m.b = numbers_count(&f, "b", 1, 10000);
        if (numbers_left(&f) != (10 * m.l + 3 + m.c) * m.b)
            numbers_fail(&f, "has not as many numbers as its l, c and b say.");
        else if (!f.failed && (17 * m.l + 8) * m.b / 16 * m.c > PROGRAM_LARGEST)
            numbers_fail(&f, "has a network too large for a tape.");
        if (!f.failed) {
            made = make(p, kind, 0, m);
            if (!made) numbers_fail(&f, "takes more memory than there is.");
        }
        if (made) {
            numbers_reals(&f, "the parameters", p->inputs, p->x);
            numbers_reals(&f, "the state and the characters", (2 * m.l + m.c) * m.b,
                          p->numbers);
        }
    }
    const bool read = numbers_close(&f);
    if (!read && made) program_close(p);
    return read;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 0};

const program_kind lstm_kind = {.name = "lstm",
                                .formula = "the loss of a long short-term memory",
                                .size_means = "characters",
                                .witness = "by hand, back through time",
                                .sizes = sizes,
                                .quick = 2,
                                .open = open,
                                .open_file = open_file,
                                .close = program_close,
                                .gradient = lstm_gradient,
                                PROGRAM_INSTANCES};
