/*
 * The clock, with what it can and cannot tell measured on this machine. It is a value
 * that is handed around, so that a test can hand in a clock of its own.
 */
#ifndef GRADYNO_CLOCK_H
#define GRADYNO_CLOCK_H

#include <stdint.h>

typedef struct stopwatch {
    uint64_t (*now_ns)(void *ctx); /* never goes back */
    void *ctx;
    double step_ns; /* the smallest difference between two readings that is not 0 */
    double cost_ns; /* of one reading */
} stopwatch;

/* CLOCK_MONOTONIC. Takes about a millisecond to measure step and cost. */
stopwatch stopwatch_monotonic(void);

/* The processor time of this program so far, and of the children it waited for: less
 * than the clock's where it had to wait. */
double clock_processor_ns(void);

/* What the system claims its resolution to be. */
double clock_resolution_ns(void);

static inline uint64_t stopwatch_now(const stopwatch *w) { return w->now_ns(w->ctx); }

/* Since an earlier reading. */
static inline double stopwatch_since(const stopwatch *w, uint64_t start)
{
    return (double)(stopwatch_now(w) - start);
}

/* So long must a sample last for the clock's step to be a thousandth of it: 1 ms or
 * more. */
static inline double stopwatch_least_sample_ns(const stopwatch *w)
{
    return 1000 * w->step_ns > 1e6 ? 1000 * w->step_ns : 1e6;
}

#endif
