/* Points for one operation. */
#include "verify/kit/op_points.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verify/kit/mount.h"
#include "verify/random.h"
#include "verify/witness.h"

/* ---- The points ------------------------------------------------------------------ */

static double as_kept(double x, ad_engine_precision precision)
{
    return precision == AD_ENGINE_FLOAT ? (double)(float)x : x;
}

static bool is_inside(const ad_op_info *row, double x)
{
    return x > row->lo && x < row->hi;
}

/* Where the slopes on both sides differ. */
static bool is_kink(const ad_op_info *row, const op_point *at)
{
    if (row->smoothness != AD_KINK) return false;
    return row->operands == 1 ? at->x[0] == 0 : at->x[0] == at->x[1];
}

static void add(op_points *p, op_place place, const double *x, double c,
                ad_engine_precision precision)
{
    const ad_op_info *row = &ad_ops[p->op];
    if (p->n == OP_POINTS) return;
    op_point at = {.place = place, .weight = 3, .c = as_kept(c, precision)};
    for (int i = 0; i < row->operands; i++) at.x[i] = as_kept(x[i], precision);
    if (at.x[0] < row->lo || at.x[0] > row->hi) return;
    if (row->constants == 0) at.c = 0;
    if (is_kink(row, &at)) at.place = OP_KINK;
    double partial[AD_MAX_OPERANDS];
    at.right_value = row->value(at.x, at.c);
    row->partials(at.x, at.c, at.right_value, partial);
    const double most = precision == AD_ENGINE_FLOAT ? 1e30 : 1e300;
    bool finite = fabs(at.right_value) < most;
    for (int i = 0; i < row->operands; i++) {
        at.right_partial[i] = partial[i];
        finite &= fabs(partial[i]) < most;
    }
    if (!finite && place == OP_ORDINARY) return;
    if (!finite && at.place != OP_KINK) at.place = OP_FAR;
    p->at[p->n++] = at;
}

/* Close to the first point, and not the same: for who looks up what was computed before
 * under a rounded key. */
static void add_near(op_points *p, ad_engine_precision precision)
{
    double x[AD_MAX_OPERANDS];
    if (p->n == 0 || p->at[0].place != OP_ORDINARY) return;
    for (int i = 0; i < AD_MAX_OPERANDS; i++)
        x[i] = p->at[0].x[i] + (precision == AD_ENGINE_FLOAT ? 0.003 : 4e-7);
    add(p, OP_ORDINARY, x, p->at[0].c, precision);
}

static void add_unary(op_points *p, ad_engine_precision precision, random_source *r,
                      bool quick)
{
    static const double ordinary[] = {0.5, -0.5, 2,    -2,    0.75, -0.75, 3,
                                      -3,  0.25, 1.25, -1.25, 4,    7};
    static const double edge[] = {0,    20,    -20, 50, -50, 100, -100,
                                  1e-8, -1e-8, 9,   -9, 14,  -14};
    static const double beyond[] = {400, -400, 1000, -1000}, large = 1e8;
    static const double near_kink[] = {0.03, -0.03, 0.002, -0.002};
    static const double far[] = {400,   -400,   710,   -710,  1000,
                                 -1000, 1e-300, 1e300, -1e300};
    static const double constants[] = {2, 3, 0.5, -1, -1.5, 2.5, 1};
    const ad_op_info *row = &ad_ops[p->op];
    enum { CONSTANTS = sizeof constants / sizeof constants[0] };
    size_t k = 0;
    for (size_t i = 0; i < sizeof ordinary / sizeof ordinary[0]; i++)
        if (is_inside(row, ordinary[i]))
            add(p, OP_ORDINARY, &ordinary[i], constants[k++ % CONSTANTS], precision);
    for (int i = 0; i < (quick ? 1 : 4); i++) {
        const double lo = row->lo > -3 ? row->lo : -3, hi = row->hi < 3 ? row->hi : 3;
        const double x = random_uniform(r, lo + (hi - lo) / 16, hi - (hi - lo) / 16);
        add(p, OP_ORDINARY, &x, random_uniform(r, 0.5, 3), precision);
    }
    add_near(p, precision);
    for (size_t i = 0; i < 4 && row->smoothness == AD_KINK; i++)
        add(p, OP_ORDINARY, &near_kink[i], 0, precision);
    for (size_t i = 0; i < sizeof edge / sizeof edge[0]; i++)
        add(p, OP_EDGE, &edge[i], constants[i % CONSTANTS], precision);
    if (row->constants > 0) add(p, OP_EDGE, &edge[0], 1, precision);
    for (size_t i = 0; i < 4 && precision == AD_ENGINE_DOUBLE; i++)
        add(p, OP_FAR, &beyond[i], constants[i % CONSTANTS], precision);
    add(p, OP_EDGE, &large, constants[3], precision);
    for (size_t i = 0; i < sizeof far / sizeof far[0] && precision == AD_ENGINE_DOUBLE;
         i++)
        add(p, OP_FAR, &far[i], constants[i % CONSTANTS], precision);
}

