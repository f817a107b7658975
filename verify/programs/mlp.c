/* The multilayer perceptron: shapes and numbers, and the template's instances. */
#include "verify/programs/mlp.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "verify/random.h"

/* ---- Shape ---------------------------------------------------------------------- */

/* *sum += a b, or false when that is more than the limit. */
static bool add_product(size_t *sum, size_t a, size_t b, size_t limit)
{
    if (b != 0 && a > (limit - *sum) / b) return false;
    *sum += a * b;
    return true;
}

enum mlp_status mlp_shape_status(const struct mlp_shape *shape)
{
    if (shape->layers == 0) return MLP_NO_LAYERS;
    if (shape->layers > MLP_MAX_LAYERS) return MLP_TOO_MANY_LAYERS;
    if (shape->inputs == 0) return MLP_NO_INPUTS;
    /* An operation count is below 5 parameters + 6 outputs, and a scratch below that.
     */
    const size_t limit = SIZE_MAX / 16 / sizeof(double);
    size_t parameters = 0, n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        const size_t neurons = shape->layer[l].neurons;
        if (neurons == 0) return MLP_EMPTY_LAYER;
        if (n > limit || !add_product(&parameters, neurons, n + shape->bias, limit))
            return MLP_TOO_LARGE;
        n = neurons;
    }
    return MLP_OK;
}

const char *mlp_status_text(enum mlp_status status)
{
    switch (status) {
    case MLP_OK: return "ok";
    case MLP_NO_LAYERS: return "no layers";
    case MLP_TOO_MANY_LAYERS: return "too many layers";
    case MLP_NO_INPUTS: return "no inputs";
    case MLP_EMPTY_LAYER: return "a layer without neurons";
    case MLP_TOO_LARGE: return "too many parameters";
    }
    return "unknown status";
}

struct mlp_shape mlp_growing(size_t width)
{
    return (struct mlp_shape){
        .inputs = width,
        .layers = 4,
        .layer = {{width, MLP_TANH},
                  {width, MLP_TANH},
                  {width, MLP_TANH},
                  {1, MLP_LINEAR}},
        .bias = true,
        .loss = MLP_SQUARED,
    };
}

size_t mlp_outputs(const struct mlp_shape *shape)
{
    return shape->layer[shape->layers - 1].neurons;
}

size_t mlp_parameters(const struct mlp_shape *shape)
{
    size_t parameters = 0, n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        parameters += shape->layer[l].neurons * (n + shape->bias);
        n = shape->layer[l].neurons;
    }
    return parameters;
}

size_t mlp_widest(const struct mlp_shape *shape)
{
    size_t widest = 0;
    for (size_t l = 0; l < shape->layers; l++)
        if (shape->layer[l].neurons > widest) widest = shape->layer[l].neurons;
    return widest;
}

/*
 * For each sample: a product for each weight; as many additions, less one for each
 * neuron without a bias; an activation for each neuron that has one; the terms. Then
 * the terms' sum and mean, and l2 |w|^2 with its product and its addition.
 */
size_t mlp_operations(const struct mlp_shape *shape, size_t samples)
{
    const size_t outputs = mlp_outputs(shape), parameters = mlp_parameters(shape);
    size_t forward = 0, n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        const size_t neurons = shape->layer[l].neurons;
        forward += neurons * (shape->bias ? 2 * n : 2 * n - 1);
        if (shape->layer[l].activation != MLP_LINEAR) forward += neurons;
        n = neurons;
    }
    const size_t term =
        shape->loss == MLP_SQUARED ? 2 : 3; /* sub square, or mul add relu */
    const size_t mean = samples * outputs - 1 + (samples > 1);
    const size_t norm = shape->l2 == 0 ? 0 : 2 * parameters - 1 + 2;
    return samples * (forward + outputs * term) + mean + norm;
}

/* A neuron's nodes in each form, its activation apart. A muladd continues a node: a sum
 * that starts with a leaf, the bias, has its first product and addition apart. */
static size_t nodes_of_neuron(const struct mlp_shape *shape, enum mlp_form form,
                              size_t n)
{
    switch (form) {
    case MLP_SCALAR: break;
    case MLP_MULADD: return shape->bias ? n + 1 : n;
    case MLP_DOT: return 1;
    case MLP_AFFINE: return 1;
    }
    return shape->bias ? 2 * n : 2 * n - 1;
}

size_t mlp_nodes(const struct mlp_shape *shape, enum mlp_form form, size_t samples)
{
    size_t saved = 0, n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        const size_t neurons = shape->layer[l].neurons;
        saved += neurons * (nodes_of_neuron(shape, MLP_SCALAR, n) -
                            nodes_of_neuron(shape, form, n));
        n = neurons;
    }
    return mlp_operations(shape, samples) - samples * saved;
}

/* ---- Numbers -------------------------------------------------------------------- */

void mlp_initial(const struct mlp_shape *shape, uint64_t seed, double *w)
{
    random_source random = {seed};
    size_t n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        const size_t neurons = shape->layer[l].neurons;
        const double reach = 1 / sqrt((double)n);
        for (size_t i = 0; i < neurons * (n + shape->bias); i++)
            *w++ = random_uniform(&random, -reach, reach);
        n = neurons;
    }
}

void mlp_draw(const struct mlp_shape *shape, uint64_t seed, size_t count, double *x,
              double *y)
{
    random_source random = {seed};
    for (size_t i = 0; i < count * shape->inputs; i++)
        x[i] = random_uniform(&random, -1, 1);
    for (size_t i = 0; i < count * mlp_outputs(shape); i++) {
        y[i] = random_uniform(&random, -1, 1);
        if (shape->loss == MLP_MARGIN) y[i] = y[i] < 0 ? -1 : 1;
    }
}

double mlp_rate(const struct mlp_schedule *schedule, size_t k)
{
    return schedule->start - schedule->fall * (double)k / (double)schedule->steps;
}

/* ---- On each engine ------------------------------------------------------------- */

#define ENGINE graph
#include "verify/programs/mlp.inc"
#define ENGINE graph
#include "verify/programs/mlp_descent.inc"
#define ENGINE graph
#include "verify/programs/mlp_bind.inc"
#define ENGINE graph
#include "verify/programs/mlp_fused.inc"

#define ENGINE tape
#include "verify/programs/mlp.inc"
#define ENGINE tape
#include "verify/programs/mlp_descent.inc"
#define ENGINE tape
#include "verify/programs/mlp_bind.inc"
#define ENGINE tape
#include "verify/programs/mlp_fused.inc"

#define ENGINE tape_reserved
#include "verify/programs/mlp.inc"
#define ENGINE tape_reserved
#include "verify/programs/mlp_descent.inc"
#define ENGINE tape_reserved
#include "verify/programs/mlp_bind.inc"
#define ENGINE tape_reserved
#include "verify/programs/mlp_fused.inc"

#define ENGINE mounted
#include "verify/programs/mlp.inc"
#define ENGINE mounted
#include "verify/programs/mlp_bind.inc"

#define ENGINE primal
#include "verify/programs/mlp.inc"
#define ENGINE primal
#include "verify/programs/mlp_bind.inc"
