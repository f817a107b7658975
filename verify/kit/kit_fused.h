/* sum and dot at many lengths. */
#ifndef GRADYNO_KIT_FUSED_H
#define GRADYNO_KIT_FUSED_H

#include "verify/kit/kit.h"

/* Claims for all lengths, the first on the sheet. */
void kit_ride_lengths(ride *r, bool is_dot);

/* What the claims that do not hold have in common: the shortest program, and a name where
 * there is one. False where all lengths are right. */
bool kit_say_lengths(const kit *k, finding *f, bool is_dot);

#endif
