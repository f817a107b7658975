/*
 * Second pass, a body: its items, once for all times round.
 *
 * Two times round were done one by one. What their items differ by is what all differ
 * by from the time before: the list of the one becomes that of the first copy, the list
 * of the other these differences.
 *
 *     item of time t      mul  x 17  y 40          first copy   mul  x  5  y 10
 *     item of time t-1    mul  x 15  y 35          each next         +2    +5
 */
#include <assert.h>
#include <string.h>

#include "roll_copies.h"

/* Operand x of a node of a body at `time`, dx further each time: how the first copies
 * of it stand, if they are before the body and are not all the same. */
static bool is_moving(const roll_body *b, uint32_t x, uint32_t dx)
{
    return x < b->begin && dx != 0;
}

/* An operand before the body is another at each time round. They must be as often used:
 * then this pass makes no difference between them. (What was taken into a sum here, and
 * is no item any more, is no longer as often used as the others.) */
static bool are_alike(const roll *r, const roll_body *b, size_t time, uint32_t x,
                      uint32_t dx)
{
    if (!is_moving(b, x, dx)) return true;
    const uint32_t first = x - (uint32_t)(time - FIRST_COPY) * dx;
    if (x < r->first && first < r->first) return true; /* leaves */
    const uint8_t uses = r->uses[x];
    uint32_t k = first;
    for (size_t n = time - FIRST_COPY; n > 0; n--, k += dx)
        if (r->uses[k] != uses) return false;
    return true;
}

/* How a node's operands move. */
typedef struct moves {
    uint32_t x, dx, y, dy;
    bool two;
} moves;

static moves moves_of(const roll *r, const roll_body *b, size_t node)
{
    const ad_tape_word v = r->tape.word[node], u = r->tape.word[node - b->length];
    const unsigned op = word_op(v);
    return (moves){word_x(v), word_x(v) - word_x(u), word_y(v), word_y(v) - word_y(u),
                   operands_of_row(op) != 1};
}

static bool operands_agree(const roll *r, const roll_body *b, size_t time)
{
    for (size_t k = 0; k < b->length; k++) {
        const size_t node = roll_time(b, time) + k;
        if (r->uses[node] == UNUSED) continue;
        const moves m = moves_of(r, b, node);
        if (!are_alike(r, b, time, m.x, m.dx)) return false;
        if (m.two && !are_alike(r, b, time, m.y, m.dy)) return false;
    }
    return true;
}

/* The notes that a user leaves at what it uses once. */
static void note_copies(roll *r, const roll_body *b, size_t time, uint32_t x,
                        uint32_t dx)
{
    if (!is_moving(b, x, dx) || r->uses[x] != ONCE) return;
    const uint32_t note = r->note[x];
    for (size_t n = time - FIRST_COPY; n > 0; n--) {
        x -= dx;
        r->note[x] = note;
    }
}

static void note_operands(roll *r, const roll_body *b, size_t time)
{
    for (size_t k = 0; k < b->length; k++) {
        const size_t node = roll_time(b, time) + k;
        if (r->uses[node] == UNUSED) continue;
        const moves m = moves_of(r, b, node);
        note_copies(r, b, time, m.x, m.dx);
        if (m.two) note_copies(r, b, time, m.y, m.dy);
    }
}

/* The constants of an item: one if they are the same all times round, or else each one
 * in their order, those that are not copied with them. */
static void make_constants(roll *r, const roll_body *b, roll_item *v, roll_item *step)
{
    const tape_reader t = r->tape;
    const ad_tape_word *word = t.word + v->node - FIRST_COPY * b->length;
    const size_t length = b->length;
    const double first = t.extra[word_y(word[0])].real;
    bool same = true;
    for (size_t k = 1; k < b->times && same; k++)
        same =
            memcmp(&t.extra[word_y(word[k * length])].real, &first, sizeof first) == 0;
    assert(r->made_first >= (same ? 1 : b->times));
    for (size_t k = same ? 1 : b->times; k-- > 0;)
        r->made[--r->made_first] = t.extra[word_y(word[k * length])].real;
    v->y = (uint32_t)(r->nodes + r->made_first + (same ? 0 : FIRST_COPY));
    step->y = same ? 0 : 1;
}

/* v is the item before, w the one after, in place: of the first copy, and the step. */
static void fold_item(roll_item *v, roll_item *w, uint32_t back)
{
    const roll_item step = {w->node - v->node, v->op, w->x - v->x, w->y - v->y};
    v->node -= back * step.node;
    if (is_sum(v)) {
        *w = (roll_item){step.node, v->op, 0, 0};
        return;
    }
    v->x -= back * step.x;
    v->y -= back * step.y;
    *w = step;
}

static void fold_term(roll_term *t, roll_term *w, uint32_t back)
{
    w->x -= t->x;
    t->x -= back * w->x;
    if (t->y == PLAIN) {
        w->y = 0;
        return;
    }
    w->y -= t->y;
    t->y -= back * w->y;
}

