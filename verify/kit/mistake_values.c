/* The formulae of a value that agree with all samples. */
#include <math.h>

#include "verify/kit/mistake_formulae.h"
#include "verify/kit/mistake_written.h"

static const double limits[] = {0,  0.5, 1,    2,    3,    4,   5,    6,  8,
                                10, 0.1, 0.01, 1e-3, 0.25, 1.5, -0.5, -1, -2};
#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool operand_cuts(formulae *m)
{
    for (size_t i = 0; i < COUNT(limits); i++)
        if (formulae_try(m, MISTAKE_OF_value_cut, FORM_VALUE_OPERAND_MOST, limits[i]) ||
            formulae_try(m, MISTAKE_OF_value_cut, FORM_VALUE_OPERAND_LEAST, limits[i]))
            return true;
    return false;
}

static bool other_arguments(formulae *m, short operand)
{
    form f = {.mode = FORM_VALUE_SCALED, .a = operand};
    bool found = false;
    for (size_t i = 0; i < COUNT(formulae_scales) && !found; i++) {
        f.k = formulae_scales[i];
        found = formulae_agree(m, &f);
    }
    if (!found) f.mode = FORM_VALUE_SHIFTED;
    for (size_t i = 0; i < COUNT(formulae_shifts) && !found; i++) {
        f.k = formulae_shifts[i];
        found = formulae_agree(m, &f);
    }
    if (found) formulae_put(m, MISTAKE_OF_value_argument, f);
    return found;
}

static void other_values(formulae *m)
{
    if (ad_ops[m->op].operands > 1) {
        if (formulae_try(m, MISTAKE_OF_value_of_one, FORM_VALUE_FIRST, 1)) return;
        if (formulae_try(m, MISTAKE_OF_value_of_one, FORM_VALUE_SECOND, 1)) return;
    }
    const bool some = m->wrong > 1; /* one alone may be anything */
    if (some && formulae_try(m, MISTAKE_OF_value_integer, FORM_VALUE_INTEGER, 1))
        return;
    if (formulae_rounding(m)) return;
    for (size_t i = 0; i < 2 * m->n; i++) { /* at a number that people write, first */
        if (i == m->n && operand_cuts(m)) return;
        if (formulae_is_right(m, i % m->n)) continue;
        double k = formulae_got(m, i % m->n);
        if (k == m->at[i % m->n].x[0] && m->wrong < 2) continue; /* it is the operand */
        if (!measure_nice(&k, 10 * m->relative) && (m->wrong < 2 || i < m->n)) continue;
        if (formulae_try(m, MISTAKE_OF_value_cut, FORM_VALUE_MOST, k)) return;
        if (formulae_try(m, MISTAKE_OF_value_cut, FORM_VALUE_LEAST, k)) return;
    }
    if (some && formulae_try(m, MISTAKE_OF_value_integer, FORM_VALUE_FLOOR, 1)) return;
    if (ad_ops[m->op].constants > 0) {
        if (formulae_try(m, MISTAKE_OF_value_falsy, FORM_VALUE_FALSY, 1)) return;
        if (formulae_try(m, MISTAKE_OF_value_constant, FORM_VALUE_OF_INTEGER, 1))
            return;
        if (formulae_try(m, MISTAKE_OF_value_constant, FORM_VALUE_OF_FLOAT, 1)) return;
        for (int k = 1; k <= 2; k++)
            if (formulae_try(m, MISTAKE_OF_value_constant, FORM_VALUE_OF_DECIMALS, k))
                return;
    }
}

size_t measure_values(const evidence *e, ad_op op, bool loose, flaw *found, size_t room)
{
    sample s[SAMPLES_MOST];
    formulae m = {.found = found, .room = room};
    if (!formulae_begin(&m, e, op, -1, loose, s) || formulae_points(&m) < 2) return 0;
    if (formulae_written(&m)) return m.founds;
    if (formulae_has_nan(&m)) formulae_sister(&m);
    other_values(&m);
    formulae_more(&m, MISTAKE_OF_value_epsilon);
    formulae_atoms(&m, MISTAKE_OF_value_formula);
    for (short k = 0; k < ad_ops[op].operands; k++) other_arguments(&m, k);
    formulae_side(&m);
    if (m.founds == 0) formulae_edit(&m, MISTAKE_OF_value_edited);
    if (m.founds == 0) formulae_sister(&m);
    return m.founds;
}
