/* A right engine on an array of nodes; or one whose nodes share what each should have. */
#ifndef GRADYNO_SHARING_ENGINE_H
#define GRADYNO_SHARING_ENGINE_H

#include "verify/engine.h"

typedef enum sharing {
    SHARES_NOTHING,
    SHARES_ANY_CONSTANT,  /* steps are looked up, without the constant */
    SHARES_WRITTEN,       /* by the numbers of the operands, one after the other */
    SHARES_HASH,          /* by 31 i + j */
    SHARES_CONSTANT,      /* mul_c's is kept once for all */
    SHARES_GRADIENT,      /* mul_c's result and its operand */
    SHARES_GIVEN,         /* sub gives its own where its operand has none yet */
    SHARES_NODE,          /* max gives back an operand */
    SHARES_LIST,          /* exp's operands are in one list */
    SHARES_SAVED,         /* tanh and exp read what the last of them has saved */
    SHARES_RULE,          /* exp, log and sin: a loop's last, which is tanh */
    SHARES_OLD_CONSTANTS, /* found by value, after reset, too */
    SHARES_OLD_GRADIENTS, /* it adds, and rewind leaves them */
    SHARES_FIRST_ORDER,   /* the first backward's list, walked by all */
    SHARES_ALL_ORDERS,    /* every backward walks those before it, too */
    TAKES_OPERANDS,       /* tanh and square have their operand's operands */
    ENDS_AT_ZERO,         /* shares nothing: its walk ends at a gradient of 0, */
    ENDS_AT_CONSTANT,     /* or at a constant that the output depends on */
    SHARINGS
} sharing;

/* One at a time: what the last call asked for. */
const ad_engine *sharing_engine(sharing it);

#endif
