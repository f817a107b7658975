/*
 * The kernels: every width of vectors gives the bits of the sixteen partial sums, and
 * ranges may overlap where the header says so. The widths are compiled here from the
 * template without a target, so that each runs on every processor.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/kernels.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"

enum { LANES = 16, MOST = 70 };
#define UNROLL

#define WIDTH 2
#define ROWS 1
#define ROWS_BACK 1
#define TARGET
#define KERNEL(name) name##_2
#include "engine/kernels.inc"
#define WIDTH 4
#define ROWS 2
#define ROWS_BACK 2
#define TARGET
#define KERNEL(name) name##_4
#include "engine/kernels.inc"
#define WIDTH 8
#define ROWS 4
#define ROWS_BACK 8
#define TARGET
#define KERNEL(name) name##_8
#include "engine/kernels.inc"

/* What the header promises, in its own words. */
static double promised_dot(size_t n, const double *x, const double *y)
{
    double s[LANES] = {0};
    const size_t whole = n / LANES * LANES;
    for (size_t i = 0; i < whole; i++) s[i % LANES] += x[i] * y[i];
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t k = 0; k < half; k++) s[k] += s[k + half];
    double sum = s[0];
    for (size_t i = whole; i < n; i++) sum += x[i] * y[i];
    return sum;
}

static void fill(random_source *r, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++) x[i] = random_magnitude(r, -3, 3);
}

START_TEST(sums_have_the_promised_bits)
{
    random_source r = {1};
    double x[MOST], y[MOST], one[MOST];
    for (size_t i = 0; i < MOST; i++) one[i] = 1;
    for (size_t n = 0; n < MOST; n++) {
        fill(&r, n, x);
        fill(&r, n, y);
        const double dot = promised_dot(n, x, y), sum = promised_dot(n, x, one);
        assert_same(ad_kernel_dot(n, x, y), dot);
        assert_same(dot_2(n, x, y), dot);
        assert_same(dot_4(n, x, y), dot);
        assert_same(dot_8(n, x, y), dot);
        assert_same(ad_kernel_sum(n, x), sum);
        assert_same(sum_2(n, x), sum);
        assert_same(sum_4(n, x), sum);
        assert_same(sum_8(n, x), sum);
    }
}
END_TEST

/* y and its adjoint begin `shift` after x and its own: the same, overlapping, apart. */
START_TEST(dot_back_of_ranges_that_overlap)
{
    random_source r = {2};
    const double g = -0.75;
    for (size_t n = 0; n < 40; n++)
        for (size_t shift = 0; shift <= 40; shift++) {
            double v[80], a[80], expected[80];
            fill(&r, 80, v);
            fill(&r, 80, a);
            memcpy(expected, a, sizeof a);
            for (size_t k = 0; k < n; k++) {
                expected[k] += g * v[shift + k];
                expected[shift + k] += g * v[k];
            }
            ad_kernel_dot_back(n, g, v, v + shift, a, a + shift);
            for (size_t k = 0; k < 80; k++) assert_same(a[k], expected[k]);
        }
}
END_TEST

START_TEST(add_and_axpy)
{
    random_source r = {3};
    for (size_t n = 0; n < MOST; n++) {
        double x[MOST], y[MOST], added[MOST];
        fill(&r, MOST, x);
        fill(&r, MOST, y);
        memcpy(added, y, sizeof y);
        ad_kernel_add(n, 0.3, added);
        for (size_t k = 0; k < MOST; k++)
            assert_same(added[k], y[k] + (k < n ? 0.3 : 0));
        memcpy(added, y, sizeof y);
        ad_kernel_axpy(n, 0.3, x, added);
        for (size_t k = 0; k < MOST; k++)
            assert_same(added[k], k < n ? y[k] + 0.3 * x[k] : y[k]);
    }
}
END_TEST

typedef struct affine_case {
    ad_affine map;
    double w[9 * 40], x[40], b[9 * 40], g[9], aw[9 * 40], ax[40], ab[9 * 40];
} affine_case;

