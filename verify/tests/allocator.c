/* The allocator that tests inject. */
#include "verify/tests/allocator.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LIVE = 0x11ce5eed, DEAD = 0x0ddba11 };

/* Stands before every block; as big as the alignment that any C type may ask for. */
typedef union block_header {
    struct {
        size_t bytes;
        uint32_t mark;
    } is;
    max_align_t align;
} block_header;

static void mistake(test_allocator *heap, size_t told, size_t held)
{
    if (heap->mistakes++ > 0) return;
    heap->told = told;
    heap->held = held;
}

/* Takes the header's word: so a wrong old_bytes is counted, and does no harm. */
static bool is_known(test_allocator *heap, const block_header *block, size_t old_bytes)
{
    if (block->is.mark != LIVE) {
        mistake(heap, old_bytes, 0);
        return false;
    }
    if (block->is.bytes != old_bytes) mistake(heap, old_bytes, block->is.bytes);
    return true;
}

static bool is_to_fail(test_allocator *heap)
{
    heap->requests++;
    if (heap->fail_at == 0) return false;
    const bool failed = heap->fail_after ? heap->requests >= heap->fail_at
                                         : heap->requests == heap->fail_at;
    heap->failed += failed;
    return failed;
}

static void release(test_allocator *heap, block_header *block)
{
    heap->live_blocks--;
    heap->live_bytes -= block->is.bytes;
    block->is.mark = DEAD;
    free(block);
}

static void *test_resize(void *ctx, void *old, size_t old_bytes, size_t new_bytes)
{
    test_allocator *heap = ctx;
    block_header *const before = old == NULL ? NULL : (block_header *)old - 1;
    if (before == NULL && old_bytes != 0) mistake(heap, old_bytes, 0);
    if (before != NULL && !is_known(heap, before, old_bytes)) return NULL;
    if (new_bytes == 0) {
        if (before != NULL) release(heap, before);
        return NULL;
    }

    const bool grows = before == NULL || new_bytes > before->is.bytes;
    if (grows && is_to_fail(heap)) return NULL;
    block_header *after = malloc(sizeof *after + new_bytes);
    if (after == NULL) return NULL;
    after->is.bytes = new_bytes;
    after->is.mark = LIVE;
    memset(after + 1, 0xff, new_bytes);
    heap->live_blocks++;
    heap->live_bytes += new_bytes;
    if (before != NULL) {
        const size_t bytes = before->is.bytes;
        memcpy(after + 1, before + 1, bytes < new_bytes ? bytes : new_bytes);
        release(heap, before);
    }
    if (heap->live_bytes > heap->peak_bytes) heap->peak_bytes = heap->live_bytes;
    return after + 1;
}

ad_allocator test_memory(test_allocator *heap)
{
    return (ad_allocator){test_resize, heap};
}
