/* More on the rule of one operation. */
#include <string.h>

#include "verify/kit/message_parts.h"

/* Of one operand: its derivative is 0, or nothing is written; a half or a third in the
 * formula is 0 where integers are divided. */
void message_no_derivative(message *m, const flaw *f)
{
    const char *name = ad_ops[f->op].name, *part = f->op == AD_OP_sqrt   ? "1 / 2"
                                                   : f->op == AD_OP_cbrt ? "1 / 3"
                                                                         : NULL;
    m->sentence[0] = '\0';
    ADD(m->sentence,
        "the rule for %s gives 0: its derivative is 0 everywhere, or never "
        "passed on",
        name);
    if (part == NULL) return;
    snprintf(
        m->hint[0], sizeof m->hint[0],
        "Is there a quotient of integers in the rule for %s? %s is 0 then; 1.0 / %s "
        "is not.",
        name, part, part + 4);
}

/* Where the result is no factor of the right rule, but stands below it, as in x / z: it is
 * divided by twice. */
void message_over_result(message *m, const flaw *f)
{
    if (f->op == AD_OP_count) return;
    const char *right = signature_rule_text(f->op, f->partial > 0),
               *name = ad_ops[f->op].name, *below = strchr(right, '/');
    const bool by_root =
        below != NULL && strchr(below, 'z') != NULL && strstr(below, "z^") == NULL;
    if (right[0] == 'z') return; /* there it is lost */
    m->sentence[0] = m->why[0] = '\0';
    if (by_root) {
        ADD(m->sentence, "the rule for %s divides by the square of its result", name);
        ADD(m->why,
            "The number is the right one over z, z being the result: %s is right.",
            right);
    } else {
        ADD(m->sentence, "the rule for %s divides by its result, which it should not",
            name);
        ADD(m->why, "The number is the right one over z, z being the result.");
    }
    snprintf(m->hint[0], sizeof m->hint[0],
             "By what does your rule for %s divide, and how often is out.data in that?",
             name);
    snprintf(m->hint[2], sizeof m->hint[2], "Write %s into the rule.", right);
}

/* A formula that belongs to another function, as 1 / sqrt(x^2 - 1) to acosh. */
void message_sister(message *m, const flaw *f)
{
    char text[200];
    form_text(&f->form, f->op, f->partial, text, sizeof text);
    if (f->kind != MISTAKE_OF_formula || strpbrk(text, "xy") == NULL ||
        strchr(text, 'z') != NULL)
        return;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (op == (int)f->op || ad_ops[op].operands != 1 ||
            strcmp(signature_rule_text((ad_op)op, false), text) != 0)
            continue;
        ADD(m->why, " It is the derivative of %s.", ad_ops[op].name);
        return;
    }
}

/* Values, or gradients, that lack digits: where the operation is alone. */
static bool lacks_digits(const evidence *e, ad_op op, bool of_values)
{
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        if (!e->got[p].ran || s->steps != 1 ||
            (op != AD_OP_count && s->step[0].op != op))
            continue;
        outcome right;
        mistake_run(s, NULL, 0, CONDUCT_ZEROES, &right);
        const int last = of_values ? signature_nodes(s) : s->inputs - s->constants;
        for (int k = of_values ? s->inputs : 0; k < last; k++) {
            const double got = of_values ? e->got[p].value[k] : e->got[p].once[k],
                         want = of_values ? right.value[k] : right.once[k];
            if (!mistake_close(got, want, 1e-12, 1e-15)) return true;
        }
    }
    return false;
}

void message_float(message *m, const evidence *e, const flaw *f)
{
    const bool values = lacks_digits(e, f->op, true),
               gradients = lacks_digits(e, f->op, false);
    if (values == gradients) return;
    m->sentence[0] = '\0';
    if (f->op == AD_OP_count)
        ADD(m->sentence, "%s pass through float on the way; %s do not",
            values ? "values" : "gradients", values ? "gradients" : "values");
    else
        ADD(m->sentence, "%s %s is computed in float, not in double",
            values ? "the value of" : "the gradient of", ad_ops[f->op].name);
}

/* Which part. */
void message_cleared(message *m, const flaw *f)
{
    static const char *const as_if[] = {
        "a memset was given n, where n numbers have 8 n bytes",
        "a memset was given 4 bytes for each number, where one has 8",
        "a memset was given the size of a pointer: only the first is cleared",
        "the loop that clears began at the second node",
        "the loop that clears ended before the last node",
        "the loop that clears ended halfway"};
    ADD(m->why, " It is as if %s.", as_if[(int)f->form.k - 1]);
}

/* As which operand the first node gets nothing. */
void message_none(message *m, const flaw *f)
{
    static const char *const as[] = {"as a second operand", "as an operand",
                                     "as a first operand",
                                     "and whoever has it for an operand gives nothing"};
    ADD(m->why, " The first node of a record is given nothing %s.",
        as[(int)f->form.k - 1]);
}

/* Its bits: what a node has is taken at its turn; the last is done first; again. */
void message_turns(message *m, const flaw *f)
{
    const int bits = (int)f->form.k - 1;
    if (!(bits & 4) || (bits & 1)) return;
    m->sentence[0] = m->why[0] = '\0';
    ADD(m->sentence, "a node that one operation uses twice has its turn twice");
    ADD(m->why, "The use x * x is counted once and ticked off twice, and each time the "
                "node is put in line: it passes all that it has on two times.");
}
