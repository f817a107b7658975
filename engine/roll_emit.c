/*
 * Last pass, group by group: runs of items whose operands walk in arithmetic progressions
 * become one block; what is left becomes steps.
 *
 * A group's results get places side by side, so that what uses them finds progressions in
 * turn: that is why levels go first, and why order matters.
 */
#include <string.h>

#include "roll.h"

enum { SHORTEST_MAP = 4, LONGEST_PERIOD = 8 };

/* Room for one more in a plan's array, doubling. */
#define ROOM(p, array, count, room)                                                    \
    do {                                                                               \
        if ((p)->count < (p)->room) break;                                             \
        const size_t wanted = (p)->room == 0 ? 16 : 2 * (p)->room;                     \
        void *moved =                                                                  \
            plan_heap_resize(&(p)->heap, (p)->array, wanted, sizeof *(p)->array);      \
        if (moved == NULL) return false;                                               \
        (p)->array = moved;                                                            \
        (p)->room = wanted;                                                            \
    } while (0)

static bool add_block(ad_plan *p, plan_kind kind, uint32_t op, size_t n, size_t first)
{
    ROOM(p, block, blocks, block_room);
    p->block[p->blocks++] = (plan_block){.kind = (uint16_t)kind,
                                         .op = (uint16_t)op,
                                         .n = (uint32_t)n,
                                         .z = (uint32_t)p->slots,
                                         .first = (uint32_t)first};
    p->slots += n;
    return true;
}

/* Its result stands in the last place. */
static bool add_step(ad_plan *p, uint32_t op, uint32_t x, uint32_t y, uint32_t w)
{
    ROOM(p, step, steps, step_room);
    p->step[p->steps++] = (plan_step){op, x, y, w};
    if (p->blocks == 0 || p->block[p->blocks - 1].kind != PLAN_STEPS)
        return add_block(p, PLAN_STEPS, 0, 1, p->steps - 1);
    p->block[p->blocks - 1].n++;
    p->slots++;
    return true;
}

static bool add_term(ad_plan *p, plan_term t)
{
    ROOM(p, term, terms, term_room);
    p->term[p->terms++] = t;
    p->block[p->blocks - 1].terms++;
    return true;
}

/* ---- Rows ----------------------------------------------------------------------- */

typedef struct places {
    uint32_t x, y, w;
} places;

static places places_of(const roll *r, const roll_item *v)
{
    const uint32_t *place = r->note;
    if (v->terms > 0) {
        const roll_term p = r->term[v->first + v->terms - 1];
        return (places){place[p.x], p.y == PLAIN ? 0 : place[p.y], 0};
    }
    if (v->op > AD_LAST_ROW) return (places){0, 0, 0};
    const tape_node node = read_node(r->tape, v->node);
    places at = {place[node.x], 0, 0};
    if (has_constant(v->op)) at.y = place[v->first];
    if (operands_of_row(v->op) == 2) at.y = place[node.y];
    if (operands_of_row(v->op) == 3) {
        at.y = place[read_second(r->tape, node)];
        at.w = place[read_third(r->tape, node)];
    }
    return at;
}

/* b - a, the same as c - b? */
static bool in_line(places a, places b, places c)
{
    return b.x - a.x == c.x - b.x && b.y - a.y == c.y - b.y && b.w - a.w == c.w - b.w;
}

/* From place a to place b as a stride; false where it is too far. */
static bool stride(uint32_t a, uint32_t b, int32_t *s)
{
    const int64_t distance = (int64_t)b - (int64_t)a;
    *s = (int32_t)distance;
    return distance == *s;
}

static bool is_fixed(const ad_plan *p, const plan_walk *w, size_t m, size_t n)
{
    const int64_t rows = (int64_t)w->row * ((int64_t)m - 1);
    const int64_t steps = (int64_t)w->step * ((int64_t)n - 1);
    const int64_t lo =
        (int64_t)w->base + (rows < 0 ? rows : 0) + (steps < 0 ? steps : 0);
    const int64_t hi =
        (int64_t)w->base + (rows > 0 ? rows : 0) + (steps > 0 ? steps : 0);
    return lo >= (int64_t)p->inputs && hi < (int64_t)p->constants;
}

