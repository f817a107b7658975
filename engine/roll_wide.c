/*
 * Third pass, a body that is wide: groups of what is serial.
 *
 * What goes on where the time before ended is emitted time after time (roll_rounds.c).
 * In one time round items may stand side by side as on a whole tape, and so they have
 * levels, which rise by the same from each time round to the next.
 */
#include <string.h>

#include "roll_copies.h"
#include "roll_levels.h"

/*
 * Whether half of what is serial could be in loops within a time round: four or more of
 * a kind and level. (Counted by hash: two kinds that meet do little harm.)
 */
bool roll_is_wide(const roll *r, const roll_body *b, const roll_span *s)
{
    enum { LOOP = 4 };
    memset(s->table, 0, b->length * sizeof *s->table);
    size_t wide = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t j = 0; j < b->items; j++) {
            const roll_item *v = roll_first(r, b, j);
            if (!roll_position_of(b, v->node)->serial) continue;
            const uint32_t hash =
                (s->kind[j] + s->level[j] * 0x9e3779b1u) * 0x85ebca6bu;
            uint32_t *count = &s->table[(uint64_t)hash * b->length >> 32].uses;
            if (pass == 0)
                ++*count;
            else
                wide += *count >= LOOP;
        }
    return 2 * wide > s->serial;
}

/* Whether an operand of an earlier time round comes too late: its level there is `rise`
 * below what it is in this. (That of the last time never does: nothing rises by
 * more.) */
typedef struct deadline {
    uint32_t level, rise;
} deadline;

static bool is_late(const roll *r, const roll_body *b, uint32_t x, uint32_t dx, void *c)
{
    const deadline *d = c;
    if (!roll_is_carried(b, x, dx) || !roll_position_of(b, x)->serial) return false;
    const size_t second = roll_time(b, FIRST_COPY + 1);
    return r->note[second + (x - b->begin) % b->length] >= d->level + d->rise;
}

/*
 * By how much levels rise from one time round to the next, if it is the same for all
 * that is serial; or else so much that one ends before the next begins. (A body begins
 * where its words first repeat, which may be in the middle of a layer: the other half
 * of it is found at the level that it has there, but one time round later.)
 */
static uint32_t rise_of(const roll *r, const roll_body *b, const roll_span *s,
                        uint32_t low, uint32_t high)
{
    uint32_t rise = 1;
    bool late = false;
    for (size_t j = 0; j < b->items; j++) {
        const uint32_t level = r->note[roll_copy(r, b, j, 1).node];
        if (level > s->level[j]) rise = roll_higher(rise, level - s->level[j]);
    }
    for (size_t j = 0; j < b->items && !late; j++) {
        const uint32_t node = roll_copy(r, b, j, 1).node;
        deadline d = {r->note[node], rise};
        if (roll_position_of(b, node)->serial)
            late = roll_any_operand(r, b, j, is_late, &d);
    }
    return late || (high - low) / rise > MOST_LATER ? high - low + 1 : rise;
}

/* What is serial, in groups of those that have the same level in some time round; what
 * is of an earlier one comes first, as it was recorded first. */
bool roll_arrange_serial(roll *r, roll_body *b, const roll_span *s)
{
    grouping g;
    if (!roll_start(r, &g, s->serial + 1)) return false;
    uint32_t low = UINT32_MAX, high = 0;
    for (size_t j = 0; j < b->items; j++) {
        const uint32_t node = roll_copy(r, b, j, 1).node, level = r->note[node];
        if (!roll_position_of(b, node)->serial) continue;
        if (level < low) low = level;
        high = roll_higher(high, level);
    }
    const uint32_t rise = rise_of(r, b, s, low, high);
    b->later = (high - low) / rise;
    for (uint32_t later = b->later + 1; later-- > 0;)
        for (size_t j = 0; j < b->items; j++) {
            const roll_item *v = roll_first(r, b, j);
            roll_position *at = roll_position_of(b, v->node);
            const uint32_t level = r->note[roll_copy(r, b, j, 1).node] - low;
            if (!at->serial || level / rise != later) continue;
            at->later = (uint8_t)later;
            const roll_item entry = {v->node, v->op, later, (uint32_t)j};
            if (!roll_join(r, &g, level % rise, s->kind[j], entry)) return false;
        }
    if (!roll_arrange(r, &g)) return false;
    b->sorted = g.sorted;
    b->group_end = g.end;
    b->groups = g.groups;
    return true;
}
