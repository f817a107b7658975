/* The formulae that agree with all samples. */
#include <math.h>
#include <string.h>

#include "verify/kit/mistake_formulae.h"
#include "verify/kit/mistake_written.h"

static double right_partial(const formulae *m, size_t i)
{
    double d[AD_MAX_OPERANDS];
    ad_ops[m->op].partials(m->at[i].x, m->at[i].c, m->at[i].z, d);
    return d[m->partial];
}

double formulae_got(const formulae *m, size_t i)
{
    return m->partial < 0 ? m->at[i].value : m->at[i].share[m->partial];
}

static double right(const formulae *m, size_t i)
{
    return m->partial < 0 ? m->at[i].z : m->at[i].g * right_partial(m, i);
}

bool formulae_is_right(const formulae *m, size_t i)
{
    return formulae_close(m, formulae_got(m, i), right(m, i));
}

/* Points that differ, among those on the side that is wrong. */
size_t formulae_points(const formulae *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++) {
        bool is_new = m->active[i];
        for (size_t j = 0; j < i && is_new; j++)
            is_new =
                !m->active[j] || memcmp(m->at[i].x, m->at[j].x, sizeof m->at[i].x) != 0;
        n += is_new;
    }
    return n;
}

void formulae_put(formulae *m, mistake_kind kind, form f)
{
    if (m->founds == m->room) return;
    f.side = m->side;
    m->found[m->founds++] =
        (flaw){.kind = kind, .op = m->op, .partial = m->partial, .form = f};
}

/* By the model itself. */
bool formulae_agree(const formulae *m, const form *f)
{
    size_t numbers = 0;
    for (size_t i = 0; i < m->n; i++) {
        const sample *s = &m->at[i];
        const double is =
            m->partial < 0 ? form_value(f, m->op, s->x, s->c)
                           : form_share(f, m->op, m->partial, s->x, s->c, s->z, s->g);
        if (!m->active[i]) continue;
        if (!formulae_close(m, formulae_got(m, i), is)) return false;
        if (!isnan(is)) numbers++;
    }
    return numbers > 0 || f->mode == FORM_NAN || f->mode == FORM_VALUE_NAN;
}

/* Whether NaN comes out, but not of all that is NaN by right. */
bool formulae_has_nan(const formulae *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (isnan(formulae_got(m, i)) && !isnan(right(m, i))) return true;
    return false;
}

bool formulae_try(formulae *m, mistake_kind kind, form_mode mode, double k)
{
    const form f = {.mode = mode, .k = k};
    if (!formulae_agree(m, &f)) return false;
    formulae_put(m, kind, f);
    return true;
}

/* ---- What is given --------------------------------------------------------------- */

const double formulae_scales[FORMULAE_SCALES] = {-1,
                                                 2,
                                                 0.5,
                                                 3,
                                                 1.0 / 3,
                                                 10,
                                                 0.1,
                                                 100,
                                                 0.01,
                                                 0.017453292519943295,
                                                 57.29577951308232,
                                                 -2,
                                                 -0.5,
                                                 1.7,
                                                 1.702,
                                                 4,
                                                 0.25};
const double formulae_shifts[FORMULAE_SHIFTS] = {
    1,    -1,   0.5,  -0.5, 2,    -2,    0.1,   -0.1, 0.01, -0.01, 1e-3,
    1e-4, 1e-5, 1e-6, 1e-7, 1e-8, -1e-3, -1e-6, 5,    10,   1e-10, 3};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static void others(formulae *m)
{
    static const struct {
        mistake_kind kind;
        form_mode mode;
    } plain[] = {{MISTAKE_OF_sign_lost, FORM_ABS_INCOMING},
                 {MISTAKE_OF_sign_lost, FORM_ABS_PARTIAL},
                 {MISTAKE_OF_sign_lost, FORM_ABS_SHARE},
                 {MISTAKE_OF_dropped, FORM_DROP_BELOW},
                 {MISTAKE_OF_dropped, FORM_DROP_ABOVE},
                 {MISTAKE_OF_sign_alone, FORM_SIGN},
                 {MISTAKE_OF_integer, FORM_INTEGER_PARTIAL},
                 {MISTAKE_OF_integer, FORM_INTEGER_INCOMING},
                 {MISTAKE_OF_integer, FORM_INTEGER_SHARE},
                 {MISTAKE_OF_integer, FORM_FLOOR_PARTIAL},
                 {MISTAKE_OF_integer, FORM_FLOOR_SHARE},
                 {MISTAKE_OF_traded, FORM_TRADED_RESULT},
                 {MISTAKE_OF_traded, FORM_TRADED},
                 {MISTAKE_OF_inside, FORM_INSIDE},
                 {MISTAKE_OF_inside, FORM_INSIDE_TIMES},
                 {MISTAKE_OF_inside, FORM_INSIDE_PLUS},
                 {MISTAKE_OF_inside, FORM_INSIDE_ALONE}};
    for (size_t i = 0; i < COUNT(plain); i++)
        formulae_try(m, plain[i].kind, plain[i].mode,
                     1); /* of few samples, more than one */
    const form other = {.mode = FORM_TRADED, .a = 1, .k = 1};
    if (ad_ops[m->op].operands > 1 && formulae_agree(m, &other))
        formulae_put(m, MISTAKE_OF_traded, other);
    if (ad_ops[m->op].constants > 0) {
        if (formulae_try(m, MISTAKE_OF_constant, FORM_OF_INTEGER, 1)) return;
        if (formulae_try(m, MISTAKE_OF_constant, FORM_OF_FLOAT, 1)) return;
        for (int k = 1; k <= 2; k++)
            if (formulae_try(m, MISTAKE_OF_constant, FORM_OF_DECIMALS, k)) return;
    }
    for (size_t i = 0; i < COUNT(formulae_scales); i++)
        if (formulae_try(m, MISTAKE_OF_argument, FORM_AT_SCALED, formulae_scales[i]))
            return;
    for (size_t i = 0; i < COUNT(formulae_shifts); i++)
        if (formulae_try(m, MISTAKE_OF_argument, FORM_AT_SHIFTED, formulae_shifts[i]))
            return;
}

