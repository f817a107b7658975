/*
 * Lesson 4: whether two steps are taken for one. An engine that remembers what it has
 * computed, or has the same node for the same step, looks up the step under a key. What
 * the key leaves out, or how it puts together what it has, is seen where two steps differ
 * in that alone:
 *
 *     a = pow_c(x, 2); b = pow_c(x, 3)       a key without the constant
 *     a = x1 - x11; b = x11 - x1             "111" twice; so do 31 i + j, i ^ j, i + j
 *
 * What is named so is right where the step is the only one.
 */
#include "verify/kit/kit_share.h"

#include <stdio.h>
#include <string.h>

double share_operand(ad_op op, int n)
{
    const ad_op_info *row = &ad_ops[op];
    const double usual = 0.35 + 0.2 * n;
    if (row->lo > -1e300 && row->lo + usual >= row->hi) return usual / 4;
    return row->lo >= 1 ? row->lo + usual : usual;
}

bool share_ride(kit *k, ride *r, bool anew)
{
    finding unused = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    if (anew) engine_file_recall(k->file);
    const bool good = kit_ride_once(k, &unused, r, 1);
    k->hung = hung;
    k->crashed = crashed;
    return good;
}

ad_op share_op_of(const kit *k, const finding *f)
{
    if (f->id[0] == '2') return ad_op_find(f->id + 2);
    if (f->cause == 0) return AD_OP_count;
    const cause *c = &k->diagnosis.cause[f->cause - 1];
    return c->named ? c->flaw.op : c->suspect;
}

void share_take(kit *k, finding *f, const char *id)
{
    for (size_t j = 0; j < k->n; j++)
        if (strcmp(k->finding[j].same, f->id) == 0)
            snprintf(k->finding[j].same, sizeof k->finding[j].same, "%s", id);
    snprintf(f->same, sizeof f->same, "%s", id);
    f->cause = 0;
}

void share_take_over(kit *k, const char *id, const bool *ops)
{
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        const ad_op op = share_op_of(k, f);
        if (finding_is_bad(f->status) && op < AD_OP_count && ops[op])
            share_take(k, f, id);
    }
}

bool share_is_unknown(const cause *c)
{
    return !c->named || c->flaw.kind == MISTAKE_OF_some_order;
}

void share_take_unknown(kit *k, const char *id)
{
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (f->cause > 0 && share_is_unknown(&k->diagnosis.cause[f->cause - 1]))
            share_take(k, f, id);
    }
}

/* Whether lesson 3 has found something that it has no name for. */
static bool is_unknown(const kit *k)
{
    bool named = k->diagnosis.causes == 0;
    for (size_t i = 0; i < k->diagnosis.causes; i++)
        named |= k->diagnosis.cause[i].named;
    return !named;
}

/* ---- Two constants --------------------------------------------------------------- */

enum { FIRST = 1, SECOND = 2 };
static const double constants[] = {2, 3};

/* Each operation with a constant, on one operand of its own: with both constants, or with
 * one of them (r->size). */
typedef struct with_constants {
    size_t n;
    ad_op op[SHEET_NUMBERS / 3];
} with_constants;

static void ride_constants(ride *r)
{
    const with_constants *w = r->what;
    ad_engine_node x[SHEET_NUMBERS], a[SHEET_NUMBERS], b[SHEET_NUMBERS], sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        x[i] = ride_input(r, share_operand(w->op[i], (int)i));
        if (r->size & FIRST) a[i] = ride_scaled(r, w->op[i], x[i], constants[0]);
        if (r->size & SECOND) b[i] = ride_scaled(r, w->op[i], x[i], constants[1]);
        const ad_engine_node z = r->size == SECOND ? b[i]
                                 : r->size == FIRST
                                     ? a[i]
                                     : ride_binary(r, AD_OP_add, a[i], b[i]);
        sum = i == 0 ? z : ride_binary(r, AD_OP_add, sum, z);
    }
    ride_backward(r, sum);
    for (size_t i = 0; i < w->n; i++) {
        ride_note(r, r->size & FIRST ? ride_value(r, a[i]) : 0);
        ride_note(r, r->size & SECOND ? ride_value(r, b[i]) : 0);
        ride_note(r, ride_grad(r, x[i]));
    }
}

