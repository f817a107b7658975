/*
 * Operations that engines compute by one helper, pow and pow_c, div and recip, and the two
 * operands of one: what is said of both in the same words is said once.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/kit.h"
#include "verify/kit/kit_share.h"
#include "verify/kit/message_parts.h"

static const ad_op families[][4] = {{AD_OP_pow, AD_OP_pow_c, AD_OP_c_pow},
                                    {AD_OP_div, AD_OP_c_div, AD_OP_recip},
                                    {AD_OP_sub, AD_OP_c_sub, AD_OP_neg},
                                    {AD_OP_add, AD_OP_add_c},
                                    {AD_OP_mul, AD_OP_mul_c, AD_OP_square},
                                    {AD_OP_log, AD_OP_log2, AD_OP_log10, AD_OP_log1p}};

static bool is_of(const ad_op *family, ad_op op)
{
    for (int i = 0; i < 4; i++)
        if (family[i] == op && (int)op >= (int)AD_FIRST_ROW) return true;
    return false;
}

/* A number that is added to be safe is one constant, wherever it stands. */
static bool is_guard(const char *code)
{
    static const char *const guards[] = {"G163", "G166", "G204",
                                         "G205", "G242", "G338"};
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
        if (strcmp(code, guards[i]) == 0) return true;
    return false;
}

static bool are_related(const finding *f, ad_op a, ad_op b)
{
    if (a >= AD_OP_count || b >= AD_OP_count) return false;
    if (a == b) return f->id[0] == '3'; /* its other operand */
    if (is_guard(f->code)) return true;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (is_of(families[i], a) && is_of(families[i], b)) return true;
    return false;
}

/* The sentence without the operation's name, and up to numbers that are its own: where it
 * is seen. y, of the second operand, is x. */
static void without_name(const char *text, ad_op op, char *plain, size_t room)
{
    const char *name = ad_ops[op].name, *end = strchr(text, ':');
    const size_t length = strlen(name),
                 stop = end != NULL ? (size_t)(end - text) : strlen(text);
    size_t n = 0;
    for (size_t i = 0; i < stop && n + 1 < room; i++) {
        const bool begins = i == 0 || !isalnum((unsigned char)text[i - 1]);
        if (begins && strncmp(text + i, name, length) == 0 &&
            !isalnum((unsigned char)text[i + length]) && text[i + length] != '_') {
            i += length - 1;
            continue;
        }
        const bool alone = begins && !isalnum((unsigned char)text[i + 1]);
        plain[n++] = alone && text[i] == 'y' ? 'x' : text[i];
    }
    plain[n] = '\0';
}

static bool say_the_same(const finding *f, ad_op of_f, const finding *g, ad_op of_g)
{
    char a[sizeof f->text], b[sizeof g->text];
    if (strcmp(f->code, g->code) != 0 || strcmp(f->code, "G00") == 0) return false;
    without_name(f->text, of_f, a, sizeof a);
    without_name(g->text, of_g, b, sizeof b);
    return strcmp(a, b) == 0;
}

static void append(finding *f, message *m, const char *other, bool is_first)
{
    char text[80];
    snprintf(text, sizeof text,
             other == NULL ? " So it is with its other operand."
             : is_first    ? " So it is with %s: is there a helper?"
                           : " And %s.",
             other);
    if (m != NULL) ADD(m->why, "%s", text);
    ADD(f->why, "%s", text);
}

void kit_share_family(kit *k)
{
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        const ad_op op = share_op_of(k, f);
        size_t others = 0;
        if (!finding_is_told(f) || op >= AD_OP_count) continue;
        message *m = f->cause > 0 ? &k->message[f->cause - 1] : NULL;
        for (size_t j = 0; j < k->n; j++) {
            finding *g = &k->finding[j];
            const ad_op other = share_op_of(k, g);
            if (j == i || !finding_is_told(g) || !are_related(f, op, other) ||
                !say_the_same(f, op, g, other))
                continue;
            share_take(k, g, f->id);
            append(f, m, op == other ? NULL : ad_ops[other].name, others++ == 0);
        }
    }
}