/* At a number that came out where something else should. */
static void cuts(formulae *m)
{
    for (size_t i = 0; i < m->n; i++) {
        if (formulae_is_right(m, i)) continue;
        const double share = formulae_got(m, i), g = m->at[i].g,
                     d = right_partial(m, i);
        double at[] = {share / g, share, share / d};
        for (int j = 0; j < 3; j++) {
            if (at[j] == 0 && j > 0) continue;
            if (!measure_nice(&at[j], 10 * m->relative) && m->wrong < 2) continue;
            static const form_mode mode[][3] = {
                {FORM_CUT_PARTIAL, FORM_MOST, FORM_LEAST},
                {FORM_CUT_SHARE, FORM_MOST_SHARE, FORM_LEAST_SHARE},
                {FORM_CUT_INCOMING}};
            for (int way = 0; way < 3 && mode[j][way] != FORM_NONE; way++)
                if ((at[j] != 0 || way > 0) &&
                    formulae_try(m, MISTAKE_OF_cut, mode[j][way],
                                 way == 0 ? fabs(at[j]) : at[j]))
                    return;
        }
    }
}

/* Beyond a threshold: nothing, 1, or the operand itself, just so. */
static bool far_side(formulae *m)
{
    const bool value = m->partial < 0;
    const mistake_kind kind = value ? MISTAKE_OF_value_formula : MISTAKE_OF_one_side;
    for (int a = FORM_ONE; a <= FORM_X; a++)
        for (int k = 1; k >= 0; k--) {
            form f = {
                .mode = value ? FORM_VALUE_TIMES : FORM_TIMES, .a = (short)a, .k = k};
            if (k == 0 && a != FORM_ONE) continue;
            f.side = m->side;
            if (!formulae_agree(m, &f)) continue;
            formulae_put(m, kind, f);
            return true;
        }
    return false;
}

/* Right on one side; on the other one atom, or nothing. */
void formulae_side(formulae *m)
{
    if (m->founds == 0 && formulae_nan_without_constant(m)) return;
    for (int side = FORM_ABOVE; side < FORM_SIDES && m->founds == 0; side++) {
        if (!form_has_side((form_side)side, m->op)) continue;
        size_t wrong = 0;
        bool elsewhere = true;
        for (size_t i = 0; i < m->n; i++) {
            m->active[i] = form_side_is((form_side)side, m->op, m->at[i].x, m->at[i].c);
            if (!m->active[i]) elsewhere = elsewhere && formulae_is_right(m, i);
            if (m->active[i]) wrong += !formulae_is_right(m, i);
        }
        size_t active = 0;
        for (size_t i = 0; i < m->n; i++) active += m->active[i];
        const bool far = side >= FORM_FROM_3; /* one place is enough for 0, 1, x */
        if (!elsewhere || active == m->n || wrong == 0 ||
            (!far && (wrong < 2 || formulae_points(m) < 2)))
            continue;
        m->side = (form_side)side;
        if (formulae_try(
                m, m->partial < 0 ? MISTAKE_OF_value_nan : MISTAKE_OF_derivative_nan,
                m->partial < 0 ? FORM_VALUE_NAN : FORM_NAN, 1))
            break;
        if (far && far_side(m)) break;
        if (m->partial >= 0 && (formulae_try(m, MISTAKE_OF_one_side, FORM_TIMES, 0) ||
                                formulae_try(m, MISTAKE_OF_one_side, FORM_TIMES, 1)))
            break;
        if (side <= FORM_BELOW || formulae_points(m) > 2)
            formulae_one_side(m, m->partial < 0 ? MISTAKE_OF_value_formula
                                                : MISTAKE_OF_one_side);
    }
    m->side = FORM_EVERYWHERE;
    memset(m->active, true, sizeof m->active);
}

