/* An engine whose records may have something of one another, and of themselves before. */
#include "verify/tests/reusing_engine.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ops.h"

static reusing is; /* a test runs one engine at a time */

enum { OPERANDS = 8, SHARED = 1 << 15 };
static double shared[SHARED]; /* what is one for all records, where that is the flaw */
static uint64_t passes, records;

typedef struct node {
    ad_op op;
    size_t n, x[OPERANDS];
    double weight[OPERANDS], c, value, grad;
    uint64_t mark;
    bool is_set, is_new;
} node;

typedef struct record {
    node *node;
    size_t *order;
    size_t n, made, room, ordered;
    uint64_t passes, number;
    size_t last_set;
    bool rewound, forwarded;
} record;

static void *create(void)
{
    record *r = calloc(1, sizeof *r);
    if (r != NULL) r->number = records++;
    return r;
}

static void destroy(void *handle)
{
    record *r = handle;
    free(r->node);
    free(r->order);
    free(r);
}

static int resolve(const char *name)
{
    const ad_op op = ad_op_find(name);
    const bool has = op == AD_OP_add || op == AD_OP_mul || op == AD_OP_tanh;
    return has ? (int)op : -1;
}

static double *value_at(record *r, size_t i)
{
    return is == HAS_ONE_VALUE && i < SHARED ? &shared[i] : &r->node[i].value;
}

static double *grad_at(record *r, size_t i)
{
    return is == HAS_ONE_GRADIENT && i < SHARED ? &shared[i] : &r->node[i].grad;
}

/* A node of a former life is as it was left, where that is the flaw. */
static node *make(record *r, ad_op op)
{
    if (r->n == r->room) {
        r->room = 2 * r->room + 64;
        r->node = realloc(r->node, r->room * sizeof *r->node);
        r->order = realloc(r->order, r->room * sizeof *r->order);
        if (r->node == NULL || r->order == NULL) abort();
    }
    node *v = &r->node[r->n++];
    const bool again = r->n <= r->made;
    const node old = again ? *v : (node){0};
    *v = (node){.op = op};
    if (is == REUSES_GRADIENTS) v->grad = old.grad;
    if (is == REUSES_MARKS) v->mark = old.mark;
    if (is == REUSES_OPERANDS || (is == REUSES_EDGES && r->rewound)) {
        v->n = old.n < 4 ? old.n : 4;
        memcpy(v->x, old.x, sizeof v->x);
        memcpy(v->weight, old.weight, sizeof v->weight);
    }
    if (is == REUSES_VALUES && again) {
        v->value = old.value;
        v->is_set = true;
    }
    if (r->n > r->made) r->made = r->n;
    return v;
}

static void compute(record *r, size_t i)
{
    node *v = &r->node[i];
    double x[AD_MAX_OPERANDS] = {0};
    if (v->op == AD_OP_var) return;
    const size_t n = (size_t)ad_ops[v->op].operands, own = v->n - n;
    for (size_t k = 0; k < n; k++) x[k] = *value_at(r, v->x[own + k]);
    const double z = ad_ops[v->op].value(x, v->c);
    if (!v->is_set) *value_at(r, i) = z;
    ad_ops[v->op].partials(x, v->c, z, &v->weight[own]);
}

static ad_engine_node input(void *handle, double value)
{
    record *r = handle;
    make(r, AD_OP_var);
    *value_at(r, r->n - 1) = value;
    return r->n - 1;
}

static ad_engine_node apply(void *handle, int op, size_t n, const ad_engine_node *x,
                            double c)
{
    record *r = handle;
    node *v = make(r, (ad_op)op);
    v->c = c;
    for (size_t k = 0; k < n; k++) v->x[v->n++] = x[k];
    compute(r, r->n - 1);
    v->is_set = false;
    return r->n - 1;
}

static uint64_t next_pass(record *r)
{
    passes++;
    r->passes++;
    switch (is) {
    case MARKS_STAY: return 1;
    case COUNTS_IN_BYTE: return passes & 255;
    case COUNTS_WITH_SIGN: return passes & 127;
    case COUNTS_IN_TWO: return passes & 65535;
    case COUNTS_RECORDS: return (r->number + 1) & 255;
    case COUNTS_ON_RECORD: return r->passes & 255;
    default: return r->passes;
    }
}

/* Nodes are made in order: users come after operands. */
static void backward(void *handle, ad_engine_node output)
{
    record *r = handle;
    const uint64_t pass = next_pass(r);
    const bool adds = is == MARKS_STAY || is == REUSES_GRADIENTS;
    static bool open[1 << 20]; /* reached now, and not in an earlier pass */
    memset(open, 0, r->n * sizeof *open);
    for (size_t i = 0; i < r->n && !adds; i++) *grad_at(r, i) = 0;
    *grad_at(r, output) = 1;
    open[output] = true;
    for (size_t i = output + 1; i-- > 0;) {
        node *v = &r->node[i];
        if (!open[i] || v->mark == pass) continue;
        v->mark = pass;
        for (size_t k = 0; k < v->n; k++) {
            open[v->x[k]] = true;
            *grad_at(r, v->x[k]) += v->weight[k] * *grad_at(r, i);
        }
    }
}

static double value(void *r, ad_engine_node v) { return *value_at(r, v); }
static double grad(void *r, ad_engine_node v) { return *grad_at(r, v); }

static void set(void *handle, ad_engine_node leaf, double to)
{
    record *r = handle;
    *value_at(r, leaf) = to;
    r->node[leaf].is_new = true;
    r->last_set = leaf;
}

/* Whether an operand says that it is new: what that means is the flaw. */
static bool is_asked(const record *r, const node *v)
{
    for (size_t k = 0; k < v->n; k++) {
        const node *x = &r->node[v->x[k]];
        const bool counts = is == FORWARDS_DIRECT ? x->op == AD_OP_var
                            : is == FORWARDS_LAST_LEAF
                                ? x->op != AD_OP_var || v->x[k] == r->last_set
                            : is == FORWARDS_BY_FIRST ? k == 0
                                                      : true;
        if (x->is_new && counts) return true;
    }
    return false;
}

static void forward(void *handle, ad_engine_node output)
{
    record *r = handle;
    const bool asks = is >= FORWARDS_DIRECT && is != FORWARDS_ONCE;
    if (is == FORWARDS_ONCE && r->forwarded) return;
    r->forwarded = true;
    for (size_t i = 0; i <= output; i++) {
        if (r->node[i].op == AD_OP_var || (asks && !is_asked(r, &r->node[i]))) continue;
        const double before = *value_at(r, i);
        compute(r, i);
        r->node[i].is_new = true;
        if (is == FORWARDS_TO_UNCHANGED && *value_at(r, i) == before) break;
    }
    for (size_t i = 0; i < r->n; i++)
        if (output + 1 == r->n) r->node[i].is_new = false;
}

static void reset(void *handle)
{
    record *r = handle;
    r->n = 0;
    r->rewound = r->forwarded = false;
    if (is == REUSES_MARKS) r->passes = 0;
}

static uint64_t mark(void *r) { return ((const record *)r)->n; }

static void go_to(void *handle, uint64_t place)
{
    record *r = handle;
    r->n = place;
    r->rewound = true;
    for (size_t i = 0; i < r->n; i++) *grad_at(r, i) = 0;
}

const ad_engine *reusing_engine(reusing it)
{
    static const ad_engine engine = {.abi = AD_ENGINE_ABI,
                                     .size = sizeof(ad_engine),
                                     .name = "reusing",
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
                                     .mark = mark,
                                     .rewind = go_to};
    is = it;
    return &engine;
}
