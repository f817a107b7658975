/*
 * What the environment says about a run: how much the random tests do, and from which
 * seed. GRADYNO_SOAK multiplies the volume (10: ten times; 0.1: a tenth, for valgrind);
 * GRADYNO_SEED is the seed, which every failure prints.
 */
#ifndef GRADYNO_VOLUME_H
#define GRADYNO_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* `normal` times GRADYNO_SOAK; at least 1. */
static inline size_t soaked(size_t normal)
{
    const char *text = getenv("GRADYNO_SOAK");
    const double soak = text == NULL || *text == '\0' ? 1 : strtod(text, NULL);
    const double volume = (double)normal * (soak > 0 ? soak : 1);
    return volume < 1 ? 1 : (size_t)volume;
}

/* `normal`, or less of it where GRADYNO_SOAK is below 1: for sizes that are the point.
 */
static inline size_t volume_up_to(size_t normal)
{
    const size_t volume = soaked(normal);
    return volume < normal ? volume : normal;
}

static inline uint64_t test_seed(void)
{
    const char *text = getenv("GRADYNO_SEED");
    return text == NULL || *text == '\0' ? 1 : (uint64_t)strtoull(text, NULL, 0);
}

/* Whether every test has a process of its own, which it may let die. */
static inline bool tests_fork(void)
{
    const char *text = getenv("CK_FORK");
    return text == NULL || strcmp(text, "no") != 0;
}

#endif
