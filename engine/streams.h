/*
 * What a tape is made of behind its cursor block, for the files of the tape engine.
 */
#ifndef GRADYNO_STREAMS_H
#define GRADYNO_STREAMS_H

#include "tape.h"

/* An entry of the side table, for what two operand indices cannot say. */
typedef union tape_extra {
    double real;
    uint32_t pair[2];
} tape_extra;

typedef struct tape {
    ad_tape cursor; /* first, so that an ad_tape * is a tape * */
    ad_allocator memory;
    double *adjoint;
    double *tangent; /* made by the first forward sweep */
    tape_extra *extra;
    size_t extras, extra_room;
    /* Room in each array: they grow in turn, and a growth may fail between two of them.
     */
    size_t value_room, operands_room, op_room, adjoint_room, tangent_room;
    size_t walked; /* nodes there were at the last backward */
    size_t swept;  /* and at the last forward sweep */
    size_t limit;
    double seed; /* the output's adjoint in the next backward */
    ad_status status;
} tape;

static inline tape *whole(const ad_tape *t) { return (tape *)(void *)t; }

/* Whether n handles from `first` on are on the tape: what an assertion asks. */
static inline bool is_range(const ad_tape *t, size_t n, ad_tape_handle first)
{
    return n == 0 || first.index == UINT32_MAX ||
           (n <= t->nodes && first.index <= t->nodes - n);
}

#endif
