/*
 * Third pass, a body: are its times round side by side, or one after the other?
 *
 * An item is serial if it needs, directly or by way of others of its body, what the
 * time before computed of a serial one: y += ..., the state of a recurrence. All others
 * have the same level every time round, and are one entry of their group each: a
 * family.
 *
 *     u[j+1] = c u[j]                  serial
 *     v[j] = sin(a[j]) + b             two families
 *
 * What is serial is one entry for all of it, with one level, and is emitted time after
 * time: in the order in which it was recorded, as steps (roll_serial.c). Unless it is
 * wide: then there is something to be found side by side within each time round, and
 * what is serial has groups of its own (roll_rounds.c).
 */
#include <string.h>

#include "roll_copies.h"
#include "roll_levels.h"

/* Whether it is what a serial item of this time round, or any of the time before,
 * computes. */
static bool is_carried(const roll *r, const roll_body *b, uint32_t x, uint32_t dx,
                       void *c)
{
    (void)c;
    const uint32_t begin = roll_base(b);
    if (x >= begin) return x < r->nodes && roll_position_of(b, x)->serial;
    return roll_is_carried(b, x, dx) && roll_position_of(b, x)->serial;
}

/*
 * Who needs the results of a family but families of the same body? Serial items, the
 * next time round, and what is recorded after all of it; and sums that began there and
 * have what the body adds for terms.
 */
static bool mark_operand(const roll *r, const roll_body *b, uint32_t x, uint32_t dx,
                         void *serial)
{
    const bool near = x < r->nodes && x >= roll_base(b);
    const bool before = roll_is_carried(b, x, dx);
    if (near) roll_position_of(b, x)->inside = 1;
    const bool needs = before || (near && serial != NULL);
    if (needs && !roll_position_of(b, x)->serial) roll_position_of(b, x)->outside = 1;
    return false;
}

/* What is no item is part of a sum, perhaps of one outside. */
static void mark_often(const roll *r, const roll_body *b, uint32_t x)
{
    if (x >= b->begin && r->uses[x] == OFTEN) roll_position_of(b, x)->outside = 1;
}

static void mark_outside(const roll *r, const roll_body *b)
{
    const size_t base = roll_base(b);
    for (size_t j = 0; j < b->items; j++) {
        const roll_position *at = roll_position_of(b, roll_first(r, b, j)->node);
        roll_any_operand(r, b, j, mark_operand, at->serial ? b->at : NULL);
    }
    for (size_t k = 0; k < b->length; k++) {
        const ad_tape_word v = r->tape.word[base + k];
        if (r->uses[base + k] == ONCE && !b->at[k].inside) b->at[k].outside = 1;
        if (r->uses[base + k] != NO_ITEM && r->uses[base + k] != RUN) continue;
        mark_often(r, b, word_x(v));
        mark_often(r, b, word_y(v));
        if (word_op(v) == AD_OP_muladd) mark_often(r, b, (uint32_t)(base + k) - 1);
    }
}

/* Whether its level is another at some time round. */
static bool wanders(const roll *r, const roll_body *b, uint32_t x, uint32_t dx, void *c)
{
    (void)c;
    const uint32_t base = roll_base(b);
    if (x >= base || dx == 0) return false;
    if (roll_is_carried(b, x, dx)) return x + dx < base; /* by two: see find_serial */
    const size_t last = b->copies - 1;
    if (x < r->first && x + last * dx < r->first) return false;
    for (size_t k = 1; k <= last; k++)
        if (r->note[x + (uint32_t)k * dx] != r->note[x]) return true;
    return false;
}

static uint32_t level_of_copy(const roll *r, const roll_body *b, size_t j, size_t k)
{
    const roll_item v = roll_copy(r, b, j, k);
    if (!is_sum(&v)) return roll_higher(r->note[v.x], r->note[v.y]) + 1;
    uint32_t top = 0;
    for (size_t q = v.x; q < v.x + v.y; q++) {
        const roll_term t = roll_copy_term(r, b, q, k);
        top = roll_higher(top, roll_highest(r, t.x, t.n, t.dx));
        if (t.y != PLAIN) top = roll_higher(top, roll_highest(r, t.y, t.n, t.dy));
    }
    return top + 1;
}

