/*
 * An engine to start from: nodes in the order in which they were made, so that going back
 * through them finishes each before its operands. `gradyno engine engine_starter.c`
 */
#include <gradyno/engine.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
typedef struct node {
    double value, grad, partial[2]; /* by each of its operands */
    size_t operand[2], operands;    /* a leaf has none */
} node;
typedef struct record {
    node *at;
    size_t n;
} record;
static void *create(void) { return calloc(1, sizeof(record)); }
static void destroy(void *r) { free(((record *)r)->at), free(r); }
static int resolve(const char *name) /* -1: no such operation, which is then skipped */
{
    static const char *const names[] = {"add", "mul", "tanh", "relu"};
    for (int op = 0; op < 4; op++)
        if (strcmp(name, names[op]) == 0) return op;
    return -1;
}
static size_t append(record *r, node v)
{
    if ((r->n & (r->n + 1)) == 0) r->at = realloc(r->at, (2 * r->n + 2) * sizeof v);
    r->at[r->n] = v;
    return r->n++;
}
static ad_engine_node input(void *r, double v) { return append(r, (node){.value = v}); }
static ad_engine_node apply(void *r, int f, size_t n, const ad_engine_node *o, double c)
{
    (void)c; /* no operation here has a constant */
    const size_t i = o[0], j = n > 1 ? o[1] : i;
    const double x = ((record *)r)->at[i].value, y = ((record *)r)->at[j].value;
    const node rules[] = {{x + y, 0, {1, 1}, {i, j}, n},
                          {x * y, 0, {y, x}, {i, j}, n},
                          {tanh(x), 0, {1 - tanh(x) * tanh(x)}, {i}, n},
                          {x > 0 ? x : 0, 0, {x > 0}, {i}, n}};
    return append(r, rules[f]);
}
static double value(void *r, ad_engine_node v) { return ((record *)r)->at[v].value; }
static double grad(void *r, ad_engine_node v) { return ((record *)r)->at[v].grad; }
static void backward(void *r, ad_engine_node output)
{
    node *at = ((record *)r)->at;
    for (size_t i = 0; i < ((record *)r)->n; i++) at[i].grad = i == output;
    for (size_t i = output + 1; i-- > 0;) /* += below: a node may be used twice */
        for (size_t k = 0; k < at[i].operands; k++)
            at[at[i].operand[k]].grad += at[i].partial[k] * at[i].grad;
}
/* clang-format off */
static const ad_engine engine = {
    .abi = AD_ENGINE_ABI, .size = sizeof(ad_engine), .name = "starter", .create = create,
    .destroy = destroy, .resolve = resolve, .input = input, .apply = apply,
    .value = value, .backward = backward, .grad = grad};
AD_ENGINE_EXPORT(engine)
