/*
 * Rows of the table: as long as the operands of a group's items stay in line, they are one
 * loop, a map; the others are steps.
 */
#include <string.h>

#include "plan_build.h"
#include "roll.h"

enum { SHORTEST_MAP = 4 };

/* A constant that is the same in all n rows is read at one place. */
static bool shares_constant(const roll *r, const uint32_t *order, size_t n)
{
    if (!has_constant(r->item[order[0]].op)) return false;
    const double *c = &r->made[r->item[order[0]].first - r->nodes];
    for (size_t k = 1; k < n; k++)
        if (memcmp(c, &r->made[r->item[order[k]].first - r->nodes], sizeof *c) != 0)
            return false;
    return true;
}

static bool emit_map(roll *r, const uint32_t *order, size_t n, plan_term *t)
{
    ad_plan *p = r->plan;
    const uint32_t op = r->item[order[0]].op;
    if (shares_constant(r, order, n)) t->y.row = 0;
    for (size_t k = 0; k < n; k++)
        r->note[r->item[order[k]].node] = (uint32_t)(p->slots + k);
    if (!plan_add_block(p, PLAN_MAP, op, n, p->terms)) return false;
    p->statistics.rolled += n;
    p->statistics.loops++;
    if (!plan_add_term(p, t[0])) return false;
    return ad_ops[op].operands < 3 || plan_add_term(p, t[1]);
}

/* How many items from the first on are in line; their walks. */
static size_t line_of(const roll *r, const uint32_t *order, size_t n, plan_term *t)
{
    const roll_place a = roll_places(r, &r->item[order[0]]);
    t[0] = (plan_term){.x.base = a.x, .y.base = a.y, .n = 1};
    t[1] = (plan_term){.x.base = a.w, .n = 1};
    if (n == 1) return 1;
    roll_place before = a, last = roll_places(r, &r->item[order[1]]);
    if (!plan_stride(a.x, last.x, &t->x.row) || !plan_stride(a.y, last.y, &t->y.row) ||
        !plan_stride(a.w, last.w, &t[1].x.row))
        return 1;
    size_t k = 2;
    for (; k < n; k++) {
        const roll_place next = roll_places(r, &r->item[order[k]]);
        if (!roll_in_line(before, last, next)) break;
        before = last;
        last = next;
    }
    return k;
}

bool roll_rows(roll *r, const uint32_t *order, size_t n)
{
    ad_plan *p = r->plan;
    for (size_t k = 0; k < n;) {
        plan_term t[2];
        const size_t length = line_of(r, order + k, n - k, t);
        if (length >= SHORTEST_MAP) {
            if (!emit_map(r, order + k, length, t)) return false;
            k += length;
            continue;
        }
        const roll_item *v = &r->item[order[k++]];
        if (!plan_add_step(p, v->op, t->x.base, t->y.base, t[1].x.base)) return false;
        r->note[v->node] = (uint32_t)(p->slots - 1);
    }
    return true;
}
