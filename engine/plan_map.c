/*
 * Maps: z[i] = op(x[i], y[i], w[i]), a loop for each row of the table, chosen once a
 * block.
 */
#include <string.h>

#include "maps.h"
#include "partials.h"
#include "plan_form.h"

/* Operands where they stand, and from one to the next; adjoints beside them. */
typedef struct map_operands {
    size_t n;
    const double *x, *y, *w, *z;
    double *result, *ax, *ay, *aw;
    const double *grad;
    ptrdiff_t sx, sy, sw;
} map_operands;

#define EACH for (ptrdiff_t i = 0; i < (ptrdiff_t)m->n; i++)

#define UNARY(name, f, dx, ...)                                                        \
    static void name##_forward(const map_operands *m)                                  \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx];                                          \
            m->result[i] = f;                                                          \
        }                                                                              \
    }                                                                                  \
    static void name##_backward(const map_operands *m)                                 \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], z = m->z[i], grad = m->grad[i];          \
            (void)x, (void)z;                                                          \
            if (grad != 0) m->ax[i * m->sx] += grad * (dx);                            \
        }                                                                              \
    }
#define CONST(name, f, dx, ...)                                                        \
    static void name##_forward(const map_operands *m)                                  \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], c = m->y[i * m->sy];                     \
            m->result[i] = f;                                                          \
        }                                                                              \
    }                                                                                  \
    static void name##_backward(const map_operands *m)                                 \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], c = m->y[i * m->sy];                     \
            const double z = m->z[i], grad = m->grad[i];                               \
            (void)x, (void)c, (void)z;                                                 \
            if (grad != 0) m->ax[i * m->sx] += grad * (dx);                            \
        }                                                                              \
    }
#define BINARY(name, f, dx, dy, ...)                                                   \
    static void name##_forward(const map_operands *m)                                  \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], y = m->y[i * m->sy];                     \
            m->result[i] = f;                                                          \
        }                                                                              \
    }                                                                                  \
    static void name##_backward(const map_operands *m)                                 \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], y = m->y[i * m->sy];                     \
            const double z = m->z[i], grad = m->grad[i];                               \
            (void)x, (void)y, (void)z;                                                 \
            if (grad == 0) continue;                                                   \
            m->ax[i * m->sx] += grad * (dx);                                           \
            m->ay[i * m->sy] += grad * (dy);                                           \
        }                                                                              \
    }
#define TERNARY(name, f, dx, dy, dw, ...)                                              \
    static void name##_forward(const map_operands *m)                                  \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], y = m->y[i * m->sy];                     \
            const double w = m->w[i * m->sw];                                          \
            m->result[i] = f;                                                          \
        }                                                                              \
    }                                                                                  \
    static void name##_backward(const map_operands *m)                                 \
    {                                                                                  \
        EACH                                                                           \
        {                                                                              \
            const double x = m->x[i * m->sx], y = m->y[i * m->sy];                     \
            const double w = m->w[i * m->sw], z = m->z[i], grad = m->grad[i];          \
            (void)x, (void)y, (void)w, (void)z;                                        \
            if (grad == 0) continue;                                                   \
            m->ax[i * m->sx] += grad * (dx);                                           \
            m->ay[i * m->sy] += grad * (dy);                                           \
            m->aw[i * m->sw] += grad * (dw);                                           \
        }                                                                              \
    }
#include "ops.def"

static const struct {
    void (*forward)(const map_operands *), (*backward)(const map_operands *);
} map[AD_OP_count] = {
#define UNARY(name, ...) [AD_OP_##name] = {name##_forward, name##_backward},
#define CONST(name, ...) [AD_OP_##name] = {name##_forward, name##_backward},
#define BINARY(name, ...) [AD_OP_##name] = {name##_forward, name##_backward},
#define TERNARY(name, ...) [AD_OP_##name] = {name##_forward, name##_backward},
#include "ops.def"
};

/* ---- Eight at a time ------------------------------------------------------------- */

#ifdef __GNUC__

