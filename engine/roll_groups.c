/*
 * Third pass, from the start to the end: items that could be computed side by side.
 *
 * An item's level is one above the highest of its operands'. Items of the same level do
 * not depend on each other: they may be computed in any order, as long as levels follow
 * one another. So those of one level and one kind become a group, in the order in which
 * they were recorded; a layer's neurons, the cells of a stencil at one time, the
 * samples of a batch.
 */
#include <string.h>

#include "roll_levels.h"

static inline uint32_t level_of(const roll *r, const roll_item *v)
{
    const uint32_t *level = r->note;
    if (is_sum(v)) return roll_level_of_sum(r, v);
    if (operands_of_row(v->op) < 3) return roll_higher(level[v->x], level[v->y]) + 1;
    const uint32_t *rest = r->tape.extra[v->y].pair;
    return roll_higher(level[v->x], roll_higher(level[rest[0]], level[rest[1]])) + 1;
}

static inline bool is_group(const group *g, uint32_t level, uint32_t kind, uint32_t op)
{
    return g->level == level && g->kind == kind && g->op == op;
}

static size_t place_in_table(const grouping *g, uint32_t level, uint32_t kind)
{
    const uint64_t hash = ((uint64_t)level << 32 | kind) * 0x9e3779b97f4a7c15u;
    return (hash ^ hash >> 32) >> 8 & g->mask;
}

/* Room for one more group, and a table that is never more than half full. (It grows
 * with the groups, not with the tape: most tapes have few, and clearing it takes
 * time.) */
static bool make_room(roll *r, grouping *g)
{
    if (g->groups < g->room) return true;
    const size_t room = g->room == 0 ? 128 : 4 * g->room;
    group *moved = plan_heap_resize(&r->heap, g->group, g->room, room, sizeof *moved);
    if (moved == NULL) return false;
    g->group = moved;
    uint32_t *table = PLAN_NEW(&r->heap, 2 * room, uint32_t);
    if (table == NULL) return false;
    g->table = table;
    g->room = room;
    g->mask = 2 * room - 1;
    memset(table, 0, 2 * room * sizeof *table);
    for (size_t i = 0; i < g->groups; i++) {
        size_t k = place_in_table(g, g->group[i].level, g->group[i].kind);
        while (table[k] != 0) k = (k + 1) & g->mask;
        table[k] = (uint32_t)i + 1;
    }
    return true;
}

/* The group with that description, made if need be; UINT32_MAX when memory is out. */
static uint32_t find_group(roll *r, grouping *g, uint32_t level, uint32_t kind,
                           uint32_t op)
{
    if (!make_room(r, g)) return UINT32_MAX;
    size_t k = place_in_table(g, level, kind);
    for (; g->table[k] != 0; k = (k + 1) & g->mask)
        if (is_group(&g->group[g->table[k] - 1], level, kind, op))
            return g->table[k] - 1;
    g->group[g->groups] = (group){.level = level, .kind = kind, .op = op};
    g->table[k] = (uint32_t)++g->groups;
    return g->table[k] - 1;
}

/* Loops repeat themselves: the group after this one is most often the one that was
 * after it the last time, and need not be searched for. */
bool roll_join(roll *r, grouping *g, uint32_t level, uint32_t kind, roll_item v)
{
    const uint32_t op = v.op & ~(uint32_t)ROLL_FAMILY, guess = g->group[g->last].after;
    uint32_t found = guess;
    if (!is_group(&g->group[guess], level, kind, op)) {
        found = find_group(r, g, level, kind, op);
        if (found == UINT32_MAX) return false;
        g->group[g->last].after = found;
    }
    g->last = found;
    g->group[found].items++;
    g->of[g->entries] = found;
    g->entry[g->entries++] = v;
    g->levels = roll_higher(g->levels, level);
    return true;
}

bool roll_assign(roll *r, grouping *g, const roll_item *v)
{
    const uint32_t level = level_of(r, v), kind = r->note[v->node];
    r->note[v->node] = level;
    return roll_join(r, g, level, kind, *v);
}

bool roll_start(roll *r, grouping *g, size_t n)
{
    *g = (grouping){.entry = PLAN_NEW(&r->heap, n, roll_item),
                    .sorted = PLAN_NEW(&r->heap, n, roll_item),
                    .of = PLAN_NEW(&r->heap, n, uint32_t)};
    if (r->heap.failed) return false;
    g->last = find_group(r, g, 0, 0, 0); /* one that stays empty */
    return g->last != UINT32_MAX;
}

