/* Formulae of mistakes: how they are said. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/mistake_edit.h"
#include "verify/kit/mistake_form.h"
#include "verify/kit/mistake_written.h"
#include "verify/kit/signature.h"

const char *form_op_text(ad_op op, char *text, size_t room)
{
    const ad_op_info *row = &ad_ops[op];
    const char *plain = op == AD_OP_sigmoid    ? "1 / (1 + exp(-x))"
                        : op == AD_OP_silu     ? "x / (1 + exp(-x))"
                        : op == AD_OP_softplus ? "log(1 + exp(x))"
                        : op == AD_OP_relu     ? "max(x, 0)"
                                               : NULL;
    if (plain != NULL)
        snprintf(text, room, "%s", plain);
    else if (strchr(row->value_text, '(') == NULL &&
             strchr(row->value_text, '?') == NULL)
        snprintf(text, room, "%s", row->value_text);
    else
        snprintf(text, room, "%s(x%s)", row->name,
                 row->operands == 3   ? ", y, w"
                 : row->operands == 2 ? ", y"
                 : row->constants > 0 ? ", c"
                                      : "");
    return text;
}

/* Whether there is a sum, a quotient or a product outside all brackets. */
static bool is_open(const char *text, const char *signs)
{
    int depth = 0;
    for (const char *p = text; *p != '\0'; p++) {
        depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
        if (depth == 0 && *p == ' ' && strchr(signs, p[1]) != NULL) return true;
        if (depth == 0 && *p == ' ' && signs[0] == ' ') return true;
    }
    return text[0] == '-';
}

/* An atom as a factor: in brackets where it has to be. */
static const char *factor(size_t atom, ad_op op, int partial, bool below, char text[80])
{
    const char *plain = form_atom_text(atom);
    char value[60];
    if (atom == FORM_D) plain = signature_rule_text(op, partial);
    if (atom == FORM_Z && partial < 0) plain = form_op_text(op, value, sizeof value);
    if (strstr(plain, " where ") != NULL || strstr(plain, " to ") != NULL)
        plain = "slope";
    snprintf(text, 80, is_open(plain, below ? " " : "+-/") ? "(%s)" : "%s", plain);
    return text;
}

/* "2 x exp(x)", "x / sqrt(x)", "1 - 2 z^2" */
static void formula(const form *f, ad_op op, int partial, bool is_sum, bool is_quotient,
                    const char *g, char *text, size_t room)
{
    char a[80], b[80], k[32] = "";
    const double size = fabs(f->k);
    factor((size_t)f->a, op, partial, false, a);
    factor((size_t)f->b, op, partial, is_quotient, b);
    if (size != 1) snprintf(k, sizeof k, "%.6g ", size);
    if (is_sum) {
        const bool one = f->b == FORM_ONE && (k[0] != '\0' || g[0] != '\0');
        const char *plain = form_atom_text((size_t)f->a);
        snprintf(text, room, "%s %c %s%s%s",
                 f->a == FORM_D || f->a == FORM_Z ? a : plain, f->k < 0 ? '-' : '+', k,
                 g, one ? "" : b);
        const size_t n = strlen(text);
        if (text[n - 1] == ' ') text[n - 1] = '\0';
        return;
    }
    if (f->k == 0) {
        snprintf(text, room, "0");
        return;
    }
    if (f->b == FORM_ONE && f->k == 1 && f->a != FORM_D) {
        snprintf(text, room, "%s", form_atom_text((size_t)f->a));
        return;
    }
    const bool a_one = f->a == FORM_ONE && (k[0] != '\0' || f->b != FORM_ONE) &&
                       !(is_quotient && k[0] == '\0');
    const char *sign = f->k < 0 ? "-" : "";
    if (f->b == FORM_ONE)
        snprintf(text, room, "%s%s%s", sign, k, a_one ? "" : a);
    else
        snprintf(text, room, "%s%s%s%s%s", sign, k, a_one ? "" : a,
                 is_quotient ? (a_one ? "/ " : " / ") : (a_one ? "" : " "), b);
    const size_t n = strlen(text);
    if (n > 0 && text[n - 1] == ' ') text[n - 1] = '\0';
}

