/* The probes that follow from the table of operations: the smallest programs of each, and
 * a few of sums and products for what no smaller one shows. */
#include <math.h>
#include <string.h>

#include "verify/kit/signature.h"

enum { POINTS = 5, ALONE = 2 };

/* Ordinary points in the domain of an operation: the second one, where there is a left
 * side, there; a small one, a large one, and one farther left. */
static void point(ad_op op, int which, double *x, double *c)
{
    static const double at[POINTS][3] = {{3, 2, 0.6},
                                         {-0.75, 0.5, -1.25},
                                         {0.4, 1.7, 2.2},
                                         {12.5, 0.7, -0.4},
                                         {-2.2, 1.3, 3}},
                        constant[POINTS] = {2.5, -1.5, 3, 0.637, 0},
                        unit[POINTS] = {0.5, -0.75, 0.4, 0.9, -0.2},
                        base[POINTS] = {3, 0.7, 2, 1.3, 5},
                        pair[POINTS][2] = {
                            {5, 1.5}, {2.5, 7}, {0.4, -1.7}, {-1.2, 3}, {-4, -2.2}};
    memcpy(x, at[which], sizeof at[which]);
    *c = constant[which];
    switch (op) {
    case AD_OP_asin:
    case AD_OP_acos:
    case AD_OP_atanh: x[0] = unit[which]; break;
    case AD_OP_acosh: x[0] = which == 1 ? 1.5 : 1 + fabs(x[0]); break;
    case AD_OP_sqrt:
    case AD_OP_cbrt: /* somewhere steeper than 1 */
        x[0] = which == 1 ? 0.75 : which == 2 ? 0.04 : fabs(x[0]);
        break;
    case AD_OP_c_pow: *c = base[which]; break;
    case AD_OP_tanh:
    case AD_OP_sigmoid:
    case AD_OP_erf:
    case AD_OP_erfc: x[0] = which < 2 ? unit[which] : x[0] / 4; break;
    case AD_OP_add:
    case AD_OP_sub:
    case AD_OP_mul:
        if (which == 1) x[0] = 7, x[1] = 5;
        break;
    case AD_OP_max:
    case AD_OP_min: memcpy(x, pair[which], sizeof pair[which]); break;
    default:
        if (x[0] <= ad_ops[op].lo) x[0] = which == 1 ? 0.75 : 1.6;
        break;
    }
}

/* z = op(x, y, ...), the first step; a second one uses it. */
static signature alone(ad_op op, int which)
{
    signature s = {.name = ad_ops[op].name, .inputs = ad_ops[op].operands, .steps = 1};
    s.step[0].op = op;
    for (int i = 0; i < s.inputs; i++) s.step[0].operand[i] = i;
    point(op, which, s.x, &s.step[0].c);
    s.root = s.second = s.inputs;
    return s;
}

/* a = op(x, x) */
static signature of_same(ad_op op)
{
    signature s = {.name = ad_ops[op].name, .inputs = 1, .x = {3}, .steps = 1};
    s.step[0] = (signature_step){op, {0, 0}, 0};
    s.root = s.second = 1;
    return s;
}

static signature below(signature s, ad_op op, int i, int j)
{
    s.step[s.steps++] = (signature_step){op, {i, j}, 0};
    s.root = s.second = s.inputs + s.steps - 1;
    return s;
}

/* a = x + k, k being a constant. */
static signature of_constant(ad_op op)
{
    signature s = alone(op, 0);
    s.constants = 1;
    return s;
}

/* a = x + x, and b = a + x, which the output a does not need. */
static signature used_further(ad_op op)
{
    signature s = below(of_same(op), op, 1, 0);
    s.root = s.second = 1;
    return s;
}

/* b = y a, y being one input more. */
static signature weighed(ad_op op, int which)
{
    static const double by[POINTS] = {-1.5, -1.5, 2.5, -0.5, 1.75};
    signature s = alone(op, which);
    s.x[s.inputs++] = by[which];
    return below(s, AD_OP_mul, s.inputs - 1, s.inputs);
}

/* The same with y = 0, for the last backward alone. */
static const char shut_name[] = "shut";

static signature shut(ad_op op)
{
    signature s = weighed(op, 0);
    s.name = shut_name;
    s.x[s.inputs - 1] = 0;
    s.root = s.inputs;
    return s;
}

bool signature_is_shut(const signature *s, ad_op op)
{
    return s->step[0].op == op && strcmp(s->name, shut_name) == 0;
}

