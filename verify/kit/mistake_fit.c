/* Answers of an engine against the answers of an explanation. */
#include "verify/kit/mistake_fit.h"

#include <math.h>
#include <string.h>

bool fit_close(const evidence *e, double got, double want, bool loose)
{
    const bool single = loose || e->precision == AD_ENGINE_FLOAT;
    const double relative = single ? 1e-5 : 1e-9, absolute = single ? 1e-6 : 1e-12;
    return mistake_close(got, want, relative, absolute);
}

/* Where the value is flawed, gradients may follow the wrong value or the right one. */
static bool has_wrong_value(const signature *s, const explanation *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (mistake_is_of_value(&x->flaw[i]) &&
            (x->flaw[i].op == AD_OP_count || signature_uses(s, x->flaw[i].op)))
            return true;
    return false;
}

static bool same_values(const evidence *e, size_t p, const int *map, const double *got,
                        const double *want, bool loose)
{
    for (int k = 0; k < signature_nodes(&e->program[p]); k++)
        if (!fit_close(e, got[k], want[map[k]], loose)) return false;
    return true;
}

static bool same_gradients(const evidence *e, size_t p, const double *got,
                           const double *want, bool loose)
{
    const signature *s = &e->program[p];
    const int seen = e->got[p].saw_constants ? s->inputs : s->inputs - s->constants;
    for (int i = 0; i < seen; i++)
        if (!fit_close(e, got[i], want[i], loose)) return false;
    return true;
}

/* The program with every operation that is made of others written out. */
static bool written_out(const evidence *e, size_t p, const explanation *x,
                        signature *made, int *map)
{
    *made = e->program[p];
    made->all_receive = !e->got[p].saw_constants;
    for (int k = 0; k < signature_nodes(made); k++) map[k] = k;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        if (x->way[op] == 0 || !signature_uses(made, (ad_op)op)) continue;
        const signature before = *made;
        int further[SIGNATURE_NODES];
        if (!signature_made_of(&before, (ad_op)op, x->way[op] - 1, e->supported, made,
                               further))
            return false;
        for (int k = 0; k < signature_nodes(&e->program[p]); k++)
            map[k] = further[map[k]];
    }
    return true;
}

static bool has_inside(const signature *s, const explanation *x)
{
    for (int k = 0; k < s->steps; k++)
        if (x->inside[s->step[k].op]) return true;
    return false;
}

/* A rule that divides by what comes from above makes inf of 0: a loop over a record runs
 * it for all, also for those that the output does not depend on. */
static bool is_of_none(const outcome *got, const explanation *x)
{
    bool divides = false, infinite = false;
    for (size_t i = 0; i < x->n; i++) divides |= x->flaw[i].kind == MISTAKE_OF_traded;
    for (int i = 0; i < SIGNATURE_INPUTS; i++) infinite |= !isfinite(got->zeroed[i]);
    return divides && infinite;
}

unsigned fit_parts(const evidence *e, size_t p, const explanation *x)
{
    const outcome *got = &e->got[p];
    signature made;
    int map[SIGNATURE_NODES];
    outcome want;
    if (!got->ran) return FIT_EVERYTHING;
    if (!written_out(e, p, x, &made, map)) return 0;
    mistake_run(&made, x->flaw, x->n, x->conduct, &want);
    if (!same_values(e, p, map, got->value, want.value, x->loose)) return 0;
    if (has_wrong_value(&made, x)) return FIT_EVERYTHING;
    unsigned parts = FIT_VALUES;
    if (same_gradients(e, p, got->once, want.once, x->loose) &&
        same_values(e, p, map, got->after, want.after, x->loose))
        parts |= FIT_FIRST;
    if ((!got->saw_twice || same_gradients(e, p, got->twice, want.twice, x->loose)) &&
        (!got->saw_zeroed || is_of_none(got, x) ||
         same_gradients(e, p, got->zeroed, want.zeroed, x->loose)))
        parts |= FIT_LATER;
    if (has_inside(&e->program[p], x)) parts |= FIT_LATER;
    return parts;
}

bool fit(const evidence *e, size_t p, const explanation *x)
{
    const unsigned parts = fit_parts(e, p, x);
    return (parts & FIT_FIRST) != 0 && (x->first_only || (parts & FIT_LATER) != 0);
}

bool fit_all(const evidence *e, const size_t *program, size_t n, const explanation *x)
{
    for (size_t i = 0; i < n; i++)
        if (!fit(e, program[i], x)) return false;
    return true;
}

bool mistake_fits(const evidence *e, size_t program, const flaw *flaws, size_t n,
                  mistake_conduct conduct)
{
    explanation x = {.n = n, .conduct = conduct};
    for (size_t i = 0; i < n; i++) x.flaw[i] = flaws[i];
    return fit(e, program, &x);
}

void mistake_right(const evidence *e, const diagnosis *d, size_t p, outcome *right)
{
    explanation x = {.conduct = d->conduct};
    signature made;
    int map[SIGNATURE_NODES];
    outcome o;
    mistake_run(&e->program[p], NULL, 0, d->conduct, right);
    memcpy(x.way, d->way, sizeof x.way);
    memcpy(x.inside, d->inside, sizeof x.inside);
    if (!written_out(e, p, &x, &made, map)) return;
    mistake_run(&made, NULL, 0, d->conduct, &o);
    memcpy(right->twice, o.twice, sizeof o.twice);
    memcpy(right->zeroed, o.zeroed, sizeof o.zeroed);
    if (!has_inside(&e->program[p], &x)) return; /* then later ones are its own */
    memcpy(right->twice, e->got[p].twice, sizeof o.twice);
    memcpy(right->zeroed, e->got[p].zeroed, sizeof o.zeroed);
}

bool mistake_is_right(const evidence *e, const diagnosis *d, size_t program)
{
    explanation x = {.conduct = d->conduct};
    memcpy(x.way, d->way, sizeof x.way);
    memcpy(x.inside, d->inside, sizeof x.inside);
    return fit(e, program, &x);
}
