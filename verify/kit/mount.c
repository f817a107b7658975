/* Engines as given, held to the contract's letter. */
#include "verify/kit/mount.h"

#include <stdio.h>
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

const char *mount_engine(mount *m, const ad_engine *engine)
{
    *m = (mount){0};
    if (engine == NULL) return "gradyno_engine() returned NULL";
    if (engine->abi != AD_ENGINE_ABI)
        return "the engine was built for another ABI version";
    if (engine->size < MINIMAL) return "the engine's size is not sizeof(ad_engine)";
    memcpy(&m->engine, engine,
           engine->size < sizeof *engine ? engine->size : sizeof *engine);
    const char *why_not = missing(&m->engine);
    if (why_not != NULL) return why_not;
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

/* The operation of two nodes that a row with a constant is; AD_OP_count: none. */
static ad_op of_nodes(ad_op op)
{
    switch (op) {
    case AD_OP_neg:
    case AD_OP_mul_c: return AD_OP_mul;
    case AD_OP_add_c: return AD_OP_add;
    case AD_OP_c_sub: return AD_OP_sub;
    case AD_OP_c_div: return AD_OP_div;
    case AD_OP_pow_c:
    case AD_OP_c_pow: return AD_OP_pow;
    default: return AD_OP_count;
    }
}

bool mount_has(const mount *m, ad_op op)
{
    if (mount_has_own(m, op)) return true;
    const ad_op other = of_nodes(op);
    return other != AD_OP_count && mount_has_own(m, other);
}

ad_engine_node mount_apply(const mount *m, void *record, ad_op op,
                           const ad_engine_node *operand, double c)
{
    const ad_engine *e = &m->engine;
    if (mount_has_own(m, op))
        return e->apply(record, m->op[op], (size_t)ad_ops[op].operands, operand, c);
    const bool left = op == AD_OP_c_sub || op == AD_OP_c_div || op == AD_OP_c_pow;
    const ad_engine_node constant = mount_constant(m, record, op == AD_OP_neg ? -1 : c);
    const ad_engine_node both[2] = {left ? constant : operand[0],
                                    left ? operand[0] : constant};
    return e->apply(record, m->op[of_nodes(op)], 2, both, 0);
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
    if (mount_has(m, AD_OP_mul_c)) {
        *weighed = mount_apply(m, record, AD_OP_mul_c, &output, w);
        return true;
    }
    if (!mount_has_own(m, AD_OP_add) || w != 3) return false;
    const ad_engine_node twice[2] = {output, output};
    const ad_engine_node more[2] = {mount_apply(m, record, AD_OP_add, twice, 0),
                                    output};
    *weighed = mount_apply(m, record, AD_OP_add, more, 0);
    return true;
}
