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

/* Rows [from, from + rows) backward. */
static inline void rows_back(const walk *back, const layer *l, size_t from, size_t rows)
{
    const ad_affine map = {rows, l->map.n, l->map.row, l->map.step};
    const double *value = back->value;
    double *adjoint = back->adjoint;
    const size_t w = l->w + from * map.row, b = l->b + from * map.step;
    if (back->clear_rows) memset(adjoint + w, 0, rows * map.row * sizeof *adjoint);
    ad_kernel_affine_back(&map, adjoint + l->first + from, value + w, value + l->x,
                          adjoint + w, adjoint + l->x, adjoint + b);
}

/* The rows 0 to `row` of a layer, of which node i is the last: W and x are read
 * once. */
static inline size_t affine_back(const walk *back, size_t i, double grad, size_t row,
                                 const ad_tape_extra *side)
{
    const layer l = layer_at(i, row, side);
    const size_t m = l.map.m, at_once = back->clear_rows ? 16 : m;
    back->adjoint[i] = grad;
    for (size_t j = 0; j < m; j += at_once)
        rows_back(back, &l, j, m - j < at_once ? m - j : at_once);
    return all_done(back, l.first, i);
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
