/* The benchmark on the screen: what was measured, for somebody who reads it there. */
#ifndef GRADYNO_TABLE_H
#define GRADYNO_TABLE_H

#include "bench/cell.h"
#include "bench/environment.h"
#include "bench/usage.h"
#include "verify/programs/program.h"

/* What is printed, how it was measured, where, and advice; then a workload's
 * columns. */
void table_header(const environment *e, const counters *c, uint64_t seed);
void table_columns(const program_kind *kind);

/* A line for each engine, and then what the cell says: ratios, noise, what is not
 * right. */
void table_cell(const cell *c, bool coloured);

/* "graph / tape, whole gradient: 8.53 [8.41, 8.60], ...: the tape is faster" */
void table_comparison(const cell *c, const comparison *r);

/* How many rounds in how many processes, how long, and why it ended. */
void table_end(const cell *c);

#endif
