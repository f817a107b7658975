/*
 * Seeded random numbers: the same on every machine, for every sample that a test, a
 * check or a benchmark draws. (splitmix64: Steele, Lea and Flood, OOPSLA 2014.)
 */
#ifndef GRADYNO_RANDOM_H
#define GRADYNO_RANDOM_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* The state is the seed: any number will do. */
typedef struct random_source {
    uint64_t state;
} random_source;

/* 64 random bits. */
static inline uint64_t random_bits(random_source *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* lo <= u < hi, uniform, with 53 random bits. */
static inline double random_uniform(random_source *r, double lo, double hi)
{
    return lo + (hi - lo) * ((double)(random_bits(r) >> 11) * 0x1p-53);
}

/* 0 <= k < n, uniform to within n / 2^64. n > 0. */
static inline size_t random_below(random_source *r, size_t n)
{
    return (size_t)(random_bits(r) % n);
}

/* +-10^u with u uniform in [lo, hi): every magnitude alike, either sign. */
static inline double random_magnitude(random_source *r, double lo, double hi)
{
    const double size = pow(10, random_uniform(r, lo, hi));
    return random_bits(r) & 1 ? size : -size;
}

#endif
