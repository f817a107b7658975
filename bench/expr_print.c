/* What `gradyno expr` prints: a table, or JSON. */
#include <math.h>
#include <string.h>

#include "bench/expr_sheet.h"

#ifdef HAVE_jansson
#include <jansson.h>
#endif

/* ---- Table ---------------------------------------------------------------------- */

enum { COLUMNS = 9, CELL = 64 };

/* Columns are as wide as what they hold: a table is gone through twice. */
typedef struct table {
    size_t columns;
    int width[COLUMNS];
    bool measuring;
} table;

static void print_row(table *t, char cell[COLUMNS][CELL])
{
    size_t last = t->columns; /* no blanks at the end of a line */
    while (last > 0 && cell[last - 1][0] == '\0') last--;
    for (size_t k = 0; k < last; k++) {
        const int length = (int)strlen(cell[k]);
        if (t->measuring && length > t->width[k]) t->width[k] = length;
        if (!t->measuring)
            printf("%-*s%s", k + 1 < last ? t->width[k] : 0, cell[k],
                   k + 1 < last ? "  " : "\n");
    }
}

/* Nobody asks for the sign of a NaN or a zero. */
static void number(char cell[CELL], double x)
{
    snprintf(cell, CELL, "%.10g", isnan(x) ? (double)NAN : x == 0 ? 0 : x);
}

static void heading(char cell[COLUMNS][CELL], const char *const *titles, size_t columns)
{
    for (size_t k = 0; k < columns; k++) snprintf(cell[k], CELL, "%s", titles[k]);
}

static void name_cell(char cell[CELL], const char *name)
{
    snprintf(cell, CELL, strlen(name) < 32 ? "%s" : "%.29s...", name);
}

/* Who says what the derivative is. */
static const char *witness_name(const ad_check_partial *row)
{
    return row->oracle == AD_CHECK_BY_EXACT ? "MPFR"
                                            : ad_check_oracle_name(row->oracle);
}

/* The last five columns of both tables. */
static void judged_cells(char cell[COLUMNS][CELL], size_t first,
                         const ad_check_partial *row, ad_check_verdict verdict)
{
    number(cell[first], row->numerical);
    snprintf(cell[first + 1], CELL, "%.2g", row->error);
    snprintf(cell[first + 2], CELL, "%s", witness_name(row));
    snprintf(cell[first + 3], CELL, "%s", ad_check_verdict_name(verdict));
    cell[first + 4][0] = '\0';
    if (verdict == AD_CHECK_PASS && row->kind != AD_CHECK_KINK &&
        isfinite(row->agreement))
        snprintf(cell[first + 4], CELL, "%.1g", row->agreement);
}

/* What is to be said of a row below its table; "" when the row says it all. */
static const char *remark(const ad_check_partial *row, char text[CELL + CELL])
{
    if (row->verdict != AD_CHECK_PASS) return row->text;
    switch (row->kind) {
    case AD_CHECK_KINK:
        snprintf(text, CELL + CELL, "kink: any value between %.10g and %.10g",
                 fmin(row->left, row->right), fmax(row->left, row->right));
        return text;
    case AD_CHECK_ONE_SIDED:
        return "one-sided: the expression is defined on one side of it only";
    case AD_CHECK_INFINITE: return "infinite: the quotient grows without bound";
    default: return "";
    }
}

static void print_inputs(const expr_sheet *s)
{
    static const char *const titles[] = {"input", "value",   "graph",
                                         "tape",  "witness", "error",
                                         "by",    "verdict", "agrees to"};
    table t = {.columns = COLUMNS};
    char cell[COLUMNS][CELL];
    for (int pass = 0; pass < 2; pass++) {
        t.measuring = pass == 0;
        heading(cell, titles, COLUMNS);
        print_row(&t, cell);
        for (size_t i = 0; i < s->e->inputs; i++) {
            name_cell(cell[0], s->e->input[i]);
            number(cell[1], s->x[i]);
            number(cell[2], s->graph[i]);
            number(cell[3], s->tape[i]);
            judged_cells(cell, 4, &s->report.rows[i], expr_sheet_verdict(s, i));
            print_row(&t, cell);
        }
    }
    for (size_t i = 0; i < s->e->inputs; i++) {
        char room[CELL + CELL];
        const char *text = remark(&s->report.rows[i], room);
        if (!expr_sheet_engines_agree(s, i))
            printf("%.60s: the engines differ by %.3g, rounding explains %.3g\n",
                   s->e->input[i], s->graph[i] - s->tape[i], s->rounding[i]);
        else if (text[0] != '\0')
            printf("%.60s: %s\n", s->e->input[i], text);
    }
}

static void print_statements(const expr_sheet *s)
{
    static const char *const titles[] = {"name", "data", "grad"};
    table t = {.columns = 3};
    char cell[COLUMNS][CELL];
    for (int pass = 0; pass < 2; pass++) {
        t.measuring = pass == 0;
        heading(cell, titles, t.columns);
        print_row(&t, cell);
        for (size_t i = 0; i < s->e->statements; i++) {
            const uint32_t node = s->e->statement[i].node;
            name_cell(cell[0], s->e->statement[i].name);
            number(cell[1], s->step[node].value);
            number(cell[2], s->grad[node]);
            print_row(&t, cell);
        }
    }
}

/* A claim that is right as a formula, and whose value in double is not. */
static bool is_rounded_away(const expr_claim *claim)
{
    return claim->row.verdict == AD_CHECK_PASS && isfinite(claim->exact) &&
           !(fabs(claim->value - claim->exact) <= 1e-7 * fabs(claim->exact));
}

