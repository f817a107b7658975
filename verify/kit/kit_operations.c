/* Lesson 2: every operation by itself, with the gradient 3 coming from above. */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/op_points.h"

/* ---- The ride -------------------------------------------------------------------- */

static bool refuses(const ride *r)
{
    const ad_engine *e = &r->m->engine;
    return e->error != NULL && e->error(r->record) != NULL;
}

static void ride_points(ride *r)
{
    const op_points *given = r->what;
    const ad_op_info *row = &ad_ops[given->op];
    r->sheet->points = *given;
    r->forgives = true;
    for (size_t k = 0; k < given->n; k++) {
        op_point *at = &r->sheet->points.at[k];
        ad_engine_node x[AD_MAX_OPERANDS], output;
        ride_fresh(r);
        for (int i = 0; i < row->operands; i++) x[i] = ride_input(r, at->x[i]);
        const ad_engine_node z = ride_apply(r, given->op, x, at->c);
        if (!mount_weigh(r->m, r->record, z, 3, &output)) at->weight = 1;
        ride_backward(r, output);
        at->value = ride_value(r, z);
        for (int i = 0; i < row->operands; i++) at->grad[i] = ride_grad(r, x[i]);
        if (refuses(r)) { /* as Python does what overflows; how bad, depends on where */
            at->value = (double)NAN;
            for (int i = 0; i < row->operands; i++) at->grad[i] = (double)NAN;
        }
    }
}

/* ---- Judging --------------------------------------------------------------------- */

/* Better than what textbooks have, where that loses digits. */
static const char *better(ad_op op)
{
    switch (op) {
    case AD_OP_tanh: return "4 e / (1 + e)^2 with e = exp(-2 |x|)";
    case AD_OP_sigmoid: return "e / (1 + e)^2 with e = exp(-|x|)";
    case AD_OP_softplus: return "1 / (1 + exp(-x))";
    case AD_OP_asin:
    case AD_OP_acos: return "1 / sqrt((1 - x) * (1 + x))";
    case AD_OP_expm1: return "exp(x)";
    case AD_OP_recip: return "-z / x";
    case AD_OP_div: return "-z / y";
    case AD_OP_hypot: return "x / z, with z by hypot()";
    case AD_OP_pow:
    case AD_OP_pow_c: return "c * pow(x, c - 1)";
    default: return NULL;
    }
}

typedef enum word { RIGHT, IMPRECISE, WRONG } word;

/* One number at one place. `scale` is what it was computed from. */
static word judge(const kit *k, op_place place, double got, double right, double scale)
{
    const double u = k->engine.unit, error = fabs(got - right);
    if (got == right || (isnan(got) && isnan(right))) return RIGHT;
    const double digits =
        k->engine.engine.precision == AD_ENGINE_FLOAT ? 0x1p9 : 0x1p16;
    if (error <= digits * u * fabs(right) + 64 * u * scale && place == OP_ORDINARY)
        return RIGHT;
    if (place == OP_ORDINARY) return WRONG;
    if (error <= 1024 * u * fabs(right)) return RIGHT;
    if (place == OP_FAR || !isfinite(got) || !isfinite(right)) return IMPRECISE;
    const double loose = k->engine.engine.precision == AD_ENGINE_FLOAT ? 1e-3 : 1e-6;
    return error <= loose * fmax(1, fabs(right)) ? IMPRECISE : WRONG;
}

static word judge_kink(const op_point *at, int operands, int *which)
{
    double sum = 0;
    for (int i = 0; i < operands; i++) {
        const double d = at->grad[i] / at->weight;
        *which = i;
        if (!(d >= at->least[i] - 1e-6 && d <= at->most[i] + 1e-6)) return WRONG;
        sum += d;
    }
    return operands == 1 || fabs(sum - 1) < 1e-6 ? RIGHT : WRONG;
}

/* The worse of both. */
typedef struct judged {
    word worst;
    size_t at;   /* the point */
    int of;      /* -1: the value */
    double ulps; /* the most, of those that are right and ordinary */
} judged;

static void keep(judged *j, word w, size_t at, int of)
{
    if (w <= j->worst) return;
    j->worst = w;
    j->at = at;
    j->of = of;
}

static judged judge_all(const kit *k, const op_points *p)
{
    const ad_op_info *row = &ad_ops[p->op];
    judged j = {.of = -1};
    for (size_t n = 0; n < p->n; n++) {
        const op_point *at = &p->at[n];
        const op_place value_place = at->place == OP_KINK ? OP_ORDINARY : at->place;
        const double scale = fmax(1, fabs(at->right_value));
        keep(&j,
             judge(k, value_place, at->value, at->right_value, fabs(at->right_value)),
             n, -1);
        int which = 0;
        if (at->place == OP_KINK) {
            const word w = judge_kink(at, row->operands, &which);
            keep(&j, w, n, which);
            continue;
        }
        for (int i = 0; i < row->operands; i++) {
            const double right = at->right_partial[i] * at->weight;
            keep(&j, judge(k, at->place, at->grad[i], right, at->weight * scale), n, i);
            const double unit = 2 * k->engine.unit * fabs(right);
            if (at->place == OP_ORDINARY && unit > 0)
                j.ulps = fmax(j.ulps, fabs(at->grad[i] - right) / unit);
        }
    }
    return j;
}

