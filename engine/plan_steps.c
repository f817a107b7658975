/*
 * Steps: the table of operations once more, as an interpreter of what no loop could be
 * made of.
 */
#include "partials.h"
#include "plan_form.h"

#define STEPS_FORWARD plan_steps_forward
#define READ(place) value[place]
#include "plan_forward.inc"

void plan_steps_backward(const ad_plan *p, const plan_block *b)
{
    const plan_step *step = p->step + b->first;
    const double *value = p->value, *result = value + b->z;
    double *restrict adjoint = p->adjoint;
    for (size_t i = b->n; i-- > 0;) {
        const double grad = adjoint[b->z + i], z = result[i];
        if (grad == 0) continue;
        (void)z;
        adjoint[b->z + i] = 0;
        const plan_step s = step[i];
        switch (s.op) {
#define UNARY(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = value[s.x];                                                   \
        (void)x;                                                                       \
        adjoint[s.x] += grad * (dx);                                                   \
        break;                                                                         \
    }
#define CONST(name, f, dx, ...)                                                        \
    case AD_OP_##name: {                                                               \
        const double x = value[s.x], c = value[s.y];                                   \
        (void)x, (void)c;                                                              \
        adjoint[s.x] += grad * (dx);                                                   \
        break;                                                                         \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    case AD_OP_##name: {                                                               \
        const double x = value[s.x], y = value[s.y];                                   \
        (void)x, (void)y;                                                              \
        adjoint[s.x] += grad * (dx);                                                   \
        adjoint[s.y] += grad * (dy);                                                   \
        break;                                                                         \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    case AD_OP_##name: {                                                               \
        const double x = value[s.x], y = value[s.y], w = value[s.w];                   \
        (void)x, (void)y, (void)w;                                                     \
        adjoint[s.x] += grad * (dx);                                                   \
        adjoint[s.y] += grad * (dy);                                                   \
        adjoint[s.w] += grad * (dw);                                                   \
        break;                                                                         \
    }
#include "ops.def"
        case AD_OP_muladd: {
            const double x = value[s.x], y = value[s.y];
            adjoint[s.x] += grad * y;
            adjoint[s.y] += grad * x;
            adjoint[s.w] += grad;
            break;
        }
        default: break;
        }
    }
}
