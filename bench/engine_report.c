/* The conformance kit's findings for a reader. */
#include "bench/engine_report.h"

#include <limits.h>
#include <string.h>

const char *const engine_report_lessons[] = {
    "start", "operations", "signatures", "shapes", "sizes", "programs", "conduct"};

const char *engine_report_verdict(kit_verdict verdict)
{
    switch (verdict) {
    case KIT_CONFORMS: return "conforms";
    case KIT_WRONG: return "is wrong";
    case KIT_UNUSABLE: return "cannot be loaded";
    default: return "crashed or hung";
    }
}

static bool is_of(const finding *f, size_t lesson)
{
    return f->id[0] == (char)('1' + lesson);
}

/* An operation that the engine has not: listed, a line for all. */
static bool is_missing_op(const finding *f)
{
    return f->status == FINDING_SKIP && f->id[0] == '2' &&
           strncmp(f->text, "the engine has no", 17) == 0;
}

/* ---- One message ----------------------------------------------------------------- */

/* A line each; a long one, such as a command, is broken between its words. */
static void copy_run(message *m, const char *run)
{
    enum { WIDTH = 64 };
    while (*run != '\0' && m->runs < MESSAGE_STEPS) {
        size_t n = strcspn(run, "\n");
        if (n > WIDTH)
            for (n = WIDTH; n > 1 && run[n] != ' ';) n--;
        snprintf(m->run[m->runs++], sizeof m->run[0], "%.*s", (int)(n < 71 ? n : 71),
                 run);
        run += n + (run[n] == '\n' || run[n] == ' ');
    }
}

/* The operation that a row of lesson 2 is about; else AD_OP_count. */
static ad_op op_of(const finding *f)
{
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW && f->id[0] == '2'; op++)
        if (strcmp(f->id + 2, ad_ops[op].name) == 0) return (ad_op)op;
    return AD_OP_count;
}

/* What has a name of its own has hints; those that speak of an operation, where it is
 * one's. */
static void copy_hints(message *m, const finding *f)
{
    const mistake_row *row = mistake_by_code(m->code);
    const flaw of_op = {.kind = row == NULL ? MISTAKE_OF_rule_wrong
                                            : (mistake_kind)(row - mistake_rows),
                        .op = op_of(f)};
    for (int i = 0; row != NULL && i < 3; i++) {
        if (strchr(row->hint[i], '%') != NULL && of_op.op == AD_OP_count) return;
        char text[240];
        snprintf(m->hint[i], sizeof m->hint[i], "%s",
                 message_text(row->hint[i], &of_op, text, sizeof text));
    }
    for (int i = 1; i <= 2 && strcmp(m->code, "G224") == 0; i++) {
        const char *own = kit_member_hint(f->id, i);
        if (own != NULL) snprintf(m->hint[i - 1], sizeof m->hint[0], "%s", own);
    }
    if (of_op.op != AD_OP_count && row != NULL && row->op == AD_OP_count)
        snprintf(m->of, sizeof m->of, ".%s", ad_ops[of_op.op].name);
}

const char *engine_report_text(const engine_report *r, const finding *f)
{
    const bool has_numbers = f->status == FINDING_FAIL && f->expected[0] != '\0' &&
                             strstr(f->text, ", not ") != NULL;
    return has_numbers && r->reveal != REVEAL_ALL ? f->title : f->text;
}

void engine_report_message(const engine_report *r, const finding *f, message *m)
{
    if (f->cause > 0) {
        *m = r->k->message[f->cause - 1];
        return;
    }
    memset(m, 0, sizeof *m);
    snprintf(m->code, sizeof m->code, "%s",
             f->code[0] != '\0' ? f->code : finding_status_name(f->status));
    snprintf(m->sentence, sizeof m->sentence, "%s", engine_report_text(r, f));
    snprintf(m->title, sizeof m->title, "%s", f->title);
    copy_run(m, f->run);
    snprintf(m->expected, sizeof m->expected, "%s", f->expected);
    snprintf(m->got, sizeof m->got, "%s", f->got);
    snprintf(m->why, sizeof m->why, "%s", f->why);
    snprintf(m->sure, sizeof m->sure, "%s", f->sure);
    snprintf(m->expr, sizeof m->expr, "%.159s", f->title);
    copy_hints(m, f);
}

