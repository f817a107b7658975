/* Programs that nobody thought of. */
#include <math.h>

#include "verify/dag.h"

enum { MOST_OPERANDS = 8 }; /* of an n-ary operation; dot has as many twice */

/* An item that is being put together. */
typedef struct draft {
    ad_op op;
    size_t n, operand[2 * MOST_OPERANDS];
    double c;
} draft;

/* A live item, more likely a late one; an eighth of the time the one before again. */
static size_t choose(const dag *d, random_source *r, const draft *v)
{
    if (v->n > 0 && random_below(r, 8) == 0) return v->operand[v->n - 1];
    for (;;) {
        const size_t near = d->n > 8 && random_below(r, 2) == 0 ? d->n - 8 : 0;
        const size_t k = near + random_below(r, d->n - near);
        if (!d->item[k].dead) return k;
    }
}

/* A number in the row's domain, not far from 0. */
static double in_domain(const ad_op_info *row, random_source *r)
{
    const double lo = row->lo > -3 ? row->lo : row->hi < -3 ? row->hi - 3 : -3;
    const double hi = row->hi < lo + 6 ? row->hi : lo + 6;
    return random_uniform(r, lo, hi);
}

static double constant_of_row(random_source *r)
{
    static const double round[] = {2, 3, 0.5, -1};
    const size_t which = random_below(r, 8);
    return which < 4 ? round[which] : random_uniform(r, -3, 3);
}

static ad_op any_row(random_source *r)
{
    return (ad_op)(AD_FIRST_ROW + (int)random_below(r, AD_LAST_ROW - AD_FIRST_ROW + 1));
}

/* C leaves it open which of two zeros is the smaller one. */
static bool is_between_zeros(const dag *d, const draft *v)
{
    if (v->op != AD_OP_min && v->op != AD_OP_max) return false;
    const double x = d->item[v->operand[0]].value, y = d->item[v->operand[1]].value;
    return x == 0 && y == 0 && !signbit(x) != !signbit(y);
}

static void add_row(dag *d, random_source *r)
{
    draft v = {.op = any_row(r)};
    const ad_op_info *row = &ad_ops[v.op];
    v.c = constant_of_row(r);
    while (v.n < (size_t)row->operands) {
        const size_t k = choose(d, r, &v);
        v.operand[v.n++] = k;
    }
    const double x = d->item[v.operand[0]].value;
    if (x < row->lo || x > row->hi) /* then on a leaf of its own */
        v.operand[0] = dag_leaf(d, AD_OP_var, in_domain(row, r));
    if (is_between_zeros(d, &v)) v.operand[1] = v.operand[0];
    dag_apply(d, v.op, v.n, v.operand, v.c);
}

/* `n` live items in a row, or fewer where a dead one stands in between. */
static size_t choose_range(const dag *d, random_source *r, size_t *n)
{
    const size_t first = random_below(r, d->n);
    size_t k = 0;
    while (k < *n && first + k < d->n && !d->item[first + k].dead) k++;
    *n = k;
    return first;
}

static void add_custom(dag *d, random_source *r, size_t n)
{
    draft v = {.op = AD_OP_custom};
    double partial[MOST_OPERANDS];
    while (v.n < n) {
        partial[v.n] = random_uniform(r, -2, 2);
        const size_t k = choose(d, r, &v);
        v.operand[v.n++] = k;
    }
    dag_custom(d, n, v.operand, partial, random_uniform(r, -2, 2));
}

static void add_nary(dag *d, random_source *r)
{
    draft v = {.op = (ad_op)(AD_OP_sum + (int)random_below(r, 3))};
    size_t n = random_below(r, MOST_OPERANDS);
    if (v.op == AD_OP_custom) {
        add_custom(d, r, n);
        return;
    }
    const size_t x = choose_range(d, r, &n);
    const bool same = v.op == AD_OP_sum || random_below(r, 4) == 0;
    const size_t y = same ? x : choose_range(d, r, &n);
    for (size_t i = 0; i < n; i++) v.operand[v.n++] = x + i;
    if (v.op == AD_OP_dot)
        for (size_t i = 0; i < n; i++) v.operand[v.n++] = y + i;
    dag_apply(d, v.op, v.n, v.operand, 0);
}

