/*
 * Counting uses, in the first pass.
 */
#ifndef GRADYNO_ROLL_USES_H
#define GRADYNO_ROLL_USES_H

#include <string.h>

#include "roll.h"

/* Without a branch, which would be mispredicted. */
static inline void use(uint8_t *uses, uint32_t x)
{
    uses[x] = (uint8_t)(uses[x] + (uses[x] < OFTEN));
}

/* use() for n nodes d apart; where they are side by side, eight of them at a time. */
static inline void use_range(uint8_t *uses, uint32_t x, size_t n, int32_t d)
{
    static const uint64_t ones = 0x0101010101010101u;
    size_t k = 0;
    for (; d == 1 && k + 8 <= n; k += 8) {
        uint64_t eight;
        memcpy(&eight, uses + x + k, sizeof eight);
        if (eight == OFTEN * ones || eight == NO_ITEM * ones) continue;
        if (eight != UNUSED * ones && eight != ONCE * ones) break;
        eight += ones;
        memcpy(uses + x + k, &eight, sizeof eight);
    }
    for (; k < n; k++) use(uses, last_of(x, k + 1, d));
}

/* A body: its last times round one by one, then the rest as they were. Returns where
 * that ends; times is 0 if nothing could be copied. */
size_t roll_live_body(roll *r, roll_body *b, size_t i, roll_down *down);

#endif
