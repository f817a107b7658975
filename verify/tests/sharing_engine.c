/* An engine whose nodes may share what each should have of its own. */
#include "verify/tests/sharing_engine.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ops.h"

static sharing is; /* a test runs one engine at a time */

enum { OLD = 64, LOOKED_UP = 4000, CONSTANTS = 16 };

typedef struct node {
    ad_op op; /* AD_OP_var, AD_OP_constant: a leaf */
    int operands;
    size_t x[AD_MAX_OPERANDS];
    double c, value, grad;
    size_t cell; /* the node that has its gradient */
    bool reached, given;
} node;

typedef struct record {
    node *node;
    size_t n, room;
    size_t output[OLD], outputs; /* of backward, so far */
    size_t kept[CONSTANTS], constants;
    double of[CONSTANTS];   /* the constant that kept[i] is the node of */
    double constant, saved; /* what is shared */
} record;

static void *create(void) { return calloc(1, sizeof(record)); }

static void destroy(void *r)
{
    free(((record *)r)->node);
    free(r);
}

static int resolve(const char *name)
{
    static const ad_op ops[] = {AD_OP_add,   AD_OP_sub,  AD_OP_mul,    AD_OP_neg,
                                AD_OP_exp,   AD_OP_log,  AD_OP_sin,    AD_OP_tanh,
                                AD_OP_max,   AD_OP_relu, AD_OP_square, AD_OP_mul_c,
                                AD_OP_add_c, AD_OP_pow_c};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
        if (strcmp(ad_ops[ops[i]].name, name) == 0) return (int)ops[i];
    return -1;
}

static size_t make(record *r, node v)
{
    if (r->n == r->room) {
        r->room = 2 * r->room + 64;
        node *more = realloc(r->node, r->room * sizeof *more);
        if (more == NULL) abort();
        r->node = more;
    }
    v.cell = r->n;
    r->node[r->n] = v;
    return r->n++;
}

static ad_engine_node input(void *r, double v)
{
    return make(r, (node){.op = AD_OP_var, .value = v});
}

static ad_engine_node constant(void *record_, double v)
{
    record *r = record_;
    for (size_t i = 0; i < r->constants && is == SHARES_OLD_CONSTANTS; i++)
        if (r->of[i] == v) return r->kept[i];
    const size_t made = make(r, (node){.op = AD_OP_constant, .value = v});
    if (r->constants == CONSTANTS) return made;
    r->of[r->constants] = v;
    r->kept[r->constants++] = made;
    return made;
}

/* The number that is written as those of the operands, one after the other; and others. */
static size_t key_of(const size_t *x, int n)
{
    size_t tens = 10;
    if (n < 2) return x[0];
    while (tens <= x[1]) tens *= 10;
    return is == SHARES_WRITTEN ? tens * x[0] + x[1] : 31 * x[0] + x[1];
}

static bool is_same(const node *a, ad_op op, int n, const size_t *x, double c)
{
    if (a->op != op || (is != SHARES_ANY_CONSTANT && a->c != c)) return false;
    if (is == SHARES_WRITTEN || is == SHARES_HASH)
        return key_of(a->x, n) == key_of(x, n);
    for (int i = 0; i < n; i++)
        if (a->x[i] != x[i]) return false;
    return true;
}

static ad_engine_node apply(void *record_, int op, size_t n,
                            const ad_engine_node *operand, double c)
{
    record *r = record_;
    node v = {.op = (ad_op)op, .operands = (int)n, .c = c};
    double x[AD_MAX_OPERANDS] = {0};
    for (size_t i = 0; i < n; i++) {
        v.x[i] = (size_t)operand[i];
        x[i] = r->node[v.x[i]].value;
    }
    const size_t looked_up = r->n < LOOKED_UP ? r->n : 0;
    for (size_t i = 0; i < looked_up && is >= SHARES_ANY_CONSTANT && is <= SHARES_HASH;
         i++)
        if (is_same(&r->node[i], v.op, v.operands, v.x, c)) return i;
    if (is == SHARES_NODE && v.op == AD_OP_max) return v.x[x[0] < x[1]];
    v.value = ad_ops[op].value(x, c);
    if (v.op == AD_OP_mul_c) r->constant = c;
    if (v.op == AD_OP_exp || v.op == AD_OP_tanh) r->saved = x[0];
    const size_t made = make(r, v);
    if (is == SHARES_GRADIENT && v.op == AD_OP_mul_c)
        r->node[made].cell = r->node[v.x[0]].cell;
    return made;
}

static double *grad_of(record *r, size_t i) { return &r->node[r->node[i].cell].grad; }

