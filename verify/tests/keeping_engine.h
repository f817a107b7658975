/* A right engine with every member, on an array of nodes; or one that keeps what it may
 * not. */
#ifndef GRADYNO_KEEPING_ENGINE_H
#define GRADYNO_KEEPING_ENGINE_H

#include "verify/engine.h"

typedef enum keeping {
    KEEPS_NOTHING,
    KEEPS_APPLY_ARRAY,
    KEEPS_SUM_ARRAY,
    KEEPS_GRADIENTS,      /* over reset */
    KEEPS_ORDER_RESET,    /* kept by the output's number, over reset */
    KEEPS_ORDER_REWOUND,  /* over rewind */
    KEEPS_ORDER_FOR_EVER, /* over the record's end, too */
    KEEPS_SAVED_ONCE,     /* what a rule goes by: by the first value */
    KEEPS_SAVED_BEHIND,   /* by the first backward */
    KEEPS_EXP,            /* forward knows no exp */
    KEEPS_ROUNDED,        /* sigmoid is looked up by x, to two decimals */
    KEEPINGS
} keeping;

/* One at a time: what the last call asked for. */
const ad_engine *keeping_engine(keeping it);

#endif
