/* Formulae that are nearly right: a number added against division by zero, a comparison
 * of the wrong things. */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_edit.h"
#include "verify/kit/mistake_formulae.h"

/* One digit, and zeros: 1e-05, 0.002. */
static bool is_written(double *k, double tolerance)
{
    const double ten = pow(10, floor(log10(*k) + 1e-3)), digit = round(*k / ten);
    if (!(*k > 1e-13 && *k < 0.2) || fabs(*k / ten - digit) > tolerance * digit)
        return false;
    *k = digit * ten;
    return true;
}

static double model(const formulae *m, const form *f, size_t i)
{
    const sample *s = &m->at[i];
    return m->partial < 0 ? form_value(f, m->op, s->x, s->c)
                          : form_share(f, m->op, m->partial, s->x, s->c, s->z, s->g);
}

/* The number that was added, were it added to atom f->a, from the i-th sample. */
static double added(const formulae *m, const form *f, size_t i)
{
    const form none = {.mode = FORM_NONE};
    const double ratio = model(m, &none, i) / formulae_got(m, i);
    const double z = m->at[i].z;
    switch (f->mode) {
    case FORM_MORE:
    case FORM_VALUE_MORE: return m->atom[i][f->a] * (ratio - 1);
    case FORM_ROOT_MORE: return m->atom[i][f->a] * (ratio * ratio - 1);
    default: return z * z * (1 / (ratio * ratio) - 1);
    }
}

static bool is_ten(double k) { return fabs(log10(k) - round(log10(k))) < 1e-9; }

static bool try_more(formulae *m, mistake_kind kind, form f, bool any_digit)
{
    size_t i = 0;
    while (i < m->n && formulae_close(m, formulae_got(m, i),
                                      model(m, &(form){.mode = FORM_NONE}, i)))
        i++;
    if (i == m->n) return false;
    f.k = added(m, &f, i);
    if (!is_written(&f.k, m->relative > 1e-8 ? 0.02 : 1e-5) ||
        (!any_digit && !is_ten(f.k)) || !formulae_agree(m, &f))
        return false;
    formulae_put(m, kind, f);
    return true;
}

/* Where it is small, sqrt(a + k) is as good as a + k / 2: a power of ten is believed
 * first. So are atoms without the result: they read more easily. */
bool formulae_more(formulae *m, mistake_kind kind)
{
    const bool value = m->partial < 0;
    if (m->wrong < 2) return false;
    if (value && (m->op == AD_OP_abs || m->op == AD_OP_hypot) &&
        try_more(m, kind, (form){.mode = FORM_VALUE_ROOT_MORE}, true))
        return true;
    for (int way = 0; way < 8; way++)
        for (size_t a = FORM_X; a < m->atoms; a++) {
            const bool of_z = strchr(form_atom_text(a), 'z') != NULL;
            const form f = {.mode = value          ? FORM_VALUE_MORE
                                    : way % 2 == 0 ? FORM_MORE
                                                   : FORM_ROOT_MORE,
                            .a = (short)a};
            /* sqrt(sqrt(x) + k) is nobody's. */
            if (f.mode == FORM_ROOT_MORE &&
                (strstr(form_atom_text(a), "sqrt") != NULL ||
                 (m->op == AD_OP_sqrt && of_z)))
                continue;
            if (a == FORM_D || of_z != (way % 4 > 1) || (value && way % 2 > 0))
                continue;
            if (try_more(m, kind, f, way > 3)) return true;
        }
    return false;
}

/* The branch that a comparison of other things would choose. */
bool formulae_test(formulae *m, mistake_kind kind)
{
    if (ad_ops[m->op].smoothness != AD_KINK) return false;
    for (int side = FORM_BELOW + 1; side < FORM_SIDES; side++) {
        const form f = {.mode = FORM_TEST, .a = (short)side};
        const bool same = side <= FORM_X_BELOW && ad_ops[m->op].operands == 1;
        if (same || !form_has_side((form_side)side, m->op) || !formulae_agree(m, &f))
            continue;
        formulae_put(m, kind, f);
        return true;
    }
    return false;
}

bool formulae_edit(formulae *m, mistake_kind kind)
{
    form f = {.mode = m->partial < 0 ? FORM_VALUE_EDIT : FORM_EDIT};
    if (m->wrong < 2 || formulae_points(m) < 3) return false;
    for (int number = 1; edit_exists(m->op, m->partial, number); number++) {
        f.k = number;
        if (!formulae_agree(m, &f)) continue;
        formulae_put(m, kind, f);
        return true;
    }
    return false;
}
