/* What is known about a cause, put into words. */
#include "verify/kit/message.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static void add(char *text, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add(char *text, size_t room, const char *format, ...)
{
    const size_t n = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    if (n + 1 < room) vsnprintf(text + n, room - n, format, arguments);
    va_end(arguments);
}
#define ADD(to, ...) add(to, sizeof(to), __VA_ARGS__)

const char *message_text(const char *text, const flaw *f, char *room, size_t size)
{
    static const char rule[] = "the rule for %o";
    const bool one = f != NULL && f->op != AD_OP_count;
    const char *op = one ? ad_ops[f->op].name : "one operation";
    room[0] = '\0';
    while (*text != '\0') {
        if (!one && f != NULL && strncmp(text, rule, sizeof rule - 1) == 0) {
            add(room, size, "every rule");
            text += sizeof rule - 1;
        } else if (text[0] == '%' && text[1] == 'o') {
            add(room, size, "%s", op);
            text += 2;
        } else {
            add(room, size, "%c", *text++);
        }
    }
    return room;
}

static const mistake_row *row_of(const flaw *f)
{
    return &mistake_rows[mistake_rows[f->kind].same_as];
}

/* ---- Which number is wrong, and in which pass ------------------------------------ */

typedef enum pass { IN_VALUE, IN_ONCE, IN_AFTER, IN_TWICE, IN_ZEROED } pass;

/* Whether one of the numbers is wrong; a right engine's are in `right`. */
static bool differs(const double *got, const double *right, int n, double relative)
{
    for (int i = 0; i < n; i++) {
        if (got[i] == right[i] || (isnan(got[i]) && isnan(right[i]))) continue;
        if (!(fabs(got[i] - right[i]) <= relative * fabs(right[i]) + relative * 1e-3))
            return true;
    }
    return false;
}

static pass wrong_pass(const evidence *e, size_t p, const outcome *right)
{
    const signature *s = &e->program[p];
    const outcome *got = &e->got[p];
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    const int n = got->saw_constants ? s->inputs : s->inputs - s->constants;
    if (differs(got->value, right->value, signature_nodes(s), relative))
        return IN_VALUE;
    if (differs(got->after, right->after, signature_nodes(s), relative))
        return IN_AFTER;
    if (differs(got->once, right->once, n, relative)) return IN_ONCE;
    return differs(got->twice, right->twice, n, relative) ? IN_TWICE : IN_ZEROED;
}

static const double *numbers(const outcome *o, pass which)
{
    switch (which) {
    case IN_VALUE: return o->value;
    case IN_AFTER: return o->after;
    case IN_TWICE: return o->twice;
    case IN_ZEROED: return o->zeroed;
    default: return o->once;
    }
}

static bool is_of_values(pass which) { return which == IN_VALUE || which == IN_AFTER; }

/* "dx = 5, dy = 2": the gradients; the value that is wrong, where it is one. */
static void list(char *text, size_t room, const evidence *e, size_t p, pass which,
                 const outcome *shown, const outcome *right)
{
    const signature *s = &e->program[p];
    const double *number = numbers(shown, which);
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    text[0] = '\0';
    if (is_of_values(which)) {
        for (int k = 0; k < signature_nodes(s); k++)
            if (differs(numbers(&e->got[p], which) + k, numbers(right, which) + k, 1,
                        relative)) {
                add(text, room, "%c = %.10g", signature_node_name(s, k), number[k]);
                return;
            }
        return;
    }
    const int n = e->got[p].saw_constants ? s->inputs : s->inputs - s->constants;
    for (int i = 0; i < n; i++)
        add(text, room, "%sd%c = %.10g", i > 0 ? ", " : "", signature_node_name(s, i),
            number[i]);
}

/* The input whose gradient is wrong first. */
static int wrong_input(const evidence *e, size_t p, pass which, const outcome *right)
{
    const double *got = numbers(&e->got[p], which), *want = numbers(right, which);
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    for (int i = 0; i < e->program[p].inputs && !is_of_values(which); i++)
        if (differs(got + i, want + i, 1, relative)) return i;
    return 0;
}

/* ---- The program ----------------------------------------------------------------- */

