/* What is known about a cause, put into words. */
#include <stdarg.h>
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_common.h"
#include "verify/kit/mistake_crossed.h"
#include "verify/kit/mistake_edit.h"
#include "verify/kit/mistake_fit.h"
#include "verify/kit/mistake_measure.h"
#include "verify/kit/mistake_written.h"

void message_add(char *text, size_t room, const char *format, ...)
{
    const size_t n = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    if (n + 1 < room) vsnprintf(text + n, room - n, format, arguments);
    va_end(arguments);
}

static const mistake_row *row_of(const flaw *f)
{
    const mistake_row *row = &mistake_rows[mistake_rows[f->kind].same_as];
    return row->sentence[0] != '\0' ? row : mistake_by_code(row->code);
}

/* ---- What the number means ------------------------------------------------------- */

/* "1 if = stood for +=": what other mistakes of the walk would have given here. */
static void write_excluded(message *m, const evidence *e, size_t p, pass which, int i)
{
    if (which != IN_ONCE) return;
    const outcome *got = &e->got[p];
    double seen[3] = {pass_numbers(got, which)[i]};
    size_t n = 1;
    static const mistake_kind usual[] = {MISTAKE_OF_preorder, MISTAKE_OF_overwrite,
                                         MISTAKE_OF_paths, MISTAKE_OF_children_first,
                                         MISTAKE_OF_no_visited};
    static const char *const in_short[] = {
        "if a node ran too early", "if = stood for +=", "if nodes ran once per path",
        "if operands ran first", "if nodes were listed twice"};
    for (size_t k = 0; k < sizeof usual / sizeof *usual && n < 3; k++) {
        const flaw f = {.kind = usual[k], .op = AD_OP_count, .partial = -1};
        outcome o, right;
        mistake_run(&e->program[p], NULL, 0, CONDUCT_ZEROES, &right);
        mistake_run(&e->program[p], &f, 1, CONDUCT_ZEROES, &o);
        const double x = o.once[i];
        bool is_new = x != right.once[i] && strcmp(mistake_code(&f), m->code) != 0;
        for (size_t j = 0; j < n; j++) is_new &= x != seen[j];
        if (!is_new) continue;
        ADD(m->sure, "%s %.10g %s",
            n == 1 ? " Other mistakes give other numbers:" : ",", x, in_short[k]);
        seen[n++] = x;
    }
    if (n > 1) ADD(m->sure, ".");
}

static void write_slip(message *m, const flaw *f)
{
    const mistake_row *row = &mistake_rows[f->kind];
    const char *right = signature_rule_text(row->op, row->partial > 0);
    const bool incoming =
        strstr(row->why, "g ") != NULL || strstr(row->why, " g") != NULL;
    ADD(m->why, "The rule computes %s%s. Right is %s%s.", row->why,
        incoming ? ", g being what comes from above" : "", right,
        strchr(right, 'z') != NULL ? ", z being the result" : "");
}

static void write_hints(message *m, const flaw *f)
{
    const mistake_row *row = row_of(f);
    char text[240];
    for (int k = 0; k < 3; k++)
        snprintf(m->hint[k], sizeof m->hint[k], "%s",
                 message_text(row->hint[k], f, text, sizeof text));
    if (row->place != MISTAKE_IN_SLIP) return;
    const char *op = ad_ops[row->op].name;
    snprintf(m->hint[0], sizeof m->hint[0],
             "What is the derivative of %s? Look it up, and then at your rule.", op);
    snprintf(m->hint[1], sizeof m->hint[1],
             "Your rule for %s computes %s. Where do the two part?", op, row->why);
    snprintf(m->hint[2], sizeof m->hint[2], "Write %s where %s stands.",
             signature_rule_text(row->op, row->partial > 0), row->why);
}

