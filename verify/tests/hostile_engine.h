/* Engines that do worse than to be wrong, by way of one that is right. */
#ifndef GRADYNO_HOSTILE_ENGINE_H
#define GRADYNO_HOSTILE_ENGINE_H

#include <stddef.h>

#include "verify/engine.h"

typedef struct hostile {
    const char *name;
    void (*spoil)(ad_engine *engine);
    const char *only;      /* what the kit is asked for */
    const char *id, *text; /* a row that there must be, and what it says */
    int exit;              /* the kit's verdict */
} hostile;

/* Valid until the next call. */
const ad_engine *hostile_engine(const hostile *h);

extern const hostile hostile_engines[];
extern const size_t hostile_engines_count;

#endif