/* y so small that what it passes on nearly vanishes. */
static signature by_little(void)
{
    signature s = below(of_same(AD_OP_add), AD_OP_mul, 1, 2);
    s.inputs = 2;
    s.x[1] = 1e-7;
    s.step[1] = (signature_step){AD_OP_mul, {1, 2}, 0};
    s.root = s.second = 3;
    return s;
}

/* y of nine digits. */
static signature by_digits(void)
{
    signature s = by_little();
    s.x[1] = 0.123456789;
    return s;
}

/* y so large that whoever limits gradients limits it. */
static signature by_much(void)
{
    signature s = by_little();
    s.x[1] = 1e7;
    return s;
}

/* a = k + x, the constant standing first. */
static signature constant_first(ad_op op)
{
    signature s = of_constant(op);
    s.step[0].operand[0] = 1;
    s.step[0].operand[1] = 0;
    return s;
}

/* a = op(x, y) and b = op(y, x), or op(x) and op(y): the operation twice. */
static signature twice(ad_op op)
{
    const int n = ad_ops[op].operands;
    double other[AD_MAX_OPERANDS], c;
    signature s = alone(op, 0);
    point(op, 4, other, &c);
    s.step[s.steps++] = n == 1 ? (signature_step){op, {1}, c}
                               : (signature_step){op, {1, 0, 2}, s.step[0].c};
    if (n == 1) s.x[s.inputs++] = other[0];
    s.root = s.inputs;
    s.second = s.inputs + 1;
    return s;
}

/* a = op(x, y), both being 3. */
static signature of_equals(ad_op op)
{
    signature s = alone(op, 0);
    s.x[1] = s.x[0];
    return s;
}

/* Long enough for what stops after some nodes, or at some depth. */
static signature ladder(void)
{
    signature s = {.name = "ladder", .inputs = 1, .x = {0.5}};
    static const int operand[][2] = {{0, 0}, {1, 0}, {2, 1}, {0, 3},
                                     {4, 3}, {5, 4}, {6, 1}, {7, 0}};
    for (int k = 0; k < 8; k++)
        s = below(s, k % 2 == 0 ? AD_OP_add : AD_OP_mul, operand[k][0], operand[k][1]);
    return s;
}

/* b = 3 x is used by c, which a level from the first operand puts below b. */
static signature levels(void)
{
    signature s = below(of_same(AD_OP_add), AD_OP_add, 1, 0);
    return below(below(s, AD_OP_add, 0, 2), AD_OP_add, 3, 2);
}

/* The same from the last operand; b is 4 x, so that it is so from the lowest, too. */
static signature levels_exchanged(void)
{
    signature s = below(of_same(AD_OP_add), AD_OP_add, 1, 1);
    return below(below(s, AD_OP_add, 2, 0), AD_OP_add, 2, 3);
}

/* The same with c before b: so they come by distance, and not by the lowest level. */
static signature levels_lowest(void)
{
    signature s = levels_exchanged();
    s.step[3].operand[0] = 3;
    s.step[3].operand[1] = 2;
    return s;
}

/* a = x k or k x, b = a + x: what is said of a hangs on one operand, or on both. */
static signature beside_constant(bool exchanged)
{
    signature s = {
        .name = "beside a constant", .inputs = 2, .constants = 1, .x = {3, 5}};
    return below(below(s, AD_OP_mul, exchanged, !exchanged), AD_OP_add, 2, 0);
}

static const char early_name[] = "early", aside_name[] = "used aside";

bool signature_waits(const signature *s)
{
    return strcmp(s->name, early_name) == 0 || strcmp(s->name, aside_name) == 0;
}

/* b = n n has its turn before d = (n y) w, which is two nodes longer; n is x, or x y. */
static signature early(bool of_leaf, bool exchanged)
{
    signature s = {.name = early_name, .inputs = 3, .x = {3, 2, 5}};
    const int n = of_leaf ? 0 : 3, b = of_leaf ? 3 : 4;
    if (!of_leaf) s = below(s, AD_OP_mul, 0, 1);
    s = below(s, AD_OP_mul, n, n);
    s = below(below(s, AD_OP_mul, n, 1), AD_OP_mul, b + 1, 2);
    return exchanged ? below(s, AD_OP_add, b + 2, b) : below(s, AD_OP_add, b, b + 2);
}

/* p = a + x is used by nobody, and the output b = a a does not depend on it: it may have its
 * turn, with 0, or none. */
static signature used_aside(void)
{
    signature s = below(of_same(AD_OP_mul), AD_OP_add, 1, 0);
    s = below(s, AD_OP_mul, 1, 1);
    s.name = aside_name;
    return s;
}

