/*
 * Sums: as long as the rows of a group have the same terms, each as far from the last
 * row's as that is from the one before, they are one block.
 */
#include <string.h>

#include "plan_build.h"
#include "roll.h"

typedef struct run {
    plan_term *term; /* of the first row, with rows in between */
    size_t terms, rows;
    const roll_item *item;
} run;

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

static size_t terms_of(roll *r, const roll_item *v, plan_term *term)
{
    if (v->y < LONG_ROW) return turns_of(r, v, 1, term);
    const size_t n = v->y < MIDDLE ? v->y : MIDDLE;
    place_terms(r, v, (v->y - n) / 2, n);
    return turns_of(r, v, roll_period(r->at, n), term);
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
        if (!plan_stride(t->x.base, row[k].x.base, &x)) return false;
        if (!plan_stride(t->y.base, row[k].y.base, &y)) return false;
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
    uint32_t sum = UINT32_MAX;
    for (size_t j = 0; j < v->y; j++) {
        const roll_term q = r->term[v->x + j];
        const bool pair = q.y != PLAIN;
        for (uint32_t k = 0; k < q.n; k++) {
            const uint32_t x = r->note[last_of(q.x, k + 1, q.dx)];
            const uint32_t y = pair ? r->note[last_of(q.y, k + 1, q.dy)] : sum;
            if (sum == UINT32_MAX && !pair) {
                sum = x;
                continue;
            }
            const uint32_t op = sum == UINT32_MAX ? AD_OP_mul
                                : pair            ? AD_OP_muladd
                                                  : AD_OP_add;
            const plan_step s = {op, x, y, op == AD_OP_muladd ? sum : 0};
            if (!roll_step(r, s, &sum)) return false;
        }
    }
    r->note[v->node] = sum;
    return true;
}

static bool emit_sum(roll *r, const run *u, roll_results *z)
{
    for (size_t k = 0; k < u->terms; k++) {
        plan_term *t = &u->term[k];
        r->plan->statistics.rolled += u->rows * t->n * (t->pair + 1u);
        if (t->pair && t->x.row != 0 && t->y.row == 0) {
            const plan_walk x = t->x;
            t->x = t->y;
            t->y = x;
        }
    }
    const uint32_t op = u->item->op & ~(uint32_t)ROLL_SUM;
    return roll_loop(r, PLAN_SUM, op, u->rows, u->term, u->terms, z);
}

static bool end_run(roll *r, const run *u)
{
    size_t work = 0;
    for (size_t k = 0; k < u->terms; k++) work += u->rows * u->term[k].n;
    if (u->item->op == (AD_OP_add | ROLL_SUM) && work < 3 * u->terms) {
        for (size_t i = 0; i < u->rows; i++)
            if (!emit_steps(r, &u->item[i])) return false;
        return true;
    }
    roll_results z;
    if (!emit_sum(r, u, &z)) return false;
    for (size_t i = 0; i < u->rows; i++)
        r->note[u->item[i].node] = z.first + (uint32_t)i * z.step;
    return true;
}

/* A sum of two numbers or products: end_run would make steps of it. */
static bool is_small(const roll *r, const roll_item *v)
{
    const roll_term *t = &r->term[v->x];
    if (v->op != (AD_OP_add | ROLL_SUM) || v->y == 0 || v->y > 2) return false;
    return t[0].n == 1 && t[v->y - 1].n == 1;
}

bool roll_sums(roll *r, const roll_item *v, size_t n)
{
    if (n == 1 && is_small(r, v)) return emit_steps(r, v);
    plan_term *row = r->row, *first = row + r->longest + 1;
    run u = {.term = first, .item = v};
    for (size_t k = 0; k < n; k++) {
        const size_t terms = terms_of(r, &v[k], row);
        if (u.rows > 0 && continues(&u, row, terms)) {
            u.rows++;
            continue;
        }
        if (u.rows > 0 && !end_run(r, &u)) return false;
        memcpy(first, row, terms * sizeof *row);
        u = (run){.term = first, .terms = terms, .rows = 1, .item = v + k};
    }
    return end_run(r, &u);
}

/* Whether a row is m rows before the first. */
static bool is_before(const run *u, const plan_term *row, size_t terms, size_t m)
{
    if (terms != u->terms) return false;
    for (size_t k = 0; k < terms; k++) {
        const plan_term *t = &u->term[k];
        if (!is_alike(t, &row[k])) return false;
        if (row[k].x.base != t->x.base - (uint32_t)m * (uint32_t)t->x.row) return false;
        if (row[k].y.base != t->y.base - (uint32_t)m * (uint32_t)t->y.row) return false;
    }
    return true;
}

/* Two rows say what all are: those between which the others lie in line. */
bool roll_sum_of_two(roll *r, const roll_item *v, const roll_item *second, size_t n,
                     roll_edges *e, roll_results *z)
{
    plan_term *row = r->row, *first = row + r->longest + 1;
    run u = {.term = first, .rows = 1, .item = v};
    u.terms = terms_of(r, v, first);
    if (!continues(&u, row, terms_of(r, second, row))) return false;
    size_t high = 0, low = 0;
    for (; high < e->highs; high++) {
        u.rows = n + high;
        if (!continues(&u, row, terms_of(r, e->high[high], row))) break;
    }
    for (; low < e->lows; low++)
        if (!is_before(&u, row, terms_of(r, e->low[low], row), low + 1)) break;
    for (size_t k = 0; k < u.terms; k++) {
        first[k].x.base -= (uint32_t)low * (uint32_t)first[k].x.row;
        first[k].y.base -= (uint32_t)low * (uint32_t)first[k].y.row;
    }
    u.rows = n + (e->highs = high) + (e->lows = low);
    return z == NULL || emit_sum(r, &u, z);
}
