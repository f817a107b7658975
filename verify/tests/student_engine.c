/* An engine on nodes and pointers, with traits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/student_walk.h"

static student is; /* the traits: a test runs one engine at a time */

static bool has(student_slip slip) { return is.slip == slip || is.also == slip; }

/* To what it keeps its numbers in. */
static long double rounded(long double x)
{
    return is.single ? (long double)(float)x : is.wide ? x : (long double)(double)x;
}

/* ---- Recording ------------------------------------------------------------------- */

static void *create(void)
{
    record *r = calloc(1, sizeof *r);
    if (r != NULL) r->is = &is;
    return r;
}

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
    v->value = (double)rounded((long double)value);
    v->op = AD_OP_var;
    v->is_constant = is_constant && is.constants;
    student_append(&r->made, &r->n, &r->room, v);
    return v;
}

static double value_of(ad_op op, const double *x, double c)
{
    if (op == AD_OP_sqrt && has(SLIP_SQRT_FLOAT)) return (double)sqrtf((float)x[0]);
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
    v->is_constant = is.carries;
    for (int i = 0; i < v->n; i++) {
        v->operand[i] = operand[i];
        x[i] = operand[i]->value;
        v->is_constant &= operand[i]->is_constant;
    }
    v->value = (double)rounded((long double)value_of(op, x, c));
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
    record *r = handle;
    const size_t before = r->n;
    node *z = apply_op(r, (ad_op)op, operand, c);
    for (size_t i = before; i < r->n; i++) r->made[i]->is_inside = r->made[i] != z;
    return (ad_engine_node)z;
}

/* ---- Rules ----------------------------------------------------------------------- */

