/* The page on a mistake, and the table of all. */
#include <math.h>
#include <string.h>

#include "verify/kit/message_parts.h"

typedef struct explanation_text {
    const char *code, *why, *debugger;
} explanation_text;

static const explanation_text explained[] = {
#define EXPLAIN(code, why, debugger) {#code, why, debugger},
#define SHOWN(code, where, example)
#include "verify/kit/explain.def"
};

static const struct {
    const char *code, *where, *example;
} shown[] = {
#define EXPLAIN(code, why, debugger)
#define SHOWN(code, where, example) {#code, where, example},
#include "verify/kit/explain.def"
};

enum { SHOWN = sizeof shown / sizeof *shown };

static size_t place_of(const char *code)
{
    size_t i = 0;
    while (i < SHOWN && strcmp(shown[i].code, code) != 0) i++;
    return i;
}

const char *message_seen_in(const char *code)
{
    const size_t i = place_of(code);
    return i < SHOWN ? shown[i].where : NULL;
}

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
    [MISTAKE_IN_VALUE] =
        {"",
         "Forward computes another function than the one of that name. Gradients "
         "that fit the wrong value, or the right one, cannot put it right.",
         "Print the value of this operation for an operand of which you know it."},
    [MISTAKE_IN_LATER] =
        {"",
         "It is a mistake of the walk or of what is kept, and not of a rule. Where the "
         "page has a number, yours may be another.",
         "Stop in the rule of each node and write down its name and its gradient; "
         "compare with the picture, node by node."},
    [MISTAKE_IN_FORM] =
        {"",
         "The formula is one that no table has: it was found by trying what the "
         "operands, the result and simple functions of them give. Operation, formula "
         "and number are an example here; the message has yours.",
         "Stop in the rule with 1 from above: what it adds is its derivative. Compare "
         "with (f(x + h) - f(x)) / h for h = 0.001."},
    [MISTAKE_IN_NO_FORM] = {
        "",
        "None of the known mistakes gives these numbers, and none of the formulae that "
        "are tried; yours may be a simple one all the same. Which operation it is, and "
        "how far it is off, is certain: the message has your numbers. Those here are "
        "of an example.",
        "Stop in the rule with 1 from above: what it adds is its derivative. Compare "
        "with (f(x + h) - f(x)) / h for h = 0.001."}};

