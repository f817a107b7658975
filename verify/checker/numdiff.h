/*
 * numdiff.h: the derivative of a function of one number, with a bound for its own
 * error.
 *
 * A line is any function of one number near one point: a coordinate of the caller's f,
 * a random direction, or the long double twin. A ladder holds the values taken so far
 * at x + h and x - h; the quick pass settles most points in 20 evaluations, the full
 * pass continues from the values already there. Private to the checker.
 */
#ifndef GRADYNO_NUMDIFF_H
#define GRADYNO_NUMDIFF_H

#include "verify/check.h"
#include "verify/checker/tableau.h"

struct line {
    long double (*value)(void *self, long double position);
    void *self;
    long double centre, lower, upper;
    double reach; /* a natural length where centre is 0 or small; 1 */
    double atom;  /* finest meaningful step where centre is 0; 0 = none */
    int digits;   /* of the arithmetic behind value: 53 or LDBL_MANT_DIG */
};

struct rung {
    double h; /* nominal step; the real positions are rounded to the arithmetic */
    long double right_step, left_step;
    long double right, left; /* values; NaN where there is none */
    double granule;          /* of both values, 0 where f did not change */
};

struct ladder {
    struct line line;
    long double f0;
    double unit; /* one rounding of 1 */
    double top;  /* the step all others are a power of the golden ratio from */
    size_t evaluations, limit;
    size_t count;
    struct rung rung[SERIES_MAX]; /* h falling */
    bool changed;                 /* f(x) differed between two calls */
};

enum side { SIDE_LEFT = -1, SIDE_CENTRAL = 0, SIDE_RIGHT = 1 };

/* Takes f(x) twice. `limit` is of all evaluations. */
void ladder_start(struct ladder *l, const struct line *line, size_t limit);

/* f(x) once more, where the limit allows; false when it has changed. */
bool ladder_answers_as_before(struct ladder *l);

/* How far f(x) is from itself in the other modes of rounding; 0 without two evaluations
 * to spare. */
double ladder_mode_change(struct ladder *l);

/* One more step; ignored when it is there already or the budget is spent. */
void ladder_add(struct ladder *l, double h);

/* The steps at which f is finite on that side (central: on both) and changes on one. */
size_t ladder_changes(const struct ladder *l, enum side side);

/* The quotients of one side, noise floors set and noise not yet measured. */
void ladder_series(const struct ladder *l, enum side side, struct series *s);

/* (f(x+h) - 2 f(x) + f(x-h)) / h at rung k: falls with h where f is smooth, stays the
 * same at a kink. */
double ladder_bend(const struct ladder *l, size_t k);

/* The widest step that is natural at this point: 0.38 of |x|, or of the reach. */
double natural_step(const struct ladder *l);

/* One unit of rounding of a value as large as v. */
double rounding_of(const struct ladder *l, long double v);

/* The place value of the lowest bit set in v; 0 for 0. */
double value_granule(long double v);

/* The same with its noise measured. A symmetric function hides its noise from central
 * quotients (both values are rounded alike), so those look at the sides as well. */
void measured_series(const struct ladder *l, enum side side, struct series *s,
                     struct tableau *t);

enum { QUICK_COST = 20 };

/* At most QUICK_COST evaluations. True when the answer is settled: smooth, two-sided, and the
 * error bound below resolution * |value|. */
bool numdiff_quick(struct ladder *l, double resolution, struct ad_derivative *d);

/* Continues a ladder to a full answer within its limit. */
void numdiff_full(struct ladder *l, double resolution, struct ad_derivative *d);

#endif
