/* Figures that are derived from several medians, and the shape of samples. */
#include <math.h>
#include <stdlib.h>

#include "bench/statistics.h"
#include "verify/random.h"

/* Room for a set that is drawn anew; the largest of all. */
static double *room_for(size_t sets, const sample_set *set)
{
    size_t most = 0;
    for (size_t s = 0; s < sets; s++) {
        if (set[s].n == 0) return NULL;
        if (set[s].n > most) most = set[s].n;
    }
    return most == 0 ? NULL : malloc(most * sizeof(double));
}

static double drawn_median(const sample_set *set, double *room, random_source *random)
{
    for (size_t i = 0; i < set->n; i++)
        room[i] = random == NULL ? set->x[i] : set->x[random_below(random, set->n)];
    sort_ascending(set->n, room);
    return sorted_median(set->n, room);
}

figure bootstrap_of_medians(size_t sets, const sample_set *set,
                            double (*f)(size_t sets, const double *median, void *ctx),
                            void *ctx, size_t trials, uint64_t seed)
{
    figure result = {(double)NAN, (double)NAN, (double)NAN};
    double *room = room_for(sets, set);
    double *median = malloc((sets + 1) * sizeof *median);
    double *trial = malloc((trials + 1) * sizeof *trial);
    if (room != NULL && median != NULL && trial != NULL) {
        random_source random = {seed};
        for (size_t t = 0; t <= trials; t++) {
            for (size_t s = 0; s < sets; s++)
                median[s] = drawn_median(&set[s], room, t == 0 ? NULL : &random);
            const double y = f(sets, median, ctx);
            if (t == 0)
                result.median = y;
            else
                trial[t - 1] = y;
        }
        sort_ascending(trials, trial);
        const size_t out = trials / 40; /* 2.5% on either side */
        result.lo = trials > 0 ? trial[out] : (double)NAN;
        result.hi = trials > 0 ? trial[trials - 1 - out] : (double)NAN;
    }
    free(room);
    free(median);
    free(trial);
    return result;
}

double log_slope(size_t n, const double *x, const double *y)
{
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < n; i++) {
        mean_x += log(x[i]) / (double)n;
        mean_y += log(y[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        const double dx = log(x[i]) - mean_x;
        xx += dx * dx;
        xy += dx * (log(y[i]) - mean_y);
    }
    return xx > 0 ? xy / xx : (double)NAN;
}

double autocorrelation(size_t n, const double *x)
{
    double mean = 0, variance = 0, next = 0;
    if (n < 3) return 0;
    for (size_t i = 0; i < n; i++) mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++) variance += (x[i] - mean) * (x[i] - mean);
    for (size_t i = 0; i + 1 < n; i++) next += (x[i] - mean) * (x[i + 1] - mean);
    return variance > 0 ? next / variance : 0;
}

double two_modes(size_t n, const double *x)
{
    double *y = n < 10 ? NULL : malloc(n * sizeof *y);
    if (y == NULL) return 0;
    double all = 0, squares = 0, left = 0, best = 0;
    for (size_t i = 0; i < n; i++) y[i] = x[i];
    sort_ascending(n, y);
    const double middle = y[n / 2]; /* taken off, so that no digits are lost */
    for (size_t i = 0; i < n; i++) {
        y[i] -= middle;
        all += y[i];
        squares += y[i] * y[i];
    }
    for (size_t i = 1; i < n; i++) {
        left += y[i - 1];
        const double below = (double)i, above = (double)(n - i);
        if (i < n / 5 || n - i < n / 5) continue;
        const double low = left / below, high = (all - left) / above;
        const double within =
            (squares - below * low * low - above * high * high) / (double)n;
        const double apart = (high - low) / sqrt(within > 0 ? within : 1e-300);
        if (apart > best) best = apart;
    }
    free(y);
    return best;
}
