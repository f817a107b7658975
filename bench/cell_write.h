/*
 * Cells in files. TSV has a header line and - for what is not applicable; JSON Lines
 * have one strict JSON object a line: the environment first, then one for each cell
 * with all its samples, and at last what the run had of the machine (cpu_share and
 * load_at_end); null for what is not a number.
 */
#ifndef GRADYNO_CELL_WRITE_H
#define GRADYNO_CELL_WRITE_H

#include <stdint.h>
#include <stdio.h>

#include "bench/cell.h"
#include "bench/environment.h"

/* workload size ops engine verdict residual bound phase rounds ns lo hi ns_per_op
 * bytes_per_op: the median, its interval. An engine that failed has one row, of - in
 * place of times. */
void bench_tsv_header(FILE *out);
void bench_tsv_rows(FILE *out, const cell *c);

/* workload size ops engine over phase ratio lo hi noise resolved: yes, no, or - for the
 * reference against itself. */
void ratio_tsv_header(FILE *out);
void ratio_tsv_rows(FILE *out, const cell *c);

/*
 * With jansson only: the environment alone, the first line of a run, a cell's line, and
 * the last line of a run, after environment_end.
 * False when memory is out.
 */
bool environment_json(FILE *out, const environment *e);
bool run_json(FILE *out, const environment *e, uint64_t seed,
              const char *configuration);
bool cell_json(FILE *out, const cell *c);
bool run_end_json(FILE *out, const environment *e);

#endif