void dag_random(dag *d, size_t most, random_source *r)
{
    dag_clear(d);
    const size_t vars = 1 + random_below(r, 6), constants = random_below(r, 4);
    for (size_t i = 0; i < vars; i++)
        dag_leaf(d, AD_OP_var, random_below(r, 8) == 0 ? 0 : random_uniform(r, -3, 3));
    for (size_t i = 0; i < constants; i++)
        dag_leaf(d, AD_OP_constant, random_uniform(r, -3, 3));
    const size_t operations = 1 + random_below(r, most);
    /* One that comes out dead stays: nothing will use it. */
    for (size_t i = 0; i < operations && !d->out_of_memory; i++)
        if (random_below(r, 8) == 0)
            add_nary(d, r);
        else
            add_row(d, r);
    do { /* most of the time something late */
        d->output = random_below(r, 4) == 0 ? random_below(r, d->n)
                                            : d->n - 1 - random_below(r, d->n / 4 + 1);
    } while (d->item[d->output].dead);
    d->seed = random_below(r, 2) == 0 ? 1 : random_uniform(r, -3, 3);
}

/* ---- Depth ---------------------------------------------------------------------- */

enum { CHAIN_LEAVES = 6, WINDOW = 4, ATTEMPTS = 8 };

/* What the first leaf does to an item: its derivative, and that of every path added in
 * size. */
typedef struct gain {
    double derivative, size;
} gain;

/* Of item k, from its operands'; the last WINDOW items' are known, and leaves are 0. */
static gain gain_of(const dag *d, size_t k, size_t start, const gain *recent)
{
    static const gain first = {1, 1};
    gain sum = {0, 0};
    for (size_t i = 0; i < d->item[k].n; i++) {
        const size_t x = dag_operands(d, k)[i];
        if (x > 0 && x < start) continue;
        const gain *from = x == 0 ? &first : &recent[x % WINDOW];
        const double partial = dag_partials(d, k)[i];
        sum.derivative += partial * from->derivative;
        sum.size += fabs(partial) * from->size;
    }
    return sum;
}

/* Inside its domain, neither vanishing nor exploding, no paths that cancel. */
static bool is_mild(const dag *d, size_t k, gain g)
{
    const dag_item *v = &d->item[k];
    const double x = d->item[dag_operands(d, k)[0]].value;
    const double value = fabs(v->value), derivative = fabs(g.derivative);
    if (x <= ad_ops[v->op].lo || x >= ad_ops[v->op].hi) return false;
    return !v->dead && value > 0.1 && value < 10 && derivative > 0.1 && g.size < 10 &&
           g.size < 4 * derivative;
}

/* A row on `last` and, where it takes more, on leaves or on one of the items before. */
static size_t try_row(dag *d, size_t last, size_t start, random_source *r)
{
    const ad_op op = any_row(r);
    size_t operand[AD_MAX_OPERANDS] = {last};
    for (int i = 1; i < ad_ops[op].operands; i++) {
        const bool leaf = last < start + WINDOW || random_below(r, 4) != 0;
        operand[i] = leaf ? 1 + random_below(r, CHAIN_LEAVES - 1)
                          : last - random_below(r, WINDOW - 1);
    }
    return dag_apply(d, op, (size_t)ad_ops[op].operands, operand, constant_of_row(r));
}

/* As if the last item had not been recorded. */
static void take_back(dag *d) { d->operands = d->item[--d->n].first; }

void dag_chain(dag *d, size_t depth, random_source *r)
{
    gain recent[WINDOW] = {{0, 0}};
    dag_clear(d);
    for (size_t i = 0; i < CHAIN_LEAVES; i++)
        dag_leaf(d, AD_OP_var, random_uniform(r, 0.5, 1.5));
    const size_t start = d->n;
    size_t last = 0;
    for (size_t step = 0; step < depth && !d->out_of_memory; step++) {
        size_t k = 0;
        for (int attempt = 0; attempt < ATTEMPTS && k == 0; attempt++) {
            k = try_row(d, last, start, r);
            if (d->out_of_memory) return;
            if (is_mild(d, k, gain_of(d, k, start, recent))) break;
            take_back(d);
            k = 0;
        }
        if (k == 0) k = dag_apply(d, AD_OP_neg, 1, &last, 0);
        recent[k % WINDOW] = gain_of(d, k, start, recent);
        last = k;
    }
    d->output = last;
}
