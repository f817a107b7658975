/*
 * Building a plan: blocks and steps are appended, and each gets the next places.
 */
#include "plan_build.h"

#include <string.h>

bool plan_add_block(ad_plan *p, plan_kind kind, uint32_t op, size_t n, size_t first)
{
    PLAN_ROOM(p->heap, p->block, p->blocks, p->block_room);
    if (p->heap->failed) return false;
    p->block[p->blocks++] = (plan_block){.kind = (uint16_t)kind,
                                         .op = (uint16_t)op,
                                         .n = (uint32_t)n,
                                         .z = (uint32_t)p->slots,
                                         .first = (uint32_t)first};
    p->slots += n;
    p->closed = false;
    return true;
}

bool plan_resize_steps(ad_plan *p, size_t room)
{
    const size_t size = sizeof *p->step;
    if (room == p->step_room) return true;
    plan_step *moved =
        p->memory.resize(p->memory.ctx, p->step, p->step_room * size, room * size);
    if (moved == NULL && room > 0) return false;
    p->step = moved;
    p->step_room = room;
    return true;
}

bool plan_open_steps(ad_plan *p)
{
    if (p->steps == p->step_room && !plan_resize_steps(p, 2 * p->steps + 16))
        return false;
    if (p->blocks > 0 && !p->closed && p->block[p->blocks - 1].kind == PLAN_STEPS)
        return true;
    return plan_add_block(p, PLAN_STEPS, 0, 0, p->steps);
}

bool plan_reserve_steps(ad_plan *p, size_t n)
{
    if (p->step_room - p->steps >= n) return true;
    return plan_resize_steps(p, p->steps + n);
}

/* (Not in line where it is called: there are no registers left there.) */
void plan_continue_steps(ad_plan *p, size_t n, size_t apart)
{
    enum { LONG = 8 };
    plan_step *s = p->step + p->steps;
    p->steps += n;
    if (apart >= LONG) {
        for (size_t i = 0; i < n; i++) {
            const plan_step a = s[i - 2 * apart], b = s[i - apart];
            s[i] = (plan_step){b.op, 2 * b.x - a.x, 2 * b.y - a.y, 2 * b.w - a.w};
        }
        return;
    }
    /* One by one: what is read again so soon would have to be waited for. */
    for (size_t j = 0; j < apart; j++) {
        plan_step c = *(s + j - apart);
        const plan_step a = *(s + j - 2 * apart);
        const plan_step d = {0, c.x - a.x, c.y - a.y, c.w - a.w};
        for (size_t i = j; i < n; i += apart)
            s[i] = c = (plan_step){c.op, c.x + d.x, c.y + d.y, c.w + d.w};
    }
}

bool plan_add_term(ad_plan *p, plan_term t)
{
    PLAN_ROOM(p->heap, p->term, p->terms, p->term_room);
    if (p->heap->failed) return false;
    p->term[p->terms++] = t;
    p->block[p->blocks - 1].terms++;
    return true;
}

bool plan_is_fixed(const ad_plan *p, const plan_walk *w, size_t m, size_t n)
{
    return plan_lowest(w, m, n) >= p->inputs && plan_highest(w, m, n) < p->constants;
}

/* Where the next n items of that size begin, in a block that has `bytes` so far. */
static size_t cut(size_t *bytes, size_t n, size_t size)
{
    const size_t at = *bytes;
    *bytes += plan_heap_aligned(n * size);
    return at;
}

static void *copy(void *to, const void *from, size_t bytes)
{
    return bytes > 0 ? memcpy(to, from, bytes) : to;
}

ad_plan *plan_pack(ad_plan *p)
{
    if (!plan_resize_steps(p, p->steps)) return NULL;
    size_t bytes = plan_heap_aligned(sizeof *p);
    const size_t blocks = p->blocks * sizeof *p->block;
    const size_t terms = p->terms * sizeof *p->term;
    const size_t guards = p->guards * sizeof *p->guard;
    const size_t block = cut(&bytes, blocks, 1), term = cut(&bytes, terms, 1);
    const size_t guard = cut(&bytes, guards, 1);
    const size_t output = cut(&bytes, p->outputs, sizeof *p->output);
    const size_t value = cut(&bytes, p->slots, sizeof *p->value);
    const size_t adjoint = cut(&bytes, p->slots, sizeof *p->adjoint);
    unsigned char *at = p->memory.resize(p->memory.ctx, NULL, 0, bytes);
    if (at == NULL) return NULL;
    ad_plan *packed = (ad_plan *)(void *)at;
    *packed = *p;
    packed->heap = NULL; /* it ends with the making */
    packed->bytes = bytes;
    packed->block = copy(at + block, p->block, blocks);
    packed->term = copy(at + term, p->term, terms);
    packed->guard = copy(at + guard, p->guard, guards);
    packed->output = (uint32_t *)(void *)(at + output);
    packed->value = (double *)(void *)(at + value);
    packed->adjoint = (double *)(void *)(at + adjoint);
    return packed;
}
