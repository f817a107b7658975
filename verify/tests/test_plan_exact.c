/*
 * Plans of regular programs, those that re-rolling is for, in numbers for which no order
 * of summation rounds: small integers. So a rolled plan must give the bits of a fresh
 * recording, values and gradients alike.
 *
 * A program is a random pile of layers: dense ones written in every way that people write
 * them, stencils, statements that take turns, reversed and strided operands, accumulators
 * that are read half-way, irregular picks.
 */
#include <inttypes.h>
#include <string.h>

#include "engine/plan.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { PROGRAMS = 1000, WIDEST = 24, MOST_INPUTS = 4096, MOST_OUTPUTS = 5 };

/* A program being recorded: `shape` decides what it is, inputs what it is run on. */
typedef struct program {
    ad_tape *t;
    random_source shape, numbers;
    ad_tape_handle in[MOST_INPUTS], out[MOST_OUTPUTS];
    double x[MOST_INPUTS];
    size_t inputs, outputs;
    ad_tape_handle at[WIDEST], next[WIDEST]; /* the layer so far */
    size_t n;
} program;

typedef ad_tape_handle handle;

static size_t pick(program *p, size_t n) { return random_below(&p->shape, n); }

static double integer(random_source *r, int most)
{
    return (double)random_below(r, (size_t)(2 * most + 1)) - most;
}

static handle input(program *p)
{
    ck_assert_uint_lt(p->inputs, MOST_INPUTS);
    const size_t i = p->inputs++;
    p->x[i] = integer(&p->numbers, 2);
    return p->in[i] = ad_tape_var(p->t, p->x[i]);
}

/* Back into -3 ... 3, which are integers still. */
static void clamp(program *p, handle *v, size_t n)
{
    if (pick(p, 2) == 0) {
        const handle lo = ad_tape_constant(p->t, -3), hi = ad_tape_constant(p->t, 3);
        for (size_t i = 0; i < n; i++)
            v[i] = ad_tape_min(p->t, ad_tape_max(p->t, v[i], lo), hi);
    } else { /* as two loops, and with constants of their own */
        for (size_t i = 0; i < n; i++)
            v[i] = ad_tape_max(p->t, v[i], ad_tape_constant(p->t, -3));
        for (size_t i = 0; i < n; i++)
            v[i] = ad_tape_min(p->t, ad_tape_constant(p->t, 3), v[i]);
    }
}

/* The sum of term[0 ... n-1] as a chain from either end, or as a tree. */
static handle sum_of(program *p, size_t n, handle *term, size_t how)
{
    ad_tape *t = p->t;
    handle sum = term[0];
    switch (how) {
    case 0:
        for (size_t i = 1; i < n; i++) sum = ad_tape_add(t, sum, term[i]);
        return sum;
    case 1:
        for (size_t i = 1; i < n; i++) sum = ad_tape_add(t, term[i], sum);
        return sum;
    case 2:
        for (size_t step = 1; step < n; step *= 2)
            for (size_t i = 0; i + step < n; i += 2 * step)
                term[i] = ad_tape_add(t, term[i], term[i + step]);
        return term[0];
    default: /* with what is half-way read by somebody else */
        for (size_t i = 1; i < n; i++) {
            if (i == n / 2) sum = ad_tape_add(t, sum, ad_tape_neg(t, sum));
            sum = ad_tape_add(t, sum, term[i]);
        }
        return sum;
    }
}

static void dense(program *p)
{
    const size_t n = p->n, m = 1 + pick(p, WIDEST), how = pick(p, 4), bias = pick(p, 3);
    const bool swapped = pick(p, 2) == 0, at_once = pick(p, 2) == 0;
    handle w[WIDEST * WIDEST];
    handle term[WIDEST + 1];
    for (size_t i = 0; i < (at_once ? m * n : n); i++) w[i] = input(p);
    for (size_t j = 0; j < m; j++) {
        const handle *row = w + (at_once ? j * n : 0);
        size_t terms = 0;
        if (bias == 1) term[terms++] = input(p);
        for (size_t i = 0; i < n; i++)
            term[terms++] = swapped ? ad_tape_mul(p->t, p->at[i], row[i])
                                    : ad_tape_mul(p->t, row[i], p->at[i]);
        if (bias == 2) term[terms++] = input(p);
        p->next[j] = sum_of(p, terms, term, how);
        if (pick(p, 40) == 0) p->next[j] = ad_tape_neg(p->t, p->next[j]);
    }
    p->n = m;
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, m);
}

