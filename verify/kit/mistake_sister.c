/* Formulae that are another function's, and the right ones with fewer digits. */
#include "verify/kit/mistake_formulae.h"

bool formulae_sister(formulae *m)
{
    const bool value = m->partial < 0;
    form f = {.mode = value ? FORM_VALUE_SISTER : FORM_SISTER};
    if (ad_ops[m->op].operands != 1 || m->wrong < 2) return false;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        f.k = op;
        if (op == (int)m->op || ad_ops[op].operands != 1 || ad_ops[op].constants > 0 ||
            !formulae_agree(m, &f))
            continue;
        formulae_put(m, value ? MISTAKE_OF_value_sister : MISTAKE_OF_sister, f);
        return true;
    }
    return false;
}

/* One number added everywhere is said to be that; a switch that runs on goes to a rule
 * that changes from point to point. */
bool formulae_also(formulae *m)
{
    form f = {.mode = FORM_ALSO};
    if (m->wrong < 2 || formulae_points(m) < 3) return false;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        for (f.a = 0; f.a < 2; f.a++) {
            f.k = op;
            if (op == (int)m->op || !m->supported[op] || op == AD_OP_add ||
                op == AD_OP_sub || op == AD_OP_neg || op == AD_OP_add_c ||
                op == AD_OP_c_sub || !formulae_agree(m, &f))
                continue;
            formulae_put(m, MISTAKE_OF_also, f);
            return true;
        }
    return false;
}

bool formulae_rounding(formulae *m)
{
    const bool value = m->partial < 0;
    form f = {.mode = value ? FORM_VALUE_ROUNDED : FORM_ROUNDED};
    if (m->wrong < 2) return false;
    for (f.a = FORM_ROUND; f.a < FORM_ROUNDINGS; f.a++)
        for (f.k = 1; f.k <= 8; f.k++) {
            if (!formulae_agree(m, &f)) continue;
            formulae_put(
                m, value ? MISTAKE_OF_value_rounded : MISTAKE_OF_derivative_rounded, f);
            return true;
        }
    return false;
}

/* No number wherever the constant is 0, and right elsewhere: it divides by that. Which x
 * stands beside it says nothing. */
bool formulae_nan_without_constant(formulae *m)
{
    size_t wrong = 0;
    if (ad_ops[m->op].constants == 0) return false;
    for (size_t i = 0; i < m->n; i++) {
        const bool none = m->at[i].c == 0;
        if (none ? !isnan(formulae_got(m, i)) : !formulae_is_right(m, i)) return false;
        wrong += none;
    }
    if (wrong == 0) return false;
    const bool value = m->partial < 0;
    m->side = FORM_C_NONE;
    formulae_put(m, value ? MISTAKE_OF_value_nan : MISTAKE_OF_derivative_nan,
                 (form){.mode = value ? FORM_VALUE_NAN : FORM_NAN, .k = 1});
    m->side = FORM_EVERYWHERE;
    return true;
}
