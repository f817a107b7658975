/* MPFR's word at a cell. */
#include "verify/edge_witness.h"

#include <math.h>

#include "verify/accuracy.h"
#include "verify/edge_cells.h"

#ifdef HAVE_mpfr

const char *edge_witness_open(edge_witness *e, ad_op op, const ad_op_info *row)
{
    const char *why_not = NULL;
    *e = (edge_witness){.row = row};
    mpfr_init2(e->exact, 400);
    e->w = witness_new(op, NULL, &why_not);
    return e->w == NULL ? why_not : NULL;
}

void edge_witness_close(edge_witness *e)
{
    witness_free(e->w);
    mpfr_clear(e->exact);
}

/* Not far outside the domain, where some functions of MPFR take for ever. */
static bool is_for_witness(const ad_op_info *row, const double *at)
{
    return !edge_has_nan(row, at) && edge_infinities(row, at) == 0 &&
           ((row->lo <= at[0] && at[0] <= row->hi) || fabs(at[0]) <= 1e6);
}

edge_verdict edge_witness_judge(edge_witness *e, const double *at, int of,
                                double claimed, edge_expectation *right)
{
    const ad_op_info *row = e->row;
    if (!is_for_witness(row, at)) return EDGE_SILENT;
    const double c = grade_constant(row, at);
    const witness_answer answer = of < 0 ? witness_value(e->w, at, c, e->exact)
                                         : witness_partial(e->w, at, c, of, e->exact);
    if (answer == WITNESS_OUT_OF_MEMORY) e->out_of_memory = true;
    e->undecided = answer == WITNESS_UNDECIDED;
    if (answer != WITNESS_FOUND) return EDGE_SILENT;
    const double units = units_from(claimed, e->exact),
                 bound = accuracy_allowed(row, of, at);
    if (units <= bound && !is_lost(claimed, e->exact)) return EDGE_RIGHT_BY_WITNESS;
    if (of < 0 && isfinite(units) &&
        units <= ACCURACY_GOAL + witness_rounding(e->w, at, c) / ulp_at(e->exact))
        return EDGE_RIGHT_BY_WITNESS;
    return edge_wrong(right, "MPFR",
                      is_lost(claimed, e->exact) ? "a normal double is never lost"
                                                 : "the grade's bound in ulps",
                      "%a", mpfr_get_d(e->exact, MPFR_RNDN));
}

double edge_witness_slope(edge_witness *e, const double *at, int i)
{
    if (is_for_witness(e->row, at) &&
        witness_partial(e->w, at, grade_constant(e->row, at), i, e->exact) ==
            WITNESS_FOUND)
        return mpfr_get_d(e->exact, MPFR_RNDN);
    return edge_partial(e->row, at, i);
}

#else

const char *edge_witness_open(edge_witness *e, ad_op op, const ad_op_info *row)
{
    (void)op;
    *e = (edge_witness){.row = row};
    return NULL;
}

void edge_witness_close(edge_witness *e) { (void)e; }

edge_verdict edge_witness_judge(edge_witness *e, const double *at, int of,
                                double claimed, edge_expectation *right)
{
    (void)e, (void)at, (void)of, (void)claimed, (void)right;
    return EDGE_SILENT;
}

double edge_witness_slope(edge_witness *e, const double *at, int i)
{
    return edge_partial(e->row, at, i);
}

#endif
