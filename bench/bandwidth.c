#include "bench/bandwidth.h"

#include <stdint.h>
#include <stdlib.h>

#include "bench/statistics.h"

enum { FEWEST = 9, MOST = 999 };

static void triad(size_t n, double *restrict a, const double *restrict b,
                  const double *restrict c, double s)
{
    for (size_t i = 0; i < n; i++) a[i] = b[i] + s * c[i];
}

/* One sample: bytes a nanosecond over `times` triads. That each reads the last one's
 * result keeps a compiler from leaving any out. */
static double sample(size_t n, double *numbers, size_t times, const stopwatch *clock)
{
    double *a = numbers, *b = numbers + n, *c = numbers + 2 * n;
    const uint64_t start = stopwatch_now(clock);
    for (size_t k = 0; k < times; k++) {
        triad(n, a, b, c, 0.5);
        double *last = c;
        c = b, b = a, a = last;
    }
    const double ns = stopwatch_since(clock, start);
    return (double)(times * 3 * n * sizeof *a) / (ns > 0 ? ns : 1);
}

bool bandwidth_measure(bandwidth *b, size_t bytes, double seconds,
                       const stopwatch *clock)
{
    const size_t n = bytes / (3 * sizeof(double));
    double *numbers = malloc(3 * n * sizeof *numbers);
    double *rate = malloc(MOST * sizeof *rate);
    if (numbers == NULL || rate == NULL) {
        free(numbers), free(rate);
        return false;
    }
    for (size_t i = 0; i < 3 * n; i++) numbers[i] = 1; /* every page is there */

    size_t times = 1;
    const double least = stopwatch_least_sample_ns(clock);
    const double bytes_once = (double)(3 * n * sizeof *numbers);
    for (;;) { /* a sample long enough for the clock */
        const double ns = bytes_once * (double)times / sample(n, numbers, times, clock);
        if (ns >= least) break;
        times *= 2;
    }
    size_t samples = 0;
    const uint64_t start = stopwatch_now(clock);
    while (samples < FEWEST ||
           (samples < MOST && stopwatch_since(clock, start) < 1e9 * seconds))
        rate[samples++] = sample(n, numbers, times, clock);

    const figure f = figure_of(samples, rate);
    *b = (bandwidth){3 * n * sizeof *numbers, f.median, f.lo, f.hi};
    free(numbers), free(rate);
    return true;
}
