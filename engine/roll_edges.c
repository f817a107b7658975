/*
 * Last pass, a body: what its copies leave out.
 *
 * The first times round and the last ones are items by themselves, and so is a loop's
 * turn that is a little different, as at the ends of a stencil. In their group they
 * stand around the families, which take turns as they do:
 *
 *     a0 b0 c0 | a1 b1 c1 | A B C | a8 b8 c8
 *
 * What is in line with its family becomes part of its loop, the nearest first; the rest
 * stands before it and behind it.
 */
#include "roll_family.h"

/* Which items around the families of a body may be in line with one of them: one family
 * takes turns with the others. */
static roll_edges edges_of(roll_item *v, size_t begin, size_t end, size_t n, size_t at)
{
    const size_t period = end - begin;
    roll_edges e = {.lows = 0};
    for (size_t k = at; e.lows < MOST_EDGES && k >= period; e.lows++) {
        k -= period;
        if (v[k].op >= ROLL_FAMILY) break;
        e.low[e.lows] = &v[k];
    }
    for (size_t k = at + period; e.highs < MOST_EDGES && k < n; k += period)
        if (v[k].op < ROLL_FAMILY)
            e.high[e.highs++] = &v[k];
        else
            break;
    return e;
}

/* Marks them as part of a family's loop, or takes that back. */
static void mark_edges(roll_edges *e)
{
    for (size_t k = 0; k < e->lows; k++) e->low[k]->op ^= ROLL_TAKEN;
    for (size_t k = 0; k < e->highs; k++) e->high[k]->op ^= ROLL_TAKEN;
}

/* Of the items from `at` on that take turns with others, those up to `end` that are in
 * no loop yet. */
static bool emit_turn(roll *r, roll_item *v, size_t at, size_t end, size_t period)
{
    size_t n = 0;
    for (size_t k = at; k < end; k += period)
        if (v[k].op < ROLL_FAMILY) {
            r->copied[n++] = v[k];
            v[k].op |= ROLL_TAKEN;
        }
    return n == 0 || roll_emit_items(r, r->copied, n);
}

static bool emit_turns(roll *r, roll_item *v, size_t begin, size_t end, size_t at)
{
    const size_t lows = v[at].node & 0xffff, highs = v[at].node >> 16;
    const size_t period = end - begin;
    if (v[at].node == UINT32_MAX)
        return roll_emit_copies(r, &r->body[v[at].x], v[at].y);
    roll_edges e = {.lows = lows, .highs = highs};
    for (size_t k = 0; k < lows; k++) e.low[k] = &v[at - (k + 1) * period];
    for (size_t k = 0; k < highs; k++) e.high[k] = &v[at + (k + 1) * period];
    mark_edges(&e);
    const bool done = roll_emit_family(r, &v[at], &e);
    mark_edges(&e);
    return done;
}

/*
 * What is in line is looked for before anything is emitted, as those that are not stand
 * before and behind: results are in the order of recording, so that what uses them is
 * in line as well.
 */
bool roll_families(roll *r, roll_item *v, size_t begin, size_t end, size_t n, bool last)
{
    for (size_t k = begin; k < end; k++) {
        roll_edges e = edges_of(v, begin, end, n, k);
        if (roll_is_in_line(r, &v[k], &e)) {
            v[k].node = (uint32_t)(e.lows | e.highs << 16);
            mark_edges(&e);
        } else {
            v[k].node = UINT32_MAX;
        }
    }
    const size_t period = end - begin;
    for (size_t k = begin; k < end; k++) {
        if (!emit_turn(r, v, k % period, begin, period)) return false;
        if (!emit_turns(r, v, begin, end, k)) return false;
        if (last && !emit_turn(r, v, k + period, n, period)) return false;
    }
    return true;
}
