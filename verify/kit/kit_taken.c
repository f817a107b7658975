/*
 * Lesson 1: whether an engine takes what it is given: the numbers of inputs, the order of
 * operands, an operand that has the number 0, a name that it cannot know. Where it does
 * not, nothing else can be right, and no operation is to blame: that row is the root.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/kit_share.h"

static finding *root_row(kit *k, const char *id, const char *title, const char *code)
{
    finding *f = kit_find(k, id, title);
    f->status = FINDING_FAIL;
    strcpy(f->code, code);
    strcpy(k->root, id);
    snprintf(k->broken, sizeof k->broken, "needs %s, which is wrong", id);
    return f;
}

/* Rides, and what becomes of it is not counted. */
static bool ride_apart(kit *k, ride *r)
{
    const size_t hung = k->hung, crashed = k->crashed;
    const double seconds = k->hung_seconds;
    finding unused = {0};
    const bool good = kit_ride_once(k, &unused, r, 1);
    k->hung = hung;
    k->crashed = crashed;
    k->hung_seconds = seconds;
    return good;
}

/* ---- Inputs ---------------------------------------------------------------------- */

/* No whole numbers, and none that float or few digits can hold. */
static const double odd[] = {8.0 / 3, -2.7182818284590451, 0.12345678901234568,
                             1234567.8912345679};
enum { ODD = sizeof odd / sizeof *odd };

/* The operation, if any, of the first inputs as well: whether results are rounded, too. */
static void ride_odd(ride *r)
{
    const ad_op *op = r->what;
    ad_engine_node x[ODD];
    for (int i = 0; i < ODD; i++) x[i] = ride_input(r, odd[i]);
    const double result = ride_value(r, ride_apply(r, *op, x, 0));
    for (int i = 0; i < ODD; i++) ride_note(r, ride_value(r, x[i]));
    ride_note(r, result);
}

typedef enum rounding { TRUNCATED, FLOORED, ROUNDED, FLOAT, DIGITS } rounding;
enum { DIGITS_LEAST = 3, DIGITS_MOST = 13, ROUNDINGS = DIGITS + 2 * DIGITS_MOST + 2 };

/* As text of so many digits; then of so many decimals. */
static double round_by(int rule, double x)
{
    char text[64];
    const int n = rule - DIGITS;
    switch (rule) {
    case TRUNCATED: return trunc(x);
    case FLOORED: return floor(x);
    case ROUNDED: return round(x);
    case FLOAT: return (double)(float)x;
    default:
        snprintf(text, sizeof text, n <= DIGITS_MOST ? "%.*g" : "%.*f",
                 n <= DIGITS_MOST ? n : n - DIGITS_MOST - 1, x);
        return strtod(text, NULL);
    }
}

static void say_rounded(int rule, char *text, size_t room)
{
    const int n = rule - DIGITS;
    if (rule < FLOAT)
        snprintf(text, room, "inputs are kept as whole numbers");
    else if (rule == FLOAT)
        snprintf(text, room, "inputs are kept as float");
    else
        snprintf(text, room, "inputs are kept as text of %d %s",
                 n <= DIGITS_MOST ? n : n - DIGITS_MOST - 1,
                 n <= DIGITS_MOST ? "digits" : "decimals");
}

static bool is_close(const kit *k, double a, double b)
{
    return fabs(a - b) <= 16 * k->engine.unit * fabs(b);
}

/* What has become of all of them; -1: nothing known. */
static int rule_of(const kit *k, const double *kept)
{
    for (int rule = 0; rule < ROUNDINGS; rule++) {
        bool fits = rule <= DIGITS || rule - DIGITS >= DIGITS_LEAST;
        for (int i = 0; i < ODD && fits; i++)
            fits = is_close(k, round_by(rule, odd[i]), kept[i]);
        if (fits) return rule;
    }
    return -1;
}

