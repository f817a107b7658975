/* Files of numbers. */
#include "verify/programs/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)1 << 30)

static void fail(number_file *f, const char *format, ...)
{
    if (f->failed) return;
    f->failed = true;
    const int length =
        snprintf(f->error->text, sizeof f->error->text, "%.90s", f->path);
    if (length < 0) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->error->text + length, sizeof f->error->text - (size_t)length, format,
              arguments);
    va_end(arguments);
}

void numbers_fail(number_file *f, const char *text) { fail(f, " %s", text); }

/* The text, in a block that doubles; NULL with errno, or 0 there if it is too large. */
static char *read_all(FILE *in, size_t *length)
{
    char *text = NULL;
    size_t room = 0;
    for (*length = 0;;) {
        if (room - *length < 2) {
            room = room == 0 ? 1 << 16 : 2 * room;
            char *moved = room > LARGEST_FILE ? NULL : realloc(text, room);
            if (moved == NULL) {
                errno = room > LARGEST_FILE ? EFBIG : ENOMEM;
                break;
            }
            text = moved;
        }
        const size_t got = fread(text + *length, 1, room - *length - 1, in);
        *length += got;
        if (got == 0 && ferror(in)) break;
        if (got == 0) {
            text[*length] = '\0';
            return text;
        }
    }
    free(text);
    return NULL;
}

bool numbers_open(number_file *f, const char *path, program_error *error)
{
    *f = (number_file){.path = path, .error = error};
    FILE *in = fopen(path, "rb");
    size_t length = 0;
    if (in != NULL) f->text = read_all(in, &length);
    if (f->text == NULL) fail(f, " cannot be read: %s.", strerror(errno));
    if (in != NULL) fclose(in);
    if (f->text != NULL && strlen(f->text) != length) fail(f, " is no text file.");
    f->at = f->text;
    return !f->failed;
}

static size_t line_of(const number_file *f)
{
    size_t line = 1;
    for (const char *c = f->text; c < f->at; c++) line += *c == '\n';
    return line;
}

/* At the next word; its length, 0 at the end or after a failure. */
static size_t word(number_file *f)
{
    if (f->failed) return 0;
    while (isspace((unsigned char)*f->at)) f->at++;
    size_t length = 0;
    while (f->at[length] != '\0' && !isspace((unsigned char)f->at[length])) length++;
    return length;
}

/* For a message, so that a long word stays short. */
static int shown(size_t length) { return length < 24 ? (int)length : 24; }

size_t numbers_count(number_file *f, const char *what, size_t least, size_t most)
{
    const size_t length = word(f);
    if (length == 0) fail(f, " ends before %s.", what);
    if (f->failed) return 0;
    size_t n = 0;
    bool whole = true;
    for (size_t i = 0; i < length && whole; i++) {
        whole = isdigit((unsigned char)f->at[i]);
        if (whole && n <= most) n = 10 * n + (size_t)(f->at[i] - '0');
    }
    if (!whole || n < least || n > most) {
        fail(f, ":%zu: %s is '%.*s', not a whole number from %zu to %zu.", line_of(f),
             what, shown(length), f->at, least, most);
        return 0;
    }
    f->at += length;
    return n;
}

void numbers_reals(number_file *f, const char *what, size_t n, double *x)
{
    for (size_t i = 0; i < n && !f->failed; i++) {
        const size_t length = word(f);
        if (length == 0) {
            fail(f, " ends after %zu of the %zu numbers of %s.", i, n, what);
            return;
        }
        char *end;
        x[i] = strtod(f->at, &end);
        if (end != f->at + length)
            fail(f, ":%zu: %s has '%.*s', which is not a number.", line_of(f), what,
                 shown(length), f->at);
        else if (!isfinite(x[i]))
            fail(f, ":%zu: %s has '%.*s', which is not finite.", line_of(f), what,
                 shown(length), f->at);
        f->at += length;
    }
}

size_t numbers_left(const number_file *f)
{
    number_file rest = *f;
    size_t words = 0;
    for (size_t length; (length = word(&rest)) > 0; words++) rest.at += length;
    return words;
}

bool numbers_close(number_file *f)
{
    free(f->text);
    f->text = f->at = NULL;
    return !f->failed;
}
