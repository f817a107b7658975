/*
 * What repeats on the tape: asked by roll_search.c, answered by roll_bodies.c.
 */
#ifndef GRADYNO_ROLL_BODIES_H
#define GRADYNO_ROLL_BODIES_H

#include "roll.h"

enum { WINDOW = 8 }; /* operations, the last in the lowest byte */

/*
 * Chains of mul and add in line are found without this (roll_runs.c), and faster: at
 * the last of `window` operations that may be in one, about where it ends. (Most often
 * it is as long from there as the last one was.)
 */
size_t roll_end_of_run(const roll *r, size_t i, uint64_t window, size_t last);

/* Whether they may be: mul and add in turn, or muladd alone. */
static inline bool roll_may_be_run(uint64_t window)
{
    enum { ADDS = AD_OP_mul | AD_OP_add << 8, MULADDS = AD_OP_muladd };
    static const uint64_t twos = 0x0001000100010001u, ones = 0x0101010101010101u;
    return window == MULADDS * ones || window == ADDS * twos;
}

/*
 * The body whose operations from b on, but not before `from`, are those from b + length
 * on; false if it is none. *end is where what repeats does so no more.
 */
bool roll_body_at(const roll *r, size_t from, size_t b, size_t length, size_t *end,
                  roll_body *body);

#endif
