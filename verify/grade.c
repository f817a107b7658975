/* Every op in ulps. */
#include "verify/grade.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/accuracy.h"

const char *grade_of(const grade *line)
{
    static const char *const names[] = {"value", "d/dx", "d/dy", "d/dw"};
    return names[line->of + 1];
}

#ifdef HAVE_mpfr

#define ENGINE graph
#include "verify/programs/row.inc"
#define ENGINE tape
#include "verify/programs/row.inc"

#define WORSE 1.001 /* times the worst so far is worth a step */

enum { LAW_POINTS = 200, SOURCES = 3, LARGEST_STEP = 50 };

/* One row on its way through the points. */
typedef struct grading {
    ad_op op;
    const ad_op_info *row;
    int sources;
    witness *w;
    ad_graph *graph;
    ad_tape *tape;
    expr *where[GRADE_LINES]; /* of each line's exception, or NULL */
    grade_report *report;
    mpfr_t exact;
    /* The row, the graph and the tape at the point: value, and then the partials. */
    double computed[SOURCES][AD_MAX_OPERANDS + 1];
} grading;

/* ---- Lines ----------------------------------------------------------------------- */

static void add_line(grading *g, int of, const accuracy *e)
{
    grade_report *report = g->report;
    if (report->lines == GRADE_LINES) return;
    expr_error error;
    expr *where = e == NULL ? NULL : expr_parse(e->where, &error);
    if (e != NULL && where == NULL) {
        report->why_not = "its condition in accuracy.def cannot be read";
        return;
    }
    g->where[report->lines] = where;
    const double ulps = e == NULL ? ACCURACY_GOAL : e->ulps;
    report->line[report->lines++] = (grade){.of = of,
                                            .goal = ulps,
                                            .where = e == NULL ? NULL : e->where,
                                            .why = e == NULL ? NULL : e->why,
                                            .bound = ulps};
}

/* The value and each partial: first its exceptions, then the rest. */
static void make_lines(grading *g)
{
    for (int of = GRADE_VALUE; of < g->row->operands; of++) {
        const accuracy *e = NULL;
        while ((e = accuracy_next(g->row, of, e)) != NULL) add_line(g, of, e);
        add_line(g, of, NULL);
    }
}

static grade *line_at(grading *g, int of, const double *at)
{
    grade_report *report = g->report;
    for (int k = 0; k < report->lines; k++)
        if (report->line[k].of == of &&
            (g->where[k] == NULL || accuracy_holds(g->where[k], g->row, at)))
            return &report->line[k];
    return NULL;
}

/* ---- One point ------------------------------------------------------------------- */

static bool compute(grading *g, const double *at)
{
    const ad_op op = g->op;
    const double c = grade_constant(g->row, at);
    double(*z)[AD_MAX_OPERANDS + 1] = g->computed;
    z[0][0] = g->row->value(at, c);
    g->row->partials(at, c, z[0][0], &z[0][1]);
    return g->sources == 1 ||
           (row_gradient_graph(g->graph, op, at, c, 1, &z[1][0], &z[1][1]) &&
            row_gradient_tape(g->tape, op, at, c, 1, &z[2][0], &z[2][1]));
}

typedef struct mark {
    witness_answer answer;
    double ulps, bound, computed;
    bool lost, explained;
} mark;

/* The worst of the sources, and what is allowed. compute() was here. */
static mark judge(grading *g, int of, const double *at, const grade *line)
{
    const double c = grade_constant(g->row, at);
    mark m = {.ulps = -1, .bound = line->goal};
    m.answer = of == GRADE_VALUE ? witness_value(g->w, at, c, g->exact)
                                 : witness_partial(g->w, at, c, of, g->exact);
    if (m.answer != WITNESS_FOUND) return m;
    for (int k = 0; k < g->sources; k++) {
        const double computed = g->computed[k][of + 1];
        if (k > 0 && computed == g->computed[0][of + 1]) continue;
        const double ulps = units_from(computed, g->exact);
        if (!(ulps > m.ulps)) continue;
        m.ulps = ulps;
        m.computed = computed;
        m.lost = is_lost(computed, g->exact);
    }
    if (of == GRADE_VALUE && line->where == NULL && (m.lost || m.ulps > m.bound)) {
        const double more = witness_rounding(g->w, at, c) / ulp_at(g->exact);
        m.explained = isfinite(m.ulps) && m.ulps <= m.bound + more;
        if (m.explained) m.bound += more;
        if (m.explained) m.lost = false;
    }
    if (m.lost) m.ulps = (double)INFINITY;
    return m;
}

static double score(const mark *m) { return m->ulps / m->bound; }

static void enter(grading *g, grade *line, const mark *m, const double *at)
{
    if (m->answer == WITNESS_UNDECIDED) line->undecided++;
    if (m->answer != WITNESS_FOUND) return;
    const bool first = line->points++ == 0;
    line->lost += m->lost;
    line->explained += m->explained;
    if (m->explained && m->ulps > line->explained_ulps) line->explained_ulps = m->ulps;
    line->beyond += m->ulps > m->bound;
    if (!first && !(score(m) > line->worst / line->bound)) return;
    line->worst = m->ulps;
    line->bound = m->bound;
    line->computed = m->computed;
    line->exact = mpfr_get_d(g->exact, MPFR_RNDN);
    memcpy(line->worst_at, at, sizeof line->worst_at);
}

