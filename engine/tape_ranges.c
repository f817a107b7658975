/*
 * Recording many operations as one node: sums and dot products, layers, maps, and an
 * operation of the user's own. What stands in the side table for each:
 *
 *     sum        x first, y how many                     nothing
 *     dot        x first of the one range, y entry       (first of the other, n)
 *     dot_pairs  x how many, y entry                     (x, y) for each
 *     custom     x how many, y entry                     partial, (operand, -) for each
 *     affine     x row, y entry                          (w, x) (b, n) (row, step)
 *     map        x operand, y entry                      (row of the table, first node)
 */
#include <assert.h>

#include "kernels.h"
#include "maps.h"
#include "streams.h"
#include "tape.h"
#include "walk.h"

ad_tape_handle ad_tape_sum(ad_tape *t, size_t n, ad_tape_handle x)
{
    assert(is_range(t, n, x));
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    const double z = n > 0 ? ad_kernel_sum(n, t->value + x.index) : 0;
    return ad_tape_push(t, AD_OP_sum, z, n > 0 ? x.index : 0, (uint32_t)n);
}

ad_tape_handle ad_tape_dot(ad_tape *t, size_t n, ad_tape_handle x, ad_tape_handle y)
{
    assert(is_range(t, n, x) && is_range(t, n, y));
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    const double z =
        n > 0 ? ad_kernel_dot(n, t->value + x.index, t->value + y.index) : 0;
    const uint32_t rest = ad_tape_extra_pair(t, y.index, (uint32_t)n);
    return ad_tape_push(t, AD_OP_dot, z, n > 0 ? x.index : 0, rest);
}

ad_tape_handle ad_tape_dot_pairs(ad_tape *t, size_t n, const ad_tape_handle *x,
                                 const ad_tape_handle *y)
{
    assert(n <= UINT32_MAX);
    const uint32_t first = (uint32_t)t->extras;
    ad_tape_extra *pair = tape_side(whole(t), n);
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    double z = 0;
    for (size_t k = 0; k < n; k++) {
        z += x[k].value * y[k].value;
        pair[k] = (ad_tape_extra){.pair = {x[k].index, y[k].index}};
    }
    return ad_tape_push(t, AD_OP_dot_pairs, z, (uint32_t)n, first);
}

ad_tape_handle ad_tape_custom(ad_tape *t, size_t n, const ad_tape_handle *operand,
                              double value, const double *partial)
{
    assert(n <= UINT32_MAX);
    const uint32_t first = (uint32_t)t->extras;
    ad_tape_extra *entry = tape_side(whole(t), 2 * n);
    if (whole(t)->status != AD_OK) return ad_tape_nil();
    for (size_t k = 0; k < n; k++) {
        entry[2 * k].real = partial[k];
        entry[2 * k + 1] = (ad_tape_extra){.pair = {operand[k].index, 0}};
    }
    return ad_tape_push(t, AD_OP_custom, value, (uint32_t)n, first);
}

/* n nodes whose values stand behind the last one already: op of x + k and y, k < n. */
static void push_all(ad_tape *t, ad_op op, size_t n, uint32_t x, uint32_t y)
{
    const size_t first = t->nodes;
    if (n > t->room - first) { /* some are far */
        for (size_t k = 0; k < n; k++)
            ad_tape_push(t, op, t->value[first + k], x + (uint32_t)k, y);
        return;
    }
    for (size_t k = 0; k < n; k++)
        t->word[first + k] = ad_tape_pack(op, x, y) + ad_tape_pack(0, (uint32_t)k, 0);
    t->nodes = first + n;
}

/* Rows 0 to m - 1 of a new layer. */
static ad_tape_handle layer_of(ad_tape *t, const ad_affine *map, size_t w, size_t x,
                               size_t b)
{
    const uint32_t entry = (uint32_t)t->extras, first = (uint32_t)t->nodes;
    ad_tape_extra *side = tape_side(whole(t), 3);
    if (side == NULL || !tape_make_room(whole(t), map->m)) return ad_tape_nil();
    side[0] = (ad_tape_extra){.pair = {(uint32_t)w, (uint32_t)x}};
    side[1] = (ad_tape_extra){.pair = {(uint32_t)b, (uint32_t)map->n}};
    side[2] = (ad_tape_extra){.pair = {(uint32_t)map->row, (uint32_t)map->step}};

    double *value = t->value, *z = value + first;
    ad_kernel_affine(map, value + w, value + x, value + b, z);
    push_all(t, AD_OP_affine, map->m, 0, entry);
    whole(t)->layers = true;
    return (ad_tape_handle){z[0], first};
}

