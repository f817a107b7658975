/* The benchmark on the screen: what was measured, for somebody who reads it there. */
#ifndef GRADYNO_TABLE_H
#define GRADYNO_TABLE_H

#include "bench/cell.h"
#include "bench/environment.h"

/* What is printed, how it was measured, where, and advice; the columns' names. */
void table_header(const environment *e, uint64_t seed);
void table_columns(const char *workload);

/* A line for each engine, and then what the cell says: ratios, noise, what is not
 * right. */
void table_cell(const cell *c, bool coloured);

#endif