static bool emit_map(roll *r, const uint32_t *order, size_t n, const plan_term *t)
{
    ad_plan *p = r->plan;
    const uint32_t op = r->item[order[0]].op;
    for (size_t k = 0; k < n; k++)
        r->note[r->item[order[k]].node] = (uint32_t)(p->slots + k);
    if (!add_block(p, PLAN_MAP, op, n, p->terms)) return false;
    p->statistics.rolled += n;
    p->statistics.loops++;
    if (!add_term(p, t[0])) return false;
    return ad_ops[op].operands < 3 || add_term(p, t[1]);
}

/* How many items from the first on are in line; their walks. */
static size_t line_of(const roll *r, const uint32_t *order, size_t n, plan_term *t)
{
    const places a = places_of(r, &r->item[order[0]]);
    t[0] = (plan_term){.x.base = a.x, .y.base = a.y, .n = 1};
    t[1] = (plan_term){.x.base = a.w, .n = 1};
    if (n == 1) return 1;
    places before = a, last = places_of(r, &r->item[order[1]]);
    if (!stride(a.x, last.x, &t->x.row) || !stride(a.y, last.y, &t->y.row) ||
        !stride(a.w, last.w, &t[1].x.row))
        return 1;
    size_t k = 2;
    for (; k < n; k++) {
        const places next = places_of(r, &r->item[order[k]]);
        if (!in_line(before, last, next)) break;
        before = last;
        last = next;
    }
    return k;
}

static bool emit_rows(roll *r, const uint32_t *order, size_t n)
{
    ad_plan *p = r->plan;
    for (size_t k = 0; k < n;) {
        plan_term t[2];
        const size_t length = line_of(r, order + k, n - k, t);
        if (length >= SHORTEST_MAP) {
            if (!emit_map(r, order + k, length, t)) return false;
            k += length;
            continue;
        }
        const roll_item *v = &r->item[order[k++]];
        const places at = places_of(r, v);
        if (!add_step(p, v->op, at.x, at.y, at.w)) return false;
        r->note[v->node] = (uint32_t)(p->slots - 1);
    }
    return true;
}

/* ---- Sums ----------------------------------------------------------------------- */

typedef struct run {
    plan_term *term; /* of the first row, with rows in between */
    size_t terms, rows, items;
    const uint32_t *order;
} run;

/* One more number or product of a term, if it is in line. */
static bool extend(plan_term *t, uint32_t x, uint32_t y)
{
    const uint32_t n = t->n;
    if (n == 1) {
        if (!stride(t->x.base, x, &t->x.step)) return false;
        if (!stride(t->y.base, y, &t->y.step)) return false;
    } else {
        if (last_of(t->x.base, n + 1, t->x.step) != x) return false;
        if (last_of(t->y.base, n + 1, t->y.step) != y) return false;
        if (n == INT32_MAX) return false;
    }
    t->n++;
    return true;
}

/* The rest of a range that is in line, beginning at its k-th: how many there are. */
static uint32_t extend_on(plan_term *t, const uint32_t *place, const roll_term *q,
                          uint32_t k)
{
    const uint32_t sx = (uint32_t)t->x.step, sy = (uint32_t)t->y.step;
    uint32_t ex = last_of(t->x.base, t->n + 1, t->x.step);
    uint32_t ey = last_of(t->y.base, t->n + 1, t->y.step);
    const uint32_t begin = k;
    uint32_t x = last_of(q->x, k + 1, q->dx), y = last_of(q->y, k + 1, q->dy);
    const bool pair = q->y != PLAIN;
    for (; k < q->n && place[x] == ex && (!pair || place[y] == ey); k++) {
        ex += sx;
        ey += sy;
        x += (uint32_t)q->dx;
        y += (uint32_t)q->dy;
    }
    t->n += k - begin;
    return k;
}

/* A row as terms: products and lone numbers each continue the last of their kind. */
static size_t terms_of(const roll *r, const roll_item *v, plan_term *term)
{
    size_t terms = 0;
    plan_term *open[2] = {NULL, NULL};
    for (size_t j = 0; j < v->terms; j++) {
        const roll_term *q = &r->term[v->first + j];
        const bool pair = q->y != PLAIN;
        for (uint32_t k = 0; k < q->n;) {
            const uint32_t x = r->note[last_of(q->x, k + 1, q->dx)];
            const uint32_t y = pair ? r->note[last_of(q->y, k + 1, q->dy)] : 0;
            plan_term *t = open[pair];
            k++;
            if (t != NULL && extend(t, x, y)) {
                k = extend_on(t, r->note, q, k);
                continue;
            }
            open[pair] = &term[terms++];
            *open[pair] = (plan_term){.x.base = x, .y.base = y, .n = 1, .pair = pair};
        }
    }
    return terms;
}

