/* Operations that have what belongs to others: which has whose. */
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_common.h"
#include "verify/kit/mistake_crossed.h"

void message_crossed(message *m, const evidence *e, const cause *c)
{
    enum { NAMED = 4 };
    const bool rules = crossed_is_of_rules(c->flaw.kind);
    char text[80];
    size_t n = 0;
    m->of[0] = '\0';
    if (common_is_rounding(c->flaw.kind) && c->flaw.form.k == 0)
        ADD(m->sentence, ", to a whole number");
    else if (common_is_rounding(c->flaw.kind))
        ADD(m->sentence, ", to %.0f %s%s", c->flaw.form.k,
            c->flaw.form.a == FORM_ROUND_ALL ? "significant digit" : "decimal",
            c->flaw.form.k > 1 ? "s" : "");
    if (c->flaw.kind == MISTAKE_OF_in_place)
        ADD(m->sentence, ": %s", message_text("%l", &c->flaw, text, sizeof text));
    if (common_is(c->flaw.kind)) return;
    if (c->flaw.kind == MISTAKE_OF_found_by_part ||
        c->flaw.kind == MISTAKE_OF_values_exchanged ||
        c->flaw.kind == MISTAKE_OF_rules_exchanged)
        ADD(m->sentence, ": %s", message_text("%l", &c->flaw, text, sizeof text));
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW && n < NAMED; op++) {
        if ((c->flaw.ops >> op & 1) == 0) continue;
        const ad_op other = crossed_with(e, &c->flaw, (ad_op)op);
        if (other == AD_OP_count) continue;
        ADD(m->why, "%s%s %s %s", n == 0 ? " Here " : ", ", ad_ops[op].name,
            n > 0   ? "that of"
            : rules ? "has the rule of"
                    : "has the value of",
            ad_ops[other].name);
        n++;
    }
    if (n > 0) ADD(m->why, ".");
}
