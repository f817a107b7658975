/* Parts of wrong engines that are made of the right one, own_engine_tape. */
#ifndef GRADYNO_OWN_PARTS_H
#define GRADYNO_OWN_PARTS_H

#include "engine/ops.h"
#include "verify/kit/own_engine.h"

/* A node that its operation makes rightly; what it has no room for is not read. */
static inline ad_engine_node own_make(void *r, ad_op op, ad_engine_node x,
                                      ad_engine_node y, double c)
{
    const ad_engine_node operand[2] = {x, y};
    return own_engine_tape.apply(r, own_engine_tape.resolve(ad_ops[op].name),
                                 (size_t)ad_ops[op].operands, operand, c);
}

static inline double own_read(void *r, ad_engine_node x)
{
    return own_engine_tape.value(r, x);
}

/* Whether the engine's number of an operation is that of a row. */
static inline bool own_is(int op, ad_op row)
{
    return op == own_engine_tape.resolve(ad_ops[row].name);
}

#endif
