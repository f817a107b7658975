/*
 * tableau.h: from difference quotients at shrinking steps to one number with an error.
 *
 * A series holds quotients c[k] taken at steps h[0] > h[1] > ...; extrapolation to h =
 * 0 assumes c(h) = d + a h^power + b h^(2 power) + ... (power 2 for central quotients,
 * 1 for one-sided ones). Private to the checker.
 */
#ifndef GRADYNO_TABLEAU_H
#define GRADYNO_TABLEAU_H

#include <stdbool.h>
#include <stddef.h>

enum { SERIES_MAX = 96, TABLEAU_ORDER = 8 };

struct series {
    size_t count;
    double power;
    double typical;              /* size of f over the natural range of steps */
    double h[SERIES_MAX];        /* falling */
    double c[SERIES_MAX];        /* finite */
    double floor[SERIES_MAX];    /* noise of one value that is there whatever f does */
    double rounding[SERIES_MAX]; /* of the values at this step */
    double size[SERIES_MAX];     /* max |f| of the values in the quotient */
    double noise[SERIES_MAX];    /* the larger of floor and what measure_noise saw */
    bool flat[SERIES_MAX];       /* f did not change by a single bit at this step */
};

struct estimate {
    double value, error;
    double step;         /* finest step used */
    size_t order;        /* order + 1 quotients were used */
    size_t coarse, fine; /* their range in the series */
};

struct tableau {
    double value[SERIES_MAX][TABLEAU_ORDER + 1];
    double error[SERIES_MAX][TABLEAU_ORDER + 1]; /* propagated noise */
    double unit[SERIES_MAX][TABLEAU_ORDER + 1];  /* the same for noise 1 everywhere */
};

/* Fills s->noise: a difference table on the geometric steps tells noise (which grows as
 * the step shrinks) from truncation (which falls). */
void series_measure_noise(struct series *s, struct tableau *t);

/* Extrapolates over every window; series_measure_noise comes first. */
void tableau_fill(struct tableau *t, const struct series *s);

/* The best estimate that no finer quotient contradicts; false when there is none. */
bool tableau_best(const struct tableau *t, const struct series *s,
                  struct estimate *best);

/* The window with the smallest error among those whose finest step is j >= 2. */
struct estimate best_ending_at(const struct tableau *t, const struct series *s,
                               size_t j);

/* A converged estimate from steps coarser than best's that says something else. */
bool tableau_rival(const struct tableau *t, const struct series *s,
                   const struct estimate *best, struct estimate *rival);

/* How much the values of f scatter, relative to their size, between the two; 0 unless
 * they do so without a pattern: then noise may explain the fine one, or a ripple
 * belongs to f. A kink near x offsets all values alike and a narrow peak does not touch
 * the coarse steps at all: those are patterns, and there the fine estimate is right. */
double erratic_scatter(const struct tableau *t, const struct series *s,
                       const struct estimate *coarse, const struct estimate *fine);

/* True when a quotient at a step finer than e's says something else than e, beyond its
 * own noise. This is the veto that finds near kinks, ripples and narrow peaks. */
bool finer_contradicts(const struct series *s, const struct estimate *e);

#endif
