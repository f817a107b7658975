/* What is right at a cell: convention, witness, rule. */
#include "verify/edge_policy.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- Limits ---------------------------------------------------------------------- */

/* What a partial may be: between the limits from all the sides that there are. */
typedef struct limits {
    double lo, hi, slack;
    int sides;
    bool agree, nan; /* all the same; or one has none */
} limits;

static void take_limit(limits *l, double lo, double hi, double slack)
{
    if (isnan(lo)) {
        l->nan = true;
        return;
    }
    if (l->sides++ == 0) {
        *l = (limits){lo, hi, slack, 1, true, l->nan};
        return;
    }
    if (slack > l->slack) l->slack = slack;
    const bool near = fmin(hi, l->hi) >= fmax(lo, l->lo) || /* infinities too */
                      fmax(lo, l->lo) - fmin(hi, l->hi) <= l->slack;
    l->agree = l->agree && near;
    if (lo < l->lo) l->lo = lo;
    if (hi > l->hi) l->hi = hi;
}

/* The limit of three slopes, the nearest first: that one, if they draw together; an
 * infinity, if they grow; 0, if they shrink. */
static void enter_limit(limits *l, const double *slope)
{
    const double inf = (double)INFINITY, a = fabs(slope[0]), b = fabs(slope[1]),
                 c = fabs(slope[2]);
    const bool grow = a > b && b > c && a - b >= (b - c) / 2;
    if (isnan(slope[0]) || isinf(slope[0]) || slope[0] == slope[1])
        take_limit(l, slope[0], slope[0], 0x1p-50 * (isinf(slope[0]) ? 0 : a));
    else if (grow || isnan(slope[1]))
        take_limit(l, copysign(inf, slope[0]), copysign(inf, slope[0]), 0);
    else if (a < b && b < c)
        take_limit(l, fmin(slope[0], 0), fmax(slope[0], 0), 0);
    else
        take_limit(l, slope[0], slope[0], fabs(slope[0] - slope[1]) + 0x1p-50 * a);
}

/* From the side of input j that is up or down. No side where there is no value. */
static void enter_side(edge_policy *p, const double *at, int i, int j, int side,
                       limits *l)
{
    double slope[3], near[GRADE_INPUTS];
    memcpy(near, at, sizeof near);
    for (int k = 0; k < 3; k++) {
        near[j] = grade_step(at[j], side * ((int64_t)1 << 10 * k));
        if (k == 0 && (isinf(near[j]) || isnan(edge_value(p->row, near)))) return;
        slope[k] = edge_witness_slope(&p->witness, near, i);
    }
    enter_limit(l, slope);
}

/*
 * All infinite inputs at once; on another path some of them are behind. The finite ones
 * are at most `most`. No side where there is no value, as of a power of -2^300.
 */
static void enter_path(edge_policy *p, const double *at, int i, int path, double most,
                       limits *l)
{
    static const int exponents[] = {1020, 600, 300};
    double slope[3], near[GRADE_INPUTS];
    for (int k = 0; k < 3; k++) {
        memcpy(near, at, sizeof near);
        for (int j = 0; j < grade_inputs(p->row); j++) {
            const int exponent = exponents[k] / (j + 1 == path ? 2 : 1);
            if (isinf(at[j]))
                near[j] = copysign(ldexp(1, exponent), at[j]);
            else if (fabs(at[j]) > most)
                near[j] = copysign(most, at[j]);
        }
        if (k == 0 && isnan(edge_value(p->row, near))) return;
        slope[k] = edge_partial(p->row, near, i);
    }
    enter_limit(l, slope);
}

static bool is_between(const limits *l, double claimed)
{
    if (isnan(claimed)) return l->nan || l->sides == 0 || !l->agree;
    return l->sides > 0 && l->lo - l->slack <= claimed && claimed <= l->hi + l->slack;
}

static edge_verdict judge_by_limits(edge_policy *p, const double *at, int i,
                                    double claimed)
{
    limits l = {0};
    const int inputs = grade_inputs(p->row);
    if (edge_infinities(p->row, at) > 0) {
        /* DBL_MAX as it is, which a slope may be, and then as far below infinity as it
         * is in truth. */
        const int paths = edge_infinities(p->row, at) > 1 ? inputs + 1 : 1;
        for (int k = 0; k < 2 && (k == 0 || !is_between(&l, claimed)); k++) {
            l = (limits){0};
            for (int path = 0; path < paths; path++)
                enter_path(p, at, i, path, k == 0 ? DBL_MAX : 0x1p100, &l);
        }
    } else {
        for (int k = 0; k < inputs; k++) { /* along i, and then along the others */
            const int j = (i + k) % inputs;
            enter_side(p, at, i, j, 1, &l);
            enter_side(p, at, i, j, -1, &l);
            if (is_between(&l, claimed)) break;
        }
    }
    if (is_between(&l, claimed)) return EDGE_RIGHT_BY_RULE;
    if (p->witness.undecided) return EDGE_SILENT;
    /* C has a value for pow(-inf, 0.5), as a convention; nothing is near it. */
    if (isinf(at[0]) && (at[0] < p->row->lo || at[0] > p->row->hi) && l.sides == 0)
        return EDGE_RIGHT_BY_RULE;
    if (l.sides == 0 || (l.nan && !l.agree))
        return edge_wrong(&p->right, "the rules", "there is no limit", "NaN");
    const char *reason = l.agree ? "a partial is its limit"
                                 : "a partial lies between the limits from its sides";
    return l.lo == l.hi
               ? edge_wrong(&p->right, "the rules", reason, "%a", l.lo)
               : edge_wrong(&p->right, "the rules", reason, "%a to %a", l.lo, l.hi);
}

