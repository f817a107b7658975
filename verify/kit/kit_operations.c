/* Lesson 2: every operation by itself, with the gradient 3 coming from above. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/digits.h"
#include "verify/kit/kit.h"
#include "verify/kit/kit_judge.h"

/* ---- The ride -------------------------------------------------------------------- */

static const char *refusal(const ride *r)
{
    const ad_engine *e = &r->m->engine;
    return e->error == NULL ? NULL : e->error(r->record);
}

void kit_ride_points(ride *r)
{
    const op_points *given = r->what;
    const ad_op_info *row = &ad_ops[given->op];
    r->sheet->points = *given;
    r->forgives = true;
    for (size_t k = 0; k < given->n; k++) {
        op_point *at = &r->sheet->points.at[k];
        ad_engine_node x[AD_MAX_OPERANDS], output;
        r->sheet->points.reached = k;
        ride_fresh(r);
        for (int i = 0; i < row->operands; i++) x[i] = ride_input(r, at->x[i]);
        const ad_engine_node z = ride_apply(r, given->op, x, at->c);
        if (!mount_weigh(r->m, r->record, z, 3, &output)) at->weight = 1;
        ride_backward(r, output);
        at->value = ride_value(r, z);
        for (int i = 0; i < row->operands; i++) at->grad[i] = ride_grad(r, x[i]);
        const char *said = refusal(r);
        if (said !=
            NULL) { /* as Python does what overflows; how bad, depends on where */
            snprintf(at->refusal, sizeof at->refusal, "%s", said);
            at->value = (double)NAN;
            for (int i = 0; i < row->operands; i++) at->grad[i] = (double)NAN;
        }
    }
}

/* ---- Findings -------------------------------------------------------------------- */

static void put_point(finding *f, const op_points *p, size_t at)
{
    char where[96];
    op_point_text(p, at, where, sizeof where);
    snprintf(f->run, sizeof f->run, "%s\nz = %s", where, ad_ops[p->op].value_text);
}

static void put_numbers(finding *f, const op_points *p, const op_judged *j)
{
    static const char letter[] = "xyw";
    const op_point *at = &p->at[j->at];
    put_point(f, p, j->at);
    if (at->refusal[0] != '\0') {
        snprintf(f->expected, sizeof f->expected, "z = %.10g", at->right_value);
        snprintf(f->got, sizeof f->got, "the engine's error()");
        return;
    }
    if (j->of < 0) {
        const int digits = digits_apart(at->value, at->right_value);
        snprintf(f->expected, sizeof f->expected, "z = %.*g", digits, at->right_value);
        snprintf(f->got, sizeof f->got, "z = %.*g", digits, at->value);
        return;
    }
    const size_t n = strlen(f->run);
    snprintf(f->run + n, sizeof f->run - n, "\noutput = %g * z", at->weight);
    const char d = letter[j->of];
    if (op_is_whole_tie(
            at, ad_ops[p->op].operands)) { /* each may have any part; not each all */
        snprintf(f->expected, sizeof f->expected, "dx + dy = %g", at->weight);
        snprintf(f->got, sizeof f->got, "dx + dy = %.10g", at->grad[0] + at->grad[1]);
        return;
    }
    const double right = at->weight * at->right_partial[j->of];
    const int digits = digits_apart(at->grad[j->of], right);
    if (at->place == OP_KINK)
        snprintf(f->expected, sizeof f->expected, "d%c from %g to %g", d,
                 at->weight * at->least[j->of], at->weight * at->most[j->of]);
    else
        snprintf(f->expected, sizeof f->expected, "d%c = %.*g", d, digits, right);
    snprintf(f->got, sizeof f->got, "d%c = %.*g", d, digits, at->grad[j->of]);
}

/* "dz/dx = 0, not 1.7e-17": the operation's own, by whatever its output was weighed. */
static const char *note_numbers(const op_points *p, const op_judged *j, char *text,
                                size_t room)
{
    const op_point *at = &p->at[j->at];
    const double got = op_given(at, j->of), right = op_right(at, j->of);
    const int digits = digits_apart(got, right);
    if (j->of < 0)
        snprintf(text, room, "z = %.*g, not %.*g", digits, got, digits, right);
    else
        snprintf(text, room, "dz/d%c = %.*g, not %.*g", "xyw"[j->of], digits, got,
                 digits, right);
    return text;
}

