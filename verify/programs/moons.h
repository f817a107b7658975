/*
 * Two moons: what micrograd's demo learns (github.com/karpathy/micrograd, MIT).
 *
 * 100 points in the plane in two interleaved crescents; an MLP 2-16-16-1 with relu
 * inside and a linear output; loss = mean of max(0, 1 - y score) + 1e-4 |w|^2; 100
 * steps of full-batch descent at the rate 1 - 0.9 k/100. The demo's points, initial
 * parameters and printed losses are here, so an engine shows that it learns, and learns
 * the same.
 *
 *     struct moons_run run;
 *     if (moons_train_tape(NULL, &run) == AD_OK)
 *         printf("%g%%\n", run.accuracy[MOONS_STEPS - 1]);       // 100%
 */
#ifndef GRADYNO_MOONS_H
#define GRADYNO_MOONS_H

#include "verify/programs/mlp.h"

enum { MOONS_POINTS = 100, MOONS_STEPS = 100, MOONS_PARAMETERS = 337 };

/* What data/moons.tsv, moons_w0.tsv and moons_loss.tsv have, bit for bit. */
extern const double moons_x[MOONS_POINTS][2];
extern const double moons_y[MOONS_POINTS]; /* 1 or -1: which moon */
extern const double moons_w0[MOONS_PARAMETERS];
extern const double moons_published_loss[MOONS_STEPS];     /* before step k */
extern const double moons_published_accuracy[MOONS_STEPS]; /* in percent */

struct mlp_shape moons_shape(void);
struct mlp_samples moons_samples(void);
extern const struct mlp_schedule moons_schedule;

/* A training run: entry k is before step k, and w is after the last. */
struct moons_run {
    double loss[MOONS_STEPS];
    double accuracy[MOONS_STEPS]; /* in percent */
    double w[MOONS_PARAMETERS];
};

/* Percent of the points whose score has the sign of their y. */
double moons_accuracy(const double *score);

/* Trains on the engine. Unless the status is AD_OK, *run is unfinished. */
ad_status moons_train_graph(const ad_allocator *memory, struct moons_run *run);
ad_status moons_train_tape(const ad_allocator *memory, struct moons_run *run);

/*
 * Writes into the folder, for the plots, as tab-separated columns under a header line:
 *
 *     moons_curve.tsv      step loss_graph loss_tape loss_published accuracy
 *     moons_points.tsv     x0 x1 label
 *     moons_boundary.tsv   x0 x1 score
 *
 * The accuracy is the tape's; the score, on a grid, is by the tape's final parameters;
 * a blank line stands between one x0 and the next, as gnuplot wants it.
 *
 * Each file is complete or absent: it is written beside its place and then renamed.
 * Returns 0, or the errno of what failed.
 */
int moons_write(const char *folder, const struct moons_run *graph,
                const struct moons_run *tape);

#endif
