/* A small tape whose array grows: rightly, or with one mistake. */
#ifndef GRADYNO_GROWING_ENGINE_H
#define GRADYNO_GROWING_ENGINE_H

#include "verify/engine.h"

typedef enum growing {
    GROWS,
    GROWS_UNDER_POINTERS,     /* operands are looked up before the array moves */
    GROWS_TO_FULL,            /* and no further: what comes then overwrites the last */
    GROWS_AND_CUTS,           /* exp of at most 20 */
    GROWS_AND_CUTS_LOG,       /* of at least 0.001 */
    GROWS_AND_BEGINS_BELOW,   /* the output in backward */
    GROWS_AND_REWINDS_MORE,   /* by one node */
    GROWS_AND_FORWARDS_DOWN,  /* from the output */
    GROWS_AND_FORWARDS_BELOW, /* the output, which keeps its value */
    GROWS_AND_FORWARDS_LAST,  /* the output alone */
    GROWS_AND_FORWARDS_NOTHING,
    GROWS_AND_ZEROES_TO_ONE,
    GROWS_AND_HALVES, /* gradients, in zero_grad */
    GROWS_AND_NEGATES,
    GROWS_AND_KEEPS_PRODUCTS, /* their gradients, where it clears all others */
    GROWS_AND_CUTS_CONSTANTS, /* to integers */
    GROWS_SLOWLY_ONCE,        /* the first time that it has many nodes: right */
    GROWS_ON_ONE_TAPE,        /* that create empties */
    GROWS_ONE_AT_A_TIME /* the same, and create says no while it is in use: right */
} growing;

/* Valid until the next call. */
const ad_engine *growing_engine(growing how);

#endif
