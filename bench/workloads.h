/*
 * The workloads: the perceptron and the moons, every program of verify/programs, and
 * demonstrations that are asked for by name.
 */
#ifndef GRADYNO_WORKLOADS_H
#define GRADYNO_WORKLOADS_H

#include "bench/problem.h"

/* The k-th, k < workloads_count(). The kind of "moons" opens nothing: its engines
 * train. */
workload workload_at(size_t k);
size_t workloads_count(void);

/* The number of the one of that name, or workloads_count(). */
size_t workload_named(const char *name, size_t length);

extern const program_kind moons_kind;

#endif
