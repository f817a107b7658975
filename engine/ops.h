/*
 * The operations, as data: one entry of ad_ops for each row of ops.def.
 * Engines expand the table itself; everybody else reads this array.
 */
#ifndef GRADYNO_OPS_H
#define GRADYNO_OPS_H

#include <math.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Phi(x) = erfc(-x / sqrt(2)) / 2, the normal distribution function, which C lacks.
 * Alone, erfc would amplify the rounding of u = x / sqrt(2) by 2 u^2, hundreds of ulps
 * in the tail: exp(u^2 - x^2 / 2), which is 1 and a little, takes that back.
 */
static inline double ad_normcdf(double x)
{
    const double u = x / sqrt(2.0), z = erfc(-u) / 2;
    if (!(x < -1) || z == 0) return z;
    const double half = x * x / 2;
    return z * (1 + (fma(u, u, -half) - fma(x, x / 2, -half)));
}

/*
 * AD_OP_tanh, AD_OP_mul, ...: a row's number. Around the rows stand the five that are
 * no function of a fixed number of operands: the leaves, and the n-ary operations.
 */
typedef enum ad_op {
    AD_OP_constant, /* a leaf that has no gradient */
    AD_OP_var,      /* a leaf that has one */
#define UNARY(name, ...) AD_OP_##name,
#define CONST(name, ...) AD_OP_##name,
#define BINARY(name, ...) AD_OP_##name,
#define TERNARY(name, ...) AD_OP_##name,
#include "ops.def"
    AD_OP_sum,    /* x0 + x1 + ... */
    AD_OP_dot,    /* x0 y0 + x1 y1 + ... */
    AD_OP_custom, /* the user's own value and partials */
    AD_OP_count,  /* entries of ad_ops; what follows is several of the above at once */
    AD_OP_muladd = AD_OP_count, /* the node before + x y */
    AD_OP_dot_pairs,            /* x0 y0 + x1 y1 + ..., each wherever it stands */
    AD_OP_affine,               /* a row of b + W x */
    AD_OP_map                   /* a row of the table on one of a range */
} ad_op;

enum { AD_FIRST_ROW = AD_OP_var + 1, AD_LAST_ROW = AD_OP_sum - 1, AD_MAX_OPERANDS = 3 };

typedef enum ad_smoothness {
    AD_SMOOTH, /* differentiable everywhere inside the domain */
    AD_KINK    /* somewhere inside the domain the left and right derivatives differ */
} ad_smoothness;

typedef struct ad_op_info {
    const char *name;
    int operands;           /* that have a partial: 1, 2 or 3 */
    int constants;          /* 1 where the row has a constant c, else 0 */
    const char *value_text; /* the value column, in x, y, w and c */
    const char *partial_text[AD_MAX_OPERANDS]; /* the partial columns, also in z */
    ad_smoothness smoothness;
    double lo, hi; /* the domain of x, ends included; y and w take all reals */

    /* z = f(operand[0], ...; c). IEEE values flow; errno is not to be relied on. */
    double (*value)(const double *operand, double c);

    /* partial[i] = dz/d operand[i], with z as value() gave it. */
    void (*partials)(const double *operand, double c, double z, double *partial);
} ad_op_info;

/*
 * ad_ops[AD_OP_tanh] and so on. Entries that are no row (leaves, sum, dot, custom) have
 * a name, zero operands and null functions.
 */
extern const ad_op_info ad_ops[AD_OP_count];

/* The row of that name, or AD_OP_count if there is none. */
ad_op ad_op_find(const char *name);

/* A layer: an affine map of n numbers to m, as rows of n weights and a bias each. */
typedef struct ad_affine {
    size_t m, n;
    size_t row;  /* from a row's first weight to the next row's: n, or more */
    size_t step; /* from a bias to the next: 1, or `row` where it stands in the row */
} ad_affine;

/* What the verbs of both engines return when they cannot go on. Sticky until reset. */
typedef enum ad_status {
    AD_OK = 0,
    AD_NO_MEMORY,     /* the allocator returned NULL */
    AD_TOO_MANY,      /* more nodes than indices, or than the limit that was set */
    AD_BRANCH_CHANGED /* a plan's comparison falls otherwise than when recorded */
} ad_status;

/* "ok", "out of memory", "too many nodes", "a comparison changed". */
const char *ad_status_text(ad_status status);

#ifdef __cplusplus
}
#endif

#endif
