/* Advection by Lax and Wendroff: advection.inc. u is uniform in [0.5, 1.5). */
#include "verify/programs/kinds.h"

enum { ADVECTION_STEPS = 10 };
#define ADVECTION_LEFT 0.375
#define ADVECTION_MIDDLE 0.75
#define ADVECTION_RIGHT (-0.125)

#define TEMPLATE "verify/programs/advection.inc"
#include "verify/programs/instances.inc"

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size < 3 || size > PROGRAM_LARGEST) return false;
    const struct program_room room = {.inputs = size,
                                      .operations = (5 * ADVECTION_STEPS + 2) * size,
                                      .handles = 2 * size};
    if (!program_make(p, kind, size, seed, room)) return false;
    random_source random = {seed};
    for (size_t j = 0; j < size; j++) p->x[j] = random_uniform(&random, 0.5, 1.5);
    return true;
}

/* One step: to_j = left u_(j-1) + middle u_j + right u_(j+1), added in any order. */
static void step(size_t n, double left, double right, const uncertain *u, uncertain *to)
{
    for (size_t j = 0; j < n; j++) {
        uncertain_sum sum = {0};
        add_to(&sum, scaled(left, u[(j + n - 1) % n]));
        add_to(&sum, scaled(ADVECTION_MIDDLE, u[j]));
        add_to(&sum, scaled(right, u[(j + 1) % n]));
        to[j] = total(&sum);
    }
}

/* The scheme is linear, u -> A u, and A^T is the scheme with left and right exchanged:
 * the wind turned round. df/du = (A^T)^10 A^10 u. */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const size_t n = p->size;
    uncertain *row = calloc(2 * n, sizeof *row);
    if (row == NULL) return false;
    uncertain *u = row, *next = row + n;
    for (size_t j = 0; j < n; j++) u[j] = exact(p->x[j]);
    uncertain_sum f = {0};
    for (int k = 0; k < 2 * ADVECTION_STEPS; k++) {
        const bool forward = k < ADVECTION_STEPS;
        step(n, forward ? ADVECTION_LEFT : ADVECTION_RIGHT,
             forward ? ADVECTION_RIGHT : ADVECTION_LEFT, u, next);
        uncertain *was = u;
        u = next;
        next = was;
        if (k == ADVECTION_STEPS - 1)
            for (size_t j = 0; j < n; j++) add_to(&f, times(u[j], u[j]));
    }
    put(scaled(0.5, total(&f)), value, value_bound);
    for (size_t j = 0; j < n; j++) put(u[j], &g[j], &bound[j]);
    free(row);
    return true;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 100000, 0};

const program_kind advection_kind = {
    .name = "advection",
    .formula = "1/2 |u|^2 after 10 steps of Lax and Wendroff's scheme on a ring",
    .size_means = "cells",
    .witness = "closed form: the scheme with the wind turned round",
    .sizes = sizes,
    .quick = 3,
    .open = open,
    .close = program_close,
    .gradient = gradient,
    PROGRAM_INSTANCES};
