/*
 * What the system did to a sample while it ran: page faults, turns of the processor
 * given up or taken away; and cycles and instructions where the machine counts them.
 */
#ifndef GRADYNO_USAGE_H
#define GRADYNO_USAGE_H

#include <stdbool.h>

typedef struct usage {
    double faults;               /* pages that had to be mapped */
    double disk_faults;          /* and read */
    double yields, preemptions;  /* context switches: by itself, by others */
    double cycles, instructions; /* of the user's code; NaN where nobody counts */
} usage;

/* perf_event_open's, as a group; -1 where the machine does not allow it. */
typedef struct counters {
    int cycles, instructions;
    const char *why_not; /* a clause, "" where they count */
} counters;

/* Never fails: counters that are not allowed read NaN. */
counters counters_open(void);
void counters_close(counters *c);

/* The totals so far of this program. c may be NULL. */
usage usage_now(const counters *c);

/* What came between. */
usage usage_between(usage before, usage after);

/* Whether something beside the sample had the processor, or the disk was waited for. */
bool usage_is_disturbed(usage u);

#endif
