/*
 * A foreign engine as a template's ENGINE: the verbs of our own engines, by way of the
 * contract of verify/engine.h.
 *
 *     ad_mounted r = {.m = &mount, .record = mount.engine.create()};
 *     ad_mounted_handle y = kind->record_mounted(p, &r, x);
 *     if (r.lacks != AD_OP_constant) ... the engine has no such operation ...
 *
 * An operation that the engine has is one look into a table and one indirect call; one
 * that it has not is written with others (mount.h), and where that cannot be either,
 * r.lacks names it and the handles that follow mean nothing.
 */
#ifndef GRADYNO_MOUNTED_H
#define GRADYNO_MOUNTED_H

#include "verify/kit/mount.h"

typedef struct ad_mounted {
    const mount *m;
    void *record;
    ad_op lacks; /* the first operation that is not there; AD_OP_constant: none */
} ad_mounted;

typedef ad_engine_node ad_mounted_handle;

/* For what the engine has not itself. */
ad_mounted_handle mounted_otherwise(ad_mounted *r, ad_op op,
                                    const ad_mounted_handle *operand, double c);

static inline ad_mounted_handle ad_mounted_apply(ad_mounted *r, ad_op op,
                                                 const ad_mounted_handle *operand,
                                                 double c)
{
    const int own = r->m->op[op];
    if (own < 0) return mounted_otherwise(r, op, operand, c);
    return r->m->engine.apply(r->record, own, (size_t)ad_ops[op].operands, operand, c);
}

static inline ad_mounted_handle ad_mounted_constant(ad_mounted *r, double v)
{
    return mount_constant(r->m, r->record, v);
}

static inline ad_mounted_handle ad_mounted_var(ad_mounted *r, double v)
{
    return r->m->engine.input(r->record, v);
}

/* A template may ask before the recording is known to have worked. */
static inline double ad_mounted_value(const ad_mounted *r, ad_mounted_handle h)
{
    return r->lacks != AD_OP_constant ? 0 : r->m->engine.value(r->record, h);
}

#define UNARY(name, ...)                                                               \
    static inline ad_mounted_handle ad_mounted_##name(ad_mounted *r,                   \
                                                      ad_mounted_handle x)             \
    {                                                                                  \
        return ad_mounted_apply(r, AD_OP_##name, &x, 0);                               \
    }
#define CONST(name, ...)                                                               \
    static inline ad_mounted_handle ad_mounted_##name(ad_mounted *r,                   \
                                                      ad_mounted_handle x, double c)   \
    {                                                                                  \
        return ad_mounted_apply(r, AD_OP_##name, &x, c);                               \
    }
#define BINARY(name, ...)                                                              \
    static inline ad_mounted_handle ad_mounted_##name(                                 \
        ad_mounted *r, ad_mounted_handle x, ad_mounted_handle y)                       \
    {                                                                                  \
        const ad_mounted_handle both[2] = {x, y};                                      \
        return ad_mounted_apply(r, AD_OP_##name, both, 0);                             \
    }
#define TERNARY(name, ...)                                                             \
    static inline ad_mounted_handle ad_mounted_##name(                                 \
        ad_mounted *r, ad_mounted_handle x, ad_mounted_handle y, ad_mounted_handle w)  \
    {                                                                                  \
        const ad_mounted_handle all[3] = {x, y, w};                                    \
        return ad_mounted_apply(r, AD_OP_##name, all, 0);                              \
    }
#include "engine/ops.def"

#endif
