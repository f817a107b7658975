/*
 * Lesson 4: what must not end the walk. `break` or `return` where `continue` was meant is
 * seen where such a node comes before others that have still to pass on; which those are
 * hangs on the order of the walk, and so a program is run in eight forms: operands
 * exchanged, branches recorded in another order. Each form is there as it is, and with
 * what may end the walk:
 *
 *     a = x x x; b = a k; c = y y y; z = b + c        k = 2, k = 0, or a constant
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_share.h"

enum { FORMS = 8, INPUTS = 3, X = 0, Y = 1, K = 2 };
enum { Z_EXCHANGED = 1, C_FIRST = 2, B_EXCHANGED = 4 };

/* What stands beside a; and, in the last two, both branches hang on one node more. */
typedef enum beside { TWO, ZERO, CONSTANT, SHARED_TWO, SHARED_ZERO, WAYS } beside;

static const double at[INPUTS] = {3, 2, 2};

static ad_engine_node product(ride *r, ad_engine_node a, ad_engine_node b)
{
    return ride_binary(r, AD_OP_mul, a, b);
}

/* a: x x x, or x y x. */
static ad_engine_node first_branch(ride *r, const ad_engine_node *v, ad_engine_node s,
                                   beside way, bool exchanged)
{
    const ad_engine_node a =
        product(r, way < SHARED_TWO ? product(r, v[X], v[X]) : s, v[X]);
    const double number = way == ZERO || way == SHARED_ZERO ? 0 : at[K];
    /* It is recorded here, where a number within an expression would be. */
    const ad_engine_node k = way == CONSTANT ? ride_constant(r, number) : v[K];
    return exchanged ? product(r, k, a) : product(r, a, k);
}

static ad_engine_node other_branch(ride *r, const ad_engine_node *v, ad_engine_node s,
                                   beside way)
{
    return product(r, way < SHARED_TWO ? product(r, v[Y], v[Y]) : s, v[Y]);
}

static void right_of(beside way, double *d)
{
    const double x = at[X], y = at[Y],
                 k = way == ZERO || way == SHARED_ZERO ? 0 : at[K];
    const bool shared = way >= SHARED_TWO;
    d[X] = shared ? 2 * x * y * k + y * y : 3 * x * x * k;
    d[Y] = shared ? x * x * k + 2 * x * y : 3 * y * y;
    d[K] = way == CONSTANT ? 0 : shared ? x * x * y : x * x * x;
}

static void ride_form(ride *r, beside way, int shape)
{
    const bool is_zero = way == ZERO || way == SHARED_ZERO;
    double right[INPUTS];
    ad_engine_node v[INPUTS], s = 0, b = 0, c = 0;
    ride_fresh(r);
    v[X] = ride_input(r, at[X]);
    v[Y] = ride_input(r, at[Y]);
    v[K] = way == CONSTANT ? v[X] : ride_input(r, is_zero ? 0 : at[K]);
    if (way >= SHARED_TWO) s = product(r, v[X], v[Y]);
    if (shape & C_FIRST) c = other_branch(r, v, s, way);
    b = first_branch(r, v, s, way, shape & B_EXCHANGED);
    if (!(shape & C_FIRST)) c = other_branch(r, v, s, way);
    ride_backward(r, shape & Z_EXCHANGED ? ride_binary(r, AD_OP_add, c, b)
                                         : ride_binary(r, AD_OP_add, b, c));
    right_of(way, right);
    for (int i = 0; i < INPUTS; i++) {
        const char label[] = {'d', "xyk"[i], '\0'};
        const bool read = i != K || way != CONSTANT;
        ride_claim(r, label, read ? ride_grad(r, v[i]) : 0, right[i], 64);
    }
}

static void ride_ends(ride *r)
{
    for (int way = 0; way < WAYS; way++)
        for (int shape = 0; shape < FORMS; shape++) ride_form(r, (beside)way, shape);
}

/* ---- What came out --------------------------------------------------------------- */

typedef struct ends {
    const claim *claim;
} ends;

static const claim *claim_of(const ends *e, beside way, int shape, int input)
{
    return &e->claim[((int)way * FORMS + shape) * INPUTS + input];
}

/* The first form in which it is wrong; FORMS: none. */
static int wrong_form(const ends *e, beside way, int input)
{
    int shape = 0;
    while (shape < FORMS && claim_holds(claim_of(e, way, shape, input))) shape++;
    return shape;
}

static bool is_right(const ends *e, beside way)
{
    for (int i = 0; i < INPUTS; i++)
        if (wrong_form(e, way, i) < FORMS) return false;
    return true;
}

/* Of x and y one has its gradient at most, and it is not always the same one; k has it
 * wherever b had its turn. */
static bool ends_at_input(const ends *e)
{
    bool seen[2] = {false};
    for (int shape = 0; shape < FORMS; shape++) {
        int n = 0;
        for (int i = X; i <= Y; i++) {
            const claim *c = claim_of(e, TWO, shape, i);
            const bool has = claim_holds(c);
            if (!has && c->got != 0) return false;
            seen[i] |= has;
            n += has;
        }
        if (n > 1) return false;
    }
    return seen[X] && seen[Y];
}

