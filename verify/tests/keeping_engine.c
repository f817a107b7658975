/* An engine with every member, that may keep too much. */
#include "verify/tests/keeping_engine.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ops.h"

static keeping has; /* a test runs one engine at a time */

enum { OP_SUM = AD_OP_count, OP_DOT, OP_LEAF, TERMS = 40 };

typedef struct cell {
    int op;
    size_t n;
    const ad_engine_node *lent; /* the caller's, where that is the flaw */
    ad_engine_node own[TERMS];
    double c, value, grad, saved;
    bool has_saved, reached;
} cell;

typedef struct record {
    cell *node;
    size_t *order;
    size_t n, room, ordered, stale /* nodes whose gradients reset has left */;
    ad_engine_node sorted; /* one more than the output that order is of; 0: none */
} record;

/* What outlives a record, where that is the flaw. */
enum { SMALL = 16, SEEN = 256 };
static struct {
    size_t order[SMALL], ordered;
} kept[SMALL];
static struct {
    double key, value;
} seen[SEEN];
static size_t seen_n;

static void *create(void) { return calloc(1, sizeof(record)); }

static void destroy(void *handle)
{
    record *r = handle;
    free(r->node);
    free(r->order);
    free(r);
}

static void reset(void *handle)
{
    record *r = handle;
    if (has == KEEPS_GRADIENTS) r->stale = r->n;
    r->n = 0;
    if (has != KEEPS_ORDER_RESET) r->sorted = 0;
}

static uint64_t mark(void *r) { return ((const record *)r)->n; }

static void zero_grad(void *handle)
{
    record *r = handle;
    for (size_t i = 0; i < r->n; i++) r->node[i].grad = 0;
}

static void go_to(void *handle, uint64_t place)
{
    record *r = handle;
    r->n = place;
    zero_grad(r);
    if (has != KEEPS_ORDER_REWOUND) r->sorted = 0;
}

static int resolve(const char *name)
{
    const ad_op op = ad_op_find(name);
    return op == AD_OP_count ? -1 : (int)op;
}

static const ad_engine_node *operands(const cell *v)
{
    return v->lent != NULL ? v->lent : v->own;
}

static double sigmoid_of(double x)
{
    const double key = round(100 * x);
    for (size_t i = 0; has == KEEPS_ROUNDED && i < seen_n; i++)
        if (seen[i].key == key) return seen[i].value;
    const double value = ad_ops[AD_OP_sigmoid].value(&x, 0);
    seen[seen_n % SEEN].key = key;
    seen[seen_n % SEEN].value = value;
    seen_n += seen_n < SEEN - 1;
    return value;
}

static double value_of(int op, const double *x, size_t n, double c)
{
    double sum = 0;
    if (op == AD_OP_sigmoid) return sigmoid_of(x[0]);
    if (op < AD_OP_count) return ad_ops[op].value(x, c);
    for (size_t i = 0; i < n; i += op == OP_DOT ? 2 : 1)
        sum += op == OP_DOT ? x[i] * x[i + 1] : x[i];
    return sum;
}

static void read_operands(const record *r, const cell *v, double x[TERMS])
{
    for (size_t i = 0; i < v->n; i++) x[i] = r->node[operands(v)[i]].value;
}

static void compute(const record *r, cell *v)
{
    double x[TERMS] = {0};
    if (v->op == OP_LEAF) return;
    read_operands(r, v, x);
    v->value = value_of(v->op, x, v->n, v->c);
    if (has == KEEPS_SAVED_BEHIND || (has == KEEPS_SAVED_ONCE && v->has_saved)) return;
    v->saved = v->value;
    v->has_saved = true;
}

static cell *push(record *r, int op, size_t n)
{
    if (r->n == r->room) {
        r->room = 2 * r->room + 64;
        r->node = realloc(r->node, r->room * sizeof *r->node);
        r->order = realloc(r->order, r->room * sizeof *r->order);
        if (r->node == NULL || r->order == NULL) abort();
    }
    const double grad = r->n < r->stale ? r->node[r->n].grad : 0;
    r->node[r->n] = (cell){.op = op, .n = n, .grad = grad};
    return &r->node[r->n++];
}

static ad_engine_node input(void *handle, double value)
{
    record *r = handle;
    push(r, OP_LEAF, 0)->value = value;
    return r->n - 1;
}

