/* Operations that have what belongs to others. */
#include "verify/kit/mistake_crossed.h"

#include <math.h>
#include <string.h>

#include "verify/kit/mistake_fit.h"
#include "verify/kit/mistake_measure.h"

/* Which operations are wrong, by themselves, and which others each may be. */
typedef struct crossing {
    bool of_rules;
    uint64_t wrong, known; /* known: some other's fits */
    uint64_t like[AD_OP_count];
} crossing;

bool crossed_is(mistake_kind kind)
{
    return kind >= MISTAKE_OF_found_by_part && kind <= MISTAKE_OF_rules_of_neighbours;
}

bool crossed_is_of_rules(mistake_kind kind)
{
    return kind >= MISTAKE_OF_rules_exchanged && kind <= MISTAKE_OF_rules_of_neighbours;
}

static uint64_t bit(int op) { return (uint64_t)1 << op; }

static size_t crossed_count(uint64_t ops)
{
    size_t n = 0;
    for (; ops != 0; ops &= ops - 1) n++;
    return n;
}

int crossed_first(uint64_t ops)
{
    int op = 0;
    while (op < AD_OP_count && (ops & bit(op)) == 0) op++;
    return op;
}

/* ---- One operation as another ---------------------------------------------------- */

/* What stands for operands that the operation has not: nothing, or its last one; and for
 * a constant: its own, or none. */
enum { MISSING_WAYS = 4 };

static double fill(const sample *s, ad_op op, int way, double *x)
{
    const int n = ad_ops[op].operands;
    for (int i = 0; i < AD_MAX_OPERANDS; i++)
        x[i] = i < n ? s->x[i] : way % 2 == 0 ? 0 : s->x[n - 1];
    return way < 2 ? s->c : 0;
}

static bool has_value(const evidence *e, const sample *s, size_t n, ad_op op,
                      ad_op other)
{
    for (int way = 0; way < MISSING_WAYS; way++) {
        size_t i = 0;
        for (; i < n; i++) {
            double x[AD_MAX_OPERANDS];
            const double c = fill(&s[i], op, way, x);
            if (!fit_close(e, s[i].value, ad_ops[other].value(x, c), false)) break;
        }
        if (i == n) return true;
    }
    return false;
}

/* As the other's rule has it: by its own result, or by that of the operation. */
static bool has_share(const evidence *e, const sample *s, ad_op op, ad_op other,
                      int way, bool by_result)
{
    double x[AD_MAX_OPERANDS], d[AD_MAX_OPERANDS] = {0};
    const double c = fill(s, op, way, x);
    ad_ops[other].partials(x, c, ad_ops[other].value(x, c), d);
    if (by_result) d[0] = form_by_result(other, d[0], s->value);
    for (int i = 0; i < ad_ops[op].operands; i++)
        if (i < ad_ops[other].operands ? !fit_close(e, s->share[i], s->g * d[i], false)
                                       : s->share[i] != 0 && !isnan(s->share[i]))
            return false;
    return true;
}

/* Who is given nothing has nobody's rule. */
static bool is_given_some(const sample *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s[i].share[0] != 0) return true;
    return false;
}

static bool has_rule(const evidence *e, const sample *s, size_t n, ad_op op,
                     ad_op other)
{
    for (int way = 0; way < 2 * MISSING_WAYS && is_given_some(s, n); way++) {
        size_t i = 0;
        while (i < n && has_share(e, &s[i], op, other, way / 2, way % 2 == 1)) i++;
        if (i == n) return true;
    }
    return false;
}

static bool is_right(const evidence *e, const sample *s, ad_op op, bool of_rule)
{
    if (!of_rule) return fit_close(e, s->value, s->z, false);
    return has_share(e, s, op, op, 0, false);
}

static bool is_wrong(const evidence *e, ad_op op, bool of_rule)
{
    sample s[SAMPLES_MOST];
    const size_t n = measure_alone(e, op, s);
    for (size_t i = 0; i < n; i++)
        if (!is_right(e, &s[i], op, of_rule)) return true;
    return false;
}

/* Where the product is wrong itself, of programs of one operation alone. */
static uint64_t others_of(const evidence *e, ad_op op, bool of_rule)
{
    sample s[SAMPLES_MOST];
    uint64_t like = 0;
    const bool alone = !e->supported[AD_OP_mul] || is_wrong(e, AD_OP_mul, false) ||
                       is_wrong(e, AD_OP_mul, true);
    const size_t n =
        alone ? measure_alone(e, op, s) : measure_samples(e, op, s, SAMPLES_MOST);
    for (int other = AD_FIRST_ROW; other <= AD_LAST_ROW && n > 1; other++)
        if (other != (int)op &&
            (of_rule ? has_rule : has_value)(e, s, n, op, (ad_op)other))
            like |= bit(other);
    return like;
}

