/*
 * Last pass, a body: what goes on where the time before ended, and has loops in it.
 *
 *     h[t+1][i] = tanh(w[i] h[t][i] + x[t][i])      one time round: three loops over i
 *
 * Each time round is emitted in groups (roll_wide.c), as a whole tape is. When three in
 * a row have come out as the same blocks, their places as much further each time, so do
 * the rest: their blocks are the last ones and that much more. A recurrent network's
 * plan takes a third of the time.
 */
#include "roll_family.h"

/* How far a plan is. */
typedef struct extent {
    size_t blocks, terms, steps, slots;
    struct ad_plan_statistics statistics;
} extent;

static extent extent_of(const ad_plan *p)
{
    return (extent){p->blocks, p->terms, p->steps, p->slots, p->statistics};
}

/* (With a block of its own for its first steps, so that all times round look alike.) */
static bool emit_round(roll *r, const roll_body *b, size_t round)
{
    const size_t terms = r->term_first;
    r->plan->closed = true;
    for (size_t g = 0, begin = 0; g < b->groups; begin = b->group_end[g++]) {
        size_t n = 0;
        r->moving = false;
        for (size_t i = begin; i < b->group_end[g]; i++) {
            const size_t j = b->sorted[i].y, k = round - b->sorted[i].x;
            if (k >= b->copies) continue; /* before the first, or behind the last */
            r->copied[n++] = roll_write_copy(r, b, j, k);
            r->moving |= roll_step_of(r, b, j)->y != 0;
        }
        if (n > 0 && !roll_emit_items(r, r->copied, n)) return false;
        r->term_first = terms; /* nobody asks again */
    }
    r->moving = false;
    return true;
}

static bool is_like(const plan_walk *a, const plan_walk *b, const plan_walk *c)
{
    return c->base - b->base == b->base - a->base && a->row == b->row &&
           b->row == c->row && a->step == b->step && b->step == c->step;
}

static bool blocks_repeat(const plan_block *block, size_t n)
{
    for (size_t k = 0; k < 2 * n; k++) {
        const plan_block *a = &block[k], *b = a + n;
        if (a->kind != b->kind || a->n != b->n || a->terms != b->terms) return false;
        if (a->op != b->op) return false;
    }
    return true;
}

static bool terms_repeat(const plan_term *term, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        const plan_term *a = &term[k], *b = a + n, *c = b + n;
        if (a->n != b->n || b->n != c->n) return false;
        if (a->pair != b->pair || b->pair != c->pair) return false;
        if (!is_like(&a->x, &b->x, &c->x) || !is_like(&a->y, &b->y, &c->y))
            return false;
    }
    return true;
}

/* Whether the three times round between these are the same, but for places that
 * walk. */
static bool rounds_repeat(const ad_plan *p, const extent *e)
{
    for (size_t k = 0; k < 2; k++) {
        const extent *a = &e[k], *b = a + 1, *c = b + 1;
        if (b->blocks - a->blocks != c->blocks - b->blocks) return false;
        if (b->terms - a->terms != c->terms - b->terms) return false;
        if (b->steps - a->steps != c->steps - b->steps) return false;
        if (b->slots - a->slots != c->slots - b->slots) return false;
    }
    return blocks_repeat(p->block + e->blocks, e[1].blocks - e->blocks) &&
           terms_repeat(p->term + e->terms, e[1].terms - e->terms) &&
           roll_steps_repeat(p, e[1].steps - e->steps);
}

/* The block that is as far behind the last time round's as that is behind the one
 * before it, and so are its terms and steps. */
static bool copy_block(ad_plan *p, const plan_block *b, size_t terms, size_t steps)
{
    const bool is_steps = b->kind == PLAN_STEPS;
    if (!plan_add_block(p, b->kind, b->op, b->n, is_steps ? p->steps : p->terms))
        return false;
    if (is_steps) plan_continue_steps(p, b->n, steps);
    for (size_t k = 0; k < b->terms; k++) {
        const plan_term *last = p->term + p->terms - terms, *before = last - terms;
        plan_term t = *last;
        t.x.base += last->x.base - before->x.base;
        t.y.base += last->y.base - before->y.base;
        t.x_fixed = plan_is_fixed(p, &t.x, b->n, t.n);
        t.y_fixed = t.pair && plan_is_fixed(p, &t.y, b->n, t.n);
        if (!plan_add_term(p, t)) return false;
    }
    return true;
}

/* `times` more as the last, which is between these two. */
static bool copy_rounds(roll *r, const extent *begin, const extent *end, size_t times)
{
    ad_plan *p = r->plan;
    const size_t blocks = end->blocks - begin->blocks,
                 terms = end->terms - begin->terms;
    const size_t steps = end->steps - begin->steps;
    const struct ad_plan_statistics *a = &begin->statistics, *b = &end->statistics;
    if (!plan_reserve_steps(p, times * steps)) return false;
    for (size_t k = 0; k < times * blocks; k++) {
        const plan_block block = p->block[p->blocks - blocks];
        if (!copy_block(p, &block, terms, steps)) return false;
    }
    p->statistics.loops += times * (b->loops - a->loops);
    p->statistics.rolled += times * (b->rolled - a->rolled);
    p->statistics.copies += times * (b->copies - a->copies);
    return true;
}

enum { TRIES = 8 };

bool roll_rounds(roll *r, const roll_body *b)
{
    extent e[4] = {0};
    e[3] = extent_of(r->plan);
    bool copied = false;
    for (size_t k = 0; k < b->copies + b->later; k++) {
        r->oldest = UINT32_MAX;
        if (!emit_round(r, b, k)) return false;
        e[0] = e[1], e[1] = e[2], e[2] = e[3], e[3] = extent_of(r->plan);
        const size_t tries = k - b->later - 2; /* with three that are whole */
        if (copied || tries >= TRIES || k + 1 >= b->copies) continue;
        if (r->oldest < e[1].slots || !rounds_repeat(r->plan, e)) continue;
        if (!roll_results_walk(r, b, k, e[3].slots - e[2].slots)) continue;
        if (!roll_operands_walk(r, b)) continue;
        if (!copy_rounds(r, &e[2], &e[3], b->copies - k - 1)) return false;
        roll_note_serial(r, b, k + 1);
        copied = true;
        k = b->copies - 1;
    }
    return true;
}
