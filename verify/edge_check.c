/* The edge grid. */
#include "verify/edge_check.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/witness.h"

#define ENGINE graph
#include "verify/programs/row.inc"
#define ENGINE tape
#include "verify/programs/row.inc"

/* Never 1: a rule that forgets the incoming gradient must show. */
#define INCOMING 3.0

const edge_convention edge_conventions[] = {
#define EDGE1(op, x, value, dx, reason) {AD_OP_##op, 1, {x}, value, {dx}, reason},
#define EDGE_C(op, x, c, value, dx, reason)                                            \
    {AD_OP_##op, -1, {x, c}, value, {dx}, reason},
#define EDGE2(op, x, y, value, dx, dy, reason)                                         \
    {AD_OP_##op, 2, {x, y}, value, {dx, dy}, reason},
#include "verify/edges.def"
};
const size_t edge_convention_count = sizeof edge_conventions / sizeof *edge_conventions;

/* What is right, for a sentence. */
typedef struct expectation {
    char number[96];
    const char *policy, *reason;
} expectation;

typedef struct edging {
    ad_op op;
    const ad_op_info *row;
    ad_graph *graph; /* NULL where the engines are left out */
    ad_tape *tape;
    edge_report *report;
    bool out_of_memory, undecided; /* MPFR did not settle on this partial */
    expectation right;
#ifdef HAVE_mpfr
    witness *w;
    mpfr_t exact;
#endif
} edging;

/* ---- Doubles --------------------------------------------------------------------- */

/* The same number; any NaN is any NaN, and a zero any zero. */
static bool is_same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

/* The same input, to which a zero's sign counts. */
static bool is_same_point(const ad_op_info *row, const double *a, const double *b)
{
    for (int i = 0; i < grade_inputs(row); i++)
        if (!is_same(a[i], b[i]) || (a[i] == 0 && !signbit(a[i]) != !signbit(b[i])))
            return false;
    return true;
}

static bool has_nan(const ad_op_info *row, const double *at)
{
    for (int i = 0; i < grade_inputs(row); i++)
        if (isnan(at[i])) return true;
    return false;
}

static int infinities(const ad_op_info *row, const double *at)
{
    int n = 0;
    for (int i = 0; i < grade_inputs(row); i++) n += isinf(at[i]) != 0;
    return n;
}

static double value_at(const ad_op_info *row, const double *at)
{
    return row->value(at, grade_constant(row, at));
}

static double partial_at(const ad_op_info *row, const double *at, int i)
{
    double dz[AD_MAX_OPERANDS] = {0};
    row->partials(at, grade_constant(row, at), value_at(row, at), dz);
    return dz[i];
}

/* ---- What is right --------------------------------------------------------------- */

/* RIGHT or WRONG says who judged: e->right has what was expected. */
typedef enum verdict { SILENT, RIGHT_BY_WITNESS, RIGHT_BY_RULE, WRONG } verdict;

#ifdef __GNUC__
__attribute__((format(printf, 4, 5)))
#endif
static verdict
wrong(edging *e, const char *policy, const char *reason, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->right.number, sizeof e->right.number, format, arguments);
    va_end(arguments);
    e->right.policy = policy;
    e->right.reason = reason;
    return WRONG;
}

#ifdef HAVE_mpfr
static const struct exception {
    const char *op, *of;
    double ulps;
    const char *where;
} exceptions[] = {
#define ACCURACY(op, of, ulps, where, why) {#op, #of, ulps, #where},
#include "verify/accuracy.def"
    {0} /* so that the table may be empty */
};

static bool holds_at(const char *where, const ad_op_info *row, const double *at)
{
    static const char letters[] = "xyw";
    double inputs[GRADE_INPUTS] = {0};
    expr_error error;
    expr *condition = expr_parse(where, &error);
    if (condition == NULL) return false;
    for (size_t k = 0; k < condition->inputs && k < GRADE_INPUTS; k++) {
        const char *found = strchr(letters, condition->input[k][0]);
        inputs[k] = found != NULL ? at[found - letters] : grade_constant(row, at);
    }
    const bool holds = expr_value(condition, inputs) != 0;
    expr_free(condition);
    return holds;
}

/* Ulps that the grade allows; of is -1 for the value, or an operand. */
static double allowed(const ad_op_info *row, int of, const double *at)
{
    static const char *const names[] = {"value", "x", "y", "w"};
    for (const struct exception *x = exceptions; x->op != NULL; x++)
        if (strcmp(x->op, row->name) == 0 && strcmp(x->of, names[of + 1]) == 0 &&
            holds_at(x->where, row, at))
            return x->ulps;
    return 4;
}

/* Not far outside the domain, where some functions of MPFR take for ever. */
static bool is_for_witness(const ad_op_info *row, const double *at)
{
    return !has_nan(row, at) && infinities(row, at) == 0 &&
           ((row->lo <= at[0] && at[0] <= row->hi) || fabs(at[0]) <= 1e6);
}

static verdict judge_by_witness(edging *e, const double *at, int of, double claimed)
{
    const ad_op_info *row = e->row;
    if (!is_for_witness(row, at)) return SILENT;
    const double c = grade_constant(row, at);
    const witness_answer answer = of < 0 ? witness_value(e->w, at, c, e->exact)
                                         : witness_partial(e->w, at, c, of, e->exact);
    if (answer == WITNESS_OUT_OF_MEMORY) e->out_of_memory = true;
    e->undecided = answer == WITNESS_UNDECIDED;
    if (answer != WITNESS_FOUND) return SILENT;
    const double units = units_from(claimed, e->exact), bound = allowed(row, of, at);
    if (units <= bound && !is_lost(claimed, e->exact)) return RIGHT_BY_WITNESS;
    if (of < 0 && isfinite(units) &&
        units <= 4 + witness_rounding(e->w, at, c) / ulp_at(e->exact))
        return RIGHT_BY_WITNESS;
    return wrong(e, "MPFR",
                 is_lost(claimed, e->exact) ? "a normal double is never lost"
                                            : "the grade's bound in ulps",
                 "%a", mpfr_get_d(e->exact, MPFR_RNDN));
}

/* The slope by MPFR, or else the row's. */
static double slope_at(edging *e, const double *at, int i)
{
    if (is_for_witness(e->row, at) &&
        witness_partial(e->w, at, grade_constant(e->row, at), i, e->exact) ==
            WITNESS_FOUND)
        return mpfr_get_d(e->exact, MPFR_RNDN);
    return partial_at(e->row, at, i);
}
#else
static verdict judge_by_witness(edging *e, const double *at, int of, double claimed)
{
    (void)e, (void)at, (void)of, (void)claimed;
    return SILENT;
}

static double slope_at(edging *e, const double *at, int i)
{
    return partial_at(e->row, at, i);
}
#endif

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

/* The limit of slopes p[0], p[1], p[2], the nearest first: p[0], if they draw together;
 * an infinity, if they grow; 0, if they shrink. */
static void enter_limit(limits *l, const double *p)
{
    const double inf = (double)INFINITY, a = fabs(p[0]), b = fabs(p[1]), c = fabs(p[2]);
    const bool grow = a > b && b > c && a - b >= (b - c) / 2;
    if (isnan(p[0]) || isinf(p[0]) || p[0] == p[1])
        take_limit(l, p[0], p[0], 0x1p-50 * (isinf(p[0]) ? 0 : a));
    else if (grow || isnan(p[1]))
        take_limit(l, copysign(inf, p[0]), copysign(inf, p[0]), 0);
    else if (a < b && b < c)
        take_limit(l, fmin(p[0], 0), fmax(p[0], 0), 0);
    else
        take_limit(l, p[0], p[0], fabs(p[0] - p[1]) + 0x1p-50 * a);
}

/* From the side of input j that is up or down. No side where there is no value. */
static void enter_side(edging *e, const double *at, int i, int j, int side, limits *l)
{
    double p[3], near[GRADE_INPUTS];
    memcpy(near, at, sizeof near);
    for (int k = 0; k < 3; k++) {
        near[j] = grade_step(at[j], side * ((int64_t)1 << 10 * k));
        if (k == 0 && (isinf(near[j]) || isnan(value_at(e->row, near)))) return;
        p[k] = slope_at(e, near, i);
    }
    enter_limit(l, p);
}

/*
 * All infinite inputs at once; on another path some of them are behind. The finite ones
 * are at most `most`. No side where there is no value, as of a power of -2^300.
 */
static void enter_path(edging *e, const double *at, int i, int path, double most,
                       limits *l)
{
    static const int exponents[] = {1020, 600, 300};
    double p[3], near[GRADE_INPUTS];
    for (int k = 0; k < 3; k++) {
        memcpy(near, at, sizeof near);
        for (int j = 0; j < grade_inputs(e->row); j++) {
            const int exponent = exponents[k] / (j + 1 == path ? 2 : 1);
            if (isinf(at[j]))
                near[j] = copysign(ldexp(1, exponent), at[j]);
            else if (fabs(at[j]) > most)
                near[j] = copysign(most, at[j]);
        }
        if (k == 0 && isnan(value_at(e->row, near))) return;
        p[k] = partial_at(e->row, near, i);
    }
    enter_limit(l, p);
}

static bool is_between(const limits *l, double claimed)
{
    if (isnan(claimed)) return l->nan || l->sides == 0 || !l->agree;
    return l->sides > 0 && l->lo - l->slack <= claimed && claimed <= l->hi + l->slack;
}

static verdict judge_by_limits(edging *e, const double *at, int i, double claimed)
{
    limits l = {0};
    const int inputs = grade_inputs(e->row);
    if (infinities(e->row, at) > 0) {
        /* DBL_MAX as it is, which a slope may be, and then as far below infinity as it
         * is in truth. */
        const int paths = infinities(e->row, at) > 1 ? inputs + 1 : 1;
        for (int k = 0; k < 2 && (k == 0 || !is_between(&l, claimed)); k++) {
            l = (limits){0};
            for (int path = 0; path < paths; path++)
                enter_path(e, at, i, path, k == 0 ? DBL_MAX : 0x1p100, &l);
        }
    } else {
        for (int k = 0; k < inputs; k++) { /* along i, and then along the others */
            const int j = (i + k) % inputs;
            enter_side(e, at, i, j, 1, &l);
            enter_side(e, at, i, j, -1, &l);
            if (is_between(&l, claimed)) break;
        }
    }
    if (is_between(&l, claimed)) return RIGHT_BY_RULE;
    if (e->undecided) return SILENT;
    /* C has a value for pow(-inf, 0.5), as a convention; nothing is near it. */
    if (isinf(at[0]) && (at[0] < e->row->lo || at[0] > e->row->hi) && l.sides == 0)
        return RIGHT_BY_RULE;
    if (l.sides == 0 || (l.nan && !l.agree))
        return wrong(e, "the rules", "there is no limit", "NaN");
    const char *reason = l.agree ? "a partial is its limit"
                                 : "a partial lies between the limits from its sides";
    return l.lo == l.hi ? wrong(e, "the rules", reason, "%a", l.lo)
                        : wrong(e, "the rules", reason, "%a to %a", l.lo, l.hi);
}

/* ---- NaN ------------------------------------------------------------------------- */

static const double others[] = {-3, 0.5, 7, HUGE_VAL, -HUGE_VAL};
enum { FINITE = 3, OTHERS = sizeof others / sizeof *others };

static verdict judge(edging *e, const double *at, int i, double claimed, int depth);

/* The value is NaN, the partial is not: then it does not see some input, and is right
 * for any other number in its place. */
static verdict judge_unseen(edging *e, const double *at, int i, double claimed,
                            int depth)
{
    double other[GRADE_INPUTS];
    for (int j = 0; j < grade_inputs(e->row) && depth < GRADE_INPUTS; j++) {
        bool seen = false;
        memcpy(other, at, sizeof other);
        for (int k = 0; k < FINITE && !seen; k++) {
            other[j] = others[k];
            seen = !is_same(partial_at(e->row, other, i), claimed);
        }
        if (!seen && judge(e, other, i, claimed, depth + 1) != WRONG)
            return RIGHT_BY_RULE;
    }
    return wrong(e, "the rules", "where the value is NaN, a partial that sees it is",
                 "NaN");
}

/* An operand is NaN, the value is not: it is that for some other number as well. */
static verdict judge_missing(edging *e, const double *at, int i, double claimed,
                             int depth)
{
    const double z = value_at(e->row, at);
    double other[GRADE_INPUTS];
    for (int j = 0; j < grade_inputs(e->row) && depth < GRADE_INPUTS; j++) {
        memcpy(other, at, sizeof other);
        for (int k = 0; k < OTHERS && isnan(at[j]); k++) {
            other[j] = others[k];
            if (is_same(value_at(e->row, other), z) &&
                judge(e, other, i, claimed, depth + 1) != WRONG)
                return RIGHT_BY_RULE;
        }
    }
    return wrong(e, "the rules",
                 "NaN flows, or the operand is missing and another could be there",
                 "NaN");
}

static verdict judge(edging *e, const double *at, int i, double claimed, int depth)
{
    if (isnan(value_at(e->row, at)))
        return isnan(claimed) ? RIGHT_BY_RULE : judge_unseen(e, at, i, claimed, depth);
    if (has_nan(e->row, at))
        return isnan(claimed) ? RIGHT_BY_RULE : judge_missing(e, at, i, claimed, depth);
    e->undecided = false;
    const verdict exact = judge_by_witness(e, at, i, claimed);
    if (exact != SILENT) return exact;
    if (infinities(e->row, at) == 0 && expr_mpfr_missing() != NULL) return SILENT;
    return judge_by_limits(e, at, i, claimed);
}

/* ---- A cell ---------------------------------------------------------------------- */

static const char *name_of(int of)
{
    static const char *const names[] = {"value", "d/dx", "d/dy", "d/dw"};
    return names[of + 1];
}

/* "log at x=-0x1p+0: d/dx is -1 in the table, right is nan (a convention: ...)" */
static void report_failure(edging *e, const double *at, const char *where, int of,
                           double claimed)
{
    static const char letters[] = "xyw";
    edge_report *r = e->report;
    if (r->failures == EDGE_FAILURES) return;
    char point[160] = "";
    int n = 0;
    for (int i = 0; i < grade_inputs(e->row); i++)
        n += snprintf(point + n, sizeof point - (size_t)n, " %c=%a",
                      i < e->row->operands ? letters[i] : 'c', at[i]);
    snprintf(r->failure[r->failures++], EDGE_TEXT,
             "%s at%s: %s is %a %s, and should be %s; so says %s: %s", e->row->name,
             point, name_of(of), claimed, where, e->right.number, e->right.policy,
             e->right.reason);
}

static const edge_convention *find_convention(const edging *e, const double *at)
{
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == e->op &&
            is_same_point(e->row, edge_conventions[k].at, at))
            return &edge_conventions[k];
    return NULL;
}

