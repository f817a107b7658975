/* Which operations crash by themselves: then they are not tried in other places. */
#ifndef GRADYNO_KIT_CRASHES_H
#define GRADYNO_KIT_CRASHES_H

#include "verify/kit/kit.h"

bool kit_uses_crashed(const kit *k, const signature *s);

/* After a ride of s that crashed. Where the first backward was well, it is not the
 * operation's doing. */
void kit_mark_crashed(kit *k, const finding *f, const signature *s);

/* Crashes of lesson 3 that are alike are told by the smallest program. */
void kit_tell_smallest_crash(kit *k, const kit_evidence *e);

/* More on the cause `at`, if it is an operand without a gradient: was 0 computed? */
void kit_tell_nothing(kit *k, size_t at);

/* Which operations keep gradients from one backward to the next: in nodes that they hide,
 * or in their own. */
void kit_tell_inside(kit *k);

#endif
