/* The list engine: what the tape does, with a switch for every mistake. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/mutant.h"

/* Where a walk that visits paths gives up: it is wrong by then, and would never end. */
enum { MOST_VISITS = 1 << 16, SHALLOW = 1000, MEMORY = 64 };

typedef struct cell {
    double value, adjoint;
    size_t same;  /* by_hash: the first item of the same value */
    size_t heard; /* two_users: how many have passed on to it */
    bool met, used;
} cell;

typedef struct list_engine {
    const mutant *m;
    dag d;               /* a copy of what was recorded */
    cell *at;            /* [d.n] */
    size_t *todo;        /* items that a search has still to visit */
    double *x, *partial; /* of one item */
    size_t room, todo_room, operand_room;
    size_t walked; /* items there were at the last backward */
    double seed;
} list_engine;

static const mutant unbroken = {.mistake = MISTAKE_none, .op = AD_OP_count};

static bool is(const list_engine *e, mistake what) { return e->m->mistake == what; }

/* ---- Record ---------------------------------------------------------------------- */

static bool make_room(list_engine *e)
{
    const dag *d = &e->d;
    if (d->n > e->room) {
        cell *at = realloc(e->at, 2 * d->n * sizeof *at);
        if (at == NULL) return false;
        e->at = at;
        e->room = 2 * d->n;
    }
    if (d->operands + 1 > e->operand_room) {
        const size_t room = 2 * (d->operands + 1);
        double *x = realloc(e->x, room * sizeof *x);
        if (x != NULL) e->x = x;
        double *partial = realloc(e->partial, room * sizeof *partial);
        if (partial != NULL) e->partial = partial;
        if (x == NULL || partial == NULL) return false;
        e->operand_room = room;
    }
    const size_t todo_room = d->operands + MOST_VISITS;
    if (todo_room > e->todo_room) {
        size_t *todo = realloc(e->todo, todo_room * sizeof *todo);
        if (todo == NULL) return false;
        e->todo = todo;
        e->todo_room = todo_room;
    }
    return true;
}

static size_t operand(const list_engine *e, size_t k, size_t i)
{
    const size_t x = dag_operands(&e->d, k)[i];
    return is(e, MISTAKE_index16) ? x & 0xffff : x;
}

/* x[i] = the operands' values. */
static void gather(list_engine *e, size_t k)
{
    for (size_t i = 0; i < e->d.item[k].n; i++) e->x[i] = e->at[operand(e, k, i)].value;
}

static double compute(list_engine *e, size_t k)
{
    const dag_item *v = &e->d.item[k];
    const size_t half = v->n / 2;
    double z = 0;
    gather(e, k);
    switch (v->op) {
    case AD_OP_constant:
    case AD_OP_var: return v->value;
    case AD_OP_sum:
        for (size_t i = 0; i < v->n; i++) z += e->x[i];
        break;
    case AD_OP_dot:
        for (size_t i = 0; i < half; i++) z += e->x[i] * e->x[half + i];
        break;
    case AD_OP_custom: z = v->value; break; /* as the caller gives it */
    default: z = ad_ops[v->op].value(e->x, v->c); break;
    }
    return is(e, MISTAKE_value) && e->m->op == v->op ? z * (1 + 1e-7) : z;
}

static bool record(void *engine, const dag *d)
{
    list_engine *e = engine;
    e->walked = 0;
    e->seed = 1;
    if (!dag_copy(&e->d, d) || !make_room(e)) return false;
    for (size_t k = 0; k < d->n; k++) {
        e->at[k] = (cell){0};
        e->at[k].value = compute(e, k);
    }
    return true;
}

/* ---- The chain rule for one item ------------------------------------------------- */

