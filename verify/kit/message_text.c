/* The texts of mistake.def, and what stands there for what a mistake has of its own. */
#include <math.h>
#include <string.h>

#include "verify/kit/message_parts.h"
#include "verify/kit/mistake_edit.h"
#include "verify/kit/mistake_measure.h"

/* "0.707107 (1 / sqrt(2))" */
static void write_number(double k, char *text, size_t room)
{
    char name[40];
    const bool is_near_one = fabs(k - 1) < 1e-3 && k != 1;
    measure_name(k, name, sizeof name);
    snprintf(text, room, is_near_one ? "%.10g%s%s%s" : "%.6g%s%s%s", k,
             name[0] != '\0' ? " (" : "", name, name[0] != '\0' ? ")" : "");
}

/* %k the number, %t the formula, %r the right derivative, %f what the operation is; of a
 * formula with one change %e the whole, and %b what it should be; %s on which side of a
 * limit all is right; %n the operation whose number is k. */
static void write_of_form(char what, const flaw *f, char *room, size_t size)
{
    char text[200] = "";
    const double k = f == NULL || f->form.k == 0 ? 1 : f->form.k;
    const bool one = f != NULL && f->op != AD_OP_count;
    if (what == 'k')
        write_number(k, text, sizeof text);
    else if (what == 'n') /* k is an operation */
        snprintf(text, sizeof text, "%s",
                 f == NULL ? "one of them" : ad_ops[(int)k].name);
    else if (what == 't' && f != NULL)
        form_text(&f->form, f->op, f->partial, text, sizeof text);
    else if (what == 'r' && one)
        snprintf(text, sizeof text, "%s", signature_rule_text(f->op, f->partial > 0));
    else if (what == 'f' && one)
        form_op_text(f->op, text, sizeof text);
    else if (what == 's' && f != NULL)
        snprintf(text, sizeof text, "%s",
                 f->form.mode == FORM_LEAST || f->form.mode == FORM_LEAST_SHARE
                     ? "larger"
                     : "smaller");
    else if ((what == 'e' || what == 'b') && one)
        edit_text(f->op, mistake_is_of_value(f) || f->partial > 0 ? f->partial : 0,
                  (int)k, what == 'e' ? EDIT_CHANGED : EDIT_RIGHT, text, sizeof text);
    message_add(room, size, "%s", text);
}

/* "exp, log, sin and 4 others" */
static void write_ops(const flaw *f, char *room, size_t size)
{
    enum { NAMED = 3 };
    size_t n = 0;
    const uint64_t ops = f != NULL ? f->ops : 0, rest = ops & (ops - 1);
    const bool two = rest != 0 && (rest & (rest - 1)) == 0;
    for (int op = AD_FIRST_ROW; f != NULL && op <= AD_LAST_ROW; op++)
        if ((f->ops >> op & 1) != 0 && n++ < NAMED)
            message_add(room, size, "%s%s",
                        n < 2 ? ""
                        : two ? " and "
                              : ", ",
                        ad_ops[op].name);
    if (n == 0) message_add(room, size, "all operations with as many operands");
    if (n > NAMED)
        message_add(room, size, " and %zu other%s", n - NAMED,
                    n > NAMED + 1 ? "s" : "");
}

/* Also %o, the operation, and %l, all that have it. */
const char *message_text(const char *text, const flaw *f, char *room, size_t size)
{
    static const char rule[] = "the rule for %o";
    const bool one = f != NULL && f->op != AD_OP_count;
    const char *op = one         ? ad_ops[f->op].name
                     : f != NULL ? "each operation"
                                 : "an operation";
    room[0] = '\0';
    while (*text != '\0') {
        if (!one && f != NULL && strncmp(text, rule, sizeof rule - 1) == 0) {
            message_add(room, size, "every rule");
            text += sizeof rule - 1;
        } else if (text[0] == '%' && text[1] == 'o') {
            message_add(room, size, "%s", op);
            text += 2;
        } else if (text[0] == '%' && text[1] == 'l') {
            write_ops(f, room, size);
            text += 2;
        } else if (text[0] == '%' && strchr("ktrfebsn", text[1]) != NULL) {
            write_of_form(text[1], f, room, size);
            text += 2;
        } else {
            message_add(room, size, "%c", *text++);
        }
    }
    return room;
}
