/*
 * Last pass, a body: all copies of one of its items as one loop.
 *
 * What an operand of the body computed stands in a loop of its own, in line; what
 * stands before the body is looked at. So a loop of n times round costs what its body
 * costs, and n for each result that something outside of its own time round asks for.
 */
#include <string.h>

#include "roll_family.h"

typedef enum outcome { DONE, NOT_IN_LINE, FAILED } outcome;

bool roll_walk(const roll *r, const roll_body *b, uint32_t x, uint32_t dx, plan_walk *w)
{
    const uint32_t *place = r->note;
    const size_t n = b->copies;
    *w = (plan_walk){.base = place[x]};
    if (dx == 0) return true;
    if (x < r->nodes && x >= roll_time(b, FIRST_COPY)) {
        const roll_position *at = roll_position_of(b, x);
        if (at->known) {
            w->base = at->first;
            w->row = at->step;
            return true;
        }
    }
    if (!plan_stride(place[x], place[x + dx], &w->row)) return false;
    uint32_t expected = place[x];
    for (size_t k = 0; k < n; k++, x += dx, expected += (uint32_t)w->row)
        if (place[x] != expected) return false;
    return true;
}

roll_item roll_write_copy(roll *r, const roll_body *b, size_t j, size_t k)
{
    roll_item v = roll_copy(r, b, j, k);
    if (!is_sum(&v)) return v;
    r->term_first -= v.y;
    for (size_t q = 0; q < v.y; q++)
        r->term[r->term_first + q] = roll_copy_term(r, b, v.x + q, k);
    v.x = (uint32_t)r->term_first;
    return v;
}

static bool are_terms_in_line(const roll *r, const roll_body *b, const roll_item *v)
{
    plan_walk w;
    for (size_t q = v->x; q < v->x + v->y; q++) {
        const roll_term *t = &r->term[q], *d = &r->term[q + b->terms];
        for (uint32_t k = 0; k < t->n; k++) {
            if (!roll_walk(r, b, last_of(t->x, k + 1, t->dx), d->x, &w)) return false;
            if (t->y != PLAIN &&
                !roll_walk(r, b, last_of(t->y, k + 1, t->dy), d->y, &w))
                return false;
        }
    }
    return true;
}

/* ---- With edges ------------------------------------------------------------------ */

static outcome do_sum(roll *r, const roll_body *b, size_t j, roll_edges *e,
                      roll_results *z)
{
    const roll_item *v = roll_first(r, b, j);
    if (v->y == 0 || (z == NULL && !are_terms_in_line(r, b, v))) return NOT_IN_LINE;
    const size_t terms = r->term_first;
    const roll_item second = roll_write_copy(r, b, j, 1);
    const bool done = roll_sum_of_two(r, v, &second, b->copies, e, z);
    r->term_first = terms;
    if (done) return DONE;
    return r->heap.failed ? FAILED : NOT_IN_LINE;
}

/* Operand x, of an item that is m before the first copy, is in line with w. */
static bool is_before(const roll *r, uint32_t x, const plan_walk *w, size_t m)
{
    return r->note[x] == w->base - (uint32_t)m * (uint32_t)w->row;
}

/* A constant that is the same, or the one that was made for that time round. */
static bool is_constant_before(const roll *r, const roll_body *b, size_t j,
                               const roll_item *v, size_t m)
{
    const roll_item *first = roll_first(r, b, j);
    const double *c = r->made - r->nodes;
    if (roll_step_of(r, b, j)->y == 0)
        return memcmp(&c[v->y], &c[first->y], sizeof *c) == 0;
    const uint32_t node = first->node - (uint32_t)(m * b->length);
    const size_t time = FIRST_COPY - m;
    return v->node == node && time < b->times;
}

static bool is_edge(const roll *r, const roll_body *b, size_t j, const plan_term *t,
                    const roll_item *v, size_t m)
{
    if (!is_before(r, v->x, &t->x, m)) return false;
    return has_constant(v->op) ? is_constant_before(r, b, j, v, m)
                               : is_before(r, v->y, &t->y, m);
}

