/* What all operations do alike. */
#include "verify/kit/mistake_common.h"

#include <math.h>
#include <string.h>

#include "verify/kit/mistake_fit.h"
#include "verify/kit/mistake_measure.h"

bool common_is_rounding(mistake_kind kind)
{
    return kind == MISTAKE_OF_results_rounded || kind == MISTAKE_OF_rules_rounded;
}

bool common_is_of_all(mistake_kind kind)
{
    return common_is_rounding(kind) || kind == MISTAKE_OF_in_place;
}

bool common_is(mistake_kind kind)
{
    return common_is_of_all(kind) || kind == MISTAKE_OF_rules_last ||
           kind == MISTAKE_OF_rules_reversed || kind == MISTAKE_OF_rules_crossed;
}

/* What one sample says of a mistake. */
typedef enum word { NOTHING, FOR, AGAINST } word;
typedef word judge(const evidence *e, ad_op op, const sample *s, const flaw *f);

/* All samples of all operations; f->ops: those that speak for it. */
static bool holds(const evidence *e, judge *by, size_t least, flaw *f)
{
    size_t n = 0;
    f->ops = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
        sample s[SAMPLES_MOST];
        const size_t samples = e->supported[op] ? measure_alone(e, (ad_op)op, s) : 0;
        bool shows = false;
        for (size_t i = 0; i < samples; i++) {
            const word said = by(e, (ad_op)op, &s[i], f);
            if (said == AGAINST) return false;
            shows |= said == FOR;
        }
        if (shows) f->ops |= (uint64_t)1 << op;
        n += shows;
    }
    return n >= least;
}

/* ---- The wrong operand ----------------------------------------------------------- */

/* Each is given what the last one should have. */
static word is_of_last(const evidence *e, ad_op op, const sample *s, const flaw *f)
{
    const int last = ad_ops[op].operands - 1;
    double d[AD_MAX_OPERANDS];
    bool shows = false;
    (void)f;
    if (last == 0) return NOTHING;
    ad_ops[op].partials(s->x, s->c, s->z, d);
    for (int k = 0; k <= last; k++) {
        if (!fit_close(e, s->share[k], s->g * d[last], false)) return AGAINST;
        shows |= !fit_close(e, d[k], d[last], false);
    }
    return shows ? FOR : NOTHING;
}

/* How rules take their operands. */
enum {
    REVERSED_AT = 1, /* the formulae read y for x; each operand has its own */
    REVERSED_TO,     /* formulae are right; each operand has the other's */
    REVERSED_BOTH
};

/* The share of operand k, by the result that the node has or by that of the operands in
 * the order in which the rule reads them. */
static double reversed(const sample *s, ad_op op, int way, int k, bool own_result)
{
    const double turned[AD_MAX_OPERANDS] = {s->x[1], s->x[0], 0};
    const double *x = way == REVERSED_TO ? s->x : turned;
    const int of = way == REVERSED_AT ? k : 1 - k;
    double d[AD_MAX_OPERANDS];
    ad_ops[op].partials(x, s->c, own_result ? s->z : ad_ops[op].value(x, s->c), d);
    return s->g * d[of];
}

/* Of three operands nobody says which order is the other one. */
static word is_reversed(const evidence *e, ad_op op, const sample *s, const flaw *f)
{
    const int way = (int)f->form.k;
    const ad_op_info *row = &ad_ops[op];
    double right[AD_MAX_OPERANDS];
    bool shows = false;
    if (row->operands != 2 || !fit_close(e, s->value, s->z, false)) return NOTHING;
    row->partials(s->x, s->c, s->z, right);
    for (int k = 0; k < 2; k++) {
        const double a = reversed(s, op, way, k, true),
                     b = reversed(s, op, way, k, false);
        if (!isfinite(a) || !isfinite(b)) continue; /* engines differ there */
        const bool fits =
            fit_close(e, s->share[k], a, false) || fit_close(e, s->share[k], b, false);
        if (!fits) return AGAINST;
        shows |= !fit_close(e, s->share[k], s->g * right[k], false);
    }
    return shows ? FOR : NOTHING;
}

enum { LEAST = 2 };

