/*
 * The primal: a program's value alone, in plain double, with the engines' verbs. A
 * template instantiated for it is the function that finite differences call, and the
 * clock's unit. There is no record: every verb takes a NULL where the engines take
 * theirs.
 */
#ifndef GRADYNO_PRIMAL_H
#define GRADYNO_PRIMAL_H

#include <math.h>
#include <stddef.h>

#include "engine/ops.h"

typedef struct ad_primal ad_primal;
typedef double ad_primal_handle;

static inline double ad_primal_constant(ad_primal *p, double v)
{
    (void)p;
    return v;
}

static inline double ad_primal_var(ad_primal *p, double v)
{
    (void)p;
    return v;
}

#define UNARY(name, f, ...)                                                            \
    static inline double ad_primal_##name(ad_primal *p, double x)                      \
    {                                                                                  \
        (void)p;                                                                       \
        return f;                                                                      \
    }
#define CONST(name, f, ...)                                                            \
    static inline double ad_primal_##name(ad_primal *p, double x, double c)            \
    {                                                                                  \
        (void)p;                                                                       \
        return f;                                                                      \
    }
#define BINARY(name, f, ...)                                                           \
    static inline double ad_primal_##name(ad_primal *p, double x, double y)            \
    {                                                                                  \
        (void)p;                                                                       \
        return f;                                                                      \
    }
#define TERNARY(name, f, ...)                                                          \
    static inline double ad_primal_##name(ad_primal *p, double x, double y, double w)  \
    {                                                                                  \
        (void)p;                                                                       \
        return f;                                                                      \
    }
#include "engine/ops.def"

/* A range is given by its first handle, an element of an array: its address has the
 * rest. */
#define ad_primal_sum(p, n, x) primal_sum((n), &(x))
#define ad_primal_dot(p, n, x, y) primal_dot((n), &(x), &(y))

static inline double primal_sum(size_t n, const double *x)
{
    double z = 0;
    for (size_t i = 0; i < n; i++) z += x[i];
    return z;
}

static inline double primal_dot(size_t n, const double *x, const double *y)
{
    double z = 0;
    for (size_t i = 0; i < n; i++) z += x[i] * y[i];
    return z;
}

static inline double ad_primal_apply(ad_primal *p, ad_op op, const double *operand,
                                     double c)
{
    (void)p;
    return ad_ops[op].value(operand, c);
}

static inline double ad_primal_value(const ad_primal *p, double h)
{
    (void)p;
    return h;
}

#endif
