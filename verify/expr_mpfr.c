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
    const bool evaluated = expr_mpfr_open(&room, e, precision) &&
                           evaluate_in(&room, inputs, e->nodes, 0);
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

/* ---- Derivative ----------------------------------------------------------------- */

enum { FIRST_BITS = 400, LAST_BITS = 6400, AGREEMENT = 60, LEAST_EXPONENT = -1100 };

/* The quotients to the left and to the right of a point, and their mean. */
typedef struct slopes {
    mpfr_t left, right, mean;
} slopes;

static void slopes_open(slopes *s)
{
    mpfr_inits2(FIRST_BITS, s->left, s->right, s->mean, (mpfr_ptr)0);
}

static void slopes_close(slopes *s)
{
    mpfr_clears(s->left, s->right, s->mean, (mpfr_ptr)0);
}

/*
 * With p bits and h = 2^(-p/4) of x, the mean is off by h^2 f''' and by 2^-p f / h,
 * that is by 2^(-p/2) or less; left and right differ by h f''.
 */
static bool measure(const expr *e, const double *inputs, size_t i, mpfr_prec_t bits,
                    slopes *s)
{
    mpfr_t *x = malloc(e->inputs * sizeof *x), h, f[3];
    if (x == NULL) return false;
    for (size_t k = 0; k < e->inputs; k++) {
        mpfr_init2(x[k], bits);
        mpfr_set_d(x[k], inputs[k], MPFR_RNDN);
    }
    mpfr_inits2(bits, h, f[0], f[1], f[2], (mpfr_ptr)0);
    mpfr_set_ui_2exp(h, 1, inputs[i] == 0 ? 0 : mpfr_get_exp(x[i]), MPFR_RNDN);
    mpfr_div_2si(h, h, bits / 4, MPFR_RNDN);
    bool evaluated = true;
    for (int side = -1; side <= 1; side++) {
        mpfr_set_d(x[i], inputs[i], MPFR_RNDN);
        if (side < 0) mpfr_sub(x[i], x[i], h, MPFR_RNDN);
        if (side > 0) mpfr_add(x[i], x[i], h, MPFR_RNDN);
        evaluated = evaluated && expr_mpfr(e, x, bits, f[side + 1]);
    }
    mpfr_sub(s->left, f[1], f[0], MPFR_RNDN);
    mpfr_div(s->left, s->left, h, MPFR_RNDN);
    mpfr_sub(s->right, f[2], f[1], MPFR_RNDN);
    mpfr_div(s->right, s->right, h, MPFR_RNDN);
    mpfr_add(s->mean, s->left, s->right, MPFR_RNDN);
    mpfr_div_2ui(s->mean, s->mean, 1, MPFR_RNDN);
    for (size_t k = 0; k < e->inputs; k++) mpfr_clear(x[k]);
    mpfr_clears(h, f[0], f[1], f[2], (mpfr_ptr)0);
    free(x);
    return evaluated;
}

/* |x| 2^bits <= |y|, or both below every double. */
static bool is_below(const mpfr_t x, const mpfr_t y, long bits)
{
    mpfr_t scaled;
    if (mpfr_zero_p(x)) return true;
    if (!mpfr_regular_p(x) || mpfr_nan_p(y)) return false;
    mpfr_init2(scaled, mpfr_get_prec(x));
    mpfr_mul_2si(scaled, x, bits, MPFR_RNDN);
    const bool below = mpfr_cmpabs(scaled, y) <= 0 ||
                       (mpfr_get_exp(x) < LEAST_EXPONENT &&
                        (mpfr_zero_p(y) || mpfr_get_exp(y) < LEAST_EXPONENT));
    mpfr_clear(scaled);
    return below;
}

/* Two precisions agree on one slope; and left and right draw together, which at a kink
 * they do not. */
static bool is_settled(const slopes *coarse, const slopes *fine)
{
    mpfr_t change, gap, finer_gap;
    mpfr_inits2(FIRST_BITS, change, gap, finer_gap, (mpfr_ptr)0);
    mpfr_sub(change, fine->mean, coarse->mean, MPFR_RNDN);
    mpfr_sub(gap, coarse->right, coarse->left, MPFR_RNDN);
    mpfr_sub(finer_gap, fine->right, fine->left, MPFR_RNDN);
    const bool settled = is_below(change, fine->mean, AGREEMENT) &&
                         is_below(finer_gap, gap, FIRST_BITS / 8);
    mpfr_clears(change, gap, finer_gap, (mpfr_ptr)0);
    return settled;
}

int expr_mpfr_derivative(const expr *e, const double *inputs, size_t i,
                         double *derivative, double *bound)
{
    slopes coarse, fine;
    slopes_open(&coarse);
    slopes_open(&fine);
    int status = measure(e, inputs, i, FIRST_BITS, &coarse) ? 1 : 2;
    for (mpfr_prec_t bits = 2 * FIRST_BITS; bits <= LAST_BITS && status == 1;
         bits *= 2) {
        if (!measure(e, inputs, i, bits, &fine)) {
            status = 2;
        } else if (!mpfr_number_p(fine.mean)) {
            break;
        } else if (mpfr_zero_p(fine.mean) && bits < LAST_BITS) {
            /* 0, or too small to be seen yet, as of tanh at 350. */
        } else if (is_settled(&coarse, &fine)) {
            status = 0;
            *derivative = mpfr_get_d(fine.mean, MPFR_RNDN);
            /* Half an ulp is the rounding to double; the rest is far smaller. */
            *bound = fabs(*derivative) * 0x1p-52 + 0x1p-1074;
        }
        mpfr_swap(coarse.left, fine.left);
        mpfr_swap(coarse.right, fine.right);
        mpfr_swap(coarse.mean, fine.mean);
    }
    slopes_close(&coarse);
    slopes_close(&fine);
    return status;
}

int expr_mpfr_oracle(const double *inputs, size_t i, double *derivative, double *bound,
                     void *context)
{
    return expr_mpfr_derivative(context, inputs, i, derivative, bound);
}

#endif
