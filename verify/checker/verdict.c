/*
 * verdict.c: pass, fail or inconclusive.
 */
#include "verify/checker/verdict.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* The error bound is right in 97 cases of 100 or more; eight times it is the margin a
 * verdict needs. */
static const double MARGIN = 8.0;

/* The rounding of a correct claim itself: a formula may cancel a little, but who
 * supplies an oracle asks about the last digits. */
static double rounding_of_claim(const ad_derivative *d, double value)
{
    const double units = d->oracle == AD_CHECK_BY_EXACT ? 8.0 : 4096.0;

    return units * DBL_EPSILON * fabs(value);
}

double bar_of(const ad_derivative *d, double value, double error)
{
    double scale = isfinite(d->scale) ? d->scale : 0.0;

    return MARGIN * error + rounding_of_claim(d, value) + 4.0 * DBL_EPSILON * scale +
           4.0 * d->sensitivity + d->conditioning;
}

static bool outside(double claimed, double value, double bar)
{
    return fabs(claimed - value) > bar;
}

/* How far the claim may be from the truth: its distance from the number, and the bar
 * outside which it would have failed. */
static double doubt_about(double claimed, const ad_derivative *d)
{
    return fabs(claimed - d->value) + bar_of(d, d->value, d->error);
}

/* No relative mistake larger than resolution is left; or, among the subnormals, none
 * that a double could still show. */
static bool ruled_out_mistakes(double claimed, double doubt, double resolution)
{
    const double last_bits = 64.0 * DBL_TRUE_MIN;

    return doubt <= fmax(resolution * fabs(claimed), last_bits);
}

/* A claimed zero: right when the derivative is zero on the scale on which f changes. */
static bool zero_on_scale(double claimed, const ad_derivative *d)
{
    return claimed == 0.0 && fabs(d->value) <= MARGIN * d->error &&
           MARGIN * d->error <= 1e-8 * d->scale;
}

static bool tolerated(double claimed, const ad_derivative *d,
                      const ad_check_options *options)
{
    double tolerance = options->atol + options->rtol * fabs(d->value);

    return tolerance > 0.0 && isfinite(claimed) && isfinite(d->value) &&
           fabs(claimed - d->value) <= tolerance;
}

static bool between_sides(double claimed, const ad_derivative *d)
{
    double low = fmin(d->left, d->right), high = fmax(d->left, d->right);
    double bar = bar_of(d, fmax(fabs(low), fabs(high)), d->error);

    return claimed >= low - bar && claimed <= high + bar;
}

static struct judgement make(ad_check_verdict verdict, ad_check_reason reason)
{
    return (struct judgement){verdict, reason, (double)NAN};
}

static struct judgement pass(double agreement)
{
    return (struct judgement){AD_CHECK_PASS, AD_CHECK_NO_REASON, agreement};
}

static struct judgement judge_kink(double claimed, const ad_derivative *d)
{
    double size = fmax(fabs(d->left), fabs(d->right));

    if (!between_sides(claimed, d)) return make(AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    if (d->reason != AD_CHECK_NO_REASON) return make(AD_CHECK_INCONCLUSIVE, d->reason);
    return pass(MARGIN * d->error / size);
}

/* Every quotient seen is a lower bound of an infinite derivative. */
static struct judgement judge_infinite(double claimed, const ad_derivative *d)
{
    if (claimed == d->value) return pass(0.0);
    if (signbit(claimed) == signbit(d->value) && fabs(claimed) > 0.5 * d->scale)
        return make(AD_CHECK_INCONCLUSIVE, AD_CHECK_NARROW_DOMAIN);
    return make(AD_CHECK_FAIL, AD_CHECK_NO_REASON);
}

static struct judgement judge_flat(double claimed, const ad_derivative *d)
{
    if (outside(claimed, 0.0, MARGIN * d->error))
        return make(AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    if (claimed == 0.0 && d->kind == AD_CHECK_CONSTANT) return pass(0.0);
    return make(AD_CHECK_INCONCLUSIVE, AD_CHECK_AT_SATURATION);
}

static struct judgement judge_number(double claimed, const ad_derivative *d,
                                     double resolution)
{
    const double bar = bar_of(d, d->value, d->error), doubt = doubt_about(claimed, d);
    const double agreement = claimed != 0.0 ? doubt / fabs(claimed) : (double)NAN;
    const bool two = d->reason == AD_CHECK_TWO_SCALES;

    if (outside(claimed, d->value, bar) &&
        (!two || outside(claimed, d->alternative,
                         bar_of(d, d->alternative, d->alternative_error))))
        return make(AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    if (two) return make(AD_CHECK_INCONCLUSIVE, AD_CHECK_TWO_SCALES);
    if (ruled_out_mistakes(claimed, doubt, resolution))
        return pass(claimed != 0.0 ? agreement : 0.0);
    if (zero_on_scale(claimed, d)) return pass(0.0);
    return (struct judgement){AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY, agreement};
}

static bool says_nothing(const ad_derivative *d)
{
    return d->reason != AD_CHECK_NO_REASON && d->reason != AD_CHECK_TWO_SCALES &&
           d->kind != AD_CHECK_KINK;
}

/* At the end of a domain a slope that is not even told from 0 may be the last that is
 * seen of an infinite one, as where f rounds to float. */
static bool may_be_infinite(double claimed, const ad_derivative *d)
{
    return isinf(claimed) && d->kind == AD_CHECK_ONE_SIDED &&
           signbit(claimed) == signbit(d->value) && fabs(d->value) <= MARGIN * d->error;
}

static struct judgement judge_alone(double claimed, const ad_derivative *d,
                                    double resolution)
{
    if (says_nothing(d)) return make(AD_CHECK_INCONCLUSIVE, d->reason);
    if (d->kind == AD_CHECK_INFINITE) return judge_infinite(claimed, d);
    if (may_be_infinite(claimed, d)) return make(AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY);
    if (!isfinite(claimed)) return make(AD_CHECK_FAIL, AD_CHECK_NO_REASON);
    switch (d->kind) {
    case AD_CHECK_KINK: return judge_kink(claimed, d);
    case AD_CHECK_CONSTANT:
    case AD_CHECK_SATURATED: return judge_flat(claimed, d);
    case AD_CHECK_SMOOTH:
    case AD_CHECK_ONE_SIDED: return judge_number(claimed, d, resolution);
    default: return make(AD_CHECK_INCONCLUSIVE, AD_CHECK_NOISY);
    }
}

struct judgement judge(double claimed, const ad_derivative *d,
                       const ad_check_options *options, double resolution)
{
    struct judgement j = judge_alone(claimed, d, resolution);

    if (j.verdict != AD_CHECK_PASS && tolerated(claimed, d, options))
        return pass(fabs(claimed - d->value) / (claimed != 0.0 ? fabs(claimed) : 1.0));
    return j;
}
