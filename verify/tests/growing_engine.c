/* A tape of sums and products that grows wrongly, cuts exp, or is 0 / 0. */
#include "verify/tests/growing_engine.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "verify/kit/isolate.h"

static growing has; /* a test runs one engine at a time */

enum {
    ADD,
    MUL,
    EXP,
    POW,
    TANH,
    LOG,
    ADD_C,
    MUL_C,
    C_SUB,
    C_DIV,
    OPERATIONS,
    FIRST = 16,
    FULL = 100,
    RULES = 16,
    EXP_LIMIT = 20
};
static const char *const names[OPERATIONS] = {
    "add", "mul", "exp", "pow", "tanh", "log", "add_c", "mul_c", "c_sub", "c_div"};

typedef struct row {
    double value, grad, partial[2], c;
    size_t operand[2], operands;
    int op;
    unsigned char uses;
    size_t arrived;
    bool done;
    void *cell; /* whose address says something */
} row;

typedef struct record {
    row *at;
    size_t n, room;
    row **old; /* arrays that have moved: they are kept, spoilt */
    size_t olds;
} record;

static record *open_one; /* of those with one at a time */

static void *create(void)
{
    if (has == GROWS_ONE_AT_A_TIME && open_one != NULL) return NULL;
    if (has == GROWS_ON_ONE_TAPE && open_one != NULL) {
        open_one->n = 0;
        return open_one;
    }
    record *r = calloc(1, sizeof *r);
    r->room = FIRST;
    r->at = calloc(r->room, sizeof *r->at);
    r->old = calloc(64, sizeof *r->old);
    open_one = r;
    return r;
}

static void destroy(void *handle)
{
    record *r = handle;
    if (has == GROWS_ON_ONE_TAPE) return;
    open_one = NULL;
    for (size_t i = 0; i < r->olds; i++) free(r->old[i]);
    for (size_t i = 0; i < r->n; i++) free(r->at[i].cell);
    free(r->old);
    free(r->at);
    free(r);
}

static int resolve(const char *name)
{
    for (int i = 0; i < OPERATIONS; i++)
        if (strcmp(name, names[i]) == 0) return i;
    return has == GROWS_WITH_ANY_NAME ? 0 : -1;
}

/* One row more; where it moves, what was is no number any longer. */
static size_t grow(record *r)
{
    if (has == GROWS_TO_FULL && r->n == FULL) return FULL - 1;
    if (r->n == r->room) {
        row *larger = calloc(2 * r->room, sizeof *larger);
        memcpy(larger, r->at, r->n * sizeof *larger);
        for (size_t i = 0; i < r->n; i++) r->at[i].value = -77;
        for (size_t i = 0; i < r->n && has == GROWS_AND_FORGETS; i++)
            larger[i].partial[0] = larger[i].partial[1] = 0;
        r->old[r->olds++] = r->at;
        r->at = larger;
        r->room *= 2;
    }
    return r->n++;
}

static ad_engine_node input(void *handle, double value)
{
    record *r = handle;
    const size_t at = grow(r);
    r->at[at] = (row){.value = has == GROWS_FROM_FLOATS ? (double)(float)value : value};
    return at;
}

static void compute(row *z, double u, double v)
{
    switch (z->op) {
    case ADD: z->value = u + v, z->partial[0] = z->partial[1] = 1; break;
    case MUL: z->value = u * v, z->partial[0] = v, z->partial[1] = u; break;
    case POW:
        z->value = pow(u, v), z->partial[0] = z->value * v / u;
        z->partial[1] = u > 0 ? z->value * log(u) : 0;
        break;
    case LOG:
        z->value = log(has == GROWS_AND_CUTS_LOG ? fmax(u, 1e-3) : u);
        z->partial[0] = 1 / u;
        break;
    case ADD_C: z->value = u + z->c, z->partial[0] = 1; break;
    case C_SUB: z->value = z->c - u, z->partial[0] = -1; break;
    case C_DIV: z->value = z->c / u, z->partial[0] = -z->value / u; break;
    case MUL_C: z->value = u * z->c, z->partial[0] = z->c; break;
    case TANH: z->value = tanh(u), z->partial[0] = 1 - z->value * z->value; break;
    default:
        z->value = exp(has == GROWS_AND_CUTS ? fmin(u, EXP_LIMIT) : u);
        z->partial[0] = z->value;
    }
}

