/*
 * The growing perceptron, H-H-H-H-1 with tanh: one sample's gradient, from tens of
 * operations to over a million. See verify/programs/mlp.h.
 */
#ifndef GRADYNO_WORKLOAD_MLP_H
#define GRADYNO_WORKLOAD_MLP_H

#include "bench/workload.h"

/*
 * Verifies and then times, at width H, the engines wanted, the hand-written gradient
 * and the plain value.
 *
 *   hand            against finite differences of the value (check.h decides)
 *   graph, tape     against the hand-written gradient, parameter by parameter, under
 * the bound that mlp_gradient_bound derives
 *
 * Phases: record, order (graph), backward, free, each less the empty phase that was
 * measured with it: a reading of the clock. whole: record to free in samples of their
 * own, with no clock inside. The gradient is not copied out.
 *
 * bytes_per_op: what the record had asked of its allocator at its peak during one
 * gradient, less what it had asked for once parameters and inputs were recorded, over
 * the operations. The tape is told how many operations are to come, when it is timed and
 * when it is counted alike; told nothing, it grows with room to spare (engine/tape.h).
 * malloc's own headers do not count.
 */
bool workload_mlp(cell *c, size_t width, const workload_plan *plan);

#endif
