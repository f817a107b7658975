/* What lesson 3 has said of an operation already. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_judge.h"
#include "verify/kit/mistake_common.h"

/* Whether lesson 3 saw it wrong as well, and has a cause for that: then it is made of
 * what is to blame, as a / b of pow_c. */
static bool is_explained(const kit *k, ad_op op)
{
    const kit_evidence *own = &k->evidence;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    for (size_t p = 0; p < e.n; p++)
        if (e.got[p].ran && e.program[p].steps <= 2 && /* alone, or weighed */
            e.program[p].step[0].op == op && !mistake_is_right(&e, &k->diagnosis, p))
            return true;
    return false;
}

/* Whether it may be made of the other. */
static bool may_be_made_of(const kit *k, ad_op op, ad_op other)
{
    signature alone = {.inputs = ad_ops[op].operands, .steps = 1}, made;
    int map[SIGNATURE_NODES];
    alone.step[0] = (signature_step){op, {0, 1, 2}, 0};
    alone.root = alone.second = alone.inputs;
    for (int way = 0; way < SIGNATURE_WAYS; way++)
        if (signature_made_of(&alone, op, way, k->evidence.supported, &made, map) &&
            signature_uses(&made, other))
            return true;
    return false;
}

static bool is_through_float(mistake_kind kind)
{
    return kind == MISTAKE_OF_rounded_to_float || kind == MISTAKE_OF_seen_as_float ||
           kind == MISTAKE_OF_read_as_float;
}

static bool is_to_decimals(const flaw *f)
{
    return f->kind == MISTAKE_OF_answers_decimals ||
           f->kind == MISTAKE_OF_values_decimals || f->kind == MISTAKE_OF_rounded ||
           (common_is_rounding(f->kind) && f->form.a != FORM_ROUND_ALL);
}

/* What loses digits everywhere. */
static bool is_rounding(const cause *c)
{
    const mistake_kind kind = c->flaw.kind;
    return c->named && c->flaw.op == AD_OP_count &&
           (is_through_float(kind) || common_is_rounding(kind) ||
            (kind >= MISTAKE_OF_answers_decimals && kind <= MISTAKE_OF_rounded));
}

/* Whether what is wrong at these points is off by no more than that. */
static bool loses_as_told(const kit *k, const cause *c, const op_points *p)
{
    const double step = 0.6 * pow(10, -c->flaw.form.k);
    const bool decimals = is_to_decimals(&c->flaw),
               digits = !decimals && !is_through_float(c->flaw.kind);
    return is_rounding(c) &&
           op_loses_digits(k, p, digits ? fmax(1e-4, 10 * step) : 1e-4,
                           decimals ? fmax(1e-5, step) : 1e-5);
}

bool kit_is_told(const kit *k, const op_points *p, finding *f)
{
    const ad_op op = p->op;
    const diagnosis *d = &k->diagnosis;
    for (size_t i = 0; i < d->causes; i++) {
        const ad_op told =
            d->cause[i].named ? d->cause[i].flaw.op : d->cause[i].suspect;
        const bool of_all = d->cause[i].named && told == AD_OP_count &&
                            (mistake_is_of_value(&d->cause[i].flaw) ||
                             d->cause[i].flaw.kind == MISTAKE_OF_results_rounded);
        const bool of_constant = d->cause[i].named && ad_ops[op].constants > 0 &&
                                 d->cause[i].flaw.kind == MISTAKE_OF_integer_constants;
        bool is_twin = false;
        for (size_t j = 0; j < d->cause[i].twins; j++)
            is_twin |= d->cause[i].twin[j] == op;
        const bool is_digits = loses_as_told(k, &d->cause[i], p);
        if (told != op && !of_all && !of_constant && !is_twin && !is_digits) continue;
        snprintf(f->same, sizeof f->same, "3.%zu", d->cause[i].shown + 1);
        memcpy(f->code, k->message[i].code, sizeof f->code);
        return true;
    }
    /* A walk that is wrong does not say what else is. */
    size_t by = d->causes;
    for (size_t i = 0; i < d->causes && is_explained(k, op); i++) {
        const cause *c = &d->cause[i];
        const ad_op other = c->named ? c->flaw.op : c->suspect;
        if (other == AD_OP_count) continue;
        if (by == d->causes || may_be_made_of(k, op, other)) by = i;
    }
    if (by == d->causes) return false;
    snprintf(f->same, sizeof f->same, "3.%zu", d->cause[by].shown + 1);
    memcpy(f->code, k->message[by].code, sizeof f->code);
    return true;
}

