/* Lesson 3: tiny programs, and what their wrong numbers mean together. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/kit_crashes.h"

static void ride_signature(ride *r) { signature_run(r->what, r->m, &r->sheet->answer); }

/* "3.4": by its place in the list, which does not depend on the engine for the first
 * dozen, and for probes only on the operations that it has. */
static void id_of(size_t program, char id[24])
{
    snprintf(id, 24, "3.%zu", program + 1);
}

/* ---- All at once ----------------------------------------------------------------- */

typedef struct batch {
    const signature *program;
    outcome *answer; /* shared with the child */
    const bool *supported;
    size_t n;
} batch;

static void ride_batch(ride *r)
{
    const batch *b = r->what;
    for (size_t p = 0; p < b->n; p++)
        if (signature_runs(&b->program[p], b->supported))
            signature_run(&b->program[p], r->m, &b->answer[p]);
}

/* Starting a command for each program takes a hundred times as long as the program. So
 * where a known mistake gives every number, that is believed at once. */
static bool is_settled(const kit *k)
{
    const diagnosis *d = &k->diagnosis;
    bool named = d->causes > 0 && k->file->command != NULL;
    for (size_t i = 0; i < d->causes; i++)
        named = named && d->cause[i].named && d->cause[i].rivals == 0;
    return named;
}

/*
 * All in one process, which is quick. But what is wrong may be an engine's that a
 * program before has spoilt: unless all are right, or the mistake is known and the
 * engine another process, each is run again in a process of its own.
 */
static bool all_are_clear(kit *k)
{
    kit_evidence *own = &k->evidence;
    const size_t bytes = own->n * sizeof(outcome);
    batch b = {own->program, isolate_share(bytes), own->supported, own->n};
    if (b.answer == NULL) return false;
    finding f = {0};
    const size_t hung = k->hung, crashed = k->crashed;
    bool right = kit_ride(k, &f, &(ride){.work = ride_batch, .what = &b}, LONG_RIDE);
    k->hung = hung;
    k->crashed = crashed;
    if (right) {
        const evidence e = {own->program, b.answer, own->n, own->supported,
                            k->engine.engine.precision};
        mistake_find(&e, &k->diagnosis);
        right = k->diagnosis.right || is_settled(k);
    }
    if (right) {
        memcpy(own->got, b.answer, bytes);
        own->seconds = f.seconds;
    }
    isolate_unshare(b.answer, bytes);
    return right;
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
    ride r = {.work = ride_signature, .what = &e->program[p]};
    if (kit_ride(k, &f, &r, 1)) {
        e->got[p] = k->sheet->answer;
        e->seconds += f.seconds;
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
    const diagnosis *d = &k->diagnosis;
    char id[24];
    size_t at;
    id_of(p, id);
    const bool shown = is_shown(d, p, &at);
    if (!shown && p >= signatures_count) return; /* one of many probes */
    finding *f = kit_find(k, id, e->program[p].name);
    f->status = FINDING_FAIL;
    put_program(f, &e->program[p]);
    if (!shown) at = cause_of(d, &e->program[p]);
    if (at >= d->causes) return;
    message_make(&k->message[at], e, d, at);
    if (shown) {
        message_to_finding(&k->message[at], f);
        f->cause = (int)at + 1;
        return;
    }
    id_of(d->cause[at].shown, f->same);
    memcpy(f->code, k->message[at].code, sizeof f->code);
    snprintf(f->text, sizeof f->text, "the same reason as %s", f->same);
}

/* What was wrong in lesson 1 has that reason, too. */
static void share_start(kit *k, const char *id)
{
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (f->id[0] == '1' && f->status == FINDING_FAIL && f->same[0] == '\0')
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
            share_start(k, id);
        }
        if (op != AD_OP_count) k->wrong_op[op] = true;
    }
}

static void tell_inside(kit *k)
{
    char names[120];
    size_t n = 0;
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW && n < sizeof names; op++)
        if (k->diagnosis.inside[op])
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%s",
                                  n > 0 ? ", " : "", ad_ops[op].name);
    if (n == 0 || !kit_wants(k, "3.inside")) return;
    finding *f = kit_find(k, "3.inside", "operations made of several nodes");
    f->status = FINDING_POLICY;
    snprintf(
        f->text, sizeof f->text,
        "inside %s are nodes that are not cleared: a second backward over the same "
        "record adds to them",
        names);
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
    const bool quick = k->hung + k->crashed == 0 && all_are_clear(k);
    for (size_t p = 0; p < own->n; p++)
        if (!quick || (p < signatures_count && !own->got[p].ran)) try_program(k, p);
    kit_tell_smallest_crash(k, own);
    for (size_t p = 0; p < own->n; p++) ran += own->got[p].ran;
    if (ran == 0) return;
    const evidence e = {own->program, own->got, own->n, own->supported,
                        k->engine.engine.precision};
    if (!quick) mistake_find(&e, &k->diagnosis);
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
    if (wrong == 0 && probes > 0 && kit_wants(k, "3.probes")) {
        finding *f = kit_find(k, "3.probes", "smallest programs for each operation");
        snprintf(f->text, sizeof f->text, "%zu of them", probes);
        f->seconds = own->seconds;
    }
    tell_inside(k);
    mark_broken(k);
}