/* The partials of a node, at x. */
static void partials_of(const record *r, const node *v, double *x, double *d)
{
    const bool in_loop = v->op == AD_OP_exp || v->op == AD_OP_log || v->op == AD_OP_sin;
    const bool saves = v->op == AD_OP_exp || v->op == AD_OP_tanh;
    const ad_op op = is == SHARES_RULE && in_loop ? AD_OP_tanh : v->op;
    const double c = is == SHARES_CONSTANT && v->op == AD_OP_mul_c ? r->constant : v->c;
    if (is == SHARES_SAVED && saves) x[0] = r->saved;
    ad_ops[op].partials(x, c, ad_ops[op].value(x, c), d);
}

static void pass_on(record *r, size_t i, double g)
{
    const node *v = &r->node[i];
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS] = {0};
    for (int k = 0; k < v->operands; k++) x[k] = r->node[v->x[k]].value;
    partials_of(r, v, x, d);
    for (int k = 0; k < v->operands; k++) {
        node *to = &r->node[v->x[k]];
        if (is == SHARES_GIVEN && v->op == AD_OP_sub && k == 0 && !to->given)
            to->cell = v->cell;
        else
            *grad_of(r, v->x[k]) += g * d[k];
        to->given = true;
    }
}

/* The operand, or its operands in its place. */
static void reach_operand(record *r, const node *user, size_t x)
{
    const bool takes = user->op == AD_OP_tanh || user->op == AD_OP_square;
    const node *v = &r->node[x];
    r->node[x].reached |= !(is == TAKES_OPERANDS && takes && v->operands > 0);
    for (int k = 0; k < v->operands && is == TAKES_OPERANDS && takes; k++)
        r->node[v->x[k]].reached = true;
}

static void reach(record *r, size_t output)
{
    for (size_t i = 0; i < r->n; i++) r->node[i].reached = i == output;
    for (size_t i = output + 1; i-- > 0;)
        for (int k = 0; k < r->node[i].operands && r->node[i].reached; k++)
            reach_operand(r, &r->node[i], r->node[i].x[k]);
}

static void walk(record *r, size_t output)
{
    reach(r, output);
    for (size_t i = output + 1; i-- > 0;) {
        if (!r->node[i].reached) continue;
        const double g = *grad_of(r, i);
        const bool is_constant = r->node[i].op == AD_OP_constant;
        if ((is == ENDS_AT_ZERO && g == 0) || (is == ENDS_AT_CONSTANT && is_constant))
            return;
        if (r->node[i].operands == 0) continue;
        const bool is_list = is == SHARES_LIST && r->node[i].op == AD_OP_exp;
        for (size_t j = 0; j < r->n && is_list; j++)
            if (j != i && r->node[j].op == AD_OP_exp) pass_on(r, j, g);
        pass_on(r, i, g);
    }
}

static void clear(void *record_)
{
    record *r = record_;
    for (size_t i = 0; i < r->n; i++) {
        r->node[i].grad = 0;
        r->node[i].given = false;
        if (is == SHARES_GIVEN) r->node[i].cell = i;
    }
}

static void backward(void *record_, ad_engine_node output)
{
    record *r = record_;
    if (is != SHARES_OLD_GRADIENTS) clear(r);
    *grad_of(r, (size_t)output) = 1;
    const size_t before = r->outputs;
    if (r->outputs < OLD) r->output[r->outputs++] = (size_t)output;
    walk(r, is == SHARES_FIRST_ORDER ? r->output[0] : (size_t)output);
    for (size_t i = before; i-- > 0 && is == SHARES_ALL_ORDERS;) walk(r, r->output[i]);
}

static double value(void *r, ad_engine_node v) { return ((record *)r)->node[v].value; }
static double grad(void *r, ad_engine_node v)
{
    const bool none = ((record *)r)->node[v].op == AD_OP_constant;
    return none ? 0 : *grad_of(r, (size_t)v);
}

static void reset(void *record_)
{
    record *r = record_;
    r->n = r->outputs = 0;
    if (is != SHARES_OLD_CONSTANTS) r->constants = 0;
}

static uint64_t mark(void *r) { return ((record *)r)->n; }

static void rewind_to(void *record_, uint64_t at)
{
    record *r = record_;
    r->n = (size_t)at;
    r->outputs = r->constants = 0;
    if (is != SHARES_OLD_GRADIENTS) clear(r);
}

const ad_engine *sharing_engine(sharing it)
{
    static const ad_engine zeroes = {.abi = AD_ENGINE_ABI,
                                     .size = sizeof(ad_engine),
                                     .name = "sharing",
                                     .create = create,
                                     .destroy = destroy,
                                     .resolve = resolve,
                                     .input = input,
                                     .constant = constant,
                                     .apply = apply,
                                     .value = value,
                                     .backward = backward,
                                     .grad = grad,
                                     .reset = reset,
                                     .mark = mark,
                                     .rewind = rewind_to};
    is = it;
    return &zeroes;
}