static void say_input(finding *f, double given, double kept)
{
    snprintf(f->run, sizeof f->run, "x = %.17g", given);
    snprintf(f->expected, sizeof f->expected, "x = %.17g", given);
    snprintf(f->got, sizeof f->got, "x = %.17g", kept);
}

/* Where results are rounded as well it is no matter of inputs: lesson 3 tells that. */
static void try_inputs(kit *k)
{
    static const ad_op by[] = {AD_OP_exp,  AD_OP_tanh, AD_OP_sin, AD_OP_cos,
                               AD_OP_sqrt, AD_OP_div,  AD_OP_mul, AD_OP_add};
    size_t at = 0;
    while (at < sizeof by / sizeof *by && !mount_has_own(&k->engine, by[at])) at++;
    if (at == sizeof by / sizeof *by) return;
    if (!ride_apart(k, &(ride){.work = ride_odd, .what = &by[at]})) return;
    const double *kept = k->sheet->number, result = kept[ODD];
    int i = 0;
    while (i < ODD && !isnan(kept[i])) i++;
    for (i %= ODD; i < ODD && is_close(k, kept[i], odd[i]);) i++;
    if (i == ODD) return;
    const char *id = "1.leaf", *title = "the value of an input";
    if (isnan(kept[i])) {
        finding *f = root_row(k, id, title, "G314");
        say_input(f, odd[i], kept[i]);
        snprintf(f->text, sizeof f->text, "an input of %.10g comes back as no number",
                 odd[i]);
        snprintf(f->why, sizeof f->why, "It was read just after it was made. %s",
                 i > 0 && fabs(odd[i]) >= 1000
                     ? "Smaller ones come back: is it written with separators, 1,234?"
                     : "How is it read, and how is it written?");
        return;
    }
    const int rule = rule_of(k, kept);
    const double right = ad_ops[by[at]].value(kept, 0);
    if (rule < 0 || !is_close(k, result, right) ||
        is_close(k, round_by(rule, result), result))
        return;
    finding *f = root_row(k, id, title, "G318");
    say_input(f, odd[i], kept[i]);
    say_rounded(rule, f->text, sizeof f->text);
    snprintf(f->why, sizeof f->why,
             "All %d that were tried are so. Results are not: %s has all its digits, "
             "and is right for what was kept.",
             ODD, ad_ops[by[at]].name);
}

/* ---- Operands -------------------------------------------------------------------- */

enum { TRIED = 6, WAYS = 4 };

typedef struct operands {
    ad_op op[TRIED];
    int n;
} operands;

/* Which input is first and which second, of x = 3, y = 5, u = 5, v = 3. */
static const double given[WAYS] = {3, 5, 5, 3};
static const int pair[WAYS][2] = {{0, 1}, {1, 0}, {2, 3}, {3, 2}};

/* r->size: inputs before them, which nobody uses. */
static void ride_pairs(ride *r)
{
    const operands *o = r->what;
    ad_engine_node x[WAYS], made[TRIED][WAYS];
    for (size_t i = 0; i < r->size; i++) ride_input(r, 7);
    for (int i = 0; i < WAYS; i++) x[i] = ride_input(r, given[i]);
    ride_note(r, x[0] == 0);
    ride_note(r, r->m->engine.resolve("zzz") >= 0);
    for (int i = 0; i < o->n; i++)
        for (int way = 0; way < WAYS; way++) {
            const ad_engine_node both[2] = {x[pair[way][0]], x[pair[way][1]]};
            made[i][way] = ride_apply(r, o->op[i], both, 0);
        }
    for (int i = 0; i < o->n; i++)
        for (int way = 0; way < WAYS; way++) ride_note(r, ride_value(r, made[i][way]));
}

/* In which order operands arrive. */
typedef enum arrival {
    AS_GIVEN,
    BY_NUMBER,
    BY_NUMBER_DOWN,
    REVERSED,
    ARRIVALS
} arrival;

