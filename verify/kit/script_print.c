/* Small programs as text. */
#include <stdio.h>

#include "verify/kit/script.h"

static char infix_of(ad_op op)
{
    switch (op) {
    case AD_OP_add:
    case AD_OP_add_c: return '+';
    case AD_OP_sub:
    case AD_OP_c_sub: return '-';
    case AD_OP_mul:
    case AD_OP_mul_c: return '*';
    case AD_OP_div:
    case AD_OP_c_div: return '/';
    case AD_OP_pow:
    case AD_OP_pow_c:
    case AD_OP_c_pow: return '^';
    default: return '\0';
    }
}

/* The operand i as it is written: a node's name, or the row's constant. */
static const char *written(const script *s, const script_step *step, int i,
                           char number[32])
{
    if (i < ad_ops[step->op].operands) return s->name[step->operand[i]];
    snprintf(number, 32, "%.10g", step->c);
    return number;
}

static void print_apply(const script *s, const script_step *step, char *out,
                        size_t room)
{
    char number[2][32];
    const ad_op_info *row = &ad_ops[step->op];
    const char sign = infix_of(step->op), *name = s->name[step->node];
    const bool left = step->op == AD_OP_c_sub || step->op == AD_OP_c_div ||
                      step->op == AD_OP_c_pow || step->op == AD_OP_mul_c;
    if (step->op == AD_OP_neg)
        snprintf(out, room, "%s = -%s", name, s->name[step->operand[0]]);
    else if (sign != '\0')
        snprintf(out, room, "%s = %s %c %s", name, written(s, step, left, number[0]),
                 sign, written(s, step, !left, number[1]));
    else {
        int at = snprintf(out, room, "%s = %s(", name, row->name);
        for (int i = 0; i < row->operands + row->constants; i++)
            at += snprintf(out + at, room - (size_t)at, "%s%s", i == 0 ? "" : ", ",
                           written(s, step, i, number[0]));
        snprintf(out + at, room - (size_t)at, ")");
    }
}

char *script_print_step(const script *s, size_t k, char *out, size_t room)
{
    const script_step *step = &s->step[k];
    const char *name = s->name[step->node];
    switch (step->verb) {
    case SCRIPT_INPUT: snprintf(out, room, "%s = %.10g", name, step->c); break;
    case SCRIPT_CONSTANT: snprintf(out, room, "%s = const %.10g", name, step->c); break;
    case SCRIPT_APPLY: print_apply(s, step, out, room); break;
    case SCRIPT_BACKWARD: snprintf(out, room, "backward %s", name); break;
    case SCRIPT_ZERO: snprintf(out, room, "zero"); break;
    }
    return out;
}

char *script_print(const script *s, char *out, size_t room)
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t k = 0; k < s->steps; k++) {
        char step[96];
        const int n = snprintf(out + at, room - at, "%s%s", k == 0 ? "" : "; ",
                               script_print_step(s, k, step, sizeof step));
        if (n < 0 || (size_t)n >= room - at) break;
        at += (size_t)n;
    }
    return out;
}
