/*
 * The items of a body, all times round: one list (roll_copies.c), and reading it.
 */
#ifndef GRADYNO_ROLL_COPIES_H
#define GRADYNO_ROLL_COPIES_H

#include "roll.h"

/* The items of a body from node i down, and where that ends. copies is 0 if there is no
 * list for all. */
size_t roll_copies(roll *r, roll_body *b, size_t i, roll_down *down);

/* Operand x of the first copy, dx further each time: is it of a time round before? */
static inline bool roll_is_carried(const roll_body *b, uint32_t x, uint32_t dx)
{
    return dx == b->length && x >= b->begin && x < roll_time(b, FIRST_COPY);
}

/* The first copy's nodes. */
static inline uint32_t roll_base(const roll_body *b)
{
    return (uint32_t)roll_time(b, FIRST_COPY);
}

static inline roll_position *roll_position_of(const roll_body *b, uint32_t node)
{
    return &b->at[(node - b->begin) % b->length];
}

/* Item j of a body, and by how much each next copy is further. */
static inline const roll_item *roll_first(const roll *r, const roll_body *b, size_t j)
{
    return &r->item[b->item + j];
}

static inline const roll_item *roll_step_of(const roll *r, const roll_body *b, size_t j)
{
    return &r->item[b->item + b->items + j];
}

/* The k-th copy of it; of a sum, the terms are the first's. */
static inline roll_item roll_copy(const roll *r, const roll_body *b, size_t j, size_t k)
{
    const roll_item *v = roll_first(r, b, j), *d = roll_step_of(r, b, j);
    const uint32_t n = (uint32_t)k;
    return (roll_item){v->node + n * d->node, v->op, v->x + n * d->x, v->y + n * d->y};
}

/* Term q of the first copy, as it is in the k-th. */
static inline roll_term roll_copy_term(const roll *r, const roll_body *b, size_t q,
                                       size_t k)
{
    roll_term t = r->term[q];
    const roll_term *d = &r->term[q + b->terms];
    t.x += (uint32_t)k * d->x;
    if (t.y != PLAIN) t.y += (uint32_t)k * d->y;
    return t;
}

/* Calls with each operand of item j's first copy and its step, until one says true. */
typedef bool roll_visit(const roll *r, const roll_body *b, uint32_t x, uint32_t dx,
                        void *context);
bool roll_any_operand(const roll *r, const roll_body *b, size_t j, roll_visit *f,
                      void *context);

#endif
