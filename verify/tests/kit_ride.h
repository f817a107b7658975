/* What the tests of the conformance kit share: an engine's ride, and its rows. */
#ifndef GRADYNO_KIT_RIDE_H
#define GRADYNO_KIT_RIDE_H

#include <check.h>
#include <string.h>

#include "verify/kit/kit.h"

/* The whole ride; kit_close ends what it says. */
static inline kit_verdict ride_through(kit *k, engine_file *f, const ad_engine *engine,
                                       kit_options options)
{
    engine_file_give(f, engine);
    ck_assert(kit_open(k, f, options));
    return kit_run(k);
}

/* The row of that number, or NULL. */
static inline const finding *named(const kit *k, const char *id)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->finding[i].id, id) == 0) return &k->finding[i];
    return NULL;
}

static inline const finding *first_bad(const kit *k)
{
    for (size_t i = 0; i < k->n; i++)
        if (finding_is_bad(k->finding[i].status)) return &k->finding[i];
    return NULL;
}

/* The one message that there is. */
static inline const finding *only_told(const kit *k)
{
    const finding *told = NULL;
    for (size_t i = 0; i < k->n; i++) {
        const finding *f = &k->finding[i];
        if (!finding_is_told(f)) continue;
        ck_assert_msg(told == NULL, "%s: %s: %s", f->id, f->code, f->text);
        told = f;
    }
    ck_assert_ptr_nonnull(told);
    return told;
}

#endif
