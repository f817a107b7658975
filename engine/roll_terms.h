/*
 * The terms of a sum, as the second pass collects them, from the last to the first.
 */
#ifndef GRADYNO_ROLL_TERMS_H
#define GRADYNO_ROLL_TERMS_H

#include <assert.h>
#include <string.h>

#include "roll.h"

/*
 * What uses a node says which statement of the program it came from: two products, one
 * an operand of a sine and one of a sum, are not neighbours in a loop. So a node that
 * is used once notes its user's kind, and through it that of the user's user, up to a
 * node that many use.
 */
static inline void note_user(const roll *r, uint32_t x, uint32_t user)
{
    if (x < r->nodes && r->uses[x] == ONCE) r->note[x] = user;
}

/* The same of a node of the tape, without a branch, which would be mispredicted. */
static inline void note_node(const roll *r, uint32_t x, uint32_t user)
{
    const uint32_t note = r->note[x];
    r->note[x] = r->uses[x] == ONCE ? user : note;
}

static inline void note_users(const roll *r, uint32_t x, size_t n, int32_t d,
                              uint32_t user)
{
    if (x < r->first && last_of(x, n, d) < r->first) return; /* leaves */
    const uint64_t often = OFTEN * (uint64_t)0x0101010101010101u;
    size_t k = 0;
    for (; d == 1 && k + 8 <= n; k += 8) /* what a layer reads is used often */
        if (memcmp(r->uses + x + k, &often, sizeof often) != 0) break;
    for (; k < n; k++) note_user(r, last_of(x, k + 1, d), user);
}

static inline uint32_t kind_of(uint32_t note, unsigned op)
{
    return (note ^ op) * 0x9e3779b1u + 1;
}

static inline void add_range(roll *r, roll_item *item, roll_term t, uint32_t kind)
{
    r->term[--r->term_first] = t;
    item->x = (uint32_t)r->term_first;
    item->y++;
    r->size += t.n;
    note_users(r, t.x, t.n, t.dx, kind);
    if (t.y != PLAIN) note_users(r, t.y, t.n, t.dy, kind + 1);
}

/* x y, or x alone. (Member by member: a struct that is copied right after its members
 * were stored waits for the stores to arrive.) */
static inline void add_term(roll *r, roll_item *item, uint32_t x, uint32_t y,
                            uint32_t kind)
{
    roll_term *t = &r->term[--r->term_first];
    t->x = x;
    t->y = y;
    t->n = 1;
    t->dx = t->dy = 0;
    item->x = (uint32_t)r->term_first;
    item->y++;
    r->size++;
    note_user(r, x, kind);
    if (y != PLAIN) note_user(r, y, kind + 1);
}

static inline uint32_t make_constant(roll *r, double c)
{
    assert(r->made_first > 0);
    r->made[--r->made_first] = c;
    return (uint32_t)(r->nodes + r->made_first);
}

/* The terms of node v, which is a sum as it was recorded, and neither row nor chain. */
void roll_take_fused(roll *r, roll_item *item, tape_node v, uint32_t kind);

#endif