static ad_engine_node apply(void *handle, int op, size_t n, const ad_engine_node *x,
                            double constant)
{
    record *r = handle;
    const row *a = &r->at[x[0]], *b = n > 1 ? &r->at[x[1]] : a;
    const size_t at = grow(r);
    if (has == GROWS_AND_CUTS_CONSTANTS) constant = trunc(constant);
    if (has != GROWS_UNDER_POINTERS) a = &r->at[x[0]], b = n > 1 ? &r->at[x[1]] : a;
    r->at[at] = (row){
        .op = op, .c = constant, .operands = n, .operand = {x[0], n > 1 ? x[1] : 0}};
    compute(&r->at[at], a->value, b->value);
    for (size_t k = 0; k < n; k++) r->at[x[k]].uses++;
    for (size_t k = 0; k < n && has == GROWS_IN_BYTES; k++)
        r->at[at].operand[k] = (unsigned char)x[k];
    if (has == GROWS_AT_RANDOM || has == GROWS_UNSET) r->at[at].cell = malloc(40);
    return at;
}

static double value(void *r, ad_engine_node node)
{
    return ((record *)r)->at[node].value;
}
static double grad(void *r, ad_engine_node node)
{
    return ((record *)r)->at[node].grad;
}

/* As where the machine had something else to do: once, for all processes. */
static void wait_once(const record *r)
{
    static size_t *waited;
    if (waited == NULL) waited = isolate_share(sizeof *waited);
    if (r == NULL) *waited = 0;
    if (has != GROWS_SLOWLY_ONCE || r == NULL || r->n < 10000 || (*waited)++ > 0)
        return;
    nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

/* Whether the rule of a node is left out, g having arrived. */
static bool is_left_out(const row *v, double g)
{
    const uintptr_t place = (uintptr_t)v->cell >> 4;
    return g == 0 || (has == GROWS_AND_SKIPS_SMALL && fabs(g) < 1e-9) ||
           (has == GROWS_AND_SKIPS_LARGE && fabs(g) > 1e12) ||
           (has == GROWS_AND_OVERTAKES && v->done) ||
           (has == GROWS_UNSET && v->op == MUL && v->cell != NULL &&
            (((const unsigned char *)v->cell)[32] & 1) == 0) ||
           (has == GROWS_AT_RANDOM && place * 2654435761u % 16 == 0);
}

static void pass_on(record *r, size_t i)
{
    double g = r->at[i].grad;
    if (is_left_out(&r->at[i], g)) return;
    if (has == GROWS_AND_LIMITS) g = fmax(-1e9, fmin(1e9, g));
    for (size_t k = 0; k < r->at[i].operands; k++) {
        row *to = &r->at[r->at[i].operand[k]];
        const bool is_done = to->operands > 0 && to->arrived++ >= to->uses;
        if (has != GROWS_AND_COUNTS_IN_BYTES || !is_done)
            to->grad += g * r->at[i].partial[k];
        if (has == GROWS_AND_OVERTAKES && r->at[i].op == TANH && to->operands > 0 &&
            to->arrived < to->uses) {
            pass_on(r, r->at[i].operand[k]);
            to->done = true;
        }
    }
}

static int by_text(const void *a, const void *b)
{
    char x[24], y[24];
    snprintf(x, sizeof x, "%zu", *(const size_t *)a);
    snprintf(y, sizeof y, "%zu", *(const size_t *)b);
    return strcmp(x, y);
}

/* The operations down from the output, in the order of their numbers as text. */
static void by_numbers_as_text(record *r, size_t output)
{
    size_t *order = malloc((output + 1) * sizeof *order);
    for (size_t i = 0; i <= output; i++) order[i] = i;
    qsort(order, output + 1, sizeof *order, by_text);
    for (size_t i = output + 1; i-- > 0;) pass_on(r, order[i]);
    free(order);
}

/* No farther than so many operations from the output. */
static void to_a_depth(record *r, size_t output)
{
    enum { DEPTH = 100 };
    size_t *depth = calloc(output + 1, sizeof *depth);
    for (size_t i = output + 1; i-- > 0;) {
        if (depth[i] >= DEPTH) continue;
        pass_on(r, i);
        for (size_t k = 0; k < r->at[i].operands; k++)
            if (depth[r->at[i].operand[k]] <= depth[i])
                depth[r->at[i].operand[k]] = depth[i] + 1;
    }
    free(depth);
}

static void backward(void *handle, ad_engine_node output)
{
    record *r = handle;
    size_t ran = 0;
    wait_once(r);
    for (size_t i = 0; i < r->n; i++)
        if (has != GROWS_AND_KEEPS_PRODUCTS || !r->at[i].operands || r->at[i].op != MUL)
            r->at[i].grad = 0;
    for (size_t i = 0; i < r->n; i++) r->at[i].arrived = r->at[i].done = 0;
    if (has == GROWS_ABOVE_LEAVES && r->at[output].operands == 0) return;
    r->at[output].grad = 1;
    if (has == GROWS_IN_TEXT)
        by_numbers_as_text(r, output);
    else if (has == GROWS_TO_A_DEPTH)
        to_a_depth(r, output);
    else
        for (size_t i = output + (has != GROWS_AND_BEGINS_BELOW); i-- > 0;)
            if (has != GROWS_AND_RUNS_FEW || ++ran <= RULES) pass_on(r, i);
}

static void zero_grad(void *handle)
{
    record *r = handle;
    for (size_t i = 0; i < r->n && has == GROWS_AND_ZEROES_VALUES; i++)
        r->at[i].value = 0;
    for (size_t i = 0; i < r->n; i++)
        r->at[i].grad = has == GROWS_AND_ZEROES_TO_ONE ? 1
                        : has == GROWS_AND_HALVES      ? r->at[i].grad / 2
                        : has == GROWS_AND_NEGATES     ? -r->at[i].grad
                                                       : 0;
}

static uint64_t mark(void *r) { return ((const record *)r)->n; }

static void rewind_to(void *r, uint64_t place)
{
    ((record *)r)->n = place - (has == GROWS_AND_REWINDS_MORE);
}

static void set(void *r, ad_engine_node leaf, double x)
{
    ((record *)r)->at[leaf].value = x;
}

static void forward(void *handle, ad_engine_node output)
{
    record *r = handle;
    if (has == GROWS_AND_FORWARDS_NOTHING) return;
    const size_t end = output + (has != GROWS_AND_FORWARDS_BELOW);
    for (size_t k = has == GROWS_AND_FORWARDS_LAST ? output : 0; k < end; k++) {
        row *z = &r->at[has == GROWS_AND_FORWARDS_DOWN ? output - k : k];
        if (z->operands == 0) continue;
        const size_t second = z->operands > 1 ? z->operand[1] : z->operand[0];
        compute(z, r->at[z->operand[0]].value, r->at[second].value);
    }
}

const ad_engine *growing_engine(growing how)
{
    static const ad_engine engine = {.abi = AD_ENGINE_ABI,
                                     .size = sizeof(ad_engine),
                                     .name = "growing",
                                     .create = create,
                                     .destroy = destroy,
                                     .resolve = resolve,
                                     .input = input,
                                     .apply = apply,
                                     .value = value,
                                     .backward = backward,
                                     .grad = grad,
                                     .zero_grad = zero_grad,
                                     .mark = mark,
                                     .rewind = rewind_to,
                                     .set = set,
                                     .forward = forward};
    has = how;
    open_one = NULL;
    wait_once(NULL);
    return &engine;
}
