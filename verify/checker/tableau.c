/*
 * tableau.c: Neville extrapolation of difference quotients, and how far to believe it.
 */
#include "verify/checker/tableau.h"

#include <math.h>

/* One window of order m ending at the fine step j, from its two sub-windows. */
static double denominator(const struct series *s, size_t j, size_t m)
{
    double ratio = s->h[j - m] / s->h[j];

    return (s->power > 1.5 ? ratio * ratio : ratio) - 1.0;
}

static double largest_of(double a, double b) { return a > b ? a : b; }

static void fill_values(struct tableau *t, const struct series *s)
{
    for (size_t j = 0; j < s->count; ++j) {
        t->value[j][0] = s->c[j];
        t->unit[j][0] = 1.0 / s->h[j];
        for (size_t m = 1; m <= TABLEAU_ORDER && m <= j; ++m) {
            double d = denominator(s, j, m);
            double fine = t->value[j][m - 1], coarse = t->value[j - 1][m - 1];

            t->value[j][m] = fine + (fine - coarse) / d;
            t->unit[j][m] =
                t->unit[j][m - 1] + (t->unit[j][m - 1] + t->unit[j - 1][m - 1]) / d;
        }
    }
}

void tableau_fill(struct tableau *t, const struct series *s)
{
    fill_values(t, s);
    for (size_t j = 0; j < s->count; ++j) {
        t->error[j][0] = s->noise[j] / s->h[j];
        for (size_t m = 1; m <= TABLEAU_ORDER && m <= j; ++m) {
            double d = denominator(s, j, m);

            t->error[j][m] =
                t->error[j][m - 1] + (t->error[j][m - 1] + t->error[j - 1][m - 1]) / d;
        }
    }
}

/* The noise of one value that would explain how much order m still disagrees at j. */
static double implied_noise(const struct tableau *t, size_t j, size_t m)
{
    double gap = fabs(t->value[j][m - 1] - t->value[j - 1][m - 1]);

    return gap / (t->unit[j][m - 1] + t->unit[j - 1][m - 1]);
}

void series_measure_noise(struct series *s, struct tableau *t)
{
    enum { WINDOW = 5 };
    const size_t fewest = s->count > 8 ? 3 : 1;
    const size_t depth = s->power > 1.5 ? 5 : TABLEAU_ORDER;

    fill_values(t, s);
    for (size_t k = 0; k < s->count; ++k) {
        double least = HUGE_VAL;

        /* windows that begin at k or finer: coarser steps may lie outside the range in
           which f is smooth, and say nothing about noise here */
        for (size_t m = 1; m <= depth && m + fewest <= s->count; ++m) {
            size_t last =
                k + m + WINDOW - 2 < s->count ? k + m + WINDOW - 2 : s->count - 1;
            size_t first = k + m > 0 && k + m - 1 >= m ? k + m - 1 : m;
            double most = 0.0;

            if (first + fewest > last + 1) first = last + 1 - fewest;
            if (first < m) continue;
            for (size_t j = first; j <= last; ++j)
                most = largest_of(most, implied_noise(t, j, m));
            least = most < least ? most : least;
        }
        s->noise[k] =
            isfinite(least) ? largest_of(s->floor[k], 2.0 * least) : s->floor[k];
    }
}

/* The error of a window: how far its neighbours in the tableau stand, plus noise. */
static double window_error(const struct tableau *t, size_t j, size_t m)
{
    double v = t->value[j][m];
    double spread =
        largest_of(fabs(v - t->value[j][m - 1]), fabs(v - t->value[j - 1][m - 1]));

    if (j > m) spread = largest_of(spread, fabs(v - t->value[j - 1][m]));
    return spread + t->error[j][m];
}

