/*
 * The multilayer perceptron as programs that grow in three ways: mlp.h's network, of
 *
 *     mlp          H-H-H-H-1: width
 *     mlp_deep     8-...-8-1, 16 samples: layers. Of 8, because the worst case of the
 *                  rounding (mlp_bound.c) grows by a quarter of the width a layer
 *     mlp_batch    16-16-16-16-1: samples
 *
 * with weights as mlp_initial and samples as mlp_draw have them; and the loss of the
 * two moons (moons.h) before the first step of training, over the first points.
 */
#include "verify/programs/kinds.h"
#include "verify/programs/mlp.h"
#include "verify/programs/moons.h"

struct mlp_program {
    struct mlp_shape shape;
    size_t samples;
    double *x, *y;
    struct mlp_graph *network_graph;
    struct mlp_tape *network_tape;
    struct mlp_tape_reserved *network_tape_reserved;
    struct mlp_mounted *network_mounted;
    struct mlp_primal *network_primal;
};

#define TEMPLATE "verify/programs/mlp_kind.inc"
#include "verify/programs/instances.inc"

static struct mlp_samples samples_of(const struct mlp_program *s)
{
    const struct mlp_samples samples = {s->samples, s->x, s->y};
    return samples;
}

static void close(program *p)
{
    struct mlp_program *s = p->data;
    if (s != NULL) {
        mlp_free_graph(s->network_graph);
        mlp_free_tape(s->network_tape);
        mlp_free_tape_reserved(s->network_tape_reserved);
        mlp_free_mounted(s->network_mounted);
        mlp_free_primal(s->network_primal);
        free(s->x);
        free(s->y);
    }
    program_close(p);
}

static bool open_network(program *p, const program_kind *kind, size_t size,
                         uint64_t seed, struct mlp_shape shape, size_t samples)
{
    const size_t outputs = mlp_outputs(&shape);
    const struct program_room room = {.inputs = mlp_parameters(&shape),
                                      .operations = mlp_operations(&shape, samples),
                                      .constants = samples * (shape.inputs + outputs)};
    if (room.operations / 16 > PROGRAM_LARGEST) return false;
    if (!program_make(p, kind, size, seed, room)) return false;
    struct mlp_program *s = p->data = calloc(1, sizeof *s);
    bool made = s != NULL;
    if (made) {
        s->shape = shape;
        s->samples = samples;
        s->x = calloc(samples * shape.inputs, sizeof *s->x);
        s->y = calloc(samples * outputs, sizeof *s->y);
        s->network_graph = mlp_make_graph(&shape, samples_of(s));
        s->network_tape = mlp_make_tape(&shape, samples_of(s));
        s->network_mounted = mlp_make_mounted(&shape, samples_of(s));
        s->network_tape_reserved = mlp_make_tape_reserved(&shape, samples_of(s));
        s->network_primal = mlp_make_primal(&shape, samples_of(s));
        made = s->x != NULL && s->y != NULL && s->network_graph != NULL &&
               s->network_tape != NULL && s->network_mounted != NULL &&
               s->network_tape_reserved != NULL && s->network_primal != NULL;
    }
    if (made) {
        mlp_initial(&shape, seed, p->x);
        mlp_draw(&shape, seed + 1, samples, s->x, s->y);
    } else {
        close(p);
    }
    return made;
}

static bool open_width(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > 20000) return false;
    return open_network(p, kind, size, seed, mlp_growing(size), 1);
}

static bool open_depth(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size >= MLP_MAX_LAYERS) return false;
    struct mlp_shape shape = mlp_growing(8);
    shape.layers = size + 1;
    for (size_t l = 0; l <= size; l++) {
        const bool last = l == size;
        shape.layer[l] = (struct mlp_layer){last ? 1 : 8, last ? MLP_LINEAR : MLP_TANH};
    }
    return open_network(p, kind, size, seed, shape, 16);
}

static bool open_batch(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    return open_network(p, kind, size, seed, mlp_growing(16), size);
}

/* The demo's numbers in place of what was drawn. */
static bool open_moons(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > MOONS_POINTS) return false;
    if (!open_network(p, kind, size, seed, moons_shape(), size)) return false;
    const struct mlp_program *s = p->data;
    for (size_t i = 0; i < MOONS_PARAMETERS; i++) p->x[i] = moons_w0[i];
    for (size_t i = 0; i < 2 * size; i++) s->x[i] = moons_x[i / 2][i % 2];
    for (size_t i = 0; i < size; i++) s->y[i] = moons_y[i];
    return true;
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const struct mlp_program *s = p->data;
    double *scratch = calloc(mlp_scratch(&s->shape), sizeof *scratch);
    if (scratch == NULL) return false;
    *value = mlp_gradient(&s->shape, samples_of(s), p->x, g, scratch);
    free(scratch);
    return mlp_gradient_bound(&s->shape, samples_of(s), p->x, value_bound, bound);
}

static const size_t widths[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 0};
static const size_t depths[] = {1, 2, 4, 8, 15, 0};
static const size_t batches[] = {1, 4, 16, 64, 256, 1024, 4096, 0};
static const size_t points[] = {1, 10, 100, 0};

#define MLP_KIND(id, means, text, list, quickly, opens)                                \
    const program_kind id##_kind = {.name = #id,                                       \
                                    .formula = text,                                   \
                                    .size_means = means,                               \
                                    .witness = "backpropagation by hand",              \
                                    .sizes = list,                                     \
                                    .quick = quickly,                                  \
                                    .open = opens,                                     \
                                    .close = close,                                    \
                                    .gradient = gradient,                              \
                                    PROGRAM_INSTANCES};
MLP_KIND(mlp, "width", "(net(x) - y)^2 of a network H-H-H-H-1", widths, 7, open_width)
MLP_KIND(mlp_deep, "layers", "the mean of (net(x) - y)^2 of layers of 8", depths, 4,
         open_depth)
MLP_KIND(mlp_batch, "samples", "the mean of (net(x) - y)^2, network 16-16-16-16-1",
         batches, 3, open_batch)
MLP_KIND(moons_loss, "points", "the margin loss of the two moons before training",
         points, 3, open_moons)
