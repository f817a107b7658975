/*
 * ladder.c: takes values of f at x + h and x - h, and turns them into quotients whose
 * noise floor is known.
 */
#include "verify/checker/numdiff.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

static long double rounded(const struct line *line, long double position)
{
    return line->digits == DBL_MANT_DIG ? (long double)(double)position : position;
}

double rounding_of(const struct ladder *l, long double v)
{
    double size = (double)fabsl(v) * l->unit;

    return size > DBL_TRUE_MIN ? size : DBL_TRUE_MIN;
}

double natural_step(const struct ladder *l)
{
    return 0.38 * fmax((double)fabsl(l->line.centre), l->line.reach);
}

void ladder_start(struct ladder *l, const struct line *line, size_t limit)
{
    long double again;

    l->line = *line;
    l->unit = ldexp(1.0, -line->digits);
    l->count = 0;
    l->limit = limit;
    l->f0 = line->value(line->self, line->centre);
    again = line->value(line->self, line->centre);
    l->evaluations = 2;
    /* NaN differs from itself and is dealt with as a value that is not finite */
    l->changed = l->f0 != again && !(isnan(l->f0) && isnan(again));
}

bool ladder_answers_as_before(struct ladder *l)
{
    if (l->evaluations >= l->limit) return true;
    ++l->evaluations;
    return l->line.value(l->line.self, l->line.centre) == l->f0;
}

double ladder_mode_change(struct ladder *l)
{
    const int modes[] = {FE_UPWARD, FE_DOWNWARD}, usual = fegetround();
    double most = 0.0;

    if (l->evaluations + 2 > l->limit) return 0.0;
    for (int k = 0; k < 2; ++k) {
        long double v = l->f0;

        if (fesetround(modes[k]) == 0) v = l->line.value(l->line.self, l->line.centre);
        fesetround(usual);
        most = fmax(most, (double)fabsl(v - l->f0));
        ++l->evaluations;
    }
    return most;
}

static long double value_at(struct ladder *l, long double position)
{
    long double v;

    if (!(position >= l->line.lower && position <= l->line.upper))
        return (long double)NAN;
    ++l->evaluations;
    v = l->line.value(l->line.self, position);
    return isfinite(v) ? v : (long double)NAN;
}

/* The place value of the lowest bit set in v: float rounding and exact subtractions
 * inside f leave zeros at the end of every value. */
double value_granule(long double v)
{
    int exponent = 0;
    long double mantissa = ldexpl(frexpl(fabsl(v), &exponent), 63);
    uint64_t bits = (uint64_t)mantissa;
    int zeros = 0;

    if (bits == 0) return 0.0;
    while ((bits & 1u) == 0) {
        bits >>= 1;
        ++zeros;
    }
    return ldexp(1.0, exponent - 63 + zeros);
}

static double rung_granule(const struct ladder *l, const struct rung *r)
{
    double a, b;

    if (!isfinite(r->right) || !isfinite(r->left) || r->right == l->f0 ||
        r->left == l->f0)
        return 0.0;
    a = value_granule(r->right);
    b = value_granule(r->left);
    return a < b ? a : b;
}

void ladder_add(struct ladder *l, double h)
{
    long double x = l->line.centre;
    long double right = rounded(&l->line, x + (long double)h);
    long double left = rounded(&l->line, x - (long double)h);
    struct rung r = {.h = h, .right_step = right - x, .left_step = x - left};
    size_t k = l->count;

    if (l->evaluations + 2 > l->limit || l->count == SERIES_MAX || !(h > 0.0) ||
        !isfinite(right) || !isfinite(left) || right == x || left == x)
        return;
    while (k > 0 && l->rung[k - 1].h < h) --k;
    /* near the last bits several nominal steps round to the same positions */
    if (k > 0 &&
        (l->rung[k - 1].h < 1.001 * h || l->rung[k - 1].right_step == r.right_step))
        return;
    if (k < l->count &&
        (h < 1.001 * l->rung[k].h || l->rung[k].right_step == r.right_step))
        return;
    r.right = value_at(l, right);
    r.left = value_at(l, left);
    r.granule = rung_granule(l, &r);
    for (size_t i = l->count; i > k; --i) l->rung[i] = l->rung[i - 1];
    l->rung[k] = r;
    ++l->count;
}