const char *form_text(const form *f, ad_op op, int i, char *text, size_t room)
{
    static const char *const letter[] = {"x", "y", "w"};
    const bool of_value = f->mode >= FORM_VALUE_TIMES;
    const char *x = letter[of_value && f->a < 3 ? f->a : i > 0 ? i : 0];
    char part[200];
    const double k = f->k;
    const form_side test = f->mode == FORM_TEST ? (form_side)f->a : FORM_EVERYWHERE;
    const bool min = op == AD_OP_min;
    const char *side = form_side_text(f->side, op),
               *where = f->side == FORM_EVERYWHERE ? "" : " where ";
    text[0] = '\0';
    switch (f->mode) {
    case FORM_TIMES:
    case FORM_VALUE_TIMES:
    case FORM_OVER:
    case FORM_VALUE_OVER:
    case FORM_PLUS:
    case FORM_VALUE_PLUS:
    case FORM_APART:
        formula(f, op, i,
                f->mode == FORM_PLUS || f->mode == FORM_VALUE_PLUS ||
                    f->mode == FORM_APART,
                f->mode == FORM_OVER || f->mode == FORM_VALUE_OVER,
                f->mode == FORM_APART ? "g " : "", part, sizeof part);
        snprintf(text, room, "%s%s%s", part, where, side);
        break;
    case FORM_FORGETS:
        formula(f, op, i, false, false, "", part, sizeof part);
        snprintf(text, room, "%s, without the gradient from above,%s%s", part, where,
                 side);
        break;
    case FORM_ABS_INCOMING: snprintf(text, room, "the gradient from above"); break;
    case FORM_ABS_SHARE: snprintf(text, room, "what it passes on"); break;
    case FORM_ABS_PARTIAL: snprintf(text, room, "its derivative"); break;
    case FORM_DROP_BELOW: snprintf(text, room, "negative"); break;
    case FORM_DROP_ABOVE: snprintf(text, room, "positive"); break;
    case FORM_SIGN: snprintf(text, room, "only the sign"); break;
    case FORM_CUT_SHARE: snprintf(text, room, "what it passes on at %.6g", k); break;
    case FORM_CUT_PARTIAL: snprintf(text, room, "its derivative at %.6g", k); break;
    case FORM_CUT_INCOMING:
        snprintf(text, room, "the gradient from above at %.6g", k);
        break;
    case FORM_LEAST:
    case FORM_MOST:
        snprintf(text, room, "its derivative at %.6g%s", k,
                 f->mode == FORM_LEAST ? " from below" : "");
        break;
    case FORM_LEAST_SHARE:
    case FORM_MOST_SHARE:
        snprintf(text, room, "what it passes on at %.6g%s", k,
                 f->mode == FORM_LEAST_SHARE ? " from below" : "");
        break;
    case FORM_TRADED_RESULT: snprintf(text, room, "its result"); break;
    case FORM_TRADED:
        snprintf(text, room, f->a == 0 ? "its operand" : "the other operand");
        break;
    case FORM_FLOOR_SHARE:
    case FORM_INTEGER_SHARE: snprintf(text, room, "what it passes on"); break;
    case FORM_FLOOR_PARTIAL:
    case FORM_INTEGER_PARTIAL: snprintf(text, room, "its derivative"); break;
    case FORM_INTEGER_INCOMING: snprintf(text, room, "the gradient from above"); break;
    case FORM_INSIDE: snprintf(text, room, "at g %s alone", x); break;
    case FORM_INSIDE_TIMES: snprintf(text, room, "at g %s", x); break;
    case FORM_INSIDE_PLUS: snprintf(text, room, "at %s + g", x); break;
    case FORM_INSIDE_ALONE: snprintf(text, room, "at g"); break;
    case FORM_AT_SCALED:
    case FORM_VALUE_SCALED:
        if (k == -1)
            snprintf(text, room, "-%s", x);
        else
            snprintf(text, room, "%.6g %s", k, x);
        break;
    case FORM_AT_SHIFTED:
    case FORM_VALUE_SHIFTED:
        snprintf(text, room, "%s %c %.6g", x, k < 0 ? '-' : '+', fabs(k));
        break;
    case FORM_VALUE_MOST: snprintf(text, room, "its result at %.6g", k); break;
    case FORM_VALUE_LEAST:
        snprintf(text, room, "its result at %.6g from below", k);
        break;
    case FORM_VALUE_OPERAND_MOST: snprintf(text, room, "its operand at %.6g", k); break;
    case FORM_VALUE_OPERAND_LEAST:
        snprintf(text, room, "its operand at %.6g from below", k);
        break;
    case FORM_OF_INTEGER:
    case FORM_VALUE_OF_INTEGER: snprintf(text, room, "an integer"); break;
    case FORM_OF_FLOAT:
    case FORM_VALUE_OF_FLOAT: snprintf(text, room, "a float"); break;
    case FORM_OF_DECIMALS:
    case FORM_VALUE_OF_DECIMALS: snprintf(text, room, "%.0f decimals", k); break;
    case FORM_TEST:
        snprintf(text, room, "%s, not %s",
                 form_side_text(min ? form_other_side(test) : test, op),
                 form_side_text(min ? FORM_BELOW : FORM_ABOVE, op));
        break;
    case FORM_MORE:
    case FORM_VALUE_MORE:
        snprintf(text, room, "%s + %.6g, not %s", form_atom_text((size_t)f->a), k,
                 form_atom_text((size_t)f->a));
        break;
    case FORM_ROOT_MORE:
        snprintf(text, room, "sqrt(%s + %.6g), not sqrt(%s)",
                 form_atom_text((size_t)f->a), k, form_atom_text((size_t)f->a));
        break;
    case FORM_VALUE_ROOT_MORE:
        snprintf(text, room, "the root of %s + %.6g",
                 op == AD_OP_hypot ? "x^2 + y^2" : "x^2", k);
        break;
    case FORM_EDIT:
        edit_text(op, i > 0 ? i : 0, (int)k, EDIT_CHANGE, text, room);
        break;
    case FORM_VALUE_EDIT: edit_text(op, -1, (int)k, EDIT_CHANGE, text, room); break;
    case FORM_ROUNDED:
    case FORM_VALUE_ROUNDED:
        snprintf(text, room, "%s to %.0f %s%s",
                 f->a == FORM_ROUND_DOWN || f->a == FORM_ROUND_CUT ? "cut" : "rounded",
                 k, f->a == FORM_ROUND_ALL ? "significant digit" : "decimal",
                 k > 1 ? "s" : "");
        break;
    case FORM_ALSO:
    case FORM_SISTER:
    case FORM_VALUE_SISTER: snprintf(text, room, "%s", ad_ops[(int)k].name); break;
    case FORM_NAN:
    case FORM_VALUE_NAN:
        snprintf(text, room, "%s", side[0] != '\0' ? side : "x < 0");
        break;
    case FORM_WRITTEN:
    case FORM_VALUE_WRITTEN:
        written_text((int)k, text, room);
        snprintf(text + strlen(text), room - strlen(text), ": %s",
                 written_short((int)k));
        break;
    case FORM_VALUE_FIRST: snprintf(text, room, "the first"); break;
    case FORM_VALUE_SECOND: snprintf(text, room, "the second"); break;
    default: break;
    }
    return text;
}
