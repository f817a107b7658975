/* Points at which a row is judged. */
#include "verify/grade_points.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { ORDINARY, WIDER, MODERATE, ANY, SPECIAL, CHANGE, CHANGE_TOO, RELATED, KINDS };

/* ---- Doubles in order ------------------------------------------------------------ */

/* How many doubles lie between 0 and x, negative below. */
static int64_t place(double x)
{
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static double at_place(int64_t n)
{
    const int64_t bits = n < 0 ? INT64_MIN - n : n;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

double grade_step(double x, int64_t n)
{
    const int64_t end = place((double)INFINITY), from = place(x);
    if (n > 0 && from > end - n) return (double)INFINITY;
    if (n < 0 && from < -end - n) return -(double)INFINITY;
    return at_place(from + n);
}

/* ---- One number ------------------------------------------------------------------ */

/* x moved by 2^-u of itself, u up to 53, or by some doubles, or not at all. */
static double beside(random_source *r, double x)
{
    const double size = fabs(x) > 0 ? fabs(x) : 1;
    switch (random_below(r, 4)) {
    case 0: return grade_step(x, (int64_t)random_below(r, 9) - 4);
    case 1: return x + size * exp2(-random_uniform(r, 0, 53));
    case 2: return x - size * exp2(-random_uniform(r, 0, 53));
    default: return x;
    }
}

static double special(random_source *r, double lo, double hi)
{
    if (isfinite(lo) && random_below(r, 3) == 0) return beside(r, lo);
    if (isfinite(hi) && random_below(r, 3) == 0) return beside(r, hi);
    return beside(r, ((double)random_below(r, 17) - 8) / 2);
}

static double any_magnitude(random_source *r, int least, int most)
{
    const int e = least + (int)random_below(r, (size_t)(most - least + 1));
    const double size = scalbn(random_uniform(r, 1, 2), e);
    return random_bits(r) & 1 ? size : -size;
}

static double draw(random_source *r, size_t kind, double lo, double hi)
{
    for (;;) {
        const double x = kind == ORDINARY   ? random_uniform(r, -4, 4)
                         : kind == WIDER    ? random_uniform(r, -40, 40)
                         : kind == MODERATE ? random_magnitude(r, -3, 3)
                         : kind == ANY      ? any_magnitude(r, -1074, 1023)
                                            : special(r, lo, hi);
        if (lo <= x && x <= hi && isfinite(x)) return x;
    }
}

/* ---- Several numbers ------------------------------------------------------------- */

static double draw_input(const ad_op_info *row, random_source *r, size_t kind, int i)
{
    return i == 0 ? draw(r, kind, row->lo, row->hi)
                  : draw(r, kind, -HUGE_VAL, HUGE_VAL);
}

/* Near the largest double, around the least normal one, or of the least subnormals. */
static double extreme(random_source *r, size_t sort)
{
    const double size = sort == 0   ? DBL_MAX * exp2(-random_uniform(r, 0, 2))
                        : sort == 1 ? DBL_MIN * exp2(random_uniform(r, -4, 4))
                                    : DBL_TRUE_MIN * (double)(1 + random_below(r, 9));
    return random_bits(r) & 1 ? size : -size;
}

static void draw_all(const ad_op_info *row, random_source *r, size_t kind, double *at)
{
    const bool alike = kind < CHANGE && random_below(r, 2) == 0;
    const size_t sort = random_below(r, 12);
    for (int i = 0; i < grade_inputs(row); i++)
        at[i] = kind == SPECIAL && sort < 3
                    ? extreme(r, sort)
                    : draw_input(row, r,
                                 alike || i == 0 ? kind : random_below(r, CHANGE), i);
}

/* The others equal to x, or nearly, or its negative, or of about its magnitude. */
static void relate(const ad_op_info *row, random_source *r, double *at)
{
    for (int i = 1; i < grade_inputs(row); i++) {
        const double y = random_bits(r) & 1 ? at[0] : -at[0];
        at[i] = random_below(r, 3) == 0 ? y * any_magnitude(r, -20, 20) : beside(r, y);
    }
}

/* ---- Where something changes ----------------------------------------------------- */

enum { CLASS_BITS = 5 };

/* What sort of number z is, its sign, and whether it changes still. */
static uint64_t class_of(double z, double beside_z)
{
    const int sort = isnan(z) ? 0 : isinf(z) ? 1 : z == 0 ? 2 : isnormal(z) ? 3 : 4;
    return (uint64_t)(sort << 2 | (signbit(z) != 0) << 1 | (z == beside_z));
}

/* What value and partials are like at a point, along input i; only the bits of the
 * mask. */
static uint64_t class_at(const ad_op_info *row, const double *at, int i, uint64_t mask)
{
    double near[GRADE_INPUTS], d[AD_MAX_OPERANDS] = {0}, near_d[AD_MAX_OPERANDS] = {0};
    const double c = grade_constant(row, at);
    memcpy(near, at, sizeof near);
    near[i] *= 1 + 0x1p-30;
    const double near_c = grade_constant(row, near);
    const double z = row->value(at, c), near_z = row->value(near, near_c);
    row->partials(at, c, z, d);
    row->partials(near, near_c, near_z, near_d);
    uint64_t class = class_of(z, near_z);
    for (int k = 0; k < row->operands; k++)
        class = class << CLASS_BITS | class_of(d[k], near_d[k]);
    return class & mask;
}

/* From at[i] towards `other` the last double before the class changes. */
static double bisect(const ad_op_info *row, const double *at, int i, double other,
                     uint64_t mask)
{
    double here[GRADE_INPUTS];
    memcpy(here, at, sizeof here);
    const uint64_t class = class_at(row, here, i, mask);
    int64_t same = place(at[i]), different = place(other);
    while (same + 1 < different || different + 1 < same) {
        const int64_t middle =
            same / 2 + different / 2 + (same % 2 + different % 2) / 2;
        here[i] = at_place(middle);
        if (class_at(row, here, i, mask) == class)
            same = middle;
        else
            different = middle;
    }
    return at_place(same);
}

/*
 * Moves one input to where the class changes, if two draws of it differ in class: the
 * class of the value or of one partial, with or without whether it changes still.
 * (Around its own minimum a value does not.)
 */
static void find_change(const ad_op_info *row, random_source *r, double *at)
{
    const int i = (int)random_below(r, (size_t)grade_inputs(row));
    const size_t which = random_below(r, (size_t)row->operands + 1);
    const uint64_t mask = (uint64_t)(random_bits(r) & 1 ? 0x1f : 0x1e)
                          << CLASS_BITS * which;
    for (int attempt = 0; attempt < 16; attempt++) {
        double there[GRADE_INPUTS];
        memcpy(there, at, sizeof there);
        there[i] = draw_input(row, r, random_below(r, CHANGE), i);
        if (class_at(row, there, i, mask) == class_at(row, at, i, mask)) continue;
        at[i] = beside(r, bisect(row, at, i, there[i], mask));
        return;
    }
}

static bool is_in_domain(const ad_op_info *row, const double *at)
{
    for (int i = 0; i < grade_inputs(row); i++)
        if (!isfinite(at[i])) return false;
    return row->lo <= at[0] && at[0] <= row->hi;
}

bool grade_point(const ad_op_info *row, random_source *r, size_t k,
                 double at[GRADE_INPUTS])
{
    const bool alone = grade_inputs(row) == 1; /* then nothing is related */
    const size_t kind = alone && k % KINDS == RELATED ? CHANGE : k % KINDS;
    for (int attempt = 0; attempt < 100; attempt++) {
        memset(at, 0, GRADE_INPUTS * sizeof *at);
        draw_all(row, r, kind < CHANGE ? kind : random_below(r, CHANGE), at);
        if (kind == CHANGE || kind == CHANGE_TOO) find_change(row, r, at);
        if (kind == RELATED) relate(row, r, at);
        if (is_in_domain(row, at)) return true;
    }
    return false;
}