static void add_several(op_points *p, ad_engine_precision precision, random_source *r,
                        bool quick)
{
    static const double ordinary[][AD_MAX_OPERANDS] = {
        {3, 2, 5},       {2, 3, -1},    {0.5, -1.5, 2}, {-2.25, 0.75, 3}, {-3, -2, 0.5},
        {1.5, 1.5, 1.5}, {7, 0.25, -4}, {0.25, 4, 1},   {1.25, -3, -0.5}, {4, 0.5, 2}};
    static const double edge[][AD_MAX_OPERANDS] = {
        {0, 2, 1},    {0, 1, 1},    {2, 0, 1},      {1e8, 3, 1},
        {3, 1e-8, 1}, {50, -40, 1}, {100, 100, 100}};
    static const double far[][AD_MAX_OPERANDS] = {
        {1e300, 1e300, 1}, {1e-300, 1e-300, 1}, {710, 709, 1}, {0, 0, 0}};
    for (size_t i = 0; i < sizeof ordinary / sizeof ordinary[0]; i++)
        if (is_inside(&ad_ops[p->op], ordinary[i][0]))
            add(p, OP_ORDINARY, ordinary[i], 0, precision);
    for (int i = 0; i < (quick ? 1 : 4); i++) {
        const double x[] = {random_uniform(r, 0.25, 3), random_uniform(r, -3, 3),
                            random_uniform(r, -3, 3)};
        add(p, OP_ORDINARY, x, 0, precision);
    }
    add_near(p, precision);
    for (size_t i = 0; i < sizeof edge / sizeof edge[0]; i++)
        add(p, OP_EDGE, edge[i], 0, precision);
    for (size_t i = 0; i < sizeof far / sizeof far[0] && precision == AD_ENGINE_DOUBLE;
         i++)
        add(p, OP_FAR, far[i], 0, precision);
}

/* ---- What is right --------------------------------------------------------------- */

/* The slopes a little to the left and to the right of a kink, which is where the table
 * is straight; of min and max, the operand that wins has it all, or none. */
static void bracket_kink(op_point *at, const ad_op_info *row)
{
    for (int i = 0; i < row->operands; i++) {
        double slope[2];
        for (int side = 0; side < 2; side++) {
            double x[AD_MAX_OPERANDS], partial[AD_MAX_OPERANDS];
            memcpy(x, at->x, sizeof x);
            const double step = 0.5 + fabs(x[i]) / 4; /* so that 1e300 moves, too */
            x[i] += side == 0 ? -step : step;
            row->partials(x, at->c, row->value(x, at->c), partial);
            slope[side] = partial[i];
        }
        at->least[i] = fmin(slope[0], slope[1]);
        at->most[i] = fmax(slope[0], slope[1]);
    }
}

/* MPFR's word where it has one: not far out, where it would take long. */
static void ask_witness(op_points *p)
{
#ifdef HAVE_mpfr
    const char *why_not;
    const ad_op_info *row = &ad_ops[p->op];
    witness *w = witness_new(p->op, NULL, &why_not);
    if (w == NULL) return;
    mpfr_t exact;
    mpfr_init2(exact, 128);
    for (size_t k = 0; k < p->n; k++) {
        op_point *at = &p->at[k];
        if (at->place == OP_FAR || at->place == OP_KINK) continue;
        if (witness_value(w, at->x, at->c, exact) == WITNESS_FOUND)
            at->right_value = mpfr_get_d(exact, MPFR_RNDN);
        for (int i = 0; i < row->operands; i++)
            if (witness_partial(w, at->x, at->c, i, exact) == WITNESS_FOUND)
                at->right_partial[i] = mpfr_get_d(exact, MPFR_RNDN);
    }
    mpfr_clear(exact);
    witness_free(w);
#else
    (void)p;
#endif
}

void op_points_fill(op_points *p, ad_op op, ad_engine_precision precision,
                    uint64_t seed, bool quick)
{
    const ad_op_info *row = &ad_ops[op];
    random_source random = {seed + (uint64_t)op};
    p->op = op;
    p->n = 0;
    if (row->operands == 1)
        add_unary(p, precision, &random, quick);
    else
        add_several(p, precision, &random, quick);
    ask_witness(p);
    for (size_t k = 0; k < p->n; k++) {
        op_point *at = &p->at[k];
        if (at->place == OP_KINK) bracket_kink(at, row);
        at->right_value = mount_number(at->right_value);
        for (int i = 0; i < row->operands; i++)
            at->right_partial[i] = mount_number(at->right_partial[i]);
    }
}

void op_points_at(op_points *p, ad_op op, ad_engine_precision precision,
                  const double *x, size_t n, double c)
{
    p->op = op;
    p->n = 0;
    for (size_t i = 0; i < n; i++) add(p, OP_ORDINARY, &x[i], c, precision);
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].place == OP_KINK) bracket_kink(&p->at[i], &ad_ops[op]);
}

char *op_point_text(const op_points *p, size_t k, char *out, size_t room)
{
    static const char letter[] = "xyw";
    const ad_op_info *row = &ad_ops[p->op];
    const op_point *at = &p->at[k];
    size_t n = 0;
    for (int i = 0; i < row->operands && n < room; i++)
        n += (size_t)snprintf(out + n, room - n, "%s%c = %.10g", i == 0 ? "" : ", ",
                              letter[i], at->x[i]);
    if (row->constants != 0 && n < room)
        snprintf(out + n, room - n, ", c = %.10g", at->c);
    return out;
}
