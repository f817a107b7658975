/*
 * Rows of the table: as long as the operands of a group's items stay in line, they are
 * one loop, a map; the others are steps.
 */
#include <string.h>

#include "plan_build.h"
#include "roll.h"

/* A constant that is the same in all n rows is read at one place. */
static bool shares_constant(const roll *r, const roll_item *v, size_t n)
{
    if (!has_constant(v->op) || r->moving) return false;
    const double *c = r->made - r->nodes;
    for (size_t k = 1; k < n; k++)
        if (memcmp(&c[v->y], &c[v[k].y], sizeof *c) != 0) return false;
    return true;
}

static bool emit_map(roll *r, const roll_item *v, size_t n, plan_term *t)
{
    if (shares_constant(r, v, n)) {
        t->y.row = 0;
        t->y.base = roll_constant(r, t->y.base);
    }
    roll_results z;
    const size_t terms = operands_of_row(v->op) < 3 ? 1 : 2;
    if (!roll_loop(r, PLAN_MAP, v->op, n, t, terms, &z)) return false;
    for (size_t k = 0; k < n; k++) r->note[v[k].node] = z.first + (uint32_t)k * z.step;
    r->plan->statistics.rolled += n;
    return true;
}

/* How many items from the first on are in line; their walks. */
static size_t line_of(const roll_place *at, size_t n, plan_term *t)
{
    t[0] = (plan_term){.x.base = at->x, .y.base = at->y, .n = 1};
    t[1] = (plan_term){.x.base = at->w, .n = 1};
    size_t k = 2;
    while (k < n && roll_in_line(at + k - 2, at + k - 1, at + k)) k++;
    if (k > n || !plan_stride(at->x, at[1].x, &t->x.row) ||
        !plan_stride(at->y, at[1].y, &t->y.row) ||
        !plan_stride(at->w, at[1].w, &t[1].x.row))
        return 1;
    return k;
}

static bool emit_step(roll *r, const roll_item *v, const roll_place *at)
{
    return roll_step(r, v->op, at->x, at->y, at->w, &r->note[v->node]);
}

bool roll_rows(roll *r, const roll_item *v, const roll_place *at, size_t n)
{
    for (size_t k = 0; k < n;) {
        plan_term t[2];
        const size_t length = n - k < SHORTEST_MAP ? 1 : line_of(at + k, n - k, t);
        if (length >= SHORTEST_MAP) {
            if (!emit_map(r, v + k, length, t)) return false;
            k += length;
            continue;
        }
        if (!emit_step(r, &v[k], &at[k])) return false;
        k++;
    }
    return true;
}
