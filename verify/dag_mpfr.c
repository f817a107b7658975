/* A program in MPFR. */
#include "verify/dag_mpfr.h"

#ifndef HAVE_mpfr

dag_witness *dag_witness_new(void) { return NULL; }
void dag_witness_free(dag_witness *w) { (void)w; }

dag_resolution dag_witness_tangents(dag_witness *w, const dag *d,
                                    const double *direction, dag_tangent *tangent,
                                    size_t *at)
{
    (void)w, (void)d, (void)direction, (void)tangent;
    *at = 0;
    return DAG_UNRESOLVED;
}

#else

#include <math.h>
#include <stdlib.h>

#include "verify/expr_mpfr.h"

enum { BITS = 256, STEP = -80, KINK = -30, VALUE_ROUNDINGS = 8 };

/*
 * What a third derivative of 2^40 does to a step, h^3 2^40 / 6 < 2^-202, in units of
 * 2^-BITS. Beside it the roundings of a text's intermediate results are nothing.
 */
#define CURVATURE 0x1p54

/* How an item moves when the leaves go one step along the direction, or against it. */
typedef struct moved {
    mpfr_t ahead, back; /* z(h) - v, z(-h) - v */
    double noise;       /* what either may be off by, in units of 2^-BITS */
    bool moves;         /* not both are 0 */
} moved;

struct dag_witness {
    expr *row[AD_OP_count];
    moved *at;
    size_t room; /* all of them initialised */
    mpfr_t x[AD_MAX_OPERANDS + 1], base, sum, product;
};

dag_witness *dag_witness_new(void)
{
    dag_witness *w = calloc(1, sizeof *w);
    if (w == NULL) return NULL;
    for (int i = 0; i <= AD_MAX_OPERANDS; i++) mpfr_init2(w->x[i], BITS);
    mpfr_inits2(BITS, w->base, w->sum, w->product, (mpfr_ptr)0);
    expr_error error;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        w->row[op] = expr_parse_row((ad_op)op, &error);
    return w;
}

void dag_witness_free(dag_witness *w)
{
    if (w == NULL) return;
    for (int op = 0; op < AD_OP_count; op++) expr_free(w->row[op]);
    for (size_t k = 0; k < w->room; k++)
        mpfr_clears(w->at[k].ahead, w->at[k].back, (mpfr_ptr)0);
    for (int i = 0; i <= AD_MAX_OPERANDS; i++) mpfr_clear(w->x[i]);
    mpfr_clears(w->base, w->sum, w->product, (mpfr_ptr)0);
    free(w->at);
    free(w);
}

static bool make_room(dag_witness *w, size_t n)
{
    if (n <= w->room) return true;
    moved *at = realloc(w->at, 2 * n * sizeof *at);
    if (at == NULL) return false;
    w->at = at;
    for (; w->room < 2 * n; w->room++)
        mpfr_inits2(BITS, at[w->room].ahead, at[w->room].back, (mpfr_ptr)0);
    return true;
}

/* ---- The value of an item, moved by side -1, 0 or 1 steps ------------------------ */

static void operand_at(dag_witness *w, const dag *d, size_t k, int side, mpfr_t out)
{
    mpfr_set_d(out, d->item[k].value, MPFR_RNDN);
    if (side > 0) mpfr_add(out, out, w->at[k].ahead, MPFR_RNDN);
    if (side < 0) mpfr_add(out, out, w->at[k].back, MPFR_RNDN);
}

/* sum += x y */
static void add_product(dag_witness *w)
{
    mpfr_mul(w->product, w->x[0], w->x[1], MPFR_RNDN);
    mpfr_add(w->sum, w->sum, w->product, MPFR_RNDN);
}

