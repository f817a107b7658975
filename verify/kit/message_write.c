/* A message as lines: at most 18 of 78 columns (message_page.c). */
#include <string.h>

#include "verify/kit/message_page.h"

/* What goes first when there are too many lines: the highest. */
enum {
    STAYS,
    OF_RUN, /* not its beginning and end */
    FIRST_WHY,
    FIRST_SURE,
    OF_DIFFERENCE,
    OF_SAME,
    OF_HINT, /* its later sentences; the first stays */
    OF_WHY,
    OF_TITLE,
    OF_SURE,
    BLANK /* and above: the last of them first */
};

static void put_blank(page *p, int more)
{
    page_put(p, BLANK + more, "", PAGE_BLANK, "");
}

static void put_run(page *p, const message *m)
{
    for (size_t k = 0; k < m->runs; k++)
        page_put(p, k < 2 || k + 3 > m->runs ? STAYS : OF_RUN, k == 0 ? "run" : "",
                 PAGE_LINE, m->run[k]);
}

static void put_expected(page *p, const message *m)
{
    const char *before = m->by_hand[0] != '\0' ? "   by hand: " : "";
    char text[400], more[120] = "";
    snprintf(text, sizeof text, "%s%s%s", m->expected, before, m->by_hand);
    if (m->by_difference[0] != '\0')
        snprintf(more, sizeof more, "   by difference: %s", m->by_difference);
    const bool fits = strlen(text) + strlen(more) <= PAGE_TEXT;
    if (fits) strcat(text, more);
    page_put(p, STAYS, "expected", PAGE_LINE, text);
    if (!fits) page_put(p, OF_DIFFERENCE, "", PAGE_LINE, more + 3);
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
    page_put(p, STAYS, "", PAGE_OUT, text);
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
    if (fits) {
        snprintf(text, sizeof text, "%s %s", title, engine);
    } else {
        snprintf(title, sizeof title, "  %.40s  ", o->id != NULL ? o->id : "");
        put_engine(engine, MESSAGE_COLUMNS - strlen(title), o);
        snprintf(text, sizeof text, "%s%s", title, engine);
        snprintf(title, sizeof title, "  %s", m->title);
        page_put(p, OF_TITLE, "", PAGE_AS_IT_IS, title);
    }
    page_put(p, STAYS, "", PAGE_AS_IT_IS, text);
}

static void put_tail(page *p, const message *m, const message_options *o)
{
    char label[16], text[400];
    int hint = o->hint == 0 ? 1 : o->hint > 3 ? 3 : o->hint;
    if (hint > 0 && m->hint[hint - 1][0] == '\0') hint = -1; /* there is none */
    if (hint > 0) {
        snprintf(label, sizeof label, "hint %d/3", hint);
        page_sentences(p, STAYS, OF_HINT, label, m->hint[hint - 1]);
    }
    const char *engine = o->engine != NULL ? o->engine : "";
    const char *quote = strchr(engine, '\'') != NULL               ? "\""
                        : strpbrk(engine, " \"$&();*?<>|") != NULL ? "'"
                                                                   : ""; /* to copy */
    snprintf(text, sizeof text, "gradyno engine %s%s%s%s%s", quote, engine, quote,
             o->id != NULL ? " --only " : "", o->id != NULL ? o->id : "");
    page_put(p, STAYS, "again", PAGE_COMMAND, text);
    char more[64] = "";
    if (hint > 0 && hint < 3) snprintf(more, sizeof more, "more: --hint %d", hint + 1);
    if (m->code[0] == 'G' && strcmp(m->code, "G00") != 0)
        snprintf(more + strlen(more), sizeof more - strlen(more), "%s--explain %s%s",
                 more[0] != '\0' ? ", " : "more: ", m->code, m->of);
    if (more[0] != '\0') page_put(p, STAYS, "", PAGE_LINE, more);
    if (o->same == NULL || o->same[0] == '\0') return;
    snprintf(text, sizeof text, "  also fails for the same reason: %s", o->same);
    page_put(p, OF_SAME, "", PAGE_OUT, text);
}

int message_write(FILE *out, const message *m, const message_options *options)
{
    page p = {.n = 0};
    const message_reveal reveal = options->reveal;
    put_head(&p, m, options);
    if (reveal != REVEAL_NONE) {
        put_blank(&p, 0);
        put_run(&p, m);
    }
    if (reveal == REVEAL_EXPECTED || reveal == REVEAL_ALL) put_expected(&p, m);
    if (reveal == REVEAL_ALL) {
        page_put(&p, STAYS, "got", PAGE_LINE, m->got);
        if (m->why[0] != '\0') put_blank(&p, 1);
        page_sentences(&p, FIRST_WHY, OF_WHY, "why", m->why);
        page_sentences(&p, FIRST_SURE, OF_SURE, "sure", m->sure);
    }
    put_blank(&p, 2);
    put_tail(&p, m, options);
    page_shorten(&p, MESSAGE_LINES);
    return page_write(out, &p);
}

int message_write_brief(FILE *out, const message *m, const message_options *options)
{
    page p = {.n = 0};
    char text[500];
    snprintf(text, sizeof text, "error[%s]: %s: %s", m->code,
             options->id != NULL ? options->id : "", m->sentence);
    page_put(&p, STAYS, "", PAGE_OUT, text);
    return page_write(out, &p);
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
