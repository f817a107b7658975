/* Lines of a message. */
#include "verify/kit/message_page.h"

#include <ctype.h>
#include <string.h>

static const char missing[] = "...";

static void put(page *p, int rank, const char *label, page_way way, const char *text,
                size_t n)
{
    if (p->n == sizeof p->piece / sizeof *p->piece || p->used + n + 1 > sizeof p->room)
        return;
    char *kept = &p->room[p->used];
    memcpy(kept, text, n);
    kept[n] = '\0';
    p->used += n + 1;
    page_piece *piece = &p->piece[p->n++];
    *piece = (page_piece){.rank = rank, .way = way, .text = kept};
    snprintf(piece->label, sizeof piece->label, "%.11s", label);
}

void page_put(page *p, int rank, const char *label, page_way way, const char *text)
{
    if (text[0] != '\0' || way == PAGE_BLANK)
        put(p, rank, label, way, text, strlen(text));
}

/* "One. Two? Three": how long the first is. Numbers have points, too. */
static size_t sentence(const char *text)
{
    size_t n = 0;
    for (; text[n] != '\0'; n++) {
        const bool ends = strchr(".?!", text[n]) != NULL && text[n + 1] == ' ';
        if (ends && (isupper((unsigned char)text[n + 2]) ||
                     isdigit((unsigned char)text[n + 2]) || text[n + 2] == '-'))
            return n + 1;
    }
    return n;
}

void page_sentences(page *p, int first, int others, const char *label, const char *text)
{
    for (bool is_first = true; *text != '\0'; is_first = false) {
        const size_t n = sentence(text);
        put(p, is_first ? first : others, label, is_first ? PAGE_LINE : PAGE_JOINED,
            text, n);
        for (text += n; *text == ' ';) text++;
    }
}

/* ---- Lines ----------------------------------------------------------------------- */

/* Words until the line is full; a word that is longer than a line is broken. */
static size_t fitting(const char *text, size_t room)
{
    size_t n = strlen(text);
    if (n <= room) return n;
    for (n = room; n > 0 && text[n] != ' ';) n--;
    return n > 0 ? n : room;
}

/* As much of a command as fits before a " \": nothing within quotes, and no option from its
 * argument; what is longer than a line then is. */
static size_t fitting_command(const char *text, size_t room)
{
    size_t n = 0, last = 0, word = 0;
    if (strlen(text) <= room) return strlen(text);
    for (char quote = '\0'; text[n] != '\0'; n++) {
        if (text[n] == quote)
            quote = '\0';
        else if (quote == '\0' && strchr("'\"", text[n]) != NULL)
            quote = text[n];
        if (text[n] != ' ' || quote != '\0') continue;
        if (n + 2 > room && last > 0) break;
        if (text[word] != '-') last = n;
        word = n + 1;
    }
    return last > 0 ? last : n;
}

/* Writes lines, where there is an out; how many they are. */
static size_t flow(FILE *out, const char *head, size_t later, const char *text,
                   page_way way)
{
    size_t lines = 0;
    for (; *text != '\0'; lines++) {
        size_t before = lines == 0 ? strlen(head) : later;
        const size_t room = MESSAGE_COLUMNS - before,
                     n = way == PAGE_COMMAND ? fitting_command(text, room)
                                             : fitting(text, room);
        if (n > room) before = 2; /* a path without spaces */
        size_t shown = n;
        while (shown > 0 && text[shown - 1] == ' ') shown--;
        if (out != NULL)
            fprintf(out, "%*s%.*s%s\n", (int)before, lines == 0 ? head : "", (int)shown,
                    text, way == PAGE_COMMAND && text[n] != '\0' ? " \\" : "");
        for (text += n; *text == ' ';) text++;
    }
    return lines;
}

/* Those of all pieces. */
static size_t lines_of(FILE *out, const page *p)
{
    size_t lines = 0;
    char text[sizeof p->room];
    for (size_t i = 0; i < p->n; i++) {
        const page_piece *piece = &p->piece[i];
        char head[PAGE_LABEL + 1] = "";
        if (piece->way == PAGE_BLANK) {
            if (out != NULL) fputc('\n', out);
            lines++;
            continue;
        }
        size_t n = (size_t)snprintf(text, sizeof text, "%s", piece->text);
        for (; i + 1 < p->n && p->piece[i + 1].way == PAGE_JOINED; i++)
            n += (size_t)snprintf(text + n, sizeof text - n, " %s",
                                  p->piece[i + 1].text);
        const bool has_label = piece->way <= PAGE_JOINED;
        if (has_label) snprintf(head, sizeof head, "  %-11.11s", piece->label);
        lines += flow(out, head, has_label ? PAGE_LABEL : 2, text, piece->way);
    }
    return lines;
}

/* ---- What is left out ------------------------------------------------------------ */

static void leave_out(page *p, size_t i)
{
    const bool had_label = p->piece[i].way == PAGE_LINE && p->piece[i].label[0] != '\0';
    if (i + 1 < p->n && p->piece[i + 1].way == PAGE_JOINED && had_label)
        p->piece[i + 1].way = PAGE_LINE;
    memmove(&p->piece[i], &p->piece[i + 1], (p->n - i - 1) * sizeof p->piece[0]);
    p->n--;
}

static bool is_missing(const page *p, size_t i)
{
    return i < p->n && p->piece[i].text == missing;
}

void page_shorten(page *p, size_t lines)
{
    while (lines_of(NULL, p) > lines) {
        size_t out = 0;
        for (size_t i = 1; i < p->n; i++)
            if (p->piece[i].rank > 0 && p->piece[i].rank >= p->piece[out].rank) out = i;
        page_piece *piece = &p->piece[out];
        if (piece->rank == 0) return;
        const bool is_shown =
            piece->way == PAGE_LINE && piece->label[0] == '\0' && piece->rank == 1;
        if (!is_shown || is_missing(p, out + 1) || (out > 0 && is_missing(p, out - 1)))
            leave_out(p, out);
        else
            *piece = (page_piece){.rank = 0, .way = PAGE_LINE, .text = missing};
    }
}

int page_write(FILE *out, const page *p)
{
    lines_of(out, p);
    return ferror(out) ? -1 : 0;
}
