/* mistake.def as data, and all the flaws that it makes possible. */
#include "verify/kit/mistake.h"

#include <math.h>
#include <string.h>

#define ROW(code, name, place, same, op, k, sentence, why, h1, h2, h3)                 \
    {#code,                                                                            \
     #name,                                                                            \
     MISTAKE_IN_##place,                                                               \
     MISTAKE_OF_##same,                                                                \
     op,                                                                               \
     k,                                                                                \
     sentence,                                                                         \
     why,                                                                              \
     {h1, h2, h3},                                                                     \
     {FORM_NONE, FORM_EVERYWHERE, 0, 0, 0}},
#define EXAMPLE(code, name, place, mode, a, k, sentence, why, h1, h2, h3)              \
    {#code,                                                                            \
     #name,                                                                            \
     MISTAKE_IN_##place,                                                               \
     MISTAKE_OF_##name,                                                                \
     AD_OP_count,                                                                      \
     0,                                                                                \
     sentence,                                                                         \
     why,                                                                              \
     {h1, h2, h3},                                                                     \
     {mode, FORM_EVERYWHERE, a, 0, k}},

const mistake_row mistake_rows[MISTAKE_KINDS] = {
#define WALK(code, name, ...) ROW(code, name, WALK, name, AD_OP_count, 0, __VA_ARGS__)
#define ALSO(name, of)                                                                 \
    {"",                                                                               \
     #name,                                                                            \
     MISTAKE_IN_WALK,                                                                  \
     MISTAKE_OF_##of,                                                                  \
     AD_OP_count,                                                                      \
     0,                                                                                \
     "",                                                                               \
     "",                                                                               \
     {"", "", ""},                                                                     \
     {FORM_NONE, FORM_EVERYWHERE, 0, 0, 0}},
#define INCOMING(code, name, share, ...)                                               \
    ROW(code, name, RULE, name, AD_OP_count, 0, __VA_ARGS__)
#define PARTIAL(code, name, partial, ...)                                              \
    ROW(code, name, PARTIAL, name, AD_OP_count, 0, __VA_ARGS__)
#define SLIP(code, name, op, k, partial, text, sentence)                               \
    ROW(code, name, SLIP, name, AD_OP_##op, k, sentence, text, "", "", "")
#define VALUE(code, name, op, value, ...)                                              \
    ROW(code, name, VALUE, name, AD_OP_##op, 0, __VA_ARGS__)
#define LATER(code, name, k, ...)                                                      \
    EXAMPLE(code, name, LATER, FORM_NONE, 0, k, __VA_ARGS__)
#define FORM(code, name, mode, a, k, ...)                                              \
    EXAMPLE(code, name, FORM, mode, a, k, __VA_ARGS__)
#define MEASURED(code, name, ...)                                                      \
    EXAMPLE(code, name, NO_FORM, FORM_NONE, 0, 0, __VA_ARGS__)
#include "verify/kit/mistake.def"
};

const mistake_row *mistake_by_code(const char *code)
{
    for (int i = 0; i < MISTAKE_KINDS; i++)
        if (strcmp(mistake_rows[i].code, code) == 0) return &mistake_rows[i];
    return NULL;
}

const char *mistake_code(const flaw *f)
{
    return mistake_rows[mistake_rows[f->kind].same_as].code;
}

bool mistake_same_name(const flaw *a, const flaw *b)
{
    return strcmp(mistake_code(a), mistake_code(b)) == 0 && a->op == b->op;
}

/* ---- Which flaws are there ------------------------------------------------------- */

/* A point of the domain for each operand; the third is on the other side of 0. */
static bool test_point(ad_op op, int i, double *x, double *c)
{
    static const double at[][3] = {{0.7, 1.9, 0.6}, {1.6, 0.8, -1.1}, {-0.6, 1.3, 0.9}};
    const ad_op_info *info = &ad_ops[op];
    memcpy(x, at[i], sizeof at[i]);
    if (op == AD_OP_acosh) x[0] = 1.2 + i;
    if (op == AD_OP_asin || op == AD_OP_acos || op == AD_OP_atanh) x[0] /= 2;
    *c = i == 1 ? -1.5 : 2.3;
    if (op == AD_OP_c_pow) *c = 2.3 + i;
    return x[0] > info->lo && x[0] < info->hi;
}

/* Flaws of a rule that show in what operands have and not in what they are given. */
static bool is_of_sums(const flaw *f)
{
    return f->kind == MISTAKE_OF_assigned || f->kind == MISTAKE_OF_same_once ||
           f->kind == MISTAKE_OF_other_gradient ||
           f->kind == MISTAKE_OF_operand_number || f->kind == MISTAKE_OF_multiplied ||
           f->kind == MISTAKE_OF_constant_too || f->kind == MISTAKE_OF_to_other ||
           f->kind == MISTAKE_OF_last_use || f->kind == MISTAKE_OF_own_gradient ||
           f->kind == MISTAKE_OF_crossed_gradient || f->kind == MISTAKE_OF_interchanged;
}

/* Whether two flaws (or none: NULL) of one operation give the same everywhere. */
static bool is_same(const flaw *a, const flaw *b, ad_op op)
{
    if (is_of_sums(a) || (b != NULL && is_of_sums(b))) return false;
    for (int i = 0; i < 3; i++) {
        double x[AD_MAX_OPERANDS], c;
        if (!test_point(op, i, x, &c)) continue;
        const double z = ad_ops[op].value(x, c);
        if (!mistake_close(mistake_value(a, 1, op, x, c),
                           mistake_value(b, b != NULL, op, x, c), 1e-9, 0))
            return false;
        for (int seed = 0; seed < 3; seed++) {
            const double g = (double[]){1, 2.5, -3}[seed];
            double p[AD_MAX_OPERANDS], q[AD_MAX_OPERANDS];
            mistake_shares(a, 1, op, x, c, z, g, p);
            mistake_shares(b, b != NULL, op, x, c, z, g, q);
            for (int k = 0; k < ad_ops[op].operands; k++)
                if (!mistake_close(p[k], q[k], 1e-9, 0)) return false;
        }
    }
    return true;
}

typedef struct list {
    flaw *flaw;
    size_t n, room;
} list;

static void push(list *l, flaw f)
{
    if (l->n < l->room) l->flaw[l->n++] = f;
}

/* One of an operation's, unless it changes nothing or does what one before it does. */
static void push_if_new(list *l, size_t first, flaw f)
{
    if (is_same(&f, NULL, f.op)) return;
    for (size_t i = first; i < l->n; i++)
        if (is_same(&f, &l->flaw[i], f.op)) return;
    push(l, f);
}

static flaw of_kind(int kind, ad_op op, int partial)
{
    return (flaw){.kind = (mistake_kind)kind, .op = op, .partial = partial};
}

/* The partials do not depend on the operands, nor do they on the side of 0. */
static bool is_linear(ad_op op)
{
    return op == AD_OP_neg || op == AD_OP_add || op == AD_OP_sub || op == AD_OP_add_c ||
           op == AD_OP_mul_c || op == AD_OP_c_sub;
}

/* Partials that need a second operand, or one operand alone, to mean something. */
static bool makes_sense(mistake_kind kind, ad_op op)
{
    const int n = ad_ops[op].operands;
    switch (kind) {
    case MISTAKE_OF_operand_number: return op == AD_OP_mul || op == AD_OP_pow;
    case MISTAKE_OF_other_gradient: return op == AD_OP_mul;
    case MISTAKE_OF_same_once: return n == 2 && op != AD_OP_max && op != AD_OP_min;
    case MISTAKE_OF_interchanged: return op == AD_OP_mul;
    case MISTAKE_OF_multiplied: return n == 1;
    case MISTAKE_OF_constant_too:
        return op == AD_OP_pow_c || op == AD_OP_c_pow || op == AD_OP_mul_c ||
               op == AD_OP_add_c || op == AD_OP_c_sub || op == AD_OP_c_div;
    case MISTAKE_OF_last_use:
        return n < 3 && !is_linear(op) && ad_ops[op].smoothness == AD_SMOOTH;
    case MISTAKE_OF_own_gradient: return ad_ops[op].smoothness == AD_SMOOTH;
    case MISTAKE_OF_crossed_gradient:
        return n == 2 && ad_ops[op].smoothness == AD_SMOOTH;
    case MISTAKE_OF_to_other: return n == 2 && op != AD_OP_sub; /* which is G45 */
    case MISTAKE_OF_over_other:
    case MISTAKE_OF_swapped:
    case MISTAKE_OF_exchanged_:
    case MISTAKE_OF_times_other: return n == 2;
    case MISTAKE_OF_at_result_: return n == 1;
    case MISTAKE_OF_times_constant:
    case MISTAKE_OF_over_constant: return ad_ops[op].constants > 0;
    default: return true;
    }
}

static void push_of_op(list *l, ad_op op)
{
    const size_t first = l->n;
    const int n = ad_ops[op].operands;
    for (int kind = 0; kind < MISTAKE_KINDS; kind++)
        if (mistake_rows[kind].place >= MISTAKE_IN_SLIP && mistake_rows[kind].op == op)
            push_if_new(l, first, of_kind(kind, op, mistake_rows[kind].partial));
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const mistake_place place = mistake_rows[kind].place;
        if (place != MISTAKE_IN_RULE && place != MISTAKE_IN_PARTIAL) continue;
        const bool of_op =
            kind == MISTAKE_OF_same_once || (kind == MISTAKE_OF_last_use && n > 1);
        const int most = of_op ? 0 : n;
        const bool of_exponent = kind == MISTAKE_OF_operand_number && op == AD_OP_pow;
        const bool of_each = n == 1 || kind == MISTAKE_OF_to_other;
        for (int k = of_exponent ? 1
                     : of_each   ? 0
                                 : -1;
             k < most && makes_sense((mistake_kind)kind, op); k++)
            push_if_new(l, first, of_kind(kind, op, k));
    }
}

/* In every rule alike: for all operands, or for the first, or the second. */
static void push_of_all(list *l)
{
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        if (mistake_rows[kind].place != MISTAKE_IN_RULE) continue;
        if (kind == MISTAKE_OF_other_gradient || kind == MISTAKE_OF_operand_number ||
            kind == MISTAKE_OF_interchanged || kind == MISTAKE_OF_last_use ||
            kind == MISTAKE_OF_constant_too)
            continue;
        if (kind == MISTAKE_OF_multiplied || kind == MISTAKE_OF_own_gradient ||
            kind == MISTAKE_OF_crossed_gradient) /* which are G01 */
            continue;
        if (kind != MISTAKE_OF_assigned && /* which is G03 */
            kind != MISTAKE_OF_to_other)
            push(l, of_kind(kind, AD_OP_count, -1));
        for (int k = 0; k < 2 && kind != MISTAKE_OF_same_once; k++)
            push(l, of_kind(kind, AD_OP_count, k));
    }
}

size_t mistake_flaws(const bool *supported, flaw *flaws, size_t room)
{
    list l = {flaws, 0, room};
    for (int kind = 0; kind < MISTAKE_KINDS; kind++)
        if (mistake_rows[kind].place == MISTAKE_IN_WALK)
            push(&l, of_kind(kind, AD_OP_count, -1));
    push_of_all(&l);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (supported[op]) push_of_op(&l, (ad_op)op);
    return l.n;
}