/* Operand i of item k, or none of them: the walk's mistakes with operands. */
static size_t receiver(const list_engine *e, size_t k, size_t i)
{
    const dag_item *v = &e->d.item[k];
    const bool range = v->op == AD_OP_sum || v->op == AD_OP_dot;
    size_t to = operand(e, k, i);
    if (is(e, MISTAKE_short_range) && range && i + 1 == v->n) return SIZE_MAX;
    if (is(e, MISTAKE_shifted_range) && range) to++;
    if (is(e, MISTAKE_by_hash)) to = e->at[to].same;
    if (is(e, MISTAKE_once))
        for (size_t j = 0; j < i; j++)
            if (operand(e, k, j) == to) return SIZE_MAX;
    if (is(e, MISTAKE_two_users) && ++e->at[to].heard > 2) return SIZE_MAX;
    return to;
}

static void propagate(list_engine *e, size_t k)
{
    const dag_item *v = &e->d.item[k];
    const double grad = e->at[k].adjoint;
    if (grad == 0 && !is(e, MISTAKE_nan_branch)) return;
    gather(e, k);
    if (is(e, MISTAKE_index))
        for (size_t i = 0; i < v->n; i++) e->x[i] = (double)operand(e, k, i);
    mutant_partials(e->m, &e->d, k, e->x, e->at[k].value, e->partial);
    for (size_t turn = 0; turn < v->n; turn++) {
        /* dot: x0, y0, x1, y1, as the engines do. */
        const size_t pair = turn % 2 * (v->n / 2) + turn / 2;
        const size_t i = v->op == AD_OP_dot ? pair : turn;
        const size_t to = receiver(e, k, i);
        if (to == SIZE_MAX) continue;
        const bool here =
            e->m->op == v->op && mutant_part(v->op, i, v->n) == e->m->partial;
        const bool upstream = here && is(e, MISTAKE_upstream);
        const double share = upstream ? e->partial[i] : grad * e->partial[i];
        double *adjoint = &e->at[to].adjoint;
        *adjoint = here && is(e, MISTAKE_assigned) ? share : *adjoint + share;
        if (is(e, MISTAKE_single)) *adjoint = (double)(float)*adjoint;
    }
}

/* ---- The walk -------------------------------------------------------------------- */

/* From the output down, whoever is met passes on at once: first in, first out or last
 * in, first out; met once or once for every path. */
static void search(list_engine *e, size_t output)
{
    const bool queue = is(e, MISTAKE_breadth);
    const bool again = is(e, MISTAKE_paths) || is(e, MISTAKE_set_of_paths);
    size_t from = 0, to = 0, visits = 0;
    for (size_t k = 0; k < e->d.n; k++) e->at[k].met = false;
    e->todo[to++] = output;
    while (from < to && visits < MOST_VISITS + e->d.n) {
        const size_t k = queue ? e->todo[from++] : e->todo[--to];
        const size_t n = e->d.item[k].n;
        if (!again && e->at[k].met) continue;
        e->at[k].met = true;
        visits++;
        propagate(e, k);
        for (size_t i = n; i-- > 0 && to < e->todo_room;) {
            bool repeated = false;
            for (size_t j = i + 1; j < n; j++)
                repeated |= operand(e, k, j) == operand(e, k, i);
            if (!repeated || !is(e, MISTAKE_set_of_paths))
                e->todo[to++] = operand(e, k, i);
        }
    }
}

static void clear(list_engine *e, bool keep_leaves)
{
    for (size_t k = 0; k < e->d.n; k++) {
        const bool leaf = e->d.item[k].op == AD_OP_var, old = k < e->walked;
        bool keep = keep_leaves && leaf;
        if (is(e, MISTAKE_no_accumulate)) keep = false;
        if (is(e, MISTAKE_dirty_accumulate)) keep |= keep_leaves;
        if (is(e, MISTAKE_stale)) keep = true;
        if (is(e, MISTAKE_stale_inner)) keep |= !dag_is_leaf(&e->d, k);
        if (is(e, MISTAKE_stale_leaves)) keep |= leaf;
        if (!keep || !old) e->at[k].adjoint = 0;
        e->at[k].heard = 0;
    }
}

