/*
 * A failing program, made small: try something simpler, keep it if it still fails,
 * until nothing simpler does. In order: only what the output needs, an earlier output,
 * whole stretches turned into leaves, single items turned into a leaf or into one of
 * their operands, fewer terms, round numbers.
 */
#include <math.h>
#include <stdlib.h>

#include "verify/dag.h"

enum { SMALL = 1000 };

typedef enum role { KEEP, LEAF, SAME_AS, DROP } role;

/* What the next candidate makes of an item. */
typedef struct edit {
    role role;
    size_t same_as; /* an earlier item */
    size_t skip;    /* KEEP: an operand that is left out (a pair of dot's), or n */
    bool needed;
    size_t to; /* its number in the candidate */
} edit;

typedef struct shrinker {
    dag *d, candidate;
    edit *edit; /* [d->n] */
    size_t *operand;
    double *partial;
    dag_fails *fails;
    void *context;
    size_t budget; /* items that may still be tried */
} shrinker;

static void start_edit(shrinker *s)
{
    for (size_t k = 0; k < s->d->n; k++)
        s->edit[k] = (edit){.role = KEEP, .skip = s->d->item[k].n};
}

static size_t resolve(const shrinker *s, size_t k)
{
    while (s->edit[k].role == SAME_AS) k = s->edit[k].same_as;
    return k;
}

/* Whether the candidate's item leaves out operand i of item k. */
static bool is_skipped(const shrinker *s, size_t k, size_t i)
{
    const size_t n = s->d->item[k].n, skip = s->edit[k].skip;
    if (skip == n) return false;
    return i == skip || (s->d->item[k].op == AD_OP_dot && i == skip + n / 2);
}

static void mark_needed(shrinker *s, size_t output)
{
    s->edit[resolve(s, output)].needed = true;
    for (size_t k = s->d->n; k-- > 0;) {
        if (!s->edit[k].needed || s->edit[k].role != KEEP) continue;
        for (size_t i = 0; i < s->d->item[k].n; i++)
            if (!is_skipped(s, k, i))
                s->edit[resolve(s, dag_operands(s->d, k)[i])].needed = true;
    }
}

/* Operands of sum and dot must stand one after the other. */
static bool is_range(const size_t *x, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (x[i] != x[0] + i) return false;
    return true;
}

static bool copy_item(shrinker *s, size_t k)
{
    const dag_item *v = &s->d->item[k];
    dag *c = &s->candidate;
    if (s->edit[k].role == LEAF || dag_is_leaf(s->d, k)) {
        s->edit[k].to =
            dag_leaf(c, v->op == AD_OP_constant ? v->op : AD_OP_var, v->value);
        return true;
    }
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        if (is_skipped(s, k, i)) continue;
        const size_t x = resolve(s, dag_operands(s->d, k)[i]);
        if (s->edit[x].role == DROP) return false;
        s->partial[n] = dag_partials(s->d, k)[i];
        s->operand[n++] = s->edit[x].to;
    }
    const size_t half = n / 2;
    if (v->op == AD_OP_sum && !is_range(s->operand, n)) return false;
    if (v->op == AD_OP_dot &&
        !(is_range(s->operand, half) && is_range(s->operand + half, half)))
        return false;
    s->edit[k].to = v->op == AD_OP_custom
                        ? dag_custom(c, n, s->operand, s->partial, v->c)
                        : dag_apply(c, v->op, n, s->operand, v->c);
    return true;
}

/* The program as edited, with what nothing needs left out if `prune`. */
static bool build(shrinker *s, size_t output, bool prune)
{
    dag *c = &s->candidate;
    dag_clear(c);
    mark_needed(s, output);
    for (size_t k = 0; k < s->d->n; k++) {
        edit *e = &s->edit[k];
        if (prune && !e->needed && e->role != SAME_AS) e->role = DROP;
        if (e->role == KEEP || e->role == LEAF)
            if (!copy_item(s, k)) return false;
    }
    const size_t to = resolve(s, output);
    if (s->edit[to].role == DROP) return false;
    c->output = s->edit[to].to;
    c->seed = s->d->seed;
    return dag_is_sound(c);
}

/* Whether another candidate may be made. */
static bool pay(shrinker *s)
{
    const size_t cost = s->d->n;
    s->budget = s->budget < cost ? 0 : s->budget - cost;
    return s->budget > 0;
}

/* Takes the candidate if it fails, too. */
static bool take(shrinker *s)
{
    if (!s->fails(&s->candidate, s->context)) return false;
    const dag kept = *s->d;
    *s->d = s->candidate;
    s->candidate = kept;
    return true;
}

static bool attempt(shrinker *s, size_t output, bool prune)
{
    return pay(s) && build(s, output, prune) && take(s);
}

/* ---- What is tried --------------------------------------------------------------- */

static bool prune(shrinker *s)
{
    const size_t before = s->d->n;
    start_edit(s);
    return attempt(s, s->d->output, true) && s->d->n < before;
}

/* Where something that nobody uses matters, the rest of what nobody uses. */
static bool drop_unused(shrinker *s)
{
    bool smaller = false;
    for (size_t k = s->d->n; k-- > 0 && s->budget > 0;) {
        if (k >= s->d->n || k == s->d->output) continue;
        start_edit(s);
        s->edit[k].role = DROP;
        smaller |= attempt(s, s->d->output, false);
    }
    return smaller;
}

