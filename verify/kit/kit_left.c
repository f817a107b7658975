/*
 * Tests of an engine that is spoken to share a process, for starting an interpreter takes
 * a hundred times as long as a test. So what one program leaves behind may be in the way
 * of the next: whatever is wrong is tried again in a new process.
 */
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit_alone.h"
#include "verify/kit/kit_life.h"
#include "verify/kit/mistake_fit.h"

/* So many that stay wrong in a new process, and it is not what was left: no more. */
enum { STAYED_MOST = 3 };

bool kit_may_renew(const kit *k)
{
    const bool in_time = !k->options.quick || kit_patience(k) > 0;
    return k->left[0] != '\0' || (k->stayed < STAYED_MOST && in_time);
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

/* That it is otherwise in a new process is nothing that was left, where it is so from one
 * new process to the next: an order of hashes or addresses. */
static bool is_by_chance(kit *k, size_t p)
{
    finding unused = {0};
    ride r = {.work = kit_ride_signature, .what = &k->evidence.program[p]};
    engine_file_recall(k->file);
    if (!kit_ride_once(k, &unused, &r, 1) || !kit_wavers(k, &r)) return false;
    k->stayed = STAYED_MOST; /* nor is anything else */
    snprintf(k->unsteady, sizeof k->unsteady, "3.%zu", p + 1);
    return true;
}

/* Each program that is sent in a new process. False: it does not come back. */
static bool try_one_alone(kit *k, size_t p, bool *same)
{
    kit_evidence *own = &k->evidence;
    char expr[SIGNATURE_TEXT];
    finding before = {0};
    outcome o;
    if (!kit_run_alone(k, &own->program[p], &o)) return false;
    *same = kit_is_same_alone(&own->program[p], &own->got[p], &o);
    if (!*same && k->left[0] == '\0' && is_by_chance(k, p)) return false;
    own->got[p] = o;
    snprintf(before.id, sizeof before.id, "3.%zu", p + 1);
    snprintf(before.text, sizeof before.text, "wrong: %s",
             signature_expr(&own->program[p], expr, sizeof expr));
    kit_renewed(k, kit_is_right_so(k, p, &o), &before);
    return true;
}

static bool may_go_on(const kit *k, size_t tried)
{
    enum { LEAST = 4, MOST = 40 };
    return tried < LEAST ||
           (tried < MOST && kit_patience(k) > (k->options.quick ? 1 : 20));
}

/* Something is left: then what was right after others says as little as what was wrong.
 * As many as there is time for are run alone, and no others count. */
static void try_all_alone(kit *k, size_t wrong)
{
    kit_evidence *own = &k->evidence;
    size_t tried = 0;
    bool same;
    for (size_t p = 0; p < own->n; p++)
        if (p != wrong)
            own->got[p].ran =
                own->got[p].ran && may_go_on(k, tried++) && try_one_alone(k, p, &same);
    if (k->left[0] != '\0') kit_blame_left(k);
}

/* What is wrong after other programs, and may be right in a new process. */
void kit_try_alone(kit *k)
{
    kit_evidence *own = &k->evidence;
    bool same;
    if (!kit_renew(k)) return;
    for (size_t p = 0; p < own->n; p++) {
        if (!own->got[p].ran || kit_is_right_so(k, p, &own->got[p])) continue;
        if (!kit_may_renew(k) || !try_one_alone(k, p, &same)) return;
        if (same && k->left[0] == '\0') continue;
        try_all_alone(k, p);
        return;
    }
}

void kit_blame_left(kit *k)
{
    strcpy(k->root, "7.left");
    strcpy(k->broken, "needs 7.left, where programs are wrong after others");
}

/* Where it is asked for alone, there must be others before it. */
static void run_others(kit *k)
{
    const size_t n = k->n;
    const char *only = k->options.only;
    k->options.only = NULL;
    kit_signatures(k);
    if (k->root[0] == '\0') kit_operations(k);
    k->options.only = only;
    k->n = n;
}

/* Where lesson 3 has it, and a node has something of a former one, that is what it is. */
static bool is_life(kit *k, finding *f)
{
    char broken[sizeof k->broken];
    memcpy(broken, k->broken, sizeof broken);
    if (strcmp(k->root, f->id) != 0) return false;
    k->broken[0] = k->root[0] = '\0';
    engine_file_recall(k->file);
    const bool is_told = kit_say_life(k, f, LIFE_ENDED);
    strcpy(k->root, f->id);
    memcpy(k->broken, broken, sizeof broken);
    return is_told;
}

static void put_left(const kit *k, finding *f)
{
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

/* The rows that are right in a new process. */
void kit_left(kit *k)
{
    const char *id = "7.left", *title = "one program after another, in one process";
    if ((k->file->command == NULL && k->left[0] == '\0') || !kit_wants(k, id)) return;
    if (k->options.only != NULL) run_others(k);
    finding *f = kit_find(k, id, title);
    if (k->left[0] == '\0') return;
    f->status = FINDING_FAIL;
    /* What lesson 3 has found in one program is what is left to the next. */
    for (size_t i = 0; i < k->diagnosis.causes && f->same[0] == '\0'; i++)
        if (k->root[0] == '\0' && k->diagnosis.cause[i].named &&
            k->diagnosis.cause[i].flaw.op == AD_OP_count)
            snprintf(f->same, sizeof f->same, "3.%zu", k->diagnosis.cause[i].shown + 1);
    kit_share_unsteady(k, f);
    for (size_t i = 0; i < k->n && f->same[0] == '\0'; i++)
        if (strcmp(k->finding[i].code, "G265") == 0 ||
            strcmp(k->finding[i].code, "G360") == 0)
            snprintf(f->same, sizeof f->same, "%s", k->finding[i].id);
    if (!is_life(k, f)) put_left(k, f);
}
