/*
 * What is recorded twice is computed once. What has the same operation and the same
 * operands, found by where they stand, has the same result, and whoever uses it is told
 * where that stands already; so copies of whole expressions fall together, operation by
 * operation.
 *
 * Steps are compared with steps, whole loops with whole loops. A step that a loop
 * computes too stays, and so does the copy inside of a loop: taking single rows out of
 * loops was tried, on the tape before rolling, and it made what was left run slower
 * (bundle adjustment: 1.4 times, least squares: 1.35, an ODE faster: 0.85), because a
 * loop with holes is many loops. And the search took 2 ns an operation, half as long as
 * a network's whole plan; here it costs nothing where everything rolls.
 *
 * What is known is remembered by a hash, one for each place of a table: what was
 * emitted longer ago may have been forgotten, and is then computed again. Operands of
 * the same level are emitted near each other, and copies have the same level.
 */
#include <string.h>

#include "plan_build.h"
#include "roll.h"

struct roll_known {
    uint32_t mark;  /* of the hash; 0 is nothing */
    uint32_t index; /* of the step, block or constant */
    uint32_t place; /* of its (first) result */
};

/* (Half full at the most, where that is small: in a full one much is forgotten. A
 * body's items are emitted a few times round, until they repeat themselves; which
 * they do not if now and then one is forgotten.) */
enum { MOST_KNOWN = 1 << 14, TIMES = 8 };

bool roll_know(roll *r)
{
    size_t room = 64, items = r->item_end - r->item_first;
    for (size_t k = 0; k < r->bodies; k++)
        if (r->body[k].copies > 0) items += TIMES * r->body[k].items;
    while (room < MOST_KNOWN && room < 2 * items) room *= 2;
    r->known = PLAN_NEW(&r->heap, room, roll_known);
    if (r->heap.failed) return false;
    r->known_mask = room - 1;
    memset(r->known, 0, room * sizeof *r->known);
    return true;
}

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 29;
}

enum sort { OF_CONSTANT = 1, OF_STEP, OF_LOOP };

/* The place for that hash; *mark is what is in it if it is the same. */
static roll_known *known_at(const roll *r, uint64_t hash, enum sort sort,
                            uint32_t *mark)
{
    *mark = ((uint32_t)(hash >> 32) & ~3u) | sort;
    return &r->known[hash & r->known_mask];
}

static void find(roll *r, uint32_t place)
{
    if (place < r->oldest) r->oldest = place;
}

uint32_t roll_constant(roll *r, uint32_t place)
{
    const uint32_t index = place - r->made_place;
    uint64_t bits, other;
    memcpy(&bits, &r->made[index], sizeof bits);
    uint32_t mark;
    roll_known *k = known_at(r, mix(0, bits), OF_CONSTANT, &mark);
    if (k->mark == mark) {
        memcpy(&other, &r->made[k->index], sizeof other);
        if (bits == other) return k->place;
    }
    *k = (roll_known){mark, index, place};
    return place;
}

/* ---- Steps ----------------------------------------------------------------------- */

/* The halves of a step, as they are in memory. */
typedef struct halves {
    uint64_t first, second;
} halves;

static inline halves halves_of(uint32_t op, uint32_t x, uint32_t y, uint32_t w)
{
    return (halves){op | (uint64_t)x << 32, y | (uint64_t)w << 32};
}

static inline bool is_step(const plan_step *s, halves h)
{
    const halves known = halves_of(s->op, s->x, s->y, s->w);
    return ((known.first ^ h.first) | (known.second ^ h.second)) == 0;
}

static inline uint64_t hash_of(halves h)
{
    const uint64_t hash =
        (h.first * 0x9e3779b97f4a7c15u ^ h.second) * 0xc2b2ae3d27d4eb4fu;
    return hash ^ hash >> 32;
}

