/* Lesson 6: programs of a purpose: networks, and a training run. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/kit/kit.h"
#include "verify/programs/moons.h"

/* ---- The network's template on a ride -------------------------------------------- */

typedef ride ad_foreign;
typedef ad_engine_node ad_foreign_handle;

static ad_engine_node ad_foreign_constant(ride *r, double v)
{
    return ride_constant(r, v);
}

static ad_engine_node ad_foreign_var(ride *r, double v) { return ride_input(r, v); }

static double ad_foreign_value(ride *r, ad_engine_node n) { return ride_value(r, n); }

#define ONE(op)                                                                        \
    static ad_engine_node ad_foreign_##op(ride *r, ad_engine_node x)                   \
    {                                                                                  \
        return ride_unary(r, AD_OP_##op, x);                                           \
    }
#define SCALED(op)                                                                     \
    static ad_engine_node ad_foreign_##op(ride *r, ad_engine_node x, double c)         \
    {                                                                                  \
        return ride_scaled(r, AD_OP_##op, x, c);                                       \
    }
#define TWO(op)                                                                        \
    static ad_engine_node ad_foreign_##op(ride *r, ad_engine_node x, ad_engine_node y) \
    {                                                                                  \
        return ride_binary(r, AD_OP_##op, x, y);                                       \
    }
ONE(square)
ONE(tanh)
ONE(relu)
SCALED(add_c)
SCALED(mul_c)
TWO(add)
TWO(sub)
TWO(mul)
#undef ONE
#undef SCALED
#undef TWO

struct mlp_foreign;
struct mlp_foreign *mlp_new_foreign(ride *record, const struct mlp_shape *shape,
                                    struct mlp_samples samples, const double *w);
void mlp_free_foreign(struct mlp_foreign *m);
void mlp_load_foreign(struct mlp_foreign *m, const double *w);
ad_engine_node mlp_record_foreign(struct mlp_foreign *m, size_t first, size_t n);
void mlp_scores_foreign(const struct mlp_foreign *m, double *out);

#define ENGINE foreign
#include "verify/programs/mlp.inc"

/* ---- One gradient ---------------------------------------------------------------- */

typedef struct network {
    struct mlp_shape shape;
    struct mlp_samples samples;
    const double *w;
    double loss, *gradient; /* by hand */
} network;

/* Textbook forms are allowed some more than the rounding of the best ones. */
static void claim_gradient(ride *r, const network *n, const struct mlp_foreign *m)
{
    const size_t parameters = mlp_parameters(&n->shape);
    double most = 0;
    for (size_t i = 0; i < parameters; i++) most = fmax(most, fabs(n->gradient[i]));
    for (size_t i = 0; i < parameters; i++) {
        char label[40];
        snprintf(label, sizeof label, "dloss/dw[%zu]", i);
        ride_claim(r, label, ride_grad(r, m->parameter[i]), n->gradient[i], 2048);
        r->sheet->claim[r->sheet->claims - 1].bound += 256 * r->m->unit * most;
    }
}

static void ride_network(ride *r)
{
    const network *n = r->what;
    struct mlp_foreign *m = mlp_new_foreign(r, &n->shape, n->samples, n->w);
    if (m == NULL) return;
    const ad_engine_node loss = mlp_record_foreign(m, 0, n->samples.count);
    ride_backward(r, loss);
    ride_claim(r, "loss", ride_value(r, loss), n->loss, 2048);
    claim_gradient(r, n, m);
    mlp_free_foreign(m);
}

/* By hand, in double, from what a float engine would keep. */
static bool by_hand(network *n, double *kept, bool is_float)
{
    const size_t parameters = mlp_parameters(&n->shape);
    double *scratch = malloc(mlp_scratch(&n->shape) * sizeof *scratch);
    if (scratch == NULL) return false;
    for (size_t i = 0; i < parameters; i++)
        kept[i] = is_float ? (double)(float)n->w[i] : n->w[i];
    n->w = kept;
    n->loss = mlp_gradient(&n->shape, n->samples, n->w, n->gradient, scratch);
    free(scratch);
    return true;
}

enum { SLOW = 10000 };
/* A program of so many operations that one who is merely slow does not come to its end:
 * a limit, as in lesson 5. */
static void excuse_slowness(kit *k, finding *f)
{
    if (f->status != FINDING_HANG || k->options.strict) return;
    f->status = FINDING_NOTE;
    f->code[0] = f->same[0] = '\0';
    k->hung--;
    snprintf(f->text, sizeof f->text, "a limit: not over after %.0f s", f->seconds);
}

static void try_network(kit *k, const char *id, const char *title, network *n)
{
    const bool is_tanh = n->shape.layer[0].activation == MLP_TANH;
    const ad_op needs[] = {AD_OP_add,
                           AD_OP_mul,
                           AD_OP_mul_c,
                           is_tanh ? AD_OP_tanh : AD_OP_relu,
                           is_tanh ? AD_OP_square : AD_OP_add_c,
                           is_tanh ? AD_OP_sub : AD_OP_mul};
    enum { MOST = 512 };
    double kept[MOST], gradient[MOST];
    char room[160];
    assert(mlp_parameters(&n->shape) <= MOST);
    const char *why_not =
        kit_why_not(k, sizeof needs / sizeof needs[0], needs, true, room);
    if (why_not != NULL || !kit_wants(k, id)) {
        kit_skip(k, id, title, "%s", why_not == NULL ? "" : why_not);
        return;
    }
    finding *f = kit_find(k, id, title);
    n->gradient = gradient;
    if (!by_hand(n, kept, k->engine.engine.precision == AD_ENGINE_FLOAT)) return;
    ride r = {.work = ride_network, .what = n};
    if (kit_ride(k, f, &r, 3))
        snprintf(f->text, sizeof f->text, "%zu gradients as by hand",
                 mlp_parameters(&n->shape));
    if (mlp_operations(&n->shape, n->samples.count) >= SLOW) excuse_slowness(k, f);
}

static void try_tanh_network(kit *k)
{
    enum { SAMPLES = 4 };
    const struct mlp_shape shape = {
        .inputs = 3,
        .layers = 3,
        .layer = {{4, MLP_TANH}, {4, MLP_TANH}, {1, MLP_LINEAR}},
        .bias = true,
        .loss = MLP_SQUARED};
    double w[64], x[3 * SAMPLES], y[SAMPLES];
    mlp_initial(&shape, k->options.seed, w);
    mlp_draw(&shape, k->options.seed, SAMPLES, x, y);
    for (size_t i = 0; i < 3 * SAMPLES; i++) x[i] = (double)(float)x[i];
    for (size_t i = 0; i < SAMPLES; i++) y[i] = (double)(float)y[i];
    try_network(k, "6.mlp", "a network 3-4-4-1 of tanh on 4 samples",
                &(network){.shape = shape, .samples = {SAMPLES, x, y}, .w = w});
}

/* ---- Two moons ------------------------------------------------------------------- */

/* One step from the weights w; false without memory. */
static bool descend(ride *r, size_t step, double *w)
{
    const struct mlp_shape shape = moons_shape();
    struct mlp_foreign *m = mlp_new_foreign(r, &shape, moons_samples(), w);
    if (m == NULL) return false;
    const ad_engine_node loss = mlp_record_foreign(m, 0, MOONS_POINTS);
    ride_backward(r, loss); /* before anything is read: an engine behind a pipe is */
    char label[40];         /* asked once, then */
    snprintf(label, sizeof label, "loss before step %zu", step);
    ride_claim(r, label, ride_value(r, loss), moons_published_loss[step], 0);
    r->sheet->claim[r->sheet->claims - 1].bound = 1e-10;
    const double rate = mlp_rate(&moons_schedule, step);
    for (size_t i = 0; i < MOONS_PARAMETERS; i++)
        w[i] -= rate * ride_grad(r, m->parameter[i]);
    mlp_free_foreign(m);
    return true;
}

/*
 * At most r->size steps; fewer where they would take longer than r->what seconds, but
 * two at least: the second loss shows the first gradient, all 337 of it.
 */
enum { TRAINING_SECONDS = 10, TRAINING_LEAST = 2 };

static void ride_moons(ride *r)
{
    double w[MOONS_PARAMETERS];
    const double *seconds = r->what, start = seconds_now();
    memcpy(w, moons_w0, sizeof w);
    for (size_t step = 0; step < r->size; step++) {
        const double spent = seconds_now() - start;
        const double next = step == 0 ? 0 : spent / (double)step;
        if (step >= TRAINING_LEAST && spent + next > *seconds) return;
        if (step > 0) ride_fresh(r);
        if (r->record == NULL || !descend(r, step, w)) return;
    }
}

static void try_moons_gradient(kit *k)
{
    double x[MOONS_POINTS * 2];
    for (size_t i = 0; i < MOONS_POINTS * 2; i++) x[i] = (&moons_x[0][0])[i];
    if (k->engine.engine.precision == AD_ENGINE_FLOAT)
        for (size_t i = 0; i < MOONS_POINTS * 2; i++) x[i] = (double)(float)x[i];
    try_network(k, "6.moons", "two moons: the first gradient of micrograd's demo",
                &(network){.shape = moons_shape(),
                           .samples = {MOONS_POINTS, x, moons_y},
                           .w = moons_w0});
}

static void put_losses(const kit *k, finding *f)
{
    const size_t losses = k->sheet->claims;
    snprintf(f->text, sizeof f->text, "%zu losses as published%s", losses,
             losses < MOONS_STEPS ? "; the other steps would take long" : "");
}

static void try_training(kit *k)
{
    const char *id = "6.training",
               *title = "two moons: up to 100 steps, the published losses";
    const ad_op needs[] = {AD_OP_add, AD_OP_mul, AD_OP_mul_c, AD_OP_relu, AD_OP_add_c};
    char room[160];
    if (k->engine.engine.precision == AD_ENGINE_FLOAT || k->options.quick) return;
    const char *why_not =
        kit_why_not(k, sizeof needs / sizeof needs[0], needs, true, room);
    if (why_not != NULL || !kit_wants(k, id)) {
        kit_skip(k, id, title, "%s", why_not == NULL ? "" : why_not);
        return;
    }
    finding *f = kit_find(k, id, title);
    const double left = kit_patience(k) + TRAINING_SECONDS;
    const double seconds = fmin(left, TRAINING_SECONDS);
    ride r = {.work = ride_moons, .size = MOONS_STEPS, .what = &seconds};
    if (kit_ride(k, f, &r, TRAINING_SECONDS + 5)) put_losses(k, f);
    excuse_slowness(k, f);
}

void kit_programs(kit *k)
{
    kit_random(k);
    try_tanh_network(k);
    try_moons_gradient(k);
    try_training(k);
}
