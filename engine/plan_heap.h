/*
 * Arrays that end together, most of them cut from one block, and remembering that one
 * of them was refused: who makes a plan asks once, at the end.
 *
 * One block, because it is the largest that a plan asks for: malloc keeps it for the
 * next plan, where it would give a dozen arrays back and get them anew, page by page.
 * That was two thirds of the time for a product of 10000 factors, a third for a
 * recurrent network.
 */
#ifndef GRADYNO_PLAN_HEAP_H
#define GRADYNO_PLAN_HEAP_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "memory.h"

typedef struct plan_chunk {
    struct plan_chunk *older;
    size_t bytes; /* of all of it */
} plan_chunk;

typedef struct plan_heap {
    ad_allocator memory;
    plan_chunk *newest;
    unsigned char *next, *end; /* of the block that arrays are cut from */
    bool failed;
} plan_heap;

enum {
    PLAN_ALIGNED = 16,
    PLAN_NEAR = 1 << 15,
    PLAN_KEPT = 9 << 14,
    PLAN_MOST_RESERVED = 3 << 23
};

static_assert(sizeof(plan_chunk) % PLAN_ALIGNED == 0, "what follows is aligned");

static inline void *plan_heap_chunk(plan_heap *h, size_t bytes)
{
    plan_chunk *c = NULL;
    if (!h->failed && bytes <= SIZE_MAX - sizeof *c)
        c = h->memory.resize(h->memory.ctx, NULL, 0, sizeof *c + bytes);
    if (c == NULL) {
        h->failed = true;
        return NULL;
    }
    *c = (plan_chunk){h->newest, sizeof *c + bytes};
    h->newest = c;
    return c + 1;
}

/*
 * The block; what is not touched of it costs nothing. A small one is `near`, on the
 * stack: 0.9 of the time of a plan of ten operations. (Of 32 MiB malloc keeps none, and
 * the sanitizer sees better what has a block of its own. A little less than 128 KiB it
 * would give back with each plan, and get anew, which took half of the time of a plan
 * of 800 operations: what is larger it learns to keep.)
 */
static inline void plan_heap_reserve(plan_heap *h, size_t bytes,
                                     unsigned char near[PLAN_NEAR])
{
#ifdef __SANITIZE_ADDRESS__
    bytes = 0;
#endif
    if (bytes > 0 && bytes <= PLAN_NEAR) {
        h->next = near;
        h->end = near + PLAN_NEAR;
        return;
    }
    if (bytes > PLAN_KEPT / 2 && bytes < PLAN_KEPT) bytes = PLAN_KEPT;
    if (bytes > PLAN_MOST_RESERVED) bytes = PLAN_MOST_RESERVED;
    h->next = plan_heap_chunk(h, bytes);
    h->end = h->next == NULL ? NULL : h->next + bytes;
}

static inline size_t plan_heap_aligned(size_t bytes)
{
    return (bytes + PLAN_ALIGNED - 1) / PLAN_ALIGNED * PLAN_ALIGNED;
}

/* n items in place of the `had` at `old` (NULL: a new array), or NULL with `failed`. */
static inline void *plan_heap_resize(plan_heap *h, void *old, size_t had, size_t n,
                                     size_t size)
{
    if (n >= (SIZE_MAX - PLAN_ALIGNED) / size) h->failed = true;
    if (h->failed) return NULL;
    const size_t bytes = plan_heap_aligned(n * size);
    unsigned char *at = h->next, *was = old;
    if (was != NULL && was + plan_heap_aligned(had * size) == h->next) at = was;
    if (bytes <= (size_t)(h->end - at))
        h->next = at + bytes;
    else
        at = plan_heap_chunk(h, bytes);
    if (at != NULL && was != NULL && at != was) memcpy(at, was, had * size);
    return at;
}

/* The type's own items: PLAN_NEW(heap, n, double) is a double *. */
#define PLAN_NEW(heap, n, type)                                                        \
    ((type *)plan_heap_resize(heap, NULL, 0, n, sizeof(type)))

/* Room for one more in an array, doubling, unless the heap has failed. */
#define PLAN_ROOM(heap, array, count, room)                                            \
    do {                                                                               \
        if ((count) < (room)) break;                                                   \
        const size_t more = (room) == 0 ? 16 : 2 * (room);                             \
        void *moved = plan_heap_resize(heap, array, room, more, sizeof *(array));      \
        if (moved == NULL) break;                                                      \
        (array) = moved;                                                               \
        (room) = more;                                                                 \
    } while (0)

static inline void plan_heap_free(plan_heap *h)
{
    while (h->newest != NULL) {
        plan_chunk *c = h->newest;
        h->newest = c->older;
        h->memory.resize(h->memory.ctx, c, c->bytes, 0);
    }
}

#endif
