/*
 * Last pass, a body: what of it goes on where the time before ended.
 *
 * In the order of recording, as steps. When two times round have come out as the one
 * before, each operand and each result as much further, so do the rest: their steps are
 * the last ones and that much more. Unless some were found where an earlier loop
 * computed them (roll_once.c): such may be in line three times, and not for ever.
 */
#include <string.h>

#include "roll_family.h"

static bool is_serial(const roll *r, const roll_body *b, size_t j)
{
    return roll_position_of(b, roll_first(r, b, j)->node)->serial;
}

static bool emit_time(roll *r, const roll_body *b, size_t k)
{
    const uint32_t *place = r->note;
    const size_t terms = r->term_first;
    for (size_t j = 0; j < b->items; j++) {
        if (!is_serial(r, b, j)) continue;
        const roll_item v = roll_write_copy(r, b, j, k);
        bool made;
        if (is_sum(&v)) {
            made = roll_sums(r, &v, 1);
        } else {
            r->moving = roll_step_of(r, b, j)->y != 0;
            made = roll_step(r, v.op, place[v.x], place[v.y], 0, &r->note[v.node]);
            r->moving = false;
        }
        r->term_first = terms; /* nobody asks again */
        if (!made) return false;
    }
    return true;
}

static size_t later_of(const roll_body *b, uint32_t node)
{
    return roll_position_of(b, node)->later;
}

bool roll_results_walk(const roll *r, const roll_body *b, size_t k, size_t places)
{
    const uint32_t length = b->length;
    for (size_t j = 0; j < b->items; j++) {
        if (!is_serial(r, b, j)) continue;
        const uint32_t node = roll_first(r, b, j)->node;
        const uint32_t *z = &r->note[node + (k - later_of(b, node)) * length];
        if (z[0] - *(z - length) != places) return false;
        if (*(z - length) - *(z - 2 * length) != places) return false;
    }
    return true;
}

/* What is not serial itself walks. */
static bool operand_walks(const roll *r, const roll_body *b, uint32_t x, uint32_t dx)
{
    const size_t base = roll_time(b, FIRST_COPY);
    plan_walk w;
    const bool near = x < r->nodes && (x >= base || roll_is_carried(b, x, dx));
    if (near && b->at[(x - b->begin) % b->length].serial) return true;
    return roll_walk(r, b, x, dx, &w);
}

bool roll_operands_walk(const roll *r, const roll_body *b)
{
    for (size_t j = 0; j < b->items; j++) {
        if (!is_serial(r, b, j)) continue;
        const roll_item *v = roll_first(r, b, j), *d = roll_step_of(r, b, j);
        if (!is_sum(v)) {
            if (!operand_walks(r, b, v->x, d->x)) return false;
            if (!operand_walks(r, b, v->y, d->y)) return false;
            continue;
        }
        for (size_t q = v->x; q < v->x + v->y; q++) {
            const roll_term *t = &r->term[q], *s = &r->term[q + b->terms];
            for (uint32_t k = 0; k < t->n; k++) {
                if (!operand_walks(r, b, last_of(t->x, k + 1, t->dx), s->x))
                    return false;
                if (t->y != PLAIN &&
                    !operand_walks(r, b, last_of(t->y, k + 1, t->dy), s->y))
                    return false;
            }
        }
    }
    return true;
}

/* (Three, because the operands of a sum may have changed sides between two.) */
bool roll_steps_repeat(const ad_plan *p, size_t n)
{
    const plan_step *c = p->step + p->steps - n, *b = c - n, *a = b - n;
    uint32_t other = 0;
    for (size_t k = 0; k < n; k++, a++, b++, c++) {
        other |= (c->op ^ b->op) | (b->op ^ a->op);
        other |= (c->x - b->x) ^ (b->x - a->x);
        other |= (c->y - b->y) ^ (b->y - a->y);
        other |= (c->w - b->w) ^ (b->w - a->w);
    }
    return other == 0;
}

void roll_note_serial(roll *r, const roll_body *b, size_t k)
{
    const uint32_t length = b->length;
    for (size_t j = 0; j < b->items; j++) {
        if (!is_serial(r, b, j)) continue;
        const uint32_t node = roll_first(r, b, j)->node;
        const size_t later = later_of(b, node), few = b->copies - 2 - b->later;
        const size_t from = k - later, last = from - 1;
        const uint32_t place = r->note[node + last * length];
        const uint32_t step = place - r->note[node + (last - 1) * length];
        const bool all = roll_position_of(b, node)->outside || few < from;
        for (size_t i = all ? from : few; i < b->copies - later; i++)
            r->note[node + i * length] = place + (uint32_t)(i - last) * step;
    }
}

/* Copies k and on, as far further than k-1 as k-1 is than k-2. */
static bool copy_steps(roll *r, const roll_body *b, size_t k, size_t steps)
{
    ad_plan *p = r->plan;
    const size_t more = (b->copies - k) * steps;
    if (!plan_reserve_steps(p, more)) return false;
    plan_continue_steps(p, more, steps);
    p->slots += more;
    p->block[p->blocks - 1].n += (uint32_t)more;
    roll_note_serial(r, b, k);
    return true;
}

enum { TRIES = 4 };

bool roll_serial(roll *r, const roll_item *entry)
{
    ad_plan *p = r->plan;
    const roll_body *b = &r->body[entry->x];
    if (b->groups > 0) return roll_rounds(r, b);
    size_t steps[3] = {0}, blocks[3] = {0}, slots[2] = {0};
    for (size_t k = 0; k < b->copies; k++) {
        const size_t before = p->steps;
        slots[1] = slots[0], slots[0] = p->slots;
        r->oldest = UINT32_MAX;
        if (!emit_time(r, b, k)) return false;
        steps[2] = steps[1], steps[1] = steps[0], steps[0] = p->steps - before;
        blocks[2] = blocks[1], blocks[1] = blocks[0], blocks[0] = p->blocks;
        if (k < 3 || k > 3 + TRIES || k + 1 == b->copies) continue;
        if (steps[0] != steps[1] || steps[1] != steps[2]) continue;
        if (blocks[0] != blocks[2] || !roll_steps_repeat(p, steps[0])) continue;
        if (r->oldest < slots[1] || !roll_results_walk(r, b, k, steps[0])) continue;
        if (roll_operands_walk(r, b)) return copy_steps(r, b, k + 1, steps[0]);
    }
    return true;
}
