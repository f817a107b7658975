/*
 * Building a plan: blocks and steps are appended, and each gets the next places.
 */
#include "plan_build.h"

/* Room for one more in a plan's array, doubling. */
#define ROOM(p, array, count, room)                                                    \
    do {                                                                               \
        if ((p)->count < (p)->room) break;                                             \
        const size_t wanted = (p)->room == 0 ? 16 : 2 * (p)->room;                     \
        void *moved =                                                                  \
            plan_heap_resize(&(p)->heap, (p)->array, wanted, sizeof *(p)->array);      \
        if (moved == NULL) return false;                                               \
        (p)->array = moved;                                                            \
        (p)->room = wanted;                                                            \
    } while (0)

bool plan_add_block(ad_plan *p, plan_kind kind, uint32_t op, size_t n, size_t first)
{
    ROOM(p, block, blocks, block_room);
    p->block[p->blocks++] = (plan_block){.kind = (uint16_t)kind,
                                         .op = (uint16_t)op,
                                         .n = (uint32_t)n,
                                         .z = (uint32_t)p->slots,
                                         .first = (uint32_t)first};
    p->slots += n;
    return true;
}

/* Its result stands in the last place. */
bool plan_add_step(ad_plan *p, uint32_t op, uint32_t x, uint32_t y, uint32_t w)
{
    ROOM(p, step, steps, step_room);
    p->step[p->steps++] = (plan_step){op, x, y, w};
    if (p->blocks == 0 || p->block[p->blocks - 1].kind != PLAN_STEPS)
        return plan_add_block(p, PLAN_STEPS, 0, 1, p->steps - 1);
    p->block[p->blocks - 1].n++;
    p->slots++;
    return true;
}

bool plan_reserve_steps(ad_plan *p, size_t n)
{
    if (p->step_room - p->steps >= n) return true;
    const size_t room = p->steps + n;
    plan_step *moved = plan_heap_resize(&p->heap, p->step, room, sizeof *moved);
    if (moved == NULL) return false;
    p->step = moved;
    p->step_room = room;
    return true;
}

bool plan_add_term(ad_plan *p, plan_term t)
{
    ROOM(p, term, terms, term_room);
    p->term[p->terms++] = t;
    p->block[p->blocks - 1].terms++;
    return true;
}

bool plan_is_fixed(const ad_plan *p, const plan_walk *w, size_t m, size_t n)
{
    const int64_t rows = (int64_t)w->row * ((int64_t)m - 1);
    const int64_t steps = (int64_t)w->step * ((int64_t)n - 1);
    const int64_t lo =
        (int64_t)w->base + (rows < 0 ? rows : 0) + (steps < 0 ? steps : 0);
    const int64_t hi =
        (int64_t)w->base + (rows > 0 ? rows : 0) + (steps > 0 ? steps : 0);
    return lo >= (int64_t)p->inputs && hi < (int64_t)p->constants;
}

/* An array that fills less than three quarters of its room. */
#define SHRINK(p, array, count, room)                                                  \
    do {                                                                               \
        if ((p)->count == 0 || 4 * (p)->count > 3 * (p)->room) break;                  \
        void *moved =                                                                  \
            plan_heap_resize(&(p)->heap, (p)->array, (p)->count, sizeof *(p)->array);  \
        if (moved == NULL) return false;                                               \
        (p)->array = moved;                                                            \
        (p)->room = (p)->count;                                                        \
    } while (0)

bool plan_shrink(ad_plan *p)
{
    SHRINK(p, block, blocks, block_room);
    SHRINK(p, term, terms, term_room);
    SHRINK(p, step, steps, step_room);
    return true;
}
