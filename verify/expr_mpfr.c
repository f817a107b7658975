/* Expressions in MPFR. */
#include "verify/expr_mpfr.h"

#ifndef HAVE_mpfr

const char *expr_mpfr_missing(void)
{
    return "this build has no MPFR: install libmpfr-dev and build again";
}

#else

#include <math.h>
#include <stdlib.h>

#include "verify/mpfr_erfc.h"

const char *expr_mpfr_missing(void) { return NULL; }

/* ---- What MPFR has under another form, or not at all ---------------------------- */

static int set_bool(mpfr_t z, bool on) { return mpfr_set_ui(z, on ? 1 : 0, MPFR_RNDN); }

/* As C has it: NaN is true. */
static bool is_true(const mpfr_t x) { return !mpfr_zero_p(x); }

#define PREDICATE1(name, condition)                                                    \
    static int name(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)                     \
    {                                                                                  \
        (void)rounding;                                                                \
        return set_bool(z, condition);                                                 \
    }
#define PREDICATE2(name, condition)                                                    \
    static int name(mpfr_t z, const mpfr_t x, const mpfr_t y, mpfr_rnd_t rounding)     \
    {                                                                                  \
        (void)rounding;                                                                \
        return set_bool(z, condition);                                                 \
    }
PREDICATE1(is_zero, !is_true(x))
PREDICATE1(is_nan, mpfr_nan_p(x) != 0)
PREDICATE1(is_infinite, mpfr_inf_p(x) != 0)
PREDICATE1(is_finite, mpfr_number_p(x) != 0)
PREDICATE1(is_negative, mpfr_signbit(x) != 0)
PREDICATE2(is_less, mpfr_less_p(x, y) != 0)
PREDICATE2(is_at_most, mpfr_lessequal_p(x, y) != 0)
PREDICATE2(is_greater, mpfr_greater_p(x, y) != 0)
PREDICATE2(is_at_least, mpfr_greaterequal_p(x, y) != 0)
PREDICATE2(is_equal, mpfr_equal_p(x, y) != 0)
PREDICATE2(is_unequal, mpfr_equal_p(x, y) == 0) /* NaN differs from all */
PREDICATE2(both, is_true(x) && is_true(y))
PREDICATE2(either, is_true(x) || is_true(y))

static int log_abs_gamma(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    int sign;
    return mpfr_lgamma(z, &sign, x, rounding);
}

static int normcdf(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    mpfr_t root;
    mpfr_init2(root, mpfr_get_prec(z));
    mpfr_sqrt_ui(root, 2, MPFR_RNDN);
    mpfr_div(root, x, root, MPFR_RNDN);
    mpfr_neg(root, root, MPFR_RNDN);
    tail_erfc(z, root, MPFR_RNDN);
    mpfr_clear(root);
    return mpfr_div_2ui(z, z, 1, rounding);
}

static int binary_exponent(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding)
{
    if (mpfr_regular_p(x)) return mpfr_set_si(z, mpfr_get_exp(x) - 1, rounding);
    if (mpfr_zero_p(x)) return mpfr_set_inf(z, -1), 0;
    return mpfr_abs(z, x, rounding);
}

/* x 2^n for the integer that C makes of y. */
static int scale(mpfr_t z, const mpfr_t x, const mpfr_t y, mpfr_rnd_t rounding)
{
    if (mpfr_nan_p(y)) return mpfr_set(z, y, rounding);
    const double n = fmax(-9999, fmin(9999, mpfr_get_d(y, MPFR_RNDZ)));
    return mpfr_mul_2si(z, x, (long)n, rounding);
}

/* ---- Value ---------------------------------------------------------------------- */

static void call(mpfr_t z, expr_function_id function, mpfr_srcptr x, mpfr_srcptr y,
                 mpfr_srcptr w)
{
    switch (function) {
#define OPERATOR1(id, text, f, mpfr, recording)                                        \
    case EXPR_##id:                                                                    \
        mpfr(z, x, MPFR_RNDN);                                                         \
        break;
#define OPERATOR2(id, text, f, mpfr, recording)                                        \
    case EXPR_##id:                                                                    \
        mpfr(z, x, y, MPFR_RNDN);                                                      \
        break;
#define FUNCTION1(id, f, mpfr, recording)                                              \
    case EXPR_##id:                                                                    \
        mpfr(z, x, MPFR_RNDN);                                                         \
        break;
#define FUNCTION2(id, f, mpfr, recording)                                              \
    case EXPR_##id:                                                                    \
        mpfr(z, x, y, MPFR_RNDN);                                                      \
        break;
#define FUNCTION3(id, f, mpfr, recording)                                              \
    case EXPR_##id:                                                                    \
        mpfr(z, x, y, w, MPFR_RNDN);                                                   \
        break;
#include "verify/expr_functions.def"
    case EXPR_FUNCTIONS: mpfr_set_nan(z); break;
    }
}

static bool evaluate(const expr *e, mpfr_t *inputs, mpfr_prec_t precision, mpfr_t out);

