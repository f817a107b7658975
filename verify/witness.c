/* The witness of a row, in MPFR. */
#include "verify/witness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/witness_level.h"

static const struct {
    const char *op, *text;
} laws[] = {
#define LAW(name, ...) {#name, #__VA_ARGS__},
#include "verify/laws.def"
    {0} /* so that the table may be empty */
};

const char *witness_law_text(ad_op op, char room[64])
{
    const ad_op_info *row = &ad_ops[op];
    for (size_t i = 0; laws[i].op != NULL; i++)
        if (strcmp(laws[i].op, row->name) == 0) return laws[i].text;
    const expr_function_id function = expr_function_find(row->name);
    static const char *const operands[] = {"", "x", "x, y", "x, y, w"};
    if (function == EXPR_FUNCTIONS || row->constants != 0 ||
        expr_functions[function].operands != row->operands)
        return NULL;
    snprintf(room, 64, "%.32s(%s)", row->name, operands[row->operands]);
    return room;
}

#ifdef HAVE_mpfr

/* 400 to 12800 bits; the bits to which two levels, and text and law, must agree. */
enum { LEVELS = 6, AGREEMENT = 80, LAW_AGREEMENT = 60 };

/* Left and right are close when they differ by 2^-CLOSE of the quotient, and a step
 * that is 2^(-p/3) smaller brings smooth ones closer by more than 2^-CLOSER. */
enum { CLOSE = 40, CLOSER = 50 };

struct witness {
    const ad_op_info *row;
    expr *text, *law;              /* law may be NULL */
    int law_input[WITNESS_INPUTS]; /* the law's k-th input is this one of the text's */
    double at[WITNESS_INPUTS];     /* the point that the levels are about */
    level level[LEVELS];
};

/* ---- Life ------------------------------------------------------------------------ */

static expr *read_law(witness *w, const char *text, const char **why_not)
{
    expr_error error;
    if (text == NULL) return NULL;
    expr *law = expr_parse(text, &error);
    if (law == NULL) *why_not = "its law in laws.def cannot be read";
    for (size_t k = 0; law != NULL && k < law->inputs; k++) {
        const size_t which = k < WITNESS_INPUTS
                                 ? expr_input_find(w->text, law->input[k])
                                 : w->text->inputs;
        if (which == w->text->inputs)
            *why_not = "its law in laws.def has an input that the row has not";
        else
            w->law_input[k] = (int)which;
    }
    return law;
}

witness *witness_new(ad_op op, const char *law, const char **why_not)
{
    char room[64];
    expr_error error;
    *why_not = NULL;
    witness *w = calloc(1, sizeof *w);
    if (w == NULL) {
        *why_not = "there is no memory";
        return NULL;
    }
    w->row = &ad_ops[op];
    w->text = expr_parse_row(op, &error);
    w->at[0] = (double)NAN;
    if (w->text == NULL)
        *why_not = "its value column cannot be read";
    else
        w->law = read_law(w, law != NULL ? law : witness_law_text(op, room), why_not);
    if (*why_not == NULL) return w;
    witness_free(w);
    return NULL;
}

void witness_free(witness *w)
{
    if (w == NULL) return;
    for (int k = 0; k < LEVELS; k++) level_close(&w->level[k]);
    expr_free(w->text);
    expr_free(w->law);
    free(w);
}

static void go_to(witness *w, const double *operand, double c)
{
    double at[WITNESS_INPUTS] = {0};
    memcpy(at, operand, (size_t)w->row->operands * sizeof *at);
    if (w->row->constants != 0) at[w->row->operands] = c;
    if (memcmp(at, w->at, sizeof at) == 0) return;
    memcpy(w->at, at, sizeof at);
    for (int k = 0; k < LEVELS; k++) w->level[k].centre_known = false;
}

/* The k-th level, open; NULL when there is no memory. */
static level *level_at(witness *w, int k)
{
    const bool open = level_open(&w->level[k], WITNESS_BITS << k, w->text, w->law);
    return open ? &w->level[k] : NULL;
}

/* ---- Value and partials ---------------------------------------------------------- */

