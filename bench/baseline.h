/* Two runs, compared cell by cell. */
#ifndef GRADYNO_BASELINE_H
#define GRADYNO_BASELINE_H

#include <stdio.h>

#include "bench/records.h"

/*
 * Prints, for every engine's whole gradient in a cell of both runs,
 *
 *     (its time / the primal's, now) / (the same, then)
 *
 * with both intervals in it: the primal is the yardstick that takes out what the machine
 * itself was faster or slower. Where there is none, of the times alone. A regression, or
 * an improvement, is a ratio whose interval excludes 1 and whose effect is above the
 * sum of both runs' floors: the noise floor, how far the processes' medians lie from the
 * run's, and BASELINE_LAYOUT where a run had one process alone, which cannot know.
 * Everything else is not resolved. First, what differs between the environments.
 *
 * Returns how many regressions there are. Both runs are finished.
 */
#define BASELINE_LAYOUT 0.03
size_t baseline_compare(const bench_run *now, const bench_run *then, FILE *out);

/* The judgement alone, of a run's figures in a cell. */
typedef struct baseline_part {
    figure ratio; /* time, over the yardstick's */
    double floor;
} baseline_part;

typedef enum baseline_verdict {
    BASELINE_REGRESSION,
    BASELINE_IMPROVEMENT,
    BASELINE_NOT_RESOLVED
} baseline_verdict;

baseline_verdict baseline_judge(baseline_part now, baseline_part then, figure *change);

#endif