/* One engine against the row: z and dz are the row's. */
static bool agrees(edging *e, const double *at, const char *where, const double *dz,
                   double z, double engine_z, const double *grad)
{
    static const char policy[] = "the row", reason[] = "an engine gives its numbers";
    if (!is_same(engine_z, z)) {
        wrong(e, policy, reason, "%a", z);
        report_failure(e, at, where, -1, engine_z);
        return false;
    }
    for (int i = 0; i < e->row->operands; i++) {
        const double expected = INCOMING * dz[i];
        if (is_same(grad[i], expected) ||
            fabs(grad[i] - expected) <= 0x1p-52 * fabs(expected))
            continue;
        wrong(e, policy, "an incoming gradient of 3 comes back times the partial", "%a",
              expected);
        report_failure(e, at, where, i, grad[i]);
        return false;
    }
    return true;
}

static bool engines_agree(edging *e, const double *at, double z, const double *dz)
{
    double y, grad[AD_MAX_OPERANDS] = {0};
    const double c = grade_constant(e->row, at);
    if (e->graph == NULL) return true;
    if (!row_gradient_graph(e->graph, e->op, at, c, INCOMING, &y, grad)) {
        e->out_of_memory = true;
        return true;
    }
    const bool graph = agrees(e, at, "on the graph", dz, z, y, grad);
    if (!row_gradient_tape(e->tape, e->op, at, c, INCOMING, &y, grad)) {
        e->out_of_memory = true;
        return true;
    }
    return agrees(e, at, "on the tape", dz, z, y, grad) && graph;
}