static void assert_same_adjoints(const affine_case *one, const affine_case *other)
{
    for (size_t k = 0; k < 9 * 40; k++) {
        assert_same(one->aw[k], other->aw[k]);
        assert_same(one->ab[k], other->ab[k]);
    }
    for (size_t k = 0; k < 40; k++) assert_same(one->ax[k], other->ax[k]);
}

/* Row for row what the sums of one row give; each way to lay out the biases; and a row
 * whose adjoint is 0 passes nothing on, not even the NaN of an infinite weight. */
START_TEST(affine_is_rows_of_dot)
{
    random_source r = {4};
    for (size_t m = 0; m <= 9; m++)
        for (size_t n = 0; n < 36; n += 1 + n / 8) {
            const bool inside = random_below(&r, 2);
            const size_t row = n + inside + random_below(&r, 3);
            affine_case c = {.map = {m, n, row, inside ? row : 1}}, d, e, f;
            fill(&r, 9 * 40, c.w);
            fill(&r, 40, c.x);
            fill(&r, 9 * 40, c.b);
            fill(&r, 9, c.g);
            fill(&r, 40, c.ax);
            const size_t dead = m > 0 ? random_below(&r, 2 * m) : 9;
            if (dead < m) c.g[dead] = 0, c.w[dead * row] = (double)INFINITY;
            double z[9], z2[9], z4[9], z8[9];
            ad_kernel_affine(&c.map, c.w, c.x, c.b, z);
            affine_2(&c.map, c.w, c.x, c.b, z2);
            affine_4(&c.map, c.w, c.x, c.b, z4);
            affine_8(&c.map, c.w, c.x, c.b, z8);
            for (size_t j = 0; j < m; j++) {
                const double expected =
                    ad_kernel_dot(n, c.w + j * row, c.x) + c.b[j * c.map.step];
                assert_same(z[j], expected);
                assert_same(z2[j], expected);
                assert_same(z4[j], expected);
                assert_same(z8[j], expected);
            }
            affine_case rows = c;
            d = e = f = c;
            for (size_t j = 0; j < m; j++)
                if (c.g[j] != 0) {
                    ad_kernel_dot_back(n, c.g[j], c.w + j * row, c.x, rows.aw + j * row,
                                       rows.ax);
                    rows.ab[j * c.map.step] += c.g[j];
                }
            affine_back_2(&d.map, d.g, d.w, d.x, d.aw, d.ax, d.ab);
            affine_back_4(&e.map, e.g, e.w, e.x, e.aw, e.ax, e.ab);
            affine_back_8(&f.map, f.g, f.w, f.x, f.aw, f.ax, f.ab);
            ad_kernel_affine_back(&c.map, c.g, c.w, c.x, c.aw, c.ax, c.ab);
            assert_same_adjoints(&c, &rows);
            assert_same_adjoints(&d, &rows);
            assert_same_adjoints(&e, &rows);
            assert_same_adjoints(&f, &rows);
        }
}
END_TEST

typedef void affine_kernel(const ad_affine *map, const double *g, const double *w,
                           const double *x, double *aw, double *ax, double *ab);

/* What stands in aw and ab first does not count; and without ax, the rest is the same. */
START_TEST(affine_first_starts_from_nothing)
{
    affine_kernel *const first[] = {affine_first_2, affine_first_4, affine_first_8,
                                    ad_kernel_affine_first};
    affine_kernel *const back[] = {affine_back_2, affine_back_4, affine_back_8,
                                   ad_kernel_affine_back};
    random_source r = {9};
    for (size_t m = 0; m <= 9; m++)
        for (size_t n = 0; n < 36; n += 1 + n / 8)
            for (size_t k = 0; k < sizeof first / sizeof *first; k++)
                for (int fixed = 0; fixed < 2; fixed++) {
                    affine_case c = {.map = {m, n, n + 1, n + 1}}, expected;
                    fill(&r, 9 * 40, c.w);
                    fill(&r, 40, c.x);
                    fill(&r, 9, c.g);
                    fill(&r, 40, c.ax);
                    for (size_t j = 0; j < m; j++)
                        if (random_below(&r, 8) == 0) c.g[j] = 0;
                    expected = c;
                    fill(&r, m * (n + 1), c.aw);
                    affine_case again = c;
                    double *ax = fixed ? NULL : c.ax;
                    back[k](&c.map, c.g, c.w, c.x, expected.aw, expected.ax,
                            expected.aw + n);
                    first[k](&c.map, c.g, c.w, c.x, c.aw, ax, c.aw + n);
                    if (fixed) memcpy(expected.ax, again.ax, sizeof again.ax);
                    assert_same_adjoints(&c, &expected);
                    if (!fixed) continue;
                    affine_case both = again;
                    back[k](&c.map, c.g, c.w, c.x, both.aw, both.ax, both.aw + n);
                    back[k](&c.map, c.g, c.w, c.x, again.aw, NULL, again.aw + n);
                    memcpy(both.ax, again.ax, sizeof again.ax);
                    assert_same_adjoints(&again, &both);
                }
}
END_TEST

