/*
 * Last pass, group by group: what walks in arithmetic progressions becomes one block
 * (roll_rows.c, roll_sums.c); what is left becomes steps.
 *
 * A group's results get places side by side, so that what uses them finds progressions
 * in turn: that is why levels go first, and why order matters.
 */
#include <string.h>

#include "roll_family.h"

/* ---- Taking turns ---------------------------------------------------------------- */

/*
 * What was recorded by loops inside of loops, or by several statements that take turns
 * in a loop body (re, im, re, im, ...), is in line with every second, third ...
 * neighbour. A group that takes turns with `period` is that many loops over all of it,
 * where in the order of recording it would be a loop for each pass of the innermost
 * one.
 */
enum { LONGEST_PERIOD = 256, WINDOW = 256, CANDIDATES = 8 };

/* How many loops a group would be, judged by its middle, where no edge disturbs; not
 * counted on past `most`. */
static size_t loops_of(const roll_place *at, size_t n, size_t period, size_t most)
{
    enum { BLOCK = 16 };
    const size_t all = n - 2 * period, window = all < WINDOW ? all : WINDOW;
    const roll_place *v = at + (all - window) / 2;
    size_t breaks = 0;
    for (size_t i = 0; i < window && breaks * all <= most * window;) {
        const size_t end = i + BLOCK < window ? i + BLOCK : window;
        for (; i < end; i++)
            breaks += !roll_in_line(v + i, v + i + period, v + i + 2 * period);
    }
    return breaks * all / window + period;
}

size_t roll_period(const roll_place *at, size_t n)
{
    if (n < 4) return 1;
    size_t best = 1, fewest = loops_of(at, n, 1, n), tried = 0;
    for (size_t period = 2; period <= LONGEST_PERIOD && 4 * period <= n; period++) {
        if (2 * period >= fewest || tried == CANDIDATES) break;
        const roll_place *v = at + (n - 2 * period) / 2;
        if (!roll_in_line(v, v + period, v + 2 * period)) continue;
        tried++;
        const size_t loops = loops_of(at, n, period, fewest / 2);
        if (2 * loops > fewest) continue;
        fewest = loops;
        best = period;
    }
    return best;
}

/* v[0 period ...], then v[1 period ...], and so on; at in the same way. */
static void take_turns(roll *r, roll_item *v, size_t n, size_t period)
{
    roll_item *turned = r->turned;
    roll_place *at = r->at, *placed = r->at + n;
    size_t k = 0;
    for (size_t turn = 0; turn < period; turn++)
        for (size_t i = turn; i < n; i += period, k++) {
            turned[k] = v[i];
            placed[k] = at[i];
        }
    memcpy(v, turned, n * sizeof *v);
    memcpy(at, placed, n * sizeof *at);
}

/* ---- Places ---------------------------------------------------------------------- */

static void place_sums(roll *r, const roll_item *v, size_t n)
{
    const uint32_t *place = r->note;
    for (size_t k = 0; k < n; k++) {
        const roll_term *last = &r->term[v[k].x + v[k].y - 1];
        roll_place *at = &r->at[k];
        at->x = place[last->x];
        at->y = last->y == PLAIN ? 0 : place[last->y];
        at->w = 0;
    }
}

static void place_rows(roll *r, const roll_item *v, size_t n)
{
    const uint32_t *place = r->note;
    const bool three = operands_of_row(v->op) == 3;
    for (size_t k = 0; k < n; k++) {
        const uint32_t *rest = three ? r->tape.extra[v[k].y].pair : NULL;
        roll_place *at = &r->at[k];
        at->x = place[v[k].x];
        at->y = place[three ? rest[0] : v[k].y];
        at->w = three ? place[rest[1]] : 0;
    }
}

/* An item by itself. (Half of the time of a plan without loops was in finding out that
 * a group of one is no loop.) */
