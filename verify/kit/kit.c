/* The kit's list of findings, and how a ride gets onto it. */
#include "verify/kit/kit.h"
#include "verify/kit/digits.h"
#include "verify/kit/kit_share.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HUNG_MOST = 3, CRASHED_MOST = 6 };
/* Seconds: of all rides that hang together; to load an engine; past its patience a run is
 * cut short, whatever is left. */
enum { HUNG_SECONDS = 20, LOADING = 15, OVERTIME = 12 };
/* What is asked to run for LONG_RIDE seconds needs them; the rest is over in a moment,
 * or hangs. */
static const size_t bytes_most = (size_t)4 << 30;

const char *finding_status_name(finding_status status)
{
    static const char *const names[] = {"pass", "note",  "policy", "skip",
                                        "fail", "crash", "hang"};
    return names[status];
}

int finding_is_bad(finding_status status) { return status >= FINDING_FAIL; }

bool kit_open(kit *k, engine_file *file, kit_options options)
{
    *k = (kit){.options = options, .file = file};
    k->sheet = isolate_share(sizeof *k->sheet);
    return k->sheet != NULL;
}

void kit_close(kit *k)
{
    isolate_unshare(k->sheet, sizeof *k->sheet);
    free(k->finding);
    free(k->evidence.program);
    free(k->evidence.got);
    *k = (kit){0};
}

/* What fails in a lesson is a basis of the next. */
static void break_after(kit *k, char lesson)
{
    for (size_t i = 0; i < k->n && k->broken[0] == '\0'; i++)
        if (k->finding[i].id[0] == lesson && finding_is_bad(k->finding[i].status))
            snprintf(k->broken, sizeof k->broken, "needs lesson %c, where %s is wrong",
                     lesson, k->finding[i].id);
}

/* One root, one message: but what lesson 3 has found by itself stays. */
static void share_root(kit *k)
{
    for (size_t i = 0; i < k->n && k->root[0] != '\0'; i++) {
        finding *f = &k->finding[i];
        if (finding_is_told(f) && f->cause == 0 && strcmp(f->id, k->root) != 0)
            strcpy(f->same, k->root);
    }
}

kit_verdict kit_run(kit *k)
{
    k->began = seconds_now();
    kit_start(k);
    if (k->engine.supported > 0) {
        kit_signatures(k);
        kit_policies(k);
        /* First, for far points of an operation are wrong for the same reason. */
        kit_ends(k);
        const bool right = kit_count_of(k).failed == 0;
        if (right) kit_thresholds(k);
        kit_operations(k);
        kit_share_taken(k);
        kit_shares(k);
        kit_shapes(k);
        if (!right) kit_thresholds(k);
        break_after(k, '4');
        kit_sizes(k);
        break_after(k, '5');
        kit_programs(k);
        kit_conduct(k);
        kit_left(k);
        share_root(k);
        kit_share_unset(k);
        kit_name_errors(k);
        kit_share_digits(k);
        kit_drop_notes(k);
        kit_number_causes(k);
    }
    k->seconds = seconds_now() - k->began;
    return kit_verdict_of(k);
}

double kit_patience(const kit *k)
{
    const double all = k->options.patience > 0 ? k->options.patience
                       : k->options.quick      ? KIT_PATIENCE_QUICK
                                               : KIT_PATIENCE;
    return all - (seconds_now() - k->began);
}

/* ---- Counting -------------------------------------------------------------------- */

kit_count kit_count_of(const kit *k)
{
    kit_count c = {0};
    for (size_t i = 0; i < k->n; i++) {
        const finding_status s = k->finding[i].status;
        c.failed += finding_is_bad(s) != 0;
        c.skipped += s == FINDING_SKIP;
        c.passed += !finding_is_bad(s) && s != FINDING_SKIP;
    }
    return c;
}

kit_verdict kit_verdict_of(const kit *k)
{
    if (k->engine.supported == 0)
        return k->n > 0 && k->finding[0].status != FINDING_FAIL ? KIT_BROKE
                                                                : KIT_UNUSABLE;
    bool broke = false, blamed = false;
    for (size_t i = 0; i < k->n; i++) {
        const finding *f = &k->finding[i];
        if (f->status == FINDING_FAIL) return KIT_WRONG;
        /* What was left out because something is wrong has not been seen right. */
        if (f->status == FINDING_SKIP && strstr(f->text, "is wrong") != NULL)
            blamed = true;
        broke |= finding_is_bad(k->finding[i].status) != 0;
    }
    return broke ? KIT_BROKE : blamed ? KIT_WRONG : KIT_CONFORMS;
}

/* ---- Findings -------------------------------------------------------------------- */