static crossing cross(const evidence *e, bool of_rules)
{
    crossing c = {.of_rules = of_rules};
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (!e->supported[op] || !is_wrong(e, (ad_op)op, of_rules) ||
            (of_rules && is_wrong(e, (ad_op)op, false)))
            continue;
        c.wrong |= bit(op);
        c.like[op] = others_of(e, (ad_op)op, of_rules);
        if (c.like[op] != 0) c.known |= bit(op);
    }
    return c;
}

/* ---- What they have in common ---------------------------------------------------- */

/* One name has the other in it, or both begin alike. */
static bool names_meet(int a, int b)
{
    const char *p = ad_ops[a].name, *q = ad_ops[b].name;
    enum { LETTERS = 3 };
    return strstr(p, q) != NULL || strstr(q, p) != NULL || strncmp(p, q, LETTERS) == 0;
}

static uint64_t meeting(int op, uint64_t others)
{
    for (int other = AD_FIRST_ROW; other <= AD_LAST_ROW; other++)
        if ((others & bit(other)) != 0 && !names_meet(op, other)) others &= ~bit(other);
    return others;
}

/* With whom it is exchanged, of all that are wrong; AD_OP_count: with nobody. */
static int exchanged_with(const crossing *c, int op)
{
    for (int other = AD_FIRST_ROW; other <= AD_LAST_ROW; other++)
        if ((c->like[op] & bit(other)) != 0 && (c->known & bit(other)) != 0 &&
            (c->like[other] & bit(op)) != 0)
            return other;
    return AD_OP_count;
}

static bool all_meet(const crossing *c)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if ((c->known & bit(op)) != 0 && meeting(op, c->like[op]) == 0) return false;
    return true;
}

static uint64_t common(const crossing *c)
{
    uint64_t all = ~(uint64_t)0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if ((c->known & bit(op)) != 0) all &= c->like[op];
    return all;
}

/* One that the engine has, and of as many operands. */
static int likeliest(const evidence *e, const crossing *c, uint64_t among)
{
    const int operands = ad_ops[crossed_first(c->known)].operands;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if ((among & bit(op)) != 0 && e->supported[op] &&
            ad_ops[op].operands == operands)
            return op;
    return crossed_first(among);
}

/* 1 and -1 are what a rule gives that forgets its factor, too. */
static size_t count_telling(const crossing *c)
{
    const uint64_t plain = bit(AD_OP_add) | bit(AD_OP_sub) | bit(AD_OP_neg) |
                           bit(AD_OP_add_c) | bit(AD_OP_c_sub);
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        n += (c->known & bit(op)) != 0 && (c->like[op] & plain) == 0;
    return n;
}

/* So many different ones at least are had by others: each its own. */
static bool is_one_to_one(const crossing *c)
{
    uint64_t taken = 0;
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        const uint64_t left = c->like[op] & ~taken;
        if ((c->known & bit(op)) == 0) continue;
        const uint64_t among = left & c->known;
        n += left == 0;
        if (left != 0) taken |= bit(crossed_first(among != 0 ? among : left));
    }
    return n == 0 || 4 * n < crossed_count(c->known);
}

/* The mistake that they have in common; false where they have none. */
static bool find_common(const evidence *e, const crossing *c, flaw *f)
{
    enum { MANY = 3 };
    const size_t n = crossed_count(c->known);
    const bool rules = c->of_rules;
    if (n < 2) return false;
    const int one = crossed_first(c->known), other = exchanged_with(c, one);
    *f = (flaw){.op = AD_OP_count, .partial = -1, .ops = c->known};
    if (n == 2 && other < AD_OP_count) {
        f->kind = rules ? MISTAKE_OF_rules_exchanged : MISTAKE_OF_values_exchanged;
    } else if (!rules && all_meet(c)) {
        f->kind = MISTAKE_OF_found_by_part;
        for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
            if ((c->wrong & bit(op)) != 0 && meeting(op, ~bit(op)) != 0)
                f->ops |= bit(op);
    } else if (n >= MANY && common(c) != 0) {
        f->kind = rules ? MISTAKE_OF_rules_of_one : MISTAKE_OF_values_of_one;
        f->form.k = likeliest(e, c, common(c));
    } else if (count_telling(c) >= MANY && is_one_to_one(c)) {
        f->kind =
            rules ? MISTAKE_OF_rules_of_neighbours : MISTAKE_OF_values_of_neighbours;
        f->ops = c->wrong;
    } else {
        return false;
    }
    return 2 * n >= crossed_count(c->wrong);
}

ad_op crossed_with(const evidence *e, const flaw *f, ad_op op)
{
    const uint64_t like = others_of(e, op, crossed_is_of_rules(f->kind)),
                   near = f->kind == MISTAKE_OF_found_by_part ? meeting((int)op, like)
                                                              : like & f->ops;
    return (ad_op)crossed_first(near != 0 ? near : like);
}

bool crossed_find(const evidence *e, bool of_rules, flaw *f)
{
    const crossing c = cross(e, of_rules);
    return find_common(e, &c, f);
}
