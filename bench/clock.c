/* The monotonic clock, and its measured step and cost. */
#include "bench/clock.h"

#include <math.h>
#include <stddef.h>
#include <sys/resource.h>
#include <time.h>

static double ns_of(struct timespec t)
{
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static uint64_t monotonic_ns(void *ctx)
{
    (void)ctx;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

double clock_processor_ns(void)
{
    struct timespec t;
    struct rusage children;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) != 0 ||
        getrusage(RUSAGE_CHILDREN, &children) != 0)
        return (double)NAN;
    const struct timeval user = children.ru_utime, system = children.ru_stime;
    return ns_of(t) + 1e9 * (double)(user.tv_sec + system.tv_sec) +
           1e3 * (double)(user.tv_usec + system.tv_usec);
}

double clock_resolution_ns(void)
{
    struct timespec t;
    return clock_getres(CLOCK_MONOTONIC, &t) == 0 ? ns_of(t) : (double)NAN;
}

/* Readings one after the other: the smallest advance, and the least time for a hundred.
 */
stopwatch stopwatch_monotonic(void)
{
    enum { TRIALS = 50, READINGS = 100 };
    stopwatch w = {monotonic_ns, NULL, (double)INFINITY, (double)INFINITY};
    for (int trial = 0; trial < TRIALS; trial++) {
        const uint64_t start = monotonic_ns(NULL);
        uint64_t last = start;
        for (int i = 0; i < READINGS; i++) {
            const uint64_t now = monotonic_ns(NULL);
            if (now > last && (double)(now - last) < w.step_ns)
                w.step_ns = (double)(now - last);
            last = now;
        }
        const double cost_ns = (double)(last - start) / READINGS;
        if (cost_ns < w.cost_ns) w.cost_ns = cost_ns;
    }
    /* A clock that stood still all the while: its claim is all there is to go by. */
    if (!isfinite(w.step_ns)) w.step_ns = clock_resolution_ns();
    return w;
}