static bool find_reversed(const evidence *e, flaw *f)
{
    for (int way = REVERSED_AT; way <= REVERSED_BOTH; way++) {
        f->kind =
            way == REVERSED_TO ? MISTAKE_OF_rules_crossed : MISTAKE_OF_rules_reversed;
        f->form = (form){.k = way};
        if (holds(e, is_reversed, LEAST, f)) break;
        f->ops = 0;
    }
    const uint64_t three = (uint64_t)1 << AD_OP_fma;
    if (f->ops != 0 && e->supported[AD_OP_fma]) f->ops |= three;
    return f->ops != 0;
}

/* ---- Digits ---------------------------------------------------------------------- */

/* Whether it has no more digits, and is as near as those allow: nobody agrees on halves,
 * and some cut. */
static word is_rounded_to(const form *f, double got, double want)
{
    const bool in_all = f->a == FORM_ROUND_ALL;
    if (!isfinite(want) || want == 0) return NOTHING;
    if (!isfinite(got)) return AGAINST;
    const double kept = form_rounded(got, (form_rounding)f->a, (int)f->k),
                 first = in_all ? floor(log10(fabs(want))) + 1 : 0,
                 unit = pow(10, first - f->k);
    if (!mistake_close(got, kept, 1e-13, 1e-300)) return AGAINST;
    const double part = f->b == 0 ? 0.5 : 1; /* b: cut */
    if (!(fabs(got - want) <= part * unit * (1 + 1e-6))) return AGAINST;
    return mistake_close(got, want, 1e-12, 0) ? NOTHING : FOR;
}

static word has_result_rounded(const evidence *e, ad_op op, const sample *s,
                               const flaw *f)
{
    (void)e, (void)op;
    return is_rounded_to(&f->form, s->value, s->z);
}

static word has_share_rounded(const evidence *e, ad_op op, const sample *s,
                              const flaw *f)
{
    double d[AD_MAX_OPERANDS];
    word all = NOTHING;
    if (!fit_close(e, s->value, s->z, false)) return AGAINST;
    ad_ops[op].partials(s->x, s->c, s->z, d);
    for (int k = 0; k < ad_ops[op].operands; k++) {
        const word said = is_rounded_to(&f->form, s->share[k], s->g * d[k]);
        if (said == AGAINST) return AGAINST;
        if (said == FOR) all = FOR;
    }
    return all;
}

/* The fewest digits that all agree with; without any decimals, whole numbers,
 * which are G112 where they are cut. */
static bool find_rounded(const evidence *e, judge *by, flaw *f)
{
    enum { MANY = 3, MOST = 10 };
    static const form_rounding way[] = {FORM_ROUND, FORM_ROUND_ALL};
    if (e->precision == AD_ENGINE_FLOAT) return false;
    for (short cut = 0; cut < 2; cut++)
        for (int i = 0; i < 2; i++)
            for (int k = i == 0 && !cut ? 0 : 1; k <= MOST; k++) {
                f->form = (form){.a = (short)way[i], .b = cut, .k = k};
                if (holds(e, by, MANY, f)) return true;
            }
    return false;
}

/* ---- Operands -------------------------------------------------------------------- */

/* Whether an operand has the result's value, which is another. Those of several operands,
 * or of one, may do so by one helper: nobody is against. */
static word has_written(const evidence *e, ad_op op, const sample *s, const flaw *f)
{
    const outcome *got = &e->got[s->program];
    (void)f;
    for (int i = 0; i < ad_ops[op].operands; i++)
        if (!fit_close(e, s->z, s->x[i], false) &&
            !fit_close(e, got->value[i], s->x[i], false) &&
            fit_close(e, got->value[i], s->z, false))
            return FOR;
    return NOTHING;
}

static bool find_in_place(const evidence *e, flaw *f)
{
    enum { MANY = 3 };
    f->kind = MISTAKE_OF_in_place;
    f->form = (form){.mode = FORM_NONE};
    return holds(e, has_written, MANY, f);
}

bool common_find(const evidence *e, bool of_rules, bool of_walk, flaw *f)
{
    *f = (flaw){.op = AD_OP_count, .partial = -1};
    if (find_in_place(e, f)) return true;
    if (!of_rules) {
        f->kind = MISTAKE_OF_results_rounded;
        return find_rounded(e, has_result_rounded, f);
    }
    f->kind = MISTAKE_OF_rules_last;
    if (!of_walk && (holds(e, is_of_last, LEAST, f) || find_reversed(e, f)))
        return true;
    f->kind = MISTAKE_OF_rules_rounded;
    return find_rounded(e, has_share_rounded, f);
}