/* ---- NaN ------------------------------------------------------------------------- */

static const double others[] = {-3, 0.5, 7, HUGE_VAL, -HUGE_VAL};
enum { FINITE = 3, OTHERS = sizeof others / sizeof *others };

static edge_verdict judge_partial(edge_policy *p, const double *at, int i,
                                  double claimed, int depth);

/* The value is NaN, the partial is not: then it does not see some input, and is right
 * for any other number in its place. */
static edge_verdict judge_unseen(edge_policy *p, const double *at, int i,
                                 double claimed, int depth)
{
    double other[GRADE_INPUTS];
    for (int j = 0; j < grade_inputs(p->row) && depth < GRADE_INPUTS; j++) {
        bool seen = false;
        memcpy(other, at, sizeof other);
        for (int k = 0; k < FINITE && !seen; k++) {
            other[j] = others[k];
            seen = !edge_same(edge_partial(p->row, other, i), claimed);
        }
        if (!seen && judge_partial(p, other, i, claimed, depth + 1) != EDGE_WRONG)
            return EDGE_RIGHT_BY_RULE;
    }
    return edge_wrong(&p->right, "the rules",
                      "where the value is NaN, a partial that sees it is", "NaN");
}

/* An operand is NaN, the value is not: it is that for some other number as well. */
static edge_verdict judge_missing(edge_policy *p, const double *at, int i,
                                  double claimed, int depth)
{
    const double z = edge_value(p->row, at);
    double other[GRADE_INPUTS];
    for (int j = 0; j < grade_inputs(p->row) && depth < GRADE_INPUTS; j++) {
        memcpy(other, at, sizeof other);
        for (int k = 0; k < OTHERS && isnan(at[j]); k++) {
            other[j] = others[k];
            if (edge_same(edge_value(p->row, other), z) &&
                judge_partial(p, other, i, claimed, depth + 1) != EDGE_WRONG)
                return EDGE_RIGHT_BY_RULE;
        }
    }
    return edge_wrong(&p->right, "the rules",
                      "NaN flows, or the operand is missing and another could be there",
                      "NaN");
}

static edge_verdict judge_partial(edge_policy *p, const double *at, int i,
                                  double claimed, int depth)
{
    if (isnan(edge_value(p->row, at)))
        return isnan(claimed) ? EDGE_RIGHT_BY_RULE
                              : judge_unseen(p, at, i, claimed, depth);
    if (edge_has_nan(p->row, at))
        return isnan(claimed) ? EDGE_RIGHT_BY_RULE
                              : judge_missing(p, at, i, claimed, depth);
    p->witness.undecided = false;
    const edge_verdict exact =
        edge_witness_judge(&p->witness, at, i, claimed, &p->right);
    if (exact != EDGE_SILENT) return exact;
    if (edge_infinities(p->row, at) == 0 && expr_mpfr_missing() != NULL)
        return EDGE_SILENT;
    return judge_by_limits(p, at, i, claimed);
}

/* ---- All ------------------------------------------------------------------------- */

static edge_verdict judge_by_convention(edge_policy *p,
                                        const edge_convention *convention, int of,
                                        double claimed)
{
    const double should = of < 0 ? convention->value : convention->partial[of];
    if (edge_same(claimed, should)) return EDGE_RIGHT_BY_CONVENTION;
    return edge_wrong(&p->right, "a convention", convention->reason, "%a", should);
}

edge_verdict edge_policy_judge(edge_policy *p, const double *at, int of, double claimed)
{
    const edge_convention *convention = edge_convention_at(p->op, p->row, at);
    if (convention != NULL) return judge_by_convention(p, convention, of, claimed);
    if (of < 0) return edge_witness_judge(&p->witness, at, of, claimed, &p->right);
    return judge_partial(p, at, of, claimed, 0);
}

const char *edge_policy_open(edge_policy *p, ad_op op, const ad_op_info *row)
{
    *p = (edge_policy){.op = op, .row = row};
    return edge_witness_open(&p->witness, op, row);
}

void edge_policy_close(edge_policy *p) { edge_witness_close(&p->witness); }
