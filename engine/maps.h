/*
 * One operation over an array: what the map of a row over a range is made of.
 *
 * Where glibc has libmvec, the rows of maps.def go by vectors, within the ulps that
 * stand there, and differently on processors with longer vectors: maps alone are exempt
 * from the promise of equal bits. All other rows, and all rows elsewhere, are the loop
 * over ops.def.
 */
#ifndef GRADYNO_MAPS_H
#define GRADYNO_MAPS_H

#include "ops.h"

/* z[k] = f(x[k]), f the row `op`, which has one operand and no constant */
void ad_kernel_map(ad_op op, size_t n, const double *x, double *z);

/* ax[k] += g[k] f'(x[k]), where z = f(x); a g[k] that is 0 passes nothing on */
void ad_kernel_map_back(ad_op op, size_t n, const double *g, const double *x,
                        const double *z, double *ax);

#endif
