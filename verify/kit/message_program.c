/* The program of a message: which number is wrong, and how one does it on paper. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "verify/kit/digits.h"
#include "verify/kit/message_parts.h"

/* ---- Which number is wrong, and in which pass ------------------------------------ */

/* Whether one of the numbers is wrong; a right engine's are in `right`. */
static bool differs(const double *got, const double *right, int n, double relative)
{
    for (int i = 0; i < n; i++)
        if (!mistake_close(got[i], right[i], relative, relative * 1e-3)) return true;
    return false;
}

pass pass_wrong(const evidence *e, size_t p, const outcome *right)
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

const double *pass_numbers(const outcome *o, pass which)
{
    switch (which) {
    case IN_VALUE: return o->value;
    case IN_AFTER: return o->after;
    case IN_TWICE: return o->twice;
    case IN_ZEROED: return o->zeroed;
    default: return o->once;
    }
}

static bool pass_is_of_values(pass which)
{
    return which == IN_VALUE || which == IN_AFTER;
}

/* "dx = 5, dy = 2": the gradients; the value that is wrong, where it is one. */
void pass_list(char *text, size_t room, const evidence *e, size_t p, pass which,
               const outcome *shown, const outcome *right)
{
    const signature *s = &e->program[p];
    const double *number = pass_numbers(shown, which);
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    text[0] = '\0';
    if (pass_is_of_values(which)) {
        for (int k = 0; k < signature_nodes(s); k++)
            if (differs(pass_numbers(&e->got[p], which) + k,
                        pass_numbers(right, which) + k, 1, relative)) {
                message_add(text, room, "%c = %.*g", signature_node_name(s, k),
                            digits_apart(pass_numbers(&e->got[p], which)[k],
                                         pass_numbers(right, which)[k]),
                            number[k] + 0.0);
                return;
            }
        return;
    }
    const int n = e->got[p].saw_constants ? s->inputs : s->inputs - s->constants;
    for (int i = 0; i < n; i++)
        message_add(text, room, "%sd%c = %.*g", i > 0 ? ", " : "",
                    signature_node_name(s, i),
                    differs(pass_numbers(&e->got[p], which) + i,
                            pass_numbers(right, which) + i, 1, relative)
                        ? digits_apart(pass_numbers(&e->got[p], which)[i],
                                       pass_numbers(right, which)[i])
                        : 10,
                    number[i] + 0.0);
}

/* The input whose gradient is wrong first. */
int pass_input(const evidence *e, size_t p, pass which, const outcome *right)
{
    const double *got = pass_numbers(&e->got[p], which),
                 *want = pass_numbers(right, which);
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    for (int i = 0; i < e->program[p].inputs && !pass_is_of_values(which); i++)
        if (differs(got + i, want + i, 1, relative)) return i;
    return 0;
}

/* ---- The program ----------------------------------------------------------------- */

static void __attribute__((format(printf, 2, 3)))
add_line(message *m, const char *format, ...)
{
    va_list arguments;
    if (m->runs == MESSAGE_STEPS) return;
    va_start(arguments, format);
    vsnprintf(m->run[m->runs++], sizeof m->run[0], format, arguments);
    va_end(arguments);
}

void message_run(message *m, const signature *s, const outcome *right, pass which)
{
    char text[48], statement[56];
    snprintf(m->run[m->runs++], sizeof m->run[0], "%s",
             signature_inputs_text(s, text, sizeof text));
    for (int k = 0; k < s->steps && m->runs < MESSAGE_STEPS; k++) {
        const int node = s->inputs + k;
        snprintf(statement, sizeof statement, "%c = %s", signature_node_name(s, node),
                 signature_step_text(s, k, text, sizeof text));
        snprintf(m->run[m->runs++], sizeof m->run[0], "%-18s %.10g%s", statement,
                 right->value[node] + 0.0, /* without the sign of a 0 */
                 k + 1 < s->steps || which == IN_VALUE ? "" : "   forward is right");
    }
    const bool is_later = which == IN_TWICE || which == IN_ZEROED;
    if (is_later || s->root != signature_nodes(s) - 1)
        add_line(m, "backward from %c", signature_node_name(s, s->root));
    if (is_later) add_line(m, "backward from %c", signature_node_name(s, s->root));
    if (which == IN_ZEROED) add_line(m, "zero_grad");
    if (which == IN_ZEROED)
        add_line(m, "backward from %c", signature_node_name(s, s->second));
    snprintf(m->title, sizeof m->title, "program \"%s\", %d operation%s", s->name,
             s->steps, s->steps == 1 ? "" : "s");
}

