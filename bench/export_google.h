/* The medians as Google Benchmark prints them, for services that read nothing else. */
#ifndef GRADYNO_EXPORT_GOOGLE_H
#define GRADYNO_EXPORT_GOOGLE_H

#include <stdio.h>

#include "bench/records.h"

/* One entry for each engine and phase of a cell: "mlp/16/tape/whole", in ns. */
void export_google(const bench_run *r, FILE *out);

#endif