static void print_claims(const expr_sheet *s, const expr_claim *claim, size_t claims)
{
    static const char *const titles[] = {"claim", "value",   "witness",  "error",
                                         "by",    "verdict", "agrees to"};
    table t = {.columns = 7};
    char cell[COLUMNS][CELL];
    for (int pass = 0; pass < 2; pass++) {
        t.measuring = pass == 0;
        heading(cell, titles, t.columns);
        print_row(&t, cell);
        for (size_t k = 0; k < claims; k++) {
            name_cell(cell[0], claim[k].text);
            number(cell[1], claim[k].value);
            judged_cells(cell, 2, &claim[k].row, claim[k].row.verdict);
            print_row(&t, cell);
            char room[CELL + CELL];
            const char *text = remark(&claim[k].row, room);
            if (!t.measuring && text[0] != '\0')
                printf("  d/d%.60s: %s\n", s->e->input[claim[k].input], text);
            if (!t.measuring && is_rounded_away(&claim[k]))
                printf("  its own rounding makes it %.10g; exactly it is %.10g\n",
                       claim[k].value, claim[k].exact);
        }
    }
}

void expr_sheet_print(const expr_sheet *s, const expr_claim *claim, size_t claims)
{
    const double value = s->step[s->e->output].value;
    printf("value %.17g\n", isnan(value) ? (double)NAN : value);
    if (s->e->inputs > 0) putchar('\n'), print_inputs(s);
    if (s->e->statements > 0) putchar('\n'), print_statements(s);
    if (claims > 0) putchar('\n'), print_claims(s, claim, claims);
    if (s->remark[0] != '\0') printf("%s\n", s->remark);
    if (s->e->inputs == 0) return;
    printf("\n%zu passed, %zu failed", s->passed, s->failed);
    if (s->inconclusive > 0) printf(", %zu inconclusive", s->inconclusive);
    putchar('\n');
}

/* ---- JSON ----------------------------------------------------------------------- */

#ifdef HAVE_jansson

/* JSON has no NaN and no infinities: those are strings, as in ad_check_write_json. */
static json_t *real(double x)
{
    if (isfinite(x)) return json_real(x);
    return json_string(isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
}

static bool put_line(json_t *object)
{
    const size_t flags = JSON_COMPACT | JSON_REAL_PRECISION(17);
    const bool put = object != NULL && json_dumpf(object, stdout, flags) == 0;
    json_decref(object);
    return put && putchar('\n') != EOF;
}

/* What ad_check_write_json says of a row, under the same names; `line` says of what. */
static json_t *judged(const char *line, const char *id, const ad_check_partial *row,
                      ad_check_verdict verdict)
{
    char x[32];
    snprintf(x, sizeof x, "%a", row->x);
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:s, s:s, s:s, "
        "s:s, s:s, s:s}",
        "line", line, "id", id, "x", x, "claimed", real(row->claimed), "numerical",
        real(row->numerical), "error_bound", real(row->error), "agreement",
        real(row->agreement), "left", real(row->left), "right", real(row->right),
        "step", real(row->step), "order", (json_int_t)row->order, "evaluations",
        (json_int_t)row->evaluations, "oracle", ad_check_oracle_name(row->oracle),
        "kind", ad_check_kind_name(row->kind), "verdict",
        ad_check_verdict_name(verdict), "reason", ad_check_reason_name(row->reason),
        "mistake", ad_check_mistake_name(row->mistake), "text", row->text);
}

bool expr_sheet_print_json(const expr_sheet *s, const expr_claim *claim, size_t claims)
{
    const expr *e = s->e;
    bool put = put_line(json_pack("{s:s, s:s, s:o}", "line", "value", "expression",
                                  e->text, "value", real(s->step[e->output].value)));
    for (size_t i = 0; i < e->inputs; i++) {
        json_t *o =
            judged("input", e->input[i], &s->report.rows[i], expr_sheet_verdict(s, i));
        put &= json_object_update_new(
                   o, json_pack("{s:o, s:o, s:b}", "graph", real(s->graph[i]), "tape",
                                real(s->tape[i]), "engines_agree",
                                (int)expr_sheet_engines_agree(s, i))) == 0;
        put &= put_line(o);
    }
    for (size_t i = 0; i < e->statements; i++) {
        const uint32_t node = e->statement[i].node;
        put &= put_line(json_pack(
            "{s:s, s:s, s:o, s:o}", "line", "statement", "name", e->statement[i].name,
            "data", real(s->step[node].value), "grad", real(s->grad[node])));
    }
    for (size_t k = 0; k < claims; k++) {
        json_t *o = judged("claim", e->input[claim[k].input], &claim[k].row,
                           claim[k].row.verdict);
        put &= json_object_set_new(o, "claim", json_string(claim[k].text)) == 0;
        put &= put_line(o);
    }
    const char *verdict = s->failed > 0         ? "fail"
                          : s->inconclusive > 0 ? "inconclusive"
                                                : "pass";
    put &= put_line(json_pack("{s:s, s:s, s:I, s:I, s:I, s:s}", "line", "summary",
                              "verdict", verdict, "passed", (json_int_t)s->passed,
                              "failed", (json_int_t)s->failed, "inconclusive",
                              (json_int_t)s->inconclusive, "text", s->remark));
    return put;
}

#else

bool expr_sheet_print_json(const expr_sheet *s, const expr_claim *claim, size_t claims)
{
    (void)s, (void)claim, (void)claims;
    return false;
}

#endif
