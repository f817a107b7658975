/*
 * An allocator for tests: it counts, it checks what it is told, and it can fail on
 * demand. (Lua's test allocator showed how.)
 *
 *     test_allocator heap = {.fail_at = 3};
 *     const ad_allocator memory = test_memory(&heap);
 *     ad_tape *t = ad_tape_new(&memory);
 *     ...
 *     ad_tape_free(t);
 *     assert_all_freed(&heap);
 *
 * Fresh bytes are 0xff, which is a NaN in a double, so that reading what was never
 * written shows. Every growth moves the block, so that an address kept too long shows
 * under the sanitizers. old_bytes is compared with what the block really has.
 */
#ifndef GRADYNO_TEST_ALLOCATOR_H
#define GRADYNO_TEST_ALLOCATOR_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/memory.h"

typedef struct test_allocator {
    size_t fail_at;  /* request number fail_at fails, the first being 1; 0: none does */
    bool fail_after; /* and so do all after it */

    size_t requests; /* for memory: new blocks and growths, failed ones too */
    size_t failed;   /* of them */
    size_t live_blocks, live_bytes;
    size_t peak_bytes; /* most live bytes at once, a block in motion counted once */
    size_t mistakes;   /* calls with a wrong old_bytes, or a block that is not ours */
    size_t told, held; /* the first mistake: old_bytes, and what the block had */
} test_allocator;

ad_allocator test_memory(test_allocator *heap);

#define assert_no_mistakes(heap)                                                       \
    ck_assert_msg(                                                                     \
        (heap)->mistakes == 0,                                                         \
        "%zu wrong calls of the allocator; the first said old_bytes = %zu of "         \
        "a block of %zu",                                                              \
        (heap)->mistakes, (heap)->told, (heap)->held)

#define assert_all_freed(heap)                                                         \
    do {                                                                               \
        assert_no_mistakes(heap);                                                      \
        ck_assert_msg((heap)->live_blocks == 0 && (heap)->live_bytes == 0,             \
                      "leaked %zu blocks, %zu bytes", (heap)->live_blocks,             \
                      (heap)->live_bytes);                                             \
    } while (0)

#endif
