/* The resident memory that a gradient takes of the system. */
#ifndef GRADYNO_PEAK_H
#define GRADYNO_PEAK_H

#include "bench/engines.h"

/*
 * Computes one gradient in a forked child, whose memory nobody else's history is in.
 * *peak: the child's peak of resident bytes; *own: of these, what it had not at its
 * start. NaN where the child came to nothing, or the system does not say.
 */
void peak_of(const engine *e, const problem *p, double *peak, double *own);

/* Of this process, now; NaN where the system does not say. */
double peak_resident_bytes(void);

#endif