bool finer_contradicts(const struct series *s, const struct estimate *e)
{
    double remainder = fabs(s->c[e->fine] - e->value);

    for (size_t k = e->fine + 1; k < s->count; ++k) {
        double ratio = s->h[k] / s->h[e->fine];
        double truncation = 2.0 * remainder * (s->power > 1.5 ? ratio * ratio : ratio);
        double allowed = 3.0 * s->noise[k] / s->h[k] + 3.0 * e->error + truncation;

        if (fabs(s->c[k] - e->value) > allowed) return true;
    }
    return false;
}

struct estimate best_ending_at(const struct tableau *t, const struct series *s,
                               size_t j)
{
    struct estimate e = {.error = HUGE_VAL};

    for (size_t m = 2; m <= TABLEAU_ORDER && m <= j; ++m) {
        double error = window_error(t, j, m);

        if (error < e.error)
            e = (struct estimate){t->value[j][m], error, s->h[j], m, j - m, j};
    }
    return e;
}

/* A contradiction must be able to say what is right instead: noise may shrink with the
 * step (the rounding of a long sum does), and then fine quotients wander off without
 * agreeing on anything. */
static bool is_refuted(const struct series *s, const struct estimate *at,
                       const struct estimate *e)
{
    if (!finer_contradicts(s, e)) return false;
    for (size_t j = e->fine + 1; j < s->count; ++j)
        if (fabs(at[j].value - e->value) > 2.0 * (at[j].error + e->error)) return true;
    return false;
}

bool tableau_best(const struct tableau *t, const struct series *s,
                  struct estimate *best)
{
    struct estimate at[SERIES_MAX];
    bool refused[SERIES_MAX] = {false};

    for (size_t j = 0; j < s->count; ++j) at[j] = best_ending_at(t, s, j);
    for (;;) {
        const struct estimate *e = NULL;

        for (size_t j = 0; j < s->count; ++j)
            if (!refused[j] && at[j].order > 0 && (e == NULL || at[j].error < e->error))
                e = &at[j];
        if (e == NULL) return false;
        if (!is_refuted(s, at, e)) {
            *best = *e;
            return true;
        }
        refused[e->fine] = true;
    }
}

bool tableau_rival(const struct tableau *t, const struct series *s,
                   const struct estimate *best, struct estimate *rival)
{
    double gap;

    rival->error = HUGE_VAL;
    for (size_t j = 2; j < best->coarse; ++j) {
        struct estimate e = best_ending_at(t, s, j);

        if (e.error < rival->error) *rival = e;
    }
    if (!isfinite(rival->error)) return false;
    gap = fabs(rival->value - best->value);
    return gap > 8.0 * (rival->error + best->error) && rival->error < 0.05 * gap;
}

double erratic_scatter(const struct tableau *t, const struct series *s,
                       const struct estimate *coarse, const struct estimate *fine)
{
    double least = HUGE_VAL, most = -HUGE_VAL, floor = 0.0, spread;
    double offset[SERIES_MAX];
    size_t first = coarse->fine + 1, count = 0, turns = 0, needed;

    for (size_t k = first; k < fine->coarse; ++k) {
        if (s->c[k] == 0.0 && s->c[k + 1] == 0.0) break; /* below the smallest stair */
        /* of order 2: truncation must not pass for a pattern */
        offset[count] = (t->value[k][2] - coarse->value) * s->h[k];
        least = offset[count] < least ? offset[count] : least;
        most = largest_of(most, offset[count++]);
        floor = largest_of(floor, s->rounding[k]);
    }
    spread = most - least;
    if (count < 4 || !(spread > 8.0 * floor)) return 0.0;
    for (size_t k = 1; k + 1 < count; ++k) {
        double before = offset[k] - offset[k - 1], after = offset[k + 1] - offset[k];
        double clear =
            largest_of(0.03 * fabs(offset[k]), 16.0 * s->rounding[first + k]);

        turns += before * after < 0.0 && fabs(before) > clear && fabs(after) > clear;
    }
    /* noise turns at two points of three, a kink's or a peak's offset once or twice */
    needed = count > 8 ? 3 : (count - 2 + 2) / 3;
    return turns >= needed ? spread / s->typical : 0.0;
}
