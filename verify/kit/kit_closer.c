/*
 * Lesson 2, looked at more closely: an operation that is right at small operands and
 * wrong at large ones begins to be wrong somewhere. That place is found by riding points
 * between what is right and what is wrong, and what it gives beyond tells why: its operand
 * is cut there, or another branch begins.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit_closer.h"
#include "verify/kit/mistake_measure.h"

enum { STEPS = 32, RIDES = 9 };
static bool is_right(const kit *k, const op_points *p, size_t i)
{
    op_points one = {.op = p->op, .n = 1};
    one.at[0] = p->at[i];
    return kit_judge_points(k, &one).worst != OP_WRONG;
}

void kit_take_right(const kit *k, op_points *p, const op_points *other)
{
    for (size_t i = 0; i < p->n && i < other->n; i++)
        if (memcmp(p->at[i].x, other->at[i].x, sizeof p->at[i].x) == 0 &&
            !is_right(k, p, i) && is_right(k, other, i))
            p->at[i] = other->at[i];
}

bool closer_try(closer *s, const double *x, size_t n)
{
    op_points given;
    finding f = {0};
    kit *k = s->k;
    const size_t hung = k->hung, crashed = k->crashed;
    op_points_at(&given, s->op, k->engine.engine.precision, x, n, s->c);
    const bool good =
        kit_ride_once(k, &f, &(ride){.work = kit_ride_points, .what = &given}, 1);
    k->hung = hung;
    k->crashed = crashed;
    s->p = k->sheet->points;
    for (size_t i = 0; i < s->p.n && good; i++) s->right[i] = is_right(k, &s->p, i);
    return good && s->p.n > 1;
}

/* ---- Where it begins ------------------------------------------------------------- */

/* The place between a and b, of which one is right and the other is not. */
static double boundary(closer *s, double a, double b)
{
    for (int n = 0; n < RIDES && fabs(b - a) > 1e-10 * fabs(a + b); n++) {
        double x[STEPS + 1];
        const bool by_ratio = a * b > 0 && fmax(a / b, b / a) > 4;
        for (int i = 0; i <= STEPS; i++)
            x[i] = i == 0       ? a
                   : i == STEPS ? b
                   : by_ratio   ? a * pow(b / a, (double)i / STEPS)
                                : a + (b - a) * i / STEPS;
        if (!closer_try(s, x, STEPS + 1)) break;
        size_t i = 1;
        while (i + 1 < s->p.n && s->right[i] == s->right[0]) i++;
        a = s->p.at[i - 1].x[0];
        b = s->p.at[i].x[0];
    }
    double middle = (a + b) / 2;
    if (fabs(middle) < 1e-9) return 0;
    measure_nice(&middle, 1e-6);
    return middle;
}

static int by_number(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All places that were seen, with the constant of the one that is wrong. */
static bool survey(closer *s, const op_points *seen)
{
    double x[OP_POINTS] = {0};
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < seen->n; i++)
        if (seen->at[i].place != OP_FAR && fabs(seen->at[i].x[0]) < everywhere &&
            seen->at[i].refusal[0] == '\0')
            x[n++] = seen->at[i].x[0];
    qsort(x, n, sizeof *x, by_number);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || x[i] > x[kept - 1]) x[kept++] = x[i];
    return closer_try(s, x, kept);
}

/* Where the right function is flat, as tanh beyond 18, what is wrong cannot be seen: the
 * region does not end there. */
static void end_region(ad_op op, double c, region *r)
{
    const bool above = r->from > 0 && r->to < everywhere,
               below = r->to < 0 && r->from > -everywhere;
    const double end = above ? r->to : r->from, reach = 1.5;
    double d[AD_MAX_OPERANDS] = {0};
    ad_ops[op].partials(&end, c, ad_ops[op].value(&end, c), d);
    const bool flat = (above || below) && fabs(d[0]) < 1e-9;
    if (above && flat) r->to = everywhere;
    if (below && flat) r->from = -everywhere;
    r->until = flat                     ? end
               : r->to == everywhere    ? r->from + reach * fmax(fabs(r->from), 0.5)
               : r->from == -everywhere ? r->to - reach * fmax(fabs(r->to), 0.5)
                                        : r->to;
    if (r->from == -everywhere) r->until = fmax(r->until, ad_ops[op].lo);
    if (r->to == everywhere) r->until = fmin(r->until, ad_ops[op].hi);
}

