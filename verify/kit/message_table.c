/* The table of all mistakes. */
#include "verify/kit/message_parts.h"

/* x: by the first backward; 2: by a later one alone. */
static const char *shown(const signature *s, const flaw *f)
{
    outcome right, wrong;
    mistake_run(s, NULL, 0, CONDUCT_STALE, &right);
    mistake_run(s, f, 1, CONDUCT_STALE, &wrong);
    if (message_differ(wrong.value, right.value, signature_nodes(s)) ||
        message_differ(wrong.after, right.after, signature_nodes(s)) ||
        message_differ(wrong.once, right.once, s->inputs))
        return "x";
    return mistake_shows(s, f, CONDUCT_STALE) ? "2" : "";
}

int message_write_table(FILE *out)
{
    fprintf(
        out,
        "# Known mistakes of autograd engines\n\n"
        "Each row is a mistake that `gradyno engine` names; `--explain G07` has the "
        "page "
        "on it. Columns 1 to %zu are the\nsignature programs: x, its first backward "
        "shows "
        "the mistake; 2, a later one. The last column is the smallest\nof all programs "
        "that shows it, found by trying them all, or the tests that see it where no "
        "such program can. This file is written by the test "
        "suite "
        "`mistakes`\n(with `GRADYNO_WRITE_MISTAKES=1`), which fails where it is not up "
        "to "
        "date.\n\n",
        signatures_count);
    for (size_t i = 0; i < signatures_count; i++) {
        char text[SIGNATURE_TEXT];
        fprintf(out, "%zu. *%s*: `%s`\n", i + 1, signatures[i].name,
                signature_expr(&signatures[i], text, sizeof text));
    }
    fprintf(out, "\n| code | mistake |");
    for (size_t i = 0; i < signatures_count; i++) fprintf(out, " %zu |", i + 1);
    fprintf(out, " smallest program |\n|---|---|");
    for (size_t i = 0; i < signatures_count; i++) fprintf(out, "---|");
    fprintf(out, "---|\n");
    for (int kind = 0; kind < MISTAKE_KINDS; kind++) {
        const mistake_row *row = &mistake_rows[kind];
        if (row->code[0] == '\0' || mistake_by_code(row->code) != row) continue;
        char text[320];
        signature s;
        const flaw f = message_example(row, AD_OP_count);
        fprintf(out, "| %s | %s |", row->code,
                message_text(row->sentence, row->op == AD_OP_count ? NULL : &f, text,
                             sizeof text));
        const char *where = message_seen_in(row->code);
        for (size_t i = 0; i < signatures_count; i++)
            fprintf(out, " %s |", where != NULL ? "" : shown(&signatures[i], &f));
        if (where != NULL)
            fprintf(out, " seen in %s |\n", where);
        else
            fprintf(out, " `%s` |\n",
                    mistake_smallest(&f, &s) ? signature_expr(&s, text, sizeof text)
                                             : "");
    }
    return ferror(out) ? -1 : 0;
}
