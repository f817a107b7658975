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
