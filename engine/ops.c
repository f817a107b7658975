/* The table as data: ops.def expanded once more, into functions and an array. */
#include "ops.h"

#include <string.h>

#include "partials.h"

#define UNARY(name, f, dx, ...)                                                        \
    static double name##_value(const double *operand, double c)                        \
    {                                                                                  \
        const double x = operand[0];                                                   \
        (void)x, (void)c;                                                              \
        return f;                                                                      \
    }                                                                                  \
    static void name##_partials(const double *operand, double c, double z, double *d)  \
    {                                                                                  \
        const double x = operand[0];                                                   \
        (void)x, (void)c, (void)z;                                                     \
        d[0] = dx;                                                                     \
    }
#define CONST UNARY
#define BINARY(name, f, dx, dy, ...)                                                   \
    static double name##_value(const double *operand, double c)                        \
    {                                                                                  \
        const double x = operand[0], y = operand[1];                                   \
        (void)x, (void)y, (void)c;                                                     \
        return f;                                                                      \
    }                                                                                  \
    static void name##_partials(const double *operand, double c, double z, double *d)  \
    {                                                                                  \
        const double x = operand[0], y = operand[1];                                   \
        (void)x, (void)y, (void)c, (void)z;                                            \
        d[0] = dx;                                                                     \
        d[1] = dy;                                                                     \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    static double name##_value(const double *operand, double c)                        \
    {                                                                                  \
        const double x = operand[0], y = operand[1], w = operand[2];                   \
        (void)x, (void)y, (void)w, (void)c;                                            \
        return f;                                                                      \
    }                                                                                  \
    static void name##_partials(const double *operand, double c, double z, double *d)  \
    {                                                                                  \
        const double x = operand[0], y = operand[1], w = operand[2];                   \
        (void)x, (void)y, (void)w, (void)c, (void)z;                                   \
        d[0] = dx;                                                                     \
        d[1] = dy;                                                                     \
        d[2] = dw;                                                                     \
    }
#include "ops.def"

const ad_op_info ad_ops[AD_OP_count] = {
    [AD_OP_constant] = {.name = "constant"}, [AD_OP_var] = {.name = "var"},
#define UNARY(name, f, dx, smoothness, lo, hi)                                         \
    [AD_OP_##name] = {#name,           1,  0,  #f,           {#dx},                    \
                      AD_##smoothness, lo, hi, name##_value, name##_partials},
#define CONST(name, f, dx, smoothness, lo, hi)                                         \
    [AD_OP_##name] = {#name,           1,  1,  #f,           {#dx},                    \
                      AD_##smoothness, lo, hi, name##_value, name##_partials},
#define BINARY(name, f, dx, dy, smoothness, lo, hi)                                    \
    [AD_OP_##name] = {#name,           2,  0,  #f,           {#dx, #dy},               \
                      AD_##smoothness, lo, hi, name##_value, name##_partials},
#define TERNARY(name, f, dx, dy, dw, smoothness, lo, hi)                               \
    [AD_OP_##name] = {#name,           3,  0,  #f,           {#dx, #dy, #dw},          \
                      AD_##smoothness, lo, hi, name##_value, name##_partials},
#include "ops.def"
    [AD_OP_sum] = {.name = "sum"},           [AD_OP_dot] = {.name = "dot"},
    [AD_OP_custom] = {.name = "custom"},
};

ad_op ad_op_find(const char *name)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (strcmp(ad_ops[op].name, name) == 0) return (ad_op)op;
    return AD_OP_count;
}

const char *ad_status_text(ad_status status)
{
    switch (status) {
    case AD_OK: return "ok";
    case AD_NO_MEMORY: return "out of memory";
    case AD_TOO_MANY: return "too many nodes";
    case AD_BRANCH_CHANGED: return "a comparison changed";
    }
    return "unknown status";
}
