/*
 * An operand that is given no gradient: was nothing written, or was 0 computed? With an
 * infinite gradient from above 0 becomes NaN, and what is never written stays 0.
 *
 *     z = op(x, ...); output = w * z with w = inf
 */
#include <math.h>
#include <string.h>

#include "verify/kit/kit_crashes.h"
#include "verify/kit/message_parts.h"

void kit_tell_nothing(kit *k, size_t at)
{
    const cause *c = &k->diagnosis.cause[at];
    message *m = &k->message[at];
    if (!c->named || c->flaw.kind != MISTAKE_OF_nothing || c->flaw.op == AD_OP_count ||
        c->rivals > 0 || c->twins > 0)
        return;
    const ad_op op = c->flaw.op;
    const int n = ad_ops[op].operands;
    signature s = {.name = "inf", .inputs = n + 1, .steps = 2};
    for (int i = 0; i < n; i++) s.x[i] = 0.5 + 0.75 * i;
    if (op == AD_OP_acosh) s.x[0] = 2;
    s.x[n] = HUGE_VAL;
    s.step[0] = (signature_step){op, {0, 1, 2}, 2};
    s.step[1] = (signature_step){AD_OP_mul, {n, n + 1}, 0};
    s.root = s.second = n + 2;
    finding unused = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    ride r = {.work = kit_ride_signature, .what = &s};
    const bool good = kit_ride_once(k, &unused, &r, 1);
    k->hung = hung;
    k->crashed = crashed;
    if (!good || !k->sheet->answer.ran) return;
    const int of = c->flaw.partial > 0 ? c->flaw.partial : 0;
    const double got = k->sheet->answer.once[of];
    if (got != 0 && !isnan(got)) return;
    message_add(m->why, sizeof m->why, " Below an infinite gradient it is %s.",
                isnan(got)
                    ? "nan, as 0 times inf is: its derivative is computed, and is 0"
                    : "0 still, not nan: nothing is written to it");
    if (n == 1)
        snprintf(m->sentence, sizeof m->sentence, "the rule for %s %s", ad_ops[op].name,
                 isnan(got) ? "computes a derivative that is 0 everywhere"
                            : "gives its operand no gradient");
}
