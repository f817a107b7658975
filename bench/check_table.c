/* The table of gradyno check. */
#include "bench/check_table.h"

#include <math.h>
#include <string.h>

#include "bench/results.h"

static const char letters[] = "xyw";

/* A line of the table: what was graded, and the differences of the same partial. */
typedef struct check_line {
    const char *of;
    const grade *grade; /* NULL where there is none */
    row_count graph, tape;
    bool differences; /* were taken of it */
    grade_verdict verdict;
} check_line;

static grade_verdict worse(grade_verdict a, grade_verdict b)
{
    if (a == GRADE_FAIL || b == GRADE_FAIL) return GRADE_FAIL;
    return a == GRADE_PASS ? b : a;
}

static grade_verdict of_count(row_count n)
{
    return n.failed > 0                      ? GRADE_FAIL
           : n.inconclusive > 0 || !n.passed ? GRADE_INCONCLUSIVE
                                             : GRADE_PASS;
}

/* Is line k the last one of its partial? It has the differences. */
static bool is_rest(const grade_report *r, int k) { return r->line[k].where == NULL; }

/* The lines of an operation, at most GRADE_LINES. Those of an exception that no point
 * fell into are left out. */
static int make_lines(const check_result *r, check_line *line)
{
    const grade_report *report = &r->report;
    const ad_op op = r->difference[0].op;
    static const char *const names[] = {"d/dx", "d/dy", "d/dw"};
    const bool graded = report->lines > 0 && report->why_not == NULL;
    int lines = 0;
    for (int k = 0; k < (graded ? report->lines : ad_ops[op].operands); k++) {
        const grade *g = graded ? &report->line[k] : NULL;
        if (g != NULL && g->where != NULL && g->points == 0) continue;
        check_line *l = &line[lines++];
        const int operand = graded ? g->of : k;
        *l = (check_line){.of = graded ? grade_of(g) : names[k],
                          .grade = g,
                          .verdict = g != NULL ? g->verdict : GRADE_PASS};
        if (report->why_not != NULL) l->verdict = GRADE_INCONCLUSIVE;
        if (operand < 0 || (graded && !is_rest(report, k))) continue;
        l->differences = true;
        l->graph = r->difference[0].partial[operand];
        l->tape = r->difference[1].partial[operand];
        l->verdict = worse(l->verdict, worse(of_count(l->graph), of_count(l->tape)));
    }
    return lines;
}

static void print_point(FILE *out, ad_op op, const double *at)
{
    const ad_op_info *row = &ad_ops[op];
    for (int i = 0; i < row->operands; i++)
        fprintf(out, "%s%c=%a", i == 0 ? "" : " ", letters[i], at[i]);
    if (row->constants != 0) fprintf(out, " c=%a", at[row->operands]);
}

static void print_differences(FILE *out, const check_line *l, row_count n)
{
    char text[48] = "-";
    if (l->differences)
        snprintf(text, sizeof text, "%zu/%zu", n.passed,
                 n.passed + n.failed + n.inconclusive);
    fprintf(out, " %7s", text);
}

static const char *verdict_text(grade_verdict verdict)
{
    static const char *const names[] = {"pass", "FAIL", "inconclusive"};
    return names[verdict];
}

void check_table_head(FILE *out)
{
    fputs("operation    of     points    ulps bound  lost   graph    tape  verdict"
          "       worst at\n",
          out);
}

static void print_line(FILE *out, ad_op op, const check_line *l)
{
    const grade *g = l->grade;
    fprintf(out, "%-12s %-5s ", ad_ops[op].name, l->of);
    if (g != NULL && g->points > 0)
        fprintf(out, g->worst < 1e4 ? "%7zu %7.2f %5.3g %5zu" : "%7zu %7.1g %5.1g %5zu",
                g->points, g->worst, g->bound, g->lost);
    else
        fprintf(out, "%7s %7s %5s %5s", g != NULL ? "0" : "-", "-", "-", "-");
    print_differences(out, l, l->graph);
    print_differences(out, l, l->tape);
    fprintf(out, "  %-12s  ", verdict_text(l->verdict));
    if (g != NULL && g->points > 0) print_point(out, op, g->worst_at);
    if (g != NULL && g->where != NULL)
        fprintf(out, " (where %s: %s)", g->where, g->why);
    if (g != NULL && g->explained > 0)
        fprintf(out, " (%zu points are up to %.3g off, as the text's own rounding is)",
                g->explained, g->explained_ulps);
    char room[64];
    if (g != NULL && g->of == GRADE_VALUE && witness_law_text(op, room) == NULL)
        fputs(" (it has no law: graded against its own text)", out);
    fputc('\n', out);
}

