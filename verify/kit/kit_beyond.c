/*
 * Lesson 2, looked at more closely: what an operation gives where it is wrong, which tells
 * why: its operand is cut there, or another branch begins.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_closer.h"

/* "x > 5", "|x| > 5", "0 < x < 0.01" */
static const char *region_text(const region *r, bool both, char *text, size_t room)
{
    if (r->to == everywhere)
        snprintf(text, room, both ? "|x| > %.6g" : "x > %.6g", r->from);
    else if (r->from == -everywhere)
        snprintf(text, room, both ? "|x| > %.6g" : "x < %.6g", both ? -r->to : r->to);
    else
        snprintf(text, room, "%.6g < x < %.6g", r->from, r->to);
    return text;
}

/* ---- What it gives there --------------------------------------------------------- */

/* Where it begins, coming from the small numbers. */
static double edge_of(const region *r) { return r->to == everywhere ? r->from : r->to; }

static double value_at(const closer *s, double x)
{
    return ad_ops[s->op].value(&x, s->c);
}

static double slope_at(const closer *s, double x)
{
    double d[AD_MAX_OPERANDS] = {0};
    ad_ops[s->op].partials(&x, s->c, value_at(s, x), d);
    return d[0];
}

/* What a branch of a kink gives at x, when it is taken on the wrong side. */
static double other_branch(const closer *s, double x) { return slope_at(s, -x) * x; }

typedef enum beyond {
    CUT,
    BRANCH,
    RULE_BRANCH,
    SHUT,
    RULE_CUT,
    SATURATED,
    IS_NAN,
    RULE_IS_NAN,
    OTHER
} beyond;

static bool gives(const closer *s, beyond what, const op_point *at, const region *r)
{
    const double edge = edge_of(r);
    const bool kink =
        ad_ops[s->op].smoothness == AD_KINK && (r->from == 0 || r->to == 0);
    const double x = at->x[0], g = at->grad[0] / at->weight, loose = 1e-6;
    const bool value = mistake_close(at->value, at->right_value, loose, 1e-12),
               nothing = fabs(g) <= 1e-9 * fabs(at->right_partial[0]);
    switch (what) {
    case CUT:
        return mistake_close(at->value, value_at(s, edge), loose, 1e-12) &&
               (nothing || mistake_close(g, slope_at(s, edge), loose, 1e-12));
    case SHUT: return value && nothing;
    case BRANCH:
        return kink && mistake_close(at->value, other_branch(s, x), loose, 1e-12);
    case RULE_BRANCH:
        return kink && value && mistake_close(g, slope_at(s, -x), loose, 1e-12);
    case RULE_CUT: return value && mistake_close(g, slope_at(s, edge), loose, 1e-12);
    case SATURATED: return nothing && at->value == s->p.at[0].value;
    case IS_NAN: return isnan(at->value) && !isnan(at->right_value);
    case RULE_IS_NAN: return value && isnan(g) && !isnan(at->right_partial[0]);
    case OTHER: break;
    }
    return true;
}

/* What explains some points within the region. */
static bool look_beyond(closer *s, const region *r, beyond *what)
{
    enum { SOME = 6 };
    double x[SOME];
    const double from = r->from == -everywhere ? r->to : r->from;
    for (int i = 0; i < SOME; i++) x[i] = from + (r->until - from) * (i + 0.5) / SOME;
    if (!closer_try(s, x, SOME)) return false;
    for (int kind = CUT; kind <= OTHER; kind++) {
        size_t i = 0;
        while (i < s->p.n && gives(s, (beyond)kind, &s->p.at[i], r)) i++;
        *what = (beyond)kind;
        if (i == s->p.n) return true;
    }
    return false;
}

/* ---- In words -------------------------------------------------------------------- */

void closer_tell(finding *f, const closer *s, const region *r, bool both)
{
    char where[60];
    beyond what;
    const double edge = edge_of(r);
    closer here = *s;
    const char *name = ad_ops[s->op].name;
    if (!look_beyond(&here, r, &what)) return;
    const op_point *at = &here.p.at[r->from == -everywhere ? here.p.n - 1 : 0];
    region_text(r, both, where, sizeof where);
    static const char *const codes[] = {
        [CUT] = "G242",    [BRANCH] = "G269",      [RULE_BRANCH] = "G269",
        [SHUT] = "G267",   [RULE_CUT] = "G242",    [SATURATED] = "G268",
        [IS_NAN] = "G292", [RULE_IS_NAN] = "G295", [OTHER] = "G268"};
    strcpy(f->code, codes[what]);
    switch (what) {
    case CUT:
        snprintf(f->text, sizeof f->text, "%s cuts its operand at %s%.6g%s", name,
                 both ? "+-" : "", both ? fabs(edge) : edge,
                 both                  ? ""
                 : r->to == everywhere ? ""
                                       : " from below");
        break;
    case SHUT:
        snprintf(f->text, sizeof f->text, "%s passes nothing on where %s", name, where);
        break;
    case BRANCH:
        snprintf(f->text, sizeof f->text, "the branch of %s changes at %.6g, not at 0",
                 name, r->from == 0 || r->from == -everywhere ? r->to : r->from);
        break;
    case RULE_BRANCH:
        snprintf(f->text, sizeof f->text,
                 "the rule for %s changes its branch at %.6g, not at 0", name,
                 r->from == 0 || r->from == -everywhere ? r->to : r->from);
        break;
    case RULE_CUT:
        snprintf(f->text, sizeof f->text,
                 "the rule for %s takes its derivative at x = %.6g where %s", name,
                 edge, where);
        break;
    case SATURATED:
        snprintf(f->text, sizeof f->text,
                 "%s gives %.6g where %s, and passes nothing on", name, at->value,
                 where);
        if (both)
            snprintf(f->text, sizeof f->text,
                     "%s gives a constant where %s, and passes nothing on", name,
                     where);
        break;
    case IS_NAN:
    case RULE_IS_NAN:
        snprintf(f->text, sizeof f->text, "%s%s is nan where %s%s",
                 what == IS_NAN ? "" : "the rule for ", name, where,
                 edge == 0 && r->from == -everywhere
                     ? ": a power or a logarithm of a negative number"
                     : "");
        break;
    case OTHER:
        snprintf(f->text, sizeof f->text, "%s is wrong where %s, and right elsewhere",
                 name, where);
        break;
    }
    const bool is_nan = what == IS_NAN || what == RULE_IS_NAN;
    const double got = at->grad[0] / at->weight, right = at->right_partial[0];
    char value[80] = "", slope[80] = "";
    if (!mistake_close(at->value, at->right_value, 1e-6, 1e-12))
        snprintf(value, sizeof value, "its value is %.6g, which should be %.6g",
                 at->value + 0.0, at->right_value + 0.0);
    if (!mistake_close(got, right, 1e-6, 1e-12))
        snprintf(slope, sizeof slope, "%sits derivative is %.6g, which should be %.6g",
                 value[0] != '\0' ? ", and " : "", got + 0.0, right + 0.0);
    snprintf(
        f->why, sizeof f->why, "Elsewhere it is right%s At x = %.6g %s%s.",
        is_nan ? ", by a formula that has no value there: a broken power, a logarithm "
                 "or a root of a negative number is nan, and so is inf / inf."
               : ". Another formula is used there, or the one formula fails there.",
        at->x[0], value, slope);
}
