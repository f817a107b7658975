/*
 * The gradient of the multilayer perceptron by hand: backpropagation in plain C, with
 * no engine. The baseline that engines are timed against, and the witness that they are
 * verified against: the calculus here is a person's, not the table's.
 *
 * For a layer and one sample, with dv for d loss / dv:
 *
 *     forward    z = W in + b,      a = f(z)
 *     backward   dz = f'(z) da,     dW += dz in^T,   db += dz,   din = W^T dz
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "verify/programs/mlp.h"

/* a = f(W in + b); a row of W is n weights, and the bias after them. */
static void layer_forward(const struct mlp_layer *layer, size_t n, bool bias,
                          const double *w, const double *in, double *a)
{
    for (size_t j = 0; j < layer->neurons; j++) {
        double z = bias ? w[n] : 0;
        for (size_t i = 0; i < n; i++) z += w[i] * in[i];
        switch (layer->activation) {
        case MLP_TANH: a[j] = tanh(z); break;
        case MLP_RELU: a[j] = z > 0 ? z : 0; break;
        case MLP_LINEAR: a[j] = z; break;
        }
        w += n + bias;
    }
}

/* f'(z), from a = f(z). */
static double slope(enum mlp_activation f, double a)
{
    switch (f) {
    case MLP_TANH: return 1 - a * a;
    case MLP_RELU: return a > 0;
    case MLP_LINEAR: break;
    }
    return 1;
}

/* dW += dz in^T, db += dz, din = W^T dz; din may be NULL, for the first layer. */
static void layer_backward(size_t neurons, size_t n, bool bias, const double *w,
                           const double *in, const double *dz, double *dw, double *din)
{
    if (din != NULL) memset(din, 0, n * sizeof *din);
    for (size_t j = 0; j < neurons; j++) {
        for (size_t i = 0; i < n; i++) dw[i] += dz[j] * in[i];
        if (bias) dw[n] += dz[j];
        if (din != NULL)
            for (size_t i = 0; i < n; i++) din[i] += dz[j] * w[i];
        w += n + bias;
        dw += n + bias;
    }
}

/* The sum of the terms over the outputs; dscore = d term / d score. */
static double terms(enum mlp_loss loss, size_t outputs, const double *score,
                    const double *y, double *dscore)
{
    double sum = 0;
    for (size_t j = 0; j < outputs; j++) {
        if (loss == MLP_SQUARED) {
            const double miss = score[j] - y[j];
            sum += miss * miss;
            dscore[j] = 2 * miss;
        } else {
            const double margin = 1 - y[j] * score[j];
            sum += margin > 0 ? margin : 0;
            dscore[j] = margin > 0 ? -y[j] : 0;
        }
    }
    return sum;
}

/* What one sample adds to the loss and, times `scale`, to the gradient. */
static double sample(const struct mlp_shape *shape, const double *x, const double *y,
                     double scale, const double *w, double *gradient, double *scratch)
{
    /* in[l] goes into layer l; in[layers] is the scores. */
    const double *in[MLP_MAX_LAYERS + 1] = {x};
    const size_t widest = mlp_widest(shape), outputs = mlp_outputs(shape);
    double *da = scratch, *din = scratch + widest, *a = scratch + 2 * widest;
    size_t n = shape->inputs;
    for (size_t l = 0; l < shape->layers; l++) {
        const struct mlp_layer *layer = &shape->layer[l];
        layer_forward(layer, n, shape->bias, w, in[l], a);
        in[l + 1] = a;
        a += layer->neurons;
        w += layer->neurons * (n + shape->bias);
        gradient += layer->neurons * (n + shape->bias);
        n = layer->neurons;
    }

    const double loss = terms(shape->loss, outputs, in[shape->layers], y, da);
    for (size_t j = 0; j < outputs; j++) da[j] *= scale;

    for (size_t l = shape->layers; l-- > 0;) {
        const struct mlp_layer *layer = &shape->layer[l];
        n = l > 0 ? shape->layer[l - 1].neurons : shape->inputs;
        w -= layer->neurons * (n + shape->bias);
        gradient -= layer->neurons * (n + shape->bias);
        double *dz = da;
        for (size_t j = 0; j < layer->neurons; j++)
            dz[j] *= slope(layer->activation, in[l + 1][j]);
        layer_backward(layer->neurons, n, shape->bias, w, in[l], dz, gradient,
                       l > 0 ? din : NULL);
        da = din;
        din = dz;
    }
    return loss;
}

size_t mlp_scratch(const struct mlp_shape *shape)
{
    size_t neurons = 0;
    for (size_t l = 0; l < shape->layers; l++) neurons += shape->layer[l].neurons;
    return neurons + 2 * mlp_widest(shape);
}

double mlp_gradient(const struct mlp_shape *shape, struct mlp_samples samples,
                    const double *w, double *gradient, double *scratch)
{
    assert(samples.count > 0);
    const size_t parameters = mlp_parameters(shape), outputs = mlp_outputs(shape);
    const double scale = 1.0 / (double)samples.count;
    double loss = 0;
    memset(gradient, 0, parameters * sizeof *gradient);
    for (size_t s = 0; s < samples.count; s++)
        loss += sample(shape, samples.x + s * shape->inputs, samples.y + s * outputs,
                       scale, w, gradient, scratch);

    double norm = 0;
    for (size_t i = 0; i < parameters; i++) {
        norm += w[i] * w[i];
        gradient[i] += 2 * shape->l2 * w[i];
    }
    return loss * scale + shape->l2 * norm;
}
