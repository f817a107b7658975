/*
 * Lesson 4: whether a result has a gradient of its own. With
 *
 *     r = op(x, ...); z = 5 r + 7 x
 *
 * dr is 5, whatever op is. Where r and x are one node, or two that were copied with the
 * pointer to one gradient, dr is dx. Where op gives x not a number, but its own gradient,
 * and x adds to that what comes later, it is so in one order of the two terms alone.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_share.h"

enum { ABOVE = 5, BESIDE = 7, CASES = SHEET_ITEMS };

/* An operation at one place: there it may be its operand's own value (max, x + 0). */
typedef struct result_case {
    ad_op op;
    double x[AD_MAX_OPERANDS], c;
} result_case;

typedef struct result_cases {
    size_t n;
    result_case at[CASES];
} result_cases;

/* Which term comes first. */
enum { RESULT_FIRST, OPERANDS_FIRST, ORDERS };

/* Which operand's gradient it has, and how: a place on the sheet for each case. */
enum { OWN = -1, SAME_NODE = 10 };
enum { OTHERS = 6 }; /* that are counted */

static ad_engine_node plus(ride *r, ad_engine_node sum, ad_engine_node x,
                           ad_engine_node w)
{
    return ride_binary(r, AD_OP_add, sum, ride_binary(r, AD_OP_mul, x, w));
}

/* sheet->grad: dr; sheet->value: dx of the operand that has the same, k, or k + 10 where
 * their handles are the same. */
static void ride_results(ride *r)
{
    const result_cases *all = r->what;
    ad_engine_node x[CASES][AD_MAX_OPERANDS], z[CASES], sum = ride_input(r, 1);
    const ad_engine_node above = ride_input(r, ABOVE), beside = ride_input(r, BESIDE);
    for (size_t i = 0; i < all->n; i++) {
        const result_case *at = &all->at[i];
        for (int k = 0; k < ad_ops[at->op].operands; k++)
            x[i][k] = ride_input(r, at->x[k]);
        for (int turn = 0; turn < ORDERS; turn++) {
            const bool operands = turn != (int)r->size;
            if (!operands) z[i] = ride_apply(r, at->op, x[i], at->c);
            if (!operands) sum = plus(r, sum, z[i], above);
            for (int k = 0; k < ad_ops[at->op].operands && operands; k++)
                sum = plus(r, sum, x[i][k], beside);
        }
    }
    ride_backward(r, sum);
    for (size_t i = 0; i < all->n; i++) {
        const double dr = ride_grad(r, z[i]);
        r->sheet->grad[i] = dr;
        r->sheet->value[i] = OWN;
        for (int k = 0; k < ad_ops[all->at[i].op].operands; k++)
            if (dr != ABOVE && dr != 0 && ride_grad(r, x[i][k]) == dr)
                r->sheet->value[i] = x[i][k] == z[i] ? k + SAME_NODE : k;
    }
}

static void add_case(result_cases *all, ad_op op, const double *x, double c)
{
    if (all->n == CASES) return;
    result_case *at = &all->at[all->n++];
    *at = (result_case){.op = op, .c = c};
    memcpy(at->x, x, sizeof at->x);
}

/* At a place that is like any other; and where it may be tempting to give an operand back. */
static void add_cases(result_cases *all, ad_op op)
{
    const double usual[] = {share_operand(op, 0), share_operand(op, 1),
                            share_operand(op, 2)};
    const double falling[] = {usual[1], usual[0], usual[2]};
    add_case(all, op, usual, 2);
    if (op == AD_OP_max || op == AD_OP_min) add_case(all, op, falling, 0);
    if (op == AD_OP_add_c) add_case(all, op, usual, 0);
    if (op == AD_OP_mul_c || op == AD_OP_pow_c) add_case(all, op, usual, 1);
}

/* The gradient that the operand should have. */
static double right_gradient(const result_case *at, int k)
{
    double d[AD_MAX_OPERANDS] = {0};
    const ad_op_info *row = &ad_ops[at->op];
    row->partials(at->x, at->c, row->value(at->x, at->c), d);
    return ABOVE * d[k] + BESIDE;
}

static void call_text(const result_case *at, char *text, size_t room)
{
    const ad_op_info *row = &ad_ops[at->op];
    const char names[] = "xyw";
    int n = snprintf(text, room, "%s(x", row->name);
    for (int k = 1; k < row->operands; k++)
        n += snprintf(text + n, room - (size_t)n, ", %c", names[k]);
    if (row->constants > 0) n += snprintf(text + n, room - (size_t)n, ", %g", at->c);
    snprintf(text + n, room - (size_t)n, ")");
}

/* The operand whose gradient a result has, and what that is; given: in one order alone. */
typedef struct sharing_seen {
    int order, taken;
    double dr;
    bool given;
} sharing_seen;

