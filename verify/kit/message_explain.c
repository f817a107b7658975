/* The page on a mistake, and the table of all. */
#include <math.h>
#include <string.h>

#include "verify/kit/message.h"

typedef struct explanation_text {
    const char *code, *why, *debugger;
} explanation_text;

static const explanation_text explained[] = {
#define EXPLAIN(code, why, debugger) {#code, why, debugger},
#include "verify/kit/explain.def"
};

/* Where there is nothing in explain.def. */
static const explanation_text general[] = {
    [MISTAKE_IN_WALK] =
        {"",
         "It is a mistake of the walk: every rule may be right, and still the sum "
         "over all paths is not. Programs in which each value is used once hide it.",
         "Stop in the rule of each node and write down its name and its gradient; "
         "compare with the picture, node by node."},
    [MISTAKE_IN_RULE] =
        {"",
         "A rule has two factors: the derivative of its operation, and the gradient "
         "from above, which is 1 only below the output itself.",
         "Stop in the rule with a gradient from above that is not 1, and look for it "
         "in "
         "what is added."},
    [MISTAKE_IN_PARTIAL] =
        {"", "The rule's formula is not the derivative of what forward computes.",
         "Stop in the rule with 1 from above: what it adds is its derivative. Compare "
         "with (f(x + h) - f(x)) / h for h = 0.001."},
    [MISTAKE_IN_SLIP] =
        {"",
         "The formula is one that looks right: a neighbour in the table of "
         "derivatives, or one with a factor, a square or a sign lost.",
         "Stop in the rule with 1 from above: what it adds is its derivative. Compare "
         "with (f(x + h) - f(x)) / h for h = 0.001."},
    [MISTAKE_IN_VALUE] = {
        "",
        "Forward computes another function than the one of that name. Gradients "
        "that fit the wrong value, or the right one, cannot put it right.",
        "Print the value of this operation for an operand of which you know it."}};

static const explanation_text *text_of(const mistake_row *row)
{
    for (size_t i = 0; i < sizeof explained / sizeof *explained; i++)
        if (strcmp(explained[i].code, row->code) == 0) return &explained[i];
    return &general[row->place];
}

/* The mistake in a place where it is easily seen: an operation in which it is one. */
static flaw example(const mistake_row *row)
{
    static const ad_op tried[] = {AD_OP_log, AD_OP_div, AD_OP_mul, AD_OP_sub};
    const mistake_kind kind = (mistake_kind)(row - mistake_rows);
    const flaw f = {kind, row->op, row->place >= MISTAKE_IN_SLIP ? row->partial : -1};
    if (row->place != MISTAKE_IN_RULE && row->place != MISTAKE_IN_PARTIAL) return f;
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        enum { ROOM = 300 };
        flaw all[ROOM];
        bool supported[AD_OP_count] = {[AD_OP_constant] = false};
        supported[tried[i]] = true;
        const size_t n = mistake_flaws(supported, all, ROOM);
        for (size_t k = 0; k < n; k++)
            if (all[k].kind == kind && all[k].op == tried[i]) return all[k];
    }
    return f;
}

static void wrapped(FILE *out, const char *indent, const char *text)
{
    while (*text != '\0') {
        const size_t room = MESSAGE_COLUMNS - strlen(indent);
        size_t n = strlen(text);
        if (n > room) {
            n = room;
            while (n > 0 && text[n] != ' ') n--;
        }
        fprintf(out, "%s%.*s\n", indent, (int)n, text);
        text += n;
        while (*text == ' ') text++;
    }
}

/* ---- The picture ----------------------------------------------------------------- */

typedef struct picture {
    FILE *out;
    const signature *s;
    double value[SIGNATURE_NODES];
    bool drawn[SIGNATURE_NODES];
} picture;

