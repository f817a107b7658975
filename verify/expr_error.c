/* What is wrong with a text, and where: a sentence, a line, a column, a better name. */
#include "verify/expr_error.h"

#include <stdarg.h>
#include <string.h>

/* Bytes of the character at s: 1, or as many as a well-formed UTF-8 sequence has. */
static size_t character_bytes(const unsigned char *s)
{
    const size_t bytes = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC2 ? 2 : 1;
    if (s[0] > 0xF4) return 1;
    for (size_t i = 1; i < bytes; i++)
        if ((s[i] & 0xC0) != 0x80) return 1;
    /* Surrogates, overlong forms and what is beyond U+10FFFF are not well-formed. */
    if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] >= 0xA0)) return 1;
    if ((s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] >= 0x90)) return 1;
    return bytes;
}

/* The line around text[position], cut to what fits, anything unprintable replaced. */
static void mark(expr_error *error, const char *text, size_t position)
{
    enum { BEFORE = 48, ELLIPSIS = 3 };
    const size_t length = strlen(text);
    if (position > length) position = length;
    size_t start = position > BEFORE ? position - BEFORE : 0, out = 0;
    error->position = position;
    error->column = 0;
    if (start > 0) {
        memcpy(error->line, "...", ELLIPSIS);
        out = error->column = ELLIPSIS;
        while (start < position && ((unsigned char)text[start] & 0xC0) == 0x80) start++;
    }
    for (size_t i = start, bytes; i < length; i += bytes) {
        const unsigned char *c = (const unsigned char *)text + i;
        bytes = character_bytes(c);
        if (out + bytes + ELLIPSIS >= sizeof error->line) {
            memcpy(error->line + out, "...", ELLIPSIS);
            out += ELLIPSIS;
            break;
        }
        if (bytes > 1 && !(c[0] == 0xC2 && c[1] < 0xA0)) /* not a control character */
            memcpy(error->line + out, c, bytes), out += bytes;
        else if (c[0] < 0x20)
            error->line[out++] = ' ';
        else
            error->line[out++] = c[0] < 0x7F ? text[i] : '?';
        if (i < position) error->column++;
    }
    error->line[out] = '\0';
}

void expr_error_set(expr_error *error, const char *text, size_t position,
                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->sentence, sizeof error->sentence, format, arguments);
    va_end(arguments);
    mark(error, text, position);
}

enum { LONGEST_NAME = 15 };

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/*
 * How many letters have to be changed, added, taken away or swapped with the next
 * (Damerau's distance, in the form that edits no place twice).
 */
static size_t distance(const char *a, const char *b)
{
    const size_t m = strlen(a), n = strlen(b);
    size_t row[LONGEST_NAME + 1][LONGEST_NAME + 1];
    if (m > LONGEST_NAME || n > LONGEST_NAME) return LONGEST_NAME;
    for (size_t i = 0; i <= m; i++) row[i][0] = i;
    for (size_t j = 0; j <= n; j++) row[0][j] = j;
    for (size_t i = 1; i <= m; i++)
        for (size_t j = 1; j <= n; j++) {
            const size_t replaced = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            row[i][j] = least(replaced, least(row[i - 1][j], row[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[i][j] = least(row[i][j], row[i - 2][j - 2] + 1);
        }
    return row[m][n];
}

/* Takes the name over if it is nearer; of two as near, that of the same length. */
static void consider(const char *name, const char *written, const char **nearest,
                     size_t *best)
{
    const size_t far = 2 * distance(written, name) + (strlen(written) != strlen(name));
    if (far >= *best) return;
    *best = far;
    *nearest = name;
}

const char *expr_nearest_name(const char *name)
{
    /* What mathematicians and other languages call them. */
    static const char *const other_names[][2] = {
        {"ln", "log"},        {"lg", "log10"},        {"abs", "fabs"},
        {"max", "fmax"},      {"min", "fmin"},        {"gamma", "tgamma"},
        {"arcsin", "asin"},   {"arccos", "acos"},     {"arctan", "atan"},
        {"arctan2", "atan2"}, {"arcsinh", "asinh"},   {"arccosh", "acosh"},
        {"arctanh", "atanh"}, {"ceiling", "ceil"},    {"mod", "fmod"},
        {"power", "pow"},     {"sqr", "square"},      {"tg", "tan"},
        {"sigm", "sigmoid"},  {"logistic", "sigmoid"}};
    for (size_t i = 0; i < sizeof other_names / sizeof other_names[0]; i++)
        if (strcmp(name, other_names[i][0]) == 0) {
            const char *meant = other_names[i][1];
            if (expr_function_find(meant) != EXPR_FUNCTIONS ||
                ad_op_find(meant) != AD_OP_count)
                return meant;
        }
    const char *nearest = NULL;
    size_t best = strlen(name) > 3 ? 6 : 4; /* further is a guess */
    for (int i = 0; i < EXPR_FUNCTIONS; i++)
        consider(expr_functions[i].name, name, &nearest, &best);
    for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++)
        consider(ad_ops[op].name, name, &nearest, &best);
    return nearest;
}
