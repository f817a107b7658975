/*
 * joint_kink.c: two kinks may be one: max(x, y) where x = y has the slopes 0 to 1 along
 * either input, and yet (1, 1) is no gradient of it, nor of anything near.
 *
 * Clarke: at a kink, right is what lies in the convex hull of the gradients nearby. In the
 * plane of two inputs those are taken at points around x; for every direction v
 *
 *     g . v  <=  the largest of G . v over the gradients G nearby
 *
 * What it cannot see: a hull that is only missed by a twentieth of its size (the points
 * are few, and a round hull has no corners for them to be at), kinks among three inputs,
 * and pairs with a 0 in them: that is what callers leave who claim only the others.
 */
#include "verify/checker/check_rows.h"

#include <float.h>
#include <math.h>

enum { POINTS = 16, DIRECTIONS = 32, MOST_PAIRS = 16, COST = 4 * POINTS };

struct plane {
    struct problem *p;
    size_t input[2];
    double reach[2]; /* the radius of the circle, along each */
};

/* df/dx[input[k]] at p->point, within an eighth of the radius. */
static double slope(const struct plane *s, int k)
{
    double *x = &s->p->point[s->input[k]];
    const double centre = *x, up = centre + 0.125 * s->reach[k],
                 down = centre - 0.125 * s->reach[k];
    double right, left;

    *x = up;
    right = s->p->f(s->p->point, s->p->context);
    *x = down;
    left = s->p->f(s->p->point, s->p->context);
    *x = centre;
    return (right - left) / (up - down);
}

/* The gradients around x; false when one of them is not finite. */
static bool gradients_nearby(const struct plane *s, double gradient[POINTS][2])
{
    const double turn = 2.0 * 3.14159265358979323846 / POINTS;
    struct problem *p = s->p;
    bool finite = true;

    for (int k = 0; k < POINTS; ++k) {
        /* a little askew: no point on an axis or a diagonal, where kinks are */
        const double angle = turn * (k + 0.3);

        p->point[s->input[0]] = p->x[s->input[0]] + s->reach[0] * cos(angle);
        p->point[s->input[1]] = p->x[s->input[1]] + s->reach[1] * sin(angle);
        for (int i = 0; i < 2; ++i) {
            gradient[k][i] = slope(s, i);
            finite = finite && isfinite(gradient[k][i]);
        }
    }
    for (int i = 0; i < 2; ++i) p->point[s->input[i]] = p->x[s->input[i]];
    return finite;
}

static bool in_hull(double gradient[POINTS][2], double a, double b)
{
    const double turn = 2.0 * 3.14159265358979323846 / DIRECTIONS;
    double size = 0.0;

    for (int k = 0; k < POINTS; ++k)
        size = fmax(size, hypot(gradient[k][0], gradient[k][1]));
    for (int j = 0; j < DIRECTIONS; ++j) {
        const double u = cos(turn * j), v = sin(turn * j);
        double most = -HUGE_VAL;

        for (int k = 0; k < POINTS; ++k)
            most = fmax(most, gradient[k][0] * u + gradient[k][1] * v);
        if (a * u + b * v > most + 0.05 * size) return false;
    }
    return true;
}

/* The steps go no further than the domain does. */
static bool has_room(const struct problem *p, size_t i, double reach)
{
    const double most = 1.125 * reach;

    return (p->options.lower == NULL || p->x[i] - most >= p->options.lower[i]) &&
           (p->options.upper == NULL || p->x[i] + most <= p->options.upper[i]);
}

static bool is_passed_kink(const ad_check_partial *row)
{
    return row->kind == AD_CHECK_KINK && row->verdict == AD_CHECK_PASS &&
           row->claimed != 0.0;
}

static void accuse(ad_check_partial *row, const ad_check_partial *other)
{
    row->verdict = AD_CHECK_FAIL;
    row->mistake = AD_CHECK_JOINT_KINK;
    row->agreement = (double)NAN;
    snprintf(row->text, sizeof row->text,
             "with entry %zu it is no gradient of f, here or nearby: (%.6g, %.6g)",
             other->index, row->claimed, other->claimed);
}

static bool check_pair(struct problem *p, ad_check_partial *a, ad_check_partial *b)
{
    struct plane s = {.p = p, .input = {a->index, b->index}};
    double gradient[POINTS][2];

    for (int k = 0; k < 2; ++k) {
        const double x = fabs(p->x[s.input[k]]);

        s.reach[k] = 1e-6 * (x > 0.0 ? x : 1.0);
        if (!has_room(p, s.input[k], s.reach[k])) return false;
    }
    if (gradients_nearby(&s, gradient) && !in_hull(gradient, a->claimed, b->claimed)) {
        accuse(a, b);
        accuse(b, a);
    }
    return true;
}

void check_joint_kinks(struct problem *p, ad_check_report *report)
{
    ad_check_partial *before = NULL;
    size_t pairs = 0;

    for (size_t k = 0; k < report->n_rows && pairs < MOST_PAIRS; ++k) {
        ad_check_partial *row = &report->rows[k];

        if (!is_passed_kink(row)) continue;
        if (before != NULL && check_pair(p, before, row)) {
            ++pairs;
            report->evaluations += COST;
        }
        before = row;
    }
}