static bool is_alike(const plan_term *a, const plan_term *b)
{
    return a->n == b->n && a->pair == b->pair && a->x.step == b->x.step &&
           a->y.step == b->y.step;
}

/* Whether the row continues the run, whose second row says how far rows are apart. */
static bool continues(run *u, const plan_term *row, size_t terms)
{
    if (terms != u->terms) return false;
    for (size_t k = 0; k < terms; k++) {
        plan_term *t = &u->term[k];
        if (!is_alike(t, &row[k])) return false;
        int32_t x, y;
        if (!stride(t->x.base, row[k].x.base, &x)) return false;
        if (!stride(t->y.base, row[k].y.base, &y)) return false;
        if (u->rows == 1) {
            t->x.row = x;
            t->y.row = y;
        } else if ((int64_t)t->x.row * (int64_t)u->rows != x ||
                   (int64_t)t->y.row * (int64_t)u->rows != y) {
            return false;
        }
    }
    return true;
}

/* As steps, each term added to the sum of those before, as it was recorded. */
static bool emit_steps(roll *r, const roll_item *v)
{
    ad_plan *p = r->plan;
    uint32_t sum = UINT32_MAX;
    for (size_t j = 0; j < v->terms; j++) {
        const roll_term q = r->term[v->first + j];
        const bool pair = q.y != PLAIN;
        for (uint32_t k = 0; k < q.n; k++) {
            const uint32_t x = r->note[last_of(q.x, k + 1, q.dx)];
            const uint32_t y = pair ? r->note[last_of(q.y, k + 1, q.dy)] : sum;
            if (sum == UINT32_MAX && !pair) {
                sum = x;
                continue;
            }
            const uint32_t op = sum == UINT32_MAX ? AD_OP_mul
                                : pair            ? STEP_muladd
                                                  : AD_OP_add;
            if (!add_step(p, op, x, y, sum)) return false;
            sum = (uint32_t)(p->slots - 1);
        }
    }
    r->note[v->node] = sum;
    return true;
}

static bool emit_sum(roll *r, const run *u)
{
    ad_plan *p = r->plan;
    const uint32_t op = r->item[u->order[0]].op;
    for (size_t i = 0; i < u->rows; i++)
        r->note[r->item[u->order[i]].node] = (uint32_t)(p->slots + i);
    if (!add_block(p, PLAN_SUM, op, u->rows, p->terms)) return false;
    p->statistics.loops++;
    for (size_t k = 0; k < u->terms; k++) {
        plan_term t = u->term[k];
        p->statistics.rolled += u->rows * t.n * (t.pair + 1u);
        if (t.pair && t.x.row != 0 && t.y.row == 0) {
            t.x = u->term[k].y;
            t.y = u->term[k].x;
        }
        t.x_fixed = is_fixed(p, &t.x, u->rows, t.n);
        t.y_fixed = t.pair && is_fixed(p, &t.y, u->rows, t.n);
        if (!add_term(p, t)) return false;
    }
    return true;
}

static bool end_run(roll *r, const run *u)
{
    size_t work = 0;
    for (size_t k = 0; k < u->terms; k++) work += u->rows * u->term[k].n;
    if (r->item[u->order[0]].op == AD_OP_add && work < 3 * u->terms) {
        for (size_t i = 0; i < u->rows; i++)
            if (!emit_steps(r, &r->item[u->order[i]])) return false;
        return true;
    }
    return emit_sum(r, u);
}

static bool emit_sums(roll *r, const uint32_t *order, size_t n, plan_term *row,
                      plan_term *first)
{
    run u = {.term = first, .order = order};
    for (size_t k = 0; k < n; k++) {
        const size_t terms = terms_of(r, &r->item[order[k]], row);
        if (u.rows > 0 && continues(&u, row, terms)) {
            u.rows++;
            continue;
        }
        if (u.rows > 0 && !end_run(r, &u)) return false;
        memcpy(first, row, terms * sizeof *row);
        u = (run){.term = first, .terms = terms, .rows = 1, .order = order + k};
    }
    return end_run(r, &u);
}

/* ---- Groups --------------------------------------------------------------------- */

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
            if (!in_line(places_of(r, &r->item[at[0]]),
                         places_of(r, &r->item[at[period]]),
                         places_of(r, &r->item[at[2 * period]])))
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
        if (sums ? !emit_sums(r, order, n, row, row + r->longest + 1)
                 : !emit_rows(r, order, n))
            return false;
    }
    return true;
}
