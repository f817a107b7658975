/*
 * Tests of an engine that is spoken to share a process, for starting an interpreter takes
 * a hundred times as long as a test. So what one program leaves behind may be in the way
 * of the next: whatever is wrong is tried again in a new process.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/mistake_fit.h"

/* So many that stay wrong in a new process, and it is not what was left: no more. */
enum { STAYED_MOST = 4 };

bool kit_may_renew(const kit *k)
{
    return k->stayed < STAYED_MOST || k->left[0] != '\0';
}

bool kit_renew(kit *k)
{
    if (k->file->shared == NULL || k->file->lent < 2 || !kit_may_renew(k)) return false;
    engine_file_recall(k->file);
    return true;
}

void kit_renewed(kit *k, bool right, const finding *before)
{
    k->stayed = right ? 0 : k->stayed + 1;
    if (!right || k->left[0] != '\0') return;
    snprintf(k->left, sizeof k->left, "%s",
             before->id[0] != '\0' ? before->id : "lesson 3");
    snprintf(k->left_got, sizeof k->left_got, "%.150s",
             before->text[0] != '\0' ? before->text : before->got);
}

static bool ride_or_renew(kit *k, finding *f, ride *r, double seconds)
{
    finding before = *f;
    bool good = kit_ride_once(k, f, r, seconds);
    if (r->renewed) { /* its words in the old one are gone */
        strcpy(before.text, "the engine's error()");
        kit_renewed(k, good, &before);
        return good;
    }
    if (good || f->status != FINDING_FAIL || !kit_renew(k)) return good;
    const finding wrong = *f;
    *f = before;
    good = kit_ride_once(k, f, r, seconds);
    kit_renewed(k, good, &wrong);
    return good;
}

/* In the list, and not what only somebody asks for. */
static bool is_listed(const kit *k, const finding *f)
{
    return f >= k->finding && f < k->finding + k->n;
}

bool kit_ride(kit *k, finding *f, ride *r, double seconds)
{
    const bool good = ride_or_renew(k, f, r, seconds);
    if (!good && f->status == FINDING_FAIL && f->same[0] == '\0' && is_listed(k, f) &&
        k->sheet->claims > 0 && kit_changes(k, r))
        kit_put_unsteady(k, f);
    return good;
}

/* One program in a new process. False: it does not come back. */
static bool try_one_alone(kit *k, size_t p, const explanation *right)
{
    kit_evidence *own = &k->evidence;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    char expr[SIGNATURE_TEXT];
    finding f = {0}, before = {0};
    ride r = {.work = kit_ride_signature, .what = &own->program[p]};
    const explanation first = {.first_only = true};
    const bool was_right = fit(&e, p, &first);
    engine_file_recall(k->file);
    if (!kit_ride_once(k, &f, &r, 1)) return false;
    own->got[p] = k->sheet->answer;
    snprintf(before.id, sizeof before.id, "3.%zu", p + 1);
    snprintf(before.text, sizeof before.text, "wrong: %s",
             signature_expr(&own->program[p], expr, sizeof expr));
    kit_renewed(k, fit(&e, p, right) || (!was_right && fit(&e, p, &first)), &before);
    return true;
}

/* What is wrong after other programs, and may be right in a new process. Where there is no
 * time to try them all, those that are left are not looked at. */
void kit_try_alone(kit *k)
{
    kit_evidence *own = &k->evidence;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    const explanation right = {.conduct = diagnosis_conduct(&e)};
    const double until = kit_patience(k) - (k->options.quick ? 1.5 : 10);
    enum { SOME = 8 };
    size_t tried = 0;
    if (!kit_renew(k)) return;
    for (size_t p = 0; p < own->n; p++) {
        if (!own->got[p].ran || fit(&e, p, &right)) continue;
        if (!kit_may_renew(k)) return;
        if (tried++ > SOME && kit_patience(k) < until)
            own->got[p].ran = k->left[0] == '\0';
        else if (!try_one_alone(k, p, &right))
            return;
    }
}

/* Where it is asked for alone, there must be others before it. */
static void run_others(kit *k)
{
    const size_t n = k->n;
    const char *only = k->options.only;
    k->options.only = NULL;
    kit_operations(k);
    k->options.only = only;
    k->n = n;
}

/* The rows that are right in a new process. */
void kit_left(kit *k)
{
    const char *id = "7.left", *title = "one program after another, in one process";
    if (k->file->command == NULL || !kit_wants(k, id)) return;
    if (k->options.only != NULL) run_others(k);
    finding *f = kit_find(k, id, title);
    if (k->left[0] == '\0') return;
    f->status = FINDING_FAIL;
    /* What lesson 3 has found in one program is what is left to the next. */
    for (size_t i = 0; i < k->diagnosis.causes && f->same[0] == '\0'; i++)
        if (k->diagnosis.cause[i].named && k->diagnosis.cause[i].flaw.op == AD_OP_count)
            snprintf(f->same, sizeof f->same, "3.%zu", k->diagnosis.cause[i].shown + 1);
    kit_share_unsteady(k, f);
    for (size_t i = 0; i < k->n && f->same[0] == '\0'; i++)
        if (strcmp(k->finding[i].code, "G265") == 0 ||
            strcmp(k->finding[i].code, "G360") == 0)
            snprintf(f->same, sizeof f->same, "%s", k->finding[i].id);
    strcpy(f->code, "G264");
    snprintf(f->run, sizeof f->run, "the programs before %s\n%s", k->left, k->left);
    strcpy(f->expected, "as in a new process, where it is right");
    snprintf(f->got, sizeof f->got, "%.90s", k->left_got);
    strcpy(f->text,
           "what an earlier program has left behind is in the way of the next");
    snprintf(f->why, sizeof f->why,
             "%s is right in a new process, and wrong after other programs. A list, a "
             "set or a number outlives the program that made it.",
             k->left);
}