/* What is right of one operation: both values, and the slopes by the operand. */
typedef struct right_pair {
    double x, z[2], slope[2];
} right_pair;

static right_pair right_of(ad_op op, int n)
{
    right_pair p = {.x = share_operand(op, n)};
    for (int i = 0; i < 2; i++) {
        double d[AD_MAX_OPERANDS] = {0};
        p.z[i] = ad_ops[op].value(&p.x, constants[i]);
        ad_ops[op].partials(&p.x, constants[i], p.z[i], d);
        p.slope[i] = d[0];
    }
    return p;
}

static bool is_near(const kit *k, double got, double right)
{
    return fabs(got - right) <= 256 * k->engine.unit * (fabs(right) + 1);
}

static bool is_pair_right(const kit *k, const right_pair *p, const double *got,
                          size_t which)
{
    const bool first = which & FIRST, second = which & SECOND;
    const double slope = (first ? p->slope[0] : 0) + (second ? p->slope[1] : 0);
    return (!first || is_near(k, got[0], p->z[0])) &&
           (!second || is_near(k, got[1], p->z[1])) && is_near(k, got[2], slope);
}

static void put_constants(finding *f, ad_op op, const right_pair *p, const double *got,
                          bool of_value, bool first_lasts)
{
    const char *name = ad_ops[op].name;
    snprintf(f->run, sizeof f->run,
             "x = %.6g\na = %s(x, %g)\nb = %s(x, %g)\nz = a + b\nbackward z", p->x,
             name, constants[0], name, constants[1]);
    strcpy(f->code, first_lasts ? "G300" : "G310");
    f->status = FINDING_FAIL;
    if (of_value) {
        const int at = first_lasts ? 1 : 0;
        snprintf(f->expected, sizeof f->expected, "%c = %.10g", 'a' + at, p->z[at]);
        snprintf(f->got, sizeof f->got, "%c = %.10g, the value of %c", 'a' + at,
                 got[at], 'b' - at);
    } else {
        snprintf(f->expected, sizeof f->expected, "dx = %.10g",
                 p->slope[0] + p->slope[1]);
        snprintf(f->got, sizeof f->got, "dx = %.10g, as if %g were %g", got[2],
                 constants[first_lasts], constants[!first_lasts]);
    }
    snprintf(f->text, sizeof f->text,
             first_lasts ? "%s(x, %g) is taken for %s(x, %g): no constant in its key"
                         : "%s(x, %g) becomes %s(x, %g): they share one constant",
             name, constants[first_lasts], name, constants[!first_lasts]);
    snprintf(f->why, sizeof f->why, "Each of the two is right by itself. %s",
             first_lasts
                 ? "What is remembered of a step must be kept under all that the "
                   "result depends on: operation, operands and constant."
                 : "The second constant has replaced the first: each node needs "
                   "its own.");
}

/* False where it is neither of the two. */
static bool name_constants(const kit *k, finding *f, ad_op op, const right_pair *p,
                           const double *got)
{
    for (int first_lasts = 1; first_lasts >= 0; first_lasts--) {
        const int wrong = first_lasts ? 1 : 0;
        if (is_near(k, got[wrong], p->z[!wrong])) {
            put_constants(f, op, p, got, true, first_lasts);
            return true;
        }
    }
    const bool values = is_near(k, got[0], p->z[0]) && is_near(k, got[1], p->z[1]);
    for (int last = 0; values && last < 2; last++)
        if (is_near(k, got[2], 2 * p->slope[last])) {
            put_constants(f, op, p, got, false, last == 0);
            return true;
        }
    return false;
}