static message_options options_of(const engine_report *r, const finding *f)
{
    return (message_options){.engine = r->engine,
                             .id = f->id,
                             .seed = (unsigned long)r->k->options.seed,
                             .hint = r->hint,
                             .reveal = r->reveal};
}

/* The root causes, and failures that share none. */
static bool has_message(const finding *f)
{
    return finding_is_bad(f->status) && f->same[0] == '\0';
}

/* Root causes as they are numbered, the widest first, whichever program shows them: in
 * the place of the first the first one, and so on. */
static const finding *in_order(const kit *k, const finding *f, int *told)
{
    const finding *next = f;
    int least = INT_MAX;
    for (size_t i = 0; i < k->n && f->cause > 0; i++) {
        const finding *g = &k->finding[i];
        if (g->cause <= *told || g->cause >= least || !has_message(g)) continue;
        least = g->cause;
        next = g;
    }
    if (f->cause > 0) *told = least;
    return next;
}

/* ---- The table ------------------------------------------------------------------- */

static void write_counts(FILE *out, const kit *k, size_t lesson)
{
    size_t n[FINDING_STATUSES] = {0}, missing = 0;
    for (size_t i = 0; i < k->n; i++) {
        const finding *f = &k->finding[i];
        if (!is_of(f, lesson)) continue;
        missing += is_missing_op(f);
        n[f->status] += !is_missing_op(f);
    }
    const size_t passed = n[FINDING_PASS] + n[FINDING_NOTE] + n[FINDING_POLICY];
    const size_t failed = n[FINDING_FAIL] + n[FINDING_CRASH] + n[FINDING_HANG];
    if (passed + failed + missing + n[FINDING_SKIP] == 0) return;
    fprintf(out, "  %zu %-12s %3zu passed", lesson + 1, engine_report_lessons[lesson],
            passed);
    if (failed > 0) fprintf(out, ", %zu FAILED", failed);
    if (n[FINDING_SKIP] > 0) fprintf(out, ", %zu skipped", n[FINDING_SKIP]);
    if (missing > 0) fprintf(out, ", %zu not supported", missing);
    fputc('\n', out);
}

/* Words, broken at 78 columns, later lines indented by `indent`. */
static void write_wrapped(FILE *out, int indent, const char *text)
{
    const size_t room = 78 - (size_t)indent;
    bool is_first = true;
    while (*text != '\0') {
        size_t n = strlen(text);
        if (n > room) {
            for (n = room; n > 0 && text[n] != ' ';) n--;
            if (n == 0) n = room;
        }
        fprintf(out, "%*s%.*s\n", is_first ? 0 : indent, "", (int)n, text);
        is_first = false;
        for (text += n; *text == ' ';) text++;
    }
}

static void write_notes(FILE *out, const kit *k, size_t lesson)
{
    for (size_t i = 0; i < k->n; i++) {
        const finding *f = &k->finding[i];
        if (!is_of(f, lesson)) continue;
        const bool worth = f->status == FINDING_NOTE || f->status == FINDING_POLICY;
        if (!worth && strcmp(f->id, "7.bytes") != 0 && strcmp(f->id, "7.time") != 0)
            continue;
        if (f->text[0] == '\0' || f->status == FINDING_SKIP) continue;
        if (finding_is_bad(f->status)) continue;
        fprintf(out, "      %-8s ", finding_status_name(f->status));
        char text[500];
        snprintf(text, sizeof text, "%s: %s", f->id + 2, f->text);
        write_wrapped(out, 15, text);
    }
}