static bool hold_law(grading *g, const double *at)
{
    grade_report *report = g->report;
    bool holds = true;
    if (report->law_points >= LAW_POINTS) return true;
    const witness_answer answer =
        witness_law_holds(g->w, at, grade_constant(g->row, at), &holds);
    if (answer == WITNESS_OUT_OF_MEMORY) return false;
    if (answer != WITNESS_FOUND) return true;
    report->law_points++;
    if (!holds && !report->law_broken) {
        report->law_broken = true;
        memcpy(report->law_at, at, sizeof report->law_at);
    }
    return true;
}

/* Value and partials at one point; *graded when the witness found one of them. */
static bool visit(grading *g, const double *at, bool *graded)
{
    *graded = false;
    if (!compute(g, at) || !hold_law(g, at)) return false;
    for (int of = GRADE_VALUE; of < g->row->operands; of++) {
        grade *line = line_at(g, of, at);
        const mark m = judge(g, of, at, line);
        if (m.answer == WITNESS_OUT_OF_MEMORY) return false;
        if (of == GRADE_VALUE && m.answer == WITNESS_NONE) return true;
        enter(g, line, &m, at);
        *graded = *graded || (of != GRADE_VALUE && m.answer == WITNESS_FOUND);
    }
    return true;
}

/* ---- Uphill ---------------------------------------------------------------------- */

/* Is `at`, a point beside the worst one, worse still? */
static bool is_worse(grading *g, grade *line, const double *at)
{
    for (int i = 0; i < grade_inputs(g->row); i++)
        if (!isfinite(at[i])) return false;
    if (!(g->row->lo <= at[0] && at[0] <= g->row->hi) ||
        line_at(g, line->of, at) != line || !compute(g, at))
        return false;
    const mark m = judge(g, line->of, at, line);
    const double before = line->worst / line->bound;
    enter(g, line, &m, at);
    return m.answer == WITNESS_FOUND && score(&m) > WORSE * before;
}

/* One input moved by n doubles. */
static bool try_step(grading *g, grade *line, int input, int64_t n)
{
    double at[GRADE_INPUTS];
    memcpy(at, line->worst_at, sizeof at);
    at[input] = grade_step(at[input], n);
    return is_worse(g, line, at);
}

/* All inputs moved, by as many doubles as one draw of the magnitude says. */
static bool try_leap(grading *g, grade *line, random_source *r)
{
    double at[GRADE_INPUTS];
    memcpy(at, line->worst_at, sizeof at);
    const size_t k = 1 + random_below(r, LARGEST_STEP);
    for (int i = 0; i < grade_inputs(g->row); i++)
        at[i] =
            grade_step(at[i], (int64_t)random_below(r, (size_t)2 << k) - (1LL << k));
    return is_worse(g, line, at);
}

/*
 * Steps of 2^k doubles in one input, the smallest first, until none makes it worse; a
 * step that did is tried again. Then leaps, until one lands higher, and so on.
 */
static void climb(grading *g, grade *line, size_t effort, random_source *r)
{
    const int directions = 2 * grade_inputs(g->row);
    bool higher = true;
    if (line->points == 0) return;
    for (;;) {
        for (int k = 0; higher && k <= LARGEST_STEP; k++)
            for (int i = 0; i < directions; i++) {
                const int64_t n = (i % 2 == 0 ? 1 : -1) * ((int64_t)1 << k);
                do
                    if (effort-- == 0 || !isfinite(line->worst)) return;
                while (try_step(g, line, i / 2, n));
            }
        if (effort-- == 0) return;
        higher = try_leap(g, line, r);
    }
}

/* ---- All ------------------------------------------------------------------------- */

static void decide(grade_report *report)
{
    for (int k = 0; k < report->lines; k++) {
        grade *line = &report->line[k];
        const bool open = line->undecided > 0 || line->points == 0;
        const bool broken = line->of == GRADE_VALUE && report->law_broken;
        line->verdict = line->beyond > 0 || broken ? GRADE_FAIL
                        : open                     ? GRADE_INCONCLUSIVE
                                                   : GRADE_PASS;
    }
}

static bool go(grading *g, grade_options options)
{
    random_source random = {options.seed + (uint64_t)g->op};
    size_t done = 0;
    for (size_t k = 0; k < 4 * options.points && done < options.points; k++) {
        double at[GRADE_INPUTS];
        bool graded;
        if (!grade_point(g->row, &random, k, at)) continue;
        if (!visit(g, at, &graded)) return false;
        done += graded;
    }
    for (int k = 0; k < g->report->lines; k++)
        climb(g, &g->report->line[k], options.effort, &random);
    return true;
}

void grade_run(ad_op op, grade_options options, grade_report *report)
{
    *report = (grade_report){.op = op};
    grading g = {.op = op,
                 .row = options.row != NULL ? options.row : &ad_ops[op],
                 .sources = options.row != NULL ? 1 : SOURCES,
                 .report = report};
    mpfr_init2(g.exact, 400);
    g.w = witness_new(op, NULL, &report->why_not);
    g.graph = ad_graph_new(NULL);
    g.tape = ad_tape_new(NULL);
    make_lines(&g);
    if (report->why_not == NULL &&
        (g.graph == NULL || g.tape == NULL || !go(&g, options)))
        report->why_not = "there is no memory";
    decide(report);
    for (int k = 0; k < report->lines; k++) expr_free(g.where[k]);
    ad_tape_free(g.tape);
    ad_graph_free(g.graph);
    witness_free(g.w);
    mpfr_clear(g.exact);
}

#endif
