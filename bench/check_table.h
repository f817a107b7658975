/*
 * The table that `gradyno check` prints: one line for the value and for each partial of
 * an operation, with what every witness says of it.
 */
#ifndef GRADYNO_CHECK_TABLE_H
#define GRADYNO_CHECK_TABLE_H

#include <stdio.h>

#include "verify/grade.h"
#include "verify/row_check.h"

/* One operation, judged. */
typedef struct check_result {
    row_check difference[2]; /* of the graph, of the tape */
    grade_report report;     /* without MPFR, and where it says why_not, no grades */
} check_result;

typedef struct check_count {
    size_t passed, failed, inconclusive; /* lines */
} check_count;

void check_table_head(FILE *out);
void check_table_print(FILE *out, const check_result *r, check_count *count);

void check_tsv_head(FILE *out);
void check_tsv_print(FILE *out, const check_result *r);

/* What the columns mean, and how many lines passed: the last line of `gradyno check`.
 */
void check_table_foot(FILE *out, const check_count *count);

#endif
