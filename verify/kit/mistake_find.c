/* The differential diagnosis. */
#include "verify/kit/mistake_find.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/mistake_fit.h"

enum { CANDIDATES = 48 };

/* A set of flaws that explains the programs of sums and products, and what follows. */
typedef struct candidate {
    explanation x;
    size_t core; /* of x.n: how many are in the walk, in sums and in products */
    size_t unexplained;
    ad_op suspect[DIAGNOSIS_CAUSES];
    struct {
        size_t rivals;
        flaw rival[DIAGNOSIS_RIVALS];
    } other[FIT_FLAWS]; /* of each flaw */
} candidate;

typedef struct search {
    const evidence *e;
    flaw *flaw;
    size_t flaws;
    size_t *program; /* scratch: the programs that matter now */
    size_t programs;
    candidate *found; /* [CANDIDATES] */
    size_t founds;
    bool loose;
    uint64_t *fits_alone; /* [flaws]: on which of the first 64 programs */
} search;

static bool is_core(const search *s, ad_op op)
{
    const bool *has = s->e->supported;
    if (has[AD_OP_add] || has[AD_OP_mul]) return op == AD_OP_add || op == AD_OP_mul;
    return op == AD_OP_sub || op == AD_OP_div;
}

/* ---- Which programs -------------------------------------------------------------- */

/* Those that ran and have no operation but the known ones; with `op` among them, or not
 * needed where it is AD_OP_count. Those that are wrong come first: they decide. */
static void choose(search *s, const bool *known, ad_op op)
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

static void wrong_first(search *s, const explanation *x)
{
    size_t wrong = 0;
    for (size_t i = 0; i < s->programs; i++) {
        const size_t p = s->program[i];
        if (fit(s->e, p, x)) continue;
        s->program[i] = s->program[wrong];
        s->program[wrong++] = p;
    }
}

static bool fits(const search *s, const explanation *x)
{
    return fit_all(s->e, s->program, s->programs, x);
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
    return f->op == AD_OP_count || is_core(s, f->op);
}

/* What happens at a second backward matters only where the first one fits. */
static void try_conducts(search *s, const explanation *flaws, bool first_only)
{
    explanation x = *flaws;
    x.first_only = true;
    if (!fits(s, &x)) return;
    if (first_only) propose(s, &x);
    x.first_only = false;
    for (int conduct = 0; conduct < CONDUCTS && !first_only; conduct++) {
        x.conduct = (mistake_conduct)conduct;
        if (fits(s, &x)) propose(s, &x);
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
            try_conducts(s, x, first_only);
        }
    }
}

static void try_core(search *s, explanation *x, size_t n, bool first_only)
{
    if (n == 0) try_conducts(s, x, first_only);
    if (n == 2) try_pairs(s, x, first_only);
    for (size_t i = 0; i < s->flaws && n == 1; i++) {
        if (!is_for_core(s, &s->flaw[i])) continue;
        x->flaw[0] = s->flaw[i];
        x->n = 1;
        try_conducts(s, x, first_only);
    }
}

/* No flaw, one, or two; and if none of that does, without what a second backward says.
 */
static void explain_core(search *s)
{
    bool known[AD_OP_count] = {false};
    for (int op = 0; op < AD_OP_count; op++) known[op] = is_core(s, (ad_op)op);
    choose(s, known, AD_OP_count);
    wrong_first(s, &(explanation){.first_only = true, .loose = s->loose});
    for (int first_only = 0; first_only < 2; first_only++)
        for (size_t n = 0; n <= 2; n++) {
            explanation x = {.conduct = CONDUCT_ZEROES, .loose = s->loose};
            try_core(s, &x, n, first_only);
            if (s->founds > 0) return;
        }
}

/* ---- Each other operation -------------------------------------------------------- */

static void rival(candidate *c, size_t i, const flaw *f)
{
    if (mistake_same_name(f, &c->x.flaw[i])) return;
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
        if (!fits(s, &x)) continue;
        if (found++ == 0)
            c->x = x;
        else
            rival(c, x.n - 1, &s->flaw[i]);
    }
    return found > 0;
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
            if (!fits(s, &x)) continue;
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
        if (!fits(s, &x)) continue;
        c->x = x;
        return true;
    }
    return false;
}

