/* A message as lines: at most 18 of 78 columns. */
#include <string.h>

#include "verify/kit/message.h"

enum { MOST = 60, LABEL = 13 };

typedef struct page {
    char line[MOST][MESSAGE_COLUMNS + 1];
    int rank[MOST]; /* 0 stays; the highest goes first when there are too many */
    size_t n;
} page;

static void put(page *p, int rank, const char *text)
{
    if (p->n == MOST) return;
    p->rank[p->n] = rank;
    snprintf(p->line[p->n++], sizeof p->line[0], "%.*s", MESSAGE_COLUMNS, text);
}

/* "  why        text", broken between words, later lines below the first. */
static void put_text(page *p, int rank, const char *label, const char *text)
{
    char line[MESSAGE_COLUMNS + 1];
    bool is_first = true;
    while (*text != '\0') {
        const size_t room = MESSAGE_COLUMNS - LABEL;
        size_t n = strlen(text);
        if (n > room) {
            n = room;
            while (n > 0 && text[n] != ' ') n--;
            if (n == 0) n = room;
        }
        snprintf(line, sizeof line, "  %-11s%.*s", is_first ? label : "", (int)n, text);
        put(p, is_first ? rank : rank + 1, line);
        is_first = false;
        text += n;
        while (*text == ' ') text++;
    }
}

/* A sentence from the first column on, its later lines indented by two. */
static void put_sentence(page *p, const char *text)
{
    char line[MESSAGE_COLUMNS + 1];
    for (bool is_first = true; *text != '\0'; is_first = false) {
        const size_t room = MESSAGE_COLUMNS - (is_first ? 0 : 2);
        size_t n = strlen(text);
        if (n > room) {
            for (n = room; n > 0 && text[n] != ' ';) n--;
            if (n == 0) n = room;
        }
        snprintf(line, sizeof line, "%s%.*s", is_first ? "" : "  ", (int)n, text);
        put(p, 0, line);
        for (text += n; *text == ' ';) text++;
    }
}

static void put_run(page *p, const message *m)
{
    for (size_t k = 0; k < m->runs; k++) put_text(p, 0, k == 0 ? "run" : "", m->run[k]);
}

static void put_expected(page *p, const message *m)
{
    char text[400];
    const char *before = "   by hand: ";
    snprintf(text, sizeof text, "%s%s%s", m->expected,
             m->by_hand[0] != '\0' ? before : "", m->by_hand);
    if (m->by_difference[0] != '\0') {
        char more[120];
        snprintf(more, sizeof more, "   by difference: %s", m->by_difference);
        if (strlen(text) + strlen(more) <= MESSAGE_COLUMNS - LABEL)
            strcat(text, more);
        else {
            put_text(p, 0, "expected", text);
            put_text(p, 0, "", more + 3);
            return;
        }
    }
    put_text(p, 0, "expected", text);
}

/* Drops what can be spared until the lines are few enough. */
static void cut(page *p)
{
    while (p->n > MESSAGE_LINES) {
        size_t out = 0;
        for (size_t i = 1; i < p->n; i++)
            if (p->rank[i] >= p->rank[out]) out = i;
        for (size_t i = out; i + 1 < p->n; i++) {
            memcpy(p->line[i], p->line[i + 1], sizeof p->line[0]);
            p->rank[i] = p->rank[i + 1];
        }
        p->n--;
    }
}

/* The path without its folders. */
static const char *file_of(const char *engine)
{
    const char *slash = engine == NULL ? NULL : strrchr(engine, '/');
    return slash != NULL ? slash + 1 : engine == NULL ? "?" : engine;
}

/* "engine: mine.so  seed 1" in `room` columns: a long command loses its middle, the seed
 * is never lost. */
static void put_engine(char text[120], size_t room, const message_options *o)
{
    char seed[40];
    const char *name = file_of(o->engine);
    snprintf(seed, sizeof seed, "  seed %lu", o->seed);
    const size_t n = strlen(name), rest = room - strlen("engine: ") - strlen(seed);
    const size_t head = (rest - 3) / 2, tail = rest - 3 - head;
    if (n <= rest)
        snprintf(text, 120, "engine: %s%s", name, seed);
    else
        snprintf(text, 120, "engine: %.*s...%s%s", (int)head, name, name + n - tail,
                 seed);
}

