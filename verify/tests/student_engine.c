/* An engine on nodes and pointers, with traits. */
#include "verify/tests/student_engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct node {
    double value, grad, c;
    ad_op op;
    int n;
    struct node *operand[AD_MAX_OPERANDS];
    bool is_constant, visited;
    size_t waiting;
} node;

typedef struct record {
    node **made;
    size_t n, room;
    node **order; /* of one walk; entries may repeat */
    size_t ordered, order_room;
    bool walked;
} record;

static student is; /* the traits: a test runs one engine at a time */

static bool has(student_slip slip) { return is.slip == slip || is.also == slip; }

static double rounded(double x) { return is.single ? (double)(float)x : x; }

static void append(node ***list, size_t *n, size_t *room, node *v)
{
    if (*n == *room) {
        *room = 2 * *room + 16;
        *list = realloc(*list, *room * sizeof **list);
        if (*list == NULL) abort();
    }
    (*list)[(*n)++] = v;
}

/* ---- Recording ------------------------------------------------------------------- */

static void *create(void) { return calloc(1, sizeof(record)); }

static void destroy(void *handle)
{
    record *r = handle;
    for (size_t i = 0; i < r->n; i++) free(r->made[i]);
    free(r->made);
    free(r->order);
    free(r);
}

static int resolve(const char *name)
{
    const ad_op op = ad_op_find(name);
    const bool is_basic =
        op == AD_OP_add || op == AD_OP_mul || op == AD_OP_tanh || op == AD_OP_pow_c;
    return op == AD_OP_count || (is.few && !is_basic) ? -1 : (int)op;
}

static node *leaf(record *r, double value, bool is_constant)
{
    node *v = calloc(1, sizeof *v);
    if (v == NULL) abort();
    v->value = rounded(value);
    v->op = AD_OP_var;
    v->is_constant = is_constant && is.constants;
    append(&r->made, &r->n, &r->room, v);
    return v;
}

static double value_of(ad_op op, const double *x, double c)
{
    if (op == AD_OP_log && has(SLIP_LOG_TEN)) return log10(x[0]);
    if (op == AD_OP_tanh && has(SLIP_TANH_VALUE)) return 1 / tanh(x[0]);
    if (op == AD_OP_div && has(SLIP_DIV_INTEGER)) return trunc(x[0] / x[1]);
    if (op == AD_OP_sin && has(SLIP_SIN_DEGREES)) return sin(x[0] * acos(-1) / 180);
    return ad_ops[op].value(x, c);
}

static node *apply_op(record *r, ad_op op, node *const *operand, double c)
{
    double x[AD_MAX_OPERANDS] = {0};
    node *const a = operand[0], *const b = operand[1];
    if (is.composite && op == AD_OP_neg)
        return apply_op(r, AD_OP_mul, (node *[]){a, leaf(r, -1, true)}, 0);
    if (is.composite && op == AD_OP_sub)
        return apply_op(r, AD_OP_add,
                        (node *[]){a, apply_op(r, AD_OP_neg, &operand[1], 0)}, 0);
    if (is.composite && op == AD_OP_div)
        return apply_op(r, AD_OP_mul,
                        (node *[]){a, apply_op(r, AD_OP_pow_c, (node *[]){b, b}, -1)},
                        0);
    node *v = leaf(r, 0, false);
    v->op = op;
    v->c = c;
    v->n = ad_ops[op].operands;
    for (int i = 0; i < v->n; i++) {
        v->operand[i] = operand[i];
        x[i] = operand[i]->value;
    }
    v->value = rounded(value_of(op, x, c));
    return v;
}

static ad_engine_node input(void *handle, double value)
{
    return (ad_engine_node)leaf(handle, value, false);
}

static ad_engine_node constant(void *handle, double value)
{
    return (ad_engine_node)leaf(handle, value, true);
}

static ad_engine_node apply(void *handle, int op, size_t n, const ad_engine_node *x,
                            double c)
{
    node *operand[AD_MAX_OPERANDS] = {NULL};
    for (size_t i = 0; i < n; i++) operand[i] = (node *)x[i];
    return (ad_engine_node)apply_op(handle, (ad_op)op, operand, c);
}

/* ---- Rules ----------------------------------------------------------------------- */

