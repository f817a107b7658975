/*
 * Every row of the table, on both engines, against finite differences of its value.
 *
 * What this can see: a partial that is not the derivative of the value, an incoming
 * gradient that is forgotten, an operand's gradient given to another. What it cannot: a
 * value that is wrong itself (the differences are of the same value), or the last few
 * digits.
 */
#ifndef GRADYNO_ROW_CHECK_H
#define GRADYNO_ROW_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ops.h"

/* Verdicts on one partial, over all points. */
typedef struct row_count {
    size_t passed, failed, inconclusive;
} row_count;

typedef struct row_check {
    ad_op op;
    const char *engine; /* "graph" or "tape" */
    size_t points;      /* at which every partial was judged */
    row_count partial[AD_MAX_OPERANDS];
    char failure[320]; /* the first one as a sentence, or empty */
    bool out_of_memory;
} row_check;

/* Judges row `op` on the engine of that name at `points` sampled points. */
row_check row_check_run(ad_op op, const char *engine, size_t points, uint64_t seed);

#endif