/* Skips with the same reason, on one line each. */
static void write_skips(FILE *out, const kit *k, size_t lesson)
{
    for (size_t i = 0; i < k->n; i++) {
        const finding *f = &k->finding[i];
        if (!is_of(f, lesson) || f->status != FINDING_SKIP || is_missing_op(f))
            continue;
        bool is_new = true;
        char text[600];
        size_t n = 0, others = 0;
        for (size_t j = 0; j < k->n; j++) {
            const finding *g = &k->finding[j];
            if (!is_of(g, lesson) || g->status != FINDING_SKIP ||
                strcmp(f->text, g->text) != 0)
                continue;
            is_new &= j >= i;
            if (n < 30)
                n += (size_t)snprintf(text + n, sizeof text - n, "%s%s",
                                      n == 0 ? "" : ", ", g->id + 2);
            else
                others++;
        }
        if (!is_new) continue;
        if (others > 0)
            n += (size_t)snprintf(text + n, sizeof text - n, " and %zu more", others);
        snprintf(text + n, sizeof text - n, ": %s", f->text);
        fprintf(out, "      %-8s ", "skipped");
        write_wrapped(out, 15, text);
    }
}

static void write_unsupported(FILE *out, const kit *k)
{
    char text[600];
    size_t n = 0;
    for (size_t i = 0; i < k->n; i++)
        if (is_missing_op(&k->finding[i]) && n < sizeof text - 16)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n == 0 ? "" : " ",
                                  k->finding[i].id + 2);
    if (n == 0) return;
    fputs("      no       ", out);
    write_wrapped(out, 15, text);
}

/* "3.1, 2.mul and 8 more": whose cause f is. */
static const char *same_as(const kit *k, const finding *f, char *text, size_t room)
{
    size_t n = 0, more = 0;
    text[0] = '\0';
    for (size_t i = 0; i < k->n; i++) {
        const char *other = k->finding[i].id;
        if (strcmp(k->finding[i].same, f->id) != 0) continue;
        if (n + strlen(other) > 29)
            more++;
        else
            n +=
                (size_t)snprintf(text + n, room - n, "%s%s", n == 0 ? "" : ", ", other);
    }
    if (more > 0) snprintf(text + n, room - n, " and %zu more", more);
    return text;
}

static void write_last_line(FILE *out, const engine_report *r)
{
    const kit_count c = kit_count_of(r->k);
    fprintf(out, "%s %s (%.1f s)\n", r->engine,
            engine_report_verdict(kit_verdict_of(r->k)), r->k->seconds);
    fprintf(out, "%zu passed, %zu failed, %zu skipped\n", c.passed, c.failed,
            c.skipped);
}

enum { MESSAGES = 6 }; /* at full length; the rest on one line each */

void engine_report_table(FILE *out, const engine_report *r)
{
    const kit *k = r->k;
    fprintf(out, "%s%s%s, %s, seed %llu\n\n", r->engine, k->name[0] == '\0' ? "" : ": ",
            k->name, k->engine.engine.precision == AD_ENGINE_FLOAT ? "float" : "double",
            (unsigned long long)k->options.seed);
    for (size_t lesson = 0; lesson < ENGINE_REPORT_LESSONS; lesson++) {
        write_counts(out, k, lesson);
        write_notes(out, k, lesson);
        if (lesson == 1) write_unsupported(out, k);
        write_skips(out, k, lesson);
    }
    size_t messages = 0;
    int told = 0;
    for (size_t i = 0; i < k->n; i++) {
        if (!has_message(&k->finding[i])) continue;
        const finding *f = in_order(k, &k->finding[i], &told);
        message m;
        engine_report_message(r, f, &m);
        message_options o = options_of(r, f);
        char same[80];
        o.same = same_as(k, f, same, sizeof same);
        if (messages++ <= MESSAGES) fputc('\n', out);
        if (messages > MESSAGES)
            message_write_brief(out, &m, &o);
        else
            message_write(out, &m, &o);
    }
    fputc('\n', out);
    write_last_line(out, r);
}

void engine_report_terse(FILE *out, const engine_report *r)
{
    int told = 0;
    for (size_t i = 0; i < r->k->n; i++) {
        if (!has_message(&r->k->finding[i])) continue;
        const finding *f = in_order(r->k, &r->k->finding[i], &told);
        message m;
        engine_report_message(r, f, &m);
        const message_options o = options_of(r, f);
        message_write_terse(out, &m, &o);
    }
    const kit_count c = kit_count_of(r->k);
    fprintf(out, "%zu passed, %zu failed, %zu skipped\n", c.passed, c.failed,
            c.skipped);
}
