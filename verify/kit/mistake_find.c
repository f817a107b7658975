/* The differential diagnosis. */
#include "verify/kit/mistake_find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/mistake_crossed.h"
#include "verify/kit/mistake_search.h"

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
            if (mistake_rows[c->x.flaw[k].kind].place < MISTAKE_IN_LATER)
                search_rival(best, k, &c->x.flaw[k]);
    }
    return best;
}

/* So many operations with the same mistake have it in common; two, where it is in how
 * they come by their constant, or by their node. */
enum { FEW = 3 };

static size_t few(const flaw *f)
{
    return f->kind == MISTAKE_OF_value_falsy || f->kind == MISTAKE_OF_value_constant ||
                   f->kind == MISTAKE_OF_constant || f->kind == MISTAKE_OF_last_node
               ? 1
               : FEW;
}

static bool is_twin(const flaw *a, const flaw *b)
{
    if (a->op == AD_OP_count || b->op == AD_OP_count || a->kind != b->kind)
        return false;
    if (a->kind == MISTAKE_OF_last_use) return true; /* of one operand or of all */
    return a->partial == b->partial && a->form.mode == b->form.mode &&
           a->form.a == b->form.a && a->form.b == b->form.b && a->form.k == b->form.k;
}

/* The operations that have the mistake i, too; returns which is the first. */
static size_t gather_twins(const candidate *best, size_t i, cause *c)
{
    size_t first = i;
    for (size_t k = 0; k < best->x.n; k++) {
        if (k == i || !is_twin(&best->x.flaw[i], &best->x.flaw[k])) continue;
        if (k < first) first = k;
        if (c->twins < DIAGNOSIS_TWINS) c->twin[c->twins++] = best->x.flaw[k].op;
    }
    return first;
}

/* Whether its programs of one operation are right: then another's may be to blame. */
static bool is_right_alone(const evidence *e, ad_op op)
{
    const explanation right = {.first_only = true};
    for (size_t p = 0; p < e->n; p++)
        if (e->program[p].steps == 1 && e->program[p].step[0].op == op &&
            !fit(e, p, &right))
            return false;
    return true;
}

/* What a second backward does is the engine's to choose: where several of the choices
 * are explained as well, the one that leaves the fewest programs wrong is its own. */
static mistake_conduct gentlest(const evidence *e, const explanation *found)
{
    mistake_conduct best = found->conduct;
    size_t least = SIZE_MAX;
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        explanation with = *found, right = *found;
        size_t wrong = 0, unexplained = 0;
        with.conduct = right.conduct = (mistake_conduct)conduct;
        right.n = 0;
        for (size_t p = 0; p < e->n; p++) {
            const bool is_wrong = !fit(e, p, &right);
            wrong += is_wrong;
            unexplained += !fit(e, p, &with) && fit(e, p, found);
        }
        if (unexplained > 0 || wrong >= least) continue;
        least = wrong;
        best = (mistake_conduct)conduct;
    }
    return best;
}

static void tell(const evidence *e, diagnosis *d, candidate *best)
{
    if (!best->x.first_only) best->x.conduct = gentlest(e, &best->x);
    d->conduct = best->x.first_only ? diagnosis_conduct(e) : best->x.conduct;
    memcpy(d->way, best->x.way, sizeof d->way);
    memcpy(d->inside, best->x.inside, sizeof d->inside);
    d->right = best->x.n == 0 && best->unexplained == 0 && !best->x.first_only;
    for (size_t i = 0; i < best->x.n; i++) {
        cause c = {.named = true, .flaw = best->x.flaw[i], .suspect = AD_OP_count};
        c.rivals = best->other[i].rivals;
        memcpy(c.rival, best->other[i].rival, sizeof c.rival);
        const size_t first = gather_twins(best, i, &c);
        if (c.twins >= few(&c.flaw) && first < i) continue;
        if (c.twins < few(&c.flaw)) c.twins = 0;
        diagnosis_add(e, d, &best->x, c);
    }
    /* With a wrong walk, what an operation hides inside cannot be told from a wrong
     * rule: that is for the next time. */
    bool is_walk = false;
    for (size_t i = 0; i < best->x.n; i++) is_walk |= best->x.flaw[i].op == AD_OP_count;
    cause of_rest = {.suspect = AD_OP_count};
    size_t n = 0;
    ad_op blamed[FIT_FLAWS];
    for (size_t i = 0; i < best->unexplained && i < FIT_FLAWS; i++) {
        const ad_op op = best->suspect[i];
        if (is_walk || (best->core > 0 && is_right_alone(e, op)))
            d->hidden[op] = true;
        else
            blamed[n++] = op;
    }
    for (size_t i = 0; i < n && (i == 0 || n <= FEW); i++) {
        of_rest.suspect = blamed[i];
        for (size_t k = 1; k < n && n > FEW; k++)
            of_rest.twin[of_rest.twins++] = blamed[k];
        diagnosis_add(e, d, &best->x, of_rest);
    }
}

/* The best explanation; NULL when there is none. */
static candidate *search_for(search *s, bool loose)
{
    bool suspected[AD_OP_count];
    s->loose = loose;
    s->founds = 0;
    diagnosis_suspects(s->e, loose, suspected);
    s->flaws = mistake_flaws(suspected, s->flaw, MISTAKE_FLAWS_MOST);
    search_core(s);
    for (size_t i = 0; i < s->founds; i++) search_ops(s, &s->found[i]);
    if (s->founds == 0) return NULL;
    candidate *best = best_of(s);
    /* Sums and products alone do not tell an output too many from a 0 taken for 1. */
    const bool doubtful =
        best->x.n > 1 && best->x.flaw[0].kind == MISTAKE_OF_every_output;
    if (best->unexplained == 0 && best->x.n < 3 && !doubtful) return best;
    search_everywhere(s, best);
    return best_of(s);
}