static double value_at(ad_op op, int way, arrival as)
{
    int a = pair[way][0], b = pair[way][1];
    if (ad_ops[op].operands < 2) as = AS_GIVEN;
    if (as == REVERSED || (as == BY_NUMBER && a > b) || (as == BY_NUMBER_DOWN && a < b))
        a = pair[way][1], b = pair[way][0];
    const double x[AD_MAX_OPERANDS] = {given[a], given[b]};
    return ad_ops[op].value(x, 0);
}

/* Whether this is so of every operation to which it matters, of at least so many. */
static bool arrive(const kit *k, const operands *o, arrival as, int least)
{
    const double *got = k->sheet->number + 2;
    int told = 0;
    for (int i = 0; i < o->n; i++) {
        told += value_at(o->op[i], 0, AS_GIVEN) != value_at(o->op[i], 1, AS_GIVEN);
        for (int way = 0; way < WAYS; way++)
            if (!is_close(k, got[WAYS * i + way], value_at(o->op[i], way, as)))
                return false;
    }
    return told >= least;
}

/* Those that tell the order first. */
static operands choose(const kit *k)
{
    static const ad_op ops[] = {AD_OP_sub, AD_OP_div, AD_OP_pow,  AD_OP_atan2,
                                AD_OP_add, AD_OP_neg, AD_OP_tanh, AD_OP_exp};
    operands o = {.n = 0};
    for (size_t i = 0; i < sizeof ops / sizeof *ops && o.n < TRIED; i++)
        if (mount_has_own(&k->engine, ops[i])) o.op[o.n++] = ops[i];
    return o;
}

/* The one operation that has them in the order of their numbers, where all others are
 * right; -1: it is not so. */
static int sorts_alone(const kit *k, const operands *o, arrival as)
{
    int which = -1;
    for (int i = 0; i < o->n; i++) {
        const double *got = k->sheet->number + 2 + WAYS * i;
        bool right = true, sorted = true;
        for (int way = 0; way < WAYS; way++) {
            right &= is_close(k, got[way], value_at(o->op[i], way, AS_GIVEN));
            sorted &= is_close(k, got[way], value_at(o->op[i], way, as));
        }
        if (right) continue;
        if (!sorted || which >= 0) return -1;
        which = i;
    }
    return which;
}

/* The order that shows it, by this operation. */
static void say_order(finding *f, ad_op op, arrival as)
{
    const int way = as == BY_NUMBER ? 1 : 0;
    snprintf(f->run, sizeof f->run, "x = 3\ny = 5\na = %s(%s)", ad_ops[op].name,
             way == 1 ? "y, x" : "x, y");
    snprintf(f->expected, sizeof f->expected, "a = %.10g", value_at(op, way, AS_GIVEN));
    snprintf(f->got, sizeof f->got, "a = %.10g", value_at(op, way, as));
}

/* Lesson 3 goes on: it is this rule's, and what it shows there has this reason. */
static void say_one(kit *k, ad_op op, arrival as)
{
    finding *f = kit_find(k, "1.operands", "the order of operands");
    f->status = FINDING_FAIL;
    strcpy(f->code, "G354");
    snprintf(f->text, sizeof f->text,
             "%s puts its operands in the %sorder of their numbers", ad_ops[op].name,
             as == BY_NUMBER ? "" : "reverse ");
    say_order(f, op, as);
    strcpy(f->why,
           "One order of the two is right, and the other gives the same number, "
           "whichever input is larger. Other operations have their operands as "
           "they are given: is this one taken for one that commutes?");
    k->wrong_op[op] = true;
    k->sorts = op;
}

static void say_operands(kit *k, const operands *o, arrival as)
{
    static const char *const said[ARRIVALS] = {
        "", "operands are put in the order of their numbers",
        "operands are put in the reverse order of their numbers",
        "operands are taken in reverse order"};
    finding *f = root_row(k, "1.operands", "the order of operands", "G319");
    strcpy(f->text, said[as]);
    say_order(f, o->op[0], as);
    snprintf(f->why, sizeof f->why,
             "%s It is so in every operation to which the order matters: no rule is to "
             "blame, but what hands the operands over.",
             as == REVERSED
                 ? "Each pair that was tried is exchanged."
                 : "x was recorded before y: one order is right, and the "
                   "other gives the same number, whichever input is larger.");
}

