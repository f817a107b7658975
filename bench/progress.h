/*
 * How far the benchmark is, in one line of standard error that is rewritten; nothing at
 * all where that is no terminal.
 */
#ifndef GRADYNO_PROGRESS_H
#define GRADYNO_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/clock.h"

typedef struct progress {
    stopwatch clock;
    uint64_t start_ns, shown_ns;
    double start_processor_ns;
    double seconds; /* that the whole benchmark may take */
    bool shows;
    char what[48]; /* what is measured now */
} progress;

progress progress_start(const stopwatch *clock, double seconds);
double progress_seconds_left(const progress *p);

/* Processor time over time: below 1 where the program had to wait for others. */
double progress_share(const progress *p);

/* A new thing is being measured. */
void progress_of(progress *p, const char *what, size_t size);

/* A race's callback; ctx is the progress. Ten times a second at most. */
void progress_round(void *ctx, size_t round, size_t rounds);

/* Clears the line, before something else is printed. */
void progress_clear(const progress *p);

#endif