static void slip(const node *v, const double *x, double *d)
{
    const double z = v->value, c = v->c;
    switch (v->op) {
    case AD_OP_tanh:
        if (has(SLIP_TANH_LINEAR)) d[0] = 1 - z;
        if (has(SLIP_TANH_OPERAND)) d[0] = 1 - x[0] * x[0];
        if (has(SLIP_UNKNOWN)) d[0] = cos(x[0]);
        break;
    case AD_OP_pow_c:
        if (has(SLIP_POW_KEPT)) d[0] = c * z;
        if (has(SLIP_POW_FACTOR)) d[0] = pow(x[0], c - 1);
        break;
    case AD_OP_mul:
        if (has(SLIP_MUL_OWN)) d[0] = x[0], d[1] = x[1];
        break;
    case AD_OP_log:
        if (has(SLIP_LOG_ONE)) d[0] = 1;
        break;
    case AD_OP_relu:
        if (x[0] == 0) d[0] = is.at_kink;
        if (has(SLIP_RELU_OPEN)) d[0] = 1;
        if (has(SLIP_RELU_GRADIENT)) d[0] = v->grad > 0;
        break;
    case AD_OP_max:
        if (x[0] == x[1]) d[0] = is.at_kink, d[1] = 1 - is.at_kink;
        break;
    case AD_OP_exp:
        if (has(SLIP_EXP_DATA)) d[0] = z * z;
        break;
    case AD_OP_sigmoid:
        if (has(SLIP_SIGMOID_VALUE)) d[0] = z;
        break;
    case AD_OP_div:
        if (has(SLIP_DIV_SQUARE)) d[1] = -x[0] / x[1];
        break;
    case AD_OP_sub:
        if (has(SLIP_SUB_PLUS)) d[1] = 1;
        if (has(SLIP_SUB_CRASHES)) abort();
        break;
    case AD_OP_sin:
        if (has(SLIP_SIN_SIGN)) d[0] = -cos(x[0]);
        break;
    case AD_OP_sqrt:
        if (has(SLIP_SQRT_HALF)) d[0] = 1 / z;
        break;
    case AD_OP_neg:
        if (has(SLIP_NEG_PLUS)) d[0] = 1;
        break;
    default: break;
    }
}

static bool forgets(ad_op op)
{
    return has(SLIP_ALL_FORGET) || (op == AD_OP_exp && has(SLIP_EXP_FORGETS)) ||
           (op == AD_OP_mul && has(SLIP_MUL_FORGETS));
}

/* Part i of what v gives, for g having arrived at v. */
static double part(const node *v, int i, double g)
{
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS];
    for (int k = 0; k < v->n; k++) x[k] = v->operand[k]->value;
    ad_ops[v->op].partials(x, v->c, v->value, d);
    slip(v, x, d);
    return rounded(forgets(v->op) ? d[i] : g * d[i]);
}

static void give(const node *v, int i, double share)
{
    node *to = v->operand[i];
    if (to->is_constant || (i == 1 && has(SLIP_SECOND_NOTHING))) return;
    if (i == 1 && v->operand[0] == to && has(SLIP_SAME_ONCE)) return;
    const bool anew =
        has(SLIP_OVERWRITE) || (v->op == AD_OP_tanh && has(SLIP_TANH_ASSIGNS));
    to->grad = rounded(anew ? share : to->grad + share);
    if (has(SLIP_FLOAT)) to->grad = (double)(float)to->grad;
}

static void run_rule(node *v)
{
    double share[AD_MAX_OPERANDS];
    for (int i = 0; i < v->n; i++) share[i] = part(v, i, v->grad);
    for (int i = 0; i < v->n; i++) give(v, i, share[i]);
}

/* ---- Walks ----------------------------------------------------------------------- */

static bool is_visited(const record *r, const node *v)
{
    if (is.walk == WALK_NO_VISITED) return false;
    for (size_t i = 0; i < r->n && is.walk == WALK_BY_VALUE; i++)
        if (r->made[i]->visited && r->made[i]->value == v->value) return true;
    return v->visited;
}

static void sort(record *r, node *v)
{
    if (is_visited(r, v)) return;
    if (is.walk == WALK_NO_VISITED && r->ordered > 4096) return;
    v->visited = true;
    if (is.walk == WALK_PREORDER) append(&r->order, &r->ordered, &r->order_room, v);
    for (int i = 0; i < v->n; i++)
        sort(r, v->operand[is.walk == WALK_LAST_FIRST ? v->n - 1 - i : i]);
    if (is.walk != WALK_PREORDER) append(&r->order, &r->ordered, &r->order_room, v);
}

static void breadth(record *r, node *output)
{
    append(&r->order, &r->ordered, &r->order_room, output);
    output->visited = true;
    for (size_t i = 0; i < r->ordered; i++)
        for (int k = 0; k < r->order[i]->n; k++) {
            node *v = r->order[i]->operand[k];
            if (v->visited) continue;
            v->visited = true;
            append(&r->order, &r->ordered, &r->order_room, v);
        }
}

