/* Doubles that have been through float, and whose doing it is. */
#include <math.h>

#include "verify/kit/mistake_search.h"

static bool is_float(double x) { return x == (double)(float)x || isnan(x); }

bool search_are_floats(const evidence *e, const explanation *loose)
{
    size_t wrong[2] = {0, 0}, floats[2] = {0, 0}; /* gradients, values */
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        outcome o;
        if (!e->got[p].ran || s->steps > 1) continue;
        mistake_run(s, loose->flaw, loose->n, loose->conduct, &o);
        for (int i = 0; i < s->inputs + s->steps; i++) {
            const bool is_value = i >= s->inputs;
            if (!is_value && i >= s->inputs - s->constants) continue;
            const double got = is_value ? e->got[p].value[i] : e->got[p].once[i];
            if (mistake_close(got, is_value ? o.value[i] : o.once[i], 1e-13, 0))
                continue;
            wrong[is_value]++;
            floats[is_value] += is_float(got);
        }
    }
    if (wrong[0] + wrong[1] == 0) return true;
    return 10 * floats[wrong[1] > 0] >= 9 * wrong[wrong[1] > 0];
}

/* Whether values lack digits, and gradients: of programs of one step. */
static void see_what_lacks(const evidence *e, const explanation *tight, bool lacks[2])
{
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        outcome o;
        if (!e->got[p].ran || s->steps > 1) continue;
        mistake_run(s, tight->flaw, tight->n, tight->conduct, &o);
        const int z = s->inputs;
        lacks[1] |= !mistake_close(e->got[p].value[z], o.value[z], 1e-12, 1e-15);
        for (int i = 0; i < z - s->constants; i++)
            lacks[0] |= !mistake_close(e->got[p].once[i], o.once[i], 1e-12, 1e-15);
    }
}

size_t search_float_ops(const evidence *e, const explanation *loose,
                        ad_op ops[AD_OP_count])
{
    explanation tight = *loose;
    bool bad[AD_OP_count] = {false}, can[AD_OP_count] = {false};
    size_t n = 0, able = 0;
    bool lacks[2] = {false, false}; /* gradients, values */
    tight.loose = false;
    see_what_lacks(e, &tight, lacks);
    for (size_t p = 0; p < e->n; p++) {
        const signature *s = &e->program[p];
        outcome o;
        if (!e->got[p].ran || s->steps > 1) continue;
        mistake_run(s, tight.flaw, tight.n, tight.conduct, &o);
        bool shows = lacks[1] && !is_float(o.value[s->inputs]);
        for (int i = 0; i < s->inputs; i++) shows |= lacks[0] && !is_float(o.once[i]);
        can[s->step[0].op] |= shows;
        bad[s->step[0].op] |= !fit(e, p, &tight);
    }
    for (int op = 0; op < AD_OP_count; op++) {
        able += can[op];
        if (bad[op]) ops[n++] = (ad_op)op;
    }
    for (size_t p = 0; p < e->n; p++) {
        bool uses = fit(e, p, &tight);
        for (size_t i = 0; i < n && !uses; i++)
            uses = signature_uses(&e->program[p], ops[i]);
        if (!uses) return 0;
    }
    return n < able || able == 1 ? n : 0;
}