static outcome do_row(roll *r, const roll_body *b, size_t j, roll_edges *e,
                      roll_results *z)
{
    const roll_item *v = roll_first(r, b, j), *d = roll_step_of(r, b, j);
    plan_term t = {.n = 1};
    if (!roll_walk(r, b, v->x, d->x, &t.x)) return NOT_IN_LINE;
    if (!roll_walk(r, b, v->y, d->y, &t.y)) return NOT_IN_LINE;
    size_t low = 0, high = 0;
    while (low < e->lows && is_edge(r, b, j, &t, e->low[low], low + 1)) low++;
    while (high < e->highs && is_edge(r, b, j, &t, e->high[high], -(b->copies + high)))
        high++;
    const size_t n = b->copies + (e->lows = low) + (e->highs = high);
    if (z == NULL) return DONE;
    t.x.base -= (uint32_t)low * (uint32_t)t.x.row;
    t.y.base -= (uint32_t)low * (uint32_t)t.y.row;
    if (has_constant(v->op) && d->y == 0) t.y.base = roll_constant(r, t.y.base);
    r->plan->statistics.rolled += n;
    return roll_loop(r, PLAN_MAP, v->op, n, &t, 1, z) ? DONE : FAILED;
}

/* Where the results of a family stand: those of the first n copies, and the last 2. */
static void note_results(roll *r, const roll_body *b, uint32_t node, size_t n)
{
    const roll_position *at = roll_position_of(b, node);
    const size_t last = b->copies - 2;
    node = (uint32_t)(roll_time(b, FIRST_COPY) + (node - b->begin) % b->length);
    for (size_t k = 0; k < b->copies; k++) {
        if (k == n && k < last) k = last;
        r->note[node + k * b->length] = at->first + (uint32_t)k * at->step;
    }
}

static void note_operand(roll *r, const roll_body *b, uint32_t x)
{
    if (x >= r->nodes || x < roll_time(b, FIRST_COPY)) return;
    if (roll_position_of(b, x)->known) note_results(r, b, x, b->copies);
}

/* One by one, after all. */
bool roll_emit_copies(roll *r, const roll_body *b, size_t j)
{
    const roll_item *v = roll_first(r, b, j);
    if (!is_sum(v)) {
        note_operand(r, b, v->x);
        note_operand(r, b, v->y);
    }
    for (size_t q = v->x; is_sum(v) && q < v->x + v->y; q++) {
        const roll_term *t = &r->term[q];
        for (uint32_t k = 0; k < t->n; k++) {
            note_operand(r, b, last_of(t->x, k + 1, t->dx));
            if (t->y != PLAIN) note_operand(r, b, last_of(t->y, k + 1, t->dy));
        }
    }
    for (size_t k = 0; k < b->copies; k++) r->copied[k] = roll_write_copy(r, b, j, k);
    return roll_emit_items(r, r->copied, b->copies);
}

static outcome do_family(roll *r, const roll_item *entry, roll_edges *e,
                         roll_results *z)
{
    const roll_body *b = &r->body[entry->x];
    const bool sum = is_sum(entry);
    return sum ? do_sum(r, b, entry->y, e, z) : do_row(r, b, entry->y, e, z);
}

bool roll_emit_family(roll *r, const roll_item *entry, roll_edges *e)
{
    const roll_body *b = &r->body[entry->x];
    roll_results z;
    const outcome o = do_family(r, entry, e, &z);
    if (o != DONE) return false;
    const uint32_t node = roll_first(r, b, entry->y)->node;
    roll_position *at = roll_position_of(b, node);
    at->first = z.first + (uint32_t)e->lows * z.step;
    at->step = (uint8_t)z.step;
    at->known = 1;
    note_results(r, b, node, at->outside ? b->copies : 2);
    for (size_t k = 0; k < e->lows; k++)
        r->note[e->low[k]->node] = at->first - (uint32_t)(k + 1) * z.step;
    for (size_t k = 0; k < e->highs; k++)
        r->note[e->high[k]->node] = at->first + (uint32_t)(b->copies + k) * z.step;
    return true;
}

bool roll_is_in_line(roll *r, const roll_item *entry, roll_edges *e)
{
    return do_family(r, entry, e, NULL) == DONE;
}
