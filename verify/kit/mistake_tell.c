/* A diagnosis: what can be said before and after the search. */
#include <limits.h>
#include <string.h>

#include "verify/kit/mistake_fit.h"

/* Fewer operations, then fewer inputs, then sums before products before others. */
static int size_of(const signature *s)
{
    int size = 0;
    for (int k = 0; k < s->steps; k++)
        size += 100 + (s->step[k].op == AD_OP_add   ? 0
                       : s->step[k].op == AD_OP_mul ? 1
                                                    : 2);
    return size + 10 * s->inputs;
}

/* Whether a step of the operation has one node for several operands. */
static bool repeats(const signature *s, ad_op op)
{
    for (int k = 0; k < s->steps; k++)
        for (int i = 1; s->step[k].op == op && i < ad_ops[op].operands; i++)
            for (int j = 0; j < i; j++)
                if (s->step[k].operand[i] == s->step[k].operand[j]) return true;
    return false;
}

/* What speaks of x and y is shown where they are two. */
static bool speaks_of_operands(const flaw *f)
{
    const mistake_place place = mistake_rows[f->kind].place;
    return f->op != AD_OP_count &&
           (place == MISTAKE_IN_SLIP || place == MISTAKE_IN_FORM);
}

/* Whether a first backward is wrong: then that is shown, for what a second one does is
 * the engine's to choose. */
static bool is_first_wrong(const evidence *e, const explanation *right, ad_op op)
{
    for (size_t p = 0; p < e->n; p++)
        if (e->got[p].ran && (fit_parts(e, p, right) & FIT_FIRST) == 0 &&
            (op == AD_OP_count || signature_uses(&e->program[p], op)))
            return true;
    return false;
}

/* Whether what is wrong should be 0, as dx of x / x: it is not seen how much too large. */
static bool is_of_zero(const evidence *e, size_t p)
{
    outcome right;
    mistake_run(&e->program[p], NULL, 0, CONDUCT_ZEROES, &right);
    for (int i = 0; i < e->program[p].inputs - e->program[p].constants; i++)
        if (right.once[i] == 0 && e->got[p].once[i] != 0) return true;
    return false;
}

/* What goes to the first node shows best where that is not its operand. */
static bool is_told_worse(const cause *c, const signature *s)
{
    return c->named && c->flaw.kind == MISTAKE_OF_constant_too &&
           s->step[0].operand[0] == 0;
}

/* The smallest program that is wrong, and wrong because of this flaw (or operation). */
static void show(const evidence *e, const diagnosis *d, const explanation *x, cause *c)
{
    explanation right = {.conduct = d->conduct, .first_only = x->first_only};
    memcpy(right.way, x->way, sizeof right.way);
    memcpy(right.inside, x->inside, sizeof right.inside);
    if (!c->named) right.first_only |= is_first_wrong(e, &right, c->suspect);
    explanation alone = right;
    alone.n = c->named;
    alone.flaw[0] = c->flaw;
    alone.loose = c->named && c->flaw.kind == MISTAKE_OF_float_in_op;
    int least = INT_MAX;
    bool taken_best = true;
    for (size_t p = 0; p < e->n; p++) {
        if (!e->got[p].ran || fit(e, p, &right)) continue;
        const ad_op op = c->named ? c->flaw.op : c->suspect;
        if (op != AD_OP_count && !signature_uses(&e->program[p], op)) continue;
        const bool fits =
            c->named && (mistake_is_set(&c->flaw) ? mistake_fits_set(e, p, &c->flaw)
                                                  : fit(e, p, &alone));
        c->programs++;
        c->explained += fits;
        bool taken = false; /* to show for another cause */
        for (size_t i = 0; i < d->causes; i++) taken |= d->cause[i].shown == p;
        const bool is_later = (fit_parts(e, p, &right) & FIT_FIRST) != 0;
        const int size = size_of(&e->program[p]) + 10000 * (fits < true) +
                         100 * is_told_worse(c, &e->program[p]) +
                         5000 * is_later + /* a first backward says more */
                         15 * (c->named && speaks_of_operands(&c->flaw) &&
                               repeats(&e->program[p], op)) +
                         15 * (c->named && is_of_zero(e, p));
        if (taken > taken_best || (taken == taken_best && size >= least)) continue;
        taken_best = taken;
        least = size;
        c->shown = p;
    }
}

void diagnosis_add(const evidence *e, diagnosis *d, const explanation *x, cause c)
{
    if (d->causes == DIAGNOSIS_CAUSES) return;
    show(e, d, x, &c);
    if (c.programs > 0)
        d->cause[d->causes++] = c; /* else it is none of what is wrong */
}

mistake_conduct diagnosis_conduct(const evidence *e)
{
    mistake_conduct likely = CONDUCT_ZEROES;
    size_t most = 0;
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        const explanation x = {.conduct = (mistake_conduct)conduct};
        size_t right = 0;
        for (size_t p = 0; p < e->n; p++) right += e->got[p].ran && fit(e, p, &x);
        if (right > most) likely = (mistake_conduct)conduct;
        if (right > most) most = right;
    }
    return likely;
}

bool diagnosis_is_settled(const evidence *e, diagnosis *d)
{
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        const explanation x = {.conduct = (mistake_conduct)conduct};
        size_t p = 0;
        while (p < e->n && fit(e, p, &x)) p++;
        if (p < e->n) continue;
        d->conduct = (mistake_conduct)conduct;
        d->right = true;
        return true;
    }
    return false;
}

void diagnosis_look_over(const evidence *e, diagnosis *d)
{
    explanation right = {.conduct = d->conduct};
    memcpy(right.way, d->way, sizeof right.way);
    memcpy(right.inside, d->inside, sizeof right.inside);
    d->values_right = d->first_right = true;
    for (size_t p = 0; p < e->n; p++) {
        if (!e->got[p].ran) continue;
        const unsigned parts = fit_parts(e, p, &right);
        d->programs++;
        d->failing += parts != FIT_EVERYTHING;
        d->values_right &= (parts & FIT_VALUES) != 0;
        d->first_right &= (parts & FIT_FIRST) != 0;
    }
}

/* Operations of programs whose first backward is wrong: only there is a rule wrong. */
void diagnosis_suspects(const evidence *e, bool loose, bool *suspected)
{
    const explanation right = {.first_only = true, .loose = loose};
    memset(suspected, 0, AD_OP_count * sizeof *suspected);
    for (size_t p = 0; p < e->n; p++)
        if (!fit(e, p, &right))
            for (int k = 0; k < e->program[p].steps; k++)
                suspected[e->program[p].step[k].op] = true;
}