static void put_judged(kit *k, finding *f, const op_points *p, const op_judged *j)
{
    char where[96];
    const char *name = ad_ops[p->op].name, *said = p->at[j->at].refusal;
    if (j->worst == OP_RIGHT) {
        snprintf(f->text, sizeof f->text, "%zu points, at most %.1f ulps off", p->n,
                 j->ulps);
        return;
    }
    put_numbers(f, p, j);
    op_point_text(p, j->at, where, sizeof where);
    if (j->worst == OP_WRONG || k->options.strict) {
        f->status = FINDING_FAIL;
        strcpy(f->code, j->of < 0 ? "G151" : "G150");
        const bool by_walk =
            (j->of >= 0 || kit_spoils_values(k)) && k->broken[0] != '\0';
        if (!kit_is_told(k, p, f) && by_walk) {
            f->status = FINDING_SKIP; /* whose fault it is cannot be said */
            strcpy(f->text, k->broken);
            return;
        }
        k->wrong_op[p->op] = j->worst == OP_WRONG;
        if (said[0] != '\0') {
            const bool at_zero = p->at[j->at].x[0] == 0;
            snprintf(f->text, sizeof f->text, "%s at %s: the engine's error(): %s",
                     name, where, said);
            f->code[0] = '\0';
            if (strstr(said, "ivision by zero") != NULL && at_zero)
                strcpy(f->code, "G270");
            kit_share_error(k, f, said);
            return;
        }
        const op_point *at = &p->at[j->at], *like = op_taken_for(p, j, 0.01);
        op_cut cut;
        if (!op_loses_digits(k, p, 1e-4, 0) && op_is_cut(p, j, &cut))
            kit_say_cut(f, p, j, &cut);
        else if (like != NULL)
            kit_say_taken(f, p, j, like);
        else if (j->of >= 0 && op_is_whole_tie(at, ad_ops[p->op].operands))
            kit_say_tie(f, p->op, at);
        else
            snprintf(f->text, sizeof f->text, "the %s of %s is wrong at %s",
                     j->of < 0 ? "value" : "gradient", name, where);
        return;
    }
    f->status = FINDING_NOTE;
    if (said[0] != '\0') {
        snprintf(f->text, sizeof f->text, "a limit: at %s the engine's error(): %s",
                 where, said);
        return;
    }
    const char *formula = j->of < 0 ? NULL : op_better(p->op, &p->at[j->at]);
    char numbers[120];
    const op_point *at = &p->at[j->at];
    const bool is_number = isfinite(j->of < 0 ? at->value : at->grad[j->of]);
    snprintf(f->text, sizeof f->text, "%s: at %s %s%s%s",
             is_number ? "accuracy" : "not finite", where,
             note_numbers(p, j, numbers, sizeof numbers),
             formula == NULL ? "" : "; better: ", formula == NULL ? "" : formula);
}

/* An engine that ends the program where others give an infinity declines, too. */
static bool declines(kit *k, const finding *f, const op_points *given)
{
    const size_t at = k->sheet->points.reached;
    const bool itself =
        strncmp(f->got, "exit(", 5) == 0 || strncmp(f->got, "SIGABRT", 7) == 0;
    if (f->status != FINDING_CRASH || !itself || at >= given->n || k->options.strict ||
        (given->at[at].place != OP_EDGE && given->at[at].place != OP_FAR))
        return false;
    k->crashed--;
    return true;
}

/* Rides all points, those left out that the engine declines. False: it has crashed. */
static bool ride_all(kit *k, finding *f, op_points *given, char limit[160])
{
    char where[96];
    const finding fresh = *f;
    ride r = {.work = kit_ride_points, .what = given};
    while (!kit_ride(k, f, &r, 2)) {
        const size_t at = k->sheet->points.reached;
        if (!declines(k, f, given)) {
            if (at < given->n) put_point(f, given, at);
            return false;
        }
        if (limit[0] == '\0')
            snprintf(limit, 160, "a limit: %.40s at %s", f->got,
                     op_point_text(given, at, where, sizeof where));
        memmove(&given->at[at], &given->at[at + 1],
                (--given->n - at) * sizeof given->at[0]);
        *f = fresh;
    }
    return true;
}

/* Points share a process, as lesson 3's programs do: whether that which is wrong is right
 * where it is all there is. Then it is what others have left, which 7.left tells. */