/* Two times round stand at the lists' beginnings: do they look the same? */
static bool are_lists_alike(const roll *r, size_t items, size_t terms)
{
    const roll_item *v = r->item + r->item_first, *w = v + items;
    for (size_t k = 0; k < items; k++)
        if (v[k].op != w[k].op || (is_sum(&v[k]) && v[k].y != w[k].y)) return false;
    const roll_term *t = r->term + r->term_first, *u = t + terms;
    for (size_t k = 0; k < terms; k++)
        if (t[k].n != u[k].n || t[k].dx != u[k].dx || t[k].dy != u[k].dy ||
            (t[k].y == PLAIN) != (u[k].y == PLAIN))
            return false;
    return true;
}

/* An operand that was x, and d more one time later: is it before the body at all
 * copies, or no further back than the times that are not copied? (What a sum takes in
 * of the time before may itself have taken in of the one before that.) */
static bool is_in_reach(const roll *r, const roll_body *b, uint32_t x, uint32_t later)
{
    if (x >= r->nodes) return true; /* a constant made */
    const uint32_t d = later - x, first = x - (b->copies - 2) * d;
    if (later < b->begin && first < b->begin) return true;
    return d == b->length && first >= b->begin && first <= x;
}

static bool are_in_reach(const roll *r, const roll_body *b)
{
    const roll_item *v = r->item + r->item_first, *w = v + b->items;
    for (size_t k = 0; k < b->items; k++) {
        if (is_sum(&v[k])) continue;
        if (!is_in_reach(r, b, v[k].x, w[k].x)) return false;
        if (!is_in_reach(r, b, v[k].y, w[k].y)) return false;
    }
    const roll_term *t = r->term + r->term_first, *u = t + b->terms;
    for (size_t k = 0; k < b->terms; k++)
        for (uint32_t i = 0; i < t[k].n; i++) {
            const uint32_t x = i * (uint32_t)t[k].dx, y = i * (uint32_t)t[k].dy;
            if (!is_in_reach(r, b, t[k].x + x, u[k].x + x)) return false;
            if (t[k].y == PLAIN) continue;
            if (!is_in_reach(r, b, t[k].y + y, u[k].y + y)) return false;
        }
    return true;
}

static void fold(roll *r, roll_body *b, size_t made)
{
    const uint32_t back = b->copies - 2;
    roll_item *v = r->item + r->item_first, *w = v + b->items;
    roll_term *t = r->term + r->term_first, *u = t + b->terms;
    r->made_first = made; /* those of both are made anew */
    for (size_t k = b->items; k-- > 0;) {
        fold_item(&v[k], &w[k], back);
        if (!is_sum(&v[k]) && has_constant(v[k].op)) make_constants(r, b, &v[k], &w[k]);
    }
    for (size_t k = 0; k < b->terms; k++) fold_term(&t[k], &u[k], back);
    b->item = r->item_first;
}

size_t roll_copies(roll *r, roll_body *b, size_t i, roll_down *down)
{
    size_t time;
    i = roll_until_same(r, b, i, down, &time);
    if (time < LEAST_TIMES || !operands_agree(r, b, time)) return i;
    const size_t made = r->made_mark;
    const size_t items = r->item_mark - r->item_first;
    const size_t terms = r->term_mark - r->term_first;
    i = down(r, i, roll_time(b, time - 1));
    if (i != roll_time(b, time - 1) || items == 0) return i;
    if (r->item_mark - r->item_first != items) return i;
    if (r->term_mark - r->term_first != terms) return i;
    if (!are_lists_alike(r, items, terms)) return i;
    b->items = items;
    b->terms = terms;
    b->copies = (uint32_t)(time - FIRST_COPY + 1);
    if (!are_in_reach(r, b)) {
        b->copies = 0;
        return i;
    }
    note_operands(r, b, time);
    fold(r, b, made);
    roll_copy_state(r, b, time - 1);
    return roll_time(b, FIRST_COPY);
}

bool roll_any_operand(const roll *r, const roll_body *b, size_t j, roll_visit *f,
                      void *c)
{
    const roll_item *v = roll_first(r, b, j), *d = roll_step_of(r, b, j);
    if (!is_sum(v)) {
        if (f(r, b, v->x, d->x, c)) return true;
        return operands_of_row(v->op) == 2 && f(r, b, v->y, d->y, c);
    }
    for (size_t q = v->x; q < v->x + v->y; q++) {
        const roll_term *t = &r->term[q], *s = &r->term[q + b->terms];
        for (uint32_t k = 0; k < t->n; k++) {
            if (f(r, b, last_of(t->x, k + 1, t->dx), s->x, c)) return true;
            if (t->y != PLAIN && f(r, b, last_of(t->y, k + 1, t->dy), s->y, c))
                return true;
        }
    }
    return false;
}