static void write_named(message *m, const cause *c, const bool *supported)
{
    char text[240];
    const mistake_row *row = row_of(&c->flaw);
    snprintf(m->code, sizeof m->code, "%s", row->code);
    ADD(m->sentence, "%s", message_text(row->sentence, &c->flaw, text, sizeof text));
    if (c->flaw.op == AD_OP_count && c->flaw.partial >= 0 && strlen(m->sentence) < 50)
        ADD(m->sentence, " (%s operand)", c->flaw.partial == 0 ? "first" : "second");
    const char *right = c->flaw.op == AD_OP_count
                            ? ""
                            : signature_rule_text(c->flaw.op, c->flaw.partial > 0);
    if (c->flaw.kind == MISTAKE_OF_formula && strstr(right, " where ") == NULL &&
        strlen(m->sentence) + strlen(right) < 62)
        ADD(m->sentence, ", not %s", right);
    if (row->place == MISTAKE_IN_SLIP)
        write_slip(m, &c->flaw);
    else
        ADD(m->why, "%s", message_text(row->why, &c->flaw, text, sizeof text));
    if (c->flaw.kind == MISTAKE_OF_value_written || c->flaw.kind == MISTAKE_OF_written)
        ADD(m->why, " %s", written_why((int)c->flaw.form.k));
    if (c->flaw.kind == MISTAKE_OF_cleared_in_part) message_cleared(m, &c->flaw);
    if (c->flaw.kind == MISTAKE_OF_zero_is_none) message_none(m, &c->flaw);
    if (mistake_is_set(&c->flaw))
        ADD(m->why,
            " In which order it goes to the operands changes from run to run, or "
            "graph to graph: are they in a set?");
    if (c->flaw.kind == MISTAKE_OF_ready_early) message_turns(m, &c->flaw);
    if (c->flaw.kind == MISTAKE_OF_first_left_out && c->flaw.form.k > 1)
        ADD(m->why, " So is the second.");
    const bool of_many = c->flaw.op == AD_OP_count || ad_ops[c->flaw.op].operands > 1;
    if ((row->place == MISTAKE_IN_PARTIAL || row->place == MISTAKE_IN_RULE ||
         row->place == MISTAKE_IN_FORM) &&
        !mistake_is_of_value(&c->flaw) && c->flaw.partial >= 0 && of_many)
        ADD(m->why, " It is so for the %s operand.",
            (const char *[]){"first", "second", "third"}[c->flaw.partial]);
    if (c->flaw.op != AD_OP_count) message_sister(m, &c->flaw, supported);
    write_hints(m, &c->flaw);
    if (c->flaw.kind == MISTAKE_OF_nothing && !of_many)
        message_no_derivative(m, &c->flaw);
    if (c->flaw.kind == MISTAKE_OF_over_result) message_over_result(m, &c->flaw);
    if (c->flaw.form.side == FORM_C_NONE) message_over_constant(m, &c->flaw);
    if (c->flaw.op != AD_OP_count && row->op == AD_OP_count)
        snprintf(m->of, sizeof m->of, ".%s", ad_ops[c->flaw.op].name);
}

static void write_tie(message *m, const cause *c)
{
    char text[240];
    const flaw *f = &c->flaw;
    snprintf(m->code, sizeof m->code, "G00");
    m->sentence[0] = m->why[0] = m->of[0] = '\0';
    ADD(m->sentence, "gradient differs, one of %s", mistake_code(f));
    ADD(m->why, "%s: %s.", mistake_code(f),
        message_text(row_of(f)->sentence, f, text, sizeof text));
    for (size_t i = 0; i < c->rivals; i++) {
        f = &c->rival[i];
        ADD(m->sentence, ", %s", mistake_code(f));
        ADD(m->why, " %s: %s.", mistake_code(f),
            message_text(row_of(f)->sentence, f, text, sizeof text));
    }
}

/* What a wrong walk may hide: operations that are wrong, or made of several nodes. */
static void write_hidden(message *m, const diagnosis *d)
{
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (d->hidden[op])
            ADD(m->why, "%s%s",
                n++ == 0 ? " It may not be all that is wrong in " : ", ",
                ad_ops[op].name);
    if (n > 0) ADD(m->why, ": run again when it is mended.");
}

/* Many operations, one mistake; two have the hints of one. */
enum { FEW = 2 };

