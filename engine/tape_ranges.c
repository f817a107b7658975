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

ad_tape_handle ad_tape_affine(ad_tape *t, const ad_affine *map, ad_tape_handle w,
                              ad_tape_handle x, ad_tape_handle b)
{
    const size_t m = map->m, n = map->n;
    assert(m > 0 && map->row >= n && map->row <= UINT32_MAX && map->step <= UINT32_MAX);
    assert(is_range(t, (m - 1) * map->row + n, w) && is_range(t, n, x));
    assert(is_range(t, (m - 1) * map->step + 1, b));
    const uint32_t entry = (uint32_t)t->extras;
    ad_tape_extra *side = tape_side(whole(t), 3);
    if (side == NULL || !tape_make_room(whole(t), m)) return ad_tape_nil();
    side[0] = (ad_tape_extra){.pair = {w.index, x.index}};
    side[1] = (ad_tape_extra){.pair = {b.index, (uint32_t)n}};
    side[2] = (ad_tape_extra){.pair = {(uint32_t)map->row, (uint32_t)map->step}};

    const double *value = t->value;
    double *z = t->value + t->nodes;
    const ad_tape_handle first = {(double)NAN, (uint32_t)t->nodes};
    ad_kernel_affine(map, value + w.index, value + x.index, value + b.index, z);
    push_all(t, AD_OP_affine, m, 0, entry);
    whole(t)->layers = true;
    return (ad_tape_handle){z[0], first.index};
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