static bool keeps(edging *e, const edge_convention *convention, double z,
                  const double *dz)
{
    for (int of = -1; of < e->row->operands; of++) {
        const double is = of < 0 ? z : dz[of];
        const double should = of < 0 ? convention->value : convention->partial[of];
        if (is_same(is, should)) continue;
        wrong(e, "a convention", convention->reason, "%a", should);
        report_failure(e, convention->at, "in the table", of, is);
        return false;
    }
    return true;
}

static void visit(edging *e, const double *at)
{
    edge_report *r = e->report;
    double dz[AD_MAX_OPERANDS] = {0};
    const double z = value_at(e->row, at);
    e->row->partials(at, grade_constant(e->row, at), z, dz);
    r->cells++;
    bool holds = engines_agree(e, at, z, dz);
    const edge_convention *convention = find_convention(e, at);
    if (convention != NULL) {
        r->by_convention++;
        r->disagreements += !(keeps(e, convention, z, dz) && holds);
        return;
    }
    bool silent = false, by_rule = false;
    for (int of = -1; of < e->row->operands; of++) {
        const double claimed = of < 0 ? z : dz[of];
        const verdict v = of < 0 ? judge_by_witness(e, at, of, claimed)
                                 : judge(e, at, of, claimed, 0);
        if (v == WRONG) report_failure(e, at, "in the table", of, claimed);
        holds = holds && v != WRONG;
        silent = silent || (of >= 0 && v == SILENT);
        by_rule = by_rule || v == RIGHT_BY_RULE ||
                  (v == WRONG && strcmp(e->right.policy, "the rules") == 0);
    }
    *(silent ? &r->unjudged : by_rule ? &r->by_rule : &r->by_witness) += 1;
    r->disagreements += !holds;
}

