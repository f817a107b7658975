/* Expressions: the functions they call, their evaluation in double, their end. */
#include "verify/expr.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* x 2^n, for the n that C would have made of the double y. */
static double power_of_two(double x, double y)
{
    if (isnan(y)) return y;
    return scalbn(x, (int)fmax(-9999, fmin(9999, y)));
}

#define OPERATOR1(id, text, f, ...)                                                    \
    static double id##_value(const double *operand)                                    \
    {                                                                                  \
        const double x = operand[0];                                                   \
        return f;                                                                      \
    }
#define OPERATOR2(id, text, f, ...)                                                    \
    static double id##_value(const double *operand)                                    \
    {                                                                                  \
        const double x = operand[0], y = operand[1];                                   \
        return f;                                                                      \
    }
#define FUNCTION1(id, ...) OPERATOR1(id, , __VA_ARGS__)
#define FUNCTION2(id, ...) OPERATOR2(id, , __VA_ARGS__)
#define FUNCTION3(id, f, ...)                                                          \
    static double id##_value(const double *operand)                                    \
    {                                                                                  \
        const double x = operand[0], y = operand[1], w = operand[2];                   \
        return f;                                                                      \
    }
#include "verify/expr_functions.def"

#define ROW(name) .row = #name
#define FLAT .flat = true
#define INSTEAD(text) .instead = text
const struct expr_function expr_functions[EXPR_FUNCTIONS] = {
#define OPERATOR1(id, text, f, mpfr, recording)                                        \
    [EXPR_##id] = {.name = text, .operands = 1, .value = id##_value, recording},
#define OPERATOR2(id, text, f, mpfr, recording)                                        \
    [EXPR_##id] = {.name = text, .operands = 2, .value = id##_value, recording},
#define FUNCTION1(id, f, mpfr, recording)                                              \
    [EXPR_##id] = {.name = #id, .operands = 1, .value = id##_value, recording},
#define FUNCTION2(id, f, mpfr, recording)                                              \
    [EXPR_##id] = {.name = #id, .operands = 2, .value = id##_value, recording},
#define FUNCTION3(id, f, mpfr, recording)                                              \
    [EXPR_##id] = {.name = #id, .operands = 3, .value = id##_value, recording},
#include "verify/expr_functions.def"
};

expr_function_id expr_function_find(const char *name)
{
    for (int i = 0; i < EXPR_FUNCTIONS; i++)
        if (strcmp(expr_functions[i].name, name) == 0) return (expr_function_id)i;
    return EXPR_FUNCTIONS;
}

size_t expr_input_find(const expr *e, const char *name)
{
    size_t i = 0;
    while (i < e->inputs && strcmp(e->input[i], name) != 0) i++;
    return i;
}

static double node_value(const struct expr_node *v, const double *inputs,
                         const double *value)
{
    double x[EXPR_MAX_OPERANDS] = {0};
    for (int k = 0; k < v->operands; k++) x[k] = value[v->operand[k]];
    switch (v->kind) {
    case EXPR_NUMBER: return v->number;
    case EXPR_INPUT: return inputs[v->which];
    case EXPR_FUNCTION: return expr_functions[v->which].value(x);
    case EXPR_ROW: return ad_ops[v->op].value(x, x[ad_ops[v->op].operands]);
    case EXPR_CONDITIONAL: return x[0] != 0 ? x[1] : x[2];
    }
    return (double)NAN;
}

void expr_values(const expr *e, const double *inputs, double *value)
{
    for (size_t i = 0; i < e->nodes; i++)
        value[i] = node_value(&e->node[i], inputs, value);
}

double expr_value(const expr *e, const double *inputs)
{
    enum { SMALL = 256 };
    double small[SMALL];
    double *value = e->nodes <= SMALL ? small : malloc(e->nodes * sizeof *value);
    if (value == NULL) return (double)NAN;
    expr_values(e, inputs, value);
    const double result = value[e->output];
    if (value != small) free(value);
    return result;
}

double expr_callback(const double *inputs, void *ctx)
{
    return expr_value(ctx, inputs);
}

void expr_free(expr *e)
{
    if (e == NULL) return;
    for (int op = 0; op < AD_OP_count; op++) expr_free(e->row[op]);
    free(e->node);
    free(e->input);
    free(e->statement);
    free(e->pool);
    free(e);
}
