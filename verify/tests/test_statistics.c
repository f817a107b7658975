/*
 * The figures of the benchmark. The interval of the median claims to be exact: it is
 * held against every one of the 2^n ways in which n samples can lie about the median,
 * against Pascal's triangle, and against samples of a skewed distribution.
 */
#include <check.h>
#include <float.h>
#include <math.h>

#include "bench/statistics.h"
#include "verify/random.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

/* lo <= x <= hi, where a NaN is nowhere. */
#define assert_within(x, lo, hi, ...)                                                  \
    ck_assert_msg((x) >= (lo) && (x) <= (hi), __VA_ARGS__)

START_TEST(the_median_is_in_the_middle)
{
    const double one[] = {7}, odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2};
    ck_assert(figure_of(1, one).median == 7);
    ck_assert(figure_of(3, odd).median == 2);
    ck_assert(figure_of(4, even).median == 2.5);
    ck_assert(odd[0] == 3 && odd[1] == 1 && odd[2] == 2); /* left as they were */
    const double huge[] = {DBL_MAX, DBL_MAX};
    ck_assert(figure_of(2, huge).median == DBL_MAX);
}
END_TEST

/* LAW: m lies between x_(r) and x_(n+1-r) exactly when r samples or more lie below it
 * and r or more above. Each sample lies on either side with probability 1/2. */
START_TEST(the_coverage_is_that_of_all_cases)
{
    for (size_t n = 1; n <= 14; n++) {
        size_t covered[8] = {0}; /* [r] */
        for (unsigned sides = 0; sides < 1u << n; sides++) {
            size_t below = 0;
            for (size_t i = 0; i < n; i++) below += sides >> i & 1;
            for (size_t r = 1; r <= (n + 1) / 2; r++)
                covered[r] += below >= r && n - below >= r;
        }
        for (size_t r = 1; r <= (n + 1) / 2; r++) {
            /* With r = (n+1)/2 of an odd n the interval is a point, which covers
             * nothing. */
            const double expected = (double)covered[r] / (double)(1u << n);
            const double actual = median_coverage(n, r);
            ck_assert_msg(fabs(actual - expected) < 1e-14,
                          "n=%zu r=%zu: %.17g of all cases are covered, not %.17g", n,
                          r, expected, actual);
        }
    }
}
END_TEST

/* C(n, k) / 2^n by Pascal's rule, which has no logarithm in it. */
START_TEST(the_rank_is_the_largest_that_covers)
{
    enum { MOST = 400 };
    long double row[MOST + 2] = {1};
    for (size_t n = 1; n <= MOST; n++) {
        for (size_t k = n; k > 0; k--) row[k] = (row[k] + row[k - 1]) / 2;
        row[0] /= 2;
        long double below = 0;
        size_t expected = 0;
        while (expected < (n + 1) / 2 && 1 - 2 * (below + row[expected]) >= 0.95L)
            below += row[expected++];
        const size_t actual = median_rank(n, 0.95);
        ck_assert_msg(actual == expected, "n=%zu: rank %zu, not %zu", n, actual,
                      expected);
        if (expected > 0)
            assert_within(median_coverage(n, expected), 0.95, 1,
                          "n=%zu covers too little", n);
        if (expected < (n + 1) / 2)
            ck_assert_msg(median_coverage(n, expected + 1) < 0.95, "n=%zu: wide", n);
    }
}
END_TEST

START_TEST(the_rank_of_many_samples)
{
    /* Tables of the sign test have these. */
    ck_assert_uint_eq(median_rank(LEAST_SAMPLES - 1, 0.95), 0);
    ck_assert_uint_eq(median_rank(LEAST_SAMPLES, 0.95), 1);
    ck_assert_uint_eq(median_rank(9, 0.95), 2);
    ck_assert_uint_eq(median_rank(51, 0.95), 19);
    /* n/2 - 1.96 sqrt(n)/2, where the product of binomials would overflow. */
    assert_within((double)median_rank(10000, 0.95), 4901, 4903, "n=10000");
}
END_TEST