static void put_head(page *p, const message *m, const message_options *o)
{
    char text[400];
    snprintf(text, sizeof text, "error[%s]: %s", m->code, m->sentence);
    put_sentence(p, text);
    char title[120], engine[120];
    snprintf(title, sizeof title, "  %.40s%s%-34s", o->id != NULL ? o->id : "",
             o->id != NULL ? ", " : "", m->title);
    put_engine(engine, MESSAGE_COLUMNS - 4, o);
    enum { LEAST = 40 }; /* of a name that has lost its middle, and the seed */
    size_t n = strlen(title);
    bool fits = n + 1 + strlen(engine) <= MESSAGE_COLUMNS;
    while (!fits && n > 0 && title[n - 1] == ' ') title[--n] = '\0';
    if (!fits && n + 1 + LEAST <= MESSAGE_COLUMNS) {
        put_engine(engine, MESSAGE_COLUMNS - n - 1, o);
        fits = true;
    }
    if (fits)
        snprintf(text, sizeof text, "%s %s", title, engine);
    else
        snprintf(text, sizeof text, "    %s", engine);
    if (!fits) put(p, 3, title);
    put(p, 0, text);
}

static void put_tail(page *p, const message *m, const message_options *o)
{
    char label[16], text[400];
    int hint = o->hint == 0 ? 1 : o->hint > 3 ? 3 : o->hint;
    if (hint > 0 && m->hint[hint - 1][0] == '\0') hint = -1; /* there is none */
    if (hint > 0) {
        snprintf(label, sizeof label, "hint %d/3", hint);
        put_text(p, 0, label, m->hint[hint - 1]);
    }
    const char *engine = o->engine != NULL ? o->engine : "";
    const char *quote = strchr(engine, ' ') != NULL ? "'" : ""; /* to be copied */
    snprintf(text, sizeof text, "gradyno engine %s%s%s%s%s", quote, engine, quote,
             o->id != NULL ? " --only " : "", o->id != NULL ? o->id : "");
    put_text(p, 0, "again", text);
    char more[64] = "";
    if (hint > 0 && hint < 3) snprintf(more, sizeof more, "more: --hint %d", hint + 1);
    if (m->code[0] == 'G' && strcmp(m->code, "G00") != 0)
        snprintf(more + strlen(more), sizeof more - strlen(more), "%s--explain %s%s",
                 more[0] != '\0' ? ", " : "more: ", m->code, m->of);
    if (more[0] != '\0') put_text(p, 6, "", more);
}

int message_write(FILE *out, const message *m, const message_options *options)
{
    page p = {.n = 0};
    const message_reveal reveal = options->reveal;
    put_head(&p, m, options);
    if (reveal != REVEAL_NONE) {
        put(&p, 8, "");
        put_run(&p, m);
    }
    if (reveal == REVEAL_EXPECTED || reveal == REVEAL_ALL) put_expected(&p, m);
    if (reveal == REVEAL_ALL) {
        put_text(&p, 0, "got", m->got);
        if (m->why[0] != '\0') put(&p, 9, "");
        put_text(&p, 0, "why", m->why);
        put_text(&p, 1, "sure", m->sure);
    }
    put(&p, 10, "");
    put_tail(&p, m, options);
    cut(&p);
    for (size_t i = 0; i < p.n; i++) {
        size_t n = strlen(p.line[i]);
        while (n > 0 && p.line[i][n - 1] == ' ') n--;
        fprintf(out, "%.*s\n", (int)n, p.line[i]);
    }
    return ferror(out) ? -1 : 0;
}

int message_write_terse(FILE *out, const message *m, const message_options *options)
{
    const char *file = options->file != NULL ? options->file : options->engine;
    fprintf(out, "%s:%s: %s %s", file != NULL ? file : "engine",
            options->id != NULL ? options->id : "", m->code, m->sentence);
    if (options->reveal != REVEAL_NONE) fprintf(out, ": %s", m->expr);
    if (options->reveal == REVEAL_ALL) fprintf(out, "  %s", m->got);
    if (m->expected[0] != '\0' &&
        (options->reveal == REVEAL_ALL || options->reveal == REVEAL_EXPECTED))
        fprintf(out, "  want %s", m->expected);
    fputc('\n', out);
    return ferror(out) ? -1 : 0;
}