static bool assign(roll *r, grouping *g)
{
    size_t k = r->item_first;
    for (size_t i = 0; i < r->bodies; i++) {
        const roll_body *b = &r->body[i];
        if (b->copies == 0) continue;
        for (; k < b->item; k++)
            if (!roll_assign(r, g, &r->item[k])) return false;
        if (!roll_assign_body(r, g, i)) return false;
        k += 2 * b->items;
    }
    for (; k < r->item_end; k++)
        if (!roll_assign(r, g, &r->item[k])) return false;
    return true;
}

/* (`next` becomes a group's place.) */
bool roll_arrange(roll *r, grouping *g)
{
    const size_t levels = (size_t)g->levels + 2;
    uint32_t *first = PLAN_NEW(&r->heap, levels, uint32_t);
    uint32_t *place = PLAN_NEW(&r->heap, g->groups, uint32_t);
    g->end = PLAN_NEW(&r->heap, g->groups, uint32_t);
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
        g->end[k] = end;
    }
    for (size_t k = 0; k < g->entries; k++)
        g->sorted[g->group[g->of[k]].next++] = g->entry[k];
    return true;
}

/*
 * Whether next to nothing would be found side by side: among some items, from all over
 * the tape, hardly two are of one kind. (Of n items in groups of s, 4 sqrt(n) have 8 s
 * such pairs. They are a golden ratio apart, as the turns of no loop are.) Such are a
 * product of 100 factors and a determinant by minors, whose plans take 0.75 and 0.65 of
 * the time without a search for groups.
 */
static bool is_irregular(roll *r, size_t items)
{
    enum { FEWEST = 8, BITS = 64, ALL = 128 };
    for (size_t k = 0; k < r->bodies; k++)
        if (r->body[k].copies > 0) return false;
    size_t sample = BITS;
    while (sample * sample < 16 * items || (sample < items && sample < ALL))
        sample *= 2;
    uint64_t *seen = PLAN_NEW(&r->heap, sample, uint64_t);
    if (seen == NULL || items < FEWEST) return false;
    memset(seen, 0, sample * sizeof *seen);
    const size_t n = sample < items ? sample : items,
                 most = 2 + (n < items ? n / BITS : 0);
    size_t pairs = 0;
    for (size_t k = 0; k < n && pairs <= most; k++) {
        const size_t i =
            n == items ? k : (uint64_t)((uint32_t)k * 0x9e3779b9u) * items >> 32;
        const uint32_t kind = r->note[r->item[r->item_first + i].node];
        const uint64_t hash = kind * 0x9e3779b97f4a7c15u >> 32;
        uint64_t *bits = &seen[hash * sample >> 32];
        const uint64_t bit = (uint64_t)1 << hash % BITS;
        pairs += (*bits & bit) != 0;
        *bits |= bit;
    }
    return pairs <= most;
}

/* What roll_arrange makes of groups of one. (An item's level is at most as high as there
 * are items.) */
static bool by_level(roll *r)
{
    const size_t items = r->item_end - r->item_first;
    const roll_item *v = r->item + r->item_first;
    uint32_t *level = PLAN_NEW(&r->heap, items, uint32_t);
    uint32_t *next = PLAN_NEW(&r->heap, items + 2, uint32_t), top = 0;
    roll_item *sorted = PLAN_NEW(&r->heap, items, roll_item);
    if (r->heap.failed) return false;
    memset(next, 0, (items + 2) * sizeof *next);
    for (size_t k = 0; k < items; k++) {
        const uint32_t l = level_of(r, &v[k]);
        r->note[v[k].node] = level[k] = l;
        next[l + 1]++;
        top = roll_higher(top, l);
    }
    for (size_t l = 1; l <= top; l++) next[l] += next[l - 1];
    for (size_t k = 0; k < items; k++) sorted[next[level[k]]++] = v[k];
    r->sorted = sorted;
    return true;
}

bool roll_groups(roll *r)
{
    if (!r->rolling) {
        r->sorted = r->item + r->item_first;
        return true;
    }
    if (is_irregular(r, r->item_end - r->item_first)) return by_level(r);
    grouping g;
    const size_t most = r->item_end - r->item_first + 1;
    if (!roll_start(r, &g, most) || !assign(r, &g) || !roll_arrange(r, &g))
        return false;
    r->sorted = g.sorted;
    r->group_end = g.end;
    r->groups = g.groups;
    return true;
}
