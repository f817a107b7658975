/* Lesson 3: tiny programs, and what their wrong numbers mean together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit_crashes.h"
#include "verify/kit/mistake_fit.h"

void kit_ride_signature(ride *r)
{
    ride_end(r);
    signature_run(r->what, r->m, &r->sheet->answer);
}

/* "3.4": by its place in the list, which does not depend on the engine for the first
 * dozen, and for probes only on the operations that it has. */
static void id_of(size_t program, char id[24])
{
    snprintf(id, 24, "3.%zu", program + 1);
}

/* ---- Riding ---------------------------------------------------------------------- */

static bool gather(kit *k)
{
    kit_evidence *e = &k->evidence;
    const size_t most = signatures_count + SIGNATURE_PROBES_MOST;
    e->program = malloc(most * sizeof *e->program);
    e->got = calloc(most, sizeof *e->got);
    if (e->program == NULL || e->got == NULL) return false;
    signature_supported(&k->engine, e->supported);
    memcpy(e->program, signatures, signatures_count * sizeof *e->program);
    e->n =
        signatures_count + signature_probes(e->supported, e->program + signatures_count,
                                            SIGNATURE_PROBES_MOST);
    return true;
}

static void put_program(finding *f, const signature *s)
{
    char text[SIGNATURE_TEXT];
    signature_inputs_text(s, text, sizeof text);
    size_t at = (size_t)snprintf(f->run, sizeof f->run, "%s", text);
    for (int i = 0; i < s->steps && at < sizeof f->run; i++)
        at += (size_t)snprintf(f->run + at, sizeof f->run - at, "\n%c = %s",
                               signature_node_name(s, s->inputs + i),
                               signature_step_text(s, i, text, sizeof text));
}

static void say_where(finding *f, int pass)
{
    static const char *const where[] = {"while recording", "in the first backward",
                                        "in a second backward over the same record",
                                        "in zero_grad or the backward after it"};
    if (f->status != FINDING_CRASH && f->status != FINDING_HANG) return;
    snprintf(f->text, sizeof f->text, "%s %s", f->got, where[pass & 3]);
    if (pass < 2 || f->why[0] != '\0') return;
    strcpy(f->why,
           "The first backward ended well. What did it leave behind that the next "
           "one trips over: marks of visited nodes, a list, freed memory?");
}

/* Rides one. A crash is a finding. */
static void try_program(kit *k, size_t p)
{
    kit_evidence *e = &k->evidence;
    char id[24], title[72], room[160];
    id_of(p, id);
    snprintf(title, sizeof title, "%s", e->program[p].name);
    if (!signature_runs(&e->program[p], e->supported)) {
        if (p < signatures_count)
            kit_skip(k, id, title, "it needs operations that the engine does not have");
        return;
    }
    if (kit_uses_crashed(k, &e->program[p])) return;
    const char *why_not = kit_why_not(k, 0, NULL, false, room);
    if (why_not != NULL) {
        if (p < signatures_count) kit_skip(k, id, title, "%s", why_not);
        return;
    }
    finding f = {0};
    ride r = {.work = kit_ride_signature, .what = &e->program[p]};
    if (kit_ride(k, &f, &r, 1)) {
        e->got[p] = k->sheet->answer;
        e->seconds += f.seconds;
        return;
    }
    char run[SIGNATURE_TEXT];
    if (kit_is_once(k, &f, k->sheet->answer.passes,
                    signature_expr(&e->program[p], run, sizeof run))) {
        k->hung -= f.status == FINDING_HANG;
        k->crashed -= f.status == FINDING_CRASH;
        try_program(k, p);
        return;
    }
    say_where(&f, k->sheet->answer.passes);
    finding *lasting = kit_find(k, id, title);
    char kept[sizeof f.id];
    memcpy(kept, lasting->id, sizeof kept);
    memcpy(f.title, lasting->title, sizeof f.title);
    *lasting = f;
    memcpy(lasting->id, kept, sizeof kept);
    put_program(lasting, &e->program[p]);
    kit_mark_crashed(k, lasting, &e->program[p]);
}