/* Node and all below it: an arrow for every operand, with the derivative along it. */
static void draw(picture *p, int node, const char *before, bool is_last, double along)
{
    const signature *s = p->s;
    char text[48], below[80];
    const bool is_root = before == NULL, is_step = node >= s->inputs;
    fprintf(p->out, "    ");
    if (!is_root)
        fprintf(p->out, "%s%s-- %.4g --> ", before, is_last ? "'" : "|", along);
    fprintf(p->out, "%c", signature_node_name(s, node));
    if (p->drawn[node] && is_step)
        fprintf(p->out, "   (the same node as above)");
    else if (is_step)
        fprintf(p->out, " = %s = %.6g",
                signature_step_text(s, node - s->inputs, text, sizeof text),
                p->value[node]);
    fputc('\n', p->out);
    if (!is_step || p->drawn[node]) return;
    p->drawn[node] = true;
    const signature_step *step = &s->step[node - s->inputs];
    double x[AD_MAX_OPERANDS] = {0}, d[AD_MAX_OPERANDS];
    const int n = ad_ops[step->op].operands;
    for (int i = 0; i < n; i++) x[i] = p->value[step->operand[i]];
    ad_ops[step->op].partials(x, step->c, p->value[node], d);
    snprintf(below, sizeof below, "%s%s", is_root ? "" : before,
             is_root   ? ""
             : is_last ? "            "
                       : "|           ");
    for (int i = 0; i < n; i++) draw(p, step->operand[i], below, i + 1 == n, d[i]);
}

static void gradients(FILE *out, const char *label, const signature *s, const double *g)
{
    fprintf(out, "    %s", label);
    for (int i = 0; i < s->inputs - s->constants; i++)
        fprintf(out, "%sd%c = %.10g", i > 0 ? ", " : "", signature_node_name(s, i),
                g[i]);
    fputc('\n', out);
}

static bool differ(const double *a, const double *b, int n)
{
    for (int i = 0; i < n; i++)
        if (!mistake_close(a[i], b[i], 1e-9, 0)) return true;
    return false;
}

/* The smallest program: what it is, what is right, and what the mistake makes of it. */
static void show_program(FILE *out, const flaw *f, const signature *s)
{
    char text[SIGNATURE_TEXT];
    outcome right, wrong;
    picture p = {.out = out, .s = s};
    mistake_conduct conduct = CONDUCT_ZEROES;
    if (!mistake_shows(s, f, conduct)) conduct = CONDUCT_STALE;
    mistake_run(s, NULL, 0, conduct, &right);
    mistake_run(s, f, 1, conduct, &wrong);
    memcpy(p.value, right.value, sizeof p.value);
    const int n = s->inputs - s->constants;
    fprintf(out,
            "  Smallest program that shows it (no other with fewer operations does)\n"
            "    %s\n\n",
            signature_expr(s, text, sizeof text));
    draw(&p, s->root, NULL, true, 1);
    fputc('\n', out);
    if (differ(wrong.value, right.value, signature_nodes(s))) {
        fprintf(out,
                "    value, right:            %.10g\n    value, with the mistake: "
                "%.10g\n",
                right.value[s->root], wrong.value[s->root]);
    } else if (differ(wrong.once, right.once, n)) {
        gradients(out, "right:            ", s, right.once);
        gradients(out, "with the mistake: ", s, wrong.once);
    } else if (differ(wrong.once, right.once, s->inputs)) {
        fprintf(out, "    %c is a constant: right d%c = 0, with the mistake %.10g\n",
                signature_node_name(s, s->inputs - 1),
                signature_node_name(s, s->inputs - 1), wrong.once[s->inputs - 1]);
    } else {
        const bool zero = differ(wrong.zeroed, right.zeroed, n);
        fprintf(out, "    backward, %sbackward:\n", zero ? "zero_grad, " : "");
        gradients(out, "right:            ", s, zero ? right.zeroed : right.twice);
        gradients(out, "with the mistake: ", s, zero ? wrong.zeroed : wrong.twice);
    }
    fputc('\n', out);
}

