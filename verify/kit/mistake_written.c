/* Wrong formulae as they are written. */
#include "verify/kit/mistake_written.h"

#include "verify/kit/mistake_edit_tree.h"

static const struct row {
    ad_op op;
    int partial;
    const char *text, *in_short, *why;
} rows[] = {
#define WRITTEN(name, partial, text, in_short, why)                                    \
    {AD_OP_##name, partial, text, in_short, why},
#include "verify/kit/written.def"
};
enum { ROWS = sizeof rows / sizeof *rows };

double written_value(int number, const double *x, double c, double z)
{
    const struct row *row = &rows[number];
    edit_tree t;
    edit_read(&t, row->text);
    const edit_place p = {x[0], ad_ops[row->op].operands > 1 ? x[1] : (double)NAN, z, c,
                          1};
    return edit_value_of(&t, t.root, &p);
}

const char *written_text(int number, char *text, size_t room)
{
    edit_tree t;
    edit_read(&t, rows[number].text);
    text[0] = '\0';
    edit_write(&t, t.root, text, room);
    return text;
}

const char *written_short(int number) { return rows[number].in_short; }

const char *written_why(int number) { return rows[number].why; }

bool formulae_written(formulae *m)
{
    const bool value = m->partial < 0;
    if (m->wrong < 2 || formulae_points(m) < 3) return false;
    for (int i = 0; i < ROWS; i++) {
        const form f = {.mode = value ? FORM_VALUE_WRITTEN : FORM_WRITTEN, .k = i};
        if (rows[i].op != m->op || rows[i].partial != m->partial ||
            !formulae_agree(m, &f))
            continue;
        formulae_put(m, value ? MISTAKE_OF_value_written : MISTAKE_OF_written, f);
        return true;
    }
    return false;
}