static void write_run(message *m, const signature *s, const outcome *right, pass which)
{
    char text[48], statement[56];
    snprintf(m->run[m->runs++], sizeof m->run[0], "%s",
             signature_inputs_text(s, text, sizeof text));
    for (int k = 0; k < s->steps && m->runs < MESSAGE_STEPS; k++) {
        const int node = s->inputs + k;
        snprintf(statement, sizeof statement, "%c = %s", signature_node_name(s, node),
                 signature_step_text(s, k, text, sizeof text));
        snprintf(m->run[m->runs++], sizeof m->run[0], "%-18s %.10g%s", statement,
                 right->value[node],
                 k + 1 < s->steps     ? ""
                 : which == IN_VALUE  ? ""
                 : which == IN_TWICE  ? "   then backward twice"
                 : which == IN_ZEROED ? "   then backward, zero_grad, backward"
                                      : "   forward is right");
    }
    const int from = which == IN_ZEROED ? s->second : s->root;
    if (from != signature_nodes(s) - 1 && m->runs < MESSAGE_STEPS)
        snprintf(m->run[m->runs++], sizeof m->run[0], "backward from %c",
                 signature_node_name(s, from));
    snprintf(m->title, sizeof m->title, "program \"%s\", %d operation%s", s->name,
             s->steps, s->steps == 1 ? "" : "s");
}

/* The gradient of input i of a small program, as one does it on paper. */
static void write_by_hand(message *m, const signature *s, int i, pass which)
{
    const ad_op op = s->step[0].op;
    const char *rule = signature_rule_text(op, i < ad_ops[op].operands ? i : 0);
    if (which == IN_VALUE) return;
    if (which == IN_AFTER) {
        ADD(m->by_hand, "backward writes to gradients alone");
    } else if (s->by_hand != NULL && which == IN_ONCE) {
        ADD(m->by_hand, "%s", s->by_hand);
    } else if (which == IN_TWICE) {
        ADD(m->by_hand, "the first backward once more");
    } else if (which == IN_ZEROED) {
        ADD(m->by_hand, "as if there had been no backward before");
    } else if (s->steps == 1) {
        if (s->inputs == 1 && ad_ops[op].operands == 2)
            ADD(m->by_hand, "both operands are x: add both parts");
        else
            ADD(m->by_hand, "d%c = %s", signature_node_name(s, i), rule);
    } else if (s->steps == 2 && i < ad_ops[op].operands) {
        const signature_step *last = &s->step[1];
        if (last->op == AD_OP_mul && last->operand[0] != last->operand[1])
            ADD(m->by_hand, "%g * (%s)", s->x[s->inputs - 1], rule);
        else if (last->operand[0] == last->operand[1])
            ADD(m->by_hand, "2 * (%s)", rule);
        else
            ADD(m->by_hand, "%s(%s)", last->operand[0] == i ? "1 + " : "", rule);
    }
}

/* ---- What the number means ------------------------------------------------------- */

/* "1 would be G03, 0 G04": what other mistakes of the walk would have given here. */
static void write_excluded(message *m, const evidence *e, size_t p, pass which, int i)
{
    const outcome *got = &e->got[p];
    double seen[4] = {numbers(got, which)[i]};
    size_t n = 1;
    if (is_of_values(which)) return;
    static const mistake_kind usual[] = {MISTAKE_OF_preorder, MISTAKE_OF_overwrite,
                                         MISTAKE_OF_paths, MISTAKE_OF_children_first,
                                         MISTAKE_OF_no_visited};
    for (size_t k = 0; k < sizeof usual / sizeof *usual && n < 4; k++) {
        const flaw f = {usual[k], AD_OP_count, -1};
        outcome o, right;
        mistake_run(&e->program[p], NULL, 0, CONDUCT_ZEROES, &right);
        mistake_run(&e->program[p], &f, 1, CONDUCT_ZEROES, &o);
        const double x = o.once[i];
        bool is_new = x != right.once[i];
        for (size_t j = 0; j < n; j++) is_new &= x != seen[j];
        if (!is_new || which != IN_ONCE) continue;
        ADD(m->sure, "%s%.10g%s %s", n == 1 ? " (" : ", ", x, n == 1 ? " would be" : "",
            mistake_code(&f));
        seen[n++] = x;
    }
    if (n > 1) ADD(m->sure, ")");
}

