/*
 * Levels and groups, as roll_groups.c makes them of items and roll_levels.c of bodies.
 */
#ifndef GRADYNO_ROLL_LEVELS_H
#define GRADYNO_ROLL_LEVELS_H

#include "roll.h"

typedef struct group {
    uint32_t level, kind, op;
    uint32_t items, next; /* next: the place of its next item in the order */
    uint32_t after;       /* the group that came after it the last time */
} group;

typedef struct grouping {
    group *group;
    uint32_t *table;   /* hash -> group + 1 */
    roll_item *entry;  /* in the order of recording: items, families, serial bodies */
    uint32_t *of;      /* the group of each */
    roll_item *sorted; /* group by group */
    uint32_t *end;     /* of each group */
    size_t entries, mask, groups, room;
    uint32_t levels, last;
} grouping;

static inline uint32_t roll_higher(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* The highest of n nodes; those before the first operation are leaves. */
static inline uint32_t roll_highest(const roll *r, uint32_t x, size_t n, int32_t d)
{
    uint32_t top = 0;
    if (n == 1) return r->note[x]; /* a leaf's is 0 */
    if (x < r->first && last_of(x, n, d) < r->first) return 0;
    for (size_t k = 0; k < n; k++, x += (uint32_t)d) top = roll_higher(top, r->note[x]);
    return top;
}

static inline uint32_t roll_level_of_sum(const roll *r, const roll_item *v)
{
    uint32_t top = 0;
    for (size_t k = 0; k < v->y; k++) {
        const roll_term *t = &r->term[v->x + k];
        top = roll_higher(top, roll_highest(r, t->x, t->n, t->dx));
        if (t->y != PLAIN) top = roll_higher(top, roll_highest(r, t->y, t->n, t->dy));
    }
    return top + 1;
}

/* Room for n entries; false when memory is out. */
bool roll_start(roll *r, grouping *g, size_t n);
/* Sorted by level, by group as groups came, by record. False when memory is out. */
bool roll_arrange(roll *r, grouping *g);
/* v joins the group of that description; false when memory is out. */
bool roll_join(roll *r, grouping *g, uint32_t level, uint32_t kind, roll_item v);
/* An item finds its level, and joins. */
bool roll_assign(roll *r, grouping *g, const roll_item *v);
/* The items of a body, all times round. */
bool roll_assign_body(roll *r, grouping *g, size_t body);

/* Of the first copy of a body. */
typedef struct roll_span {
    uint32_t *kind, *level; /* [items] */
    size_t serial;          /* how many are */
    roll_state *table;      /* [length], for counting */
} roll_span;

/* Whether what is serial has loops in each time round; its groups: false when memory is
 * out. */
bool roll_is_wide(const roll *r, const roll_body *b, const roll_span *s);
bool roll_arrange_serial(roll *r, roll_body *b, const roll_span *s);

#endif
