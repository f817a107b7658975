/* A small tape whose array grows: rightly, or with one mistake. */
#ifndef GRADYNO_GROWING_ENGINE_H
#define GRADYNO_GROWING_ENGINE_H

#include "verify/engine.h"

typedef enum growing {
    GROWS,
    GROWS_UNDER_POINTERS,      /* operands are looked up before the array moves */
    GROWS_TO_FULL,             /* and no further: what comes then overwrites the last */
    GROWS_AND_FORGETS,         /* derivatives, which it does not copy */
    GROWS_IN_BYTES,            /* numbers of operands, of 8 bits */
    GROWS_IN_TEXT,             /* goes back in the order of its numbers as text */
    GROWS_AND_COUNTS_IN_BYTES, /* the uses that a node waits for */
    GROWS_AND_RUNS_FEW,        /* rules, the last 16, in backward */
    GROWS_TO_A_DEPTH,          /* of backward, 100 below the output */
    GROWS_AND_SKIPS_SMALL,     /* gradients of less than 1e-9 */
    GROWS_AND_SKIPS_LARGE,     /* of more than 1e12 */
    GROWS_AND_LIMITS,          /* them to 1e9 */
    GROWS_ABOVE_LEAVES,        /* backward from an input returns at once */
    GROWS_AT_RANDOM,           /* leaves out a rule, by the address of something */
    GROWS_AND_CUTS,            /* exp of at most 20 */
    GROWS_AND_CUTS_LOG,        /* of at least 0.001 */
    GROWS_AND_BEGINS_BELOW,    /* the output in backward */
    GROWS_AND_REWINDS_MORE,    /* by one node */
    GROWS_AND_FORWARDS_DOWN,   /* from the output */
    GROWS_AND_FORWARDS_BELOW,  /* the output, which keeps its value */
    GROWS_AND_FORWARDS_LAST,   /* the output alone */
    GROWS_AND_FORWARDS_NOTHING,
    GROWS_AND_ZEROES_TO_ONE,
    GROWS_AND_HALVES, /* gradients, in zero_grad */
    GROWS_AND_NEGATES,
    GROWS_AND_ZEROES_VALUES,  /* instead of gradients */
    GROWS_AND_KEEPS_PRODUCTS, /* their gradients, where it clears all others */
    GROWS_AND_CUTS_CONSTANTS, /* to integers */
    GROWS_FROM_FLOATS,        /* inputs, which it rounds; and nothing else */
    GROWS_WITH_ANY_NAME,      /* all that it does not know is add */
    GROWS_SLOWLY_ONCE,        /* the first time that it has many nodes: right */
    GROWS_UNSET,              /* runs the rule of mul as a byte that nobody set says */
    GROWS_AND_OVERTAKES,      /* below tanh the next node has its turn at once */
    GROWS_ON_ONE_TAPE,        /* that create empties */
    GROWS_ONE_AT_A_TIME /* the same, and create says no while it is in use: right */
} growing;

/* Valid until the next call. */
const ad_engine *growing_engine(growing how);

#endif
