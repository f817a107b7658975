/*
 * Memory is injected: every record allocates through one of these, so that a test can
 * make allocation number k fail, a benchmark can count bytes, and an arena can replace
 * malloc. (The shape is Lua's lua_Alloc.)
 */
#ifndef GRADYNO_MEMORY_H
#define GRADYNO_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * resize(ctx, block, old_bytes, new_bytes) -> the block, moved if need be, or NULL.
 *   block == NULL   allocate new_bytes (old_bytes is 0)
 *   new_bytes == 0  free block, return NULL
 * A NULL for a growth leaves the old block as it was. Blocks are aligned for any C
 * type. ctx must outlive every record made with it.
 */
typedef struct ad_allocator {
    void *(*resize)(void *ctx, void *block, size_t old_bytes, size_t new_bytes);
    void *ctx;
} ad_allocator;

/* realloc and free. What every `new` takes for NULL. */
extern const ad_allocator ad_malloc;

/*
 * An arena: allocation moves a cursor, and freeing the newest block moves it back;
 * freeing any other block does nothing. Chunks are returned to malloc by ad_arena_free
 * alone: those that become empty wait to be filled again.
 *
 *     ad_arena arena = {0};
 *     ad_allocator memory = ad_arena_allocator(&arena);
 *     ad_graph *g = ad_graph_new(&memory);
 *     ...
 *     ad_graph_free(g);
 *     ad_arena_free(&arena);
 */
typedef struct ad_arena {
    struct ad_arena_chunk
        *newest; /* the chunk being filled; NULL before the first block */
    struct ad_arena_chunk *spare; /* empty ones */
    size_t reserved_bytes;        /* taken from malloc, over all chunks */
} ad_arena;

ad_allocator ad_arena_allocator(ad_arena *arena);
void ad_arena_free(ad_arena *arena);

#ifdef __cplusplus
}
#endif

#endif
