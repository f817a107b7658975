/*
 * Building a plan. What appends returns false when memory is out.
 */
#ifndef GRADYNO_PLAN_BUILD_H
#define GRADYNO_PLAN_BUILD_H

#include "plan_form.h"

/* A block of n results; what is added next belongs to it. */
bool plan_add_block(ad_plan *p, plan_kind kind, uint32_t op, size_t n, size_t first);
bool plan_add_term(ad_plan *p, plan_term t);

/* Room for a step, and the last block one that has steps, where there is none yet. */
bool plan_open_steps(ad_plan *p);

/* A step, in the last block if that has steps. Its result is in the last place. */
static inline bool plan_add_step(ad_plan *p, uint32_t op, uint32_t x, uint32_t y,
                                 uint32_t w)
{
    const bool open = p->steps < p->step_room && p->blocks > 0 && !p->closed;
    if (!open || p->block[p->blocks - 1].kind != PLAN_STEPS)
        if (!plan_open_steps(p)) return false;
    p->step[p->steps++] = (plan_step){op, x, y, w};
    p->block[p->blocks - 1].n++;
    p->slots++;
    return true;
}

/* Room for n more. */
bool plan_reserve_steps(ad_plan *p, size_t n);

/* n more, each as far further than the one `apart` before it as that is than the one
 * `apart` before that: who has reserved them says which block they are of. */
void plan_continue_steps(ad_plan *p, size_t n, size_t apart);

/* Steps have a block of their own from the start: there may be one for each operation.
 * 0 gives it back. */
bool plan_resize_steps(ad_plan *p, size_t room);

/* All the rest in one block, with room for its values, and the steps as they are; NULL
 * when memory is out. */
ad_plan *plan_pack(ad_plan *p);

/* From place a to place b as a stride; false where it is too far. */
static inline bool plan_stride(uint32_t a, uint32_t b, int32_t *s)
{
    const int64_t distance = (int64_t)b - (int64_t)a;
    *s = (int32_t)distance;
    return distance == *s;
}

/* Whether all m rows of n lie among the constants. */
bool plan_is_fixed(const ad_plan *p, const plan_walk *w, size_t m, size_t n);

#endif