bool roll_step(roll *r, uint32_t op, uint32_t x, uint32_t y, uint32_t w,
               uint32_t *place)
{
    ad_plan *p = r->plan;
    if (!r->rolling) {
        *place = (uint32_t)p->slots;
        return plan_add_step(p, op, x, y, w);
    }
    if (has_constant(op) && !r->moving) y = roll_constant(r, y);
    /* The bits of neither value nor partials depend on the order. */
    const bool turn = (op == AD_OP_add || op == AD_OP_mul) && x > y;
    const uint32_t low = turn ? y : x, high = turn ? x : y;
    uint32_t mark;
    const halves h = halves_of(op, low, high, w);
    roll_known *k = known_at(r, hash_of(h), OF_STEP, &mark);
    if (k->mark == mark && is_step(&p->step[k->index], h)) {
        find(r, *place = k->place);
        p->statistics.copies++;
        return true;
    }
    k->mark = mark;
    k->index = (uint32_t)p->steps;
    k->place = *place = (uint32_t)p->slots;
    return plan_add_step(p, op, low, high, w);
}

/* ---- Loops ----------------------------------------------------------------------- */

static bool is_walk(const plan_walk *a, const plan_walk *b)
{
    return a->base == b->base && a->row == b->row && a->step == b->step;
}

static bool is_term(const plan_term *a, const plan_term *b)
{
    return a->n == b->n && a->pair == b->pair && is_walk(&a->x, &b->x) &&
           is_walk(&a->y, &b->y);
}

static uint64_t mix_walk(uint64_t hash, const plan_walk *w)
{
    hash = mix(hash, (uint64_t)w->base << 32 | (uint32_t)w->row);
    return mix(hash, (uint32_t)w->step);
}

static bool is_block(const ad_plan *p, uint32_t index, const plan_block *b,
                     const plan_term *t)
{
    const plan_block *a = &p->block[index];
    if (a->kind != b->kind || a->op != b->op || a->n != b->n || a->terms != b->terms)
        return false;
    for (size_t k = 0; k < b->terms; k++)
        if (!is_term(&p->term[a->first + k], &t[k])) return false;
    return true;
}

/* A single result for all rows, if they are all the same. */
static uint32_t rows_of(uint32_t n, const plan_term *t, size_t terms)
{
    for (size_t k = 0; k < terms; k++)
        if (t[k].x.row != 0 || t[k].y.row != 0) return n;
    return 1;
}

bool roll_loop(roll *r, plan_kind kind, uint32_t op, size_t n, const plan_term *t,
               size_t terms, roll_results *z)
{
    ad_plan *p = r->plan;
    const plan_block b = {.kind = (uint16_t)kind,
                          .op = (uint16_t)op,
                          .n = rows_of((uint32_t)n, t, terms),
                          .terms = (uint32_t)terms};
    z->step = b.n > 1;
    p->statistics.copies += n - b.n;
    uint64_t hash = mix((uint64_t)kind << 32 | op, b.n);
    for (size_t k = 0; k < terms; k++) {
        hash = mix_walk(mix_walk(hash, &t[k].x), &t[k].y);
        hash = mix(hash, (uint64_t)t[k].n << 1 | t[k].pair);
    }
    uint32_t mark;
    roll_known *k = known_at(r, hash, OF_LOOP, &mark);
    if (k->mark == mark && is_block(p, k->index, &b, t)) {
        find(r, z->first = k->place);
        p->statistics.copies += b.n;
        return true;
    }
    *k = (roll_known){mark, (uint32_t)p->blocks, (uint32_t)p->slots};
    z->first = (uint32_t)p->slots;
    p->statistics.loops++;
    if (!plan_add_block(p, kind, op, b.n, p->terms)) return false;
    for (size_t i = 0; i < terms; i++) {
        plan_term term = t[i];
        term.x_fixed = plan_is_fixed(p, &term.x, b.n, term.n);
        term.y_fixed = term.pair && plan_is_fixed(p, &term.y, b.n, term.n);
        if (!plan_add_term(p, term)) return false;
    }
    return true;
}
