/* A small tape whose array grows: rightly, with a mistake in that, or in exp far out. */
#ifndef GRADYNO_GROWING_ENGINE_H
#define GRADYNO_GROWING_ENGINE_H

#include "verify/engine.h"

typedef enum growing {
    GROWS,
    GROWS_UNDER_POINTERS, /* operands are looked up before the array moves */
    GROWS_TO_FULL,        /* and no further: what comes then overwrites the last */
    GROWS_AND_CUTS        /* exp of at most 20 */
} growing;

/* Valid until the next call. */
const ad_engine *growing_engine(growing how);

#endif