bool kit_spoils_values(const kit *k)
{
    for (size_t i = 0; i < k->diagnosis.causes; i++)
        if (strcmp(k->message[i].code, "G184") == 0 ||
            strcmp(k->message[i].code, "G339") == 0 ||
            strcmp(k->message[i].code, "G185") == 0 ||
            strcmp(k->message[i].code, "G379") == 0)
            return true;
    return false;
}

/* With a wrong walk an operation by itself may be wrong far out as well, by the walk: x + y
 * at 0 and 0 are equal values. So it may be by what makes others wrong in lesson 2. Only
 * digits that are lost are its own. */
void kit_drop_notes(kit *k)
{
    static const char accuracy[] = "accuracy: ";
    bool some_wrong = k->broken[0] != '\0';
    for (size_t i = 0; i < k->n; i++)
        some_wrong |=
            k->finding[i].id[0] == '2' && k->finding[i].status == FINDING_FAIL;
    if (!some_wrong) return;
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        const bool is_note = f->status == FINDING_NOTE && f->id[0] == '2' &&
                             strncmp(f->text, accuracy, sizeof accuracy - 1) == 0;
        if (!is_note || strstr(f->text, "; better: ") != NULL) continue;
        f->status = FINDING_PASS;
        f->text[0] = '\0';
    }
}

/* ---- Sentences -------------------------------------------------------------------- */

/* The numbers are those of a point close by. */
void kit_say_taken(finding *f, const op_points *p, const op_judged *j,
                   const op_point *like)
{
    char where[96], there[96];
    op_point_text(p, j->at, where, sizeof where);
    op_point_text(p, (size_t)(like - p->at), there, sizeof there);
    strcpy(f->code, "G216");
    snprintf(f->text, sizeof f->text,
             "the %s of %s at %s is that of %s, which came before",
             j->of < 0 ? "value" : "gradient", ad_ops[p->op].name, where, there);
    strcpy(f->why, "Results are kept, and found again under a number that was rounded. "
                   "By itself, in a new process, this point would be right.");
}

/* All numbers are those of an operand that is not let beyond a limit. */
void kit_say_cut(finding *f, const op_points *p, const op_judged *j, const op_cut *cut)
{
    char where[96];
    op_point_text(p, j->at, where, sizeof where);
    strcpy(f->code, "G242");
    snprintf(f->text, sizeof f->text,
             "%s%s cuts its operand at %g%s: at %s its %s is that at x = %g",
             j->of < 0 ? "" : "the rule for ", ad_ops[p->op].name, cut->k,
             cut->from_below ? " from below" : "", where,
             j->of < 0 ? "value" : "derivative", cut->k);
    snprintf(f->why, sizeof f->why,
             "At all %zu points it gives what would be right for %s(x, %g).", p->n,
             cut->from_below ? "max" : "min", cut->k);
}

/* Two operands that are equal, and what they are given together. */
void kit_say_tie(finding *f, ad_op op, const op_point *at)
{
    const double x = at->grad[0] / at->weight, y = at->grad[1] / at->weight;
    const char *name = ad_ops[op].name;
    strcpy(f->code, "G343");
    if (x == 1 && y == 1)
        snprintf(f->text, sizeof f->text,
                 "%s gives all of the gradient to both operands where they are equal",
                 name);
    else
        snprintf(f->text, sizeof f->text,
                 "%s gives its operands %.6g together where they are equal, not 1",
                 name, x + y);
    snprintf(
        f->why, sizeof f->why,
        "x is given %.6g of what comes from above, and y %.6g. Any parts that are 1 "
        "together will do: all to one of them, or a half to each. Where x and y "
        "differ it is right.",
        x, y);
}
