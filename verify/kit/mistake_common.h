/*
 * What all operations do alike, and none by itself: rules that take their operands in the
 * other order, functions of a loop that all read the last turn's, results that are rounded
 * as they are made. Each operation alone looks as if it had a mistake of its own.
 */
#ifndef GRADYNO_KIT_MISTAKE_COMMON_H
#define GRADYNO_KIT_MISTAKE_COMMON_H

#include "verify/kit/mistake_find.h"

/* The mistake that every operation has which could show it, several at least: f.ops says
 * which do. Of rules or of values; of_walk: a walk that is wrong gives its shares to others,
 * and so the order of operands cannot be told. */
bool common_find(const evidence *e, bool of_rules, bool of_walk, flaw *f);

bool common_is(mistake_kind kind);
/* Whether it is in what all operations share, so that none is right by itself. */
bool common_is_of_all(mistake_kind kind);
/* Whether it changes numbers by their last digits alone. */
bool common_is_rounding(mistake_kind kind);

#endif