/* The rows whose text is arithmetic alone. IF_ARITHMETIC(mul) is ROW,
 * IF_ARITHMETIC(tanh) NO_ROW: the second of what follows, and a mark brings one
 * more. */
#define ARITHMETIC_neg ~, ROW
#define ARITHMETIC_square ~, ROW
#define ARITHMETIC_add ~, ROW
#define ARITHMETIC_sub ~, ROW
#define ARITHMETIC_mul ~, ROW
#define ARITHMETIC_add_c ~, ROW
#define ARITHMETIC_mul_c ~, ROW
#define ARITHMETIC_c_sub ~, ROW
#define SECOND(a, b, ...) b
#define SECOND_OF(...) SECOND(__VA_ARGS__)
#define IF_ARITHMETIC(name) SECOND_OF(ARITHMETIC_##name, NO_ROW, ~)

#define TARGET
#define KERNEL(name) name##_sse2
#include "plan_lanes.inc"

#ifdef __x86_64__
#define TARGET __attribute__((target("avx2")))
#define KERNEL(name) name##_avx2
#include "plan_lanes.inc"

#define TARGET __attribute__((target("avx512f")))
#define KERNEL(name) name##_avx512
#include "plan_lanes.inc"

#define BEST(op, which)                                                                \
    (__builtin_cpu_supports("avx512f") ? lanes_avx512[op].which                        \
     : __builtin_cpu_supports("avx2")  ? lanes_avx2[op].which                          \
                                       : lanes_sse2[op].which)
#else
#define BEST(op, which) lanes_sse2[op].which
#endif

#else
#define BEST(op, which) ((void (*)(const map_operands *))NULL)
#endif

/* Does what it can in lanes, and leaves the rest in *m. */
static void in_lanes(void (*kernel)(const map_operands *), map_operands *m)
{
    const size_t done = m->n / 8 * 8;
    if (kernel == NULL || done == 0 || (m->sx | m->sy | 1) != 1) return;
    kernel(m);
    const ptrdiff_t x = (ptrdiff_t)done * m->sx, y = (ptrdiff_t)done * m->sy;
    m->n -= done;
    m->x += x, m->ax += x, m->y += y, m->ay += y;
    m->z += done, m->result += done, m->grad += done;
}

static map_operands operands_of(const ad_plan *p, const plan_block *b)
{
    const plan_term *t = p->term + b->first;
    const plan_walk w = b->terms > 1 ? t[1].x : t->x;
    return (map_operands){.n = b->n,
                          .x = p->value + t->x.base,
                          .y = p->value + t->y.base,
                          .w = p->value + w.base,
                          .z = p->value + b->z,
                          .result = p->value + b->z,
                          .ax = p->adjoint + t->x.base,
                          .ay = p->adjoint + t->y.base,
                          .aw = p->adjoint + w.base,
                          .grad = p->adjoint + b->z,
                          .sx = t->x.row,
                          .sy = t->y.row,
                          .sw = w.row};
}

/* A row of one operand over a range has a kernel, with vectors from libmvec where it is
 * there (maps.h says what that does to the bits). */
static bool is_range_of_unary(const plan_block *b, const map_operands *m)
{
    return m->sx == 1 && ad_ops[b->op].operands == 1 && ad_ops[b->op].constants == 0;
}

void plan_map_forward(const ad_plan *p, const plan_block *b)
{
    map_operands m = operands_of(p, b);
    in_lanes(BEST(b->op, forward), &m);
    if (is_range_of_unary(b, &m))
        ad_kernel_map((ad_op)b->op, m.n, m.x, m.result);
    else
        map[b->op].forward(&m);
}

void plan_map_backward(const ad_plan *p, const plan_block *b)
{
    map_operands m = operands_of(p, b);
    in_lanes(BEST(b->op, backward), &m);
    if (is_range_of_unary(b, &m))
        ad_kernel_map_back((ad_op)b->op, m.n, m.grad, m.x, m.z, m.ax);
    else
        map[b->op].backward(&m);
    memset(p->adjoint + b->z, 0, b->n * sizeof *p->adjoint);
}
