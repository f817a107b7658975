/* What a claim comes to, without and with the rounding of its steps; and how much of a
 * difference that excuses. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/expr_judge.h"
#include "verify/expr_mpfr.h"

bool expr_is_rounded(const struct expr_node *node)
{
    return node->kind == EXPR_NUMBER && node->number != (double)(float)node->number;
}

static const char *function_name(const struct expr_node *v)
{
    if (v->kind == EXPR_ROW) return ad_ops[v->op].name;
    return v->kind == EXPR_FUNCTION ? expr_functions[v->which].name : "?";
}

/* Numbers, inputs, and + - * square of such; / by a number. */
static bool is_of_polynomial(const expr *e, const struct expr_node *v)
{
    if (v->kind == EXPR_NUMBER || v->kind == EXPR_INPUT) return true;
    const char *name = function_name(v);
    if (name[0] == '/') return !e->node[v->operand[1]].varies;
    return strchr("+-*", name[0]) != NULL || strcmp(name, "square") == 0;
}

static bool is_polynomial(const expr *e)
{
    for (size_t i = 0; i < e->nodes; i++)
        if (!is_of_polynomial(e, &e->node[i])) return false;
    return true;
}

/* Whether something else than a polynomial is made of that input. */
static bool has_function_of(const expr *e, size_t input)
{
    bool found = false, *depends = calloc(e->nodes, sizeof *depends);
    for (size_t i = 0; i < e->nodes && depends != NULL; i++) {
        const struct expr_node *v = &e->node[i];
        depends[i] = v->kind == EXPR_INPUT && v->which == input;
        for (int k = 0; k < v->operands; k++)
            depends[i] = depends[i] || depends[v->operand[k]];
        found = found || (depends[i] && !is_of_polynomial(e, v));
    }
    free(depends);
    return found;
}

/* A bare number was rounded by whoever printed it; and a polynomial in x can only be a
 * series where the expression has other functions of x. */
static bool may_be_approximate(const expr *of, size_t input, const expr *formula)
{
    if (formula->inputs == 0 && formula->nodes <= 2)
        return formula->node[0].kind == EXPR_NUMBER;
    return is_polynomial(formula) && has_function_of(of, input) &&
           expr_input_find(formula, of->input[input]) < formula->inputs;
}

#ifdef HAVE_mpfr

enum { BITS = 6400, CONSTANTS = 64 };

/*
 * The claim is evaluated exactly, so that of its rounding there is left what its
 * constants have: how far it moves when each of them does, by half a unit in the last
 * place.
 */
static bool measure(expr_claim *claim, const expr *e, mpfr_t *inputs)
{
    expr_mpfr_room room;
    if (!expr_mpfr_open(&room, e, BITS)) return false;
    const mpfr_srcptr value = expr_mpfr_in(&room, inputs);
    const bool known = value != NULL;
    mpfr_t exact;
    mpfr_init2(exact, BITS);
    if (known) {
        mpfr_set(exact, value, MPFR_RNDN);
        claim->exact = mpfr_get_d(exact, MPFR_RNDN);
    }
    size_t moved = 0;
    for (size_t i = 0; i < e->nodes && known && moved < CONSTANTS; i++) {
        if (!expr_is_rounded(&e->node[i])) continue;
        moved++;
        if (!expr_mpfr_moved(&room, inputs, i, DBL_MANT_DIG)) continue;
        mpfr_sub(room.value[e->output], room.value[e->output], exact, MPFR_RNDN);
        const double far = fabs(mpfr_get_d(room.value[e->output], MPFR_RNDN));
        if (isfinite(far)) claim->slack += 2 * far;
    }
    mpfr_clear(exact);
    expr_mpfr_close(&room);
    return known;
}

#endif

void expr_claim_evaluate(expr_claim *claim, const expr *of, const expr *formula,
                         const double *x)
{
    claim->value = expr_value(formula, x);
    claim->exact = (double)NAN;
    claim->slack = 0;
    claim->is_approximate = may_be_approximate(of, claim->input, formula);
#ifdef HAVE_mpfr
    mpfr_t *inputs = malloc((formula->inputs + 1) * sizeof *inputs);
    if (inputs == NULL) return;
    for (size_t k = 0; k < formula->inputs; k++) {
        mpfr_init2(inputs[k], BITS);
        mpfr_set_d(inputs[k], x[k], MPFR_RNDN);
    }
    if (measure(claim, formula, inputs) && isfinite(claim->exact))
        claim->slack += 8 * DBL_EPSILON * fabs(claim->exact) + 4 * DBL_TRUE_MIN;
    for (size_t k = 0; k < formula->inputs; k++) mpfr_clear(inputs[k]);
    free(inputs);
#endif
}

/* ---- What is forgiven ------------------------------------------------------------ */

/* How far the claim is off; where it is a formula, its own rounding is not counted, but
 * its overflow is. */
double expr_claim_distance(const ad_check_partial *row, const expr_claim *claim,
                           double to)
{
    const double off = fabs(row->claimed - to);
    return claim != NULL && isfinite(row->claimed) ? fmin(off, fabs(claim->exact - to))
                                                   : off;
}

/* How far the rounding of the expression's own constants may move its derivative: in
 * sin(x - 3.14159265358979) it stands for more than itself. */
static double constants_reach(const expr_sheet *s, const ad_check_partial *row)
{
    double reach = 0;
#ifdef HAVE_mpfr
    enum { MOST = 16 };
    const expr *e = s->e;
    expr moved = *e;
    struct expr_node *node = malloc(e->nodes * sizeof *node);
    size_t constants = 0;
    if (node == NULL) return 0;
    memcpy(node, e->node, e->nodes * sizeof *node);
    moved.node = node;
    for (size_t i = 0; i < e->nodes && constants < MOST; i++) {
        double derivative, bound;
        if (!expr_is_rounded(&e->node[i])) continue;
        constants++;
        node[i].number = nextafter(e->node[i].number, HUGE_VAL);
        if (expr_mpfr_derivative(&moved, s->x, row->index, &derivative, &bound) == 0)
            reach += fabs(derivative - row->numerical);
        node[i].number = e->node[i].number;
    }
    free(node);
#else
    (void)s, (void)row;
#endif
    return isfinite(reach) ? reach : 0;
}

/*
 * What is no fault of the claim's. A formula is evaluated exactly: a few units in the
 * last place, and what its constants and the expression's are off. Numbers that were
 * computed in double may be off by what rounding inside the expression explains; and,
 * where they are the user's or that is not known, by what f itself in double does not
 * tell from its derivative.
 */
double expr_claim_allowance(const expr_sheet *s, const ad_check_partial *row,
                            const expr_claim *claim, double off)
{
    const double rounding = s->rounding[row->index];
    double allowed = row->error;
    if (claim != NULL && isfinite(claim->exact)) allowed += claim->slack;
    if (claim != NULL && isfinite(claim->exact) && !claim->is_approximate)
        return off <= allowed ? allowed : allowed + constants_reach(s, row);
    if (isfinite(rounding)) allowed += rounding;
    if (row->verdict != AD_CHECK_FAIL && (claim != NULL || !isfinite(rounding)))
        allowed = fmax(allowed, EXPR_RESOLUTION * fabs(row->numerical));
    return allowed;
}

/* Right as a formula, and NaN or an infinity by value: inf * 0, where it overflows. */
bool expr_claim_overflowed(const ad_check_partial *row, const expr_claim *claim)
{
    return claim != NULL && !isfinite(row->claimed) && isfinite(row->numerical) &&
           fabs(claim->exact - row->numerical) <= row->error + claim->slack;
}
