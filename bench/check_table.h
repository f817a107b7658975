/*
 * The tables that `gradyno check` prints: one line for the value and for each partial
 * of an operation, with what every witness says of it; one line for the edges of each
 * operation; and one for the random programs.
 */
#ifndef GRADYNO_CHECK_TABLE_H
#define GRADYNO_CHECK_TABLE_H

#include <stdio.h>

#include "verify/edge_check.h"
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

/* What the columns mean. */
void check_table_foot(FILE *out);

void check_edges_head(FILE *out);
void check_edges_print(FILE *out, const edge_report *r, check_count *count);
void check_edges_foot(FILE *out);

/* A row of check.tsv, in the columns that it has: of is `edges`, points are cells. */
void check_edges_tsv(FILE *out, const edge_report *r);

/* Random programs, judged. */
typedef struct check_programs {
    size_t programs, exact, resolved, disagreements; /* exact: MPFR was asked */
} check_programs;

void check_programs_print(FILE *out, const check_programs *p, check_count *count);

/* How many lines passed: the last line of `gradyno check`. */
void check_count_print(FILE *out, const check_count *count);

#endif