/* ---- What it means --------------------------------------------------------------- */

static bool is_shown(const diagnosis *d, size_t program, size_t *at)
{
    for (*at = 0; *at < d->causes; ++*at)
        if (d->cause[*at].shown == program) return true;
    return false;
}

/* The cause whose operation the program uses, or the first. */
static size_t cause_of(const diagnosis *d, const signature *s)
{
    for (size_t i = 0; i < d->causes; i++) {
        const cause *c = &d->cause[i];
        const ad_op op = c->named ? c->flaw.op : c->suspect;
        if (op != AD_OP_count && signature_uses(s, op)) return i;
    }
    return 0;
}

static void put_wrong(kit *k, const evidence *e, size_t p)
{
    diagnosis *d = &k->diagnosis;
    char id[24];
    size_t at;
    id_of(p, id);
    bool shown = is_shown(d, p, &at);
    const bool asked = k->options.only != NULL && strcmp(k->options.only, id) == 0;
    if (!shown && !asked && p >= signatures_count) return; /* one of many probes */
    finding *f = kit_find(k, id, e->program[p].name);
    f->status = FINDING_FAIL;
    put_program(f, &e->program[p]);
    if (!shown) at = cause_of(d, &e->program[p]);
    if (at >= d->causes) return;
    if (asked && !shown) { /* then it is this one that is shown */
        d->cause[at].shown = p;
        shown = true;
    }
    message_make(&k->message[at], e, d, at);
    if (shown) {
        kit_tell_nothing(k, at);
        message_to_finding(&k->message[at], f);
        f->cause = (int)at + 1;
        return;
    }
    id_of(d->cause[at].shown, f->same);
    memcpy(f->code, k->message[at].code, sizeof f->code);
    snprintf(f->text, sizeof f->text, "the same reason as %s", f->same);
}

/* What was wrong in lesson 1 has that reason, too; and where a loop leaves out an
 * operation, it may run out of its array where there is none. */
static void share_start(kit *k, const char *id, const cause *c)
{
    const bool runs_out = c->named && (c->flaw.kind == MISTAKE_OF_first_left_out ||
                                       c->flaw.kind == MISTAKE_OF_last_left_out);
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        const bool has_it =
            f->status == FINDING_FAIL ||
            (runs_out && finding_is_bad(f->status) && strcmp(f->id, "1.leaf") == 0);
        if (f->id[0] == '1' && has_it && f->same[0] == '\0')
            snprintf(f->same, sizeof f->same, "%s", id);
    }
}

/* What later lessons are not to say again. */
static void mark_broken(kit *k)
{
    const diagnosis *d = &k->diagnosis;
    for (size_t i = 0; i < d->causes; i++) {
        const ad_op op = d->cause[i].named ? d->cause[i].flaw.op : d->cause[i].suspect;
        if (op == AD_OP_count || op == AD_OP_add || op == AD_OP_mul) {
            char id[24];
            id_of(d->cause[i].shown, id);
            snprintf(k->broken, sizeof k->broken, "needs lesson 3, where %s is wrong",
                     id);
            share_start(k, id, &d->cause[i]);
        }
        if (op != AD_OP_count) k->wrong_op[op] = true;
        for (size_t j = 0; j < d->cause[i].twins; j++)
            k->wrong_op[d->cause[i].twin[j]] = true;
    }
}

/* What is wrong is run again: is it the same in another process? A walk may be so by the
 * address of its first node alone. Where a process takes long to start, only what has no
 * name, is a rule's, or shows in a few programs alone. */
static void try_again(kit *k)
{
    enum { FEW = 3 };
    const bool is_known = k->unsteady[0] != '\0';
    for (size_t i = 0; i < k->diagnosis.causes; i++) {
        cause *c = &k->diagnosis.cause[i];
        if (c->named && mistake_is_set(&c->flaw)) { /* in any order */
            id_of(c->shown, k->unsteady);
            continue;
        }
        if (c->named && c->flaw.op == AD_OP_count && c->explained == c->programs &&
            c->programs > FEW && k->file->command != NULL)
            continue;
        ride r = {.work = kit_ride_signature, .what = &k->evidence.program[c->shown]};
        finding unused = {0};
        engine_file_recall(k->file);
        if (!is_known && (!kit_ride_once(k, &unused, &r, 1) || !kit_changes(k, &r)))
            continue;
        c->named = false;
        c->unstable = true;
        c->unset = k->reads_unset;
        c->rivals = c->twins = 0;
        c->suspect = AD_OP_count;
        id_of(c->shown, k->unsteady);
        return; /* the others cannot be relied on, either */
    }
}