/* One more row of the layer that was recorded last. */
static inline ad_tape_handle next_row(ad_tape *t, size_t n, size_t w, size_t x,
                                      size_t b)
{
    const size_t i = t->nodes;
    const double *value = t->value;
    const double z = value[b] + ad_kernel_dot(n, value + w, value + x);
    t->value[i] = z;
    t->word[i] = t->word[i - 1] + ad_tape_pack(0, 1, 0);
    t->nodes = i + 1;
    return (ad_tape_handle){z, (uint32_t)i};
}

/* Whether the last node is row 0 of a layer, and this can be row 1. */
static bool is_second_row(const ad_tape *t, size_t n, size_t w, size_t x, size_t b)
{
    const size_t i = t->nodes - 1;
    const ad_tape_word last = t->word[i];
    if (word_op(last) != AD_OP_affine || word_x(last) != 0) return false;
    const ad_tape_extra *side = t->extra + word_y(last);
    return w >= side[0].pair[0] + (size_t)side[1].pair[1] && w + n <= i &&
           x == side[0].pair[1] && n == side[1].pair[1] && b >= side[1].pair[0] &&
           b < i;
}

/* The same of row j > 1: n, x and the distances are those of the layer. */
static inline bool is_next_row(const ad_tape *t, size_t n, size_t w, size_t x, size_t b)
{
    const ad_tape_word last = t->word[t->nodes - 1];
    if (word_op(last) != AD_OP_affine) return false;
    const ad_tape_extra *side = t->extra + word_y(last);
    const size_t j = word_x(last) + 1, first = t->nodes - j;
    return j > 1 && w == side[0].pair[0] + j * side[2].pair[0] && w + n <= first &&
           x == side[0].pair[1] && n == side[1].pair[1] &&
           b == side[1].pair[0] + j * side[2].pair[1] && b < first;
}

/* How far row 1 is from row 0 is how far rows are from each other. */
static ad_tape_handle second_row(ad_tape *t, size_t n, size_t w, size_t x, size_t b)
{
    ad_tape_extra *side = t->extra + word_y(t->word[t->nodes - 1]);
    side[2] = (ad_tape_extra){
        .pair = {(uint32_t)(w - side[0].pair[0]), (uint32_t)(b - side[1].pair[0])}};
    return next_row(t, n, w, x, b);
}

/* Also where the arrays have to grow: when they do must not divide a layer, since sums
 * over its rows would run in another order. */
__attribute__((noinline)) static ad_tape_handle first_rows(ad_tape *t,
                                                           const ad_affine *map,
                                                           size_t w, size_t x, size_t b)
{
    const size_t n = map->n;
    if (map->m == 1 && t->nodes > 0 && tape_make_room(whole(t), 1) &&
        t->nodes < t->room) {
        if (is_next_row(t, n, w, x, b)) return next_row(t, n, w, x, b);
        if (is_second_row(t, n, w, x, b)) return second_row(t, n, w, x, b);
    }
    return layer_of(t, map, w, x, b);
}

/*
 * A row that goes on with the layer before is recorded as one more row of it: then
 * neurons one by one go back as a layer does. (Row j > 1 first, and apart from the
 * others, so that it needs few registers.)
 *
 * Measured on width 64, neurons one by one: record and backward take 0.77 of the time
 * of a dot and an addition for each.
 */
ad_tape_handle ad_tape_affine(ad_tape *t, const ad_affine *map, ad_tape_handle w,
                              ad_tape_handle x, ad_tape_handle b)
{
    const size_t m = map->m, n = map->n, nodes = t->nodes;
    assert(m > 0 && map->row >= n && map->row <= UINT32_MAX && map->step <= UINT32_MAX);
    assert(is_range(t, (m - 1) * map->row + n, w) && is_range(t, n, x));
    assert(is_range(t, (m - 1) * map->step + 1, b));
    if (m == 1 && nodes > 0 && nodes < t->room &&
        is_next_row(t, n, w.index, x.index, b.index))
        return next_row(t, n, w.index, x.index, b.index);
    return first_rows(t, map, w.index, x.index, b.index);
}

ad_tape_handle ad_tape_map(ad_tape *t, ad_op f, size_t n, ad_tape_handle x)
{
    assert(n > 0 && is_range(t, n, x));
    assert(f < AD_OP_count && ad_ops[f].operands == 1 && ad_ops[f].constants == 0);
    const uint32_t first = (uint32_t)t->nodes;
    const uint32_t entry = ad_tape_extra_pair(t, f, first);
    if (!tape_make_room(whole(t), n)) return ad_tape_nil();
    double *z = t->value + first;
    ad_kernel_map(f, n, t->value + x.index, z);
    push_all(t, AD_OP_map, n, x.index, entry);
    return (ad_tape_handle){z[0], first};
}
