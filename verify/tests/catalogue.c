/*
 * catalogue.c: the functions of catalogue.inc as a table.
 */
#include "verify/tests/catalogue.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

static const double pi = 3.14159265358979323846;

static double relu(double x) { return x > 0.0 ? x : 0.0; }

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

static double square(double x) { return x * x; }

/* The same noise for the same x, as a simulation with a fixed seed has: in [-1, 1]. */
static double noise(double x)
{
    uint64_t z;

    memcpy(&z, &x, sizeof z);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (double)(z >> 11) * 0x1p-52 - 1.0;
}

/* A function with a memory, which no checker can judge. */
static double forgetful(double x)
{
    static unsigned calls;

    return x * (1.0 + 1e-9 * (double)(++calls % 7));
}

#define LIST(...)                                                                      \
    {                                                                                  \
        __VA_ARGS__                                                                    \
    }

#define ONE(name, at, value, right, wrong)                                             \
    static double name(const double *input, void *context)                             \
    {                                                                                  \
        const double x = input[0];                                                     \
                                                                                       \
        (void)context;                                                                 \
        return value;                                                                  \
    }                                                                                  \
    static const double name##_x[] = {at};                                             \
    static const double name##_right[] = right;                                        \
    static const double name##_wrong[] = wrong;

#define TWO(name, at0, at1, value, right, wrong)                                       \
    static double name(const double *input, void *context)                             \
    {                                                                                  \
        const double x = input[0], y = input[1];                                       \
                                                                                       \
        (void)context;                                                                 \
        return value;                                                                  \
    }                                                                                  \
    static const double name##_x[] = {at0, at1};                                       \
    static const double name##_right[] = right;                                        \
    static const double name##_wrong[] = wrong;
#include "verify/tests/catalogue.inc"

#define COUNT(array, n) (sizeof(array) / sizeof *(array) / (n))
#define ENTRY(name, n)                                                                 \
    {#name,                                                                            \
     name,                                                                             \
     n,                                                                                \
     name##_x,                                                                         \
     name##_right,                                                                     \
     COUNT(name##_right, n),                                                           \
     name##_wrong,                                                                     \
     COUNT(name##_wrong, n)},
#define ONE(name, at, value, right, wrong) ENTRY(name, 1)
#define TWO(name, at0, at1, value, right, wrong) ENTRY(name, 2)
const struct catalogue_entry catalogue[] = {
#include "verify/tests/catalogue.inc"
};

const size_t catalogue_count = sizeof catalogue / sizeof catalogue[0];