/* Whether what has the first input for an operand is wrong, always, and nothing else. */
static bool lacks_first(const kit *k, const operands *o)
{
    for (int i = 0; i < o->n; i++)
        for (int way = 0; way < WAYS; way++) {
            const bool second = ad_ops[o->op[i]].operands > 1 && pair[way][1] == 0,
                       has = pair[way][0] == 0 || second;
            const double got = k->sheet->number[2 + WAYS * i + way];
            if (has == is_close(k, got, value_at(o->op[i], way, AS_GIVEN)))
                return false;
        }
    return true;
}

static void say_zero(kit *k, const char *said)
{
    finding *f = root_row(k, "1.operands", "a node with the number 0", "G311");
    strcpy(f->text, "the first node's handle, 0, is taken for none");
    strcpy(f->run, "x = 3\ny = 5\na = op(x, y)");
    strcpy(f->expected, "as where another input stands before x");
    snprintf(f->got, sizeof f->got, "%.90s", said);
    strcpy(f->why, "With an input before it, which nobody uses, the same program is "
                   "right: then no operand has the number 0.");
}

static void say_any_name(kit *k)
{
    finding *f = root_row(k, "1.resolve", "a name that is no operation's", "G313");
    strcpy(f->text, "resolve has a number for every name, one that is none as well");
    strcpy(f->run, "resolve(\"zzz\")");
    strcpy(f->expected, "-1");
    strcpy(f->got, "0 or more");
    strcpy(f->why, "What it takes for an operation of its own may be another: "
                   "whatever it lacks is then computed wrongly.");
}

static void try_operands(kit *k)
{
    const operands o = choose(k);
    ride r = {.work = ride_pairs, .what = &o};
    if (o.n == 0) return;
    const bool rode = ride_apart(k, &r);
    if (rode && k->sheet->number[1] != 0) {
        say_any_name(k);
        return;
    }
    if (rode && arrive(k, &o, AS_GIVEN, 0)) return;
    for (int as = BY_NUMBER; as < ARRIVALS && rode; as++)
        if (arrive(k, &o, (arrival)as, as == REVERSED ? 2 : 1)) {
            say_operands(k, &o, (arrival)as);
            return;
        }
    for (int as = BY_NUMBER; as <= BY_NUMBER_DOWN && rode; as++) {
        const int one = sorts_alone(k, &o, (arrival)as);
        if (one < 0) continue;
        say_one(k, o.op[one], (arrival)as);
        return;
    }
    if (k->sheet->numbers == 0 || k->sheet->number[0] == 0) return;
    if (rode && !lacks_first(k, &o)) return;
    char said[96];
    snprintf(said, sizeof said, "%.90s",
             k->sheet->sentence[0] != '\0' ? k->sheet->sentence : "another value");
    r.size = 1;
    if (ride_apart(k, &r) && k->sheet->number[0] == 0 && arrive(k, &o, AS_GIVEN, 0))
        say_zero(k, said);
}

void kit_share_taken(kit *k)
{
    bool ops[AD_OP_count] = {false};
    if ((int)k->sorts < (int)AD_FIRST_ROW) return;
    ops[k->sorts] = true;
    share_take_over(k, "1.operands", ops);
}

void kit_taken(kit *k)
{
    const char *only = k->options.only;
    if (only != NULL && !kit_wants(k, "1.leaf") && !kit_wants(k, "1.operands") &&
        !kit_wants(k, "1.resolve"))
        return;
    if (k->hung + k->crashed > 0) return;
    try_operands(k);
    if (k->root[0] == '\0') try_inputs(k);
}
