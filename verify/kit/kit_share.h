/* Lesson 4: whether each step of a program is one of its own. */
#ifndef GRADYNO_KIT_SHARE_H
#define GRADYNO_KIT_SHARE_H

#include "verify/kit/kit.h"

/* Its rows, each in a file of that name. */
void kit_constants(kit *k);
void kit_pairs(kit *k);
void kit_results(kit *k);
void kit_alike(kit *k);
void kit_below(kit *k);

/* What must not end the walk: before them, and before 4.small. */
void kit_ends(kit *k);

/* A ride that is an experiment: what hangs or crashes in it is not counted. Anew: in a new
 * process, also of an engine that is spoken to. */
bool share_ride(kit *k, ride *r, bool anew);

/* The operation that a finding of lesson 2 or a cause of lesson 3 is about. */
ad_op share_op_of(const kit *k, const finding *f);

/* It is told by the row `id` from now on, and so is what it told. */
void share_take(kit *k, finding *f, const char *id);

/* What earlier lessons have found of these operations, and given no better name, is told
 * by the row `id` from now on. */
void share_take_over(kit *k, const char *id, const bool *ops);

/* The same of all that lesson 3 has no name for, or says of it only that the order in
 * which rules run is none: that fits many numbers. */
bool share_is_unknown(const cause *c);
void share_take_unknown(kit *k, const char *id);

/* An operand that suits the operation, another one for each n. */
double share_operand(ad_op op, int n);

#endif