static void tell_floats(const evidence *e, diagnosis *d, const explanation *loose)
{
    ad_op ops[AD_OP_count];
    const size_t n = search_float_ops(e, loose, ops);
    cause c = {.named = true, .suspect = AD_OP_count};
    c.flaw =
        (flaw){.kind = MISTAKE_OF_rounded_to_float, .op = AD_OP_count, .partial = -1};
    if (n > 0) c.flaw.kind = MISTAKE_OF_float_in_op;
    for (size_t i = 0; i < n && (i == 0 || n < FEW); i++) {
        c.flaw.op = ops[i];
        for (size_t k = 1; k < n && n >= FEW && c.twins < DIAGNOSIS_TWINS; k++)
            c.twin[c.twins++] = ops[k];
        diagnosis_add(e, d, loose, c);
    }
    if (n == 0) diagnosis_add(e, d, loose, c);
}

/* Where doubles are explained only to the digits of a float, that is a cause, too. */
static void search_and_tell(search *s, diagnosis *d)
{
    candidate *best = search_for(s, false);
    if ((best == NULL || best->unexplained > 0) &&
        s->e->precision == AD_ENGINE_DOUBLE) {
        candidate *loose = search_for(s, true);
        if (loose != NULL && loose->unexplained == 0 &&
            search_are_floats(s->e, &loose->x)) {
            d->conduct = loose->x.conduct;
            memcpy(d->way, loose->x.way, sizeof d->way);
            memcpy(d->inside, loose->x.inside, sizeof d->inside);
            tell_floats(s->e, d, &loose->x);
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
        size_t without = 0, with = 0;
        for (size_t p = 0; p < e->n; p++) {
            if (!e->got[p].ran) continue;
            const bool uses = signature_uses(&e->program[p], core[i]);
            if (!fit(e, p, &right)) (*(uses ? &with : &without))++;
        }
        if (without == 0 && with > 0) return core[i];
    }
    return AD_OP_count;
}

/* Where the first backward is right: what most programs have in a second one, so that
 * one is shown that has something else. */
static mistake_conduct likeliest(const evidence *e, const diagnosis *d)
{
    mistake_conduct best = d->conduct;
    size_t most = 0;
    for (int conduct = 0; conduct < CONDUCTS; conduct++) {
        explanation x = {.conduct = (mistake_conduct)conduct};
        size_t n = 0;
        memcpy(x.way, d->way, sizeof x.way);
        memcpy(x.inside, d->inside, sizeof x.inside);
        for (size_t p = 0; p < e->n; p++) n += e->got[p].ran && fit(e, p, &x);
        if (n <= most) continue;
        most = n;
        best = (mistake_conduct)conduct;
    }
    return best;
}

static void find_nothing(const evidence *e, diagnosis *d)
{
    explanation x = {.conduct = d->conduct};
    memcpy(x.way, d->way, sizeof x.way);
    memcpy(x.inside, d->inside, sizeof x.inside);
    diagnosis_look_over(e, d);
    const bool first_right = d->first_right;
    d->programs = d->failing = 0;
    d->conduct = x.conduct = first_right ? likeliest(e, d) : diagnosis_conduct(e);
    /* What is the engine's to choose is not to be told for what is wrong. But sums and
     * products are made of nothing else. */
    const search s = {.e = e};
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        d->inside[op] |= !search_is_core(&s, (ad_op)op) &&
                         search_keeps_nodes(e, (ad_op)op, d->conduct);
    memcpy(x.inside, d->inside, sizeof x.inside);
    cause c = {.suspect = lone_suspect(e)};
    c.named = !first_right && search_order_of_sets(e, &c.flaw);
    diagnosis_add(e, d, &x, c);
}

/*
 * Those of signature_waits have two branches of which neither is first, so their numbers
 * hang on the order of the walk where contributions are lost. They are there for who is
 * right in all others; and are left out where something else is wrong, too.
 */
static evidence without_waits(const evidence *e)
{
    evidence rest = *e;
    diagnosis d;
    while (rest.n > 0 && signature_waits(&rest.program[rest.n - 1])) rest.n--;
    return diagnosis_is_settled(&rest, &d) ? *e : rest;
}

void mistake_find(const evidence *all, diagnosis *d)
{
    memset(d, 0, sizeof *d);
    if (diagnosis_is_settled(all, d)) {
        diagnosis_look_over(all, d);
        return;
    }
    const evidence some = without_waits(all), *e = &some;
    search s = {.e = e};
    s.flaw = malloc(MISTAKE_FLAWS_MOST * sizeof *s.flaw);
    s.fits_alone = malloc(MISTAKE_FLAWS_MOST * sizeof *s.fits_alone);
    s.program = malloc((e->n + 1) * sizeof *s.program);
    s.found = malloc(CANDIDATES * sizeof *s.found);
    if (s.flaw != NULL && s.program != NULL && s.found != NULL && s.fits_alone != NULL)
        search_and_tell(&s, d);
    if (d->causes == 0 && !d->right) find_nothing(e, d);
    free(s.flaw);
    free(s.program);
    free(s.fits_alone);
    free(s.found);
    diagnosis_cross(e, d);
    diagnosis_look_over(all, d);
}
