/* Engines as given, held to the contract's letter. */
#include "verify/kit/mount.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINIMAL = offsetof(ad_engine, precision) };

static const char *missing(const ad_engine *e)
{
    return e->create == NULL     ? "the engine has no function create"
           : e->destroy == NULL  ? "the engine has no function destroy"
           : e->resolve == NULL  ? "the engine has no function resolve"
           : e->input == NULL    ? "the engine has no function input"
           : e->apply == NULL    ? "the engine has no function apply"
           : e->value == NULL    ? "the engine has no function value"
           : e->backward == NULL ? "the engine has no function backward"
           : e->grad == NULL     ? "the engine has no function grad"
                                 : NULL;
}

static const char *other_abi(mount *m, uint32_t abi)
{
    snprintf(
        m->why_not, sizeof m->why_not,
        "the engine was built for ABI version %u, this is version %u: build it anew",
        (unsigned)abi, (unsigned)AD_ENGINE_ABI);
    return m->why_not;
}

const char *mount_engine(mount *m, const ad_engine *engine)
{
    *m = (mount){0};
    if (engine == NULL) return "gradyno_engine() returned NULL";
    if (engine->abi != AD_ENGINE_ABI) return other_abi(m, engine->abi);
    if (engine->size < MINIMAL) return "the engine's size is not sizeof(ad_engine)";
    memcpy(&m->engine, engine,
           engine->size < sizeof *engine ? engine->size : sizeof *engine);
    const char *why_not = missing(&m->engine);
    if (why_not != NULL) return why_not;
    if ((m->engine.mark == NULL) != (m->engine.rewind == NULL))
        return "the engine has one of mark and rewind: give both, or neither";
    if (m->engine.precision != AD_ENGINE_DOUBLE &&
        m->engine.precision != AD_ENGINE_FLOAT)
        return "the engine's precision is neither double nor float";
    m->unit = m->engine.precision == AD_ENGINE_FLOAT ? 0x1p-24 : 0x1p-53;
    for (int op = 0; op < AD_OP_count; op++) m->op[op] = -1;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        m->op[op] = m->engine.resolve(ad_ops[op].name);
        m->supported += m->op[op] >= 0;
    }
    return m->supported > 0 ? NULL : "the engine resolves no operation";
}

/* ---- In other words -------------------------------------------------------------- */

/*
 * What is written with other operations where the engine has not its own. `out` NULL
 * asks only whether it can be: then nothing is recorded.
 */
typedef struct phrase {
    const mount *m;
    void *record;
    ad_engine_node *out;
    bool *uses; /* [AD_OP_count], or NULL: the engine's own operations that are used */
} phrase;

static bool say(phrase p, ad_op op, const ad_engine_node *x, double c);

static bool say_two(phrase p, ad_op op, ad_engine_node x, ad_engine_node y)
{
    const ad_engine_node both[2] = {x, y};
    return say(p, op, both, 0);
}

static bool own(const phrase *p, ad_op op) { return mount_has_own(p->m, op); }

static ad_engine_node leaf(const phrase *p, double c)
{
    return p->out == NULL ? 0 : mount_constant(p->m, p->record, c);
}

/* op(x, inner(y)) */
static bool say_both(phrase p, ad_op op, ad_engine_node x, ad_op inner,
                     const ad_engine_node *y)
{
    ad_engine_node z = 0;
    const phrase within = {p.m, p.record, p.out == NULL ? NULL : &z, p.uses};
    return say(within, inner, y, 0) && say_two(p, op, x, z);
}