/* ---- On paper -------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The derivative of a step by its operand k, in the program's own names: 1 - a^2 where
 * a = tanh(x). */
static void add_rule(char *text, size_t room, const signature *s, int step, int k)
{
    const signature_step *of = &s->step[step];
    const char *rule = signature_rule_text(of->op, k);
    for (const char *p = rule; *p != '\0'; p++) {
        const char *name = strchr("xywzc", *p);
        const bool alone = (p == rule || !is_letter(p[-1])) && !is_letter(p[1]);
        if (name == NULL || !alone)
            message_add(text, room, "%c", *p);
        else if (*p == 'c')
            message_add(text, room, "%g", of->c);
        else
            message_add(text, room, "%c",
                        signature_node_name(
                            s, *p == 'z' ? s->inputs + step
                                         : of->operand[*p == 'w' ? 2 : *p == 'y']));
    }
}

/* What a step passes on to a node for 1 from above: "1 + 1" for x + x; "" for nothing. */
static const char *share_text(const signature *s, int step, int node, char *text,
                              size_t room)
{
    const signature_step *of = &s->step[step];
    text[0] = '\0';
    for (int k = 0; k < ad_ops[of->op].operands; k++) {
        if (of->operand[k] != node) continue;
        if (text[0] != '\0') message_add(text, room, " + ");
        add_rule(text, room, s, step, k);
    }
    return text;
}

static void add_factor(char *text, size_t room, const char *factor)
{
    const bool several = strchr(factor, ' ') != NULL || factor[0] == '-';
    message_add(text, room, several ? "(%s)" : "%s", factor);
}

/* Of one step, or of two, the second using the first. */
static void write_chain(message *m, const signature *s, int i)
{
    char inner[80], outer[80], direct[80];
    const int root = s->root - s->inputs;
    char *text = m->by_hand;
    const size_t room = sizeof m->by_hand;
    if (root < 0 || root > 1) return;
    share_text(s, 0, i, inner, sizeof inner);
    if (root == 0 && inner[0] == '\0')
        message_add(text, room, "%c does not depend on %c",
                    signature_node_name(s, s->root), signature_node_name(s, i));
    if (root == 0) {
        message_add(text, room, "%s", inner);
        return;
    }
    share_text(s, 1, s->inputs, outer, sizeof outer);
    share_text(s, 1, i, direct, sizeof direct);
    if (inner[0] != '\0' && outer[0] != '\0') {
        const bool one = strcmp(inner, "1") == 0;
        if (strcmp(outer, "1") != 0 || one) add_factor(text, room, outer);
        if (strcmp(outer, "1") != 0 && !one) message_add(text, room, " * ");
        if (!one) add_factor(text, room, inner);
    }
    if (direct[0] != '\0')
        message_add(text, room, "%s%s", text[0] != '\0' ? " + " : "", direct);
}

/* The gradient of input i of a small program, as one does it on paper. */
void message_by_hand(message *m, const signature *s, int i, pass which)
{
    if (which == IN_VALUE) return;
    if (which == IN_AFTER)
        ADD(m->by_hand, "backward writes to gradients alone");
    else if (which == IN_TWICE)
        ADD(m->by_hand, "the first backward once more");
    else if (which == IN_ZEROED)
        ADD(m->by_hand, "as if there had been no backward before");
    else if (s->by_hand != NULL)
        ADD(m->by_hand, "%s", s->by_hand);
    else
        write_chain(m, s, i);
}
