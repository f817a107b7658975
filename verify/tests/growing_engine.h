/* A small tape whose array grows: rightly, or with one mistake. */
#ifndef GRADYNO_GROWING_ENGINE_H
#define GRADYNO_GROWING_ENGINE_H

#include "verify/engine.h"

typedef enum growing {
    GROWS,
    GROWS_UNDER_POINTERS,   /* operands are looked up before the array moves */
    GROWS_TO_FULL,          /* and no further: what comes then overwrites the last */
    GROWS_AND_CUTS,         /* exp of at most 20 */
    GROWS_AND_CUTS_LOG,     /* of at least 0.001 */
    GROWS_AND_BEGINS_BELOW, /* the output in backward */
    GROWS_AND_REWINDS_MORE, /* by one node */
    GROWS_AND_FORWARDS_DOWN /* from the output */
} growing;

/* Valid until the next call. */
const ad_engine *growing_engine(growing how);

#endif
