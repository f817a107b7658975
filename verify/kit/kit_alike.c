/*
 * Lesson 4: what two steps of one operation share. Where lesson 3 has found numbers that
 * nothing explains,
 *
 *     a = f(x); b = f(y); backward from a
 *
 * is held against a = f(x) alone. If that is right, no formula is to blame: b stands
 * beside a, and a does not depend on it. What y has to do with dx tells what they share.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_share.h"

typedef enum shared {
    SHARED_NOTHING,
    SHARED_VALUE,    /* a has the value of b */
    SHARED_LIST,     /* y is given its share as well */
    SHARED_OPERANDS, /* y is given a share, and x none */
    SHARED_NUMBERS   /* dx depends on y */
} shared;

/* a = f(x), and, after it, b = h(y); with h AD_OP_count a alone. */
typedef struct two_steps {
    ad_op f, h;
    int x, y; /* which operands: share_operand */
} two_steps;

enum { VALUE, DX, DY, DB, SEEN };

static ad_engine_node step_on(ride *r, ad_op op, int n, ad_engine_node *first)
{
    ad_engine_node x[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < ad_ops[op].operands; i++)
        x[i] = ride_input(r, share_operand(op, n + i));
    *first = x[0];
    return ride_apply(r, op, x, 2);
}

static void ride_two_steps(ride *r)
{
    const two_steps *s = r->what;
    ad_engine_node x, y = 0;
    const ad_engine_node a = step_on(r, s->f, s->x, &x);
    const ad_engine_node b = s->h != AD_OP_count ? step_on(r, s->h, s->y, &y) : 0;
    ride_backward(r, a);
    ride_note(r, ride_value(r, a));
    ride_note(r, ride_grad(r, x));
    ride_note(r, s->h != AD_OP_count ? ride_grad(r, y) : 0);
    ride_note(r, s->h != AD_OP_count ? ride_grad(r, b) : 0);
}

/* What a = f(x) gives by itself. */
static void right_of(ad_op op, int n, double right[SEEN])
{
    double x[AD_MAX_OPERANDS], d[AD_MAX_OPERANDS] = {0};
    for (int i = 0; i < AD_MAX_OPERANDS; i++) x[i] = share_operand(op, n + i);
    right[VALUE] = ad_ops[op].value(x, 2);
    ad_ops[op].partials(x, 2, right[VALUE], d);
    right[DX] = d[0];
    right[DY] = right[DB] = 0;
}

/* Anew: in a new process, which an engine that is spoken to takes long to start. */
static bool try_steps(kit *k, const two_steps *s, bool anew, double got[SEEN])
{
    ride r = {.work = ride_two_steps, .what = s};
    if (!share_ride(k, &r, anew)) return false;
    memcpy(got, k->sheet->number, SEEN * sizeof *got);
    return true;
}

static bool is_near(const kit *k, double got, double right)
{
    return fabs(got - right) <= 4096 * k->engine.unit * (fabs(right) + 1);
}

enum { AT = 0, OTHER = 3, THIRD = 5 };

/* What a = f(x) shares with b = h(y). */
static shared shared_by(kit *k, ad_op f, ad_op h, bool anew, double got[SEEN])
{
    double right[SEEN], alone[SEEN], other[SEEN], again[SEEN];
    right_of(f, AT, right);
    right_of(h, OTHER, other);
    if (!try_steps(k, &(two_steps){f, AD_OP_count, AT, 0}, anew, alone))
        return SHARED_NOTHING;
    for (int i = 0; i < SEEN; i++)
        if (!is_near(k, alone[i], right[i])) return SHARED_NOTHING;
    if (!try_steps(k, &(two_steps){f, h, AT, OTHER}, anew, got)) return SHARED_NOTHING;
    if (!is_near(k, got[VALUE], right[VALUE]))
        return is_near(k, got[VALUE], other[VALUE]) ? SHARED_VALUE : SHARED_NOTHING;
    if (got[DB] != 0) return SHARED_NOTHING; /* it is taken for an output */
    if (got[DY] != 0) return got[DX] == 0 ? SHARED_OPERANDS : SHARED_LIST;
    if (is_near(k, got[DX], right[DX]) ||
        !try_steps(k, &(two_steps){f, h, AT, THIRD}, anew, again))
        return SHARED_NOTHING;
    return is_near(k, again[DX], got[DX]) ? SHARED_NOTHING : SHARED_NUMBERS;
}

/* ---- Telling --------------------------------------------------------------------- */

static const struct {
    const char *code, *text, *why;
} said[] = {
    [SHARED_VALUE] = {"G309", "share one place for their result",
                      "a has the value of b: the second has replaced the first."},
    [SHARED_LIST] =
        {"G302", "share one list of operands",
         "a does not depend on y, and y is given a gradient: y is in the list "
         "of operands of a, where only x should be."},
    [SHARED_OPERANDS] =
        {"G308", "share what backward needs of them",
         "a does not depend on y, and y is given the gradient of x: the "
         "rule of a has the operands of b."},
    [SHARED_NUMBERS] = {"G308", "share what backward needs of them",
                        "a does not depend on y, and dx changes when y does: a number "
                        "that the rule of a reads was replaced by that of b."},
};