static bool value_at(dag_witness *w, const dag *d, size_t k, int side, mpfr_t out)
{
    const dag_item *v = &d->item[k];
    const size_t *operand = dag_operands(d, k);
    if (ad_ops[v->op].operands > 0) {
        for (size_t i = 0; i < v->n; i++) operand_at(w, d, operand[i], side, w->x[i]);
        mpfr_set_d(w->x[v->n], v->c, MPFR_RNDN);
        return expr_mpfr(w->row[v->op], w->x, BITS, out);
    }
    const size_t terms = v->op == AD_OP_dot ? v->n / 2 : v->n;
    mpfr_set_d(w->sum, v->op == AD_OP_custom ? v->c : 0, MPFR_RNDN);
    for (size_t i = 0; i < terms; i++) {
        operand_at(w, d, operand[i], side, w->x[0]);
        if (v->op == AD_OP_dot)
            operand_at(w, d, operand[terms + i], side, w->x[1]);
        else
            mpfr_set_d(w->x[1], dag_partials(d, k)[i], MPFR_RNDN);
        add_product(w);
    }
    mpfr_set(out, w->sum, MPFR_RNDN);
    return true;
}

/* ---- One item -------------------------------------------------------------------- */

/* sum |partial operand|, and for custom its constant: what rounding z may come from. */
static double scale_of(const dag *d, size_t k)
{
    const dag_item *v = &d->item[k];
    double scale = fabs(v->value) + (v->op == AD_OP_custom ? fabs(v->c) : 0);
    for (size_t i = 0; i < v->n; i++)
        scale += fabs(dag_partials(d, k)[i] * d->item[dag_operands(d, k)[i]].value);
    return scale;
}

/* n-ary sums have a rounding for each term more; a subnormal value may be lost. */
static bool is_rounded(const dag_witness *w, const dag *d, size_t k, dag_tangent *right)
{
    const double roundings = VALUE_ROUNDINGS + (double)d->item[k].n;
    const double z = d->item[k].value;
    right->value = mpfr_get_d(w->base, MPFR_RNDN);
    right->bound = roundings * 0x1p-53 * scale_of(d, k) + 0x1p-1022;
    return fabs(z - right->value) <= right->bound;
}

/* Its x is where the row's domain ends: a step to either side can look smooth there. */
static bool is_at_end(const dag *d, size_t k)
{
    const ad_op_info *row = &ad_ops[d->item[k].op];
    if (row->operands == 0) return false;
    const double x = d->item[dag_operands(d, k)[0]].value;
    return x <= row->lo || x >= row->hi;
}

/* sum += factor (ahead + back) */
static void add_second_difference(dag_witness *w, double factor, const moved *m)
{
    mpfr_add(w->product, m->ahead, m->back, MPFR_RNDN);
    mpfr_mul_d(w->product, w->product, factor, MPFR_RNDN);
    mpfr_add(w->sum, w->sum, w->product, MPFR_RNDN);
}

/*
 * Ahead and back are alike, as they are not at a kink. What the operands' own curvature
 * explains is left out: then a smooth row has f'' move^2, and a kink as much as the
 * move, however small that is.
 */
static bool is_smooth(dag_witness *w, const dag *d, size_t k)
{
    const moved *m = &w->at[k];
    if (!mpfr_number_p(m->ahead) || !mpfr_number_p(m->back)) return false;
    mpfr_set_zero(w->sum, 1);
    add_second_difference(w, 1, m);
    mpfr_set_zero(w->base, 1);
    for (size_t i = 0; i < d->item[k].n; i++) {
        const double partial = dag_partials(d, k)[i];
        const moved *from = &w->at[dag_operands(d, k)[i]];
        add_second_difference(w, -partial, from);
        mpfr_abs(w->product, from->ahead, MPFR_RNDN);
        if (mpfr_cmpabs(from->back, from->ahead) > 0)
            mpfr_abs(w->product, from->back, MPFR_RNDN);
        mpfr_mul_d(w->product, w->product, 1 + fabs(partial), MPFR_RNDN);
        mpfr_add(w->base, w->base, w->product, MPFR_RNDN);
    }
    mpfr_mul_2si(w->base, w->base, KINK, MPFR_RNDN);
    return mpfr_cmpabs(w->sum, w->base) <= 0;
}