static bool say_otherwise(phrase p, ad_op op, const ad_engine_node *x, double c)
{
    const ad_engine_node first = x[0];
    switch (op) {
    case AD_OP_neg:
        return own(&p, AD_OP_mul_c)   ? say(p, AD_OP_mul_c, x, -1)
               : own(&p, AD_OP_c_sub) ? say(p, AD_OP_c_sub, x, 0)
               : own(&p, AD_OP_mul)
                   ? say_two(p, AD_OP_mul, leaf(&p, -1), first)
                   : own(&p, AD_OP_sub) && say_two(p, AD_OP_sub, leaf(&p, 0), first);
    case AD_OP_square:
        return own(&p, AD_OP_mul) ? say_two(p, AD_OP_mul, first, first)
                                  : own(&p, AD_OP_pow_c) && say(p, AD_OP_pow_c, x, 2);
    case AD_OP_recip:
        return own(&p, AD_OP_pow_c) ? say(p, AD_OP_pow_c, x, -1)
               : own(&p, AD_OP_c_div)
                   ? say(p, AD_OP_c_div, x, 1)
                   : own(&p, AD_OP_div) && say_two(p, AD_OP_div, leaf(&p, 1), first);
    case AD_OP_sub:
        return own(&p, AD_OP_add) && say_both(p, AD_OP_add, first, AD_OP_neg, &x[1]);
    case AD_OP_div:
        return own(&p, AD_OP_mul) && say_both(p, AD_OP_mul, first, AD_OP_recip, &x[1]);
    case AD_OP_add_c:
        return own(&p, AD_OP_add) && say_two(p, AD_OP_add, first, leaf(&p, c));
    case AD_OP_mul_c:
        return own(&p, AD_OP_mul) && say_two(p, AD_OP_mul, leaf(&p, c), first);
    case AD_OP_c_sub: return say_two(p, AD_OP_sub, leaf(&p, c), first);
    case AD_OP_c_div: return say_two(p, AD_OP_div, leaf(&p, c), first);
    case AD_OP_pow_c:
        return own(&p, AD_OP_pow) && say_two(p, AD_OP_pow, first, leaf(&p, c));
    case AD_OP_c_pow:
        return own(&p, AD_OP_pow) && say_two(p, AD_OP_pow, leaf(&p, c), first);
    default: return false;
    }
}

/* The operands stand in an array that is good for this call alone: who keeps its address
 * finds the last operand in all of it, and then nothing. */
static ad_engine_node apply(const phrase *p, ad_op op, const ad_engine_node *x,
                            double c)
{
    ad_engine_node lent[AD_MAX_OPERANDS] = {0};
    volatile ad_engine_node *const again = lent; /* is written, though nobody reads */
    const int n = ad_ops[op].operands;
    ad_engine_node *kept = p->m->lasting ? malloc(sizeof lent) : NULL;
    if (kept != NULL) { /* for an engine that keeps it */
        memcpy(kept, x, (size_t)n * sizeof *kept);
        return p->m->engine.apply(p->record, p->m->op[op], (size_t)n, kept, c);
    }
    for (int i = 0; i < n; i++) lent[i] = x[i];
    const ad_engine_node z =
        p->m->engine.apply(p->record, p->m->op[op], (size_t)n, lent, c);
    for (int i = 0; i < n; i++) again[i] = n == 1 ? 0 : x[n - 1];
    return z;
}

static bool say(phrase p, ad_op op, const ad_engine_node *x, double c)
{
    if (!own(&p, op)) return say_otherwise(p, op, x, c);
    if (p.uses != NULL) p.uses[op] = true;
    if (p.out != NULL) *p.out = apply(&p, op, x, c);
    return true;
}

bool mount_has(const mount *m, ad_op op) { return mount_uses(m, op, NULL); }

bool mount_uses(const mount *m, ad_op op, bool *uses)
{
    const ad_engine_node none[AD_MAX_OPERANDS] = {0};
    return say((phrase){.m = m, .uses = uses}, op, none, 0);
}

ad_engine_node mount_apply(const mount *m, void *record, ad_op op,
                           const ad_engine_node *operand, double c)
{
    ad_engine_node z = 0;
    say((phrase){m, record, &z, NULL}, op, operand, c);
    return z;
}

ad_engine_node mount_constant(const mount *m, void *record, double value)
{
    return m->engine.constant != NULL ? m->engine.constant(record, value)
                                      : m->engine.input(record, value);
}

bool mount_weigh(const mount *m, void *record, ad_engine_node output, double w,
                 ad_engine_node *weighed)
{
    *weighed = output;
    if (w == 1) return true;
    if (!mount_has_own(m, AD_OP_add) || w != 3) {
        if (!mount_has(m, AD_OP_mul_c)) return false;
        *weighed = mount_apply(m, record, AD_OP_mul_c, &output, w);
        return true;
    }
    const ad_engine_node twice[2] = {output, output};
    const ad_engine_node more[2] = {mount_apply(m, record, AD_OP_add, twice, 0),
                                    output};
    *weighed = mount_apply(m, record, AD_OP_add, more, 0);
    return true;
}
