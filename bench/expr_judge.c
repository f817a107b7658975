/*
 * The verdicts of `gradyno expr`: the checker's, which sees values in double alone, and
 * then a second look with what an expression has more. MPFR knows the derivative to
 * half a unit in the last place, and the engines' own rounding can be bounded.
 */
#include "bench/expr_judge.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/expr_mistake.h"
#include "verify/expr_mpfr.h"

static double value_of(const double *x, void *context)
{
    return expr_value(context, x);
}

static void settle(ad_check_partial *row, ad_check_verdict verdict,
                   ad_check_reason reason)
{
    row->verdict = verdict;
    row->reason = reason;
    row->agreement = (double)NAN;
    row->text[0] = '\0';
    if (verdict != AD_CHECK_FAIL) row->mistake = AD_CHECK_NO_MISTAKE;
}

static void pass(ad_check_partial *row, double off)
{
    const double size = fmax(fabs(row->numerical), DBL_MIN);
    settle(row, AD_CHECK_PASS, AD_CHECK_NO_REASON);
    row->agreement = isfinite(size) ? (off + row->error) / size : 0;
}

/*
 * The derivative is known. What is off by more than is allowed is wrong, however
 * little; what is not passes, if that is less than a pass may hide.
 */
static void judge_by_number(const expr_sheet *s, ad_check_partial *row,
                            const expr_claim *claim)
{
    const double off = expr_claim_distance(row, claim, row->numerical),
                 allowed = expr_claim_allowance(s, row, claim, off),
                 size = EXPR_RESOLUTION * fabs(row->numerical);
    if (expr_claim_overflowed(row, claim))
        settle(row, AD_CHECK_INCONCLUSIVE, AD_CHECK_NON_FINITE);
    else if (!(off <= allowed))
        settle(row, AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    else if (off <= size || allowed <= size || off == 0)
        pass(row, off);
    else
        settle(row, AD_CHECK_INCONCLUSIVE, AD_CHECK_WITHIN_ROUNDING);
}

#ifdef HAVE_mpfr

static bool is_between(double x, double low, double high, double bar)
{
    return x >= low - bar && x <= high + bar;
}

/* Between the one-sided derivatives, of which one may be missing or both infinite. */
static void judge_between(const expr_sheet *s, ad_check_partial *row,
                          const expr_claim *claim, double left, double right)
{
    const double low = fmin(left, right), high = fmax(left, right),
                 size = fmax(-low, high);
    const bool finite = isfinite(high - low);
    row->left = left;
    row->right = right;
    row->numerical = left == right ? left : low + (high - low) / 2;
    row->error = finite ? 2 * DBL_EPSILON * size : 0;
    row->oracle = AD_CHECK_BY_EXACT;
    row->kind = isinf(low)      ? AD_CHECK_INFINITE
                : left != right ? AD_CHECK_KINK
                                : AD_CHECK_SMOOTH;
    const double off = fmax(low - row->claimed, row->claimed - high);
    const double bar =
        finite ? fmin(expr_claim_allowance(s, row, claim, off), EXPR_RESOLUTION * size)
               : 0;
    if (!is_between(row->claimed, low, high, bar) &&
        !(claim != NULL && is_between(claim->exact, low, high, bar)))
        settle(row, AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    else
        pass(row, left == right ? expr_claim_distance(row, claim, left) : 0);
}

/* There is no derivative: a kink, the end of the domain, an infinite slope, a jump. */
static void judge_by_sides(const expr_sheet *s, const expr_claim *claim,
                           ad_check_partial *row)
{
    expr_mpfr_side left, right;
    const bool known = expr_mpfr_sides(s->e, s->x, row->index, &left, &right);
    const bool one_sided = known && (left.shape == EXPR_MPFR_UNDEFINED) !=
                                        (right.shape == EXPR_MPFR_UNDEFINED);
    if (one_sided && left.shape == EXPR_MPFR_UNDEFINED) left = right;
    if (one_sided && right.shape == EXPR_MPFR_UNDEFINED) right = left;
    if (known && left.shape == EXPR_MPFR_SLOPE && right.shape == EXPR_MPFR_SLOPE &&
        (isinf(left.slope) ? left.slope == right.slope : isfinite(right.slope))) {
        judge_between(s, row, claim, left.slope, right.slope);
        if (one_sided && isfinite(left.slope)) row->kind = AD_CHECK_ONE_SIDED;
    } else if (row->verdict != AD_CHECK_INCONCLUSIVE) {
        settle(row, AD_CHECK_INCONCLUSIVE, AD_CHECK_ORACLES_DISAGREE);
    }
}

/* Whether rounding of the point itself, by some units, crosses a kink: then what double
 * sees of it may be right. */
static bool kink_is_near(const expr_sheet *s, size_t i)
{
    assert(i < s->e->inputs);
    double side[2] = {0}, bound, *x = malloc(s->e->inputs * sizeof *x);
    bool smooth = x != NULL;
    for (int k = 0; k < 2 && smooth; k++) {
        const double step = 16 * DBL_EPSILON * fabs(s->x[i]) + DBL_MIN;
        memcpy(x, s->x, s->e->inputs * sizeof *x);
        x[i] += k == 0 ? -step : step;
        smooth = expr_mpfr_derivative(s->e, x, i, &side[k], &bound) == 0;
    }
    free(x);
    return !smooth || !(fabs(side[0] - side[1]) <= 1e-6 * fabs(side[0]));
}

#endif

/* A second look at a row. */
static void reconsider(const expr_sheet *s, const expr_claim *claim,
                       ad_check_partial *row)
{
    if (!isfinite(expr_value(s->e, s->x))) return;
#ifdef HAVE_mpfr
    double derivative, bound;
    const int status =
        expr_mpfr_derivative(s->e, s->x, row->index, &derivative, &bound);
    if (status == 1 && !isnan(row->claimed)) judge_by_sides(s, claim, row);
    if (status != 0) return;
    const ad_check_partial seen = *row;
    row->numerical = derivative;
    row->error = bound;
    row->oracle = AD_CHECK_BY_EXACT;
    row->kind = AD_CHECK_SMOOTH;
    judge_by_number(s, row, claim);
    /* what double sees at a kink may be rounding's doing: any value between is right */
    if (row->verdict != AD_CHECK_PASS && seen.kind == AD_CHECK_KINK &&
        seen.verdict != AD_CHECK_INCONCLUSIVE && kink_is_near(s, row->index))
        *row = seen;
#else
    if (row->verdict == AD_CHECK_FAIL && isfinite(s->rounding[row->index]) &&
        isfinite(row->numerical))
        judge_by_number(s, row, claim);
#endif
}

/* ---- Words ---------------------------------------------------------------------- */

/* What the expression says more than the numbers do of a row that failed. */
static void name_by_expression(const expr_sheet *s, ad_check_partial *row)
{
    ad_check_mistake mistake = AD_CHECK_UNKNOWN_MISTAKE;
    char text[EXPR_MISTAKE_TEXT];
    switch (row->mistake) {
    case AD_CHECK_NOT_A_NUMBER:
    case AD_CHECK_NOT_FINITE:
    case AD_CHECK_ZERO_CLAIMED:
    case AD_CHECK_SIGN_FLIPPED:
    case AD_CHECK_SWAPPED: return;
    default: break;
    }
    if (row->kind != AD_CHECK_SMOOTH || !isfinite(row->numerical) ||
        !expr_mistake_find(s->e, s->step, row->index, row->claimed, 8 * row->error,
                           &mistake, text))
        return;
    row->mistake = mistake;
    memcpy(row->text, text, sizeof text);
}

/* The reasons of the checker's, for somebody who has an expression and not a C file. */
static void explain(const expr_sheet *s, const expr_claim *claim, ad_check_partial *row)
{
    char *advice = strstr(row->text, "; give a long double");
    if (expr_claim_overflowed(row, claim))
        snprintf(row->text, sizeof row->text,
                 "non-finite: the claim is %s by value and %.10g exactly; write it so "
                 "that nothing in it overflows",
                 isnan(row->claimed) ? "nan" : "infinite", claim->exact);
    else if (row->reason == AD_CHECK_WITHIN_ROUNDING)
        snprintf(row->text, sizeof row->text,
                 "within rounding: off by %.3g, and rounding inside the expression "
                 "explains %.3g; choose a point where less cancels",
                 expr_claim_distance(row, claim, row->numerical),
                 expr_claim_allowance(s, row, claim, HUGE_VAL));
    else if (row->reason == AD_CHECK_ORACLES_DISAGREE)
        snprintf(row->text, sizeof row->text,
                 "oracles disagree: differences give %.10g, and MPFR finds no "
                 "derivative at this very point; choose one beside it",
                 row->numerical);
    else if (advice != NULL)
        strcpy(advice, "; choose another point");
}

static void recount(ad_check_report *report)
{
    report->passed = report->failed = report->inconclusive = 0;
    for (size_t k = 0; k < report->n_rows; k++) {
        report->passed += report->rows[k].verdict == AD_CHECK_PASS;
        report->failed += report->rows[k].verdict == AD_CHECK_FAIL;
        report->inconclusive += report->rows[k].verdict == AD_CHECK_INCONCLUSIVE;
    }
    report->verdict = report->failed > 0         ? AD_CHECK_FAIL
                      : report->inconclusive > 0 ? AD_CHECK_INCONCLUSIVE
                                                 : AD_CHECK_PASS;
}

/* Entries can be wrong together only where all of them are meant. */
static bool is_whole(expr_claim *const *claim, size_t n)
{
    for (size_t k = 0; k < n && claim != NULL; k++)
        if (claim[k] == NULL) return false;
    return true;
}

ad_check_status expr_judge(const expr_sheet *sheet, const double *gradient,
                           expr_claim *const *claim, ad_check_report *report)
{
    const expr *e = sheet->e;
    const ad_check_options options = {.names = e->input, .exhaustive_up_to = e->inputs};
    const ad_check_status status = ad_check_gradient(
        value_of, (void *)e, e->inputs, sheet->x, gradient, &options, report);
    if (status != AD_CHECK_OK) return status;
    for (size_t k = 0; k < report->n_rows; k++) {
        ad_check_partial *row = &report->rows[k];
        if (row->mistake == AD_CHECK_JOINT_KINK && is_whole(claim, e->inputs)) continue;
        if (claim == NULL || claim[k] != NULL)
            reconsider(sheet, claim == NULL ? NULL : claim[k], row);
        else
            settle(row, AD_CHECK_PASS, AD_CHECK_NO_REASON); /* nobody asks */
    }
    recount(report);
    ad_check_name_mistakes(e->inputs, sheet->x, &options, report);
    for (size_t k = 0; k < report->n_rows; k++) {
        ad_check_partial *row = &report->rows[k];
        if (row->verdict == AD_CHECK_FAIL) name_by_expression(sheet, row);
        if (row->verdict == AD_CHECK_INCONCLUSIVE)
            explain(sheet, claim == NULL ? NULL : claim[k], row);
    }
    return AD_CHECK_OK;
}
