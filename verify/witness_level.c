/* One precision of a witness. */
#include "verify/witness_level.h"

#ifdef HAVE_mpfr

bool level_open(level *l, mpfr_prec_t bits, const expr *text, const expr *law)
{
    if (l->open) return true;
    if (!expr_mpfr_open(&l->text, text, bits)) return false;
    if (law != NULL && !expr_mpfr_open(&l->law, law, bits)) {
        expr_mpfr_close(&l->text);
        return false;
    }
    l->bits = bits;
    for (int k = 0; k < WITNESS_INPUTS; k++) mpfr_init2(l->x[k], bits);
    mpfr_inits2(bits, l->h, l->before, l->centre, l->after, l->mean, l->left, l->right,
                l->gap, l->work, (mpfr_ptr)0);
    return l->open = true;
}

void level_close(level *l)
{
    if (!l->open) return;
    expr_mpfr_close(&l->text);
    if (l->law.e != NULL) expr_mpfr_close(&l->law);
    for (int k = 0; k < WITNESS_INPUTS; k++) mpfr_clear(l->x[k]);
    mpfr_clears(l->h, l->before, l->centre, l->after, l->mean, l->left, l->right,
                l->gap, l->work, (mpfr_ptr)0);
    *l = (level){0};
}

static bool evaluate(level *l, mpfr_t f)
{
    const mpfr_srcptr value = expr_mpfr_in(&l->text, l->x);
    if (value == NULL) return false;
    mpfr_set(f, value, MPFR_RNDN);
    return true;
}

static void set_inputs(level *l, const double *at)
{
    for (size_t k = 0; k < l->text.e->inputs; k++)
        mpfr_set_d(l->x[k], at[k], MPFR_RNDN);
}

bool level_centre(level *l, const double *at)
{
    set_inputs(l, at);
    if (!l->centre_known) l->centre_known = evaluate(l, l->centre);
    return l->centre_known;
}

/* h is 2^(-p/3) of x; at x = 0, of the smallest other input, or of 1. The truncation
 * error of the mean is then h^2 and the rounding error 2^-p / h: 2^(-2p/3) both. */
static void set_step(level *l, const double *at, int i)
{
    mpfr_exp_t scale = at[i] != 0 ? mpfr_get_exp(l->x[i]) : 1;
    for (size_t k = 0; at[i] == 0 && k < l->text.e->inputs; k++)
        if (at[k] != 0 && mpfr_get_exp(l->x[k]) < scale) scale = mpfr_get_exp(l->x[k]);
    mpfr_set_ui_2exp(l->h, 1, scale - (mpfr_exp_t)l->bits / 3, MPFR_RNDN);
}

bool level_mean(level *l, const double *at, int i)
{
    set_inputs(l, at);
    set_step(l, at, i);
    mpfr_sub(l->x[i], l->x[i], l->h, MPFR_RNDN);
    if (!evaluate(l, l->before)) return false;
    mpfr_set_d(l->x[i], at[i], MPFR_RNDN);
    mpfr_add(l->x[i], l->x[i], l->h, MPFR_RNDN);
    if (!evaluate(l, l->after)) return false;
    mpfr_set_d(l->x[i], at[i], MPFR_RNDN);

    mpfr_sub(l->mean, l->after, l->before, MPFR_RNDN);
    mpfr_div(l->mean, l->mean, l->h, MPFR_RNDN);
    mpfr_div_2ui(l->mean, l->mean, 1, MPFR_RNDN);
    return true;
}

bool level_sides(level *l, const double *at)
{
    if (!level_centre(l, at)) return false;
    mpfr_sub(l->left, l->centre, l->before, MPFR_RNDN);
    mpfr_div(l->left, l->left, l->h, MPFR_RNDN);
    mpfr_sub(l->right, l->after, l->centre, MPFR_RNDN);
    mpfr_div(l->right, l->right, l->h, MPFR_RNDN);
    mpfr_sub(l->gap, l->right, l->left, MPFR_RNDN);
    return true;
}

/* Of a conditional only the branch that was taken; of a long expression all. */
static void mark_needed(const expr_mpfr_room *room, bool *needed)
{
    const expr *e = room->e;
    needed[e->output] = true;
    for (size_t j = e->nodes; j-- > 0;) {
        const struct expr_node *v = &e->node[j];
        if (!needed[j]) continue;
        if (v->kind == EXPR_CONDITIONAL)
            needed[v->operand[mpfr_zero_p(room->value[v->operand[0]]) ? 2 : 1]] = true;
        for (int k = 0; k < v->operands && v->kind != EXPR_CONDITIONAL; k++)
            needed[v->operand[k]] = true;
    }
}

mpfr_exp_t level_rounding(const expr_mpfr_room *room)
{
    enum { LONG = 256 };
    bool needed[LONG] = {false};
    const bool is_long = room->e->nodes > LONG;
    mpfr_exp_t largest = mpfr_get_emin();
    if (!is_long) mark_needed(room, needed);
    for (size_t j = 0; j < room->e->nodes; j++) {
        const mpfr_srcptr v = room->value[j];
        if ((is_long || needed[j]) && mpfr_regular_p(v) && mpfr_get_exp(v) > largest)
            largest = mpfr_get_exp(v);
    }
    return largest - (mpfr_exp_t)mpfr_get_prec(room->value[0]) + 8;
}

bool level_is_below(level *l, const mpfr_t x, const mpfr_t y, long bits)
{
    if (mpfr_zero_p(x)) return true;
    if (!mpfr_regular_p(x) || mpfr_nan_p(y)) return false;
    mpfr_mul_2si(l->work, x, bits, MPFR_RNDN);
    return mpfr_cmpabs(l->work, y) <= 0;
}

bool level_agree(level *l, const mpfr_t x, const mpfr_t y, long bits)
{
    if (mpfr_equal_p(x, y)) return true;
    mpfr_sub(l->work, x, y, MPFR_RNDN);
    mpfr_mul_2si(l->work, l->work, bits, MPFR_RNDN);
    return mpfr_number_p(l->work) && !mpfr_nan_p(y) && mpfr_cmpabs(l->work, y) <= 0;
}

bool level_is_tiny(const mpfr_t x)
{
    return mpfr_zero_p(x) || (mpfr_regular_p(x) && mpfr_get_exp(x) < BELOW_DOUBLES);
}

#endif