/* ---- The grid -------------------------------------------------------------------- */

enum { CELLS = 1024, CHANGES = 16 };

typedef struct grid {
    size_t n;
    double at[CELLS][GRADE_INPUTS];
} grid;

static void add(grid *g, const ad_op_info *row, const double *at)
{
    for (size_t k = 0; k < g->n; k++)
        if (is_same_point(row, g->at[k], at)) return;
    if (g->n < CELLS) memcpy(g->at[g->n++], at, sizeof g->at[0]);
}

/* The point, and the doubles beside it along its first input. */
static void add_beside(grid *g, const ad_op_info *row, const double *at)
{
    double near[GRADE_INPUTS];
    memcpy(near, at, sizeof near);
    add(g, row, at);
    if (!isfinite(at[0])) return;
    near[0] = nextafter(at[0], (double)INFINITY);
    add(g, row, near);
    near[0] = nextafter(at[0], -(double)INFINITY);
    add(g, row, near);
}

static void add_one(grid *g, const ad_op_info *row)
{
    const double points[] = {
        0.0,         -0.0,    DBL_TRUE_MIN, DBL_MIN,          1,
        -1,          DBL_MAX, -DBL_MAX,     (double)INFINITY, -(double)INFINITY,
        (double)NAN, row->lo, row->hi};
    for (size_t k = 0; k < sizeof points / sizeof *points; k++)
        add_beside(g, row, (double[GRADE_INPUTS]){points[k]});
}

