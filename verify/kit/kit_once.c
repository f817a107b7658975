/*
 * Lesson 1: whether a graph outlives its backward. An engine that frees it there is asked
 * for one backward a recording, if it says so (AD_ENGINE_ONCE); one that does not say so
 * and dies of the second is told, once, and is ridden like the other from then on: what
 * else is wrong is found all the same.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"

static const char id[] = "1.policy", title[] = "a second backward over the same record";

/* ---- The ride -------------------------------------------------------------------- */

/* A product, whose rule needs what was saved; or whatever there is that 0.75 suits. */
static ad_op any_own(const mount *m)
{
    if (mount_has_own(m, AD_OP_mul)) return AD_OP_mul;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        if (mount_has_own(m, (ad_op)op) && ad_ops[op].lo < 0.75 && ad_ops[op].hi > 0.75)
            return (ad_op)op;
    return AD_OP_count;
}

static bool refuses(ride *r)
{
    const ad_engine *e = &r->m->engine;
    const char *error = e->error == NULL ? NULL : e->error(r->record);
    if (error == NULL) return false;
    snprintf(r->sheet->sentence, sizeof r->sheet->sentence, "%.200s", error);
    return true;
}

/* Which pass it is in stands on the sheet; the last one is after zero_grad. */
static void ride_second(ride *r)
{
    const ad_engine *e = &r->m->engine;
    const ad_op op = any_own(r->m);
    outcome *o = &r->sheet->answer;
    const ad_engine_node x = ride_input(r, 0.75), same[] = {x, x, x};
    const ad_engine_node a = ride_apply(r, op, same, 1.5), both[] = {a, x, x};
    const ad_engine_node z =
        mount_has_own(r->m, AD_OP_add) ? ride_apply(r, AD_OP_add, both, 0) : a;
    double *const grad[] = {o->once, o->twice, o->zeroed};
    const int passes = e->zero_grad != NULL ? 3 : 2;
    r->forgives = true;
    for (int pass = 0; pass < passes; pass++) {
        o->passes = pass + 1;
        if (pass == 2) e->zero_grad(r->record);
        ride_backward(r, z);
        *grad[pass] = ride_grad(r, x);
        if (refuses(r)) return;
    }
    o->saw_zeroed = passes == 3;
    if (e->policy == AD_ENGINE_ONCE) { /* made anew, or left alone? */
        ride_backward(r, a);
        ride_note(r, ride_grad(r, x));
        if (refuses(r)) return;
    }
    o->ran = true;
}

/* ---- What it means --------------------------------------------------------------- */

static const char *verb_of(finding_status status)
{
    return status == FINDING_CRASH  ? "ends in"
           : status == FINDING_HANG ? "has"
                                    : "is refused:";
}

static void put_end(finding *f, const char *how, bool of_process)
{
    snprintf(f->got, sizeof f->got, "%.60s in the second backward", how);
    strcpy(f->expected, "gradients made anew, or added to");
    snprintf(f->text, sizeof f->text,
             "a second backward over the same recording %s %.200s", verb_of(f->status),
             how);
    strcpy(f->code, "G210");
    f->same[0] = '\0';
    snprintf(f->why, sizeof f->why,
             "The first backward ended well. If it is meant to free the graph, say so: "
             "%s. All else is run with one backward a recording.",
             of_process ? "\"policy\":\"once\" in the answer's config"
                        : ".policy = AD_ENGINE_ONCE");
}

/* How it ended, in words: a crash has them in `got`, a refusal on the sheet. */
static const char *end_of(const kit *k, const finding *f)
{
    return f->status == FINDING_CRASH || f->status == FINDING_HANG ? f->got
                                                                   : k->sheet->sentence;
}

bool kit_is_once(kit *k, const finding *ended, int passes, const char *run)
{
    char how[SHEET_SENTENCE];
    if (k->once || passes < 2) return false;
    k->once = true;
    if (!kit_wants(k, id)) return true;
    snprintf(how, sizeof how, "%s", end_of(k, ended));
    finding *f = kit_find(k, id, title);
    f->status = finding_is_bad(ended->status) ? ended->status : FINDING_FAIL;
    f->seconds = ended->seconds;
    snprintf(f->run, sizeof f->run, "%.300s\nbackward, and backward again%s", run,
             passes > 2 ? "\nzero, and backward again" : "");
    put_end(f, how[0] != '\0' ? how : "its error()", k->file->command != NULL);
    return true;
}

/* A second backward that makes them anew, or adds in one of the known ways: to leaves, to
 * all, to the seed as well, with a sum above the product or without. */
static bool is_policy(double once, double twice)
{
    static const double times[] = {1, 2, 2.6, 3, 3.6};
    bool is_one = false;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        is_one |= fabs(twice - times[i] * once) < 1e-5 * fabs(once);
    return is_one;
}

/* Whether its program was a sum, so that its two outputs have two gradients. */
static bool is_sum(const kit *k) { return mount_has_own(&k->engine, AD_OP_add); }

/* It has said that there is no second backward: what there is, is looked at. */
static void hold_to_it(kit *k, const finding *ended)
{
    const outcome *o = &k->sheet->answer;
    if (!kit_wants(k, id) || (!o->ran && o->passes < 2)) return;
    /* The same number again may be one that was left alone: then it is left alone from
     * another output, too, where another number is right. */
    const bool alone = *o->twice == *o->once && k->sheet->numbers > 0 &&
                       k->sheet->number[0] == *o->once && is_sum(k);
    const bool nothing = (o->saw_zeroed && *o->zeroed == 0) || alone;
    char how[SHEET_SENTENCE];
    snprintf(how, sizeof how, "%s", end_of(k, ended));
    finding *f = kit_find(k, id, title);
    f->status = FINDING_POLICY;
    strcpy(f->run, "x = 0.75; z = f(x); backward z; backward z");
    if (!o->ran) {
        snprintf(f->text, sizeof f->text,
                 "one backward a recording: a second one %s %.200s",
                 verb_of(ended->status), how);
    } else if (!nothing && is_policy(*o->once, *o->twice)) {
        f->status = FINDING_FAIL;
        strcpy(f->expected, "as declared: one backward a recording");
        snprintf(f->got, sizeof f->got, "a second one %s",
                 *o->twice == *o->once ? "makes gradients anew" : "adds to them");
        strcpy(f->text, "the engine's `policy` is not what it does");
    } else {
        f->status = k->options.strict && !nothing ? FINDING_FAIL : FINDING_NOTE;
        snprintf(f->text, sizeof f->text,
                 "one backward a recording: a second one %s, and does not say so",
                 nothing ? "does nothing" : "gives wrong numbers");
    }
}

void kit_second(kit *k)
{
    finding ended = {0};
    const char *only = k->options.only;
    k->once = k->engine.engine.policy == AD_ENGINE_ONCE;
    const bool of_other = only != NULL && only[0] != '3' && strchr(only, '.') != NULL;
    if (of_other && !kit_wants(k, id) && !kit_wants(k, "1.zero")) return;
    if (k->hung + k->crashed > 0 || any_own(&k->engine) == AD_OP_count) return;
    const size_t hung = k->hung, crashed = k->crashed;
    kit_ride(k, &ended, &(ride){.work = ride_second}, 1);
    const outcome *o = &k->sheet->answer;
    k->hung = hung;
    k->crashed = crashed;
    if (k->once)
        hold_to_it(k, &ended);
    else if (!o->ran)
        kit_is_once(k, &ended, o->passes, "x = 0.75; a = x * x; z = a + x");
}