static void write_slip(message *m, const flaw *f)
{
    const mistake_row *row = &mistake_rows[f->kind];
    const char *right = signature_rule_text(row->op, row->partial > 0);
    ADD(m->why, "The rule computes %s. Right is %s%s.", row->why, right,
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

static void write_named(message *m, const cause *c)
{
    char text[240];
    const mistake_row *row = row_of(&c->flaw);
    snprintf(m->code, sizeof m->code, "%s", row->code);
    ADD(m->sentence, "%s", message_text(row->sentence, &c->flaw, text, sizeof text));
    if (row->place == MISTAKE_IN_SLIP)
        write_slip(m, &c->flaw);
    else
        ADD(m->why, "%s", message_text(row->why, &c->flaw, text, sizeof text));
    const bool of_many = c->flaw.op == AD_OP_count || ad_ops[c->flaw.op].operands > 1;
    if ((row->place == MISTAKE_IN_PARTIAL || row->place == MISTAKE_IN_RULE) &&
        c->flaw.partial >= 0 && of_many)
        ADD(m->why, " It is so for the %s operand.",
            (const char *[]){"first", "second", "third"}[c->flaw.partial]);
    write_hints(m, &c->flaw);
}

static void write_tie(message *m, const cause *c)
{
    char text[240];
    const flaw *f = &c->flaw;
    snprintf(m->code, sizeof m->code, "G00");
    m->sentence[0] = m->why[0] = '\0';
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

static void write_unknown(message *m, const diagnosis *d, const cause *c, pass which)
{
    snprintf(m->code, sizeof m->code, "G00");
    const bool of_op = c->suspect != AD_OP_count;
    const char *op = of_op ? ad_ops[c->suspect].name : "";
    ADD(m->sentence, "%s, no known pattern%s%s",
        which == IN_VALUE || which == IN_AFTER ? "value differs" : "gradient differs",
        of_op ? ": look at " : "", op);
    if (of_op)
        ADD(m->why,
            "Programs without %s are right or explained: the rule for %s is to "
            "blame.",
            op, op);
    else if (d->first_right)
        ADD(m->why, "The first backward is right. The second one's gradients are "
                    "neither the same, nor the sum of both.");
    else
        ADD(m->why, "This is the smallest program tried that fails.");
    snprintf(m->hint[0], sizeof m->hint[0],
             "Do this program by hand, and write down each node's gradient.");
    snprintf(
        m->hint[1], sizeof m->hint[1],
        "Print each node's gradient after each rule. Which is the first to differ?");
    snprintf(m->hint[2], sizeof m->hint[2],
             "The rule that ran just before that one wrote the wrong number.");
}

void message_make(message *m, const evidence *e, const diagnosis *d, size_t i)
{
    const cause *c = &d->cause[i];
    const size_t p = c->shown;
    const signature *s = &e->program[p];
    outcome right;
    memset(m, 0, sizeof *m);
    mistake_run(s, NULL, 0, d->conduct, &right);
    const pass which = wrong_pass(e, p, &right);
    const int input = wrong_input(e, p, which, &right);

    write_run(m, s, &right, which);
    list(m->expected, sizeof m->expected, e, p, which, &right, &right);
    list(m->got, sizeof m->got, e, p, which, &e->got[p], &right);
    write_by_hand(m, s, input, which);
    if (which == IN_ONCE) {
        if (s->inputs > 1)
            ADD(m->by_difference, "d%c = ", signature_node_name(s, input));
        ADD(m->by_difference, "%.10g", signature_difference(s, input));
    }
    signature_expr(s, m->expr, sizeof m->expr);

    if (!c->named)
        write_unknown(m, d, c, which);
    else
        write_named(m, c);
    if (c->rivals > 0) write_tie(m, c);
    if (d->values_right)
        ADD(m->why, " Forward is right everywhere, so only backward is to blame.");
    m->fit = c->programs > 0 ? (double)c->explained / (double)c->programs : 0;
    if (c->named && c->rivals == 0)
        ADD(m->sure,
            "%zu of %zu wrong programs show just what %s gives; no other "
            "known mistake fits",
            c->explained, c->programs, m->code);
    else
        ADD(m->sure, "%zu of %zu programs are wrong", d->failing, d->programs);
    if (d->causes > 1) ADD(m->sure, "; cause %zu of %zu", i + 1, d->causes);
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