static void recursion(node *v, int depth)
{
    if (depth > 40) return;
    run_rule(v);
    for (int i = 0; i < v->n; i++) recursion(v->operand[i], depth + 1);
}

/* Each path by itself: the sum over paths is the gradient. */
static void every_path(const node *v, double g)
{
    for (int i = 0; i < v->n; i++) {
        const double share = part(v, i, g);
        give(v, i, share);
        every_path(v->operand[i], share);
    }
}

/* When all its users are done. */
static void counting(record *r, node *output)
{
    sort(r, output);
    for (size_t i = 0; i < r->ordered; i++) r->order[i]->waiting = 0;
    for (size_t i = 0; i < r->ordered; i++)
        for (int k = 0; k < r->order[i]->n; k++) r->order[i]->operand[k]->waiting++;
    r->ordered = 0;
    append(&r->order, &r->ordered, &r->order_room, output);
    for (size_t i = 0; i < r->ordered; i++)
        for (int k = 0; k < r->order[i]->n; k++)
            if (--r->order[i]->operand[k]->waiting == 0)
                append(&r->order, &r->ordered, &r->order_room, r->order[i]->operand[k]);
}

static void walk(record *r, node *output, double seed)
{
    r->ordered = 0;
    for (size_t i = 0; i < r->n && is.walk != WALK_MARKS_STAY; i++)
        r->made[i]->visited = false;
    switch (is.walk) {
    case WALK_RECURSION: recursion(output, 0); return;
    case WALK_EVERY_PATH: every_path(output, seed); return;
    case WALK_OUTPUT_ONLY: run_rule(output); return;
    case WALK_BREADTH: breadth(r, output); break;
    case WALK_COUNTING: counting(r, output); break;
    default: sort(r, output); break;
    }
    const bool as_listed = is.walk == WALK_PREORDER || is.walk == WALK_BREADTH ||
                           is.walk == WALK_COUNTING || is.walk == WALK_FORWARDS;
    if (is.walk == WALK_CREATION) {
        for (size_t i = r->n; i-- > 0;)
            if (r->made[i]->visited) run_rule(r->made[i]);
        return;
    }
    for (size_t i = 0; i < r->ordered; i++)
        run_rule(r->order[as_listed ? i : r->ordered - 1 - i]);
}

/* ---- Backward -------------------------------------------------------------------- */

static void backward(void *handle, ad_engine_node output)
{
    record *r = handle;
    node *root = (node *)output;
    for (size_t i = 0; i < r->n; i++)
        if (is.second_backward == ANEW ||
            (is.second_backward == LEAVES_ADD && r->made[i]->n > 0))
            r->made[i]->grad = 0;
    const double seed = has(SLIP_NO_SEED)      ? 0
                        : has(SLIP_SEED_TWICE) ? 2
                        : has(SLIP_SEED_VALUE) ? root->value
                                               : 1;
    root->grad = is.second_backward == ALL_AND_SEED_ADD ? root->grad + seed : seed;
    walk(r, root, seed);
    for (size_t i = 0; i < r->n && is.forgets_inner; i++)
        if (r->made[i]->n > 0) r->made[i]->grad = 0;
}

static void zero_grad(void *handle)
{
    const record *r = handle;
    for (size_t i = 0; i < r->n; i++) {
        const bool is_leaf = r->made[i]->n == 0;
        if (has(is_leaf ? SLIP_ZERO_KEEPS_LEAVES : SLIP_ZERO_KEEPS_INNER)) continue;
        r->made[i]->grad = 0;
    }
}

static double value(void *handle, ad_engine_node v)
{
    (void)handle;
    return ((const node *)v)->value;
}

static double grad(void *handle, ad_engine_node v)
{
    (void)handle;
    return has(SLIP_GRAD_IS_VALUE) ? ((const node *)v)->value : ((const node *)v)->grad;
}

const ad_engine *student_engine(const student *traits)
{
    static ad_engine engine;
    is = *traits;
    engine = (ad_engine){.abi = AD_ENGINE_ABI,
                         .size = sizeof(ad_engine),
                         .name = traits->name,
                         .create = create,
                         .destroy = destroy,
                         .resolve = resolve,
                         .input = input,
                         .apply = apply,
                         .value = value,
                         .backward = backward,
                         .grad = grad,
                         .precision = is.single ? AD_ENGINE_FLOAT : AD_ENGINE_DOUBLE,
                         .constant = is.constants ? constant : NULL,
                         .zero_grad = is.no_zero ? NULL : zero_grad};
    return &engine;
}