/* ---- Findings -------------------------------------------------------------------- */

static void put_numbers(finding *f, const op_points *p, const judged *j)
{
    static const char letter[] = "xyw";
    const op_point *at = &p->at[j->at];
    const ad_op_info *row = &ad_ops[p->op];
    char where[96];
    op_point_text(p, j->at, where, sizeof where);
    snprintf(f->run, sizeof f->run, "%s\nz = %s", where, row->value_text);
    if (j->of < 0) {
        snprintf(f->expected, sizeof f->expected, "z = %.10g", at->right_value);
        snprintf(f->got, sizeof f->got, "z = %.10g", at->value);
        return;
    }
    const size_t n = strlen(f->run);
    snprintf(f->run + n, sizeof f->run - n, "\n%g z is the output", at->weight);
    const char d = letter[j->of];
    if (at->place == OP_KINK)
        snprintf(f->expected, sizeof f->expected, "d%c from %g to %g", d,
                 at->weight * at->least[j->of], at->weight * at->most[j->of]);
    else
        snprintf(f->expected, sizeof f->expected, "d%c = %.10g", d,
                 at->weight * at->right_partial[j->of]);
    snprintf(f->got, sizeof f->got, "d%c = %.10g", d, at->grad[j->of]);
}

/* Whether lesson 3 saw it wrong as well, and has a cause for that: then it is made of
 * what is to blame, as a / b of pow_c. */
static bool is_explained(const kit *k, ad_op op)
{
    const kit_evidence *own = &k->evidence;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    for (size_t p = 0; p < e.n; p++)
        if (e.got[p].ran && e.program[p].steps == 1 &&
            signature_uses(&e.program[p], op) &&
            !mistake_is_right(&e, &k->diagnosis, p))
            return true;
    return false;
}

/* Which of the root causes of lesson 3 is this operation's. */
static bool is_told(const kit *k, ad_op op, finding *f)
{
    const diagnosis *d = &k->diagnosis;
    for (size_t i = 0; i < d->causes; i++) {
        const ad_op told =
            d->cause[i].named ? d->cause[i].flaw.op : d->cause[i].suspect;
        if (told != op) continue;
        snprintf(f->same, sizeof f->same, "3.%zu", d->cause[i].shown + 1);
        memcpy(f->code, k->message[i].code, sizeof f->code);
        return true;
    }
    if (d->causes == 0 || !is_explained(k, op)) return false;
    snprintf(f->same, sizeof f->same, "3.%zu", d->cause[0].shown + 1);
    memcpy(f->code, k->message[0].code, sizeof f->code);
    return true;
}

static void put_judged(kit *k, finding *f, const op_points *p, const judged *j)
{
    char where[96];
    const char *name = ad_ops[p->op].name;
    if (j->worst == RIGHT) {
        snprintf(f->text, sizeof f->text, "%zu points, at most %.1f ulps off", p->n,
                 j->ulps);
        return;
    }
    put_numbers(f, p, j);
    op_point_text(p, j->at, where, sizeof where);
    if (j->worst == WRONG || k->options.strict) {
        f->status = FINDING_FAIL;
        strcpy(f->code, "G00");
        if (!is_told(k, p->op, f) && k->broken[0] != '\0') {
            f->status = FINDING_SKIP; /* whose fault it is cannot be said */
            strcpy(f->text, k->broken);
            return;
        }
        snprintf(f->text, sizeof f->text, "the %s of %s is wrong at %s",
                 j->of < 0 ? "value" : "gradient", name, where);
        k->wrong_op[p->op] = j->worst == WRONG;
        return;
    }
    f->status = FINDING_NOTE;
    const char *form = j->of < 0 ? NULL : better(p->op);
    snprintf(f->text, sizeof f->text, "accuracy: at %s %s, not %s%s%s", where, f->got,
             strchr(f->expected, '=') + 2,
             form == NULL ? "" : "; better: ", form == NULL ? "" : form);
}

static void try_op(kit *k, ad_op op)
{
    char id[24], title[72];
    snprintf(id, sizeof id, "2.%s", ad_ops[op].name);
    snprintf(title, sizeof title, "%s: value and gradient", ad_ops[op].name);
    if (!kit_wants(k, id)) return;
    if (!mount_has_own(&k->engine, op)) {
        kit_skip(k, id, title, "the engine has no %s", ad_ops[op].name);
        return;
    }
    char room[160];
    const char *why_not = kit_why_not(k, 0, NULL, false, room);
    if (why_not != NULL) {
        kit_skip(k, id, title, "%s", why_not);
        return;
    }
    op_points given;
    op_points_fill(&given, op, k->engine.engine.precision, k->options.seed,
                   k->options.quick);
    finding *f = kit_find(k, id, title);
    ride r = {.work = ride_points, .what = &given};
    if (!kit_ride(k, f, &r, 2)) {
        k->wrong_op[op] = true;
        return;
    }
    const judged j = judge_all(k, &k->sheet->points);
    put_judged(k, f, &k->sheet->points, &j);
}

void kit_operations(kit *k)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) try_op(k, (ad_op)op);
}