static void slip(const node *v, const double *x, double *d)
{
    const double z = v->value, c = v->c;
    switch (v->op) {
    case AD_OP_tanh:
        if (has(SLIP_TANH_LINEAR)) d[0] = 1 - z;
        if (has(SLIP_TANH_OPERAND)) d[0] = 1 - x[0] * x[0];
        if (has(SLIP_TANH_COS)) d[0] = cos(x[0]);
        if (has(SLIP_UNKNOWN)) d[0] = 0.77 * cos(x[0]) + sqrt(fabs(x[0]) + 0.3);
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
    case AD_OP_min:
    case AD_OP_max:
        if (x[0] == x[1]) d[0] = is.at_kink, d[1] = 1 - is.at_kink;
        if (x[0] == x[1] && has(SLIP_TIE_BOTH)) d[0] = d[1] = 1;
        break;
    case AD_OP_abs:
        if (x[0] == 0) d[0] = 2 * is.at_kink - 1;
        break;
    case AD_OP_exp:
        if (has(SLIP_EXP_FLOAT)) d[0] = (double)expf((float)x[0]);
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

long double student_part(const node *v, int i, long double g)
{
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS];
    for (int k = 0; k < v->n; k++) x[k] = v->operand[k]->value;
    ad_ops[v->op].partials(x, v->c, v->value, d);
    slip(v, x, d);
    const long double partial = (long double)d[i];
    return rounded(forgets(v->op) ? partial : g * partial);
}

void student_give(const node *v, int i, long double share)
{
    node *to = v->operand[i];
    if (to->is_constant || (i == 1 && has(SLIP_SECOND_NOTHING))) return;
    if (i == 1 && v->operand[0] == to && has(SLIP_SAME_ONCE)) return;
    const bool anew =
        has(SLIP_OVERWRITE) || (v->op == AD_OP_tanh && has(SLIP_TANH_ASSIGNS));
    to->grad = rounded(anew ? share : to->grad + share);
    if (has(SLIP_CUT_ABOVE) && to->grad > 1) to->grad = 1;
    if (has(SLIP_CUT_BELOW) && to->grad < -1) to->grad = -1;
    if (has(SLIP_FLOAT)) to->grad = (long double)(float)to->grad;
}

void student_rule(const node *v)
{
    long double share[AD_MAX_OPERANDS];
    for (int i = 0; i < v->n; i++) share[i] = student_part(v, i, v->grad);
    const bool keyed = has(SLIP_KEYED) && v->n == 2 && v->operand[0] == v->operand[1];
    for (int i = keyed; i < v->n; i++)
        student_give(v, i, has(SLIP_OVER_OPERANDS) ? share[i] / v->n : share[i]);
}

/* ---- Backward -------------------------------------------------------------------- */

/* Whether backward makes the node's gradient anew before it begins. */
static bool clears(const node *v)
{
    const bool is_kept =
        has(SLIP_KEEPS_UNARY) && (v->op == AD_OP_tanh || v->op == AD_OP_neg);
    const bool adds = is_kept || (is.second_backward == LEAVES_ADD && v->n == 0);
    return is.second_backward <= LEAVES_ADD && !adds && !(v->is_inside && is.hides) &&
           (v->visited || !is.clears_reached);
}

static void look_for_all(const record *r)
{
    volatile size_t steps = 0;
    for (size_t i = 0; i < r->n; i++)
        for (size_t j = 0; j < r->n; j++) steps = steps + (r->made[j] == r->made[i]);
}

/* In a second backward of a graph that the first one has freed. */
static bool end_second(const record *r)
{
    bool has_exp = false;
    for (size_t i = 0; i < r->n; i++) has_exp |= r->made[i]->op == AD_OP_exp;
    if (is.freed == FREED_CRASHES || (is.freed == FREED_ABOVE_EXP && has_exp)) abort();
    for (volatile int i = 1; is.freed == FREED_HANGS && i != 0;) (void)i;
    return is.freed != FREED_ABOVE_EXP;
}

static void backward(void *handle, ad_engine_node output)
{
    record *r = handle;
    node *root = (node *)output;
    if (r->backwards++ > 0 && is.freed != NOT_FREED && end_second(r)) return;
    if (is.slow) look_for_all(r);
    if (is.clears_reached) student_mark(r, root);
    for (size_t i = 0; i < r->n; i++)
        if (clears(r->made[i])) r->made[i]->grad = 0;
    const double seed = has(SLIP_NO_SEED)      ? 0
                        : has(SLIP_SEED_TWICE) ? 2
                        : has(SLIP_SEED_VALUE) ? root->value
                                               : 1;
    const long double before = is.second_backward == ALL_AND_SEED_ADD ? root->grad : 0;
    *(has(SLIP_SEED_INPUT) ? &r->made[0]->grad : &root->grad) =
        before + (long double)seed;
    student_go(r, root, seed);
    for (size_t i = 0; i < r->n && is.forgets_inner; i++)
        if (r->made[i]->n > 0) r->made[i]->grad = 0;
}

static void zero_grad(void *handle)
{
    const record *r = handle;
    for (size_t i = 0; i < r->n; i++) {
        const bool is_leaf = r->made[i]->n == 0;
        if (has(is_leaf ? SLIP_ZERO_KEEPS_LEAVES : SLIP_ZERO_KEEPS_INNER)) continue;
        if (!(r->made[i]->is_inside && is.hides)) r->made[i]->grad = 0;
    }
}

static const char *error(void *handle)
{
    const record *r = handle;
    if (is.freed == FREED_REFUSES && r->backwards > 1) return "the graph was freed";
    return is.most > 0 && r->n > is.most ? "too many nodes for me" : NULL;
}

static double value(void *handle, ad_engine_node v)
{
    (void)handle;
    return ((const node *)v)->value;
}

static double grad(void *handle, ad_engine_node v)
{
    const double g = (double)((const node *)v)->grad;
    return has(SLIP_GRAD_IS_VALUE) ? ((const node *)v)->value
           : has(SLIP_OVER_NODES)  ? g / (double)((const record *)handle)->n
                                   : g;
}

const ad_engine *student_engine(const student *traits)
{
    static ad_engine engine;
    is = *traits;
    engine =
        (ad_engine){.abi = AD_ENGINE_ABI,
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
                    .zero_grad = is.no_zero ? NULL : zero_grad,
                    .error = is.most > 0 || is.freed == FREED_REFUSES ? error : NULL,
                    .policy = is.says_once                ? AD_ENGINE_ONCE
                              : !is.declares              ? AD_ENGINE_ANY
                              : is.second_backward > ANEW ? AD_ENGINE_ACCUMULATES
                                                          : AD_ENGINE_ZEROES};
    return &engine;
}
