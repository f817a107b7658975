/* Where a rule is wrong: the parts of a domain that a comparison makes. */
#include <math.h>

#include "verify/kit/mistake_form.h"

static bool is_whole(double c) { return c == trunc(c); }

/* Whose probes (signature.c) have x at 0.5, -0.75, 0.1, 3.125 and -0.55. */
static bool is_quartered(ad_op op)
{
    return op == AD_OP_tanh || op == AD_OP_sigmoid || op == AD_OP_erf ||
           op == AD_OP_erfc;
}

/* Whose probes have x at 3, -0.75, 0.4, 12.5 and -2.2. */
static bool is_at_usual_points(ad_op op)
{
    return ad_ops[op].operands == 1 && ad_ops[op].lo < -1e300 && !is_quartered(op) &&
           op != AD_OP_cbrt;
}

bool form_side_is(form_side side, ad_op op, const double *x, double c)
{
    const bool two = ad_ops[op].operands == 2;
    const double from = two ? x[0] - x[1] : x[0];
    switch (side) {
    case FORM_EVERYWHERE: return true;
    case FORM_ABOVE: return from > 0;
    case FORM_BELOW: return from < 0;
    case FORM_X_ABOVE: return x[0] > 0;
    case FORM_X_BELOW: return x[0] < 0;
    case FORM_Y_ABOVE: return two && x[1] > 0;
    case FORM_Y_BELOW: return two && x[1] < 0;
    case FORM_LARGER: return two && fabs(x[0]) > fabs(x[1]);
    case FORM_SMALLER: return two && fabs(x[0]) < fabs(x[1]);
    case FORM_C_BROKEN: return !is_whole(c);
    case FORM_C_WHOLE: return is_whole(c);
    case FORM_C_ABOVE: return c > 0;
    case FORM_C_BELOW: return c < 0;
    case FORM_C_SOME: return c != 0;
    case FORM_C_NONE: return c == 0;
    case FORM_FAR: return fabs(x[0]) > 1;
    case FORM_NEAR: return fabs(x[0]) < 1;
    case FORM_FROM_3: return x[0] > 1;
    case FORM_BELOW_3: return x[0] < 1;
    case FORM_FROM_12: return x[0] > (is_quartered(op) ? 2 : 5);
    case FORM_BELOW_12: return x[0] < (is_quartered(op) ? 2 : 5);
    case FORM_LOW: return x[0] < -1;
    case FORM_NOT_LOW: return x[0] > -1;
    case FORM_SIDES: break;
    }
    return false;
}

bool form_has_side(form_side side, ad_op op)
{
    if (side <= FORM_BELOW) return ad_ops[op].operands <= 2;
    if (side <= FORM_SMALLER) return ad_ops[op].operands == 2;
    if (side <= FORM_C_BELOW) return ad_ops[op].constants > 0;
    if (side <= FORM_C_NONE) return false; /* it is tried by itself */
    if (side == FORM_FROM_12 || side == FORM_BELOW_12)
        return is_at_usual_points(op) || is_quartered(op);
    if (side >= FORM_FROM_3) return is_at_usual_points(op);
    return side < FORM_SIDES;
}

const char *form_side_text(form_side side, ad_op op)
{
    static const char *const text[] = {
        [FORM_EVERYWHERE] = "",
        [FORM_ABOVE] = "x > 0",
        [FORM_BELOW] = "x < 0",
        [FORM_X_ABOVE] = "x > 0",
        [FORM_X_BELOW] = "x < 0",
        [FORM_Y_ABOVE] = "y > 0",
        [FORM_Y_BELOW] = "y < 0",
        [FORM_LARGER] = "|x| > |y|",
        [FORM_SMALLER] = "|x| < |y|",
        [FORM_C_BROKEN] = "c is not whole",
        [FORM_C_WHOLE] = "c is whole",
        [FORM_C_ABOVE] = "c > 0",
        [FORM_C_BELOW] = "c < 0",
        [FORM_C_SOME] = "c is not 0",
        [FORM_C_NONE] = "c is 0",
        [FORM_FAR] = "|x| > 1",
        [FORM_NEAR] = "|x| < 1",
        [FORM_FROM_3] = "x is large (at 3; not at 0.4)",
        [FORM_BELOW_3] = "x is not large (at 0.4; not at 3)",
        [FORM_FROM_12] = "x is large (at 12.5; not at 3)",
        [FORM_BELOW_12] = "x is not large (at 3; not at 12.5)",
        [FORM_LOW] = "x is low (at -2.2; not at -0.75)",
        [FORM_NOT_LOW] = "x is not low (at -0.75; not at -2.2)",
        [FORM_SIDES] = ""};
    const bool two = ad_ops[op].operands == 2;
    if (is_quartered(op) && side == FORM_FROM_12)
        return "x is large (at 3.125; not at 0.5)";
    if (is_quartered(op) && side == FORM_BELOW_12)
        return "x is not large (at 0.5; not at 3.125)";
    if (two && side == FORM_ABOVE) return "x > y";
    if (two && side == FORM_BELOW) return "x < y";
    return text[side];
}

form_side form_other_side(form_side side)
{
    if (side == FORM_EVERYWHERE) return side;
    return (form_side)(side % 2 == 1 ? side + 1 : side - 1);
}
