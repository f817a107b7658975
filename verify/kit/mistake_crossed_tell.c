/* Operations that have what belongs to others: one cause for all of them. */
#include <string.h>

#include "verify/kit/mistake_common.h"
#include "verify/kit/mistake_crossed.h"
#include "verify/kit/mistake_fit.h"

static bool has_op(uint64_t ops, ad_op op)
{
    return op < AD_OP_count && (ops & ((uint64_t)1 << op)) != 0;
}

/* What is left when those operations are explained. A wrong walk is not, where sums or
 * products are among them: it was held to be wrong because of them. */
static void keep_others(diagnosis *d, const flaw *f)
{
    const uint64_t ops = f->ops;
    size_t kept = 0;
    const bool core = has_op(ops, AD_OP_add) || has_op(ops, AD_OP_mul);
    /* Where digits are lost everywhere, what else is off by a little is so by them. */
    for (size_t i = 0; i < d->causes && !common_is_of_all(f->kind); i++) {
        const cause *c = &d->cause[i];
        const ad_op op = c->named ? c->flaw.op : c->suspect;
        if (!core && !has_op(ops, op) && kept + 1 < DIAGNOSIS_CAUSES)
            d->cause[kept++] = *c;
    }
    d->causes = kept;
}

/* Whose programs show it; AD_OP_count: those of any, as each shows it. */
static ad_op shown_by(const flaw *f)
{
    if (common_is_of_all(f->kind)) return AD_OP_count;
    if (has_op(f->ops, AD_OP_add)) return AD_OP_add;
    if (has_op(f->ops, AD_OP_mul)) return AD_OP_mul;
    return (ad_op)crossed_first(f->ops);
}

static void put_first(const evidence *e, diagnosis *d, flaw f)
{
    const explanation right = {.conduct = d->conduct, .first_only = true};
    cause c = {.named = true, .flaw = f, .suspect = AD_OP_count};
    c.flaw.op = shown_by(&f);
    const bool of_one = c.flaw.op != AD_OP_count;
    c.shown = e->n;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (of_one && has_op(f.ops, (ad_op)op) && op != (int)c.flaw.op &&
            c.twins < DIAGNOSIS_TWINS)
            c.twin[c.twins++] = (ad_op)op;
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        bool uses = false;
        for (int k = 0; k < s->steps; k++) uses |= has_op(f.ops, s->step[k].op);
        if (!e->got[p].ran || !uses || fit(e, p, &right)) continue;
        c.programs++;
        c.explained += s->steps == 1; /* as it was held against the other */
        if (c.shown == e->n && s->steps == 1 && (!of_one || s->step[0].op == c.flaw.op))
            c.shown = p;
    }
    if (c.shown == e->n) return;
    keep_others(d, &f);
    memmove(d->cause + 1, d->cause, d->causes * sizeof *d->cause);
    d->cause[0] = c;
    d->causes++;
}

/* Then what a rule gives is not what arrives. */
static bool is_of_walk(const diagnosis *d)
{
    for (size_t i = 0; i < d->causes; i++)
        if (d->cause[i].named && d->cause[i].flaw.op == AD_OP_count) return true;
    return false;
}

/* Several causes, or one of several operations. */
static bool is_to_be_crossed(const diagnosis *d)
{
    size_t hidden = 0;
    for (int op = 0; op < AD_OP_count; op++) hidden += d->hidden[op];
    if (hidden > DIAGNOSIS_RIVALS) return true; /* one cause, and much that it leaves */
    if (d->causes == 0 || (d->causes == 1 && d->cause[0].named))
        return d->causes == 1 && d->cause[0].twins > 0;
    return true;
}

static bool is_clipped(const cause *c)
{
    return c->named && strcmp(mistake_rows[c->flaw.kind].code, "G35") == 0;
}

/* Where gradients are cut, those of nodes that an operation is made of are as well, and
 * what that leaves looks like a walk. Its smallest program tells: there the cut suffices. */
static void drop_what_is_cut(const evidence *e, diagnosis *d)
{
    enum { OF_TEN = 7 };
    for (size_t i = 0; i < d->causes; i++) {
        const cause *cut = &d->cause[i];
        if (!is_clipped(cut) || 10 * cut->explained < OF_TEN * cut->programs) continue;
        const explanation alone = {.flaw = {cut->flaw}, .n = 1, .conduct = d->conduct};
        size_t kept = 0;
        for (size_t j = 0; j < d->causes; j++) {
            const cause *c = &d->cause[j];
            const bool of_walk = c->named && c->flaw.op == AD_OP_count;
            if (j == i || !of_walk || !fit(e, c->shown, &alone)) d->cause[kept++] = *c;
        }
        d->causes = kept;
        return;
    }
}

void diagnosis_cross(const evidence *e, diagnosis *d)
{
    drop_what_is_cut(e, d);
    if (!is_to_be_crossed(d)) return;
    flaw f;
    const bool is_walk = is_of_walk(d);
    for (int of_rules = 1; of_rules >= 0; of_rules--)
        if (common_find(e, of_rules != 0, is_walk, &f)) {
            put_first(e, d, f);
            return;
        }
    for (int of_rules = !is_walk; of_rules >= 0; of_rules--)
        if (crossed_find(e, of_rules != 0, &f)) put_first(e, d, f);
}
