/* An engine whose records may have something of one another, and of themselves before. */
#ifndef GRADYNO_REUSING_ENGINE_H
#define GRADYNO_REUSING_ENGINE_H

#include "verify/engine.h"

typedef enum reusing {
    REUSES_NOTHING,
    REUSES_GRADIENTS, /* of a node's former life, after reset */
    REUSES_MARKS,
    REUSES_VALUES,
    REUSES_OPERANDS,
    REUSES_EDGES, /* after rewind alone */
    COUNTS_IN_BYTE,
    COUNTS_WITH_SIGN,
    COUNTS_RECORDS,
    COUNTS_ON_RECORD,
    COUNTS_IN_TWO,
    HAS_ONE_GRADIENT, /* for nodes of one number on all records */
    HAS_ONE_VALUE,
    MARKS_STAY, /* and nothing is made anew */
    FORWARDS_DIRECT,
    FORWARDS_LAST_LEAF,
    FORWARDS_TO_UNCHANGED,
    FORWARDS_ONCE,
    FORWARDS_BY_FIRST, /* operand */
    REUSINGS
} reusing;

/* One at a time: what the last call asked for. */
const ad_engine *reusing_engine(reusing it);

#endif