START_TEST(too_few_samples_have_no_interval)
{
    const double sample[] = {5, 4, 3, 2, 1, 0};
    const figure five = figure_of(5, sample), six = figure_of(6, sample);
    ck_assert(five.median == 3 && isnan(five.lo) && isnan(five.hi));
    ck_assert(six.lo == 0 && six.hi == 5);
    ck_assert(isnan(figure_of(0, sample).median));
}
END_TEST

/* Timings are skewed: exp of a normal-like number, whose median is 1. */
static double skewed(random_source *random)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) sum += random_uniform(random, -0.5, 0.5);
    return exp(sum);
}

START_TEST(intervals_of_samples_cover_as_often_as_claimed)
{
    static const size_t sizes[] = {6, 9, 51};
    random_source random = {test_seed()};
    for (size_t s = 0; s < 3; s++) {
        const size_t n = sizes[s], trials = soaked(4000);
        size_t covered = 0;
        for (size_t t = 0; t < trials; t++) {
            double sample[51];
            for (size_t i = 0; i < n; i++) sample[i] = skewed(&random);
            const figure f = figure_of(n, sample);
            covered += f.lo <= 1 && 1 <= f.hi;
        }
        const double p = median_coverage(n, median_rank(n, 0.95));
        const double share = (double)covered / (double)trials;
        const double sigma = sqrt(p * (1 - p) / (double)trials);
        assert_within(share, p - 5 * sigma, p + 5 * sigma,
                      "n=%zu: %.4f covered, %.4f claimed (seed %llu)", n, share, p,
                      (unsigned long long)test_seed());
    }
}
END_TEST

START_TEST(ratios_are_paired)
{
    /* Each pair has the ratio 2, whatever disturbs the pair. */
    const double a[] = {2, 20, 200, 4, 40, 400, 6}, b[] = {1, 10, 100, 2, 20, 200, 3};
    const figure f = figure_of_ratios(7, a, b);
    ck_assert(f.median == 2 && f.lo == 2 && f.hi == 2);
}
END_TEST

START_TEST(the_geometric_mean_does_not_mind_the_direction)
{
    const double x[] = {2, 8, 0.5}, inverse[] = {0.5, 0.125, 2};
    assert_within(geometric_mean(3, x), 2 - 1e-15, 2 + 1e-15, "of 2, 8 and 1/2");
    assert_within(geometric_mean(3, x) * geometric_mean(3, inverse), 1 - 1e-15,
                  1 + 1e-15, "of the inverses");
}
END_TEST

START_TEST(the_noise_floor_is_the_larger_of_width_and_offset)
{
    assert_within(noise_floor((figure){1, 0.98, 1.04}), 0.03 - 1e-15, 0.03 + 1e-15,
                  "width");
    assert_within(noise_floor((figure){1.1, 1.09, 1.11}), 0.1 - 1e-15, 0.1 + 1e-15,
                  "offset");
    assert_within(noise_floor((figure){0.9, 0.89, 0.91}), 0.1 - 1e-15, 0.1 + 1e-15,
                  "below");
    ck_assert(isnan(noise_floor((figure){1, (double)NAN, (double)NAN})));
}
END_TEST

