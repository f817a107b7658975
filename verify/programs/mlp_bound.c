/*
 * How far apart two right programs for the gradient may lie.
 *
 * Running error analysis (Wilkinson; Higham, Accuracy and Stability, 3.3): every number
 * of the hand-written gradient is computed again as a pair, v and a bound on
 *
 *     |v computed - v exact|    by any right program, whatever the order of its sums.
 *
 * With e = DBL_EPSILON, twice the unit roundoff, which leaves room for terms of order
 * e^2 and for the rounding of the bound itself:
 *
 *     v = x y            error = |x| ey + |y| ex + ex ey + e |v|
 *     v = sum of n v_k   error = sum of e_k + n e sum of |v_k|
 *     a = tanh z         error = (a' + ea') ez + 4 e |a|
 *     a' = 1 - a^2       error = 2 |a| ea + ea^2 + 2 e
 *     a = max(0, z)      error = ez
 *     a' = 0 or 1        error = 1 if |z| < ez, else 0
 *
 * (libm's tanh is within 4 e; a' in a form better than 1 - a^2 lies closer.) A product
 * below DBL_MIN may be lost: that much is added. Two programs are each within `error`
 * of the exact gradient, so within twice that of one another, and this is the bound.
 *
 * It is a bound for the worst case: 1e-14 to 1e-9 of the greatest partial derivative
 * for widths of 4 to 256, where errors against long double were 1e-16.
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "verify/programs/mlp.h"

typedef struct uncertain {
    double v, error;
} uncertain;

static uncertain exact(double v) { return (uncertain){v, 0}; }

static uncertain product(uncertain x, uncertain y)
{
    const double v = x.v * y.v;
    double error = fabs(x.v) * y.error + fabs(y.v) * x.error + x.error * y.error;
    if (x.v != 0 && y.v != 0) error += DBL_EPSILON * fabs(v) + DBL_MIN;
    return (uncertain){v, error};
}

/* One more of the `n` terms of a sum. */
static void add(uncertain *sum, size_t n, uncertain term)
{
    sum->v += term.v;
    sum->error += term.error + (double)n * DBL_EPSILON * fabs(term.v);
}

/* f'(z), from z and a = f(z). */
static uncertain slope(enum mlp_activation f, uncertain z, uncertain a)
{
    switch (f) {
    case MLP_TANH: {
        const double error = 2 * fabs(a.v) * a.error + a.error * a.error;
        return (uncertain){1 - a.v * a.v, error + 2 * DBL_EPSILON};
    }
    case MLP_RELU: return (uncertain){z.v > 0, fabs(z.v) < z.error};
    case MLP_LINEAR: break;
    }
    return exact(1);
}

static uncertain activate(enum mlp_activation f, uncertain z)
{
    switch (f) {
    case MLP_TANH: {
        const uncertain a = {tanh(z.v), z.error + 4 * DBL_EPSILON};
        const uncertain da = slope(f, z, a); /* a' <= 1: a.error is large enough */
        return (uncertain){a.v,
                           (da.v + da.error) * z.error + 4 * DBL_EPSILON * fabs(a.v)};
    }
    case MLP_RELU: return (uncertain){z.v > 0 ? z.v : 0, z.error};
    case MLP_LINEAR: break;
    }
    return z;
}

/* d term / d score, times `scale`; the term itself into *value. */
static uncertain term(enum mlp_loss loss, uncertain score, double y, double scale,
                      uncertain *value)
{
    if (loss == MLP_SQUARED) {
        uncertain miss = {0};
        add(&miss, 2, score);
        add(&miss, 2, exact(-y));
        *value = product(miss, miss);
        return product(exact(2 * scale), miss);
    }
    uncertain margin = {0};
    add(&margin, 2, exact(1));
    add(&margin, 2, product(exact(-y), score));
    *value = activate(MLP_RELU, margin);
    return product(exact(-y * scale), slope(MLP_RELU, margin, *value));
}

/* a = f(W in + b), and da_dz = f'(z). */
static void layer_forward(const struct mlp_layer *layer, size_t n, bool bias,
                          const double *w, const uncertain *in, uncertain *a,
                          uncertain *da_dz)
{
    for (size_t j = 0; j < layer->neurons; j++) {
        uncertain z = {0};
        for (size_t i = 0; i < n; i++) add(&z, n + 1, product(exact(w[i]), in[i]));
        if (bias) add(&z, n + 1, exact(w[n]));
        a[j] = activate(layer->activation, z);
        da_dz[j] = slope(layer->activation, z, a[j]);
        w += n + bias;
    }
}

