/* Programs of lesson 3 with a process for each that is sent. */
#ifndef GRADYNO_KIT_ALONE_H
#define GRADYNO_KIT_ALONE_H

#include "verify/kit/kit.h"

/* False: it does not come to its end. */
bool kit_run_alone(kit *k, const signature *s, outcome *o);

/* Whether these are a right engine's numbers of program p, whatever a second backward
 * does; and whether those of two runs are the same. */
bool kit_is_right_so(const kit *k, size_t p, const outcome *o);
bool kit_is_same_alone(const signature *s, const outcome *o, const outcome *alone);

#endif