/* Why a line did not pass, in a sentence. */
static void explain(FILE *out, ad_op op, const check_line *l)
{
    const grade *g = l->grade;
    if (g == NULL) return;
    if (g->beyond > 0)
        fprintf(out, "    %s of %s is %.17g there, and MPFR says %.17g\n", l->of,
                ad_ops[op].name, g->computed, g->exact);
    if (g->undecided > 0)
        fprintf(out, "    %s of %s: at %zu points MPFR did not settle\n", l->of,
                ad_ops[op].name, g->undecided);
}

void check_table_print(FILE *out, const check_result *r, check_count *count)
{
    check_line line[GRADE_LINES];
    const grade_report *report = &r->report;
    const ad_op op = r->difference[0].op;
    const int lines = make_lines(r, line);
    for (int k = 0; k < lines; k++) {
        print_line(out, op, &line[k]);
        if (line[k].verdict != GRADE_PASS) explain(out, op, &line[k]);
        *(line[k].verdict == GRADE_PASS   ? &count->passed
          : line[k].verdict == GRADE_FAIL ? &count->failed
                                          : &count->inconclusive) += 1;
    }
    if (report->law_broken) {
        char room[64];
        fprintf(out, "    its value is %s, and its law is %s: they differ at ",
                ad_ops[op].value_text, witness_law_text(op, room));
        print_point(out, op, report->law_at);
        fputc('\n', out);
    }
    if (report->why_not != NULL)
        fprintf(out, "    %s was not graded: %s\n", ad_ops[op].name, report->why_not);
    for (int e = 0; e < 2; e++)
        if (r->difference[e].failure[0] != '\0')
            fprintf(out, "    %s\n", r->difference[e].failure);
}

void check_tsv_head(FILE *out)
{
    fputs("op\tof\tpoints\tulps\tbound\tlost\texplained\texplained_"
          "ulps\tpassed\tfailed\tinconclusive\t"
          "at\twhere\tverdict\n",
          out);
}

void check_tsv_print(FILE *out, const check_result *r)
{
    check_line line[GRADE_LINES];
    const grade none = {.worst = (double)NAN, .bound = (double)NAN};
    const ad_op op = r->difference[0].op;
    const int lines = make_lines(r, line);
    for (int k = 0; k < lines; k++) {
        const check_line *l = &line[k];
        const grade *g = l->grade != NULL ? l->grade : &none;
        fprintf(out, "%s\t%s\t%zu\t", ad_ops[op].name, l->of, g->points);
        results_number(out, g->worst, '\t');
        results_number(out, g->bound, '\t');
        fprintf(out, "%zu\t%zu\t%.3g\t%zu\t%zu\t%zu\t", g->lost, g->explained,
                g->explained_ulps,
                g->points - g->beyond + l->graph.passed + l->tape.passed,
                g->beyond + l->graph.failed + l->tape.failed,
                g->undecided + l->graph.inconclusive + l->tape.inconclusive);
        if (g->points > 0)
            print_point(out, op, g->worst_at);
        else
            fputc('-', out);
        fprintf(out, "\t%s\t%s\n", g->where != NULL ? g->where : "-",
                l->verdict == GRADE_FAIL ? "fail" : verdict_text(l->verdict));
    }
}

void check_table_foot(FILE *out)
{
    const char *missing = expr_mpfr_missing();
    if (missing != NULL)
        fprintf(out, "no ulps, only differences: %s\n", missing);
    else
        fputs("ulps: the worst error found, against MPFR, in units in the last place, "
              "but for "
              "values what the\nrounding of the row's own text explains, which stands "
              "behind; lost: normal doubles that came as 0,\ninfinity or NaN; graph, "
              "tape: points where the gradient agrees with a finite difference\n",
              out);
}