static void put_result(const kit *k, finding *f, const result_case *at,
                       const sharing_seen *seen)
{
    const double dr = seen->dr;
    const int taken = seen->taken;
    const char *name = ad_ops[at->op].name, names[] = "xyw";
    const bool one_handle = taken >= SAME_NODE;
    const int of = one_handle ? taken - SAME_NODE : taken;
    const int n = ad_ops[at->op].operands;
    const double right = right_gradient(at, of);
    /* As one node, its operand has what it should; the node that it had is not there. */
    const bool is_node =
        one_handle ||
        fabs(dr - right) <= 64 * k->engine.unit * (fabs(right) + ABOVE + BESIDE);
    char call[64], inputs[96] = "";
    size_t length = 0;
    call_text(at, call, sizeof call);
    for (int i = 0; i < n; i++)
        length +=
            (size_t)snprintf(inputs + length, sizeof inputs - length, "%s%c = %.6g",
                             i > 0 ? ", " : "", names[i], at->x[i]);
    f->status = FINDING_FAIL;
    strcpy(f->code, seen->given ? "G392" : is_node ? "G304" : "G303");
    const char r_or[] = {'r', names[of]};
    const bool turned = seen->order == OPERANDS_FIRST;
    snprintf(f->run, sizeof f->run, "%s\nr = %s\nz = %d * %c + %d * %c\nbackward z",
             inputs, call, turned ? BESIDE : ABOVE, r_or[turned],
             turned ? ABOVE : BESIDE, r_or[!turned]);
    snprintf(f->expected, sizeof f->expected, "dr = %d", ABOVE);
    snprintf(f->got, sizeof f->got, "dr = %.10g, d%c = %.10g", dr, names[of], dr);
    if (seen->given) {
        snprintf(f->text, sizeof f->text,
                 "%s and its operand share one gradient, once it has run", name);
        snprintf(f->why, sizeof f->why,
                 "The rule for %s gives %c what holds its own gradient, not a number. "
                 "What %c is given later is then added to both. In the other order of "
                 "the two terms %c has its own, to which the rule adds.",
                 name, names[of], names[of], names[of]);
        return;
    }
    if (is_node)
        snprintf(f->text, sizeof f->text,
                 "%s gives back its own operand, and makes no node", name);
    else
        snprintf(f->text, sizeof f->text,
                 "the result of %s and its operand share one gradient", name);
    snprintf(f->why, sizeof f->why,
             is_node
                 ? "r and %c have one gradient%s: they are one node. What comes to r "
                   "is read at %c, and what comes to %c is read at r."
                 : "r and %c have one gradient%s. What is added to d%c is passed on "
                   "once more as if it had come from above.",
             names[of], one_handle ? ", and one handle" : "", names[of], names[of]);
}

/* One case where nothing else is recorded: whose gradient it has. */
static int see_alone(kit *k, const result_case *at, int order, double *dr)
{
    const result_cases one = {1, {*at}};
    ride r = {.work = ride_results, .what = &one, .size = (size_t)order};
    if (!share_ride(k, &r, true)) return OWN;
    *dr = k->sheet->grad[0];
    return (int)k->sheet->value[0];
}

/* Whether it is so there. */
static bool is_confirmed(kit *k, const result_case *at, sharing_seen *seen)
{
    double unused;
    seen->taken = see_alone(k, at, seen->order, &seen->dr);
    if (seen->taken == OWN) return false;
    seen->given = see_alone(k, at, !seen->order, &unused) == OWN;
    return true;
}

void kit_results(kit *k)
{
    const char *id = "4.results", *title = "each result has its gradient";
    result_cases all = {0};
    bool wrong[AD_OP_count] = {false};
    double shared[ORDERS][CASES];
    size_t others = 0;
    if (!kit_wants(k, id) || !mount_has_own(&k->engine, AD_OP_add) ||
        !mount_has_own(&k->engine, AD_OP_mul))
        return;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (mount_has_own(&k->engine, (ad_op)op) && !k->crashed_op[op])
            add_cases(&all, (ad_op)op);
    finding *f = kit_find(k, id, title);
    for (size_t order = 0; order < ORDERS; order++) {
        ride r = {.work = ride_results, .what = &all, .size = order};
        if (!share_ride(k, &r, false)) return;
        memcpy(shared[order], k->sheet->value, sizeof shared[order]);
    }
    for (size_t i = 0; i < all.n && others < OTHERS; i++) {
        const ad_op op = all.at[i].op;
        sharing_seen seen = {.order = shared[0][i] == OWN};
        if (shared[seen.order][i] == OWN || wrong[op] ||
            !is_confirmed(k, &all.at[i], &seen))
            continue;
        others += f->status == FINDING_FAIL;
        if (f->status != FINDING_FAIL) put_result(k, f, &all.at[i], &seen);
        wrong[op] = k->wrong_op[op] = true;
    }
    if (f->status != FINDING_FAIL) return;
    const size_t n = strlen(f->why);
    if (others > 0)
        snprintf(f->why + n, sizeof f->why - n, " So it is with %zu other operation%s.",
                 others, others > 1 ? "s" : "");
    share_take_over(k, id, wrong);
}
