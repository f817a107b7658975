/*
 * The ways back of what was recorded as many nodes at once: layers and maps. Each
 * returns one past the node where the walk goes on.
 */
#ifndef GRADYNO_LAYERS_H
#define GRADYNO_LAYERS_H

#include "kernels.h"
#include "maps.h"
#include "walk.h"

/* Where a node is one of several that were recorded at once, from `first` to i. */
static inline size_t all_done(const walk *back, size_t first, size_t i)
{
    if (!back->keep)
        memset(back->adjoint + first, 0, (i + 1 - first) * sizeof *back->adjoint);
    return first;
}

/* The rows 0 to `row` of a layer, of which node i is the last: W and x are read
 * once. */
static inline size_t affine_back(const walk *back, size_t i, double grad, size_t row,
                                 const ad_tape_extra *side)
{
    const size_t first = i - row, w = side[0].pair[0], x = side[0].pair[1];
    const size_t b = side[1].pair[0], n = side[1].pair[1];
    const ad_affine map = {row + 1, n, side[2].pair[0], side[2].pair[1]};
    const double *value = back->value;
    double *adjoint = back->adjoint;
    adjoint[i] = grad;
    ad_kernel_affine_back(&map, adjoint + first, value + w, value + x, adjoint + w,
                          adjoint + x, adjoint + b);
    return all_done(back, first, i);
}

static inline size_t map_back(const walk *back, size_t i, double grad,
                              const uint32_t *map)
{
    const size_t first = map[1];
    const size_t x = node_of(back->word[first], back->side).x;
    back->adjoint[i] = grad;
    ad_kernel_map_back((ad_op)map[0], i + 1 - first, back->adjoint + first,
                       back->value + x, back->value + first, back->adjoint + x);
    return all_done(back, first, i);
}

#endif
