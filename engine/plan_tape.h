/*
 * Reading a tape: all that a plan knows of how one is laid out.
 */
#ifndef GRADYNO_PLAN_TAPE_H
#define GRADYNO_PLAN_TAPE_H

#include "streams.h"

static inline ad_op tape_op(const tape *t, size_t i) { return (ad_op)t->cursor.op[i]; }

static inline double tape_value(const tape *t, size_t i) { return t->cursor.value[i]; }

/* The operands of a row: x, y, w; a CONST's y is none. */
static inline uint32_t tape_x(const tape *t, size_t i)
{
    return t->cursor.operands[i].x;
}

static inline uint32_t tape_y(const tape *t, size_t i)
{
    return t->cursor.operands[i].y;
}

static inline double tape_constant(const tape *t, size_t i)
{
    return t->extra[t->cursor.operands[i].y].real;
}

static inline uint32_t tape_second(const tape *t, size_t i)
{
    return t->extra[t->cursor.operands[i].y].pair[0];
}

static inline uint32_t tape_third(const tape *t, size_t i)
{
    return t->extra[t->cursor.operands[i].y].pair[1];
}

/* sum and dot: n operands from x on, dot's other n from tape_second. */
static inline size_t tape_sum_length(const tape *t, size_t i) { return tape_y(t, i); }

static inline size_t tape_dot_length(const tape *t, size_t i)
{
    return tape_third(t, i);
}

/* custom: n operands, with a partial each. */
static inline size_t tape_custom_length(const tape *t, size_t i)
{
    return tape_x(t, i);
}

static inline uint32_t tape_custom_operand(const tape *t, size_t i, size_t k)
{
    return t->extra[tape_y(t, i) + 2 * k + 1].pair[0];
}

static inline double tape_custom_partial(const tape *t, size_t i, size_t k)
{
    return t->extra[tape_y(t, i) + 2 * k].real;
}

/* A comparison that was recorded is a custom node of two operands, with this mark. */
enum { TAPE_GUARD = 1 };

static inline bool tape_is_guard(const tape *t, size_t i)
{
    return tape_op(t, i) == AD_OP_custom && tape_x(t, i) == 2 &&
           t->extra[tape_y(t, i) + 1].pair[1] == TAPE_GUARD;
}

#endif