size_t ladder_changes(const struct ladder *l, enum side side)
{
    size_t count = 0;

    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];
        const bool right = isfinite(r->right), left = isfinite(r->left);
        const bool changes = (right && r->right != l->f0) || (left && r->left != l->f0);

        count +=
            changes && (right || side == SIDE_LEFT) && (left || side == SIDE_RIGHT);
    }
    return count;
}

double ladder_bend(const struct ladder *l, size_t k)
{
    const struct rung *r = &l->rung[k];

    return (double)((r->right - l->f0) / r->right_step -
                    (l->f0 - r->left) / r->left_step);
}

/* The power of two below the larger of a rung's values. */
static double binade_at(const struct ladder *l, size_t k)
{
    return exp2(
        floor(log2((double)fmaxl(fabsl(l->rung[k].right), fabsl(l->rung[k].left)))));
}

/* Half the granule common to all values near rung k, in place or in proportion (float), when enough of them say so. Where
 * f does not change any more, the granule of the coarser steps stands, if it is as
 * small as one that rounding (to float at the coarsest) leaves: then f is flat because
 * of it. */
static double quantum_near(const struct ladder *l, size_t k, double coarser,
                           double typical)
{
    double least = HUGE_VAL, relative = HUGE_VAL;
    size_t seen = 0, first = k > 2 ? k - 2 : 0;

    if (l->rung[k].granule == 0.0) return coarser < 1.3e-7 * typical ? coarser : 0.0;
    for (size_t i = first; i < l->count && i <= k + 2; ++i)
        if (l->rung[i].granule > 0.0) {
            const double granule = l->rung[i].granule;

            least = fmin(least, granule);
            relative = fmin(relative, granule / binade_at(l, i));
            ++seen;
        }
    return seen >= 3 ? 0.5 * fmax(least, relative * binade_at(l, k)) : coarser;
}

void ladder_series(const struct ladder *l, enum side side, struct series *s)
{
    double quantum = 0.0;

    s->typical = (double)fabsl(l->f0);
    for (size_t k = 0; k < l->count; ++k)
        if (l->rung[k].h <= 1.01 * natural_step(l)) {
            s->typical = fmax(s->typical, (double)fabsl(l->rung[k].right));
            s->typical = fmax(s->typical, (double)fabsl(l->rung[k].left));
        }
    s->count = 0;
    s->power = side == SIDE_CENTRAL ? 2.0 : 1.0;
    for (size_t k = 0; k < l->count; ++k) {
        const struct rung *r = &l->rung[k];
        long double to = side == SIDE_LEFT ? l->f0 : r->right;
        long double from = side == SIDE_RIGHT ? l->f0 : r->left;
        long double step = side == SIDE_CENTRAL ? r->right_step + r->left_step
                           : side == SIDE_RIGHT ? r->right_step
                                                : r->left_step;
        double quotient = (double)((to - from) / step);
        long double size = fabsl(to) > fabsl(from) ? fabsl(to) : fabsl(from);
        double rounding = rounding_of(l, size), floor;

        quantum = quantum_near(l, k, quantum, s->typical);
        if (!isfinite(quotient)) continue;
        floor = rounding > quantum ? rounding : quantum;
        s->h[s->count] = side == SIDE_CENTRAL ? (double)(0.5L * step) : (double)step;
        s->c[s->count] = quotient;
        s->rounding[s->count] = rounding;
        s->size[s->count] = (double)size;
        s->floor[s->count] = side == SIDE_CENTRAL ? floor : 2.0 * floor;
        s->noise[s->count] = s->floor[s->count];
        s->flat[s->count] = to == from && (side != SIDE_CENTRAL || to == l->f0);
        ++s->count;
    }
}

static void take_noise_of_side(const struct ladder *l, enum side side, struct series *s,
                               struct tableau *t)
{
    struct series one;
    size_t j = 0;

    ladder_series(l, side, &one);
    series_measure_noise(&one, t);
    for (size_t k = 0; k < s->count; ++k) {
        while (j < one.count && one.h[j] > 1.001 * s->h[k]) ++j;
        if (j < one.count && 0.5 * one.noise[j] > s->noise[k])
            s->noise[k] = 0.5 * one.noise[j];
    }
}

void measured_series(const struct ladder *l, enum side side, struct series *s,
                     struct tableau *t)
{
    ladder_series(l, side, s);
    series_measure_noise(s, t);
    if (side == SIDE_CENTRAL) {
        take_noise_of_side(l, SIDE_RIGHT, s, t);
        take_noise_of_side(l, SIDE_LEFT, s, t);
    }
}