/* Rows from the last one down, apart or overlapping each other. */
START_TEST(dots_back_is_dot_back_of_each)
{
    enum { W = AD_DOTS * 40 };
    random_source r = {6};
    for (size_t n = 0; n < 40; n++)
        for (size_t row = 0; row <= 40; row += 1 + row / 4) {
            double w[W], x[40], g[AD_DOTS], aw[5][W], ax[5][40];
            fill(&r, W, w);
            fill(&r, 40, x);
            fill(&r, AD_DOTS, g);
            fill(&r, W, aw[0]);
            fill(&r, 40, ax[0]);
            for (int k = 1; k < 5; k++) {
                memcpy(aw[k], aw[0], sizeof aw[0]);
                memcpy(ax[k], ax[0], sizeof ax[0]);
            }
            const size_t top = row * (AD_DOTS - 1);
            if (top + n > W) continue;
            const ptrdiff_t down = -(ptrdiff_t)row;
            for (size_t k = 0; k < AD_DOTS; k++)
                ad_kernel_dot_back(n, g[k], w + top - k * row, x, aw[0] + top - k * row,
                                   ax[0]);
            dots_back_2(n, down, g, w + top, x, aw[1] + top, ax[1]);
            dots_back_4(n, down, g, w + top, x, aw[2] + top, ax[2]);
            dots_back_8(n, down, g, w + top, x, aw[3] + top, ax[3]);
            ad_kernel_dots_back(n, down, g, w + top, x, aw[4] + top, ax[4]);
            for (int k = 1; k < 5; k++) {
                ck_assert_mem_eq(aw[k], aw[0], sizeof aw[0]);
                ck_assert_mem_eq(ax[k], ax[0], sizeof ax[0]);
            }
        }
}
END_TEST

/* A run of at most RUN_NODES from the top down, made of words, values and adjoints. */
enum { RUN_NODES = 61, OPERANDS = 200 };
typedef struct run_case {
    unsigned long long word[RUN_NODES + 3];
    double adjoint[RUN_NODES + 3], value[OPERANDS], to[OPERANDS];
} run_case;

static ad_run run_in(run_case *c, const ad_run *like, size_t x, size_t y)
{
    ad_run run = *like;
    run.word = c->word + RUN_NODES + 2;
    run.adjoint = c->adjoint + RUN_NODES + 2;
    run.x = c->value + x, run.ax = c->to + x;
    run.y = c->value + y, run.ay = c->to + y;
    return run;
}

/* Nodes from the top down that are a run whose adjoints are 0. */
static size_t alike(const ad_run *run)
{
    size_t n = 0;
    for (; n < run->nodes; n++) {
        const unsigned long long *w = run->word - n;
        if (n >= run->period && w[run->period] - w[0] != run->step[(n + 1) % 2]) break;
        if (run->adjoint[-(ptrdiff_t)n - 1] != 0) break;
    }
    return n;
}