static void stencil(program *p)
{
    ad_tape *t = p->t;
    const handle a = input(p), b = input(p), c = input(p);
    const size_t n = p->n, how = pick(p, 3);
    const bool periodic = pick(p, 2) == 0;
    for (size_t i = 0; i < n; i++) {
        p->next[i] = p->at[i];
        if (!periodic && (i == 0 || i == n - 1)) continue;
        const handle l = p->at[(i + n - 1) % n], u = p->at[i], r = p->at[(i + 1) % n];
        if (how == 0)
            p->next[i] = ad_tape_add(
                t, ad_tape_add(t, ad_tape_mul(t, a, l), ad_tape_mul(t, b, u)),
                ad_tape_mul(t, c, r));
        else if (how == 1)
            p->next[i] = ad_tape_sub(t, u, ad_tape_mul(t, a, ad_tape_sub(t, r, l)));
        else
            p->next[i] =
                ad_tape_fma(t, a, ad_tape_mul_c(t, u, 2), ad_tape_square(t, r));
    }
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, n);
}

/* z = (a + ib) z for pairs: two statements of one kind that take turns. */
static void turns(program *p)
{
    ad_tape *t = p->t;
    const handle a = input(p), b = input(p);
    for (size_t i = 0; i + 1 < p->n; i += 2) {
        const handle re = p->at[i], im = p->at[i + 1];
        p->at[i] = ad_tape_sub(t, ad_tape_mul(t, re, a), ad_tape_mul(t, im, b));
        p->at[i + 1] = ad_tape_add(t, ad_tape_mul(t, re, b), ad_tape_mul(t, im, a));
    }
    clamp(p, p->at, p->n);
}

static handle elementwise_one(program *p, size_t how, size_t i)
{
    ad_tape *t = p->t;
    const handle v = p->at[i], other = p->at[p->n - 1 - i];
    switch (how) {
    case 0: return ad_tape_relu(t, v);
    case 1: return ad_tape_abs(t, ad_tape_neg(t, v));
    case 2: return ad_tape_square(t, v);
    case 3: return ad_tape_sub(t, v, other);
    case 4: return ad_tape_mul(t, v, v);
    case 5: return ad_tape_add_c(t, ad_tape_mul_c(t, v, (double)(i % 3)), 1);
    case 6: return ad_tape_mul(t, v, p->at[0]);
    default: return ad_tape_add(t, v, other);
    }
}

static void elementwise(program *p)
{
    const size_t how = pick(p, 8);
    for (size_t i = 0; i < p->n; i++) p->next[i] = elementwise_one(p, how, i);
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, p->n);
}

/* The same twice, in the same order or another, whole or in part. */
static void copied(program *p)
{
    ad_tape *t = p->t;
    const size_t n = p->n, how = pick(p, 8), apart = pick(p, 3), kept = pick(p, 4);
    handle copy[WIDEST];
    for (size_t i = 0; i < n; i++)
        p->next[i] = ad_tape_mul_c(t, elementwise_one(p, how, i), -1);
    for (size_t k = 0; k < n; k++) {
        const size_t i = apart == 0 ? k : n - 1 - k;
        const double c = kept == 0 && i % 3 == 0 ? 1 : -1;
        copy[i] = ad_tape_mul_c(t, elementwise_one(p, how, i), c);
    }
    for (size_t i = 0; i < n; i++)
        p->next[i] = pick(p, 2) == 0 ? ad_tape_mul(t, p->next[i], copy[i])
                                     : ad_tape_sub(t, p->at[i], copy[i]);
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, n);
}

static void irregular(program *p)
{
    handle term[WIDEST];
    for (size_t j = 0; j < p->n; j++) {
        const size_t terms = 1 + pick(p, 6);
        for (size_t i = 0; i < terms; i++) {
            const handle x = p->at[pick(p, p->n)], y = p->at[pick(p, p->n)];
            term[i] = pick(p, 2) == 0 ? x : ad_tape_mul(p->t, x, y);
        }
        p->next[j] = sum_of(p, terms, term, pick(p, 4));
    }
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, p->n);
}