/* The run of wrong points round x, and its ends; false where nothing is right. */
static bool find_region(closer *s, double x, region *r)
{
    const closer all = *s;
    const size_t n = all.p.n;
    size_t at = 0;
    while (at < n && all.p.at[at].x[0] < x) at++;
    if (at == n || all.right[at]) return false;
    size_t first = at, last = at;
    while (first > 0 && !all.right[first - 1]) first--;
    while (last + 1 < n && !all.right[last + 1]) last++;
    *r = (region){-everywhere, everywhere, 0};
    if (first == 0 && last + 1 == n) return false;
    if (first > 0)
        r->from = boundary(s, all.p.at[first - 1].x[0], all.p.at[first].x[0]);
    if (last + 1 < n) r->to = boundary(s, all.p.at[last].x[0], all.p.at[last + 1].x[0]);
    if (r->to <= ad_ops[s->op].lo) return false; /* a point, where its domain ends */
    end_region(s->op, s->c, r);
    return true;
}

static bool is_wrong_at(const closer *s, double x)
{
    for (size_t i = 0; i < s->p.n; i++)
        if (s->p.at[i].x[0] == x) return !s->right[i];
    return false;
}

/* One boundary, or the same on either side of 0. */
static bool tell_region(kit *k, finding *f, const op_points *seen, const op_judged *j)
{
    closer s = {.k = k, .op = seen->op, .c = seen->at[j->at].c};
    region r, mirrored;
    size_t right = 0;
    for (size_t i = 0; i < seen->n; i++)
        right += seen->at[i].place == OP_ORDINARY && is_right(k, seen, i);
    if (right < 3 || !survey(&s, seen)) return false;
    const closer all = s;
    const double x = seen->at[j->at].x[0];
    if (!find_region(&s, x, &r)) return false;
    const bool one_end = r.to == everywhere || r.from == -everywhere;
    bool both = false;
    s = all;
    if (one_end && is_wrong_at(&all, -x) && find_region(&s, -x, &mirrored))
        both = mirrored.from == -r.to && mirrored.to == -r.from;
    closer_tell(f, &all, &r, both);
    return true;
}

/* ---- One constant ---------------------------------------------------------------- */

static bool tell_constant(kit *k, finding *f, const op_points *seen, const op_judged *j)
{
    const double c = seen->at[j->at].c, x[] = {0.5, 0.75, 2, 3};
    size_t others = 0;
    for (size_t i = 0; i < seen->n; i++) {
        if (seen->at[i].place != OP_ORDINARY) continue;
        if (is_right(k, seen, i) == (seen->at[i].c == c)) return false;
        others += seen->at[i].c != c;
    }
    closer s = {.k = k, .op = seen->op, .c = c * (1 + 1e-6)};
    if (others < 3 || !closer_try(&s, x, 4)) return false;
    for (size_t i = 0; i < s.p.n; i++)
        if (!s.right[i]) return false;
    const op_point *at = &seen->at[j->at];
    const double ratio = at->grad[0] / at->weight / at->right_partial[0];
    strcpy(f->code, "G271");
    snprintf(f->text, sizeof f->text, "%s is wrong where c = %.6g, and nowhere else%s",
             ad_ops[seen->op].name, c,
             j->of >= 0 && fabs(ratio - 0.5) < 1e-9
                 ? ": half of the gradient is missing"
                 : "");
    snprintf(f->why, sizeof f->why,
             "With c = %.9g it is right at the same points: c = %.6g is treated by "
             "itself, and wrongly.",
             s.c, c);
    return true;
}

/* ---- Where it has no value ------------------------------------------------------- */