/* What the header promises, for `nodes` of them. */
static void promised_run(const ad_run *run, size_t nodes, double g, bool keep)
{
    for (size_t k = 0; k < nodes / run->period; k++) {
        const ptrdiff_t x = -(ptrdiff_t)k * run->dx, y = -(ptrdiff_t)k * run->dy;
        run->ax[x] += g * run->y[y];
        run->ay[y] += g * run->x[x];
    }
    for (size_t k = 0; k < nodes && keep; k++) run->adjoint[-(ptrdiff_t)k] = g;
}

/* A run whose words rise by run->step, broken at some node, or used there. */
static void draw_run(random_source *r, run_case *c, ad_run *run, double g, bool keep)
{
    memset(c, 0, sizeof *c);
    run->period = 1 + random_below(r, 2);
    run->nodes = run->period * random_below(r, RUN_NODES / run->period + 1);
    run->abreast = random_below(r, 2);
    run->dx = run->abreast ? 1 : (ptrdiff_t)random_below(r, 4) - 1;
    run->dy = run->abreast ? 1 : (ptrdiff_t)random_below(r, 4) - 1;
    for (int k = 0; k < 2; k++) run->step[k] = random_bits(r) >> 8;
    if (run->period == 1) run->step[1] = run->step[0];
    fill(r, OPERANDS, c->value);
    fill(r, OPERANDS, c->to);
    for (size_t i = 0; i < RUN_NODES + 3; i++) { /* the top is an odd one: a sum */
        const bool sum = (RUN_NODES + 2 - i) % 2 == 0;
        c->word[i] =
            i < 2 ? random_bits(r) : c->word[i - run->period] + run->step[sum ? 1 : 0];
    }
    if (keep) c->adjoint[RUN_NODES + 2] = g;
    const size_t at = random_below(r, RUN_NODES + 2);
    switch (random_below(r, 4)) {
    case 0: c->word[at] += 1ull << random_below(r, 64); break;
    case 1: c->adjoint[at] = random_below(r, 2) ? 0.5 : -0.0; break;
    default: break;
    }
}

/* Every width does as much of a run as the others, and what it does is the promise. */
START_TEST(run_back_is_step_by_step)
{
    random_source r = {5};
    size_t taken = 0;
    for (int turn = 0; turn < 4000; turn++) {
        const double g = -1.25;
        const bool keep = random_below(&r, 2);
        run_case c[5];
        ad_run like = {0};
        draw_run(&r, &c[0], &like, g, keep);
        for (int k = 1; k < 5; k++) c[k] = c[0];
        const size_t x = 125 + random_below(&r, 10), y = like.abreast ? x - 65 : x - 3;
        ad_run run[5];
        for (int k = 0; k < 5; k++) run[k] = run_in(&c[k], &like, x, y);
        const size_t most = alike(&run[0]);
        const size_t done = ad_kernel_run_back(&run[0], g, keep);
        ck_assert_uint_eq(run_back_2(&run[1], g, keep), done);
        ck_assert_uint_eq(run_back_4(&run[2], g, keep), done);
        ck_assert_uint_eq(run_back_8(&run[3], g, keep), done);
        ck_assert_uint_eq(done % AD_RUN_GROUP, 0);
        ck_assert_uint_le(done, most);
        ck_assert_uint_gt(done + AD_RUN_GROUP + like.period, most);
        promised_run(&run[4], done, g, keep);
        for (int k = 0; k < 4; k++) ck_assert_mem_eq(&c[k], &c[4], sizeof c[4]);
        taken += done;
    }
    ck_assert_uint_gt(taken, 4000 * AD_RUN_GROUP);
}
END_TEST

Suite *kernels_suite(void)
{
    Suite *s = suite_create("kernels");
    TCase *c = tcase_create("kernels");
    tcase_add_test(c, sums_have_the_promised_bits);
    tcase_add_test(c, dot_back_of_ranges_that_overlap);
    tcase_add_test(c, add_and_axpy);
    tcase_add_test(c, affine_is_rows_of_dot);
    tcase_add_test(c, affine_first_starts_from_nothing);
    tcase_add_test(c, dots_back_is_dot_back_of_each);
    tcase_add_test(c, run_back_is_step_by_step);
    suite_add_tcase(s, c);
    return s;
}