/* Everything in one number, and its operations over ranges. */
static void reduce(program *p)
{
    ad_tape *t = p->t;
    const size_t n = p->n;
    handle x[WIDEST], term[WIDEST];
    for (size_t i = 0; i < n; i++) x[i] = ad_tape_add_c(t, p->at[i], 1);
    for (size_t i = 0; i < n; i++) term[i] = ad_tape_mul(t, x[i], x[i]);
    p->at[0] = sum_of(p, n, term, pick(p, 4));
    /* Recorded one after the other, unless recording was cut short. */
    p->at[n - 1] =
        ad_tape_add(t, ad_tape_dot(t, n, x[0], x[0]), ad_tape_sum(t, n, x[0]));
    const double partial[2] = {2, -1};
    const handle two[2] = {x[0], x[n - 1]};
    p->at[n / 2] = ad_tape_custom(t, 2, two, 2 * x[0].value - x[n - 1].value, partial);
    clamp(p, p->at, n);
}

/* The same layer in fused operations, or by muladd from either kind of start. */
static void fused(program *p)
{
    ad_tape *t = p->t;
    const size_t n = p->n, m = 1 + pick(p, WIDEST), how = pick(p, 4);
    handle x[WIDEST], w[WIDEST * WIDEST], b[WIDEST];
    for (size_t i = 0; i < m * n; i++) w[i] = input(p);
    for (size_t j = 0; j < m; j++) b[j] = input(p);
    for (size_t i = 0; i < n; i++) x[i] = ad_tape_add_c(t, p->at[i], 1);
    if (how == 0) {
        const ad_affine map = {m, n, n, 1};
        const handle first = ad_tape_affine(t, &map, w[0], x[0], b[0]);
        const handle out = ad_tape_map(t, AD_OP_relu, m, first);
        for (size_t j = 0; j < m; j++) p->next[j] = ad_tape_after(t, out, j);
    }
    for (size_t j = 0; j < m && how > 0; j++) {
        handle sum = how == 1 ? b[j] : ad_tape_neg(t, b[j]);
        for (size_t i = 0; i < n && how < 3; i++)
            sum = ad_tape_muladd(t, sum, w[j * n + i], x[i]);
        if (how == 3) sum = ad_tape_dot_pairs(t, n, w + j * n, x);
        p->next[j] = sum;
    }
    p->n = m;
    memcpy(p->at, p->next, sizeof p->at);
    clamp(p, p->at, m);
}

/* Numbers added one by one, in line or by turns, to what was recorded just before them, or
 * long before. */
static void added(program *p)
{
    enum { LONGEST = 60 };
    ad_tape *t = p->t;
    const size_t n = p->n, length = 1 + pick(p, LONGEST), step = pick(p, 4);
    const size_t from = pick(p, n), how = pick(p, 5);
    const bool left = pick(p, 2), downwards = pick(p, 4) == 0;
    handle x[WIDEST], s = p->at[pick(p, n)];
    for (size_t i = 0; i < n; i++) x[i] = ad_tape_add_c(t, p->at[i], 1);
    if (how == 0) s = ad_tape_constant(t, 2);
    if (how == 1) s = x[n - 1];
    if (how == 2) s = ad_tape_mul(t, x[0], x[n - 1]);
    if (how == 3) s = p->at[0] = ad_tape_neg(t, s);
    for (size_t k = 0; k < length; k++) {
        const size_t i = (from + k * step) % n;
        const handle a = x[downwards ? n - 1 - i : i];
        s = left ? ad_tape_add(t, a, s) : ad_tape_add(t, s, a);
        if (k == length / 2 && pick(p, 3) == 0) p->at[0] = s;
    }
    p->at[n - 1] = s;
    clamp(p, p->at, n);
}

