/* The search: a walk whose operands come out of a set, in another order each time; or that
 * has no order at all. */
#include "verify/kit/mistake_fit.h"
#include "verify/kit/mistake_search.h"

/* How many orders there are: of the operands of each step; of all steps. */
static int orders_of(const flaw *f, int steps)
{
    int n = 1;
    if (mistake_is_set(f)) return 1 << steps;
    for (int k = 2; k <= steps; k++) n *= k;
    return n;
}

bool mistake_is_set(const flaw *f)
{
    return f->kind == MISTAKE_OF_preorder_any || f->kind == MISTAKE_OF_paths_any;
}

/* Whether the first backward is that of a walk in some order, another one for each
 * program: as it comes out of a set, or as addresses happen to be. */
bool mistake_fits_set(const evidence *e, size_t p, const flaw *f)
{
    explanation y = {.n = 1, .first_only = true};
    const int orders = orders_of(f, e->program[p].steps);
    y.flaw[0] = *f;
    for (int order = 1; order <= orders; order++) {
        y.flaw[0].form.k = order;
        if (fit(e, p, &y)) return true;
    }
    return false;
}

static bool is_order(const evidence *e, mistake_kind kind, flaw *f)
{
    const explanation right = {.first_only = true};
    size_t wrong = 0;
    *f = (flaw){.kind = kind, .op = AD_OP_count, .partial = -1};
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        bool core = e->got[p].ran && s->steps <= 4;
        for (int k = 0; k < s->steps; k++)
            core &= s->step[k].op == AD_OP_add || s->step[k].op == AD_OP_mul;
        if (!core || fit(e, p, &right)) continue;
        wrong++;
        if (!mistake_fits_set(e, p, f)) return false;
    }
    f->form.k = 1;
    return wrong > 1;
}

bool search_order_of_sets(const evidence *e, flaw *f)
{
    return is_order(e, MISTAKE_OF_preorder_any, f) ||
           is_order(e, MISTAKE_OF_paths_any, f) ||
           is_order(e, MISTAKE_OF_some_order, f);
}