static bool is_right_alone(kit *k, finding *f, const op_points *p, const op_judged *j)
{
    op_points alone = *p;
    finding unused = {0};
    char where[96];
    if (k->file->command == NULL || !kit_may_renew(k)) return false;
    engine_file_recall(k->file);
    alone.n = 1;
    alone.at[0] = p->at[j->at];
    const ride r = {.work = kit_ride_points, .what = &alone};
    if (!kit_ride_once(k, &unused, &(ride){.work = r.work, .what = r.what}, 2) ||
        kit_judge_points(k, &k->sheet->points).worst >= j->worst) /* strict: a note */
        return false;
    const op_point *like = op_taken_for(p, j, HUGE_VAL);
    if (like != NULL) {
        kit_say_taken(f, p, j, like);
        return true;
    }
    finding before = *f;
    snprintf(before.text, sizeof before.text, "wrong: %s at %s", ad_ops[p->op].name,
             op_point_text(p, j->at, where, sizeof where));
    kit_renewed(k, true, &before);
    k->wrong_op[p->op] = false;
    strcpy(f->code, "G264");
    snprintf(f->text, sizeof f->text,
             "%s is wrong at %s after other points, and right there in a new process",
             ad_ops[p->op].name, where);
    if (k->options.only == NULL) strcpy(f->same, "7.left");
    return true;
}

/* What the rule is, as its points tell it. */
static void name_rule(kit *k, finding *f, const op_points *given, const op_judged *j)
{
    if (kit_look_for_guard(k, f, given)) return;
    kit_look_closer(k, f, given, j);
    const bool unnamed = strcmp(f->code, "G150") == 0 || strcmp(f->code, "G151") == 0;
    if (!unnamed || given->at[j->at].refusal[0] != '\0') return;
    if (op_loses_digits(k, given, 1e-4, 1e-5))
        kit_await_digits(f);
    else
        kit_look_for_formula(k, f, given);
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
    const char *why_not = k->crashed_op[op]
                              ? "it does not end well by itself in lesson 3"
                              : kit_why_not(k, 0, NULL, false, room);
    if (why_not != NULL) {
        kit_skip(k, id, title, "%s", why_not);
        return;
    }
    op_points given;
    op_points_fill(&given, op, k->engine.engine.precision, k->options.seed,
                   k->options.quick);
    finding *f = kit_find(k, id, title);
    char limit[160] = "";
    if (!ride_all(k, f, &given, limit)) {
        k->wrong_op[op] = true;
        return;
    }
    op_judged j = kit_judge_points(k, &k->sheet->points);
    if (j.worst == OP_WRONG && kit_renew(k)) {
        const finding before = *f;
        const op_points first = k->sheet->points;
        if (!ride_all(k, f, &given, limit)) return;
        kit_take_right(k, &k->sheet->points, &first);
        j = kit_judge_points(k, &k->sheet->points);
        kit_renewed(k, j.worst != OP_WRONG, &before);
    }
    given = k->sheet->points;
    kit_count_digits(k, &given);
    put_judged(k, f, &given, &j);
    const op_point *at = &given.at[j.at];
    const char *by_size = j.worst == OP_WRONG && j.of >= 0
                              ? kit_is_by_size(k, at->right_partial[j.of] * at->weight)
                              : NULL;
    if (by_size != NULL) {
        snprintf(f->same, sizeof f->same, "%s", by_size);
        k->wrong_op[op] = false;
    }
    if (f->status == FINDING_FAIL && f->same[0] != '\0')
        kit_look_for_guard(k, f, &given);
    else if (f->status == FINDING_FAIL) {
        if (kit_changes(k, &(ride){.work = kit_ride_points, .what = &given}))
            kit_put_unsteady(k, f);
        else if (!is_right_alone(k, f, &given, &j))
            name_rule(k, f, &given, &j);
    }
    if (f->status == FINDING_PASS || f->status == FINDING_NOTE)
        kit_look_outside(k, f, op);
    if (limit[0] == '\0' || (f->status != FINDING_PASS && f->status != FINDING_NOTE))
        return;
    char also[160] = "";
    if (f->status == FINDING_NOTE) snprintf(also, sizeof also, "; %.150s", f->text);
    f->status = FINDING_NOTE;
    snprintf(f->text, sizeof f->text, "%s%s", limit, also);
}

void kit_operations(kit *k)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) try_op(k, (ad_op)op);
    kit_tell_digits(k);
    kit_share_family(k);
}
