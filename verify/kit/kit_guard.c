/*
 * Lesson 2: a small number that was added to be safe at 0, as in log(x + 1e-9), x / (y + eps)
 * and 1 / (2 sqrt(x) + eps). It is too small for the formulae of lesson 3, which hold
 * numbers to be equal that agree in nine digits; here what is off must be off by just that.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_judge.h"
#include "verify/kit/kit_share.h"

/* Where it was added. */
typedef enum guard_way {
    TO_FIRST,       /* f(x + k), by the result that comes of it */
    TO_FIRST_ALONE, /* the same, with the result as it is */
    TO_SECOND,
    TO_SECOND_ALONE,
    TO_RESULT,   /* z + k */
    BELOW_FIRST, /* d x / (x + k), and so on */
    BELOW_SECOND,
    BELOW_RESULT,
    BELOW_SQUARE,  /* of the last operand */
    BELOW_SQUARES, /* x^2 + y^2 */
    BELOW,         /* 1 / (1 / d + k) */
    BELOW_TWICE,   /* 1 / (1 / d + 2 k): of half of it */
    BELOW_ROOT,    /* 1 / sqrt(1 / d^2 + k) */
    GUARD_WAYS
} guard_way;

typedef struct guard {
    guard_way way;
    double k;
} guard;

static const char *way_text(guard_way way)
{
    return way <= TO_FIRST_ALONE    ? "x"
           : way <= TO_SECOND_ALONE ? "y"
           : way == TO_RESULT       ? "its result"
                                    : "what it divides by";
}

/* The value (of < 0) or a derivative with the number in it; NaN where there is no such. */
static double guarded(ad_op op, const op_point *at, int of, guard g)
{
    const int n = ad_ops[op].operands;
    const double k = g.k, d = of < 0 ? 0 : at->right_partial[of], *x = at->x,
                 none = (double)NAN, last = x[n - 1];
    const bool is_to = g.way <= TO_SECOND_ALONE, second = g.way >= TO_SECOND;
    double moved[AD_MAX_OPERANDS] = {0}, partial[AD_MAX_OPERANDS];
    if (is_to && second && n < 2) return none;
    if (is_to) {
        memcpy(moved, x, (size_t)n * sizeof *moved);
        moved[second] += k;
        const double z = ad_ops[op].value(moved, at->c);
        if (of < 0) return z;
        const bool alone = g.way == TO_FIRST_ALONE || g.way == TO_SECOND_ALONE;
        ad_ops[op].partials(moved, at->c, alone ? at->right_value : z, partial);
        return partial[of];
    }
    if (of < 0) return g.way == TO_RESULT ? at->right_value + k : none;
    switch (g.way) {
    case BELOW_FIRST: return d * x[0] / (x[0] + k);
    case BELOW_SECOND: return n < 2 ? none : d * x[1] / (x[1] + k);
    case BELOW_RESULT: return d * at->right_value / (at->right_value + k);
    case BELOW_SQUARE: return d * last * last / (last * last + k);
    case BELOW_SQUARES:
        return n < 2
                   ? none
                   : d * (x[0] * x[0] + x[1] * x[1]) / (x[0] * x[0] + x[1] * x[1] + k);
    case BELOW: return d / (1 + k * fabs(d));
    case BELOW_TWICE: return d / (1 + 2 * k * fabs(d));
    case BELOW_ROOT: return d / sqrt(1 + k * d * d);
    default: return none;
    }
}

static bool is_usable(const op_point *at, int of)
{
    return at->place == OP_ORDINARY && at->refusal[0] == '\0' &&
           isfinite(op_right(at, of));
}

enum { ROUNDINGS = 512 }; /* so many are no rounding any more */

/* At how many points it is off. */
static size_t count_off(const kit *k, const op_points *p, int of)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        const double right = op_right(&p->at[i], of), got = op_given(&p->at[i], of);
        if (!is_usable(&p->at[i], of)) continue;
        n += !(fabs(got - right) <= ROUNDINGS * k->engine.unit * fabs(right));
    }
    return n;
}