static void step_text(ad_op op, char of, int n, char *inputs, char *call)
{
    int at = 0, to = snprintf(call, 64, "%s(", ad_ops[op].name);
    const int operands = ad_ops[op].operands;
    for (int i = 0; i < operands; i++) {
        char name[8];
        snprintf(name, sizeof name, operands > 1 ? "%c%d" : "%c", of, i);
        at += snprintf(inputs + at, 96 - (size_t)at, "%s%s = %.6g", i > 0 ? ", " : "",
                       name, share_operand(op, n + i));
        to += snprintf(call + to, 64 - (size_t)to, "%s%s", i > 0 ? ", " : "", name);
    }
    snprintf(call + to, 64 - (size_t)to, "%s", ad_ops[op].constants > 0 ? ", 2)" : ")");
}

static void put_steps(finding *f, ad_op op, shared what, const double got[SEEN])
{
    char of_a[96], of_b[96], a[64], b[64];
    double right[SEEN];
    right_of(op, AT, right);
    step_text(op, 'x', AT, of_a, a);
    step_text(op, 'y', OTHER, of_b, b);
    snprintf(f->run, sizeof f->run, "%s\n%s\na = %s\nb = %s\nbackward a", of_a, of_b, a,
             b);
    if (what == SHARED_VALUE) {
        snprintf(f->expected, sizeof f->expected, "a = %.10g", right[VALUE]);
        snprintf(f->got, sizeof f->got, "a = %.10g", got[VALUE]);
        return;
    }
    const char *which = ad_ops[op].operands > 1 ? "0" : "";
    snprintf(f->expected, sizeof f->expected, "dx%s = %.10g, dy%s = 0", which,
             right[DX], which);
    snprintf(f->got, sizeof f->got, "dx%s = %.10g, dy%s = %.10g", which, got[DX], which,
             got[DY]);
}

typedef struct alike {
    size_t n;
    ad_op op[AD_OP_count];
    shared what[AD_OP_count];
    double got[AD_OP_count][SEEN];
} alike;

/* Those that share the same as the first does; whether each shares it with the next. */
static void put_alike(kit *k, finding *f, const alike *all, const bool *told)
{
    enum { NAMED = 3 };
    char names[80] = "";
    size_t n = 0, at = 0;
    for (size_t i = 0; i < all->n; i++)
        if (told[all->op[i]] && n++ < NAMED)
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%s",
                                   n > 1 ? ", " : "", ad_ops[all->op[i]].name);
    if (n > NAMED) snprintf(names + at, sizeof names - at, ", ... (%zu)", n);
    const shared what = all->what[0];
    f->status = FINDING_FAIL;
    strcpy(f->code, said[what].code);
    put_steps(f, all->op[0], what, all->got[0]);
    snprintf(f->text, sizeof f->text, "steps %s: %s", said[what].text, names);
    double got[SEEN];
    const bool of_all =
        n > 1 && shared_by(k, all->op[0], all->op[1], true, got) != SHARED_NOTHING;
    snprintf(f->why, sizeof f->why, "By itself a is right. %s%s", said[what].why,
             n < 2    ? ""
             : of_all ? " Different operations share it, too."
                      : " Each operation has its own.");
}

/* The operations that lesson 3 blames; sums and products where it blames none. */
static size_t blamed(const kit *k, bool *is)
{
    const diagnosis *d = &k->diagnosis;
    size_t unknown = 0, last_uses = 0; /* of two such, one thing may be the reason */
    for (size_t i = 0; i < d->causes; i++) {
        const cause *c = &d->cause[i];
        const ad_op op = c->named ? c->flaw.op : c->suspect;
        if (c->named && op == AD_OP_count) return 0; /* the walk, which is told */
        unknown += !c->named || c->rivals > 0;
        last_uses += c->named && c->flaw.kind == MISTAKE_OF_last_use;
        if (op < AD_OP_count) is[op] = true;
        for (size_t t = 0; t < c->twins; t++) is[c->twin[t]] = true;
        if (op == AD_OP_count) is[AD_OP_add] = is[AD_OP_mul] = true;
    }
    return unknown + last_uses / 2;
}

void kit_alike(kit *k)
{
    enum { SURE = 2, TRIED = 16 };
    const char *id = "4.alike", *title = "two steps side by side";
    bool is[AD_OP_count] = {false}, told[AD_OP_count] = {false};
    alike all = {0};
    const bool asked = k->options.only != NULL && strcmp(k->options.only, id) == 0;
    if (!kit_wants(k, id) || (!asked && blamed(k, is) == 0)) return;
    size_t tried = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if ((!asked && (!is[op] || tried++ == TRIED)) ||
            !mount_has_own(&k->engine, (ad_op)op) || k->crashed_op[op])
            continue;
        const shared what =
            shared_by(k, (ad_op)op, (ad_op)op, all.n < SURE, all.got[all.n]);
        if (what == SHARED_NOTHING || (all.n > 0 && what != all.what[0])) continue;
        told[op] = true;
        all.op[all.n] = (ad_op)op;
        all.what[all.n++] = what;
    }
    if (all.n == 0 && !asked) return;
    finding *f = kit_find(k, id, title);
    if (all.n == 0) return;
    put_alike(k, f, &all, told);
    share_take_over(k, id, told);
}