/*
 * Two levels have settled on a mean. FOUND where left and right agree with it, NONE
 * where they stay apart, UNDECIDED otherwise.
 */
static witness_answer look_aside(witness *w, level *coarse, level *fine)
{
    if (!level_sides(coarse, w->at)) return WITNESS_OUT_OF_MEMORY;
    if (!mpfr_number_p(coarse->left) || !mpfr_number_p(coarse->right))
        return WITNESS_NONE;
    if (level_is_below(coarse, coarse->gap, fine->mean, CLOSE)) return WITNESS_FOUND;

    if (!level_sides(fine, w->at)) return WITNESS_OUT_OF_MEMORY;
    if (level_is_below(fine, fine->gap, fine->mean, CLOSE) ||
        level_is_below(fine, fine->gap, coarse->gap, CLOSER))
        return WITNESS_FOUND;
    return level_agree(fine, coarse->left, fine->left, CLOSE) &&
                   level_agree(fine, coarse->right, fine->right, CLOSE)
               ? WITNESS_NONE
               : WITNESS_UNDECIDED;
}

witness_answer witness_partial(witness *w, const double *operand, double c, int i,
                               mpfr_t dz)
{
    level *fine = NULL;
    go_to(w, operand, c);
    for (int k = 0; k < LEVELS; k++) {
        level *coarse = fine;
        fine = level_at(w, k);
        if (fine == NULL || !level_mean(fine, w->at, i)) return WITNESS_OUT_OF_MEMORY;
        if (mpfr_nan_p(fine->mean)) return WITNESS_NONE;
        /* Past all exponents, as of pow(1 + h, 1e300): a finer step may not be. */
        if (coarse == NULL || mpfr_inf_p(fine->mean)) continue;
        /* An error of f becomes one of the quotient by 1/h. At the last level it is enough
         * that f has underflowed all along: there the largest number says nothing. */
        const bool tiny = level_is_tiny(coarse->mean) && level_is_tiny(fine->mean);
        const bool zero = tiny && (level_rounding(&fine->text) - mpfr_get_exp(fine->h) <
                                       BELOW_DOUBLES ||
                                   (k + 1 == LEVELS && level_is_tiny(fine->before) &&
                                    level_is_tiny(fine->after)));
        const bool settled = !mpfr_zero_p(fine->mean) &&
                             level_agree(fine, coarse->mean, fine->mean, AGREEMENT);
        if (!zero && !settled) continue;
        const witness_answer answer = look_aside(w, coarse, fine);
        if (answer == WITNESS_UNDECIDED) continue;
        mpfr_set_prec(dz, fine->bits);
        mpfr_set(dz, fine->mean, MPFR_RNDN);
        if (!settled) mpfr_set_zero(dz, 1);
        return answer;
    }
    /* It grows as the step shrinks: a jump, or an infinite derivative. */
    const level *coarse = fine - 1;
    const bool grows = mpfr_inf_p(fine->mean) ||
                       (mpfr_regular_p(coarse->mean) &&
                        level_is_below(fine, coarse->mean, fine->mean, CLOSE));
    return grows ? WITNESS_NONE : WITNESS_UNDECIDED;
}

witness_answer witness_value(witness *w, const double *operand, double c, mpfr_t z)
{
    level *fine = NULL;
    go_to(w, operand, c);
    for (int k = 0; k < LEVELS; k++) {
        const level *coarse = fine;
        fine = level_at(w, k);
        if (fine == NULL || !level_centre(fine, w->at)) return WITNESS_OUT_OF_MEMORY;
        if (!mpfr_number_p(fine->centre)) return WITNESS_NONE;
        if (coarse == NULL) continue;
        const bool zero =
            level_is_tiny(coarse->centre) && level_is_tiny(fine->centre) &&
            (level_rounding(&fine->text) < BELOW_DOUBLES || k + 1 == LEVELS);
        const bool settled = !mpfr_zero_p(fine->centre) &&
                             level_agree(fine, coarse->centre, fine->centre, AGREEMENT);
        if (!zero && !settled) continue;
        mpfr_set_prec(z, fine->bits);
        mpfr_set(z, fine->centre, MPFR_RNDN);
        return WITNESS_FOUND;
    }
    return WITNESS_UNDECIDED;
}

