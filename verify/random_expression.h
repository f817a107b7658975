/*
 * random_expression.h: random formulas whose derivatives are known, for trying a
 * checker on functions nobody chose. A formula is a list of nodes in evaluation order;
 * value() is what a user's double function computes, truth() carries forward-mode
 * tangents in long double.
 */
#ifndef GRADYNO_RANDOM_EXPRESSION_H
#define GRADYNO_RANDOM_EXPRESSION_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include "verify/random.h"

enum { EXPRESSION_NODES = 40, EXPRESSION_INPUTS = 3 };

enum expression_op {
    EX_INPUT,
    EX_CONSTANT,
    EX_ADD,
    EX_SUB,
    EX_MUL,
    EX_DIV,
    EX_SIN,
    EX_COS,
    EX_EXP,
    EX_LOG,
    EX_SQRT,
    EX_CBRT,
    EX_TANH,
    EX_ATAN,
    EX_SQUARE,
    EX_LOG1P,
    EX_EXPM1,
    EX_ABS,
    EX_RELU,
    EX_SIGMOID,
    EX_MAX,
    EX_CUBE,
    EX_OPS
};

struct expression {
    size_t inputs, count, evaluations;
    struct {
        enum expression_op op;
        size_t a, b;
        double constant;
    } node[EXPRESSION_NODES];
    double x[EXPRESSION_INPUTS];
};

/* Appends a random subtree and returns its node. */
static inline size_t random_subtree(struct expression *e, random_source *random,
                                    int depth)
{
    size_t k;
    enum expression_op op;

    if (depth == 0 || e->count + 12 > EXPRESSION_NODES ||
        random_uniform(random, 0.0, 1.0) < 0.1) {
        op = random_uniform(random, 0.0, 1.0) < 0.75 ? EX_INPUT : EX_CONSTANT;
        k = e->count++;
        e->node[k].op = op;
        e->node[k].a = e->node[k].b = random_below(random, e->inputs);
        e->node[k].constant = (random_uniform(random, 0.0, 1.0) - 0.3) * 4.0;
        return k;
    }
    op = random_uniform(random, 0.0, 1.0) < 0.45
             ? EX_ADD + (enum expression_op)random_below(random, 4)
             : EX_SIN + (enum expression_op)random_below(random, EX_OPS - EX_SIN);
    {
        size_t a = random_subtree(e, random, depth - 1), b = a;

        if (op <= EX_DIV || op == EX_MAX) b = random_subtree(e, random, depth - 1);
        k = e->count++;
        e->node[k].op = op;
        e->node[k].a = a;
        e->node[k].b = b;
        e->node[k].constant = 0.0;
    }
    return k;
}

static inline void random_expression(struct expression *e, random_source *random)
{
    static const double sizes[] = {1e-6, 1e-3, 0.1, 10.0, 1e3, 1e6, 1e11};

    e->inputs = 1 + random_below(random, EXPRESSION_INPUTS);
    e->count = 0;
    e->evaluations = 0;
    for (size_t i = 0; i < e->inputs; ++i) {
        double sign = random_uniform(random, 0.0, 1.0) < 0.3 ? -1.0 : 1.0;
        double size = 1.0;

        if (random_uniform(random, 0.0, 1.0) < 0.4)
            size = sizes[random_below(random, sizeof sizes / sizeof sizes[0])];
        e->x[i] = sign * size * (0.3 + 2.0 * random_uniform(random, 0.0, 1.0));
    }
    random_subtree(e, random, 2 + (int)random_below(random, 3));
}