/* ---- Edges and programs ---------------------------------------------------------- */

void check_edges_head(FILE *out)
{
    fputs("\nedges        cells  convention    MPFR    rule   wrong  verdict\n", out);
}

/* Without MPFR most cells are the engines' word against the table's. */
static grade_verdict of_edges(const edge_report *r)
{
    const bool open =
        r->why_not != NULL || (r->unjudged > 0 && expr_mpfr_missing() == NULL);
    return r->disagreements > 0 ? GRADE_FAIL : open ? GRADE_INCONCLUSIVE : GRADE_PASS;
}

void check_edges_print(FILE *out, const edge_report *r, check_count *count)
{
    const grade_verdict verdict = of_edges(r);
    fprintf(out, "%-12s %5zu  %10zu %7zu %7zu %7zu  %s\n", ad_ops[r->op].name, r->cells,
            r->by_convention, r->by_witness, r->by_rule, r->disagreements,
            verdict_text(verdict));
    *(verdict == GRADE_PASS   ? &count->passed
      : verdict == GRADE_FAIL ? &count->failed
                              : &count->inconclusive) += 1;
    for (size_t k = 0; k < r->failures; k++) fprintf(out, "    %s\n", r->failure[k]);
    if (r->disagreements > r->failures && r->failures == EDGE_FAILURES)
        fprintf(out, "    %s is wrong at %zu cells in all\n", ad_ops[r->op].name,
                r->disagreements);
    if (r->why_not != NULL)
        fprintf(out, "    the edges of %s were not judged: %s\n", ad_ops[r->op].name,
                r->why_not);
    else if (verdict == GRADE_INCONCLUSIVE)
        fprintf(out, "    at %zu edges of %s MPFR did not settle\n", r->unjudged,
                ad_ops[r->op].name);
}

void check_edges_tsv(FILE *out, const edge_report *r)
{
    const grade_verdict verdict = of_edges(r);
    fprintf(out, "%s\tedges\t%zu\t-\t-\t0\t0\t0\t%zu\t%zu\t%zu\t-\t-\t%s\n",
            ad_ops[r->op].name, r->cells, r->cells - r->unjudged - r->disagreements,
            r->disagreements, verdict == GRADE_INCONCLUSIVE ? r->unjudged : 0,
            verdict == GRADE_FAIL ? "fail" : verdict_text(verdict));
}

void check_edges_foot(FILE *out)
{
    const char *missing = expr_mpfr_missing();
    fputs("cells: zeros, subnormals, the largest doubles, infinities, NaN, ends of "
          "domains, kinks, overflow and\nsaturation, with neighbours; right is what a "
          "convention (verify/edges.def) says, or MPFR, or the rules\nthere; graph and "
          "tape give the same, times an incoming 3\n",
          out);
    if (missing != NULL)
        fprintf(out,
                "where no convention or rule has a word, cells are held against "
                "each other only: %s\n",
                missing);
}

void check_programs_print(FILE *out, const check_programs *p, check_count *count)
{
    const bool held = p->disagreements == 0;
    *(held ? &count->passed : &count->failed) += 1;
    fprintf(out,
            "\nprograms     %zu at random, of every operation, sum, dot and custom: ",
            p->programs);
    if (p->exact > 0)
        fprintf(out, "%zu of %zu resolved by MPFR, ", p->resolved, p->exact);
    fprintf(out, "%zu disagreements  %s\n", p->disagreements,
            verdict_text(held ? GRADE_PASS : GRADE_FAIL));
    if (expr_mpfr_missing() != NULL)
        fprintf(out, "graph, tape and tangents only: %s\n", expr_mpfr_missing());
}

void check_count_print(FILE *out, const check_count *count)
{
    fprintf(out, "%zu passed, %zu failed", count->passed, count->failed);
    if (count->inconclusive > 0)
        fprintf(out, ", %zu inconclusive", count->inconclusive);
    fputc('\n', out);
}
