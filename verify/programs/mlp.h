/*
 * A multilayer perceptron: the program that this project verifies and times most.
 *
 *     out[0] = x,   out[l+1] = f_l(W_l out[l] + b_l),   score = out[layers]
 *     loss   = 1/n sum over samples, sum over outputs of term(score, y)  +  l2 |w|^2
 *     term   = (score - y)^2  or  max(0, 1 - y score)
 *
 * It is written once, in mlp.inc, and stands here for each engine, in strictly scalar
 * form: every multiplication and every addition is an operation of its own. Beside it
 * stands mlp_gradient, written by hand: the baseline, and the witness.
 *
 *     struct mlp_shape shape = mlp_growing(64);
 *     double w[...], x[...], y[...];
 *     mlp_initial(&shape, seed, w);
 *     struct mlp_samples one = {1, x, y};
 *     ad_tape *t = ad_tape_new(NULL);
 *     struct mlp_tape *m = mlp_new_tape(t, &shape, one, w);
 *     double loss, gradient[...];
 *     mlp_gradient_tape(m, 0, 1, &loss, gradient);
 *     mlp_free_tape(m);
 *     ad_tape_free(t);
 *
 * The parameters w are laid out as micrograd has them: layer by layer, neuron by
 * neuron, a neuron's weights and then its bias.
 */
#ifndef GRADYNO_MLP_H
#define GRADYNO_MLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "engine/tape_reserved.h"
#include "verify/programs/mounted.h"
#include "verify/programs/primal.h"

/* ---- Shape ---------------------------------------------------------------------- */

enum { MLP_MAX_LAYERS = 16 };

enum mlp_activation { MLP_LINEAR, MLP_TANH, MLP_RELU };

enum mlp_loss { MLP_SQUARED, MLP_MARGIN };

struct mlp_layer {
    size_t neurons;
    enum mlp_activation activation;
};

struct mlp_shape {
    size_t inputs;
    size_t layers; /* the last one's neurons are the outputs */
    struct mlp_layer layer[MLP_MAX_LAYERS];
    bool bias; /* whether neurons have one */
    enum mlp_loss loss;
    double l2; /* 0: no such term is recorded */
};

enum mlp_status {
    MLP_OK,
    MLP_NO_LAYERS,
    MLP_TOO_MANY_LAYERS,
    MLP_NO_INPUTS,
    MLP_EMPTY_LAYER,
    MLP_TOO_LARGE /* its parameters have no number that a size_t can hold */
};

/* MLP_OK if the shape is one that the functions below take. Its text is "ok". */
enum mlp_status mlp_shape_status(const struct mlp_shape *shape);
const char *mlp_status_text(enum mlp_status status);

/* The benchmark's: H-H-H-H-1, tanh but for the output, biases, squared loss. */
struct mlp_shape mlp_growing(size_t width);

/* The outputs; the neurons of the widest layer; and the parameters: the sum over layers
 * of neurons (inputs + bias). */
size_t mlp_outputs(const struct mlp_shape *shape);
size_t mlp_widest(const struct mlp_shape *shape);
size_t mlp_parameters(const struct mlp_shape *shape);

/* Exactly how many operations mlp_record records for n samples, n > 0. */
size_t mlp_operations(const struct mlp_shape *shape, size_t n);

/*
 * In what words a layer is recorded: strictly scalar; a product and its addition as one
 * node; a neuron as a dot product over ranges; a layer as an affine map. The last two
 * record activations as maps over ranges.
 */
enum mlp_form { MLP_SCALAR, MLP_MULADD, MLP_DOT, MLP_AFFINE };

/* Exactly how many nodes that takes on a tape: mlp_operations where it is scalar. */
size_t mlp_nodes(const struct mlp_shape *shape, enum mlp_form form, size_t n);

/* ---- Numbers -------------------------------------------------------------------- */

/* count rows of `inputs` and of `outputs` numbers. They are not copied. */
struct mlp_samples {
    size_t count;
    const double *x, *y;
};

/* Every parameter of a neuron with n inputs uniform in +-1/sqrt(n). */
void mlp_initial(const struct mlp_shape *shape, uint64_t seed, double *w);

/* Samples: x and y uniform in +-1; y = 1 or -1 for the margin loss. */
void mlp_draw(const struct mlp_shape *shape, uint64_t seed, size_t count, double *x,
              double *y);

/* The learning rate falls on a line: start - fall k / steps at step k. */
struct mlp_schedule {
    double start, fall;
    size_t steps;
};

double mlp_rate(const struct mlp_schedule *schedule, size_t k);

