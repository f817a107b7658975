/*
 * Lesson 3: operations that keep something from one backward to the next. Those made of
 * several nodes may hide some, which nobody clears: a policy. The node that such an
 * operation gives back is one as all others: if they are cleared, so must it be.
 *
 *     a = x + x; z = op(x, ...); output = z * a        backward twice, zero_grad
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_crashes.h"
#include "verify/kit/message_parts.h"

enum { NAMED = 8 };
enum { OTHER, OWN, NODES }; /* whose gradients are kept */

/* What a and z hold, after each. */
static void ride_kept(ride *r)
{
    const ad_op op = *(const ad_op *)r->what;
    ad_engine_node x[AD_MAX_OPERANDS];
    for (int i = 0; i < ad_ops[op].operands; i++)
        x[i] = ride_input(r, op == AD_OP_acosh ? 2 : 0.5 + 0.125 * i);
    const ad_engine_node a = ride_binary(r, AD_OP_add, x[0], x[0]),
                         z = ride_apply(r, op, x, 2),
                         output = ride_binary(r, AD_OP_mul, z, a);
    for (int turn = 0; turn < 3; turn++) {
        if (turn < 2) ride_backward(r, output);
        if (turn == 2 && r->m->engine.zero_grad == NULL) return;
        if (turn == 2) r->m->engine.zero_grad(r->record);
        ride_note(r, ride_grad(r, a));
        ride_note(r, ride_grad(r, z));
    }
}

/* Where a begins anew, and z does not. got: what it then holds, and should. */
static bool keeps_own(kit *k, ad_op op, double *got, double *expected)
{
    finding unused = {0};
    if (!kit_ride_once(k, &unused, &(ride){.work = ride_kept, .what = &op}, 1))
        return false;
    const sheet *s = k->sheet;
    const double *n = s->number;
    const bool by_zero = s->numbers == 6 && n[4] == 0 && n[5] != 0,
               by_backward =
                   s->numbers >= 4 && n[2] == n[0] && n[0] != 0 && n[3] != n[1];
    *got = by_backward ? n[3] : n[5];
    *expected = by_backward ? n[1] : 0;
    return by_backward || by_zero;
}

static void put_own(finding *f, ad_op op, const char *names, double got,
                    double expected)
{
    f->status = FINDING_FAIL;
    strcpy(f->code, "G280");
    snprintf(f->text, sizeof f->text, "gradients of nodes made by %s are not cleared",
             names);
    snprintf(f->run, sizeof f->run,
             "a = x + x\nz = %s(x%s)\noutput = z * a\nbackward output, twice%s",
             ad_ops[op].name, ad_ops[op].operands > 1 ? ", ..." : "",
             expected == 0 ? "\nzero_grad" : "");
    snprintf(f->expected, sizeof f->expected, "dz = %.10g", expected);
    snprintf(f->got, sizeof f->got, "dz = %.10g", got);
    strcpy(f->why, "The gradient of a, which is the node of a sum, begins at 0 again; "
                   "that of z keeps what it holds, and passes it on once more.");
}

void kit_tell_inside(kit *k)
{
    char names[NODES][160] = {{0}};
    size_t n[NODES] = {0};
    ad_op first = AD_OP_count;
    double got = 0, expected = 0, other, right;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        /* A rule that ignores what comes from above looks like it. */
        if (!k->diagnosis.inside[op] || k->wrong_op[op]) continue;
        const bool own = first == AD_OP_count ? keeps_own(k, (ad_op)op, &got, &expected)
                                              : keeps_own(k, (ad_op)op, &other, &right);
        const int of = own ? OWN : OTHER;
        if (own && first == AD_OP_count) first = (ad_op)op;
        if (n[of]++ < NAMED)
            message_add(names[of], sizeof names[of], "%s%s", n[of] > 1 ? ", " : "",
                        ad_ops[op].name);
    }
    for (int of = OTHER; of <= OWN; of++) {
        const char *id = of == OWN ? "3.cleared" : "3.inside";
        if (n[of] == 0 || !kit_wants(k, id)) continue;
        if (n[of] > NAMED)
            message_add(names[of], sizeof names[of], " and %zu more", n[of] - NAMED);
        finding *f = kit_find(k, id,
                              of == OWN ? "operations whose nodes keep their gradients"
                                        : "operations made of several nodes");
        if (of == OWN) {
            put_own(f, first, names[of], got, expected);
            continue;
        }
        f->status = FINDING_POLICY;
        snprintf(
            f->text, sizeof f->text,
            "inside %.159s are nodes that are not cleared: a second backward over the "
            "same record adds to them",
            names[of]);
    }
}
