/* A mistake in a place where it is easily seen. */
#include "verify/kit/message_parts.h"

/* An operation in which the example of a FORM is one. */
static ad_op form_example(mistake_kind kind)
{
    switch (kind) {
    case MISTAKE_OF_value_of_one: return AD_OP_mul;
    case MISTAKE_OF_constant:
    case MISTAKE_OF_value_constant:
    case MISTAKE_OF_value_falsy: return AD_OP_mul_c;
    case MISTAKE_OF_written:
    case MISTAKE_OF_value_written: return AD_OP_atan2;
    case MISTAKE_OF_edited:
    case MISTAKE_OF_value_edited: return AD_OP_silu;
    case MISTAKE_OF_wrong_test: return AD_OP_max;
    case MISTAKE_OF_value_nan:
    case MISTAKE_OF_derivative_nan: return AD_OP_square;
    case MISTAKE_OF_value_epsilon: return AD_OP_recip;
    case MISTAKE_OF_one_side: return AD_OP_abs;
    case MISTAKE_OF_sign_lost:
    case MISTAKE_OF_dropped: return AD_OP_exp;
    case MISTAKE_OF_value_argument:
    case MISTAKE_OF_argument:
    case MISTAKE_OF_inside: return AD_OP_sin;
    case MISTAKE_OF_integer:
    case MISTAKE_OF_value_integer:
    case MISTAKE_OF_cut:
    case MISTAKE_OF_value_cut: return AD_OP_sqrt;
    default: return AD_OP_log;
    }
}

/* Something that is wrong, to be shown. */
static flaw of_no_form(mistake_kind kind)
{
    flaw f = {.kind = MISTAKE_OF_formula, .op = AD_OP_tanh, .partial = -1};
    f.form = (form){.mode = FORM_TIMES, .a = FORM_D, .k = 0.9};
    if (kind == MISTAKE_OF_operand_changed) f.op = AD_OP_abs; /* as its page has it */
    if (kind == MISTAKE_OF_value_wrong) {
        f.kind = MISTAKE_OF_value_formula;
        f.form = (form){.mode = FORM_VALUE_TIMES, .a = FORM_Z, .k = 0.9};
    } else if (kind == MISTAKE_OF_incoming_wrong) {
        f.kind = MISTAKE_OF_sign_lost;
        f.form = (form){.mode = FORM_ABS_INCOMING, .k = 1};
    }
    return f;
}

/* The mistake in a place where it is easily seen: an operation in which it is one. */
flaw message_example(const mistake_row *row, ad_op op)
{
    const ad_op tried[] = {op, AD_OP_log, AD_OP_div, AD_OP_mul, AD_OP_sub};
    const mistake_kind kind = (mistake_kind)(row - mistake_rows);
    const bool is_of_op =
        row->place == MISTAKE_IN_SLIP || row->place == MISTAKE_IN_VALUE;
    flaw f = {.kind = kind,
              .op = row->op,
              .partial = is_of_op ? row->partial : -1,
              .form = row->example};
    if (row->place == MISTAKE_IN_NO_FORM) f = of_no_form(kind);
    if (row->place == MISTAKE_IN_FORM || row->place == MISTAKE_IN_NO_FORM) {
        flaw asked = f;
        signature s;
        asked.op = op;
        if (op != AD_OP_count && mistake_smallest(&asked, &s)) return asked;
        if (row->place == MISTAKE_IN_FORM) f.op = form_example(kind);
        return f;
    }
    if (row->place != MISTAKE_IN_RULE && row->place != MISTAKE_IN_PARTIAL) return f;
    for (size_t i = op == AD_OP_count; i < sizeof tried / sizeof *tried; i++) {
        enum { ROOM = 300 };
        flaw all[ROOM];
        bool supported[AD_OP_count] = {[AD_OP_constant] = false};
        supported[tried[i]] = true;
        const size_t n = mistake_flaws(supported, all, ROOM);
        for (size_t k = 0; k < n; k++)
            if (all[k].kind == kind && all[k].op == tried[i]) return all[k];
    }
    return f;
}