/* Where it is wrong the right derivative is one number, as on a side of a comparison: a
 * limit cannot be told from a wrong branch there, and the branch is likelier. */
static bool is_one_number(const formulae *m)
{
    double number = (double)NAN;
    for (size_t i = 0; i < m->n; i++) {
        if (formulae_is_right(m, i)) continue;
        if (isnan(number)) number = right_partial(m, i);
        if (right_partial(m, i) != number) return false;
    }
    return true;
}

bool formulae_begin(formulae *m, const evidence *e, ad_op op, int partial, bool loose,
                    sample *s)
{
    loose = loose || e->precision == AD_ENGINE_FLOAT;
    m->op = op;
    m->partial = partial;
    m->supported = e->supported;
    m->at = s;
    m->n = measure_samples(e, op, s, SAMPLES_MOST);
    m->relative = loose ? 1e-5 : 1e-9;
    m->absolute = loose ? 1e-6 : 1e-12;
    memset(m->active, true, sizeof m->active);
    for (size_t i = 0; i < m->n; i++) {
        m->atoms = form_atoms(op, partial, s[i].x, s[i].c, s[i].z, m->atom[i]);
        m->want[i] = partial < 0 ? s[i].value : s[i].share[partial] / s[i].g;
        if (partial >= 0 && !formulae_close(m, s[i].value, s[i].z)) return false;
        m->active[i] = !formulae_is_right(m, i);
    }
    m->wrong = formulae_points(m);
    memset(m->active, true, sizeof m->active);
    return m->wrong > 0;
}

/* One change in the right formula says more than it. */
static void instead(formulae *m)
{
    const size_t before = m->founds;
    m->founds = 0;
    if (!formulae_edit(m, MISTAKE_OF_edited)) m->founds = before;
}

/* A rule that ends at once where the constant is 0, and is right there. */
static void without_zero(formulae *m)
{
    if (ad_ops[m->op].constants == 0) return;
    for (size_t i = 0; i < m->n; i++) m->active[i] = m->at[i].c != 0;
    m->side = FORM_C_SOME;
    formulae_edit(m, MISTAKE_OF_edited);
}

/* One formula alone, with a number in it that nobody writes, or made of the right one. */
static bool is_odd(const formulae *m)
{
    return m->founds == 1 && m->found[0].kind == MISTAKE_OF_formula &&
           (!measure_is_plain(m->found[0].form.k) || m->found[0].form.a == FORM_D ||
            m->found[0].form.b == FORM_D);
}

size_t measure_shares(const evidence *e, ad_op op, int partial, bool loose, flaw *found,
                      size_t room)
{
    sample s[SAMPLES_MOST];
    formulae m = {.found = found, .room = room};
    if (!formulae_begin(&m, e, op, partial, loose, s) || formulae_points(&m) < 2)
        return 0;
    form scaled = {.mode = FORM_TIMES, .a = FORM_D},
         offset = {.mode = FORM_PLUS, .a = FORM_D};
    if (formulae_has_nan(&m)) formulae_sister(&m);
    if (formulae_rounding(&m) || formulae_written(&m)) return m.founds;
    const bool any = formulae_points(&m) > 2,
               is_scaled = any && formulae_solve(&m, &scaled),
               is_nice = is_scaled && measure_nice(&scaled.k, 1e-9);
    if (is_scaled && !measure_is_plain(scaled.k) &&
        formulae_edit(&m, MISTAKE_OF_edited))
        return m.founds;
    if (is_nice) formulae_put(&m, MISTAKE_OF_scaled, scaled);
    if (any && formulae_solve(&m, &offset)) formulae_put(&m, MISTAKE_OF_offset, offset);
    others(&m);
    const bool is_near = fabs(scaled.k - 1) < 1e-3;
    if (is_scaled && !is_nice)
        formulae_put(&m, is_near ? MISTAKE_OF_few_digits : MISTAKE_OF_scaled, scaled);
    if (formulae_test(&m, MISTAKE_OF_wrong_test)) return m.founds;
    formulae_more(&m, MISTAKE_OF_epsilon);
    if (is_one_number(&m)) formulae_side(&m);
    if (m.founds == 0) cuts(&m);
    formulae_side(&m);
    if (m.founds == 0 && formulae_also(&m)) return m.founds;
    formulae_atoms(&m, MISTAKE_OF_formula);
    if (m.founds == 0 || is_odd(&m)) instead(&m);
    if (m.founds == 0) formulae_apart(&m, MISTAKE_OF_one_term);
    if (m.founds == 0) formulae_sister(&m);
    if (m.founds == 0) without_zero(&m);
    return m.founds;
}
