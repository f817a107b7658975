/* Order statistics, the exact interval of a median, ratios. */
#include "bench/statistics.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void sort_ascending(size_t n, double *x)
{
    if (n > 0) qsort(x, n, sizeof *x, ascending);
}

double sorted_median(size_t n, const double *x)
{
    return n % 2 == 1 ? x[n / 2] : x[n / 2 - 1] / 2 + x[n / 2] / 2;
}

/*
 * C(n, k) / 2^n by logarithms: the direct product would overflow from n = 1030 on.
 * lgamma is good to some 1e-16 of its value, n log n, so a term is good to 1e-12 at n =
 * 1000.
 */
static double binomial_half(size_t n, size_t k)
{
    const double size = (double)n, successes = (double)k;
    return exp(lgamma(size + 1) - lgamma(successes + 1) - lgamma(size - successes + 1) -
               size * log(2));
}

double median_coverage(size_t n, size_t r)
{
    double below = 0;
    for (size_t k = 0; k < r; k++) below += binomial_half(n, k);
    return 1 - 2 * below;
}

size_t median_rank(size_t n, double level)
{
    /* Rounding must not lose a rank whose coverage is the level exactly. */
    const double tail = (1 - level) / 2 * (1 + 1e-12);
    double below = 0;
    size_t r = 0;
    while (r < (n + 1) / 2 && (below += binomial_half(n, r)) <= tail) r++;
    return r;
}

static const figure nothing = {(double)NAN, (double)NAN, (double)NAN};

figure figure_of(size_t n, const double *sample)
{
    figure f = nothing;
    double *x = n == 0 ? NULL : malloc(n * sizeof *x);
    if (x == NULL) return f;
    for (size_t i = 0; i < n; i++) x[i] = sample[i];
    sort_ascending(n, x);
    f.median = sorted_median(n, x);
    const size_t r = median_rank(n, 0.95);
    if (r > 0) {
        f.lo = x[r - 1];
        f.hi = x[n - r];
    }
    free(x);
    return f;
}

figure figure_of_ratios(size_t n, const double *a, const double *b)
{
    double *ratio = n == 0 ? NULL : malloc(n * sizeof *ratio);
    if (ratio == NULL) return nothing;
    for (size_t i = 0; i < n; i++) ratio[i] = a[i] / b[i];
    const figure f = figure_of(n, ratio);
    free(ratio);
    return f;
}

double geometric_mean(size_t n, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += log(x[i]);
    return exp(sum / (double)n);
}

double noise_floor(figure self)
{
    const double half_width = (self.hi - self.lo) / 2, offset = fabs(self.median - 1);
    /* Not fmax, which would take a missing interval for no noise. */
    return half_width > offset || isnan(half_width) ? half_width : offset;
}

bool is_resolved(figure ratio, double noise)
{
    const double effect = (ratio.median > 1 ? ratio.median : 1 / ratio.median) - 1;
    return (ratio.lo > 1 || ratio.hi < 1) && effect > noise;
}
