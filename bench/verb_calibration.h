/* gradyno check --calibration: the checker's error bounds against true errors. */
#ifndef GRADYNO_VERB_CALIBRATION_H
#define GRADYNO_VERB_CALIBRATION_H

#include <stdint.h>
#include <stdio.h>

/* Prints the shares, and into `tsv`, unless it is NULL, every partial; the exit status.
 */
int run_calibration(FILE *tsv, uint64_t seed);

#endif
