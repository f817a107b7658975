/* What makes a cell's figures worse than they look, and what to do about it. */
#ifndef GRADYNO_DIAGNOSIS_H
#define GRADYNO_DIAGNOSIS_H

#include <stdio.h>

#include "bench/cell.h"

/* A sentence for each thing, behind `indent`; how many. */
size_t diagnosis_write(const cell *c, const char *indent, FILE *out);

#endif
