/*
 * Third pass, from the start to the end: items that could be computed side by side.
 *
 * An item's level is one above the highest of its operands'. Items of the same level do
 * not depend on each other: they may be computed in any order, as long as levels follow
 * one another. So those of one level and one kind become a group, in the order in which
 * they were recorded; a layer's neurons, the cells of a stencil at one time, the samples
 * of a batch.
 */
#include <string.h>

#include "roll.h"

typedef struct group {
    uint32_t level, kind, op, size;
    uint32_t items, next; /* next: the place of its next item in the order */
    uint32_t after;       /* the group that came after it the last time */
} group;

typedef struct grouping {
    group *group;
    uint32_t *table, *of; /* hash -> group + 1; item -> group */
    size_t mask, groups, room;
    uint32_t levels;
} grouping;

static uint32_t higher(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* The highest of n nodes; those before the first operation are leaves. */
static uint32_t highest(const roll *r, uint32_t x, size_t n, int32_t d)
{
    uint32_t top = 0;
    if (x < r->first && last_of(x, n, d) < r->first) return 0;
    for (size_t k = 0; k < n; k++, x += (uint32_t)d) top = higher(top, r->note[x]);
    return top;
}

static uint32_t level_of(const roll *r, const roll_item *v)
{
    const uint32_t *level = r->note;
    uint32_t top = 0;
    if (v->op > AD_LAST_ROW || v->terms > 0) {
        for (size_t k = 0; k < v->terms; k++) {
            const roll_term t = r->term[v->first + k];
            top = higher(top, highest(r, t.x, t.n, t.dx));
            if (t.y != PLAIN) top = higher(top, highest(r, t.y, t.n, t.dy));
        }
        return top + 1;
    }
    const tape_node node = read_node(r->tape, v->node);
    const int operands = operands_of_row(v->op);
    top = level[node.x];
    if (operands == 2) top = higher(top, level[node.y]);
    if (operands == 3) top = higher(top, level[read_second(r->tape, node)]);
    if (operands == 3) top = higher(top, level[read_third(r->tape, node)]);
    return top + 1;
}

static bool is_same(const group *a, const group *b)
{
    return a->level == b->level && a->kind == b->kind && a->op == b->op &&
           a->size == b->size;
}

/* The group with that description, made if need be; UINT32_MAX when memory is out. */
static uint32_t find_group(roll *r, grouping *g, const group *like)
{
    uint64_t hash = ((uint64_t)like->level << 32 | like->kind) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 32 ^ like->size) * 0xc2b2ae3d27d4eb4fu;
    size_t k = (hash >> 32) & g->mask;
    for (; g->table[k] != 0; k = (k + 1) & g->mask)
        if (is_same(&g->group[g->table[k] - 1], like)) return g->table[k] - 1;
    if (g->groups == g->room) {
        const size_t room = g->room == 0 ? 64 : 2 * g->room;
        group *moved = plan_heap_resize(&r->heap, g->group, room, sizeof *moved);
        if (moved == NULL) return UINT32_MAX;
        g->group = moved;
        g->room = room;
    }
    g->group[g->groups] = *like;
    g->table[k] = (uint32_t)++g->groups;
    return g->table[k] - 1;
}

/* Loops repeat themselves: the group after this one is most often the one that was after it
 * the last time, and need not be searched for. */
static uint32_t group_after(roll *r, grouping *g, uint32_t last, const group *like)
{
    if (g->groups > 0 && is_same(&g->group[last], like)) return last;
    const uint32_t guess = g->groups > 0 ? g->group[last].after : 0;
    if (g->groups > 0 && is_same(&g->group[guess], like)) return guess;
    const uint32_t found = find_group(r, g, like);
    if (found != UINT32_MAX) g->group[last].after = found;
    return found;
}

static bool assign(roll *r, grouping *g)
{
    uint32_t last = 0;
    for (size_t k = r->item_first; k < r->item_end; k++) {
        const roll_item *v = &r->item[k];
        const group like = {.kind = r->note[v->node],
                            .level = level_of(r, v),
                            .op = v->op,
                            .size = v->size};
        last = group_after(r, g, last, &like);
        if (last == UINT32_MAX) return false;
        g->group[last].items++;
        g->of[k - r->item_first] = last;
        g->levels = higher(g->levels, like.level);
        r->note[v->node] = like.level;
    }
    return true;
}

/* order[] by level, by group as groups came, by record. `next` becomes a group's place. */
static bool arrange(roll *r, grouping *g)
{
    const size_t items = r->item_end - r->item_first, levels = (size_t)g->levels + 2;
    uint32_t *first = PLAN_NEW(&r->heap, levels, uint32_t);
    uint32_t *place = PLAN_NEW(&r->heap, g->groups, uint32_t);
    r->group_end = PLAN_NEW(&r->heap, g->groups, uint32_t);
    if (r->heap.failed) return false;
    memset(first, 0, levels * sizeof *first);
    for (size_t k = 0; k < g->groups; k++) first[g->group[k].level + 1]++;
    for (size_t l = 1; l < levels; l++) first[l] += first[l - 1];
    for (size_t k = 0; k < g->groups; k++)
        place[first[g->group[k].level]++] = (uint32_t)k;
    uint32_t end = 0;
    for (size_t k = 0; k < g->groups; k++) {
        g->group[place[k]].next = end;
        end += g->group[place[k]].items;
        r->group_end[k] = end;
    }
    for (size_t k = 0; k < items; k++)
        r->order[g->group[g->of[k]].next++] = (uint32_t)(r->item_first + k);
    r->groups = g->groups;
    return true;
}

/* As recorded: each item by itself. */
static bool as_recorded(roll *r)
{
    const size_t items = r->item_end - r->item_first;
    r->group_end = PLAN_NEW(&r->heap, items, uint32_t);
    if (r->heap.failed) return false;
    for (size_t k = 0; k < items; k++) {
        r->order[k] = (uint32_t)(r->item_first + k);
        r->group_end[k] = (uint32_t)(k + 1);
    }
    r->groups = items;
    return true;
}

bool roll_groups(roll *r)
{
    const size_t items = r->item_end - r->item_first;
    r->order = PLAN_NEW(&r->heap, items, uint32_t);
    if (r->heap.failed) return false;
    if (!r->rolling) return as_recorded(r);
    grouping g = {.mask = 63};
    while (g.mask < items) g.mask = 2 * g.mask + 1;
    g.table = PLAN_NEW(&r->heap, g.mask + 1, uint32_t);
    g.of = PLAN_NEW(&r->heap, items, uint32_t);
    if (r->heap.failed) return false;
    memset(g.table, 0, (g.mask + 1) * sizeof *g.table);
    return assign(r, &g) && arrange(r, &g);
}