bool message_explain(FILE *out, const char *code)
{
    const mistake_row *row = code[0] != '\0' ? mistake_by_code(code) : NULL;
    if (row == NULL) return false;
    const flaw f = example(row);
    const explanation_text *text = text_of(row);
    char line[320];
    signature s;
    const flaw *named = row->place == MISTAKE_IN_WALK ? NULL : &f;
    fprintf(out, "%s: %s\n\n", row->code,
            message_text(row->sentence, named, line, sizeof line));
    if (row->place == MISTAKE_IN_SLIP)
        fprintf(out, "    the rule has %s; right is %s%s\n\n", row->why,
                signature_rule_text(row->op, row->partial > 0),
                strchr(row->why, 'z') != NULL ? ", with z for the result" : "");
    else {
        wrapped(out, "    ", message_text(row->why, named, line, sizeof line));
        fputc('\n', out);
    }
    if (mistake_smallest(&f, &s)) show_program(out, &f, &s);
    fprintf(out, "  Why it happens\n");
    wrapped(out, "    ", text->why);
    fprintf(out, "\n  How to see it in a debugger\n");
    wrapped(out, "    ", text->debugger);
    if (row->hint[0][0] != '\0') fprintf(out, "\n  Hints\n");
    for (int k = 0; k < 3 && row->hint[k][0] != '\0'; k++) {
        char hint[320];
        snprintf(hint, sizeof hint, "%d. %s", k + 1,
                 message_text(row->hint[k], named, line, sizeof line));
        wrapped(out, "    ", hint);
    }
    return true;
}

/* ---- The table ------------------------------------------------------------------- */

/* x: by the first backward; 2: by a later one alone. */
static const char *shown(const signature *s, const flaw *f)
{
    outcome right, wrong;
    mistake_run(s, NULL, 0, CONDUCT_STALE, &right);
    mistake_run(s, f, 1, CONDUCT_STALE, &wrong);
    if (differ(wrong.value, right.value, signature_nodes(s)) ||
        differ(wrong.after, right.after, signature_nodes(s)) ||
        differ(wrong.once, right.once, s->inputs))
        return "x";
    return mistake_shows(s, f, CONDUCT_STALE) ? "2" : "";
}

int message_write_table(FILE *out)
{
    fprintf(
        out,
        "# Known mistakes of autograd engines\n\n"
        "Each row is a mistake that `gradyno engine` names; `--explain G07` has the "
        "page "
        "on it. Columns 1 to %zu are the\nsignature programs: x, its first backward "
        "shows "
        "the mistake; 2, a later one. The last column is the smallest\nof all programs "
        "that shows it, found by trying them all. This file is written by the test "
        "suite "
        "`mistakes`\n(with `GRADYNO_WRITE_MISTAKES=1`), which fails where it is not up "
        "to "
        "date.\n\n",
        signatures_count);
    for (size_t i = 0; i < signatures_count; i++) {
        char text[SIGNATURE_TEXT];
        fprintf(out, "%zu. *%s*: `%s`\n", i + 1, signatures[i].name,
                signature_expr(&signatures[i], text, sizeof text));
    }
    fprintf(out, "\n| code | mistake |");
    for (size_t i = 0; i < signatures_count; i++) fprintf(out, " %zu |", i + 1);
    fprintf(out, " smallest program |\n|---|---|");
    for (size_t i = 0; i < signatures_count; i++) fprintf(out, "---|");
    fprintf(out, "---|\n");
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const mistake_row *row = &mistake_rows[kind];
        if (row->code[0] == '\0' || mistake_by_code(row->code) != row) continue;
        char text[320];
        signature s;
        const flaw f = example(row);
        fprintf(out, "| %s | %s |", row->code,
                message_text(row->sentence, row->op == AD_OP_count ? NULL : &f, text,
                             sizeof text));
        for (size_t i = 0; i < signatures_count; i++)
            fprintf(out, " %s |", shown(&signatures[i], &f));
        fprintf(out, " `%s` |\n",
                mistake_smallest(&f, &s) ? signature_expr(&s, text, sizeof text) : "");
    }
    return ferror(out) ? -1 : 0;
}
