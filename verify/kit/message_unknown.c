/* Where nothing is known that fits: what can be said all the same. */
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_fit.h"

static void write_row(message *m, const char *code)
{
    const mistake_row *row = mistake_by_code(code);
    snprintf(m->code, sizeof m->code, "%s", code);
    ADD(m->sentence, "%s", row->sentence);
    for (int k = 0; k < 3; k++)
        snprintf(m->hint[k], sizeof m->hint[k], "%s", row->hint[k]);
}

/* Whether the gradients of a second backward are `times` those of the first. */
static bool are_times(const evidence *e, size_t p, double times)
{
    const double relative = e->precision == AD_ENGINE_FLOAT ? 1e-5 : 1e-9;
    for (int i = 0; i < e->program[p].inputs; i++)
        if (!mistake_close(e->got[p].twice[i], times * e->got[p].once[i], relative,
                           relative * 1e-3))
            return false;
    return true;
}

/* The first backward is right, and a later one fits no policy that all programs have. */
static bool write_second(message *m, const evidence *e, const diagnosis *d,
                         const cause *c, pass which)
{
    const size_t p = c->shown;
    if (which == IN_ZEROED) {
        write_row(m, "G247");
        m->sentence[0] = '\0';
        ADD(m->sentence, "backward after zero_grad is not what it is in a new record");
        ADD(m->why,
            "The first backward is right, and a second one as in other programs. "
            "After zero_grad the engine must be as if none had been.");
        return true;
    }
    if (which != IN_TWICE) return false;
    const bool same = are_times(e, p, 1), sum = are_times(e, p, 2);
    write_row(m, same || sum ? "G246" : "G247");
    ADD(m->why, "The first backward is right. ");
    if (same || sum)
        ADD(m->why, "Here the second %s, in %zu of %zu programs it does not.",
            same ? "makes its gradients anew" : "adds to the first one's gradients",
            d->programs - d->failing, d->programs);
    else
        ADD(m->why,
            "The second gives neither the same once more, nor the sum of both.");
    return true;
}

/* That an input has what another one should have. */
static void say_whose(message *m, const evidence *e, size_t p)
{
    const signature *s = &e->program[p];
    const double *got = e->got[p].once;
    outcome right;
    mistake_run(s, NULL, 0, CONDUCT_ZEROES, &right);
    for (int i = 0; i < s->inputs - s->constants; i++)
        for (int j = 0; j < s->inputs - s->constants; j++)
            if (i != j && got[i] != 0 && fit_close(e, got[i], right.once[j], false) &&
                !fit_close(e, got[i], right.once[i], false)) {
                ADD(m->why, " d%c is what d%c should be.", "xyw"[i % 3], "xyw"[j % 3]);
                return;
            }
}

void message_unknown(message *m, const evidence *e, const diagnosis *d, const cause *c,
                     pass which)
{
    if (c->suspect == AD_OP_count && d->first_right && write_second(m, e, d, c, which))
        return;
    snprintf(m->code, sizeof m->code, "G00");
    const bool of_op = c->suspect != AD_OP_count && message_is_seen(e, c);
    const char *op = of_op ? ad_ops[c->suspect].name : "";
    ADD(m->sentence, "%s, no known pattern%s%s",
        which == IN_VALUE || which == IN_AFTER ? "value differs" : "gradient differs",
        of_op ? ": look at " : "", op);
    if (of_op)
        ADD(m->why,
            "Programs without %s are right or explained: the rule for %s is to "
            "blame.",
            op, op);
    else
        ADD(m->why, "This is the smallest program tried that fails.");
    if (which == IN_ONCE) say_whose(m, e, c->shown);
    snprintf(m->hint[0], sizeof m->hint[0],
             "Do this program by hand, and write down each node's gradient.");
    snprintf(
        m->hint[1], sizeof m->hint[1],
        "Print each node's gradient after each rule. Which is the first to differ?");
    snprintf(m->hint[2], sizeof m->hint[2],
             "The rule that wrote it is wrong, or ran too early: before its own node "
             "had all of its gradient. If none wrote it: which should have, and why "
             "did it not run?");
}
