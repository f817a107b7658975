/* The search: the walk, sums and products. */
#include "verify/kit/mistake_search.h"

#include <string.h>

bool search_is_core(const search *s, ad_op op)
{
    const bool *has = s->e->supported;
    if (has[AD_OP_add] || has[AD_OP_mul]) return op == AD_OP_add || op == AD_OP_mul;
    return op == AD_OP_sub || op == AD_OP_div;
}

/* ---- Which programs -------------------------------------------------------------- */

/* Those that ran and have no operation but the known ones; with `op` among them, or not
 * needed where it is AD_OP_count. Those that are wrong come first: they decide. */
void search_choose(search *s, const bool *known, ad_op op)
{
    s->programs = 0;
    for (size_t p = 0; p < s->e->n; p++) {
        bool usable = s->e->got[p].ran;
        const signature *program = &s->e->program[p];
        for (int k = 0; k < program->steps; k++) usable &= known[program->step[k].op];
        if (usable && (op == AD_OP_count || signature_uses(program, op)))
            s->program[s->programs++] = p;
    }
}

void search_wrong_first(search *s, const explanation *x)
{
    size_t wrong = 0;
    for (size_t i = 0; i < s->programs; i++) {
        const size_t p = s->program[i];
        if (fit(s->e, p, x)) continue;
        s->program[i] = s->program[wrong];
        s->program[wrong++] = p;
    }
}

/* ---- The walk, sums and products ------------------------------------------------- */

static void propose(search *s, const explanation *x)
{
    if (s->founds == CANDIDATES) return;
    candidate *c = &s->found[s->founds++];
    memset(c, 0, sizeof *c);
    c->x = *x;
    c->core = x->n;
}

static bool is_for_core(const search *s, const flaw *f)
{
    return f->op == AD_OP_count || search_is_core(s, f->op);
}

/* What happens at a second backward matters only where the first one fits. */
void search_try(search *s, const explanation *flaws, bool first_only)
{
    explanation x = *flaws;
    x.first_only = true;
    if (!search_fits(s, &x)) return;
    if (first_only) propose(s, &x);
    x.first_only = false;
    for (int conduct = 0; conduct < CONDUCTS && !first_only; conduct++) {
        x.conduct = (mistake_conduct)conduct;
        if (search_fits(s, &x)) propose(s, &x);
    }
}

enum { MASK = 64 };

/* The programs among the first 64 that a flaw can change: those with its operation. */
static uint64_t affected(const search *s, const flaw *f)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < s->programs && i < MASK; i++)
        if (f->op == AD_OP_count ||
            signature_uses(&s->e->program[s->program[i]], f->op))
            mask |= (uint64_t)1 << i;
    return mask;
}

static uint64_t fitting(const search *s, const flaw *f)
{
    const explanation x = {.flaw = {*f}, .n = 1, .first_only = true, .loose = s->loose};
    uint64_t mask = 0;
    for (size_t i = 0; i < s->programs && i < MASK; i++)
        if (fit(s->e, s->program[i], &x)) mask |= (uint64_t)1 << i;
    return mask;
}

/* Two flaws: a program that one of them cannot change must fit by the other alone. */
static void try_pairs(search *s, explanation *x, bool first_only)
{
    const uint64_t all =
        s->programs < MASK ? ((uint64_t)1 << s->programs) - 1 : ~(uint64_t)0;
    for (size_t i = 0; i < s->flaws; i++)
        if (is_for_core(s, &s->flaw[i])) s->fits_alone[i] = fitting(s, &s->flaw[i]);
    for (size_t i = 0; i < s->flaws; i++) {
        if (!is_for_core(s, &s->flaw[i])) continue;
        const uint64_t by_i = affected(s, &s->flaw[i]);
        for (size_t j = i + 1; j < s->flaws; j++) {
            if (!is_for_core(s, &s->flaw[j])) continue;
            const uint64_t by_j = affected(s, &s->flaw[j]);
            if (((~s->fits_alone[i] & ~by_j) | (~s->fits_alone[j] & ~by_i)) & all)
                continue;
            x->flaw[0] = s->flaw[i];
            x->flaw[1] = s->flaw[j];
            x->n = 2;
            search_try(s, x, first_only);
        }
    }
}

static void try_core(search *s, explanation *x, size_t n, bool first_only)
{
    if (n == 0) search_try(s, x, first_only);
    if (n == 2) try_pairs(s, x, first_only);
    for (size_t i = 0; i < s->flaws && n == 1; i++) {
        if (!is_for_core(s, &s->flaw[i])) continue;
        x->flaw[0] = s->flaw[i];
        x->n = 1;
        search_try(s, x, first_only);
    }
}

/* No flaw, one, or two; and if none of that does, without what a second backward says.
 */
void search_core(search *s)
{
    bool known[AD_OP_count] = {false};
    for (int op = 0; op < AD_OP_count; op++) known[op] = search_is_core(s, (ad_op)op);
    search_choose(s, known, AD_OP_count);
    search_wrong_first(s, &(explanation){.first_only = true, .loose = s->loose});
    for (int first_only = 0; first_only < 2; first_only++)
        for (size_t n = 0; n <= 2; n++) {
            explanation x = {.conduct = CONDUCT_ZEROES, .loose = s->loose};
            try_core(s, &x, n, first_only);
            if (s->founds > 0) return;
            if (n == 1) search_unlisted(s, &x, first_only);
            if (s->founds > 0) return;
        }
}