bool kit_wants(const kit *k, const char *id)
{
    const char *only = k->options.only;
    if (only == NULL) return true;
    const size_t n = strlen(only);
    return strncmp(id, only, n) == 0 && (id[n] == '\0' || id[n] == '.');
}

finding *kit_find(kit *k, const char *id, const char *title)
{
    if (k->n == k->room) {
        const size_t room = k->room == 0 ? 64 : 2 * k->room;
        finding *more = realloc(k->finding, room * sizeof *more);
        if (more == NULL) {
            k->out_of_memory = true;
            if (k->n == 0) abort(); /* not even one */
            return &k->finding[k->n - 1];
        }
        k->finding = more;
        k->room = room;
    }
    finding *f = &k->finding[k->n++];
    memset(f, 0, sizeof *f);
    snprintf(f->id, sizeof f->id, "%s", id);
    snprintf(f->title, sizeof f->title, "%s", title);
    return f;
}

void kit_skip(kit *k, const char *id, const char *title, const char *format, ...)
{
    if (!kit_wants(k, id)) return;
    finding *f = kit_find(k, id, title);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->text, sizeof f->text, format, arguments);
    va_end(arguments);
    f->status = FINDING_SKIP;
}

const char *kit_why_end(const kit *k, char room[160])
{
    if (k->options.only != NULL && strchr(k->options.only, '.') != NULL) return NULL;
    if (k->hung >= HUNG_MOST) return "three rides have hung already";
    if (k->crashed >= CRASHED_MOST) return "six rides have crashed already";
    if (k->hung_seconds > HUNG_SECONDS / (k->options.quick ? 6.0 : 1.0)) {
        snprintf(room, 160, "rides that hang have taken %.0f s already",
                 k->hung_seconds);
        return room;
    }
    return kit_patience(k) < -OVERTIME && !ISOLATION_UNDER_ASAN
               ? "no time is left; --only with its full name (5.wide.1200) runs it"
               : NULL;
}

const char *kit_why_not(const kit *k, size_t n, const ad_op *needs, bool reuses,
                        char room[160])
{
    for (size_t i = 0; i < n; i++)
        if (!mount_has(&k->engine, needs[i])) {
            snprintf(room, 160, "the engine has no %s", ad_ops[needs[i]].name);
            return room;
        }
    const char *end = kit_why_end(k, room);
    if (k->options.only != NULL) return end; /* asked for by name: then it is run */
    if (k->root[0] != '\0') {
        snprintf(room, 160, "needs %s, which is wrong", k->root);
        return room;
    }
    bool uses[AD_OP_count] = {false};
    for (size_t i = 0; i < n; i++) mount_uses(&k->engine, needs[i], uses);
    for (int op = 0; op < AD_OP_count; op++)
        if (uses[op] && k->wrong_op[op]) {
            snprintf(room, 160, "needs %s, which is wrong", ad_ops[op].name);
            return room;
        }
    if (reuses && k->broken[0] != '\0') return k->broken;
    return end;
}

bool kit_skips(kit *k, const char *id, const char *title, size_t n, const ad_op *needs,
               bool reuses)
{
    char room[160];
    const char *why_not = kit_why_not(k, n, needs, reuses, room);
    if (why_not != NULL) kit_skip(k, id, title, "%s", why_not);
    return why_not != NULL;
}

/* ---- Rides ----------------------------------------------------------------------- */

/* What there is of it that takes the time, when a ride hangs. */
typedef enum plenty { OF_NOTHING, OF_PATHS, OF_NODES, OF_SOMETHING } plenty;

static plenty plenty_of(const finding *f)
{
    enum { HANDFUL = 16 };
    return f->nodes <= HANDFUL                  ? OF_NOTHING
           : strncmp(f->id, "5.ladder", 8) == 0 ? OF_PATHS
           : f->nodes >= KIT_MANY               ? OF_NODES
                                                : OF_SOMETHING;
}

/*
 * Two that crash alike are told once. Not so two that hang: what enters a node once for
 * each path to it needs 2^n for a ladder, and what looks through all nodes for each needs
 * n^2 for a long chain. But who does not come back from a handful of nodes does not from
 * more.
 */
static bool hang_alike(const finding *before, const finding *f)
{
    const plenty reason = plenty_of(before);
    return reason == OF_NOTHING || (reason == plenty_of(f) && reason != OF_SOMETHING);
}

static void share_cause(const kit *k, finding *f, const isolation_report *report)
{
    snprintf(f->code, sizeof f->code, "%s", finding_status_name(f->status));
    if (report->overflow) return;
    for (size_t i = 0; i < k->n; i++) {
        const finding *g = &k->finding[i];
        if (g == f || g->status != f->status || g->same[0] != '\0') continue;
        const bool alike =
            f->status == FINDING_HANG ? hang_alike(g, f) : strcmp(g->got, f->got) == 0;
        if (alike) snprintf(f->same, sizeof f->same, "%s", g->id);
        if (alike) return;
    }
}