static bool emit_one(roll *r, const roll_item *v)
{
    const uint32_t *place = r->note;
    if (is_sum(v)) return roll_sums(r, v, 1);
    uint32_t *z = &r->note[v->node];
    if (operands_of_row(v->op) < 3)
        return roll_step(r, v->op, place[v->x], place[v->y], 0, z);
    const uint32_t *rest = r->tape.extra[v->y].pair;
    return roll_step(r, v->op, place[v->x], place[rest[0]], place[rest[1]], z);
}

bool roll_emit_items(roll *r, roll_item *v, size_t n)
{
    const bool sums = is_sum(v), empty = sums && v->y == 0;
    if (!sums && n < SHORTEST_MAP) {
        for (size_t k = 0; k < n; k++)
            if (!emit_one(r, &v[k])) return false;
        return true;
    }
    if (sums && !empty && n > 1) place_sums(r, v, n);
    if (!sums) place_rows(r, v, n);
    const size_t period = r->rolling && !empty && n > 1 ? roll_period(r->at, n) : 1;
    if (period > 1) take_turns(r, v, n, period);
    return sums ? roll_sums(r, v, n) : roll_rows(r, v, r->at, n);
}

bool roll_emit_rest(roll *r, roll_item *v, size_t n)
{
    for (size_t k = 0; k < n;) {
        size_t end = k;
        while (end < n && v[end].op < ROLL_FAMILY) end++;
        if (end > k && !roll_emit_items(r, v + k, end - k)) return false;
        k = end == k ? k + 1 : end;
    }
    return true;
}

/*
 * A group: items, families, or what is serial of a body. The families of one body stand
 * side by side, and before and behind them the first and last times round, item by
 * item.
 */
static bool emit_group(roll *r, roll_item *v, size_t n)
{
    if (v->op == ROLL_SERIAL) return roll_serial(r, v);
    if (n == 1 && v->op < ROLL_FAMILY) return emit_one(r, v);
    for (size_t k = 0; k < n;) {
        size_t begin = k, end, next;
        while (begin < n && !is_family(&v[begin])) begin++;
        if (begin == n) return roll_emit_rest(r, v + k, n - k);
        for (end = begin; end < n && is_family(&v[end]); end++)
            if (v[end].x != v[begin].x) break;
        for (next = end; next < n && !is_family(&v[next]);) next++;
        if (!roll_families(r, v + k, begin - k, end - k, next - k, next == n))
            return false;
        k = end;
    }
    return true;
}

/* The most items that are looked at together. */
static size_t largest_group(const roll *r)
{
    size_t most = 1;
    for (size_t g = 0, begin = 0; g < r->groups; begin = r->group_end[g++])
        if (r->group_end[g] - begin > most) most = r->group_end[g] - begin;
    for (size_t k = 0; k < r->bodies; k++) {
        const roll_body *b = &r->body[k];
        if (b->copies > most) most = b->copies;
        if (b->groups > 0 && b->items > most) most = b->items;
    }
    return most;
}

static bool emit_by_themselves(roll *r)
{
    const size_t items = r->item_end - r->item_first;
    for (size_t k = 0; k < items; k++)
        if (!emit_one(r, &r->sorted[k])) return false;
    return true;
}

bool roll_emit(roll *r, const ad_tape_handle *in)
{
    const size_t most = largest_group(r);
    roll_place_leaves(r, in);
    r->row = PLAN_NEW(&r->heap, 2 * (r->longest + 1), plan_term);
    r->at = PLAN_NEW(&r->heap, 2 * (most > r->longest ? most : r->longest), roll_place);
    r->turned = PLAN_NEW(&r->heap, most, roll_item);
    r->copied = PLAN_NEW(&r->heap, most, roll_item);
    if (r->heap.failed || !roll_know(r)) return false;
    if (r->groups == 0) return emit_by_themselves(r);
    for (size_t g = 0, begin = 0; g < r->groups; begin = r->group_end[g++]) {
        const size_t n = r->group_end[g] - begin;
        if (n > 0 && !emit_group(r, r->sorted + begin, n)) return false;
    }
    return true;
}