/*
 * Levels of the first two copies say which items are deeper at the second; what depends
 * on those, or on what moves through other levels, is serial with them. The rest has
 * one level: each of its operands has. (A sum may reach back by two times round, and is
 * serial: the first two copies do not show what it depends on. Otherwise at least one
 * of those that depend on each other in a ring is deeper.)
 */
static void find_serial(roll *r, const roll_body *b, roll_span *s)
{
    uint32_t *note = r->note;
    for (size_t j = 0; j < b->items; j++) {
        const uint32_t node = roll_first(r, b, j)->node;
        s->kind[j] = note[node];
        s->level[j] = note[node] = level_of_copy(r, b, j, 0);
    }
    for (size_t j = 0; j < b->items; j++) {
        const uint32_t node = roll_copy(r, b, j, 1).node;
        const uint32_t level = note[node] = level_of_copy(r, b, j, 1);
        roll_position *at = roll_position_of(b, node);
        at->serial = level != s->level[j] || roll_any_operand(r, b, j, wanders, NULL);
        s->serial += at->serial;
    }
    for (bool more = s->serial > 0; more;) {
        more = false;
        for (size_t j = 0; j < b->items; j++) {
            roll_position *at = roll_position_of(b, roll_first(r, b, j)->node);
            if (at->serial || !roll_any_operand(r, b, j, is_carried, NULL)) continue;
            at->serial = more = true;
            s->serial++;
        }
    }
}

/* The highest level that the copies of a serial item's operand have, but of those that
 * are serial themselves. */
static bool find_highest(const roll *r, const roll_body *b, uint32_t x, uint32_t dx,
                         void *level)
{
    uint32_t *top = level;
    const bool near = x < r->nodes && x >= roll_base(b);
    const bool carried = roll_is_carried(b, x, dx);
    const bool serial = (near || carried) && roll_position_of(b, x)->serial;
    if (near && serial) return false;
    /* Of what is carried, those before the first copy, and then that copy. */
    size_t n = b->copies;
    if (near || dx == 0) n = 1;
    if (carried) n = serial ? FIRST_COPY : FIRST_COPY + 1;
    if (x < r->first && last_of(x, n, (int32_t)dx) < r->first)
        return false; /* leaves */
    for (size_t k = 0; k < n; k++) {
        const uint32_t node = x + (uint32_t)k * dx;
        if (carried && serial && node >= roll_base(b)) break;
        *top = roll_higher(*top, r->note[node]);
    }
    return false;
}

/* The level above all that the serial items of a body need from elsewhere. */
static uint32_t level_of_serial(const roll *r, const roll_body *b)
{
    uint32_t top = 0;
    for (size_t j = 0; j < b->items; j++)
        if (roll_position_of(b, roll_first(r, b, j)->node)->serial)
            roll_any_operand(r, b, j, find_highest, &top);
    return top + 1;
}

/* Of all copies, or of those that somebody outside may ask for. */
static void note_level(roll *r, const roll_body *b, uint32_t node, uint32_t level)
{
    const size_t n = b->copies, from = roll_position_of(b, node)->outside ? 0 : n - 2;
    for (size_t k = from; k < n; k++) r->note[node + k * b->length] = level;
}

bool roll_assign_body(roll *r, grouping *g, size_t body)
{
    roll_body *b = &r->body[body];
    roll_span s = {.kind = &r->window->note};
    s.level = s.kind + b->items;
    s.table = r->window + b->length;
    find_serial(r, b, &s);
    mark_outside(r, b);
    for (size_t j = 0; j < b->items; j++) {
        const roll_item *v = roll_first(r, b, j);
        if (roll_position_of(b, v->node)->serial) continue;
        const roll_item family = {v->node, v->op | ROLL_FAMILY, (uint32_t)body,
                                  (uint32_t)j};
        note_level(r, b, v->node, s.level[j]);
        if (!roll_join(r, g, s.level[j], s.kind[j], family)) return false;
    }
    if (s.serial == 0) return true;
    if (roll_is_wide(r, b, &s) && !roll_arrange_serial(r, b, &s)) return false;
    const uint32_t level = level_of_serial(r, b);
    for (size_t j = 0; j < b->items; j++) {
        const uint32_t node = roll_first(r, b, j)->node;
        if (roll_position_of(b, node)->serial) note_level(r, b, node, level);
    }
    const roll_item all = {roll_base(b), ROLL_SERIAL, (uint32_t)body, 0};
    return roll_join(r, g, level, (uint32_t)body, all);
}