void kit_look_outside(kit *k, finding *f, ad_op op)
{
    const ad_op_info *row = &ad_ops[op];
    const bool below = row->lo > -everywhere, above = row->hi < everywhere;
    if (row->operands != 1 || row->constants > 0 || (!below && !above)) return;
    const double edge = below ? row->lo : row->hi, step = below ? -1 : 1,
                 x[] = {edge + step, edge + 2.25 * step};
    for (int i = 0; i < 2; i++)
        if (!isnan(row->value(&x[i], 0))) return;
    op_points given = {.op = op, .n = 2};
    for (int i = 0; i < 2; i++)
        given.at[i] = (op_point){.place = OP_FAR, .x = {x[i]}, .weight = 3};
    finding unused = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    const bool good =
        kit_ride_once(k, &unused, &(ride){.work = kit_ride_points, .what = &given}, 1);
    k->hung = hung; /* who ends there, or throws, is right, too */
    k->crashed = crashed;
    const op_points *seen = &k->sheet->points;
    for (int i = 0; i < 2; i++)
        if (!good || seen->at[i].refusal[0] != '\0' || !isfinite(seen->at[i].value))
            return;
    char before[200] = "";
    if (f->status == FINDING_NOTE) snprintf(before, sizeof before, "; %.190s", f->text);
    f->status = FINDING_NOTE;
    snprintf(f->text, sizeof f->text,
             "outside its domain it is a number: at x = %.6g z = %.6g, not nan%s", x[0],
             seen->at[0].value, before);
}

/* ---- One point alone ------------------------------------------------------------- */

/* Whether that point is right by itself, in a new process. */
static bool is_right_alone(kit *k, const op_points *seen, const op_judged *j)
{
    op_points one = {.op = seen->op, .n = 1};
    one.at[0] = seen->at[j->at];
    finding f = {0};
    engine_file_recall(k->file);
    return kit_ride_once(k, &f, &(ride){.work = kit_ride_points, .what = &one}, 1) &&
           kit_judge_points(k, &k->sheet->points).worst != OP_WRONG;
}

/* Not a number at 0, where there is one. */
static bool tell_zero(finding *f, const op_points *seen, const op_judged *j)
{
    char where[96];
    const op_point *at = &seen->at[j->at];
    if (j->of < 0 || isfinite(at->grad[j->of]) || at->x[j->of] != 0 ||
        !isfinite(at->value))
        return false;
    op_point_text(seen, j->at, where, sizeof where);
    strcpy(f->code, "G270");
    if (isnan(at->grad[j->of]))
        snprintf(f->text, sizeof f->text, "the rule for %s divides 0 by 0 at %s",
                 ad_ops[seen->op].name, where);
    else
        snprintf(f->text, sizeof f->text, "the rule for %s is infinite at %s",
                 ad_ops[seen->op].name, where);
    strcpy(f->why, "Its value is right there, and its gradient is not a number: at "
                   "the other points that were tried it is right. It divides by its "
                   "operand, or takes 0 times infinity. One such point in a training "
                   "step makes every parameter nan.");
    return true;
}

void kit_look_closer(kit *k, finding *f, const op_points *seen, const op_judged *j)
{
    char where[96];
    const op_point *at = &seen->at[j->at];
    const char *name = ad_ops[seen->op].name;
    if (at->refusal[0] != '\0') return;
    if (op_loses_digits(k, seen, 1e-4, 0)) return;
    const bool known = strcmp(f->code, "G150") != 0 && strcmp(f->code, "G151") != 0;
    const bool taken = strstr(f->text, "which came before") != NULL;
    if (known && !taken) return;
    if (taken && is_right_alone(k, seen, j)) return;
    if (taken) { /* it is not that, then */
        snprintf(f->text, sizeof f->text, "the %s of %s is wrong at %s",
                 j->of < 0 ? "value" : "gradient", name,
                 op_point_text(seen, j->at, where, sizeof where));
        strcpy(f->code, j->of < 0 ? "G151" : "G150");
        f->why[0] = '\0';
    }
    if (tell_zero(f, seen, j) || ad_ops[seen->op].operands != 1) return;
    if (ad_ops[seen->op].constants > 0 && tell_constant(k, f, seen, j)) return;
    tell_region(k, f, seen, j);
}
