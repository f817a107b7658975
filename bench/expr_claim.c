/* What a claim comes to: its value, without and with the rounding of its steps. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/expr_sheet.h"
#include "verify/expr_mpfr.h"

bool expr_is_rounded(const struct expr_node *node)
{
    return node->kind == EXPR_NUMBER && node->number != (double)(float)node->number;
}

/* Nothing but numbers, inputs, + - * / and square. */
static bool is_arithmetic(const expr *e)
{
    for (size_t i = 0; i < e->nodes; i++) {
        const struct expr_node *v = &e->node[i];
        if (v->kind == EXPR_NUMBER || v->kind == EXPR_INPUT) continue;
        if (v->kind != EXPR_FUNCTION && v->kind != EXPR_ROW) return false;
        const char *name =
            v->kind == EXPR_ROW ? ad_ops[v->op].name : expr_functions[v->which].name;
        if (strchr("+-*/", name[0]) == NULL && strcmp(name, "square") != 0)
            return false;
    }
    return true;
}

/* Numbers are rounded by who prints them; and arithmetic is a number or a series where
 * the expression has more than that. */
static bool may_be_approximate(const expr *of, const expr *formula)
{
    const bool is_number = formula->inputs == 0 && formula->nodes <= 2;
    return is_arithmetic(formula) && (is_number || !is_arithmetic(of));
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
    claim->is_approximate = may_be_approximate(of, formula);
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
