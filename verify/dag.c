/* Programs as flat lists: building one, and its values. */
#include "verify/dag.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is larger would make rounding errors, too, that say nothing. */
#define LARGEST 1e6

void dag_free(dag *d)
{
    free(d->item);
    free(d->operand);
    free(d->partial);
    *d = (dag){0};
}

void dag_clear(dag *d)
{
    d->n = d->operands = d->output = 0;
    d->seed = 1;
    d->out_of_memory = false;
}

/* *array with room for `length` and twice that, or false. */
static bool grow(void **array, size_t length, size_t bytes)
{
    void *moved = realloc(*array, 2 * length * bytes);
    if (moved != NULL) *array = moved;
    return moved != NULL;
}

static bool make_room(dag *d, size_t items, size_t operands)
{
    bool made = true;
    if (items > d->room || d->room == 0) {
        const size_t wanted = items < 16 ? 16 : items;
        void *item = d->item;
        made = grow(&item, wanted, sizeof *d->item);
        d->item = item;
        if (made) d->room = 2 * wanted;
    }
    if (made && (operands > d->operand_room || d->operand_room == 0)) {
        const size_t wanted = operands < 16 ? 16 : operands;
        void *operand = d->operand, *partial = d->partial;
        made = grow(&operand, wanted, sizeof *d->operand) &&
               grow(&partial, wanted, sizeof *d->partial);
        d->operand = operand;
        d->partial = partial;
        if (made) d->operand_room = 2 * wanted;
    }
    d->out_of_memory |= !made;
    return made;
}

bool dag_copy(dag *to, const dag *from)
{
    dag_clear(to);
    if (!make_room(to, from->n, from->operands)) return false;
    if (from->n > 0) memcpy(to->item, from->item, from->n * sizeof *from->item);
    if (from->operands > 0) {
        memcpy(to->operand, from->operand, from->operands * sizeof *from->operand);
        memcpy(to->partial, from->partial, from->operands * sizeof *from->partial);
    }
    to->n = from->n;
    to->operands = from->operands;
    to->output = from->output;
    to->seed = from->seed;
    to->out_of_memory = from->out_of_memory;
    return true;
}

/* ---- Values --------------------------------------------------------------------- */

static double sum(const dag *d, const dag_item *v, const size_t *x, double *partial)
{
    double z = 0;
    for (size_t i = 0; i < v->n; i++) {
        z += d->item[x[i]].value;
        partial[i] = 1;
    }
    return z;
}

static double dot(const dag *d, const dag_item *v, const size_t *x, double *partial)
{
    const size_t half = v->n / 2;
    double z = 0;
    for (size_t i = 0; i < half; i++) {
        partial[half + i] = d->item[x[i]].value;
        partial[i] = d->item[x[half + i]].value;
        z += partial[half + i] * partial[i];
    }
    return z;
}

/* c + sum of partial[i] x[i]: the partials are the user's. */
static double custom(const dag *d, const dag_item *v, const size_t *x,
                     const double *partial)
{
    double z = v->c;
    for (size_t i = 0; i < v->n; i++) z += partial[i] * d->item[x[i]].value;
    return z;
}

static double row(const dag *d, const dag_item *v, const size_t *operand,
                  double *partial)
{
    double x[AD_MAX_OPERANDS];
    for (size_t i = 0; i < v->n; i++) x[i] = d->item[operand[i]].value;
    const double z = ad_ops[v->op].value(x, v->c);
    ad_ops[v->op].partials(x, v->c, z, partial);
    return z;
}

static void evaluate(dag *d, dag_item *v)
{
    const size_t *x = &d->operand[v->first];
    double *partial = &d->partial[v->first];
    switch (v->op) {
    case AD_OP_constant:
    case AD_OP_var: break;
    case AD_OP_sum: v->value = sum(d, v, x, partial); break;
    case AD_OP_dot: v->value = dot(d, v, x, partial); break;
    case AD_OP_custom: v->value = custom(d, v, x, partial); break;
    default: v->value = row(d, v, x, partial); break;
    }
    v->dead = !(fabs(v->value) < LARGEST);
    for (size_t i = 0; i < v->n; i++) v->dead |= !(fabs(partial[i]) < LARGEST);
}

void dag_evaluate(dag *d)
{
    for (size_t k = 0; k < d->n; k++) evaluate(d, &d->item[k]);
}

bool dag_is_sound(const dag *d)
{
    if (d->out_of_memory || d->n == 0 || d->item[d->output].dead) return false;
    for (size_t i = 0; i < d->operands; i++)
        if (d->item[d->operand[i]].dead) return false;
    return true;
}

/* ---- Building ------------------------------------------------------------------- */

static size_t append(dag *d, dag_item v, const size_t *operand, const double *partial)
{
    if (!make_room(d, d->n + 1, d->operands + v.n)) return 0;
    v.first = d->operands;
    for (size_t i = 0; i < v.n; i++) {
        d->operand[v.first + i] = operand[i];
        if (partial != NULL) d->partial[v.first + i] = partial[i];
    }
    d->operands += v.n;
    evaluate(d, &v);
    d->item[d->n] = v;
    return d->n++;
}

size_t dag_leaf(dag *d, ad_op op, double value)
{
    return append(d, (dag_item){.op = op, .value = value}, NULL, NULL);
}

size_t dag_apply(dag *d, ad_op op, size_t n, const size_t *operand, double c)
{
    return append(d, (dag_item){.op = op, .n = n, .c = c}, operand, NULL);
}

size_t dag_custom(dag *d, size_t n, const size_t *operand, const double *partial,
                  double c)
{
    return append(d, (dag_item){.op = AD_OP_custom, .n = n, .c = c}, operand, partial);
}

/* ---- From an expression --------------------------------------------------------- */

static void add_node(dag *d, const expr *e, const struct expr_node *v)
{
    size_t x[EXPR_MAX_OPERANDS];
    for (int i = 0; i < v->operands; i++) x[i] = v->operand[i];
    const ad_op_info *info = &ad_ops[v->op];
    const double c =
        info->constants == 0 ? 0 : e->node[v->operand[info->operands]].number;
    dag_apply(d, v->op, (size_t)info->operands, x, c);
}

bool dag_from_expr(dag *d, const expr *e, const double *inputs)
{
    dag_clear(d);
    for (size_t i = 0; i < e->nodes; i++) {
        const struct expr_node *v = &e->node[i];
        if (v->kind == EXPR_NUMBER)
            dag_leaf(d, AD_OP_constant, v->number);
        else if (v->kind == EXPR_INPUT)
            dag_leaf(d, AD_OP_var, inputs[v->which]);
        else if (v->op != AD_OP_count)
            add_node(d, e, v);
        else
            return false;
    }
    d->output = e->output;
    return !d->out_of_memory;
}