/* All pairs, or triples. */
static void add_several(grid *g, const ad_op_info *row)
{
    const double inf = (double)INFINITY, nan = (double)NAN;
    const double two[] = {0.0, -0.0, DBL_TRUE_MIN, 1, -1, DBL_MAX, inf, -inf, nan};
    const double three[] = {0.0, 1, inf, nan};
    const int inputs = grade_inputs(row);
    const double *list = inputs == 2 ? two : three;
    const size_t n =
        inputs == 2 ? sizeof two / sizeof *two : sizeof three / sizeof *three;
    size_t cells = 1;
    for (int i = 0; i < inputs; i++) cells *= n;
    for (size_t k = 0; k < cells; k++) {
        double at[GRADE_INPUTS] = {0};
        size_t rest = k;
        for (int i = 0; i < inputs; i++, rest /= n) at[i] = list[rest % n];
        add(g, row, at);
    }
}

static void fill(grid *g, ad_op op, const ad_op_info *row)
{
    random_source random = {(uint64_t)op};
    g->n = 0;
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == op) add(g, row, edge_conventions[k].at);
    if (grade_inputs(row) == 1)
        add_one(g, row);
    else
        add_several(g, row);
    for (size_t k = 0; k < edge_convention_count; k++)
        if (edge_conventions[k].op == op) add_beside(g, row, edge_conventions[k].at);
    for (size_t k = 0; k < CHANGES;
         k++) { /* kinks, saturation, overflow: by bisection */
        double at[GRADE_INPUTS];
        if (grade_point(row, &random, 8 * (k / 2) + 5 + k % 2, at)) add(g, row, at);
    }
}

void edge_check_run(ad_op op, const ad_op_info *row, edge_report *report)
{
    static const char no_memory[] = "there is no memory";
    *report = (edge_report){.op = op};
    edging e = {.op = op, .row = row != NULL ? row : &ad_ops[op], .report = report};
    grid *g = malloc(sizeof *g);
    if (row == NULL) e.graph = ad_graph_new(NULL);
    if (row == NULL) e.tape = ad_tape_new(NULL);
    if (g == NULL || (row == NULL && (e.graph == NULL || e.tape == NULL)))
        report->why_not = no_memory;
#ifdef HAVE_mpfr
    const char *why_not;
    mpfr_init2(e.exact, 400);
    e.w = witness_new(op, NULL, &why_not);
    if (e.w == NULL) report->why_not = why_not;
#endif
    if (report->why_not == NULL) {
        fill(g, op, e.row);
        for (size_t k = 0; k < g->n && !e.out_of_memory; k++) visit(&e, g->at[k]);
        if (e.out_of_memory) report->why_not = no_memory;
    }
#ifdef HAVE_mpfr
    witness_free(e.w);
    mpfr_clear(e.exact);
#endif
    ad_tape_free(e.tape);
    ad_graph_free(e.graph);
    free(g);
}
