/*
 * Chains of steps: each operand is the last result, which is on its way to memory.
 *
 * It is had from the register, by a branch that is foreseen. A product of 1000 factors
 * takes 0.45 of the time, a polynomial 0.4; an ODE, whose components take turns, would
 * take 1.4 times as long. So each block is asked whether it is a chain.
 */
#include "partials.h"
#include "plan_form.h"

#define STEPS_FORWARD plan_chain_forward
#define READ(place) ((place) == before ? last : value[place])
#include "plan_forward.inc"

static bool is_unary(unsigned op)
{
    return op < AD_OP_count && ad_ops[op].operands == 1; /* past it: muladd and so on */
}

bool plan_is_chain(const ad_plan *p, const plan_block *b)
{
    enum { ENOUGH = 64 };
    const plan_step *s = p->step + b->first;
    const uint32_t n = b->n < ENOUGH ? b->n : ENOUGH;
    uint32_t chained = 0;
    for (uint32_t i = 1; i < n; i++)
        chained +=
            s[i].y == b->z + i - 1 || (is_unary(s[i].op) && s[i].x == b->z + i - 1);
    return n > 2 && 8 * chained > 7 * (n - 1);
}
