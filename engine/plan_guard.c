/* Comparisons that a plan watches. */
#include "plan.h"
#include "plan_tape.h"

/* A custom node with partials 0, so that both sweeps pass it by, and a mark. */
bool ad_tape_less(ad_tape *t, ad_tape_handle a, ad_tape_handle b)
{
    const bool less = a.value < b.value;
    const uint32_t first = ad_tape_extra_real(t, 0);
    ad_tape_extra_pair(t, a.index, TAPE_GUARD);
    ad_tape_extra_real(t, 0);
    ad_tape_extra_pair(t, b.index, TAPE_GUARD);
    ad_tape_push(t, AD_OP_custom, less ? 1 : 0, 2, first);
    return less;
}
