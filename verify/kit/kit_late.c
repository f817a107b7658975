/*
 * A walk that is out of order in larger programs alone: a heap that is none, levels that are
 * not the longest way. Every use of every node is tried: what if just this came too late?
 */
#include "verify/kit/kit_late.h"

#include <math.h>
#include <string.h>

/* The adjoints where what `user` gives `node` comes after the node has passed on. */
static void walk(const dag *d, const sheet *s, double seed, const late *l,
                 double *adjoint)
{
    double after = 0;
    memset(adjoint, 0, d->n * sizeof *adjoint);
    adjoint[d->output] = seed;
    for (size_t i = d->output + 1; i-- > 0;) {
        const dag_item *v = &d->item[i];
        double x[AD_MAX_OPERANDS] = {0}, partial[AD_MAX_OPERANDS] = {0};
        if (dag_is_leaf(d, i)) continue;
        for (size_t o = 0; o < v->n; o++) x[o] = s->value[dag_operands(d, i)[o]];
        ad_ops[v->op].partials(x, v->c, s->value[i], partial);
        for (size_t o = 0; o < v->n && adjoint[i] != 0; o++) {
            const size_t to = dag_operands(d, i)[o];
            const double share = adjoint[i] * partial[o];
            if (i == l->user && to == l->node)
                after += share;
            else
                adjoint[to] += share;
        }
    }
    if (!l->lost) adjoint[l->node] += after;
}

static bool agree(const dag *d, const sheet *s, const double *adjoint,
                  const bool *judged, double relative)
{
    for (size_t i = 0; i < d->n; i++) {
        const double off = fabs(s->grad[i] - adjoint[i]);
        if (judged[i] && !(off <= relative * (1 + fabs(adjoint[i])))) return false;
    }
    return true;
}

bool kit_find_late(const dag *d, const sheet *s, double seed, const bool *judged,
                   double relative, late *found)
{
    double adjoint[SHEET_ITEMS];
    size_t fits = 0;
    for (size_t i = 0; i < d->n; i++)
        for (size_t o = 0; o < d->item[i].n; o++) {
            late l = {.node = dag_operands(d, i)[o], .user = i};
            bool fit = false;
            if (dag_is_leaf(d, l.node) || (o > 0 && dag_operands(d, i)[0] == l.node))
                continue;
            for (int lost = 0; lost < 2 && !fit; lost++) {
                l.lost = lost > 0;
                walk(d, s, seed, &l, adjoint);
                fit = agree(d, s, adjoint, judged, relative);
            }
            if (fit && fits++ == 0) *found = l;
        }
    return fits == 1;
}