static bool evaluate_node(const expr *e, uint32_t i, mpfr_t *inputs, mpfr_t *value)
{
    const struct expr_node *v = &e->node[i];
    const uint32_t *x = v->operand;
    switch (v->kind) {
    case EXPR_NUMBER: mpfr_set_d(value[i], v->number, MPFR_RNDN); break;
    case EXPR_INPUT: mpfr_set(value[i], inputs[v->which], MPFR_RNDN); break;
    case EXPR_FUNCTION:
        call(value[i], (expr_function_id)v->which, value[x[0]], value[x[1]],
             value[x[2]]);
        break;
    case EXPR_CONDITIONAL:
        mpfr_set(value[i], value[is_true(value[x[0]]) ? x[1] : x[2]], MPFR_RNDN);
        break;
    case EXPR_ROW: {
        mpfr_t operand[EXPR_MAX_OPERANDS]; /* borrowed: not initialised, not cleared */
        for (int k = 0; k < v->operands; k++) operand[k][0] = value[x[k]][0];
        return e->row[v->op] != NULL &&
               evaluate(e->row[v->op], operand, mpfr_get_prec(value[i]), value[i]);
    }
    }
    return true;
}

bool expr_mpfr_open(expr_mpfr_room *room, const expr *e, mpfr_prec_t precision)
{
    *room = (expr_mpfr_room){.e = e, .value = malloc(e->nodes * sizeof *room->value)};
    if (room->value == NULL) return false;
    for (size_t i = 0; i < e->nodes; i++) mpfr_init2(room->value[i], precision);
    return true;
}

void expr_mpfr_close(expr_mpfr_room *room)
{
    for (size_t i = 0; room->value != NULL && i < room->e->nodes; i++)
        mpfr_clear(room->value[i]);
    free(room->value);
    room->value = NULL;
}

/* Every node in order; what does not vary only once. Node `moved` is multiplied by
 * 1 + 2^-bits, if there is such a node. */
static bool evaluate_in(expr_mpfr_room *room, mpfr_t *inputs, size_t moved, long bits)
{
    const expr *e = room->e;
    for (uint32_t i = 0; i < e->nodes; i++) {
        if (room->constants_known && !e->node[i].varies) continue;
        if (!evaluate_node(e, i, inputs, room->value)) return false;
        if (i != moved || !mpfr_regular_p(room->value[i])) continue;
        mpfr_t more;
        mpfr_init2(more, mpfr_get_prec(room->value[i]));
        mpfr_div_2si(more, room->value[i], bits, MPFR_RNDN);
        mpfr_add(room->value[i], room->value[i], more, MPFR_RNDN);
        mpfr_clear(more);
    }
    room->constants_known = moved >= e->nodes;
    return true;
}

static bool evaluate(const expr *e, mpfr_t *inputs, mpfr_prec_t precision, mpfr_t out)
{
    expr_mpfr_room room;
    const bool evaluated =
        expr_mpfr_open(&room, e, precision) && evaluate_in(&room, inputs, e->nodes, 0);
    if (evaluated) mpfr_set(out, room.value[e->output], MPFR_RNDN);
    expr_mpfr_close(&room);
    return evaluated;
}

bool expr_mpfr_moved(expr_mpfr_room *room, mpfr_t *inputs, size_t node, long bits)
{
    const mpfr_exp_t least = mpfr_get_emin(), most = mpfr_get_emax();
    mpfr_set_emin(-EXPR_MPFR_EXPONENT);
    mpfr_set_emax(EXPR_MPFR_EXPONENT);
    room->constants_known = false;
    const bool evaluated = evaluate_in(room, inputs, node, bits);
    mpfr_set_emin(least);
    mpfr_set_emax(most);
    return evaluated;
}

mpfr_srcptr expr_mpfr_in(expr_mpfr_room *room, mpfr_t *inputs)
{
    const mpfr_exp_t least = mpfr_get_emin(), most = mpfr_get_emax();
    mpfr_set_emin(-EXPR_MPFR_EXPONENT);
    mpfr_set_emax(EXPR_MPFR_EXPONENT);
    const bool evaluated = evaluate_in(room, inputs, room->e->nodes, 0);
    mpfr_set_emin(least);
    mpfr_set_emax(most);
    return evaluated ? room->value[room->e->output] : NULL;
}

bool expr_mpfr(const expr *e, mpfr_t *inputs, mpfr_prec_t precision, mpfr_t out)
{
    /* The range is MPFR's own state, one for each thread: put back as it was. */
    const mpfr_exp_t least = mpfr_get_emin(), most = mpfr_get_emax();
    mpfr_set_emin(-EXPR_MPFR_EXPONENT);
    mpfr_set_emax(EXPR_MPFR_EXPONENT);
    const bool evaluated = evaluate(e, inputs, precision, out);
    mpfr_set_emin(least);
    mpfr_set_emax(most);
    if (!evaluated) mpfr_set_nan(out);
    return evaluated;
}

#endif