START_TEST(resolved_needs_an_interval_and_an_effect)
{
    const struct {
        figure ratio;
        double noise;
        bool resolved;
    } cases[] = {
        {{1.10, 1.05, 1.15}, 0.05, true},  {{1.10, 1.05, 1.15}, 0.11, false},
        {{1.10, 0.99, 1.15}, 0.05, false}, {{0.90, 0.85, 0.95}, 0.05, true},
        {{0.90, 0.85, 1.00}, 0.05, false}, {{0.90, 0.85, 0.95}, 0.12, false},
        {{0.90, 0.85, 0.95}, 0.105, true}, /* 1/0.9 is 1.11: an effect has no direction
                                            */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(is_resolved(cases[i].ratio, cases[i].noise) == cases[i].resolved,
                      "case %zu", i);
    const double nan = (double)NAN;
    ck_assert(!is_resolved((figure){2, nan, nan}, 0.01));
    ck_assert(!is_resolved((figure){2, 1.9, 2.1}, nan));
}
END_TEST

/* ---- Derived figures, and what makes an interval say too little ------------------- */

static double ratio_of_two(size_t n, const double *median, void *ctx)
{
    (void)n, (void)ctx;
    return median[0] / median[1];
}

START_TEST(the_bootstrap_of_medians_covers)
{
    enum { N = 51 };
    const size_t trials = soaked(200);
    random_source random = {test_seed()};
    size_t covered = 0;
    for (size_t t = 0; t < trials; t++) {
        double a[N], b[N];
        for (size_t i = 0; i < N; i++)
            a[i] = 3 * skewed(&random), b[i] = skewed(&random);
        const sample_set sets[] = {{N, a}, {N, b}};
        const figure f = bootstrap_of_medians(2, sets, ratio_of_two, NULL, 200, t);
        ck_assert(f.lo <= f.median && f.median <= f.hi);
        covered += f.lo <= 3 && 3 <= f.hi;
    }
    const double share = (double)covered / (double)trials;
    assert_within(share, 0.88, 1, "%.3f covered (seed %llu)", share,
                  (unsigned long long)test_seed());
    const sample_set none = {0, NULL};
    ck_assert(isnan(bootstrap_of_medians(1, &none, ratio_of_two, NULL, 9, 1).median));
}
END_TEST

START_TEST(a_slope_is_the_exponent)
{
    const double x[] = {1, 10, 100, 1000}, y[] = {5, 50, 500, 5000};
    const double squares[] = {2, 200, 2e4, 2e6};
    assert_within(log_slope(4, x, y), 1 - 1e-14, 1 + 1e-14, "linear");
    assert_within(log_slope(4, x, squares), 2 - 1e-14, 2 + 1e-14, "quadratic");
    ck_assert(isnan(log_slope(1, x, y)));
}
END_TEST

START_TEST(what_repeats_itself_shows)
{
    random_source random = {test_seed()};
    double independent[200], drifting[200], x = 0;
    for (size_t i = 0; i < 200; i++) {
        independent[i] = skewed(&random);
        drifting[i] = x = 0.9 * x + skewed(&random);
    }
    ck_assert(fabs(autocorrelation(200, independent)) < 0.3);
    ck_assert(autocorrelation(200, drifting) > 0.6);
    const double same[] = {2, 2, 2, 2};
    ck_assert(autocorrelation(4, same) == 0 && autocorrelation(2, same) == 0);
}
END_TEST

START_TEST(two_modes_show_and_one_does_not)
{
    random_source random = {test_seed()};
    double one[200], flat[200], two[200];
    for (size_t i = 0; i < 200; i++) {
        one[i] = skewed(&random);
        flat[i] = random_uniform(&random, 1, 2);
        two[i] = (i % 3 == 0 ? 1.2 : 1) + random_uniform(&random, 0, 0.03);
    }
    ck_assert_msg(two_modes(200, one) < 6, "%g", two_modes(200, one));
    ck_assert_msg(two_modes(200, flat) < 6, "%g", two_modes(200, flat));
    ck_assert_msg(two_modes(200, two) > 6, "%g", two_modes(200, two));
    two[0] = 1e6; /* one outlier is no mode */
    ck_assert(two_modes(9, two) == 0);
}
END_TEST

Suite *statistics_suite(void)
{
    Suite *suite = suite_create("statistics");
    TCase *figures = tcase_create("figures");
    tcase_add_test(figures, the_median_is_in_the_middle);
    tcase_add_test(figures, the_coverage_is_that_of_all_cases);
    tcase_add_test(figures, the_rank_is_the_largest_that_covers);
    tcase_add_test(figures, the_rank_of_many_samples);
    tcase_add_test(figures, too_few_samples_have_no_interval);
    tcase_add_test(figures, intervals_of_samples_cover_as_often_as_claimed);
    tcase_add_test(figures, ratios_are_paired);
    tcase_add_test(figures, the_geometric_mean_does_not_mind_the_direction);
    tcase_add_test(figures, the_noise_floor_is_the_larger_of_width_and_offset);
    tcase_add_test(figures, resolved_needs_an_interval_and_an_effect);
    tcase_add_test(figures, the_bootstrap_of_medians_covers);
    tcase_add_test(figures, a_slope_is_the_exponent);
    tcase_add_test(figures, what_repeats_itself_shows);
    tcase_add_test(figures, two_modes_show_and_one_does_not);
    suite_add_tcase(suite, figures);
    return suite;
}