/* Whether all that is off is so by just that. */
static bool explains(const kit *k, const op_points *p, int of, guard g)
{
    const double part = 0.02;
    for (size_t i = 0; i < p->n; i++) {
        if (!is_usable(&p->at[i], of)) continue;
        const double right = op_right(&p->at[i], of), got = op_given(&p->at[i], of),
                     is = guarded(p->op, &p->at[i], of, g),
                     noise = ROUNDINGS * k->engine.unit * fabs(right);
        if (!isfinite(got) || !isfinite(is) ||
            !(fabs(got - is) <= part * fabs(got - right) + noise))
            return false;
    }
    return true;
}

/* Numbers that people add, and less; the smallest that doubles and floats have beside 1. */
static bool find(const kit *k, const op_points *p, int of, guard *g)
{
    static const double units[] = {2.220446049250313e-16, 1.1920928955078125e-07};
    enum { DECADES = 14, NUMBERS = DECADES + 2 };
    for (int way = 0; way < GUARD_WAYS; way++)
        for (int i = 0; i < 2 * NUMBERS; i++) {
            const int at = i / 2;
            const double size = at < DECADES ? pow(10, -3 - at) : units[at - DECADES];
            *g = (guard){(guard_way)way, i % 2 == 0 ? size : -size};
            if (explains(k, p, of, *g)) return true;
        }
    return false;
}

static void say(finding *f, ad_op op, const guard *of_value, const guard *of_rule)
{
    const char *name = ad_ops[op].name;
    const guard *g = of_value != NULL ? of_value : of_rule;
    const char *to = way_text(g->way);
    strcpy(f->code, "G338");
    if (of_value != NULL && of_rule != NULL && of_value->k == of_rule->k)
        snprintf(f->text, sizeof f->text, "%s and its rule add %g to %s", name, g->k,
                 to);
    else if (of_value != NULL && of_rule != NULL)
        snprintf(f->text, sizeof f->text, "%s adds %g to %s, and its rule %g", name,
                 g->k, to, of_rule->k);
    else if (of_value != NULL)
        snprintf(f->text, sizeof f->text, "%s adds %g to %s; its rule does not", name,
                 g->k, to);
    else
        snprintf(f->text, sizeof f->text,
                 "the rule for %s adds %g to %s; its value is right", name, g->k, to);
    strcpy(f->why,
           "All that is off is off by just so much as this number makes it, and most "
           "where numbers are small. It keeps log, a root or a quotient from 0, and "
           "makes another function of it everywhere.");
}

/* What lesson 3 has said of it in numbers alone, if that is why f is not told. */
static finding *told_before(kit *k, const finding *f)
{
    for (size_t i = 0; i < k->n && f->same[0] != '\0'; i++) {
        finding *g = &k->finding[i];
        if (strcmp(g->id, f->same) == 0 && g != f &&
            (strcmp(g->code, "G150") == 0 || strcmp(g->code, "G151") == 0 ||
             strcmp(g->code, "G00") == 0) &&
            share_op_of(k, g) == share_op_of(k, f))
            return g;
    }
    return NULL;
}

bool kit_look_for_guard(kit *k, finding *f, const op_points *p)
{
    guard found[1 + AD_MAX_OPERANDS];
    const guard *of_value = NULL, *of_rule = NULL;
    finding *before = told_before(k, f);
    if (f->status != FINDING_FAIL || (f->same[0] != '\0' && before == NULL))
        return false;
    for (int of = -1; of < ad_ops[p->op].operands; of++) {
        const size_t off = count_off(k, p, of);
        if (off == 0) continue;
        if (off < 2 || !find(k, p, of, &found[of + 1])) return false;
        if (of < 0)
            of_value = &found[0];
        else if (of_rule == NULL)
            of_rule = &found[of + 1];
    }
    if (of_value == NULL && of_rule == NULL) return false;
    say(f, p->op, of_value, of_rule);
    f->same[0] = '\0';
    if (before != NULL) share_take(k, before, f->id);
    return true;
}
