/*
 * A body's times round, copied: what a pass from the end has noted of the nodes of one
 * is what it would note of the one before, if it began with the same and looks no
 * further than it was seen to.
 *
 *     time      0  1  2  ...  t-3  t-2  t-1   t   t+1       the pass goes to the left
 *     before    o  o  o   o    o    o    a    b    .        as doing t finds it
 *     after     o  o  o   o    o    a    b    c    .        as doing t-1 finds it: the same,
 *                                                           one further
 *
 * Doing one changes notes of its own, of the time before, and of that before it, at the
 * most: that this is so is not assumed, but looked at. So if two in a row began with
 * the same two times round (a and b), and all before are the same (o), and still are,
 * each ends as the other (c), a length further. The first two are done one by one: what
 * they use is no longer in the body.
 */
#include <string.h>

#include "roll.h"

enum { REACH = 2 };

static_assert((int)REACH == (int)FIRST_COPY, "the times that are not copied");

static void save(const roll *r, size_t from, size_t n, roll_state *to)
{
    for (size_t k = 0; k < n; k++)
        to[k] = (roll_state){r->note[from + k], r->uses[from + k]};
}

/* A run's length is noted; all other notes (of kinds) make no difference. */
static bool is_as_saved(const roll *r, size_t from, size_t n, const roll_state *saved)
{
    uint32_t other = 0;
    for (size_t k = 0; k < n; k++) {
        const uint32_t length = saved[k].uses == RUN ? ~(uint32_t)0 : 0;
        other |= ((saved[k].note ^ r->note[from + k]) & length) |
                 (saved[k].uses ^ r->uses[from + k]);
    }
    return other == 0;
}

/* The first n times. */
static bool are_all_same(const roll *r, const roll_body *b, size_t n)
{
    const uint8_t *uses = r->uses + b->begin;
    return memcmp(uses, uses + b->length, (n - 1) * b->length) == 0;
}

size_t roll_until_same(roll *r, const roll_body *b, size_t i, roll_down *down,
                       size_t *time)
{
    const size_t n = b->length;
    roll_state *first = r->window + REACH * n;
    *time = 0;
    if (b->times < LEAST_TIMES) return i;
    i = down(r, i, roll_time(b, b->times - 1));
    for (size_t t = b->times - 2; t + 1 + SAME_TRIES >= b->times; t--) {
        if (i != roll_time(b, t + 1)) break;
        save(r, roll_time(b, t - 1), REACH * n, r->window);
        save(r, b->begin, n, first);
        const bool same = are_all_same(r, b, t - 1);
        i = down(r, i, roll_time(b, t));
        if (i != roll_time(b, t)) break;
        if (!same || !is_as_saved(r, b->begin, n, first)) continue;
        if (!are_all_same(r, b, t - 2)) continue;
        if (!is_as_saved(r, roll_time(b, t - 2), REACH * n, r->window)) continue;
        *time = t;
        break;
    }
    return i;
}

/* n bytes at `from`, again and again, until there are `all`. */
static void fill(uint8_t *to, size_t all, const uint8_t *from, size_t n)
{
    memcpy(to, from, n < all ? n : all);
    for (; n < all; n *= 2) memcpy(to + n, to, n < all - n ? n : all - n);
}

void roll_copy_state(roll *r, const roll_body *b, size_t time)
{
    const size_t n = b->length, from = roll_time(b, time);
    save(r, roll_time(b, time - REACH), REACH * n, r->window);
    fill(r->uses + roll_time(b, FIRST_COPY), (time - FIRST_COPY) * n, r->uses + from,
         n);
    for (size_t j = 0; j < n; j++)
        for (size_t k = FIRST_COPY; k < time && r->uses[from + j] == RUN; k++)
            r->note[roll_time(b, k) + j] = r->note[from + j];
    memcpy(r->note + roll_time(b, FIRST_COPY), r->note + from, n * sizeof *r->note);
    for (size_t k = 0; k < REACH * n; k++) {
        r->note[b->begin + k] = r->window[k].note;
        r->uses[b->begin + k] = (uint8_t)r->window[k].uses;
    }
}