/*
 * The error of dz in^T and of dz is added to dW and db; din = W^T dz, unless NULL. Each
 * is one of n_samples terms; four more roundings, because another program may scale
 * elsewhere, and adds l2.
 */
static void layer_backward(size_t neurons, size_t n, bool bias, size_t n_samples,
                           const double *w, const uncertain *in, const uncertain *dz,
                           double *error, uncertain *din)
{
    for (size_t i = 0; din != NULL && i < n; i++) din[i] = exact(0);
    for (size_t j = 0; j < neurons; j++) {
        for (size_t i = 0; i < n + bias; i++) {
            uncertain sum = {0};
            add(&sum, n_samples + 4, i < n ? product(dz[j], in[i]) : dz[j]);
            error[i] += sum.error;
        }
        for (size_t i = 0; din != NULL && i < n; i++)
            add(&din[i], neurons, product(exact(w[i]), dz[j]));
        w += n + bias;
        error += n + bias;
    }
}

/* mlp_gradient.c's sample, with pairs: the terms into *loss, the errors into error[].
 */
static void sample(const struct mlp_shape *shape, const double *x, const double *y,
                   size_t n_samples, const double *w, uncertain *loss, double *error,
                   uncertain *scratch)
{
    uncertain *in[MLP_MAX_LAYERS + 1], *da_dz[MLP_MAX_LAYERS];
    const size_t widest = mlp_widest(shape), outputs = mlp_outputs(shape);
    uncertain *da = scratch, *din = da + widest;
    size_t n = shape->inputs;
    in[0] = din + widest;
    for (size_t i = 0; i < n; i++) in[0][i] = exact(x[i]);
    for (size_t l = 0; l < shape->layers; l++) {
        const struct mlp_layer *layer = &shape->layer[l];
        da_dz[l] = in[l] + n;
        in[l + 1] = da_dz[l] + layer->neurons;
        layer_forward(layer, n, shape->bias, w, in[l], in[l + 1], da_dz[l]);
        w += layer->neurons * (n + shape->bias);
        error += layer->neurons * (n + shape->bias);
        n = layer->neurons;
    }

    for (size_t j = 0; j < outputs; j++) {
        uncertain value;
        const uncertain score = in[shape->layers][j];
        da[j] = term(shape->loss, score, y[j], 1.0 / (double)n_samples, &value);
        add(loss, n_samples * outputs, value);
    }

    for (size_t l = shape->layers; l-- > 0;) {
        const size_t neurons = shape->layer[l].neurons;
        n = l > 0 ? shape->layer[l - 1].neurons : shape->inputs;
        w -= neurons * (n + shape->bias);
        error -= neurons * (n + shape->bias);
        uncertain *dz = da;
        for (size_t j = 0; j < neurons; j++) dz[j] = product(da_dz[l][j], da[j]);
        layer_backward(neurons, n, shape->bias, n_samples, w, in[l], dz, error,
                       l > 0 ? din : NULL);
        da = din;
        din = dz;
    }
}

bool mlp_gradient_bound(const struct mlp_shape *shape, struct mlp_samples samples,
                        const double *w, double *loss_bound, double *bound)
{
    assert(samples.count > 0);
    const size_t parameters = mlp_parameters(shape), outputs = mlp_outputs(shape);
    /* Twice the hand-written gradient's, for its pairs of a and da/dz, and the inputs.
     */
    uncertain *scratch =
        calloc(2 * mlp_scratch(shape) + shape->inputs, sizeof *scratch);
    if (scratch == NULL) return false;
    uncertain terms = {0}, norm = {0}, loss = {0};
    for (size_t i = 0; i < parameters; i++) bound[i] = 0;
    for (size_t s = 0; s < samples.count; s++)
        sample(shape, samples.x + s * shape->inputs, samples.y + s * outputs,
               samples.count, w, &terms, bound, scratch);
    for (size_t i = 0; i < parameters; i++) {
        add(&norm, parameters, product(exact(w[i]), exact(w[i])));
        uncertain decay = {0};
        add(&decay, 4, product(exact(2 * shape->l2), exact(w[i])));
        bound[i] = 2 * (bound[i] + decay.error);
    }
    add(&loss, 2, product(terms, exact(1.0 / (double)samples.count)));
    add(&loss, 2, product(norm, exact(shape->l2)));
    *loss_bound = 2 * loss.error;
    free(scratch);
    return true;
}
