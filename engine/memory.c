/* Allocators: malloc's, and the arena. */
#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *malloc_resize(void *ctx, void *block, size_t old_bytes, size_t new_bytes)
{
    (void)ctx, (void)old_bytes;
    if (new_bytes == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_bytes);
}

const ad_allocator ad_malloc = {malloc_resize, NULL};

typedef struct ad_arena_chunk {
    struct ad_arena_chunk *older;
    size_t used, room; /* bytes of `bytes` */
    max_align_t bytes[];
} chunk;

enum { CHUNK_BYTES = 1 << 20 };

static size_t aligned(size_t bytes)
{
    return (bytes + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
           sizeof(max_align_t);
}

static unsigned char *chunk_at(chunk *c, size_t byte)
{
    return (unsigned char *)c->bytes + byte;
}

static void *arena_take(ad_arena *arena, size_t bytes)
{
    chunk *c = arena->newest;
    if ((c == NULL || c->room - c->used < bytes) && arena->spare != NULL &&
        arena->spare->room >= bytes) {
        c = arena->spare;
        arena->spare = c->older;
        c->older = arena->newest;
        arena->newest = c;
    }
    if (c == NULL || c->room - c->used < bytes) {
        const size_t room = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
        if (room > SIZE_MAX - sizeof *c) return NULL;
        c = malloc(sizeof *c + room);
        if (c == NULL) return NULL;
        *c = (chunk){.older = arena->newest, .room = room};
        arena->newest = c;
        arena->reserved_bytes += room;
    }
    c->used += bytes;
    return chunk_at(c, c->used - bytes);
}

/* Gives back the newest block. A chunk that is empty then waits among the spare
 * ones. */
static void arena_give_back(ad_arena *arena, void *block, size_t bytes)
{
    chunk *c = arena->newest;
    if (c == NULL || (unsigned char *)block + bytes != chunk_at(c, c->used)) return;
    c->used -= bytes;
    if (c->used > 0) return;
    arena->newest = c->older;
    c->older = arena->spare;
    arena->spare = c;
}

/* Whether the block is the newest one and could be made larger where it stands. */
static bool arena_grow(ad_arena *arena, void *block, size_t old_bytes, size_t new_bytes)
{
    chunk *c = arena->newest;
    if (c == NULL || (unsigned char *)block + old_bytes != chunk_at(c, c->used))
        return false;
    if (c->room - c->used < new_bytes - old_bytes) return false;
    c->used += new_bytes - old_bytes;
    return true;
}

static void *arena_resize(void *ctx, void *block, size_t old_bytes, size_t new_bytes)
{
    ad_arena *arena = ctx;
    if (new_bytes > SIZE_MAX - sizeof(max_align_t)) return NULL;
    if (new_bytes == 0) {
        if (block != NULL) arena_give_back(arena, block, aligned(old_bytes));
        return NULL;
    }
    if (block != NULL && new_bytes >= old_bytes &&
        arena_grow(arena, block, aligned(old_bytes), aligned(new_bytes)))
        return block;
    void *moved = arena_take(arena, aligned(new_bytes));
    if (moved != NULL && block != NULL)
        memcpy(moved, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    return moved;
}

ad_allocator ad_arena_allocator(ad_arena *arena)
{
    return (ad_allocator){arena_resize, arena};
}

static void free_chunks(chunk *c)
{
    while (c != NULL) {
        chunk *older = c->older;
        free(c);
        c = older;
    }
}

void ad_arena_free(ad_arena *arena)
{
    free_chunks(arena->newest);
    free_chunks(arena->spare);
    *arena = (ad_arena){0};
}
