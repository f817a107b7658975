/* Two moons: what is learnt, and the training loop's instances. */
#include "verify/programs/moons.h"

const struct mlp_schedule moons_schedule = {
    .start = 1.0, .fall = 0.9, .steps = MOONS_STEPS};

struct mlp_shape moons_shape(void)
{
    return (struct mlp_shape){
        .inputs = 2,
        .layers = 3,
        .layer = {{16, MLP_RELU}, {16, MLP_RELU}, {1, MLP_LINEAR}},
        .bias = true,
        .loss = MLP_MARGIN,
        .l2 = 1e-4,
    };
}

struct mlp_samples moons_samples(void)
{
    return (struct mlp_samples){MOONS_POINTS, &moons_x[0][0], moons_y};
}

double moons_accuracy(const double *score)
{
    size_t right = 0;
    for (size_t i = 0; i < MOONS_POINTS; i++)
        if ((moons_y[i] > 0) == (score[i] > 0)) right++;
    return 100.0 * (double)right / MOONS_POINTS;
}

#define ENGINE graph
#include "verify/programs/moons.inc"

#define ENGINE tape
#include "verify/programs/moons.inc"
