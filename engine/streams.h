/*
 * What a tape is made of behind its cursor block, for the files of the tape engine.
 */
#ifndef GRADYNO_STREAMS_H
#define GRADYNO_STREAMS_H

#include <assert.h>

#include "tape.h"

typedef struct tape {
    union {
        ad_tape cursor; /* first, so that an ad_tape * is a tape * */
        size_t extras; /* the cursor's first member, which plans read under this name */
    };
    ad_allocator memory;
    double *adjoint;
    double *tangent; /* made by the first forward sweep */
    /* Room in each array: they grow in turn, and a growth may fail between two of them.
     */
    size_t value_room, word_room, adjoint_room, tangent_room, side_room;
    size_t leading;   /* leaves there are at the least, before the first operation */
    bool layers;      /* some were recorded since the last reset */
    size_t walked;    /* nodes there were at the last backward */
    bool leaves_only; /* which was backward_leaves */
    size_t zero_from, zero_end; /* between these, adjoints are known to be 0 */
    size_t swept;               /* nodes there were at the last forward sweep */
    size_t limit, near;         /* nodes at most; with operands packed in the word */
    double seed;                /* the output's adjoint in the next backward */
    ad_status status;
} tape;

static inline tape *whole(const ad_tape *t) { return (tape *)(void *)t; }

/*
 * Reading a node. An operand's index that has no room in the word stands in the side
 * table: then the word is TAPE_FAR, the operation, and where in the side table.
 */
enum { TAPE_FAR = 255, TAPE_NEAR = 1 << 28 };
static_assert((int)AD_OP_count <= (int)TAPE_FAR, "an operation has 8 bits");

typedef struct tape_node {
    unsigned op;
    uint32_t x, y;
} tape_node;

static inline unsigned word_op(ad_tape_word w) { return w & 0xff; }
static inline uint32_t word_x(ad_tape_word w) { return w >> 8 & (TAPE_NEAR - 1); }
static inline uint32_t word_y(ad_tape_word w) { return (uint32_t)(w >> 36); }

static inline tape_node near_node(ad_tape_word w)
{
    return (tape_node){word_op(w), word_x(w), word_y(w)};
}

static inline tape_node far_node(tape_node far, const ad_tape_extra *extra)
{
    return (tape_node){far.x, extra[far.y].pair[0], extra[far.y].pair[1]};
}

static inline tape_node node_of(ad_tape_word w, const ad_tape_extra *extra)
{
    const tape_node node = near_node(w);
    return node.op == TAPE_FAR ? far_node(node, extra) : node;
}

static inline ad_op tape_op(const tape *t, size_t i)
{
    return (ad_op)node_of(t->cursor.word[i], t->cursor.extra).op;
}

static inline uint32_t tape_x(const tape *t, size_t i)
{
    return node_of(t->cursor.word[i], t->cursor.extra).x;
}

static inline uint32_t tape_y(const tape *t, size_t i)
{
    return node_of(t->cursor.word[i], t->cursor.extra).y;
}

/* A leaf is never far: it has no operands. */
static inline bool is_leaf(ad_tape_word w) { return word_op(w) <= AD_OP_var; }

/* Room for n more nodes, or false with the status set. */
bool tape_make_room(tape *t, size_t n);

/* n new entries of the side table; where that cannot be, NULL with the status set. */
ad_tape_extra *tape_side(tape *t, size_t n);

/* Whether no operand is a handle of another tape, or one that has ended. */
bool tape_is_sound(const tape *t);

/* Whether n handles from `first` on are on the tape, or recording stopped before they
 * were: what an assertion asks. */
static inline bool is_range(const ad_tape *t, size_t n, ad_tape_handle first)
{
    return n == 0 || whole(t)->status != AD_OK ||
           (n <= t->nodes && first.index <= t->nodes - n);
}

#endif
