/*
 * A walk back over a record, for the files that take part in it: walk_back.c has the
 * loop, walk_rows.h the rows of the table, tape_runs.c and tape_layers.c what takes
 * several nodes at once, tape_clearing.c what clears adjoints on the way.
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
    bool fresh_rows; /* of the layer that comes next: nothing came to them yet */
} walk;

/* From node `end` - 1 down to `begin`. */
void tape_walk_back(walk *back, size_t begin, size_t end);

/* Node i, or a run from it down. Returns one past the node where the walk goes on. */
size_t tape_node_back(walk *back, size_t i);

/*
 * The walk on a tape that has layers, from node `end` - 1, which gets the seed, down to
 * `begin`: with adjoints below `stale` cleared on the way.
 */
void tape_walk_clearing(walk *back, size_t begin, size_t end, double seed);

/* Straight from memory to an integer, where comparing takes one instruction. */
static inline uint64_t bits_at(const double *g)
{
    uint64_t bits;
    memcpy(&bits, g, sizeof bits);
    return bits;
}

/* Whether g is 0 or -0, as one test on the integer. */
static inline bool is_zero(double g) { return bits_at(&g) << 1 == 0; }

/* What node i's word is if it adds node i - 1 to node i - 2. */
static inline ad_tape_word adds_the_last_two(size_t i)
{
    if (i >= TAPE_NEAR) return 0; /* the word of no operation */
    return ad_tape_pack(AD_OP_add, (uint32_t)i - 2, (uint32_t)i - 1);
}

/* Whether node i, which adds, is a step of a run: what it adds last is a product. */
static inline bool is_step(const ad_tape_word *word, size_t i)
{
    return word[i] == adds_the_last_two(i) && word_op(word[i - 1]) == AD_OP_mul;
}

/* A layer as the walk meets it: where its operands and its first row are. */
typedef struct layer {
    ad_affine map;
    size_t first, w, x, b;
} layer;

static inline layer layer_at(size_t i, size_t row, const ad_tape_extra *side)
{
    return (layer){{row + 1, side[1].pair[1], side[2].pair[0], side[2].pair[1]},
                   i - row,
                   side[0].pair[0],
                   side[0].pair[1],
                   side[1].pair[0]};
}

/* Whether n nodes are constants, to which nothing need be passed on. */
static inline bool are_constants(const ad_tape_word *word, size_t n)
{
    size_t k = 0;
    while (k < n && word_op(word[k]) == AD_OP_constant) k++;
    return k == n;
}

/*
 * The ways back of several nodes at once, from node i, whose adjoint is g, down: in
 * tape_runs.c and tape_layers.c. Each returns one past the node where the walk goes on.
 * (They are no part of the loop's own function, so that it has the registers.)
 */
size_t tape_products_back(const walk *back, size_t i, double g);
size_t tape_muladds_back(const walk *back, size_t i, double g);
size_t tape_dot_back(const walk *back, size_t i, double g, size_t x,
                     const ad_tape_extra *side);
size_t tape_affine_back(const walk *back, size_t i, double g, size_t row,
                        const ad_tape_extra *side);
size_t tape_pairs_back(const walk *back, size_t i, double grad, size_t n,
                       const ad_tape_extra *side);
size_t tape_custom_back(const walk *back, size_t i, double grad, size_t n,
                        const ad_tape_extra *side);
size_t tape_map_back(const walk *back, size_t i, double g, const uint32_t *map);

#endif