/* A cause of which nothing was put on the list is told all the same: what needs lesson 3
 * is skipped because of it. */
static void tell_hidden(kit *k, const evidence *e)
{
    char id[24];
    for (size_t i = 0; i < k->n; i++)
        if (k->finding[i].id[0] == '3' && finding_is_bad(k->finding[i].status)) return;
    if (k->diagnosis.causes == 0) return;
    id_of(k->diagnosis.cause[0].shown, id);
    if (kit_wants(k, id)) put_wrong(k, e, k->diagnosis.cause[0].shown);
}

/* Programs are asked one by one whether they hang on a layout of memory: as many as one in
 * which a rule in sixteen does would take. */
static bool changes_in_batch(kit *k)
{
    enum { PROGRAMS = 16 };
    finding unused = {0};
    char id[24];
    for (size_t p = 0; p < k->evidence.n && p < PROGRAMS; p++) {
        ride r = {.work = kit_ride_signature, .what = &k->evidence.program[p]};
        if (!k->evidence.got[p].ran || !kit_ride_once(k, &unused, &r, 1) ||
            !kit_wavers(k, &r))
            continue;
        id_of(p, id);
        kit_put_unsteady(k, kit_find(k, id, "programs in fresh processes"));
        return true;
    }
    return false;
}

/* All are right, each in a process of its own, and were not so in one. */
static void left_in_batch(kit *k)
{
    if (k->hung + k->crashed > 0 || changes_in_batch(k)) return;
    finding before = {0};
    strcpy(before.text, "other numbers, or a crash");
    kit_renewed(k, true, &before);
    kit_blame_left(k);
}

void kit_signatures(kit *k)
{
    if (!kit_wants(k, "3") && (k->options.only == NULL || k->options.only[0] != '3'))
        return;
    kit_evidence *own = &k->evidence;
    if (!gather(k)) {
        k->out_of_memory = true;
        return;
    }
    size_t ran = 0;
    const bool quick = k->root[0] == '\0' && k->hung + k->crashed == 0 && kit_batch(k);
    for (size_t p = 0; p < own->n; p++)
        if (!quick || (p < signatures_count && !own->got[p].ran)) try_program(k, p);
    kit_tell_smallest_crash(k, own);
    for (size_t p = 0; p < own->n; p++) ran += own->got[p].ran;
    if (ran == 0) return;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    if (!quick) kit_try_alone(k);
    if (!quick) mistake_find(&e, &k->diagnosis);
    if (!quick && k->diagnosis.right && k->file->command == NULL) left_in_batch(k);
    if (!k->diagnosis.right) try_again(k);
    size_t probes = 0, wrong = 0;
    for (size_t p = 0; p < own->n; p++) {
        if (!own->got[p].ran) continue;
        const bool right = mistake_is_right(&e, &k->diagnosis, p);
        char id[24];
        id_of(p, id);
        if (p >= signatures_count) probes++, wrong += !right;
        if (!kit_wants(k, id)) continue;
        if (right && p < signatures_count)
            put_program(kit_find(k, id, own->program[p].name), &own->program[p]);
        else if (!right)
            put_wrong(k, &e, p);
    }
    tell_hidden(k, &e);
    if (wrong == 0 && probes > 0 && kit_wants(k, "3.probes")) {
        finding *f = kit_find(k, "3.probes", "smallest programs for each operation");
        snprintf(f->text, sizeof f->text, "%zu of them", probes);
        f->seconds = own->seconds;
    }
    mark_broken(k);
    kit_tell_inside(k);
    kit_tell_seed(k);
}
