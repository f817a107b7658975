/*
 * The growing perceptron as a program: one sample's gradient, H-H-H-H-1 with tanh, from
 * tens of operations to over a million.
 *
 *   witness   the hand-written gradient, with the bound that mlp_bound.c derives
 *   hand      that gradient, timed
 */
#include <stdlib.h>

#include "bench/problem.h"

static void close_mlp(program *p)
{
    mlp_problem *m = p->data;
    if (m != NULL) {
        mlp_free_primal(m->primal);
        free(m->x);
        free(m->y);
        free(m->scratch);
        free(m->gradient);
    }
    free(m);
    free(p->x);
    *p = (program){0};
}

static bool allocate(program *p, mlp_problem *m)
{
    m->x = malloc(m->shape.inputs * sizeof(double));
    m->y = malloc(mlp_outputs(&m->shape) * sizeof(double));
    m->scratch = malloc(mlp_scratch(&m->shape) * sizeof(double));
    m->gradient = malloc(p->inputs * sizeof(double));
    p->x = malloc(p->inputs * sizeof(double));
    return m->x != NULL && m->y != NULL && m->scratch != NULL && m->gradient != NULL &&
           p->x != NULL;
}

static bool open_mlp(program *p, const program_kind *kind, size_t width, uint64_t seed)
{
    *p = (program){.kind = kind, .size = width, .seed = seed};
    mlp_problem *m = p->data = calloc(1, sizeof *m);
    if (m == NULL) return false;
    m->shape = mlp_growing(width);
    const bool fits = mlp_shape_status(&m->shape) == MLP_OK;
    if (fits) p->inputs = mlp_parameters(&m->shape);
    if (fits && allocate(p, m)) {
        p->operations = mlp_operations(&m->shape, 1);
        m->samples = (struct mlp_samples){1, m->x, m->y};
        mlp_initial(&m->shape, seed, p->x);
        mlp_draw(&m->shape, seed + 1, 1, m->x, m->y);
        m->primal = mlp_new_primal(NULL, &m->shape, m->samples, p->x);
        m->loaded = p->x;
        if (m->primal != NULL) return true;
    }
    close_mlp(p);
    return false;
}

static bool gradient_mlp(const program *p, double *value, double *value_bound,
                         double *gradient, double *bound)
{
    const mlp_problem *m = p->data;
    *value = mlp_gradient(&m->shape, m->samples, p->x, gradient, m->scratch);
    return mlp_gradient_bound(&m->shape, m->samples, p->x, value_bound, bound);
}

/* At the program's own point its parameters are loaded already. */
static double primal_mlp(const program *p, const double *x)
{
    mlp_problem *m = p->data;
    if (x != p->x || m->loaded != x) mlp_load_primal(m->primal, x);
    m->loaded = x;
    return mlp_record_primal(m->primal, 0, 1);
}

void mlp_hand(const program *p, size_t iterations)
{
    const mlp_problem *m = p->data;
    for (size_t i = 0; i < iterations; i++)
        mlp_gradient(&m->shape, m->samples, p->x, m->gradient, m->scratch);
}

static const size_t widths[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 0};

const program_kind bench_mlp_kind = {
    .name = "mlp",
    .formula = "H-H-H-H-1, tanh, squared loss of one sample",
    .size_means = "width H",
    .witness = "hand-written gradient",
    .sizes = widths,
    .quick = 9,
    .open = open_mlp,
    .close = close_mlp,
    .gradient = gradient_mlp,
    .primal = primal_mlp,
};
