/* The search: a walk whose operands come out of a set, in another order each time. */
#include "verify/kit/mistake_search.h"

/* Whether the first backward is that of a walk which runs rules on first meeting, from
 * operands in some order, another one for each node: as it comes out of a set. */
static bool fits_some_order(const evidence *e, size_t p, const explanation *x)
{
    explanation y = *x;
    for (int order = 1; order <= 1 << e->program[p].steps; order++) {
        y.flaw[0].form.k = order;
        if (fit(e, p, &y)) return true;
    }
    return false;
}

bool search_order_of_sets(const evidence *e, flaw *f)
{
    const explanation right = {.first_only = true};
    explanation x = {.n = 1, .first_only = true};
    size_t wrong = 0;
    *f = (flaw){.kind = MISTAKE_OF_preorder_any, .op = AD_OP_count, .partial = -1};
    x.flaw[0] = *f;
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        bool core = e->got[p].ran && s->steps <= 4;
        for (int k = 0; k < s->steps; k++)
            core &= s->step[k].op == AD_OP_add || s->step[k].op == AD_OP_mul;
        if (!core || fit(e, p, &right)) continue;
        wrong++;
        if (!fits_some_order(e, p, &x)) return false;
    }
    f->form.k = 1;
    return wrong > 1;
}
