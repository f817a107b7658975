/*
 * Where an operation of an engine is tried, and what is right there: by MPFR, which
 * knows the values alone and differences them; without MPFR by the table.
 *
 *     op_points p;
 *     op_points_fill(&p, AD_OP_tanh, AD_ENGINE_DOUBLE, seed);
 *     for (size_t i = 0; i < p.n; i++) p.at[i].right_grad[0] ...
 */
#ifndef GRADYNO_OP_POINTS_H
#define GRADYNO_OP_POINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/ops.h"
#include "verify/engine.h"

typedef enum op_place {
    OP_ORDINARY, /* a wrong number is a mistake */
    OP_KINK,     /* anything between the slopes on both sides will do */
    OP_EDGE,     /* large, tiny, zero: digits may be lost, that is a note */
    OP_FAR       /* where squares overflow: whatever is wrong is a note */
} op_place;

/* One operation at one point: z = op(x; c), by itself; output = weight z. */
typedef struct op_point {
    op_place place;
    double x[AD_MAX_OPERANDS], c, weight;
    double right_value, right_partial[AD_MAX_OPERANDS];
    double least[AD_MAX_OPERANDS], most[AD_MAX_OPERANDS]; /* of a kink */
    double value, grad[AD_MAX_OPERANDS]; /* what an engine gave: weight partial */
    char refusal[96];                    /* or what its error() said */
} op_point;

enum { OP_POINTS = 48 };

typedef struct op_points {
    ad_op op;
    size_t n, reached; /* reached: the one that is tried now */
    op_point at[OP_POINTS];
    size_t
        refused; /* the first ordinary point where the engine said no, and one more */
    char refusal[120];
} op_points;

void op_points_fill(op_points *p, ad_op op, ad_engine_precision precision,
                    uint64_t seed, bool quick);

/* An operation of one operand at these places, by the table. */
void op_points_at(op_points *p, ad_op op, ad_engine_precision precision,
                  const double *x, size_t n, double c);

/* The value (of < 0), or the derivative by operand `of`: what the engine gave, by whatever
 * its output was weighed, and what is right. */
static inline double op_given(const op_point *at, int of)
{
    return of < 0 ? at->value : at->grad[of] / at->weight;
}

static inline double op_right(const op_point *at, int of)
{
    return of < 0 ? at->right_value : at->right_partial[of];
}

/* "x = 2, y = 3". Returns out. */
char *op_point_text(const op_points *p, size_t i, char *out, size_t room);

#endif
