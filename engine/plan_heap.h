/*
 * A few arrays from one allocator that end together, and remember that one of them was
 * refused: who makes a plan asks once, at the end.
 */
#ifndef GRADYNO_PLAN_HEAP_H
#define GRADYNO_PLAN_HEAP_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

enum { PLAN_ARRAYS = 32 };

typedef struct plan_heap {
    ad_allocator memory;
    struct {
        void *at;
        size_t bytes;
    } array[PLAN_ARRAYS];
    size_t arrays;
    bool failed;
} plan_heap;

/* n items at `old` (NULL: a new array), or NULL with `failed` set. */
static inline void *plan_heap_resize(plan_heap *h, void *old, size_t n, size_t size)
{
    size_t k = 0;
    while (k < h->arrays && (old == NULL || h->array[k].at != old)) k++;
    assert(k < PLAN_ARRAYS);
    if (n == 0) n = 1;
    if (h->failed || n > SIZE_MAX / size) {
        h->failed = true;
        return NULL;
    }
    const size_t had = k < h->arrays ? h->array[k].bytes : 0;
    void *at = h->memory.resize(h->memory.ctx, old, had, n * size);
    if (at == NULL) {
        h->failed = true;
        return NULL;
    }
    if (k == h->arrays) h->arrays++;
    h->array[k].at = at;
    h->array[k].bytes = n * size;
    return at;
}

/* The type's own items: PLAN_NEW(heap, n, double) is a double *. */
#define PLAN_NEW(heap, n, type) ((type *)plan_heap_resize(heap, NULL, n, sizeof(type)))

static inline size_t plan_heap_bytes(const plan_heap *h)
{
    size_t bytes = 0;
    for (size_t k = 0; k < h->arrays; k++) bytes += h->array[k].bytes;
    return bytes;
}

static inline void plan_heap_free(plan_heap *h)
{
    while (h->arrays > 0) {
        h->arrays--;
        h->memory.resize(h->memory.ctx, h->array[h->arrays].at,
                         h->array[h->arrays].bytes, 0);
    }
}

#endif