/* By halving; then, of a program that is small by now, any item, as a mistake forwards
 * can be in one that the output has no use for. */
static bool choose_output(shrinker *s)
{
    for (size_t k = s->d->output / 2; k < s->d->output;
         k += 1 + (s->d->output - k) / 2) {
        start_edit(s);
        if (!s->d->item[k].dead && attempt(s, k, true)) return true;
    }
    for (size_t k = 0; k < s->d->n && s->d->n < SMALL && s->budget > 0; k++) {
        start_edit(s);
        if (dag_is_leaf(s->d, k) || s->d->item[k].dead) continue;
        if (pay(s) && build(s, k, true) && s->candidate.n < s->d->n && take(s))
            return true;
    }
    return false;
}

/* Stretches of half the program, a quarter, ... down to single items become leaves. */
static bool cut(shrinker *s)
{
    bool smaller = false;
    for (size_t length = s->d->n / 2; length > 0; length /= 2)
        for (size_t from = 0; from < s->d->n && s->budget > 0; from += length) {
            bool changes = false;
            start_edit(s);
            for (size_t k = from; k < s->d->n && k < from + length; k++) {
                if (dag_is_leaf(s->d, k) || k == s->d->output) continue;
                s->edit[k].role = LEAF;
                changes = true;
            }
            smaller |= changes && attempt(s, s->d->output, true);
        }
    return smaller;
}

static bool bypass(shrinker *s)
{
    bool smaller = false;
    for (size_t k = s->d->n; k-- > 0 && s->budget > 0;) {
        for (size_t i = 0; k < s->d->n && i < s->d->item[k].n && s->budget > 0; i++) {
            start_edit(s);
            s->edit[k].role = SAME_AS;
            s->edit[k].same_as = dag_operands(s->d, k)[i];
            if (attempt(s, s->d->output, true)) {
                smaller = true;
                break;
            }
        }
    }
    return smaller;
}

/* Another earlier item of the same value or not, in an operand's place: x * y to x * x.
 */
static bool shorten(shrinker *s)
{
    bool smaller = false;
    for (size_t k = s->d->n; k-- > 0 && s->budget > 0;) {
        if (k >= s->d->n || s->d->item[k].op < AD_OP_sum) continue;
        const size_t terms =
            s->d->item[k].op == AD_OP_dot ? s->d->item[k].n / 2 : s->d->item[k].n;
        for (size_t i = terms; i-- > 0 && k < s->d->n && i < s->d->item[k].n;) {
            start_edit(s);
            s->edit[k].skip = i;
            if (attempt(s, s->d->output, true)) {
                smaller = true;
                break;
            }
        }
    }
    return smaller;
}

/* Rounder than x: 1, 2, 0.5, then with one digit more behind the point at a time. */
static double rounder(double x, int step)
{
    static const double simple[] = {1, 2, 0.5, 3};
    if (step < 4) return simple[step];
    const double scale = pow(10, step - 4);
    return rint(x * scale) / scale;
}

static bool try_number(shrinker *s, double *number, bool evaluate)
{
    const double kept = *number;
    for (int step = 0; step < 8 && s->budget > 0; step++) {
        const double x = rounder(kept, step);
        if (x == kept) return false;
        *number = x;
        if (evaluate) dag_evaluate(&s->candidate);
        if (pay(s) && dag_is_sound(&s->candidate) && take(s)) return true;
    }
    return false;
}

static bool round_numbers(shrinker *s)
{
    bool rounder_now = false;
    if (dag_copy(&s->candidate, s->d))
        rounder_now |= try_number(s, &s->candidate.seed, false);
    for (size_t k = 0; k < s->d->n && s->budget > 0; k++) {
        if (!dag_copy(&s->candidate, s->d)) return false;
        dag_item *v = &s->candidate.item[k];
        if (dag_is_leaf(s->d, k))
            rounder_now |= try_number(s, &v->value, true);
        else if (ad_ops[v->op].constants > 0 || v->op == AD_OP_custom)
            rounder_now |= try_number(s, &v->c, true);
    }
    return rounder_now;
}

void dag_shrink(dag *d, dag_fails *fails, void *context, size_t budget)
{
    shrinker s = {.d = d, .fails = fails, .context = context, .budget = budget};
    size_t most = 1;
    for (size_t k = 0; k < d->n; k++)
        if (d->item[k].n > most) most = d->item[k].n;
    s.edit = malloc((d->n + 1) * sizeof *s.edit);
    s.operand = malloc(most * sizeof *s.operand);
    s.partial = malloc(most * sizeof *s.partial);
    if (s.edit != NULL && s.operand != NULL && s.partial != NULL) {
        bool smaller = true;
        while (smaller && s.budget > 0) {
            smaller = prune(&s);
            smaller |= choose_output(&s);
            smaller |= cut(&s);
            smaller |= bypass(&s);
            smaller |= shorten(&s);
            smaller |= drop_unused(&s);
        }
        while (s.budget > 0 && round_numbers(&s)) continue;
    }
    free(s.edit);
    free(s.operand);
    free(s.partial);
    dag_free(&s.candidate);
}