/* c = x x; a = x + x, b = a y, y being 0: a is given 0; d = c + b, or b + c, needs both. */
static signature beside_none(bool exchanged)
{
    signature s = below(of_same(AD_OP_mul), AD_OP_add, 0, 0);
    s.inputs = 2;
    s = below(below(s, AD_OP_mul, 3, 1), AD_OP_add, exchanged ? 4 : 2,
              exchanged ? 2 : 4);
    s.name = aside_name;
    return s;
}

/* a = op(x; c), with u, the first of all, beside it: nothing goes there. */
static signature second_alone(ad_op op)
{
    signature s = alone(op, 0);
    s.x[1] = s.x[0];
    s.x[0] = 7;
    s.inputs = 2;
    s.step[0].operand[0] = 1;
    s.root = s.second = 2;
    return s;
}

/* a = op(k, x, y), the constant standing first of three. */
static signature constant_first_of_three(ad_op op)
{
    signature s = alone(op, 0);
    s.constants = 1;
    s.step[0].operand[0] = 2;
    s.step[0].operand[1] = 0;
    s.step[0].operand[2] = 1;
    return s;
}

size_t signature_probes(const bool *supported, signature *probe, size_t room)
{
    size_t n = 0;
#define PUSH(s)                                                                        \
    if (n < room) probe[n++] = (s)
    for (int row = AD_FIRST_ROW; row <= AD_LAST_ROW; row++) {
        const ad_op op = (ad_op)row;
        if (!supported[op]) continue;
        const bool alone_only = !supported[AD_OP_mul] || op == AD_OP_mul ||
                                ad_ops[op].operands == SIGNATURE_INPUTS;
        for (int which = 0; which < (alone_only ? POINTS : ALONE); which++)
            PUSH(alone(op, which));
        /* Where both are equal, max and min are at a tie. */
        if (ad_ops[op].operands == 2 && op != AD_OP_max && op != AD_OP_min)
            PUSH(of_same(op));
        if (ad_ops[op].operands == 2) PUSH(of_constant(op));
        if (ad_ops[op].operands == 2) PUSH(constant_first(op));
        if (op == AD_OP_add || op == AD_OP_mul) PUSH(of_equals(op));
    }
    for (int row = AD_FIRST_ROW; row <= AD_LAST_ROW; row++) {
        const ad_op op = (ad_op)row;
        const int z = ad_ops[op].operands;
        if (!supported[op]) continue;
        if (z < SIGNATURE_INPUTS) PUSH(twice(op));
        if (supported[AD_OP_add]) {
            if (op == AD_OP_add) PUSH(used_further(op));
            if (op == AD_OP_add) PUSH(below(of_same(op), op, 1, 1));
            if (op == AD_OP_add) PUSH(below(of_same(op), op, 0, 1));
            if (op == AD_OP_add) PUSH(below(of_same(op), op, 1, 0));
            PUSH(below(alone(op, 0), AD_OP_add, z, z));
            for (int i = 0; i < z; i++) PUSH(below(alone(op, 0), AD_OP_add, i, z));
        }
        for (int which = 0; which < POINTS && z < SIGNATURE_INPUTS; which++)
            if (supported[AD_OP_mul]) PUSH(weighed(op, which));
        if (supported[AD_OP_mul] && z < SIGNATURE_INPUTS && op != AD_OP_mul)
            PUSH(shut(op));
    }
    if (supported[AD_OP_add] && supported[AD_OP_mul]) {
        PUSH(by_little());
        PUSH(by_digits());
        PUSH(by_much());
        PUSH(ladder());
        PUSH(levels());
        PUSH(levels_exchanged());
        PUSH(levels_lowest());
        PUSH(beside_constant(false));
        PUSH(beside_constant(true));
        n += signature_zeros(probe + n, room - n);
        for (int op = AD_FIRST_ROW; op <= AD_LAST_ROW; op++) {
            const ad_op_info *row = &ad_ops[op];
            if (supported[op] && row->constants == 1 && row->operands == 1)
                PUSH(second_alone((ad_op)op));
            if (supported[op] && row->operands == SIGNATURE_INPUTS)
                PUSH(constant_first_of_three((ad_op)op));
        }
        for (int way = 0; way < 4; way++) PUSH(early(way % 2 == 0, way > 1));
        PUSH(used_aside());
        PUSH(beside_none(false));
        PUSH(beside_none(true));
    }
#undef PUSH
    return n;
}