static const struct verdict {
    const char *code, *text, *why;
} verdicts[] = {
    {"G263", "the walk ends at the first node whose gradient is 0",
     "The gradient of a is k. With k = 2 all is right, in every order; with k = 0 what "
     "has nothing to do with a gets nothing: break or return, for continue?"},
    {"G346", "a constant ends the walk, and others get nothing",
     "With an input in the place of k all is right, in every order; with a constant "
     "what has nothing to do with k gets nothing: break or return, for continue?"},
    {"G347", "the first input that is met ends the walk",
     "One input has its gradient, all others have 0; with the operands exchanged it is "
     "another one: break or return, for continue?"},
    {"G348", "an operand that is given 0 keeps the next one from its share",
     "The gradient of a is k. With k = 2 all is right; with k = 0 the other operand of "
     "that product, which is k, gets nothing: break or return, for continue?"},
    {"G260", "a node waits for a user whose gradient is 0, and never has its turn",
     "s is used by a, whose gradient is k, and by c. With k = 2 all is right; with "
     "k = 0 s passes nothing on: a, which is left out, is waited for."},
};
enum { BY_ZERO, BY_CONSTANT, BY_INPUT, BY_SHARE, BY_WAITING, NOT_KNOWN };

static int verdict_of(const ends *e, beside *way, int *shape, int *input)
{
    *way = ZERO;
    *input = Y;
    if (!is_right(e, TWO)) {
        *way = TWO;
        *input = wrong_form(e, TWO, X) < FORMS ? X : Y;
        *shape = wrong_form(e, TWO, *input);
        return ends_at_input(e) ? BY_INPUT : NOT_KNOWN;
    }
    if ((*shape = wrong_form(e, ZERO, Y)) < FORMS) return BY_ZERO;
    *input = K;
    if ((*shape = wrong_form(e, ZERO, K)) < FORMS) return BY_SHARE;
    *way = CONSTANT;
    *input = Y;
    if ((*shape = wrong_form(e, CONSTANT, Y)) < FORMS) return BY_CONSTANT;
    *way = SHARED_ZERO;
    *shape = wrong_form(e, SHARED_ZERO, Y);
    return *shape < FORMS && is_right(e, SHARED_TWO) ? BY_WAITING : NOT_KNOWN;
}

static void put_program(finding *f, beside way, int shape)
{
    const bool shared = way >= SHARED_TWO;
    char b[80], c[40];
    snprintf(b, sizeof b, "\na = %s\nb = %s", shared ? "s * x" : "x * x * x",
             shape & B_EXCHANGED ? "k * a" : "a * k");
    snprintf(c, sizeof c, "\nc = %s", shared ? "s * y" : "y * y * y");
    snprintf(f->run, sizeof f->run, "x = 3, y = 2, k = %s%s%s%s\nz = %s\nbackward z",
             way == CONSTANT                     ? "2 (constant)"
             : way == ZERO || way == SHARED_ZERO ? "0"
                                                 : "2",
             shared ? "\ns = x * y" : "", shape & C_FIRST ? c : b,
             shape & C_FIRST ? b : c, shape & Z_EXCHANGED ? "c + b" : "b + c");
}

/* False where it says nothing. */
static bool put(kit *k, finding *f, const ends *e)
{
    beside way;
    int shape, input;
    const int which = verdict_of(e, &way, &shape, &input);
    if (which == NOT_KNOWN) return false;
    const struct verdict *v = &verdicts[which];
    const claim *c = claim_of(e, way, shape, input);
    strcpy(f->code, v->code);
    strcpy(f->text, v->text);
    strcpy(f->why, v->why);
    snprintf(f->expected, sizeof f->expected, "%s = %.10g", c->label, c->expected);
    snprintf(f->got, sizeof f->got, "%s = %.10g", c->label, c->got);
    put_program(f, way, shape);
    share_take_unknown(k, f->id);
    snprintf(k->broken, sizeof k->broken, "needs lesson 4, where %s is wrong", f->id);
    return true;
}

/* Whether lesson 3 knows why it is wrong. */
static bool is_named(const kit *k)
{
    for (size_t i = 0; i < k->diagnosis.causes; i++)
        if (!share_is_unknown(&k->diagnosis.cause[i])) return true;
    return false;
}

void kit_ends(kit *k)
{
    static const ad_op needs[2] = {AD_OP_add, AD_OP_mul};
    const char *id = "4.ends", *title = "what must not end the walk";
    if (!kit_wants(k, id) || kit_skips(k, id, title, 2, needs, is_named(k))) return;
    const bool sound = kit_count_of(k).failed == 0;
    finding *f = kit_find(k, id, title);
    if (kit_ride(k, f, &(ride){.work = ride_ends}, 2)) return;
    const bool all = f->status == FINDING_FAIL && !finding_is_unsteady(f) &&
                     k->sheet->claims == (size_t)WAYS * FORMS * INPUTS;
    /* What is wrong without a name has one elsewhere, or is told there. */
    if (!(all && put(k, f, &(ends){k->sheet->claim})) && !sound) k->n--;
}
