/*
 * The figures of the benchmark: medians with intervals that hold for any distribution,
 * and ratios that are paired. Pure functions of their samples.
 */
#ifndef GRADYNO_STATISTICS_H
#define GRADYNO_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A median, and the interval that covers the true one in 95% of all cases or more. */
typedef struct figure {
    double median;
    double lo, hi; /* NaN when there are too few samples for such an interval */
} figure;

void sort_ascending(size_t n, double *x);

/* The middle one of n > 0 ascending numbers, or the mean of the middle two. */
double sorted_median(size_t n, const double *ascending);

/*
 * P(x_(r) <= m <= x_(n+1-r)) = 1 - 2 P(B < r),   B ~ binomial(n, 1/2),   1 <= r <=
 * (n+1)/2
 *
 * for the r-th smallest and r-th largest of n independent samples of any continuous
 * distribution with the median m: m lies outside exactly when fewer than r samples lie
 * on one side of it. Exact: no normal approximation, no bootstrap.
 */
double median_coverage(size_t n, size_t r);

/* The largest r whose coverage is still `level` or more; 0 when even r = 1 has less. */
size_t median_rank(size_t n, double level);

/* The fewest samples that give a 95% interval: 1 - 2^(1-n) >= 0.95. */
enum { LEAST_SAMPLES = 6 };

/* Median and 95% interval of n samples. NaN throughout when n == 0 or memory is out. */
figure figure_of(size_t n, const double *sample);

/* The same of the ratios a[i] / b[i]. */
figure figure_of_ratios(size_t n, const double *a, const double *b);

/* exp(mean(log x)): the only mean of ratios that does not depend on which is over
 * which. */
double geometric_mean(size_t n, const double *x);

/*
 * What a comparison cannot see, from the ratio of a contestant to itself: half the
 * width of its interval, or how far the ratio is from 1, whichever is larger.
 */
double noise_floor(figure self);

/*
 * Whether the ratio says which of the two is faster: its interval excludes 1, and the
 * effect (the larger of ratio and 1/ratio, minus 1) is above the noise floor.
 */
bool is_resolved(figure ratio, double noise);

/* ---- Derived figures: the bootstrap of the median -------------------------------- */

/* n samples of one thing; other things were sampled apart from it. */
typedef struct sample_set {
    size_t n;
    const double *x;
} sample_set;

/*
 * A figure that is computed from the medians of several sets: f(sets, median, ctx), and
 * the middle 95% of what it is for `trials` sets drawn anew from each set, with
 * replacement. NaN throughout when a set is empty or memory is out.
 */
enum { BOOTSTRAP_TRIALS = 400 };
figure bootstrap_of_medians(size_t sets, const sample_set *set,
                            double (*f)(size_t sets, const double *median, void *ctx),
                            void *ctx, size_t trials, uint64_t seed);

/* The least-squares slope of log y over log x: y grows as x to that power. */
double log_slope(size_t n, const double *x, const double *y);

/* ---- What makes an interval say too little --------------------------------------- */

/* The correlation of a sample with the next; 0 for fewer than 3, or for a constant. */
double autocorrelation(size_t n, const double *x);

/*
 * How far two modes are apart: the best cut of the ascending samples with a fifth or
 * more on either side; the distance of the sides' means over their deviation within.
 * Some 2.6 for a normal distribution and 3.5 for a uniform one; above 6 there are two.
 */
double two_modes(size_t n, const double *x);

#endif
