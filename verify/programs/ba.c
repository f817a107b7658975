/*
 * Bundle adjustment: ba.inc. Drawn: 8 cameras and a point for every fourth observation,
 * so that both have a fan-out; rotations, distortions and principal points small,
 * points in front of the cameras, w in [0.5, 1). From a file: ADBench's.
 */
#include "verify/programs/ba.h"

#include <string.h>

#include "verify/programs/kinds.h"
#include "verify/programs/numbers.h"

#define TEMPLATE "verify/programs/ba.inc"
#include "verify/programs/instances.inc"

void ba_weigh(program *p, size_t row)
{
    const struct ba *s = p->data;
    double *W = p->numbers + 2 * s->p;
    const size_t i = row < 2 * s->p ? row / 2 : row - 2 * s->p;
    memset(W, 0, 3 * s->p * sizeof *W);
    W[3 * i + (row < 2 * s->p ? row % 2 : 2)] = 1;
}

/* Room; every camera and point in turn; W uniform in [0.5, 1.5). */
static bool make(program *p, const program_kind *kind, uint64_t seed,
                 const struct ba *shape)
{
    const struct program_room room = {.inputs = BA_CAMERA * shape->n + 3 * shape->m +
                                                shape->p,
                                      .operations = 74 * shape->p - 1,
                                      .numbers = 5 * shape->p};
    struct ba *s = calloc(1, sizeof *s + shape->p * sizeof s->seen[0]);
    if (s == NULL || !program_make(p, kind, shape->p, seed, room)) {
        free(s);
        return false;
    }
    s->n = shape->n;
    s->m = shape->m;
    s->p = shape->p;
    p->data = s;
    random_source random = {seed};
    for (size_t i = 0; i < s->p; i++) {
        s->seen[i].camera = (uint32_t)(i % s->n);
        s->seen[i].point = (uint32_t)(i % s->m);
    }
    for (size_t i = 0; i < 3 * s->p; i++)
        p->numbers[2 * s->p + i] = random_uniform(&random, 0.5, 1.5);
    return true;
}

/* Those that look along no rotation take fewer operations. */
static void count_operations(program *p)
{
    const struct ba *s = p->data;
    for (size_t i = 0; i < s->p; i++) {
        const double *v = p->x + BA_CAMERA * s->seen[i].camera;
        if (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] == 0) p->operations -= 26;
    }
}

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    static const double lo[BA_CAMERA] = {-.5, -.5, -.5, -1,  -1, -1,
                                         1,   -.1, -.1, -.1, -.1};
    static const double hi[BA_CAMERA] = {.5, .5, .5, 1, 1, 1, 2, .1, .1, .1, .1};
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct ba shape = {.n = 8, .m = (size + 3) / 4, .p = size};
    if (!make(p, kind, seed, &shape)) return false;
    random_source random = {seed + 1};
    double *x = p->x;
    for (size_t i = 0; i < shape.n; i++)
        for (int k = 0; k < BA_CAMERA; k++)
            *x++ = random_uniform(&random, lo[k], hi[k]);
    for (size_t i = 0; i < 3 * shape.m; i++)
        *x++ = i % 3 == 2 ? random_uniform(&random, 5, 10)
                          : random_uniform(&random, -2, 2);
    for (size_t i = 0; i < shape.p; i++) *x++ = random_uniform(&random, 0.5, 1);
    for (size_t i = 0; i < 2 * shape.p; i++)
        p->numbers[i] = random_uniform(&random, -1, 1);
    return true;
}

/* a[stride] n times over. */
static void repeat(double *a, size_t stride, size_t n)
{
    for (size_t i = stride; i < n * stride; i++) a[i] = a[i - stride];
}

/* The indices of the observations. */
static void read_seen(number_file *f, struct ba *s)
{
    for (size_t i = 0; i < s->p && !f->failed; i++) {
        s->seen[i].camera = (uint32_t)numbers_count(f, "a camera's index", 0, s->n - 1);
        s->seen[i].point = (uint32_t)numbers_count(f, "a point's index", 0, s->m - 1);
    }
}

/*
 * "n m p", a camera, a point, a weight and a feature, each of which stands for all, and
 * observation i is of camera i mod n and point i mod m; or, as ADBench's first
 * instances had it, all cameras, points and weights, p pairs of indices, all features.
 */
static bool open_file(program *p, const program_kind *kind, const char *path,
                      program_error *error)
{
    number_file f;
    bool made = false;
    if (numbers_open(&f, path, error)) {
        struct ba s = {0};
        s.n = numbers_count(&f, "n", 1, 10000000);
        s.m = numbers_count(&f, "m", 1, 100000000);
        s.p = numbers_count(&f, "p", 1, UINT32_MAX / 74);
        const size_t left = numbers_left(&f);
        const bool one = left == BA_CAMERA + 3 + 1 + 2;
        if (!one && left != BA_CAMERA * s.n + 3 * s.m + 5 * s.p)
            numbers_fail(&f, "has not as many numbers as its n, m and p say.");
        if (!f.failed) {
            made = make(p, kind, 1, &s);
            if (!made) numbers_fail(&f, "takes more memory than there is.");
        }
        if (made) {
            double *X = p->x + BA_CAMERA * s.n, *w = X + 3 * s.m;
            numbers_reals(&f, "the cameras", BA_CAMERA * (one ? 1 : s.n), p->x);
            numbers_reals(&f, "the points", 3 * (one ? 1 : s.m), X);
            numbers_reals(&f, "the weights", one ? 1 : s.p, w);
            if (!one) read_seen(&f, p->data);
            numbers_reals(&f, "the features", 2 * (one ? 1 : s.p), p->numbers);
            if (one) {
                repeat(p->x, BA_CAMERA, s.n);
                repeat(X, 3, s.m);
                repeat(w, 1, s.p);
                repeat(p->numbers, 2, s.p);
            }
            count_operations(p);
        }
    }
    const bool read = numbers_close(&f);
    if (!read && made) program_close(p);
    return read;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 0};

const program_kind ba_kind = {.name = "ba",
                              .formula = "a weighted sum of reprojection errors",
                              .size_means = "observations",
                              .witness = "by hand, an observation at a time",
                              .sizes = sizes,
                              .quick = 3,
                              .open = open,
                              .open_file = open_file,
                              .close = program_close,
                              .gradient = ba_gradient,
                              PROGRAM_INSTANCES};