/* x / 2^STEP as a double. */
static double per_step(mpfr_t x)
{
    mpfr_mul_2si(x, x, -STEP, MPFR_RNDN);
    return mpfr_get_d(x, MPFR_RNDN);
}

static dag_tangent slope(dag_witness *w, const moved *m)
{
    dag_tangent t = {.known = true};
    mpfr_add(w->sum, m->ahead, m->back, MPFR_RNDN);
    const double second = fabs(per_step(w->sum));
    mpfr_sub(w->sum, m->ahead, m->back, MPFR_RNDN);
    t.value = per_step(w->sum) / 2;
    t.bound = second * 0x1p-30 + ldexp(m->noise, -BITS - STEP) +
              fabs(t.value) * 0x1p-53 + 0x1p-1074;
    return t;
}

static void move_leaf(const dag *d, size_t k, double direction, moved *m)
{
    m->moves = d->item[k].op == AD_OP_var && direction != 0;
    m->noise = 0;
    mpfr_set_d(m->ahead, m->moves ? direction : 0, MPFR_RNDN);
    mpfr_mul_2si(m->ahead, m->ahead, STEP, MPFR_RNDN);
    mpfr_neg(m->back, m->ahead, MPFR_RNDN);
}

/* A row's text can be one that the grammar does not have: then MPFR has no answer. */
static bool is_readable(const dag_witness *w, ad_op op)
{
    return ad_ops[op].operands == 0 || w->row[op] != NULL;
}

/* The moves of an operation, from its operands' moves. */
static dag_resolution move(dag_witness *w, const dag *d, size_t k, dag_tangent *tangent)
{
    moved *m = &w->at[k];
    if (!is_readable(w, d->item[k].op)) return DAG_UNRESOLVED;
    m->moves = false;
    m->noise = 0;
    for (size_t i = 0; i < d->item[k].n; i++) {
        const moved *from = &w->at[dag_operands(d, k)[i]];
        m->moves |= from->moves;
        m->noise += fabs(dag_partials(d, k)[i]) * from->noise;
    }
    if (!value_at(w, d, k, 0, w->base)) return DAG_OUT_OF_MEMORY;
    if (!is_rounded(w, d, k, tangent)) return DAG_WRONG_VALUE;
    mpfr_set_zero(m->ahead, 1);
    mpfr_set_zero(m->back, 1);
    if (m->moves) {
        m->noise += CURVATURE * (1 + scale_of(d, k));
        if (!value_at(w, d, k, 1, m->ahead) || !value_at(w, d, k, -1, m->back))
            return DAG_OUT_OF_MEMORY;
        mpfr_sub(m->ahead, m->ahead, w->base, MPFR_RNDN);
        mpfr_sub(m->back, m->back, w->base, MPFR_RNDN);
        if (is_at_end(d, k) || !is_smooth(w, d, k)) return DAG_UNRESOLVED;
    }
    *tangent = slope(w, m);
    return DAG_RESOLVED;
}

dag_resolution dag_witness_tangents(dag_witness *w, const dag *d,
                                    const double *direction, dag_tangent *tangent,
                                    size_t *at)
{
    if (!make_room(w, d->n)) return DAG_OUT_OF_MEMORY;
    for (size_t k = 0; k < d->n; k++) {
        dag_resolution how = DAG_RESOLVED;
        tangent[k] = (dag_tangent){0};
        *at = k;
        if (dag_is_leaf(d, k)) {
            move_leaf(d, k, direction[k], &w->at[k]);
            tangent[k] = slope(w, &w->at[k]);
        } else if (!d->item[k].dead) {
            how = move(w, d, k, &tangent[k]);
        }
        if (how != DAG_RESOLVED) return how;
    }
    return DAG_RESOLVED;
}

#endif