/* by_hash: who is taken for whom. every_output: who has a user. */
static void prepare(list_engine *e)
{
    for (size_t k = 0; k < e->d.n; k++) {
        e->at[k].same = k;
        e->at[k].used = false;
        for (size_t i = 0; i < e->d.item[k].n; i++) e->at[operand(e, k, i)].used = true;
        const size_t oldest = k > MEMORY ? k - MEMORY : 0;
        for (size_t q = oldest; is(e, MISTAKE_by_hash) && q < k; q++)
            if (e->at[q].value == e->at[k].value) {
                e->at[k].same = q;
                break;
            }
    }
}

static void set_seed(list_engine *e, size_t output)
{
    double w = e->seed;
    if (is(e, MISTAKE_no_seed)) w = 0;
    if (is(e, MISTAKE_seed_ignored)) w = 1;
    if (is(e, MISTAKE_seed_twice)) w *= 2;
    if (is(e, MISTAKE_seed_value)) w = e->at[output].value;
    if (is(e, MISTAKE_by_hash)) output = e->at[output].same;
    e->at[output].adjoint += w;
    for (size_t k = 0; k < e->d.n && is(e, MISTAKE_every_output); k++)
        if (!e->at[k].used && k != output) e->at[k].adjoint += w;
    if (!is(e, MISTAKE_seed_stays)) e->seed = 1;
}

static void sweep(list_engine *e, size_t output)
{
    const bool all = is(e, MISTAKE_past_output) || is(e, MISTAKE_every_output);
    size_t end = all ? e->d.n : output + 1, start = 0;
    if (is(e, MISTAKE_below_output)) end = output;
    if (is(e, MISTAKE_shallow) && end > SHALLOW) start = end - SHALLOW;
    if (is(e, MISTAKE_forwards))
        for (size_t k = start; k < end; k++) propagate(e, k);
    else
        for (size_t k = end; k-- > start;) propagate(e, k);
}

static bool walk(list_engine *e, size_t output, bool keep_leaves)
{
    clear(e, keep_leaves);
    if (is(e, MISTAKE_by_hash) || is(e, MISTAKE_every_output)) prepare(e);
    set_seed(e, output);
    switch (e->m->mistake) {
    case MISTAKE_preorder:
    case MISTAKE_breadth:
    case MISTAKE_paths:
    case MISTAKE_set_of_paths: search(e, output); break;
    default: sweep(e, output); break;
    }
    e->walked = e->d.n;
    return true;
}

/* ---- As a subject ---------------------------------------------------------------- */

static void seed(void *engine, double w) { ((list_engine *)engine)->seed = w; }

static bool backward(void *engine, size_t output)
{
    return walk(engine, output, false);
}

static bool accumulate(void *engine, size_t output)
{
    return walk(engine, output, true);
}

static double value(const void *engine, size_t k)
{
    const list_engine *e = engine;
    return e->at[k].value + is(e, MISTAKE_canary);
}

static double grad(const void *engine, size_t k)
{
    const list_engine *e = engine;
    if (is(e, MISTAKE_canary)) return 7;
    const bool none = e->d.item[k].op == AD_OP_constant && !is(e, MISTAKE_constant);
    return none ? 0 : e->at[k].adjoint;
}

static void release(void *engine)
{
    list_engine *e = engine;
    dag_free(&e->d);
    free(e->at);
    free(e->todo);
    free(e->x);
    free(e->partial);
    free(e);
}

bool mutant_subject(subject *s, const mutant *m)
{
    *s = (subject){.name = m != NULL ? m->name : "list",
                   .record = record,
                   .seed = seed,
                   .backward = backward,
                   .accumulate = accumulate,
                   .value = value,
                   .grad = grad,
                   .free = release};
    list_engine *e = s->engine = calloc(1, sizeof *e);
    if (e == NULL) *s = (subject){0};
    if (e != NULL) e->m = m != NULL ? m : &unbroken;
    return e != NULL;
}
