/* Cells as rows for gnuplot and awk: a header line, and - for what is not
 * applicable. */
#ifndef GRADYNO_CELL_TSV_H
#define GRADYNO_CELL_TSV_H

#include <stdio.h>

#include "bench/cell.h"

/*
 * workload size ops engine verdict residual bound phase rounds ns lo hi ns_per_op
 * bytes_per_op peak_bytes processes process_lo process_hi disturbed: the median, its
 * interval, the least and largest median of a process. An engine that failed has one
 * row, of - in place of times.
 */
void bench_tsv_header(FILE *out);
void bench_tsv_rows(FILE *out, const cell *c);

/* workload size ops engine over phase ratio lo hi noise resolved processes process_lo
 * process_hi: resolved is yes, no, or - for the reference against itself. */
void ratio_tsv_header(FILE *out);
void ratio_tsv_rows(FILE *out, const cell *c);

/* workload size adjoints zeros subnormals not_finite smallest largest */
void audit_tsv_header(FILE *out);
void audit_tsv_rows(FILE *out, const cell *c);

#endif
