/* The search: each operation but sums and products, over what is known by then. */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_measure.h"
#include "verify/kit/mistake_search.h"

void search_rival(candidate *c, size_t i, const flaw *f)
{
    const flaw *own = &c->x.flaw[i];
    const bool same_code = strcmp(mistake_code(f), mistake_code(own)) == 0;
    if (mistake_same_name(f, own)) return;
    if (same_code && (f->op == AD_OP_count || own->op == AD_OP_count)) return;
    for (size_t k = 0; k < c->other[i].rivals; k++)
        if (mistake_same_name(f, &c->other[i].rival[k])) return;
    if (c->other[i].rivals < DIAGNOSIS_RIVALS)
        c->other[i].rival[c->other[i].rivals++] = *f;
}

static bool explain_by_one(search *s, candidate *c, ad_op op)
{
    explanation x = c->x;
    size_t found = 0;
    x.n++;
    for (size_t i = 0; i < s->flaws; i++) {
        if (s->flaw[i].op != op) continue;
        x.flaw[x.n - 1] = s->flaw[i];
        if (!search_fits(s, &x)) continue;
        if (found++ == 0)
            c->x = x;
        else
            search_rival(c, x.n - 1, &s->flaw[i]);
    }
    return found > 0;
}

/* Beside a constant, or a 0, it passes nothing on; and what else one rule does so. */
static bool explain_by_way(search *s, candidate *c, ad_op op)
{
    explanation x = c->x;
    x.n++;
    for (size_t i = 0; search_way(i, op, &x.flaw[x.n - 1]); i++) {
        /* Where the walk is wrong, another node's numbers are nothing of this rule's. */
        if (c->core > 0 && x.flaw[x.n - 1].kind != MISTAKE_OF_constant_beside) continue;
        if (!search_fits(s, &x)) continue;
        c->x = x;
        return true;
    }
    return false;
}

static bool explain_by_two(search *s, candidate *c, ad_op op)
{
    explanation x = c->x;
    x.n += 2;
    for (size_t i = 0; i < s->flaws; i++) {
        if (s->flaw[i].op != op) continue;
        x.flaw[x.n - 2] = s->flaw[i];
        for (size_t j = i + 1; j < s->flaws; j++) {
            if (s->flaw[j].op != op) continue;
            x.flaw[x.n - 1] = s->flaw[j];
            if (!search_fits(s, &x)) continue;
            c->x = x;
            return true;
        }
    }
    return false;
}

/* What is wrong elsewhere shows in an operation that is made of others. */
static bool explain_by_others(search *s, candidate *c, ad_op op)
{
    explanation x = c->x;
    for (int way = 1; way <= SIGNATURE_WAYS; way++) {
        x.way[op] = (signed char)way;
        if (!search_fits(s, &x)) continue;
        c->x = x;
        return true;
    }
    return false;
}

/*
 * Made of nodes of its own, which only the engine knows: who clears the gradients of
 * all nodes by a list of his does not reach them, and a second backward passes on what
 * they hold. Where 0 comes from above, that is not 0. Elsewhere all that came by way of
 * them is a whole number of times too large.
 */
static bool gives_below_zero(const evidence *e, ad_op op)
{
    for (size_t p = 0; p < e->n; p++)
        if (e->got[p].ran && e->got[p].saw_zeroed &&
            signature_is_shut(&e->program[p], op) && e->got[p].zeroed[0] != 0 &&
            isfinite(e->got[p].zeroed[0]))
            return true;
    return false;
}

bool search_keeps_nodes(const evidence *e, ad_op op, mistake_conduct conduct)
{
    const double usual = conduct == CONDUCT_ACCUMULATES ? 2 : 1;
    double most = 0;
    if (conduct != CONDUCT_ZEROES && conduct != CONDUCT_ACCUMULATES) return false;
    if (gives_below_zero(e, op)) return true;
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        if (!e->got[p].ran || s->steps != 1 || s->step[0].op != op) continue;
        if (ad_ops[op].operands > s->inputs) continue; /* op(x, x) */
        for (int i = 0; i < s->inputs - s->constants; i++) {
            if (e->got[p].once[i] == 0) continue;
            const double times = e->got[p].twice[i] / e->got[p].once[i];
            if (!(times >= usual - 1e-6 && fabs(times - round(times)) < 1e-6))
                return false;
            most = fmax(most, times);
        }
    }
    return most > usual + 0.5 && most < 16;
}

/*
 * Where inner nodes keep what they hold, so do those inside an operation, and zero_grad
 * may know only the nodes that it was told of. A rule that is wrong is wrong in the
 * first backward, too.
 */
static bool differs_later_only(const search *s, const candidate *c)
{
    explanation x = c->x;
    x.first_only = true;
    return x.conduct == CONDUCT_STALE && search_fits(s, &x);
}

