/*
 * The rows of the table backward, for the loop in walk_back.c: name_back within the
 * loop, name_apart as a function of its own.
 */
#ifndef GRADYNO_WALK_ROWS_H
#define GRADYNO_WALK_ROWS_H

#include "partials.h"
#include "walk.h"

#define FORCED static inline __attribute__((always_inline))
#define APART static __attribute__((noinline))

/* The chain rule for node i, a row of the table, whose adjoint is grad and whose
 * operands are a and b: their adjoints receive it times the partial. */
#define ROW(name)                                                                      \
    FORCED void name##_back(const walk here, size_t i, uint32_t a, uint32_t b,         \
                            double grad)
#define UNARY(name, f, dx, ...)                                                        \
    ROW(name)                                                                          \
    {                                                                                  \
        const double x = here.value[a], z = here.value[i];                             \
        (void)x, (void)z, (void)b;                                                     \
        here.adjoint[a] += grad * (dx);                                                \
    }
#define CONST(name, f, dx, ...)                                                        \
    ROW(name)                                                                          \
    {                                                                                  \
        const double x = here.value[a], c = here.side[b].real, z = here.value[i];      \
        (void)x, (void)c, (void)z;                                                     \
        here.adjoint[a] += grad * (dx);                                                \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    ROW(name)                                                                          \
    {                                                                                  \
        const double x = here.value[a], y = here.value[b], z = here.value[i];          \
        (void)x, (void)y, (void)z;                                                     \
        here.adjoint[a] += grad * (dx);                                                \
        here.adjoint[b] += grad * (dy);                                                \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    ROW(name)                                                                          \
    {                                                                                  \
        const uint32_t second = here.side[b].pair[0], third = here.side[b].pair[1];    \
        const double x = here.value[a], y = here.value[second], w = here.value[third]; \
        const double z = here.value[i];                                                \
        (void)x, (void)y, (void)w, (void)z;                                            \
        here.adjoint[a] += grad * (dx);                                                \
        here.adjoint[second] += grad * (dy);                                           \
        here.adjoint[third] += grad * (dw);                                            \
    }
#include "ops.def"

/* The same as a function. */
#define ROW_APART(name, ...)                                                           \
    APART void name##_apart(const walk *back, size_t i, uint32_t a, uint32_t b,        \
                            double grad)                                               \
    {                                                                                  \
        name##_back(*back, i, a, b, grad);                                             \
    }
#define UNARY ROW_APART
#define CONST ROW_APART
#define BINARY ROW_APART
#define TERNARY ROW_APART
#include "ops.def"

/* Whether a row goes back in the loop: the frequent ones whose partials call no function.
 * A matter of speed alone. */
static inline bool is_in_the_loop(ad_op row)
{
    switch (row) {
    case AD_OP_neg:
    case AD_OP_square:
    case AD_OP_recip:
    case AD_OP_add:
    case AD_OP_sub:
    case AD_OP_mul:
    case AD_OP_div:
    case AD_OP_add_c:
    case AD_OP_mul_c:
    case AD_OP_c_sub:
    case AD_OP_c_div:
    case AD_OP_sqrt:
    case AD_OP_exp:
    case AD_OP_log:
    case AD_OP_abs:
    case AD_OP_relu:
    case AD_OP_leaky_relu:
    case AD_OP_min:
    case AD_OP_max: return true;
    default: return false;
    }
}

#undef ROW
#undef ROW_APART

#endif