static void record(program *p, ad_tape *t, uint64_t shape, uint64_t numbers)
{
    p->t = t;
    p->shape.state = shape;
    p->numbers.state = numbers;
    p->inputs = p->outputs = 0;
    p->n = 1 + pick(p, WIDEST);
    for (size_t i = 0; i < p->n; i++) p->at[i] = input(p);
    const size_t layers = 1 + pick(p, 5);
    for (size_t l = 0; l < layers; l++) switch (pick(p, 11)) {
        case 0:
        case 1:
        case 2: dense(p); break;
        case 3: stencil(p); break;
        case 4: turns(p); break;
        case 5: elementwise(p); break;
        case 6: irregular(p); break;
        case 7: reduce(p); break;
        case 8: fused(p); break;
        case 9: copied(p); break;
        case 10: added(p); break;
        }
    p->outputs = 1 + pick(p, MOST_OUTPUTS);
    for (size_t k = 0; k < p->outputs; k++) p->out[k] = p->at[pick(p, p->n)];
    if (pick(p, 4) == 0) p->out[0] = p->in[pick(p, p->inputs)];
}

/* sum_k w[k] d out[k] / d in[i] by the tape, one output after the other. */
static void right_gradient(program *p, const double *w, double *gradient)
{
    for (size_t i = 0; i < p->inputs; i++) gradient[i] = 0;
    for (size_t k = 0; k < p->outputs; k++) {
        ad_tape_seed(p->t, w[k]);
        ck_assert_int_eq(ad_tape_backward(p->t, p->out[k]), AD_OK);
        for (size_t i = 0; i < p->inputs; i++)
            gradient[i] += ad_tape_grad(p->t, p->in[i]);
    }
}

static void compare(program *fresh, ad_plan *plan, const char *which, uint64_t seed)
{
    static double gradient[MOST_INPUTS], right[MOST_INPUTS];
    double y[MOST_OUTPUTS], w[MOST_OUTPUTS];
    for (size_t k = 0; k < fresh->outputs; k++) w[k] = integer(&fresh->shape, 3);
    ck_assert_int_eq(ad_plan_forward(plan, fresh->x, y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(plan, w, gradient), AD_OK);
    right_gradient(fresh, w, right);
    for (size_t k = 0; k < fresh->outputs; k++)
        ck_assert_msg(y[k] == fresh->out[k].value,
                      "seed %" PRIu64 ", %s: output %zu is %g, expected %g", seed,
                      which, k, y[k], fresh->out[k].value);
    for (size_t i = 0; i < fresh->inputs; i++)
        ck_assert_msg(gradient[i] == right[i],
                      "seed %" PRIu64 ", %s: gradient %zu of %zu is %g, expected %g",
                      seed, which, i, fresh->inputs, gradient[i], right[i]);
}

START_TEST(no_order_of_summation_shows)
{
    static program first, fresh;
    const uint64_t seed = test_seed();
    size_t operations = 0, rolled = 0;
    ad_tape *t = ad_tape_new(NULL), *other = ad_tape_new(NULL);
    for (uint64_t k = 0; k < soaked(PROGRAMS); k++) {
        ad_tape_reset(t);
        record(&first, t, seed + k, seed + k + 1);
        ad_plan *p = ad_tape_plan(t, first.inputs, first.in, first.outputs, first.out);
        ad_plan *plain =
            ad_tape_plan_unrolled(t, first.inputs, first.in, first.outputs, first.out);
        ck_assert(p != NULL && plain != NULL);
        for (uint64_t point = 0; point < 3; point++) {
            ad_tape_reset(other);
            record(&fresh, other, seed + k, seed + k + 1 + point * 1000003);
            compare(&fresh, plain, "unrolled", seed + k);
            compare(&fresh, p, "rolled", seed + k);
        }
        struct ad_plan_statistics s;
        ad_plan_statistics(p, &s);
        operations += s.live;
        rolled += s.rolled;
        ad_plan_free(p);
        ad_plan_free(plain);
    }
    ck_assert_msg(rolled > operations / 2, "only %zu of %zu operations were rolled",
                  rolled, operations);
    ad_tape_free(t);
    ad_tape_free(other);
}
END_TEST

Suite *plan_exact_suite(void)
{
    Suite *suite = suite_create("plan_exact");
    TCase *tests = tcase_create("integers");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, no_order_of_summation_shows);
    suite_add_tcase(suite, tests);
    return suite;
}
