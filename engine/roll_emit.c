/*
 * Last pass, group by group: what walks in arithmetic progressions becomes one block
 * (roll_rows.c, roll_sums.c); what is left becomes steps.
 *
 * A group's results get places side by side, so that what uses them finds progressions in
 * turn: that is why levels go first, and why order matters.
 */
#include <string.h>

#include "roll.h"

enum { LONGEST_PERIOD = 8 };

/*
 * Statements of one kind that take turns in a loop body (re, im, re, im, ...) are in line
 * with every second, third ... neighbour. The smallest such distance, found in the middle
 * of the group, where no edge disturbs; 1 when there is none.
 */
static size_t period_of(const roll *r, const uint32_t *order, size_t n)
{
    for (size_t period = 1; period <= LONGEST_PERIOD && 4 * period <= n; period++) {
        const size_t start = n / 2 - period;
        size_t k = 0;
        for (; k < period; k++) {
            const uint32_t *at = order + start + k;
            if (start + k + 2 * period >= n) break;
            if (!roll_in_line(roll_places(r, &r->item[at[0]]),
                              roll_places(r, &r->item[at[period]]),
                              roll_places(r, &r->item[at[2 * period]])))
                break;
        }
        if (k == period) return period;
    }
    return 1;
}

/* order[0 period ...], then order[1 period ...], and so on */
static void take_turns(uint32_t *order, size_t n, size_t period, uint32_t *scratch)
{
    size_t k = 0;
    for (size_t turn = 0; turn < period; turn++)
        for (size_t i = turn; i < n; i += period) scratch[k++] = order[i];
    memcpy(order, scratch, n * sizeof *order);
}

bool roll_emit(roll *r, const ad_tape_handle *in)
{
    roll_place_leaves(r, in);
    plan_term *row = PLAN_NEW(&r->heap, 2 * (r->longest + 1), plan_term);
    uint32_t *scratch = PLAN_NEW(&r->heap, r->item_end - r->item_first, uint32_t);
    if (r->heap.failed) return false;
    size_t begin = 0;
    for (size_t g = 0; g < r->groups; g++) {
        uint32_t *order = r->order + begin;
        const size_t n = r->group_end[g] - begin;
        begin = r->group_end[g];
        const roll_item *v = &r->item[order[0]];
        const size_t period = r->rolling ? period_of(r, order, n) : 1;
        if (period > 1) take_turns(order, n, period, scratch);
        const bool sums = v->terms > 0 || v->op > AD_LAST_ROW;
        if (sums ? !roll_sums(r, order, n, row, row + r->longest + 1)
                 : !roll_rows(r, order, n))
            return false;
    }
    return true;
}