static const explanation_text *text_of(const mistake_row *row)
{
    for (size_t i = 0; i < sizeof explained / sizeof *explained; i++)
        if (strcmp(explained[i].code, row->code) == 0) return &explained[i];
    return &general[row->place];
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

/* Line by line. */
static void show_in_words(FILE *out, const char *example)
{
    char line[160];
    fprintf(out, "  An example\n");
    while (*example != '\0') {
        const size_t n = strcspn(example, "\n");
        if (n < sizeof line && example[n] == '\n') {
            snprintf(line, sizeof line, "%.*s", (int)n, example);
            if (n == 0) fputc('\n', out);
            wrapped(out, "    ", line);
        } else {
            wrapped(out, "    ", example);
        }
        example += n + (example[n] == '\n');
    }
    fputc('\n', out);
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

bool message_differ(const double *a, const double *b, int n)
{
    for (int i = 0; i < n; i++)
        if (!mistake_close(a[i], b[i], 1e-9, 0)) return true;
    return false;
}

/* The smallest program: what it is, what is right, and what the mistake makes of it;
 * where that is not the one that was found, it is an example of one. */
static void show_program(FILE *out, const flaw *f, const signature *s, bool is_own)
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
    const bool is_other = mistake_rows[f->kind].place == MISTAKE_IN_FORM && !is_own;
    const char *label = is_other ? "in an example:   " : "with the mistake:",
               *with = is_other ? "in an example:    " : "with the mistake: ";
    fprintf(out,
            "  Smallest program that shows it (no other with fewer operations does)\n"
            "    %s\n\n",
            signature_expr(s, text, sizeof text));
    draw(&p, s->root, NULL, true, 1);
    fputc('\n', out);
    if (message_differ(wrong.value, right.value, signature_nodes(s))) {
        fprintf(out, "    value, right:            %.10g\n    value, %s %.10g\n",
                right.value[s->root], label, wrong.value[s->root]);
    } else if (message_differ(wrong.once, right.once, n)) {
        gradients(out, "right:            ", s, right.once);
        gradients(out, with, s, wrong.once);
    } else if (message_differ(wrong.once, right.once, s->inputs)) {
        fprintf(out, "    %c is a constant: right d%c = 0, with the mistake %.10g\n",
                signature_node_name(s, s->inputs - 1),
                signature_node_name(s, s->inputs - 1), wrong.once[s->inputs - 1]);
    } else {
        const bool zero = message_differ(wrong.zeroed, right.zeroed, n);
        fprintf(out, "    backward, %sbackward:\n", zero ? "zero_grad, " : "");
        gradients(out, "right:            ", s, zero ? right.zeroed : right.twice);
        gradients(out, with, s, zero ? wrong.zeroed : wrong.twice);
    }
    fputc('\n', out);
}

/* G00: what has no name. */
static bool explain_none(FILE *out)
{
    fprintf(out, "G00: a number is wrong, and no known mistake gives it\n\n");
    wrapped(out, "    ",
            "The message has the smallest program that was tried and fails. Do it by "
            "hand, node by node, and print each node's value and gradient in your "
            "engine: the first that differs is where to look. Where several codes are "
            "given, each of them fits; --explain shows how they differ.");
    return true;
}

/* "G123.div": the row, and the operation; AD_OP_count where none is given. */
static const mistake_row *row_and_op(const char *code, ad_op *op)
{
    char alone[8];
    const char *dot = strchr(code, '.');
    const size_t n = dot != NULL ? (size_t)(dot - code) : strlen(code);
    *op = AD_OP_count;
    if (n == 0 || n >= sizeof alone) return NULL;
    snprintf(alone, sizeof alone, "%.*s", (int)n, code);
    if (dot != NULL) *op = ad_op_find(dot + 1);
    if (dot != NULL && ((int)*op < AD_FIRST_ROW || (int)*op > AD_LAST_ROW)) return NULL;
    return mistake_by_code(alone);
}

bool message_explain(FILE *out, const char *code)
{
    ad_op op;
    const mistake_row *row = row_and_op(code, &op);
    if (strcmp(code, "G00") == 0) return explain_none(out);
    if (row == NULL) return false;
    const flaw f = message_example(row, op);
    const explanation_text *text = text_of(row);
    char line[320];
    signature s;
    const size_t example = place_of(row->code);
    const flaw *named = row->place == MISTAKE_IN_WALK ? NULL : &f;
    fprintf(out, "%s: %s\n\n", row->code,
            message_text(row->sentence, named, line, sizeof line));
    if (row->place == MISTAKE_IN_SLIP) {
        snprintf(line, sizeof line, "the rule has %s; right is %s%s", row->why,
                 signature_rule_text(row->op, row->partial > 0),
                 strchr(row->why, 'z') != NULL ? ", with z for the result" : "");
        wrapped(out, "    ", line);
        fputc('\n', out);
    } else {
        wrapped(out, "    ", message_text(row->why, named, line, sizeof line));
        fputc('\n', out);
    }
    const bool is_example = row->place == MISTAKE_IN_RULE ||
                            row->place == MISTAKE_IN_PARTIAL ||
                            row->place == MISTAKE_IN_FORM;
    if (is_example && op == AD_OP_count && f.op != AD_OP_count) {
        snprintf(line, sizeof line,
                 "Here it is %s, as an example; --explain %s.sqrt (or another "
                 "operation) shows it there.",
                 ad_ops[f.op].name, row->code);
        wrapped(out, "    ", line);
        fputc('\n', out);
    }
    if (example < SHOWN) {
        show_in_words(out, shown[example].example);
    } else if (mistake_smallest(&f, &s)) {
        show_program(out, &f, &s, row->place != MISTAKE_IN_NO_FORM);
    }
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