static ad_engine_node finish(record *r, cell *v, const ad_engine_node *x, keeping it)
{
    if (x != NULL) memcpy(v->own, x, v->n * sizeof *x);
    if (has == it) v->lent = x;
    compute(r, v);
    return r->n - 1;
}

static ad_engine_node apply(void *handle, int op, size_t n, const ad_engine_node *x,
                            double c)
{
    cell *v = push(handle, op, n);
    v->c = c;
    return finish(handle, v, x, KEEPS_APPLY_ARRAY);
}

static ad_engine_node sum(void *handle, size_t n, const ad_engine_node *x)
{
    return finish(handle, push(handle, OP_SUM, n), x, KEEPS_SUM_ARRAY);
}

static ad_engine_node dot(void *handle, size_t n, const ad_engine_node *x,
                          const ad_engine_node *y)
{
    ad_engine_node both[TERMS];
    for (size_t i = 0; i < n; i++) both[2 * i] = x[i], both[2 * i + 1] = y[i];
    return finish(handle, push(handle, OP_DOT, 2 * n), both, KEEPINGS);
}

static double value(void *r, ad_engine_node v) { return ((record *)r)->node[v].value; }
static double grad(void *r, ad_engine_node v) { return ((record *)r)->node[v].grad; }

static void set(void *r, ad_engine_node leaf, double x)
{
    ((record *)r)->node[leaf].value = x;
}

static void forward(void *handle, ad_engine_node output)
{
    record *r = handle;
    for (size_t i = 0; i <= output; i++)
        if (has != KEEPS_EXP || r->node[i].op != AD_OP_exp) compute(r, &r->node[i]);
}

/* What the output depends on, it first. */
static void sort(record *r, ad_engine_node output)
{
    if (r->sorted == output + 1) return;
    for (size_t i = 0; i < r->n; i++) r->node[i].reached = false;
    r->node[output].reached = true;
    r->ordered = 0;
    for (size_t i = output + 1; i-- > 0;) {
        const cell *v = &r->node[i];
        if (!v->reached) continue;
        r->order[r->ordered++] = i;
        for (size_t k = 0; k < v->n; k++) r->node[operands(v)[k]].reached = true;
    }
    r->sorted = output + 1;
    if (has != KEEPS_ORDER_FOR_EVER || output >= SMALL) return;
    if (kept[output].ordered == 0) {
        memcpy(kept[output].order, r->order, r->ordered * sizeof *r->order);
        kept[output].ordered = r->ordered;
    }
    r->ordered = kept[output].ordered;
    memcpy(r->order, kept[output].order, r->ordered * sizeof *r->order);
}

static void rule(record *r, cell *v)
{
    double x[TERMS] = {0}, d[TERMS];
    if (v->op == OP_LEAF) return;
    read_operands(r, v, x);
    if (!v->has_saved) v->saved = v->value;
    v->has_saved = true;
    if (v->op < AD_OP_count) ad_ops[v->op].partials(x, v->c, v->value, d);
    if (v->op == AD_OP_sigmoid) d[0] = v->saved * (1 - v->saved);
    for (size_t i = 0; i < v->n; i++) {
        const double partial = v->op == OP_SUM ? 1 : v->op == OP_DOT ? x[i ^ 1] : d[i];
        r->node[operands(v)[i]].grad += v->grad * partial;
    }
}

static void backward(void *handle, ad_engine_node output)
{
    record *r = handle;
    if (has != KEEPS_GRADIENTS) zero_grad(r);
    sort(r, output);
    r->node[output].grad = 1;
    for (size_t i = 0; i < r->ordered; i++) rule(r, &r->node[r->order[i]]);
}

static const ad_engine engine = {.abi = AD_ENGINE_ABI,
                                 .size = sizeof(ad_engine),
                                 .name = "keeper",
                                 .create = create,
                                 .destroy = destroy,
                                 .resolve = resolve,
                                 .input = input,
                                 .apply = apply,
                                 .value = value,
                                 .backward = backward,
                                 .grad = grad,
                                 .set = set,
                                 .forward = forward,
                                 .reset = reset,
                                 .zero_grad = zero_grad,
                                 .sum = sum,
                                 .dot = dot,
                                 .mark = mark,
                                 .rewind = go_to};

const ad_engine *keeping_engine(keeping it)
{
    has = it;
    return &engine;
}