/* ---- By hand -------------------------------------------------------------------- */

/*
 * Returns the loss and sets gradient[i] = d loss / d w[i], by backpropagation in plain
 * C. scratch has room for mlp_scratch(shape) numbers. samples.count > 0.
 */
double mlp_gradient(const struct mlp_shape *shape, struct mlp_samples samples,
                    const double *w, double *gradient, double *scratch);
size_t mlp_scratch(const struct mlp_shape *shape);

/*
 * Sets bound[i] to how far two right programs for gradient[i] may lie apart in double
 * arithmetic, whatever the order of their sums, and *loss_bound the same for the loss:
 * mlp_bound.c derives it. False when memory is out.
 */
bool mlp_gradient_bound(const struct mlp_shape *shape, struct mlp_samples samples,
                        const double *w, double *loss_bound, double *bound);

/* ---- On an engine --------------------------------------------------------------- */

/*
 * mlp_new(record, shape, samples, w)
 *     records the parameters, with the values w, and the samples, as constants. NULL
 *     when the shape is refused or memory is out. The record and the numbers of
 *     `samples` must outlive it. No other verb allocates, but the record may grow.
 *
 * mlp_free(m)
 *     frees the handles; the record is the caller's. NULL is allowed.
 *
 * mlp_load(m, w)
 *     records what mlp_new did, with other values: for the primal, which has nothing to
 *     rewind, and for a record that was reset.
 *
 * mlp_make(shape, samples), mlp_bind(m, record, w)
 *     the same in two steps, on parameters that are leaves already: bind records the
 *     samples, and borrows w[parameters] until the next one. No load, no step.
 *
 * mlp_record(m, first, n)
 *     records the loss over the samples first ... first + n - 1, n > 0, and returns it:
 *     forward only. The caller takes a mark before, and rewinds to it afterwards.
 *
 * mlp_scores(m, out)
 *     out[n][outputs] = the scores of the last mlp_record, before it is rewound.
 */
#define MLP_PROGRAM(engine)                                                            \
    struct mlp_##engine *mlp_new_##engine(                                             \
        ad_##engine *record, const struct mlp_shape *shape,                            \
        struct mlp_samples samples, const double *w);                                  \
    void mlp_free_##engine(struct mlp_##engine *m);                                    \
    void mlp_load_##engine(struct mlp_##engine *m, const double *w);                   \
    struct mlp_##engine *mlp_make_##engine(const struct mlp_shape *shape,              \
                                           struct mlp_samples samples);                \
    void mlp_bind_##engine(struct mlp_##engine *m, ad_##engine *record,                \
                           const ad_##engine##_handle *w);                             \
    ad_##engine##_handle mlp_record_##engine(struct mlp_##engine *m, size_t first,     \
                                             size_t n);                                \
    void mlp_scores_##engine(const struct mlp_##engine *m, double *out);

/*
 * What needs derivatives, and so an engine:
 *
 * mlp_gradient(m, first, n, loss, gradient)
 *     records, goes backward, reads, and rewinds the record to where it was. Nothing is
 *     written unless the status is AD_OK.
 *
 * mlp_grads(m, gradient)
 *     gradient[i] = d loss / d w[i] of the record's last backward.
 *
 * mlp_step(m, rate)
 *     w -= rate d loss / d w, after a backward, before or after rewinding.
 *
 * mlp_weights(m, w)
 *     w[i] = the parameters as they are now.
 *
 * mlp_record_as(m, form, first, n)
 *     mlp_record in the words of a form: mlp_fused.inc.
 */
#define MLP_DESCENT(engine)                                                            \
    ad_status mlp_gradient_##engine(struct mlp_##engine *m, size_t first, size_t n,    \
                                    double *loss, double *gradient);                   \
    void mlp_grads_##engine(const struct mlp_##engine *m, double *gradient);           \
    void mlp_step_##engine(struct mlp_##engine *m, double rate);                       \
    void mlp_weights_##engine(const struct mlp_##engine *m, double *w);                \
    ad_##engine##_handle mlp_record_as_##engine(                                       \
        struct mlp_##engine *m, enum mlp_form form, size_t first, size_t n);

MLP_PROGRAM(graph)
MLP_PROGRAM(tape)
MLP_PROGRAM(tape_reserved)
MLP_PROGRAM(mounted)
MLP_PROGRAM(primal)
MLP_DESCENT(graph)
MLP_DESCENT(tape)
MLP_DESCENT(tape_reserved)

#undef MLP_PROGRAM
#undef MLP_DESCENT

#endif
