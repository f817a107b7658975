/*
 * What the tests of the multilayer perceptron are about: shapes of every kind, and for
 * each a problem drawn from a seed, with its solution by hand.
 */
#ifndef GRADYNO_MLP_PROBLEM_H
#define GRADYNO_MLP_PROBLEM_H

#include <check.h>
#include <stdlib.h>

#include "verify/programs/mlp.h"

struct mlp_case {
    const char *name;
    size_t samples;
    double spread; /* the initial parameters are multiplied with it */
    struct mlp_shape shape;
};

/* clang-format off */
static const struct mlp_case mlp_cases[] = {
    {"one weight", 1, 1, {1, 1, {{1, MLP_LINEAR}}, false, MLP_SQUARED, 0}},
    {"one neuron", 2, 1, {1, 1, {{1, MLP_LINEAR}}, true, MLP_MARGIN, 0.5}},
    {"one layer", 4, 1, {3, 1, {{2, MLP_TANH}}, true, MLP_SQUARED, 0.01}},
    {"no bias, three outputs", 5, 1,
     {4, 2, {{7, MLP_TANH}, {3, MLP_LINEAR}}, false, MLP_SQUARED, 0}},
    {"like the moons'", 9, 3,
     {2, 3, {{8, MLP_RELU}, {8, MLP_RELU}, {1, MLP_LINEAR}}, true, MLP_MARGIN, 1e-4}},
    {"relu before and after tanh", 3, 1,
     {5, 3, {{6, MLP_RELU}, {9, MLP_TANH}, {2, MLP_RELU}}, true, MLP_SQUARED, 0.1}},
    {"bottleneck", 6, 2,
     {3, 3, {{1, MLP_TANH}, {5, MLP_LINEAR}, {2, MLP_TANH}}, false, MLP_MARGIN, 0}},
    {"growing, 4", 1, 1,
     {4, 4, {{4, MLP_TANH}, {4, MLP_TANH}, {4, MLP_TANH}, {1, MLP_LINEAR}},
      true, MLP_SQUARED, 0}},
    {"growing, 16", 2, 1,
     {16, 4, {{16, MLP_TANH}, {16, MLP_TANH}, {16, MLP_TANH}, {1, MLP_LINEAR}},
      true, MLP_SQUARED, 0}},
};
/* clang-format on */
enum { MLP_CASES = sizeof mlp_cases / sizeof *mlp_cases };

struct mlp_problem {
    const char *name;
    struct mlp_shape shape;
    struct mlp_samples samples;
    size_t parameters, scores; /* scores: of all samples */
    double *w, *x, *y;

    /* By hand, over all samples. */
    double loss, loss_bound, largest; /* largest: the greatest |gradient[i]| */
    double *gradient, *bound;
};

static inline double *mlp_numbers(size_t n)
{
    double *v = calloc(n, sizeof *v);
    ck_assert_ptr_nonnull(v);
    return v;
}

static inline struct mlp_problem mlp_problem_new(int i)
{
    struct mlp_problem p = {.name = mlp_cases[i].name, .shape = mlp_cases[i].shape};
    const size_t n = mlp_cases[i].samples;
    p.parameters = mlp_parameters(&p.shape);
    p.scores = n * mlp_outputs(&p.shape);
    p.w = mlp_numbers(p.parameters);
    p.x = mlp_numbers(n * p.shape.inputs);
    p.y = mlp_numbers(p.scores);
    p.gradient = mlp_numbers(p.parameters);
    p.bound = mlp_numbers(p.parameters);
    p.samples = (struct mlp_samples){n, p.x, p.y};
    mlp_initial(&p.shape, 10 + (uint64_t)i, p.w);
    for (size_t k = 0; k < p.parameters; k++) p.w[k] *= mlp_cases[i].spread;
    mlp_draw(&p.shape, 20 + (uint64_t)i, n, p.x, p.y);

    double *scratch = mlp_numbers(mlp_scratch(&p.shape));
    p.loss = mlp_gradient(&p.shape, p.samples, p.w, p.gradient, scratch);
    ck_assert(mlp_gradient_bound(&p.shape, p.samples, p.w, &p.loss_bound, p.bound));
    for (size_t k = 0; k < p.parameters; k++)
        p.largest = fmax(p.largest, fabs(p.gradient[k]));
    free(scratch);
    return p;
}

static inline void mlp_problem_free(struct mlp_problem *p)
{
    free(p->w);
    free(p->x);
    free(p->y);
    free(p->gradient);
    free(p->bound);
}

/* The tests of test_mlp_life.c, which are part of the same suite. */
TCase *mlp_life_tests(void);

#endif