/* Whether it may be made of an operation that is wrong in an unknown way. */
static bool is_made_of_suspect(const search *s, const candidate *c, ad_op op)
{
    signature alone = {.inputs = ad_ops[op].operands, .steps = 1}, made;
    int map[SIGNATURE_NODES];
    alone.step[0] = (signature_step){op, {0, 1, 2}, 0};
    alone.root = alone.second = alone.inputs;
    for (int way = 0; way < SIGNATURE_WAYS; way++)
        for (size_t i = 0; i < c->unexplained && i < FIT_FLAWS; i++)
            if (signature_made_of(&alone, op, way, s->e->supported, &made, map) &&
                signature_uses(&made, c->suspect[i]))
                return true;
    return false;
}

static bool explain_first(search *s, candidate *c, ad_op op)
{
    return search_fits(s, &c->x) || explain_by_others(s, c, op);
}

/* By a formula that is not in the table: of the value, or of what operands are given. */
static bool explain_by_formula(search *s, candidate *c, const flaw *found, size_t n)
{
    explanation x = c->x;
    x.n++;
    for (size_t k = 0; k < 2 * n; k++) {
        x.flaw[x.n - 1] = found[k % n];
        if (k >= n) x.flaw[x.n - 1].partial = -1;
        if (!search_fits(s, &x)) continue;
        c->x = x;
        return true;
    }
    return false;
}

/* By two of them, one for each operand. */
static bool explain_by_formulae(search *s, candidate *c, const flaw *found, size_t n)
{
    explanation x = c->x;
    x.n += 2;
    for (size_t k = 0; k < n; k++)
        for (size_t j = k + 1; j < n; j++) {
            if (found[k].partial == found[j].partial) continue;
            x.flaw[x.n - 2] = found[k];
            x.flaw[x.n - 1] = found[j];
            if (!search_fits(s, &x)) continue;
            c->x = x;
            return true;
        }
    return false;
}

/* By a rule that is wrong. */
static bool explain_by_rule(search *s, candidate *c, ad_op op)
{
    enum { FORMULAE = 12 };
    flaw found[FORMULAE];
    if (c->x.n + 2 > FIT_FLAWS) return false;
    if (explain_by_one(s, c, op) || explain_by_way(s, c, op)) return true;
    if (is_made_of_suspect(s, c, op)) return explain_by_two(s, c, op);
    size_t n = measure_values(s->e, op, s->loose, found, FORMULAE);
    for (int i = 0; i < ad_ops[op].operands; i++)
        n += measure_shares(s->e, op, i, s->loose, found + n, FORMULAE - n);
    return explain_by_formula(s, c, found, n) || explain_by_two(s, c, op) ||
           explain_by_formulae(s, c, found, n);
}

static bool has_zero_constant(const signature *s, ad_op op)
{
    for (int k = 0; k < s->steps; k++)
        if (s->step[k].op == op && s->step[k].c == 0) return true;
    return false;
}

/* Leaves out where the constant is 0, which a rule may treat by itself: alone it is right
 * there. */
static bool leave_out_zero(search *s, const candidate *c, ad_op op)
{
    size_t kept = 0;
    bool right = false;
    for (size_t i = 0; i < s->programs; i++) {
        const size_t p = s->program[i];
        const bool zero = has_zero_constant(&s->e->program[p], op);
        if (!zero) s->program[kept++] = p;
        right |= zero && s->e->program[p].steps == 1 && fit(s->e, p, &c->x);
    }
    s->programs = kept;
    return right && kept > 0 && ad_ops[op].constants > 0;
}

static void explain_op(search *s, candidate *c, ad_op op, bool *known)
{
    known[op] = true;
    search_choose(s, known, op);
    search_wrong_first(s, &c->x);
    if (explain_first(s, c, op)) return;
    c->x.inside[op] =
        search_keeps_nodes(s->e, op, c->x.conduct) || differs_later_only(s, c);
    if (c->x.inside[op] && explain_first(s, c, op)) return;
    if (explain_by_rule(s, c, op)) return;
    if (leave_out_zero(s, c, op) && explain_by_one(s, c, op)) return;
    c->x.inside[op] = false;
    known[op] = false;
    if (is_made_of_suspect(s, c, op)) return;
    if (c->unexplained < FIT_FLAWS) c->suspect[c->unexplained] = op;
    c->unexplained++;
}

/* What others are made of comes before them. */
static int turn_of(ad_op op)
{
    switch (op) {
    case AD_OP_mul_c:
    case AD_OP_pow_c: return 1;
    case AD_OP_neg:
    case AD_OP_recip: return 2;
    case AD_OP_sub:
    case AD_OP_div:
    case AD_OP_square:
    case AD_OP_add_c:
    case AD_OP_c_sub:
    case AD_OP_c_div:
    case AD_OP_c_pow: return 3;
    default: return 0;
    }
}

void search_ops(search *s, candidate *c)
{
    bool known[AD_OP_count] = {false};
    for (int op = 0; op < AD_OP_count; op++) known[op] = search_is_core(s, (ad_op)op);
    for (int turn = 0; turn < 4; turn++)
        for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
            if (s->e->supported[op] && !search_is_core(s, (ad_op)op) &&
                turn_of((ad_op)op) == turn)
                explain_op(s, c, (ad_op)op, known);
}