/*
 * Made of nodes of its own, which only the engine knows: who clears the gradients of
 * all nodes by a list of his does not reach them, and a second backward passes on what
 * they hold. All that came by way of them is a whole number of times too large.
 */
static bool keeps_nodes(const evidence *e, ad_op op, mistake_conduct conduct)
{
    const double usual = conduct == CONDUCT_ACCUMULATES ? 2 : 1;
    double most = 0;
    if (conduct != CONDUCT_ZEROES && conduct != CONDUCT_ACCUMULATES) return false;
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

/* Whether it may be made of an operation that is wrong in an unknown way. */
static bool is_made_of_suspect(const search *s, const candidate *c, ad_op op)
{
    signature alone = {.inputs = ad_ops[op].operands, .steps = 1}, made;
    int map[SIGNATURE_NODES];
    alone.step[0] = (signature_step){op, {0, 1, 2}, 0};
    alone.root = alone.second = alone.inputs;
    for (int way = 0; way < SIGNATURE_WAYS; way++)
        for (size_t i = 0; i < c->unexplained && i < DIAGNOSIS_CAUSES; i++)
            if (signature_made_of(&alone, op, way, s->e->supported, &made, map) &&
                signature_uses(&made, c->suspect[i]))
                return true;
    return false;
}

static bool explain_first(search *s, candidate *c, ad_op op)
{
    return fits(s, &c->x) || explain_by_others(s, c, op);
}

/* By a rule that is wrong. */
static bool explain_by_rule(search *s, candidate *c, ad_op op)
{
    return c->x.n + 2 <= FIT_FLAWS &&
           (explain_by_one(s, c, op) || explain_by_two(s, c, op));
}

static void explain_op(search *s, candidate *c, ad_op op, bool *known)
{
    known[op] = true;
    choose(s, known, op);
    wrong_first(s, &c->x);
    if (explain_first(s, c, op)) return;
    c->x.inside[op] = keeps_nodes(s->e, op, c->x.conduct);
    if (c->x.inside[op] && explain_first(s, c, op)) return;
    if (explain_by_rule(s, c, op)) return;
    c->x.inside[op] = false;
    known[op] = false;
    if (is_made_of_suspect(s, c, op)) return;
    if (c->unexplained < DIAGNOSIS_CAUSES) c->suspect[c->unexplained] = op;
    c->unexplained++;
}

/* What others are made of comes before them. */
static int turn_of(ad_op op)
{
    switch (op) {
    case AD_OP_neg:
    case AD_OP_recip:
    case AD_OP_mul_c:
    case AD_OP_pow_c: return 1;
    case AD_OP_sub:
    case AD_OP_div:
    case AD_OP_square:
    case AD_OP_add_c:
    case AD_OP_c_sub:
    case AD_OP_c_div:
    case AD_OP_c_pow: return 2;
    default: return 0;
    }
}

static void explain_ops(search *s, candidate *c)
{
    bool known[AD_OP_count] = {false};
    for (int op = 0; op < AD_OP_count; op++) known[op] = is_core(s, (ad_op)op);
    for (int turn = 0; turn < 3; turn++)
        for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
            if (s->e->supported[op] && !is_core(s, (ad_op)op) &&
                turn_of((ad_op)op) == turn)
                explain_op(s, c, (ad_op)op, known);
}

/* ---- What to say ----------------------------------------------------------------- */

static bool is_better(const candidate *a, const candidate *b)
{
    if (a->unexplained != b->unexplained) return a->unexplained < b->unexplained;
    return a->x.n < b->x.n;
}

/* The best candidate; what as good ones have in other places are rivals. */
static candidate *best_of(search *s)
{
    candidate *best = &s->found[0];
    for (size_t i = 1; i < s->founds; i++)
        if (is_better(&s->found[i], best)) best = &s->found[i];
    for (size_t i = 0; i < s->founds; i++) {
        const candidate *c = &s->found[i];
        if (c == best || is_better(best, c)) continue;
        for (size_t k = 0; k < c->core && k < best->core; k++)
            rival(best, k, &c->x.flaw[k]);
    }
    return best;
}

static void tell(const evidence *e, diagnosis *d, const candidate *best)
{
    d->conduct = best->x.conduct;
    memcpy(d->way, best->x.way, sizeof d->way);
    memcpy(d->inside, best->x.inside, sizeof d->inside);
    d->right = best->x.n == 0 && best->unexplained == 0 && !best->x.first_only;
    for (size_t i = 0; i < best->x.n; i++) {
        cause c = {.named = true, .flaw = best->x.flaw[i], .suspect = AD_OP_count};
        c.rivals = best->other[i].rivals;
        memcpy(c.rival, best->other[i].rival, sizeof c.rival);
        diagnosis_add(e, d, &best->x, c);
    }
    /* With a wrong walk, what an operation hides inside cannot be told from a wrong
     * rule: that is for the next time. */
    for (size_t i = 0; i < best->x.n; i++)
        if (best->x.flaw[i].op == AD_OP_count) return;
    for (size_t i = 0; i < best->unexplained && i < DIAGNOSIS_CAUSES; i++)
        diagnosis_add(e, d, &best->x, (cause){.suspect = best->suspect[i]});
}

/* The best explanation; NULL when there is none. */
static const candidate *search_for(search *s, bool loose)
{
    bool suspected[AD_OP_count];
    s->loose = loose;
    s->founds = 0;
    diagnosis_suspects(s->e, loose, suspected);
    s->flaws = mistake_flaws(suspected, s->flaw, MISTAKE_FLAWS_MOST);
    explain_core(s);
    for (size_t i = 0; i < s->founds; i++) explain_ops(s, &s->found[i]);
    return s->founds > 0 ? best_of(s) : NULL;
}

/* Where doubles are explained only to the digits of a float, that is a cause, too. */
static void search_and_tell(search *s, diagnosis *d)
{
    const candidate *best = search_for(s, false);
    if ((best == NULL || best->unexplained > 0) &&
        s->e->precision == AD_ENGINE_DOUBLE) {
        const candidate *loose = search_for(s, true);
        if (loose != NULL && loose->unexplained == 0) {
            const flaw f = {MISTAKE_OF_rounded_to_float, AD_OP_count, -1};
            d->conduct = loose->x.conduct;
            memcpy(d->way, loose->x.way, sizeof d->way);
            memcpy(d->inside, loose->x.inside, sizeof d->inside);
            diagnosis_add(s->e, d, &loose->x,
                          (cause){.named = true, .flaw = f, .suspect = AD_OP_count});
            tell(s->e, d, loose);
            d->right = false;
            return;
        }
        best = search_for(s, false);
    }
    if (best != NULL) tell(s->e, d, best);
}

/* The sum or the product, where each program without it is right; or AD_OP_count. */
static ad_op lone_suspect(const evidence *e)
{
    static const ad_op core[] = {AD_OP_add, AD_OP_mul};
    const explanation right = {.first_only = true};
    for (size_t i = 0; i < 2; i++) {
        size_t p = 0, without = 0;
        for (; p < e->n; p++) {
            if (!e->got[p].ran || signature_uses(&e->program[p], core[i])) continue;
            if (!fit(e, p, &right)) break;
            without++;
        }
        if (p == e->n && without > 0) return core[i];
    }
    return AD_OP_count;
}

void mistake_find(const evidence *e, diagnosis *d)
{
    memset(d, 0, sizeof *d);
    if (diagnosis_is_settled(e, d)) {
        diagnosis_look_over(e, d);
        return;
    }
    search s = {.e = e};
    s.flaw = malloc(MISTAKE_FLAWS_MOST * sizeof *s.flaw);
    s.fits_alone = malloc(MISTAKE_FLAWS_MOST * sizeof *s.fits_alone);
    s.program = malloc((e->n + 1) * sizeof *s.program);
    s.found = malloc(CANDIDATES * sizeof *s.found);
    if (s.flaw != NULL && s.program != NULL && s.found != NULL && s.fits_alone != NULL)
        search_and_tell(&s, d);
    if (d->causes == 0 && !d->right)
        diagnosis_add(e, d, &(explanation){.first_only = false},
                      (cause){.suspect = lone_suspect(e)});
    free(s.flaw);
    free(s.program);
    free(s.fits_alone);
    free(s.found);
    diagnosis_look_over(e, d);
}
