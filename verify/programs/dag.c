/*
 * Random programs: dag.inc. Three kinds that differ in what is drawn:
 *
 *     dag          two operands anywhere before; half of the operations are + - *, half
 *                  are functions
 *     dag_deep     a path through all operations (dag_chain): depth = size
 *     dag_shared   every second operand is one of 8 hubs, so that each has a fan-out of
 *                  a 16th of the size; + - * alone
 *
 * All that nothing uses is added up at the end, so nothing is dead.
 */
#include "verify/dag_judge.h"
#include "verify/programs/kinds.h"

#define TEMPLATE "verify/programs/dag.inc"
#include "verify/programs/instances.inc"

/* The parameters of a draw. */
struct dag_mix {
    double functions; /* the share of functions of one operand, the rest being + - * */
    double reuse;     /* how often an operand is one of the hubs */
    size_t hubs;      /* the first of the leaves */
    size_t leaves;
};

static const struct dag_mix mix = {
    .functions = 0.5, .reuse = 0, .hubs = 1, .leaves = 8};
static const struct dag_mix shared = {
    .functions = 0, .reuse = 0.5, .hubs = 8, .leaves = 16};

/* Functions and operations under which numbers of size 1 stay of size 1. */
static const ad_op functions[] = {AD_OP_sin,  AD_OP_cos,     AD_OP_tanh,
                                  AD_OP_atan, AD_OP_sigmoid, AD_OP_softplus};
static const ad_op arithmetic[] = {AD_OP_add, AD_OP_sub, AD_OP_mul};
enum { LARGEST = 4 };

static size_t choose(const dag *d, const struct dag_mix *m, random_source *r)
{
    if (m->reuse > 0 && random_uniform(r, 0, 1) < m->reuse)
        return random_below(r, m->hubs);
    return random_below(r, d->n);
}

/* One more operation, of the mix; too large a result is replaced by a function. */
static size_t draw_operation(dag *d, const struct dag_mix *m, random_source *r)
{
    size_t operand[2];
    operand[0] = choose(d, m, r);
    operand[1] = choose(d, m, r);
    const ad_op function = functions[random_below(r, sizeof functions / sizeof(ad_op))];
    if (random_uniform(r, 0, 1) < m->functions)
        return dag_apply(d, function, 1, operand, 0);
    const ad_op op = arithmetic[random_below(r, sizeof arithmetic / sizeof(ad_op))];
    const size_t k = dag_apply(d, op, 2, operand, 0);
    if (d->out_of_memory || fabs(d->item[k].value) <= LARGEST) return k;
    d->operands = d->item[--d->n].first; /* as if it had not been recorded */
    return dag_apply(d, function, 1, operand, 0);
}

/* Marks item k's operands as used, and returns how many were not before. */
static size_t use(const dag *d, size_t k, bool *used)
{
    size_t fresh = 0;
    for (size_t i = 0; i < d->item[k].n; i++) {
        const size_t operand = dag_operands(d, k)[i];
        fresh += !used[operand];
        used[operand] = true;
    }
    return fresh;
}

/* `size` operations: of the mix, until those left are what adding up the unused takes;
 * the oldest two first, so the sum is about balanced. */
static bool draw(dag *d, const struct dag_mix *m, size_t size, random_source *r)
{
    bool *used = calloc(m->leaves + size + 1, sizeof *used);
    if (used == NULL) return false;
    for (size_t i = 0; i < m->leaves; i++)
        dag_leaf(d, AD_OP_var, random_uniform(r, 0.5, 1.5));
    size_t unused = m->leaves, oldest = 0;
    for (size_t done = 0; done < size && !d->out_of_memory; done++) {
        size_t k;
        if (size - done > unused) {
            k = draw_operation(d, m, r);
        } else {
            size_t pair[2] = {d->n - 1, d->n - 1};
            for (int i = 0; i < 2 && oldest < d->n; i++) {
                while (used[oldest]) oldest++;
                pair[i] = oldest++;
            }
            k = dag_apply(d, AD_OP_add, 2, pair, 0);
        }
        if (!d->out_of_memory) unused = unused + 1 - use(d, k, used);
        d->output = k;
    }
    free(used);
    return !d->out_of_memory;
}

static void close(program *p)
{
    if (p->data != NULL) dag_free(p->data);
    program_close(p);
}

/* m == NULL: a chain. */
static bool open_list(program *p, const program_kind *kind, size_t size, uint64_t seed,
                      const struct dag_mix *m)
{
    if (size < 32 || size > PROGRAM_LARGEST) return false;
    random_source random = {seed};
    dag *d = calloc(1, sizeof *d);
    if (d == NULL) return false;
    dag_clear(d);
    bool drawn = true;
    if (m == NULL)
        dag_chain(d, size, &random);
    else
        drawn = draw(d, m, size, &random);
    struct program_room room = {.handles = d->n, .operations = size};
    for (size_t k = 0; k < d->n; k++) room.inputs += d->item[k].op == AD_OP_var;
    if (d->out_of_memory || !drawn || !program_make(p, kind, size, seed, room)) {
        dag_free(d);
        free(d);
        return false;
    }
    p->data = d;
    for (size_t k = 0, i = 0; k < d->n; k++)
        if (d->item[k].op == AD_OP_var) p->x[i++] = d->item[k].value;
    return true;
}

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    return open_list(p, kind, size, seed, &mix);
}

static bool open_shared(program *p, const program_kind *kind, size_t size,
                        uint64_t seed)
{
    return open_list(p, kind, size, seed, &shared);
}

static bool open_deep(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    return open_list(p, kind, size, seed, NULL);
}

/*
 * dag_judge's sweep in long double, which has neither engine's walk, and its bound. The
 * value is the list's: the same expressions of the same operands. A program that adds
 * in another order, as a plan does, is off by a few roundings of each operation's
 * value, as far as the output feels them.
 */
static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const dag *d = p->data;
    dag_judgement j = {0};
    const bool judged = dag_judge(d, d->output, 1, 0, &j);
    *value = d->item[d->output].value;
    *value_bound = 0;
    for (size_t k = 0; judged && k < d->n; k++)
        *value_bound +=
            8 * DBL_EPSILON * fabs((double)j.at[k].derivative * d->item[k].value);
    for (size_t k = 0, i = 0; judged && k < d->n; k++) {
        if (d->item[k].op != AD_OP_var) continue;
        g[i] = (double)j.at[k].derivative;
        bound[i] = j.at[k].bound + DBL_EPSILON * fabs(g[i]);
        i++;
    }
    dag_judgement_free(&j);
    return judged;
}

static const size_t sizes[] = {100, 1000, 10000, 100000, 1000000, 0};

#define DAG_KIND(id, text, opens)                                                      \
    const program_kind id##_kind = {.name = #id,                                       \
                                    .formula = text,                                   \
                                    .size_means = "operations",                        \
                                    .witness = "a sweep in long double",               \
                                    .sizes = sizes,                                    \
                                    .quick = 3,                                        \
                                    .open = opens,                                     \
                                    .close = close,                                    \
                                    .gradient = gradient,                              \
                                    PROGRAM_INSTANCES};
DAG_KIND(dag, "random operations on anything before", open)
DAG_KIND(dag_deep, "random operations, each on the one before", open_deep)
DAG_KIND(dag_shared, "random + - *, every second operand one of 8 hubs", open_shared)
