/*
 * Comparison of doubles with a stated bound. A test says what it allows and why; the
 * message says what was compared, what was expected, and how far off it is in ulps.
 *
 *     assert_within(actual, expected, bound)    |actual - expected| <= bound
 *     assert_ulps(actual, expected, ulps)       the same in ulps of `expected`
 *     assert_same(actual, expected)             the same double; any NaN is any NaN
 *
 * NaN is close to NaN alone and an infinity to itself alone, whatever the bound; a NaN
 * for a bound allows nothing. 0 and -0 are the same. (Check's own comparison takes a
 * tolerance without a word on where it is from, and fails on equality at tolerance 0.
 * It also writes a line to a file at every call, held or not; these do so on failure.)
 */
#ifndef GRADYNO_CLOSE_H
#define GRADYNO_CLOSE_H

#include <check.h>
#include <math.h>
#include <stdbool.h>

/* The distance from |x| to the next double above. */
static inline double ulp_of(double x)
{
    const double size = fabs(x), next = nextafter(size, (double)INFINITY);
    return isfinite(next) ? next - size : size - nextafter(size, 0);
}

/* How far apart, in ulps of `expected`; 0 for NaN and NaN, infinite if one alone is. */
static inline double ulps_apart(double actual, double expected)
{
    if (isnan(actual) && isnan(expected)) return 0;
    if (actual == expected) return 0;
    if (!isfinite(actual) || !isfinite(expected)) return (double)INFINITY;
    return fabs(actual - expected) / ulp_of(expected);
}

static inline bool is_within(double actual, double expected, double bound)
{
    if (isnan(actual) || isnan(expected)) return isnan(actual) && isnan(expected);
    if (actual == expected) return true;
    return isfinite(actual) && isfinite(expected) && fabs(actual - expected) <= bound;
}

#define assert_within(actual, expected, bound)                                         \
    do {                                                                               \
        const double close_actual = (actual), close_expected = (expected);             \
        const double close_bound = (bound);                                            \
        if (!is_within(close_actual, close_expected, close_bound))                     \
            ck_abort_msg("%s is %.17g, expected %.17g within %.3g: off by %.3g, "      \
                         "%.4g ulps",                                                  \
                         #actual, close_actual, close_expected, close_bound,           \
                         fabs(close_actual - close_expected),                          \
                         ulps_apart(close_actual, close_expected));                    \
    } while (0)

#define assert_ulps(actual, expected, ulps)                                            \
    do {                                                                               \
        const double close_value = (expected);                                         \
        assert_within(actual, close_value, (ulps)*ulp_of(close_value));                \
    } while (0)

#define assert_same(actual, expected) assert_within(actual, expected, 0)

#endif
