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
            const uint32_t w = op == AD_OP_muladd ? sum : 0;
            if (!roll_step(r, op, x, y, w, &sum)) return false;
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
        const size_t terms = roll_terms_of(r, &v[k], row);
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
    u.terms = roll_terms_of(r, v, first);
    if (!continues(&u, row, roll_terms_of(r, second, row))) return false;
    size_t high = 0, low = 0;
    for (; high < e->highs; high++) {
        u.rows = n + high;
        if (!continues(&u, row, roll_terms_of(r, e->high[high], row))) break;
    }
    for (; low < e->lows; low++)
        if (!is_before(&u, row, roll_terms_of(r, e->low[low], row), low + 1)) break;
    for (size_t k = 0; k < u.terms; k++) {
        first[k].x.base -= (uint32_t)low * (uint32_t)first[k].x.row;
        first[k].y.base -= (uint32_t)low * (uint32_t)first[k].y.row;
    }
    u.rows = n + (e->highs = high) + (e->lows = low);
    return z == NULL || emit_sum(r, &u, z);
}
