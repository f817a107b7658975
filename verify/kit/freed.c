/*
 * free and realloc, in front of glibc's: what a program defines goes before what its
 * libraries have, for engines that it loads as well. (M_PERTURB does not reach blocks that
 * a thread keeps for itself, and small ones all are.)
 */
#include "verify/kit/freed.h"

#include <stdlib.h>
#include <string.h>

#include "verify/kit/isolate.h"

#if defined __GLIBC__ && !ISOLATION_UNDER_ASAN
#include <malloc.h>

void __libc_free(void *block);
void *__libc_realloc(void *block, size_t size);

static unsigned char fill;

void freed_fill(unsigned char byte) { fill = byte; }

void free(void *block)
{
    if (fill != 0 && block != NULL) memset(block, fill, malloc_usable_size(block));
    __libc_free(block);
}

/* What was there is left behind, as it may be by any realloc. */
static void *move(void *block, size_t size)
{
    const size_t had = malloc_usable_size(block);
    void *to = malloc(size);
    if (to == NULL) return NULL;
    memcpy(to, block, had < size ? had : size);
    free(block);
    return to;
}

void *realloc(void *block, size_t size)
{
    return fill != 0 && block != NULL && size > 0 ? move(block, size)
                                                  : __libc_realloc(block, size);
}
#else
void freed_fill(unsigned char byte) { (void)byte; }
#endif
