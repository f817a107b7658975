/*
 * A walk back over a record, for the files that take part in it: tape.c has the loop,
 * runs.h and layers.h what takes several nodes at once, clearing.h where adjoints start.
 */
#ifndef GRADYNO_WALK_H
#define GRADYNO_WALK_H

#include <string.h>

#include "streams.h"

typedef struct walk {
    const double *value;
    const ad_tape_word *word;
    const ad_tape_extra *side;
    double *adjoint;
    bool keep;    /* inner adjoints; or use them up */
    size_t late;  /* one past the last leaf that got something */
    size_t stale; /* adjoints below this have yet to be cleared: leaves, all of them */
    bool clear_rows; /* of the layer that comes next: they are not counted as stale */
} walk;

/* Straight from memory to an integer, where comparing takes one instruction. */
static inline uint64_t bits_at(const double *g)
{
    uint64_t bits;
    memcpy(&bits, g, sizeof bits);
    return bits;
}

/* Whether g is 0 or -0, as one test on the integer. */
static inline bool is_zero(double g) { return bits_at(&g) << 1 == 0; }

#endif