/* Two steps of one of these operations, with two constants. */
static bool has_two_constants(const signature *s, const bool *wrong)
{
    for (int i = 0; i < s->steps; i++)
        for (int j = 0; j < i; j++)
            if (s->step[i].op == s->step[j].op && wrong[s->step[i].op] &&
                s->step[i].c != s->step[j].c)
                return true;
    return false;
}

/* Of lesson 3: what it has shown without a name is such a program. */
static void take_programs(kit *k, const char *id, const bool *wrong)
{
    for (size_t i = 0; i < k->diagnosis.causes; i++) {
        const cause *c = &k->diagnosis.cause[i];
        if (!c->named && !has_two_constants(&k->evidence.program[c->shown], wrong))
            return;
    }
    share_take_unknown(k, id);
}

static bool is_right_by_itself(kit *k, ad_op op)
{
    for (size_t which = FIRST; which <= SECOND; which++) {
        const with_constants one = {1, {op}};
        const right_pair p = right_of(op, 0);
        ride r = {.work = ride_constants, .what = &one, .size = which};
        if (!share_ride(k, &r, true) || !is_pair_right(k, &p, k->sheet->number, which))
            return false;
    }
    return true;
}

static bool are_right(const kit *k, const with_constants *w)
{
    for (size_t i = 0; i < w->n; i++) {
        const right_pair p = right_of(w->op[i], (int)i);
        if (!is_pair_right(k, &p, &k->sheet->number[3 * i], FIRST | SECOND))
            return false;
    }
    return true;
}

void kit_constants(kit *k)
{
    const char *id = "4.constants", *title = "two constants, one operand";
    with_constants w = {0};
    bool wrong[AD_OP_count] = {false};
    if (!kit_wants(k, id) || !mount_has_own(&k->engine, AD_OP_add)) return;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (mount_has_own(&k->engine, (ad_op)op) && ad_ops[op].constants > 0 &&
            ad_ops[op].operands == 1 && !k->crashed_op[op] && w.n < SHEET_NUMBERS / 3)
            w.op[w.n++] = (ad_op)op;
    if (w.n == 0) return;
    finding *f = kit_find(k, id, title);
    ride r = {.work = ride_constants, .what = &w, .size = FIRST | SECOND};
    double got[SHEET_NUMBERS];
    if (!share_ride(k, &r, false)) return; /* for others to tell */
    if (!are_right(k, &w) && !share_ride(k, &r, true)) return;
    memcpy(got, k->sheet->number, sizeof got);
    size_t others = 0;
    for (size_t i = 0; i < w.n; i++) {
        const right_pair p = right_of(w.op[i], (int)i);
        if (is_pair_right(k, &p, &got[3 * i], FIRST | SECOND) ||
            !is_right_by_itself(k, w.op[i]))
            continue;
        const bool is_first = f->status != FINDING_FAIL;
        if (is_first && !name_constants(k, f, w.op[i], &p, &got[3 * i])) continue;
        wrong[w.op[i]] = true;
        k->wrong_op[w.op[i]] = true;
        others += !is_first;
    }
    if (others > 0) {
        const size_t n = strlen(f->why);
        snprintf(f->why + n, sizeof f->why - n, " So it is with %zu other%s.", others,
                 others > 1 ? "s" : "");
    }
    if (f->status != FINDING_FAIL) return;
    share_take_over(k, id, wrong);
    take_programs(k, id, wrong);
}

void kit_shares(kit *k)
{
    char room[160];
    kit_alike(k);
    const bool sound = kit_why_not(k, 0, NULL, true, room) == NULL;
    if (!sound && (!is_unknown(k) || kit_why_end(k, room) != NULL)) return;
    kit_constants(k);
    kit_pairs(k);
    kit_below(k);
    if (!sound || k->broken[0] != '\0') return;
    kit_results(k);
}
