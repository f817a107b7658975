/*
 * Sums: one of them as terms of the plan, which are as few as there may be, as each is
 * a range: numbers, or products, whose operands walk through the values in line.
 */
#include "plan_build.h"
#include "roll.h"

/* One more number or product of a term, if it is in line. */
static bool extend(plan_term *t, uint32_t x, uint32_t y)
{
    const uint32_t n = t->n;
    if (n == 1) {
        if (!plan_stride(t->x.base, x, &t->x.step)) return false;
        if (!plan_stride(t->y.base, y, &t->y.step)) return false;
    } else {
        if (last_of(t->x.base, n + 1, t->x.step) != x) return false;
        if (last_of(t->y.base, n + 1, t->y.step) != y) return false;
        if (n == INT32_MAX) return false;
    }
    t->n++;
    return true;
}

/* How many of n nodes from x on, d apart, stand `step` apart from place z on. */
static uint32_t count_in_line(const uint32_t *place, uint32_t x, int32_t d, uint32_t n,
                              uint32_t z, uint32_t step)
{
    enum { BLOCK = 8 };
    uint32_t k = 0;
    for (; d == 1 && step == 1 && k + BLOCK <= n; k += BLOCK) {
        const uint32_t *from = place + x + k;
        uint32_t other = 0;
        for (uint32_t i = 0; i < BLOCK; i++) other |= from[i] - i - (z + k);
        if (other != 0) break;
    }
    while (k < n && place[last_of(x, k + 1, d)] == z + k * step) k++;
    return k;
}

/* The rest of a range that is in line, beginning at its k-th: where that ends. */
static uint32_t extend_on(plan_term *t, const uint32_t *place, const roll_term *q,
                          uint32_t k)
{
    const plan_walk *x = &t->x, *y = &t->y;
    uint32_t n = count_in_line(place, last_of(q->x, k + 1, q->dx), q->dx, q->n - k,
                               last_of(x->base, t->n + 1, x->step), (uint32_t)x->step);
    if (q->y != PLAIN)
        n = count_in_line(place, last_of(q->y, k + 1, q->dy), q->dy, n,
                          last_of(y->base, t->n + 1, y->step), (uint32_t)y->step);
    t->n += n;
    return k + n;
}

/* How many of n terms from q on, `period` apart, are each one number or product that
 * continues t. (Where the next one must stand is at hand, and not in memory.) */
static size_t extend_over(plan_term *t, const uint32_t *place, const roll_term *q,
                          size_t n, size_t period)
{
    uint32_t x = last_of(t->x.base, t->n + 1, t->x.step);
    uint32_t y = last_of(t->y.base, t->n + 1, t->y.step);
    size_t k = 0;
    for (; k < n && q->n == 1 && place[q->x] == x; k++, q += period) {
        if (t->pair ? q->y == PLAIN || place[q->y] != y : q->y != PLAIN) break;
        x += (uint32_t)t->x.step;
        y += (uint32_t)t->y.step;
    }
    t->n += (uint32_t)k;
    return k;
}

/* A row as terms, taking every period-th of it in turn: products and lone numbers each
 * continue the last of their kind. */
static size_t turns_of(const roll *r, const roll_item *v, size_t period,
                       plan_term *term)
{
    size_t terms = 0;
    plan_term *open[2] = {NULL, NULL};
    for (size_t turn = 0; turn < period; turn++) {
        for (size_t j = turn; j < v->y; j += period) {
            const roll_term *q = &r->term[v->x + j];
            const bool pair = q->y != PLAIN;
            for (uint32_t k = 0; k < q->n;) {
                const uint32_t x = r->note[last_of(q->x, k + 1, q->dx)];
                const uint32_t y = pair ? r->note[last_of(q->y, k + 1, q->dy)] : 0;
                plan_term *t = open[pair];
                k++;
                if (t != NULL && extend(t, x, y)) {
                    if (k < q->n)
                        k = extend_on(t, r->note, q, k);
                    else if (q->n == 1)
                        j += period * extend_over(t, r->note, q + period,
                                                  (v->y - 1 - j) / period, period);
                    continue;
                }
                open[pair] = &term[terms++];
                *open[pair] =
                    (plan_term){.x.base = x, .y.base = y, .n = 1, .pair = pair};
            }
        }
    }
    return terms;
}

/* n of a row's terms from `from` on, their first numbers and products as if each were a
 * step. */
static void place_terms(roll *r, const roll_item *v, size_t from, size_t n)
{
    const uint32_t *place = r->note;
    for (size_t j = 0; j < n; j++) {
        const roll_term *q = &r->term[v->x + from + j];
        const bool pair = q->y != PLAIN;
        r->at[j] = (roll_place){place[q->x], pair ? place[q->y] : 0, pair};
    }
}

/*
 * A row as terms: as few as there may be. A sum over i of f(i) + g(i) has terms that
 * take turns, as the middle of a long one shows.
 */
enum { LONG_ROW = 16, MIDDLE = 1024 };

size_t roll_terms_of(roll *r, const roll_item *v, plan_term *term)
{
    if (v->y < LONG_ROW) return turns_of(r, v, 1, term);
    const size_t n = v->y < MIDDLE ? v->y : MIDDLE;
    place_terms(r, v, (v->y - n) / 2, n);
    return turns_of(r, v, roll_period(r->at, n), term);
}
