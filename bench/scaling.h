/*
 * What follows from all sizes of a workload together, by bootstrap of the medians: how
 * time grows with operations, where the caches are left, and mean ratios.
 */
#ifndef GRADYNO_SCALING_H
#define GRADYNO_SCALING_H

#include <stdio.h>

#include "bench/records.h"

/*
 * One line on the screen for each workload and engine that was timed at two sizes or
 * more, and rows of scaling.tsv, which may be NULL:
 *
 *     workload engine over figure ops value lo hi
 *
 *     slope           d log(ns of a whole gradient) / d log(operations), by least squares
 *     local_slope     the same between two sizes; ops: their geometric mean
 *     knee_l1 (l2 l3) value: the operations whose record fills that cache, by the bytes
 *                     per operation that were measured
 *     geometric_mean  of the ratios engine / over of a whole gradient, over the sizes
 */
void scaling_tsv_header(FILE *out);
void scaling_write(const bench_run *r, FILE *screen, FILE *tsv);

#endif