static void write_twins(message *m, const cause *c)
{
    m->of[0] = '\0';
    if (c->twins == 1)
        ADD(m->sentence, "; so does %s", ad_ops[c->twin[0]].name);
    else
        ADD(m->sentence, "; so %s %zu others",
            strstr(m->sentence, " is computed ") != NULL ? "are those of" : "do",
            c->twins);
    ADD(m->why, " The same goes for");
    for (size_t k = 0; k < c->twins && k < 6; k++)
        ADD(m->why, "%s %s", k > 0 ? "," : "", ad_ops[c->twin[k]].name);
    ADD(m->why, "%s. Look for what they share: a table, a loop, a helper.",
        c->twins > 6 ? ", ..." : "");
    if (c->twins < FEW) return;
    snprintf(m->hint[0], sizeof m->hint[0],
             "Where do the rules of these operations come together in your code?");
    if (c->flaw.kind != MISTAKE_OF_formula) return;
    /* One formula, which is right for one of them at most: that of the last turn. */
    snprintf(m->hint[1], sizeof m->hint[1],
             "Are they made in a loop? A rule that reads the loop's variable reads, in "
             "backward, what it was in the last turn.");
    snprintf(m->hint[2], sizeof m->hint[2],
             "Give each rule its own derivative when it is made: an argument with a "
             "default, or a function that returns the rule.");
}

/* Then all of its programs were found to have seven digits. */
static bool is_of_digits(const cause *c)
{
    return c->flaw.kind == MISTAKE_OF_rounded_to_float ||
           c->flaw.kind == MISTAKE_OF_float_in_op;
}

void message_make(message *m, const evidence *e, const diagnosis *d, size_t i)
{
    const cause *c = &d->cause[i];
    const size_t p = c->shown;
    const signature *s = &e->program[p];
    outcome right;
    memset(m, 0, sizeof *m);
    mistake_right(e, d, p, &right);
    const pass which = pass_wrong(e, p, &right);
    const int input = pass_input(e, p, which, &right);

    message_run(m, s, &right, which);
    pass_list(m->expected, sizeof m->expected, e, p, which, &right, &right);
    pass_list(m->got, sizeof m->got, e, p, which, &e->got[p], &right);
    message_by_hand(m, s, input, which);
    if (which == IN_ONCE) {
        if (s->inputs > 1)
            ADD(m->by_difference, "d%c = ", signature_node_name(s, input));
        ADD(m->by_difference, "%.10g", signature_difference(s, input));
    }
    signature_expr(s, m->expr, sizeof m->expr);

    if (!c->named && !message_measure(m, e, c))
        message_unknown(m, e, d, c, which);
    else if (c->named)
        write_named(m, c, e->supported);
    if (c->rivals > 0) write_tie(m, c);
    if (c->named && c->rivals == 0 && strcmp(m->code, "G38") == 0)
        message_float(m, e, &c->flaw);
    if (c->named && (crossed_is(c->flaw.kind) || common_is(c->flaw.kind)))
        message_crossed(m, e, c);
    else if (c->twins > 0)
        write_twins(m, c);
    if (i == 0) write_hidden(m, d);
    if (d->values_right)
        ADD(m->why, " Forward is right everywhere, so only backward is to blame.");
    m->fit = c->programs > 0 ? (double)c->explained / (double)c->programs : 0;
    if (c->named && c->rivals == 0 && c->explained > 0)
        ADD(m->sure,
            "%zu of %zu wrong programs show just what %s gives%s. No other known "
            "mistake fits.",
            c->explained, c->programs, m->code,
            is_of_digits(c) && d->causes == 1 && c->explained < c->programs
                ? ", the others are right to seven digits"
                : "");
    else
        ADD(m->sure, "%zu of %zu programs are wrong.", d->failing, d->programs);
    write_excluded(m, e, p, which, input);
}

void message_to_finding(const message *m, finding *f)
{
    f->status = FINDING_FAIL;
    f->fit = m->fit;
    f->run[0] = '\0';
    snprintf(f->title, sizeof f->title, "%s", m->title);
    snprintf(f->code, sizeof f->code, "%s", m->code);
    snprintf(f->text, sizeof f->text, "%s", m->sentence);
    snprintf(f->expected, sizeof f->expected, "%s", m->expected);
    snprintf(f->got, sizeof f->got, "%s", m->got);
    snprintf(f->why, sizeof f->why, "%s", m->why);
    snprintf(f->sure, sizeof f->sure, "%.*s", (int)sizeof f->sure - 1, m->sure);
    for (size_t k = 0; k < m->runs; k++)
        ADD(f->run, "%s%s", k > 0 ? "\n" : "", m->run[k]);
}
