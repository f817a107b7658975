/* Answers of an engine against the answers of an explanation. */
#include "verify/kit/mistake_fit.h"

#include <math.h>

static bool close_to(double got, double want, const evidence *e, bool loose)
{
    const bool single = loose || e->precision == AD_ENGINE_FLOAT;
    const double relative = single ? 1e-5 : 1e-9, absolute = single ? 1e-6 : 1e-12;
    if (isnan(want) || isnan(got)) return isnan(want) && isnan(got);
    return got == want || fabs(got - want) <= relative * fabs(want) + absolute;
}

/* Where the value itself is flawed, gradients may follow the wrong value or the right. */
static bool has_wrong_value(const signature *s, const explanation *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (mistake_rows[x->flaw[i].kind].place == MISTAKE_IN_VALUE &&
            signature_uses(s, x->flaw[i].op))
            return true;
    return false;
}

static bool same_values(const evidence *e, size_t p, const int *map, const double *got,
                        const double *want, bool loose)
{
    for (int k = 0; k < signature_nodes(&e->program[p]); k++)
        if (!close_to(got[k], want[map[k]], e, loose)) return false;
    return true;
}

static bool same_gradients(const evidence *e, size_t p, const double *got,
                           const double *want, bool loose)
{
    const signature *s = &e->program[p];
    const int seen = e->got[p].saw_constants ? s->inputs : s->inputs - s->constants;
    for (int i = 0; i < seen; i++)
        if (!close_to(got[i], want[i], e, loose)) return false;
    return true;
}

/* The program with every operation that is made of others written out. */
static bool written_out(const evidence *e, size_t p, const explanation *x,
                        signature *made, int *map)
{
    *made = e->program[p];
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

bool fit(const evidence *e, size_t p, const explanation *x)
{
    const outcome *got = &e->got[p];
    signature made;
    int map[SIGNATURE_NODES];
    outcome want;
    if (!got->ran) return true;
    if (!written_out(e, p, x, &made, map)) return false;
    mistake_run(&made, x->flaw, x->n, x->conduct, &want);
    if (!same_values(e, p, map, got->value, want.value, x->loose)) return false;
    if (has_wrong_value(&e->program[p], x)) return true;
    if (!same_gradients(e, p, got->once, want.once, x->loose)) return false;
    if (!same_values(e, p, map, got->after, want.after, x->loose)) return false;
    if (x->first_only) return true;
    return same_gradients(e, p, got->twice, want.twice, x->loose) &&
           (!got->saw_zeroed ||
            same_gradients(e, p, got->zeroed, want.zeroed, x->loose));
}

bool fit_values(const evidence *e, size_t p)
{
    static const int map[SIGNATURE_NODES] = {0, 1, 2,  3,  4,  5,  6, 7,
                                             8, 9, 10, 11, 12, 13, 14};
    outcome right;
    mistake_run(&e->program[p], NULL, 0, CONDUCT_ZEROES, &right);
    return same_values(e, p, map, e->got[p].value, right.value, false);
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

int mistake_first_wrong(const evidence *e, size_t p, mistake_conduct conduct)
{
    const signature *s = &e->program[p];
    const outcome *got = &e->got[p];
    outcome right;
    mistake_run(s, NULL, 0, conduct, &right);
    for (int k = 0; k < signature_nodes(s); k++)
        if (!close_to(got->value[k], right.value[k], e, false)) return -1;
    for (int i = 0; i < s->inputs - s->constants; i++)
        if (!close_to(got->once[i], right.once[i], e, false)) return i;
    return -1;
}