static void put_crash(kit *k, finding *f, const isolation_report *report)
{
    char end[80], where[80];
    isolation_text(report, end, sizeof end);
    ride_where(k->sheet, where, sizeof where);
    const bool hung = report->end == ISOLATION_HUNG;
    f->status = hung ? FINDING_HANG : FINDING_CRASH;
    f->nodes = k->sheet->recorded;
    k->hung += hung;
    k->hung_seconds += hung ? report->seconds : 0;
    k->crashed += !hung;
    snprintf(f->got, sizeof f->got, "%s", end);
    snprintf(f->text, sizeof f->text, "%s %s%s", end, where,
             report->overflow && k->sheet->recorded >= 1000 ? ": recursion?" : "");
    share_cause(k, f, report);
    if (report->last_words[0] != '\0')
        snprintf(f->why, sizeof f->why, "it said: %s", report->last_words);
}

void kit_share_error(const kit *k, finding *f, const char *said)
{
    for (size_t i = 0; i < k->n; i++) {
        const finding *g = &k->finding[i];
        if (g == f || !finding_is_told(g)) continue;
        if (strstr(g->text, said) == NULL) continue;
        snprintf(f->same, sizeof f->same, "%s", g->id);
        return;
    }
}

static void put_claim(finding *f, const claim *c)
{
    f->status = FINDING_FAIL;
    const int digits = digits_apart(c->got, c->expected);
    snprintf(f->expected, sizeof f->expected, "%s = %.*g", c->label, digits,
             c->expected);
    snprintf(f->got, sizeof f->got, "%s = %.*g", c->label, digits, c->got);
    snprintf(f->text, sizeof f->text, "%s is %.*g, not %.*g", c->label, digits, c->got,
             digits, c->expected);
    strcpy(f->code, "G00");
}

bool kit_ride_once(kit *k, finding *f, ride *r, double seconds)
{
    isolation_report report;
    r->file = k->file;
    r->sheet = k->sheet;
    r->once = k->once;
    r->no_zero = k->no_zero;
    r->lasting = k->lasting;
    const double most = (k->options.quick ? 1 : 2) / (k->hung > 0 ? 2.0 : 1.0);
    if (seconds < LONG_RIDE && seconds > most) seconds = most;
    if (k->options.quick && seconds > 2 * most) seconds = 2 * most;
    const isolation_limits limits = {.seconds = seconds,
                                     .bytes = bytes_most,
                                     .loading = LOADING / (k->options.quick ? 2.5 : 1)};
    const isolation_end end = ride_run(r, &limits, &report);
    f->seconds = report.seconds;
    if (end != ISOLATION_DONE) {
        put_crash(k, f, &report);
        return false;
    }
    char *sentence = k->sheet->sentence;
    if (k->sheet->phase == RIDE_LOADING && report.last_words[0] != '\0') {
        const size_t n = strlen(sentence);
        snprintf(sentence + n, SHEET_SENTENCE - n, "; it said: %s", report.last_words);
    }
    for (size_t i = 0; i < k->sheet->claims && sentence[0] == '\0'; i++)
        if (!claim_holds(&k->sheet->claim[i])) {
            put_claim(f, &k->sheet->claim[i]);
            if (k->sheet->sentence[0] != '\0') /* it says so itself */
                snprintf(f->text, sizeof f->text, "%s", k->sheet->sentence);
            return false;
        }
    if (sentence[0] != '\0') { /* it says itself that its numbers are none */
        const bool limit = k->sheet->refused >= KIT_MANY && !k->options.strict;
        f->status = limit ? FINDING_NOTE : FINDING_FAIL;
        snprintf(f->text, sizeof f->text, "%s%.300s", limit ? "a limit: " : "",
                 sentence);
        if (!limit) kit_share_error(k, f, sentence);
        return false;
    }
    return true;
}

bool kit_script(kit *k, finding *f, const script *s)
{
    ride r = {.work = ride_script, .what = s};
    if (!kit_ride(k, f, &r, 2)) return false;
    const script_outcome end = k->sheet->result.outcome;
    if (end == SCRIPT_DONE) return true;
    f->status = FINDING_FAIL;
    if (end == SCRIPT_NO_RECORD)
        strcpy(f->text, "create gave NULL");
    else
        snprintf(f->text, sizeof f->text, "the engine's error(): %s",
                 k->sheet->result.error);
    if (end == SCRIPT_ERROR) kit_share_error(k, f, k->sheet->result.error);
    return false;
}