/* ---- The text itself ------------------------------------------------------------- */

double witness_rounding(witness *w, const double *operand, double c)
{
    enum { MOVE = 60 }; /* an operation's result is moved by 2^-60 of itself */
    level *l = level_at(w, 0);
    double sum = 0;
    mpfr_t change, was;
    go_to(w, operand, c);
    if (l == NULL || !level_centre(l, w->at) || !mpfr_number_p(l->centre))
        return (double)INFINITY;
    mpfr_inits2(WITNESS_BITS, change, was, (mpfr_ptr)0);
    for (size_t j = 0; j < w->text->nodes; j++) {
        const struct expr_node *v = &w->text->node[j];
        if (v->kind != EXPR_FUNCTION) continue;
        if (!expr_mpfr_moved(&l->text, l->x, j, MOVE)) break;
        if (!mpfr_regular_p(l->text.value[j])) continue;
        mpfr_set(was, l->text.value[j], MPFR_RNDN);
        mpfr_sub(change, l->text.value[w->text->output], l->centre, MPFR_RNDN);
        mpfr_div(change, change, was, MPFR_RNDN);
        mpfr_mul_2si(change, change, MOVE, MPFR_RNDN); /* dz / dv */
        const double unit = v->which <= EXPR_div ? 0.5 : 1;
        mpfr_mul_d(change, change, unit * ulp_at(was), MPFR_RNDN);
        sum += fabs(mpfr_get_d(change, MPFR_RNDA));
    }
    mpfr_clears(change, was, (mpfr_ptr)0);
    return sum;
}

/* The law's value at one level, and whether that is 0 to a double, for sure. */
static bool find_law(witness *w, level *l, mpfr_t z, bool *zero)
{
    mpfr_t x[WITNESS_INPUTS]; /* borrowed: not initialised, not cleared */
    if (l == NULL || !level_centre(l, w->at)) return false;
    for (size_t k = 0; k < w->law->inputs; k++) x[k][0] = l->x[w->law_input[k]][0];
    const mpfr_srcptr f = expr_mpfr_in(&l->law, x);
    if (f == NULL) return false;
    mpfr_set_prec(z, l->bits);
    mpfr_set(z, f, MPFR_RNDN);
    *zero = level_is_tiny(z) && level_rounding(&l->law) < BELOW_DOUBLES;
    return true;
}

/* A law may cancel: two precisions must agree before it says anything. */
witness_answer witness_law_holds(witness *w, const double *operand, double c,
                                 bool *holds)
{
    witness_answer answer = WITNESS_UNDECIDED;
    bool zero = false;
    mpfr_t z, coarse, fine;
    if (w->law == NULL) return WITNESS_NONE;
    go_to(w, operand, c);
    mpfr_inits2(WITNESS_BITS, z, coarse, fine, (mpfr_ptr)0);
    for (int k = 0; k < LEVELS && answer == WITNESS_UNDECIDED; k++) {
        if (!find_law(w, level_at(w, k), fine, &zero))
            answer = WITNESS_OUT_OF_MEMORY;
        else if (!mpfr_number_p(fine))
            answer = WITNESS_NONE;
        else if (k > 0 && (zero || (!mpfr_zero_p(fine) &&
                                    level_agree(w->level, coarse, fine, AGREEMENT))))
            answer = WITNESS_FOUND;
        mpfr_swap(coarse, fine);
    }
    if (answer == WITNESS_FOUND) {
        answer = witness_value(w, operand, c, z);
        *holds =
            answer == WITNESS_FOUND &&
            (zero ? level_is_tiny(z) : level_agree(w->level, coarse, z, LAW_AGREEMENT));
        /* A text without a value, where its law has one, is wrong as well. */
        if (answer == WITNESS_NONE) answer = WITNESS_FOUND;
    }
    mpfr_clears(z, coarse, fine, (mpfr_ptr)0);
    return answer;
}

#endif
