/*
 * Reading a tape: all that a plan knows of how one is laid out.
 */
#ifndef GRADYNO_PLAN_TAPE_H
#define GRADYNO_PLAN_TAPE_H

#include "streams.h"

/* The tape's arrays, in a struct of its own: what is copied to the stack stays in
 * registers, whatever is stored elsewhere. */
typedef struct tape_reader {
    const ad_tape_word *word;
    const ad_tape_extra *extra;
    const double *value;
} tape_reader;

static inline tape_reader tape_reader_of(const tape *t)
{
    return (tape_reader){t->cursor.word, t->cursor.extra, t->cursor.value};
}

static inline tape_node read_node(tape_reader t, size_t i)
{
    return node_of(t.word[i], t.extra);
}

/* A row's constant; the second and third operand of a ternary row. */
static inline double read_constant(tape_reader t, tape_node v)
{
    return t.extra[v.y].real;
}

static inline uint32_t read_second(tape_reader t, tape_node v)
{
    return t.extra[v.y].pair[0];
}

static inline uint32_t read_third(tape_reader t, tape_node v)
{
    return t.extra[v.y].pair[1];
}

/* sum and dot: n operands from x on, dot's other n from read_second on. */
static inline size_t read_length(tape_reader t, tape_node v)
{
    return v.op == AD_OP_sum ? v.y : read_third(t, v);
}

/* custom: x operands, with a partial each. */
static inline uint32_t read_operand(tape_reader t, tape_node v, size_t k)
{
    return t.extra[v.y + 2 * k + 1].pair[0];
}

static inline double read_partial(tape_reader t, tape_node v, size_t k)
{
    return t.extra[v.y + 2 * k].real;
}

/* dot_pairs: x products, the k-th of these two. */
static inline const uint32_t *read_pair(tape_reader t, tape_node v, size_t k)
{
    return t.extra[v.y + k].pair;
}

/* affine: one row of a layer, b + w x over n. */
typedef struct tape_row {
    uint32_t w, x, n, b;
} tape_row;

static inline tape_row read_row(tape_reader t, tape_node v)
{
    const ad_tape_extra *side = t.extra + v.y;
    return (tape_row){side[0].pair[0] + v.x * side[2].pair[0], side[0].pair[1],
                      side[1].pair[1], side[1].pair[0] + v.x * side[2].pair[1]};
}

/* map: the row of the table that was applied to x. */
static inline unsigned read_mapped(tape_reader t, tape_node v)
{
    return t.extra[v.y].pair[0];
}

/* How many nodes each addition of a run is (roll_runs.c), by its last but one: mul and
 * add, or muladd, or add alone. */
static inline size_t nodes_of_run(unsigned op) { return op == AD_OP_mul ? 2 : 1; }

/* A comparison that was recorded is a custom node of two operands, with this mark. */
enum { TAPE_GUARD = 1 };

static inline bool is_guard(tape_reader t, tape_node v)
{
    return v.op == AD_OP_custom && v.x == 2 && t.extra[v.y + 1].pair[1] == TAPE_GUARD;
}

/* How many operands a row's node has: 0 for what is no row. */
static inline int operands_of_row(unsigned op)
{
    static const unsigned char operands[TAPE_FAR + 1] = {
#define UNARY(name, ...) [AD_OP_##name] = 1,
#define CONST(name, ...) [AD_OP_##name] = 1,
#define BINARY(name, ...) [AD_OP_##name] = 2,
#define TERNARY(name, ...) [AD_OP_##name] = 3,
#include "ops.def"
    };
    return operands[op];
}

/* The same of rows without constants of up to two operands, which need no more to be
 * known than their word; 0 for all others. */
static inline unsigned operands_of_plain(unsigned op)
{
    static const unsigned char operands[TAPE_FAR + 1] = {
#define UNARY(name, ...) [AD_OP_##name] = 1,
#define BINARY(name, ...) [AD_OP_##name] = 2,
#include "ops.def"
    };
    return operands[op];
}

static inline bool has_constant(unsigned op)
{
    static const bool constant[TAPE_FAR + 1] = {
#define CONST(name, ...) [AD_OP_##name] = true,
#include "ops.def"
    };
    return constant[op];
}

#endif
