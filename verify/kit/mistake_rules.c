/* The rules of operations, right and with the mistakes of mistake.def in them. */
#include <math.h>

#include "verify/kit/mistake.h"

static bool is_in(const flaw *f, ad_op op)
{
    return f->op == op || f->op == AD_OP_count;
}

double mistake_value(const flaw *flaws, size_t n, ad_op op, const double *operand,
                     double c)
{
    const double x = operand[0], y = ad_ops[op].operands > 1 ? operand[1] : (double)NAN;
    for (size_t i = 0; i < n; i++) {
        if (!is_in(&flaws[i], op)) continue;
        if (mistake_is_of_value(&flaws[i]) && flaws[i].form.mode != FORM_NONE)
            return form_value(&flaws[i].form, op, operand, c);
        (void)y;
        switch (flaws[i].kind) {
/* clang-format off */
#define VALUE(code, name, row, value, ...)                                             \
    case MISTAKE_OF_##name: return value;
#include "verify/kit/mistake.def"
            /* clang-format on */
        default: break;
        }
    }
    return ad_ops[op].value(operand, c);
}

/* Partial k of op at another place: its result, or its operands exchanged. */
static double partial_at(ad_op op, const double *operand, double c, int k)
{
    double d[AD_MAX_OPERANDS];
    ad_ops[op].partials(operand, c, ad_ops[op].value(operand, c), d);
    return d[k];
}

/* Partial k as flaw f has it; right[] are the right ones. */
static double flawed(const flaw *f, ad_op op, const double *operand, double c, double z,
                     double g, const double *right, int k)
{
    const int n = ad_ops[op].operands, other = n > 1 ? (k == 0 ? 1 : 0) : 0;
    const double d = right[k], e = right[other];
    const bool in_first = mistake_rows[f->kind].place == MISTAKE_IN_SLIP;
    /* A slip's x and y are the operation's; elsewhere x is the operand of partial k. */
    const double x = operand[in_first ? 0 : k],
                 y = n < 2 ? (double)NAN : operand[in_first ? 1 : other];
    const double turned[AD_MAX_OPERANDS] = {n > 1 ? operand[1] : 0, operand[0], 0};
    (void)g, (void)z, (void)e;
    switch (f->kind) {
/* clang-format off */
#define at_result partial_at(op, (double[]){z, 0, 0}, c, 0)
#define exchanged partial_at(op, turned, c, k)
#define PARTIAL(code, name, partial, ...)                                              \
    case MISTAKE_OF_##name: return partial;
#define SLIP(code, name, row, which, partial, ...)                                     \
    case MISTAKE_OF_##name: return partial;
#include "verify/kit/mistake.def"
        /* clang-format on */
    default: return d;
    }
}

static double combined(mistake_kind kind, double g, double d, double z, double x)
{
    (void)z, (void)x;
    switch (kind) {
/* clang-format off */
#define INCOMING(code, name, share, ...)                                               \
    case MISTAKE_OF_##name: return share;
#include "verify/kit/mistake.def"
        /* clang-format on */
    default: return g * d;
    }
}

void mistake_shares(const flaw *flaws, size_t n, ad_op op, const double *x, double c,
                    double z, double g, double *share)
{
    double right[AD_MAX_OPERANDS], d[AD_MAX_OPERANDS];
    ad_ops[op].partials(x, c, z, right);
    for (int k = 0; k < ad_ops[op].operands; k++) {
        mistake_kind how = MISTAKE_KINDS;
        const form *f = NULL;
        d[k] = right[k];
        for (size_t i = 0; i < n; i++) {
            if (!is_in(&flaws[i], op)) continue;
            if (flaws[i].partial >= 0 && flaws[i].partial != k) continue;
            if (mistake_rows[flaws[i].kind].place == MISTAKE_IN_FORM)
                f = mistake_is_of_value(&flaws[i]) ? f : &flaws[i].form;
            else if (mistake_rows[flaws[i].kind].place == MISTAKE_IN_RULE)
                how = flaws[i].kind;
            else
                d[k] = flawed(&flaws[i], op, x, c, z, g, right, k);
        }
        share[k] = f != NULL ? form_share(f, op, k, x, c, z, g)
                             : combined(how, g, d[k], z, x[k]);
    }
}
