/* Formulae of one atom, or of two: the simplest that agrees with all samples. */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_formulae.h"

typedef struct best {
    form f;
    int cost;
} best;

/* a and b joined, as if k were 1; what k multiplies, and what it does not. */
static void parts(const formulae *m, const form *f, size_t i, double *with,
                  double *without)
{
    const double a = m->atom[i][f->a], b = m->atom[i][f->b];
    *without = 0;
    switch (f->mode) {
    case FORM_OVER:
    case FORM_VALUE_OVER: *with = a / b; break;
    case FORM_PLUS:
    case FORM_VALUE_PLUS:
        *with = b;
        *without = a;
        break;
    case FORM_APART:
        *with = b * m->at[i].g;
        *without = a;
        break;
    case FORM_FORGETS: *with = a; break;
    default: *with = a * b; break;
    }
}

/* The k with which it agrees everywhere. */
bool formulae_solve(const formulae *m, form *f)
{
    bool known = false, nan = false, again = false;
    size_t first = 0;
    const bool total = f->mode == FORM_APART || f->mode == FORM_FORGETS;
    for (size_t i = 0; i < m->n; i++) {
        if (!m->active[i]) continue;
        double with, without;
        parts(m, f, i, &with, &without);
        const double want = total ? formulae_got(m, i) : m->want[i];
        if (isnan(want) && isnan(with + without)) {
            nan = true;
            continue;
        }
        if (!known) {
            if (with == 0) continue;
            f->k = (want - without) / with;
            known = true;
            first = i;
            if (!isfinite(f->k) || fabs(f->k) < 1e-12) return false;
            measure_nice(&f->k, 10 * m->relative);
        }
        if (!formulae_close(m, want, without + f->k * with)) return false;
        again |= m->at[i].x[0] != m->at[first].x[0];
    }
    return known && (again || !nan); /* one number alone may be anything */
}

/* Made of the result: no value is. */
static bool is_of_z(size_t atom)
{
    return atom != FORM_Z && strchr(form_atom_text(atom), 'z') != NULL;
}

static void consider(const formulae *m, best *b, form_mode mode, size_t i, size_t j,
                     int cost, bool any_k)
{
    form f = {.mode = mode, .a = (short)i, .b = (short)j};
    const bool of_result = m->partial < 0 && (i == FORM_Z || j == FORM_Z);
    if (m->partial < 0 && (is_of_z(i) || is_of_z(j))) return;
    if (of_result && i != FORM_ONE && j != FORM_ONE && mode != FORM_VALUE_PLUS) return;
    cost += (int)(i + j) + (of_result ? 40 : 0) + (i == FORM_D ? 30 : 0) +
            (j == FORM_D ? 30 : 0);
    if (cost >= b->cost || !formulae_solve(m, &f)) return;
    double k = f.k;
    if (k != 1) cost += k == -1 ? 3 : 14;
    if (k != 1 && k != -1 && !measure_nice(&k, 10 * m->relative)) {
        if (!any_k) return;
        cost += 60;
    }
    if (cost >= b->cost) return;
    b->f = f;
    b->cost = cost;
}

void formulae_atoms(formulae *m, mistake_kind kind)
{
    const bool value = m->partial < 0;
    const form_mode times = value ? FORM_VALUE_TIMES : FORM_TIMES,
                    over = value ? FORM_VALUE_OVER : FORM_OVER,
                    plus = value ? FORM_VALUE_PLUS : FORM_PLUS;
    best b = {.cost = 1000};
    const size_t n = formulae_points(m);
    for (size_t i = 0; i < m->atoms && n > 1; i++)
        consider(m, &b, times, i, FORM_ONE, 0, n > 2);
    if (b.cost == 1000 && n > 2)
        for (size_t i = 0; i < m->atoms; i++)
            for (size_t j = 0; j < m->atoms; j++) {
                if (j >= i && i > 0) consider(m, &b, times, i, j, 20, false);
                if (j > 0 && i != j) consider(m, &b, over, i, j, 22, false);
                if (i != j) consider(m, &b, plus, i, j, 25, false);
            }
    if (b.cost < 1000) formulae_put(m, kind, b.f);
}

void formulae_apart(formulae *m, mistake_kind kind)
{
    best b = {.cost = 1000};
    for (size_t i = 0; i < m->atoms && formulae_points(m) > 2; i++)
        for (size_t j = 0; j < m->atoms; j++)
            consider(m, &b, FORM_APART, i, j, 0, false);
    if (b.cost < 1000) formulae_put(m, kind, b.f);
}

void formulae_one_side(formulae *m, mistake_kind kind)
{
    const bool value = m->partial < 0;
    best b = {.cost = 1000};
    for (size_t i = 0; i < m->atoms; i++)
        consider(m, &b, value ? FORM_VALUE_TIMES : FORM_TIMES, i, FORM_ONE, 0, true);
    for (size_t i = 0; i < m->atoms && !value; i++)
        consider(m, &b, FORM_FORGETS, i, FORM_ONE, 4, true);
    if (b.cost < 1000) formulae_put(m, kind, b.f);
}