static inline double expression_value(const double *x, void *context)
{
    struct expression *e = context;
    double v[EXPRESSION_NODES] = {0};

    ++e->evaluations;
    for (size_t k = 0; k < e->count; ++k) {
        double a = e->node[k].op >= EX_ADD ? v[e->node[k].a] : 0.0;
        double b = e->node[k].op >= EX_ADD ? v[e->node[k].b] : 0.0;

        switch (e->node[k].op) {
        case EX_INPUT: v[k] = x[e->node[k].a]; break;
        case EX_CONSTANT: v[k] = e->node[k].constant; break;
        case EX_ADD: v[k] = a + b; break;
        case EX_SUB: v[k] = a - b; break;
        case EX_MUL: v[k] = a * b; break;
        case EX_DIV: v[k] = a / b; break;
        case EX_SIN: v[k] = sin(a); break;
        case EX_COS: v[k] = cos(a); break;
        case EX_EXP: v[k] = exp(a); break;
        case EX_LOG: v[k] = log(a); break;
        case EX_SQRT: v[k] = sqrt(a); break;
        case EX_CBRT: v[k] = cbrt(a); break;
        case EX_TANH: v[k] = tanh(a); break;
        case EX_ATAN: v[k] = atan(a); break;
        case EX_SQUARE: v[k] = a * a; break;
        case EX_CUBE: v[k] = a * a * a; break;
        case EX_LOG1P: v[k] = log1p(a); break;
        case EX_EXPM1: v[k] = expm1(a); break;
        case EX_ABS: v[k] = fabs(a); break;
        case EX_RELU: v[k] = a > 0.0 ? a : 0.0; break;
        case EX_SIGMOID: v[k] = 1.0 / (1.0 + exp(-a)); break;
        case EX_MAX: v[k] = a > b ? a : b; break;
        default: v[k] = (double)NAN;
        }
    }
    return v[e->count - 1];
}

/* The value and its derivative with respect to x[input], in long double. */
static inline long double expression_truth(const struct expression *e, size_t input,
                                           long double *derivative)
{
    long double v[EXPRESSION_NODES] = {0}, d[EXPRESSION_NODES] = {0};

    for (size_t k = 0; k < e->count; ++k) {
        int inner = e->node[k].op >= EX_ADD;
        long double a = inner ? v[e->node[k].a] : 0, b = inner ? v[e->node[k].b] : 0;
        long double da = inner ? d[e->node[k].a] : 0, db = inner ? d[e->node[k].b] : 0;

        switch (e->node[k].op) {
        case EX_INPUT:
            v[k] = (long double)e->x[e->node[k].a];
            d[k] = e->node[k].a == input;
            break;
        case EX_CONSTANT: v[k] = (long double)e->node[k].constant, d[k] = 0; break;
        case EX_ADD: v[k] = a + b, d[k] = da + db; break;
        case EX_SUB: v[k] = a - b, d[k] = da - db; break;
        case EX_MUL: v[k] = a * b, d[k] = da * b + a * db; break;
        case EX_DIV: v[k] = a / b, d[k] = (da - v[k] * db) / b; break;
        case EX_SIN: v[k] = sinl(a), d[k] = da * cosl(a); break;
        case EX_COS: v[k] = cosl(a), d[k] = -da * sinl(a); break;
        case EX_EXP: v[k] = expl(a), d[k] = da * v[k]; break;
        case EX_LOG: v[k] = logl(a), d[k] = da / a; break;
        case EX_SQRT: v[k] = sqrtl(a), d[k] = da / (2 * v[k]); break;
        case EX_CBRT: v[k] = cbrtl(a), d[k] = da / (3 * v[k] * v[k]); break;
        case EX_TANH: v[k] = tanhl(a), d[k] = da / (coshl(a) * coshl(a)); break;
        case EX_ATAN: v[k] = atanl(a), d[k] = da / (1 + a * a); break;
        case EX_SQUARE: v[k] = a * a, d[k] = 2 * a * da; break;
        case EX_CUBE: v[k] = a * a * a, d[k] = 3 * a * a * da; break;
        case EX_LOG1P: v[k] = log1pl(a), d[k] = da / (1 + a); break;
        case EX_EXPM1: v[k] = expm1l(a), d[k] = da * expl(a); break;
        case EX_ABS: v[k] = fabsl(a), d[k] = a < 0 ? -da : da; break;
        case EX_RELU: v[k] = a > 0 ? a : 0, d[k] = a > 0 ? da : 0; break;
        case EX_SIGMOID: {
            long double t = expl(-fabsl(a));

            v[k] = 1 / (1 + expl(-a)), d[k] = da * t / ((1 + t) * (1 + t));
            break;
        }
        case EX_MAX: v[k] = a > b ? a : b, d[k] = a > b ? da : db; break;
        default: v[k] = d[k] = (long double)NAN;
        }
    }
    *derivative = d[e->count - 1];
    return v[e->count - 1];
}

#endif
