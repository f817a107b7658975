/*
 * Lesson 4: whether each operation passes on below its operands. With inputs as operands
 * it is right; so u is computed, and stands where an input did:
 *
 *     u = mul(x, y); z = f(u); backward z        du is right, and dx and dy are 0
 *
 * Then f gives u its share, and u never has its turn: what f has in its list of operands
 * is a copy of u, or what u was made of.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_share.h"

enum { CONSTANT = 2, X = 2 }; /* f's, and x; y is what is left of u, or nothing */

static ad_op maker_of(const kit *k)
{
    static const ad_op makers[] = {AD_OP_mul, AD_OP_neg};
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++)
        if (mount_has_own(&k->engine, makers[i]) && !k->wrong_op[makers[i]])
            return makers[i];
    return AD_OP_count;
}

/* What u should have; 0 where it would show nothing. */
static double right_of(ad_op op, int at)
{
    double x[AD_MAX_OPERANDS], d[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < AD_MAX_OPERANDS; i++) x[i] = share_operand(op, i);
    ad_ops[op].partials(x, CONSTANT, ad_ops[op].value(x, CONSTANT), d);
    return fabs(d[at]) < 1e-6 ? 0 : d[at];
}

/* z = op(.., u, ..), u standing at `at`: claims that du, dx, dy are right. */
static void ride_one(ride *r, ad_op maker, ad_op op, int at)
{
    ad_engine_node x[AD_MAX_OPERANDS] = {0}, below[2];
    const double u = share_operand(op, at), right = right_of(op, at);
    const bool both = maker == AD_OP_mul;
    ride_fresh(r);
    below[0] = ride_input(r, both ? X : -u);
    if (both) below[1] = ride_input(r, u / X);
    for (int i = 0; i < ad_ops[op].operands; i++)
        x[i] = i == at ? ride_apply(r, maker, below, 0)
                       : ride_input(r, share_operand(op, i));
    ride_backward(r, ride_apply(r, op, x, CONSTANT));
    ride_claim(r, "du", ride_grad(r, x[at]), right, 4096);
    ride_claim(r, "dx", ride_grad(r, below[0]), both ? right * u / X : -right, 4096);
    if (both) ride_claim(r, "dy", ride_grad(r, below[1]), right * X, 4096);
}

typedef struct below {
    ad_op maker;
    size_t n;
    struct {
        ad_op op;
        int at;
    } tried[AD_OP_count * AD_MAX_OPERANDS];
} below;

static void ride_below(ride *r)
{
    const below *b = r->what;
    for (size_t i = 0; i < b->n; i++)
        ride_one(r, b->maker, b->tried[i].op, b->tried[i].at);
}

static void collect(const kit *k, below *b)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        for (int at = 0; at < ad_ops[op].operands; at++) {
            if (!mount_has_own(&k->engine, (ad_op)op) || k->crashed_op[op] ||
                k->wrong_op[op] || right_of((ad_op)op, at) == 0)
                continue;
            b->tried[b->n].op = (ad_op)op;
            b->tried[b->n++].at = at;
        }
}

static size_t claims_each(const below *b) { return b->maker == AD_OP_mul ? 3 : 2; }

static const claim *claims_of(const kit *k, const below *b, size_t i)
{
    return &k->sheet->claim[i * claims_each(b)];
}

/* du is right, and nothing comes through. */
static bool is_lost(const kit *k, const below *b, size_t i)
{
    const claim *c = claims_of(k, b, i);
    return claim_holds(&c[0]) && c[1].got == 0 &&
           (b->maker != AD_OP_mul || c[2].got == 0);
}

static void put_program(const kit *k, finding *f, const below *b, size_t i)
{
    const ad_op op = b->tried[i].op;
    const claim *c = claims_of(k, b, i);
    const double u = share_operand(op, b->tried[i].at);
    const bool both = b->maker == AD_OP_mul;
    char call[64];
    int n = 0;
    for (int j = 0; j < ad_ops[op].operands; j++) {
        n += snprintf(call + n, sizeof call - (size_t)n, j > 0 ? ", " : "");
        n += j == b->tried[i].at ? snprintf(call + n, sizeof call - (size_t)n, "u")
                                 : snprintf(call + n, sizeof call - (size_t)n, "%.6g",
                                            share_operand(op, j));
    }
    if (ad_ops[op].constants > 0)
        snprintf(call + n, sizeof call - (size_t)n, ", %d", CONSTANT);
    if (both)
        n = snprintf(f->run, sizeof f->run, "x = %d, y = %.6g\nu = x * y", X, u / X);
    else
        n = snprintf(f->run, sizeof f->run, "x = %.6g\nu = -x", -u);
    snprintf(f->run + n, sizeof f->run - (size_t)n, "\nz = %s(%s)\nbackward z",
             ad_ops[op].name, call);
    snprintf(f->expected, sizeof f->expected, "du = %.10g, dx = %.10g", c[0].expected,
             c[1].expected);
    snprintf(f->got, sizeof f->got, "du = %.10g, dx = 0", c[0].got);
}

static void put_below(finding *f, const bool *lost, size_t n)
{
    enum { NAMED = 4 };
    char names[80] = "", more[32] = "";
    size_t named = 0, at = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW && named < NAMED; op++)
        if (lost[op])
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%s",
                                   named++ > 0 ? ", " : "", ad_ops[op].name);
    if (n > NAMED) snprintf(more, sizeof more, " and %zu more", n - NAMED);
    f->status = FINDING_FAIL;
    strcpy(f->code, "G396");
    snprintf(f->text, sizeof f->text,
             "%s%s %s nothing on below %s operand: is the operand a copy, or are its "
             "operands taken for its own?",
             names, more, n > 1 ? "pass" : "passes", n > 1 ? "their" : "its");
    snprintf(f->why, sizeof f->why,
             "With inputs as operands all is right. u is computed: it is given its "
             "share, and never passes it on, for it is not in the order.");
}

void kit_below(kit *k)
{
    const char *id = "4.below", *title = "below a computed operand";
    below b = {.maker = maker_of(k)};
    bool lost[AD_OP_count] = {false};
    if (!kit_wants(k, id) || b.maker == AD_OP_count) return;
    finding *f = kit_find(k, id, title);
    collect(k, &b);
    ride r = {.work = ride_below, .what = &b};
    if (share_ride(k, &r, false) || k->sheet->sentence[0] != '\0' ||
        k->sheet->claims != b.n * claims_each(&b))
        return; /* all is right; or others tell */
    size_t ops = 0, cases = 0, first = 0;
    for (size_t i = b.n; i-- > 0;) {
        if (!is_lost(k, &b, i)) continue;
        first = i;
        cases++;
        ops += !lost[b.tried[i].op];
        lost[b.tried[i].op] = true;
    }
    if (cases == 0 || cases == b.n) return; /* of all it is the walk */
    if (kit_changes(k, &r)) {
        kit_put_unsteady(k, f);
        return;
    }
    put_program(k, f, &b, first);
    put_below(f, lost, ops);
    for (int op = 0; op < AD_OP_count; op++) k->wrong_op[op] |= lost[op];
    share_take_over(k, id, lost);
}
