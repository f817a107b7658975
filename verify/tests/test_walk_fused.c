/*
 * The tape's ways back through random programs of operations over ranges and pairs, rows
 * between them. Held against one plain loop that takes each apart into its products, on
 * small whole numbers, where every order of adding gives the same.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/plan_tape.h"
#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { MOST = 260, LEAVES = 30 };
static const double EXACT = 0x1p40; /* below it, sums and products are exact */

/* ---- The plain loop --------------------------------------------------------------- */

/* A node as the sum of its terms. */
typedef struct terms {
    tape_reader t;
    const double *given; /* the adjoint of the node, to be passed on; or none */
    double *adjoint;
    double value;
} terms;

static void linear(terms *s, size_t operand, double partial)
{
    s->value += partial * s->t.value[operand];
    if (s->given != NULL) s->adjoint[operand] += *s->given * partial;
}

static void product(terms *s, size_t x, size_t y)
{
    s->value += s->t.value[x] * s->t.value[y];
    if (s->given == NULL) return;
    s->adjoint[x] += *s->given * s->t.value[y];
    s->adjoint[y] += *s->given * s->t.value[x];
}

static void row_of_table(terms *s, ad_op op, size_t x, size_t y, double z)
{
    const double in[2] = {s->t.value[x], s->t.value[y]};
    double partial[2] = {0, 0};
    s->value = ad_ops[op].value(in, 0);
    if (s->given == NULL) return;
    ad_ops[op].partials(in, 0, z, partial);
    s->adjoint[x] += *s->given * partial[0];
    if (ad_ops[op].operands > 1) s->adjoint[y] += *s->given * partial[1];
}

/* Node i's value anew; and its adjoint passed on, if given. */
static double taken_apart(tape_reader t, size_t i, const double *given, double *adjoint)
{
    const tape_node v = read_node(t, i);
    terms s = {.t = t, .given = given, .adjoint = adjoint};
    switch (v.op) {
    case AD_OP_sum:
        for (size_t k = 0; k < read_length(t, v); k++) linear(&s, v.x + k, 1);
        break;
    case AD_OP_dot:
        for (size_t k = 0; k < read_length(t, v); k++)
            product(&s, v.x + k, read_second(t, v) + k);
        break;
    case AD_OP_dot_pairs:
        for (size_t k = 0; k < v.x; k++)
            product(&s, read_pair(t, v, k)[0], read_pair(t, v, k)[1]);
        break;
    case AD_OP_custom:
        for (size_t k = 0; k < v.x; k++)
            linear(&s, read_operand(t, v, k), read_partial(t, v, k));
        break;
    case AD_OP_muladd:
        linear(&s, i - 1, 1);
        product(&s, v.x, v.y);
        break;
    case AD_OP_affine: {
        const tape_row row = read_row(t, v);
        linear(&s, row.b, 1);
        for (size_t k = 0; k < row.n; k++) product(&s, row.w + k, row.x + k);
        break;
    }
    case AD_OP_map:
        row_of_table(&s, (ad_op)read_mapped(t, v), v.x, v.x, t.value[i]);
        break;
    case AD_OP_constant:
    case AD_OP_var: return t.value[i];
    default: row_of_table(&s, (ad_op)v.op, v.x, v.y, t.value[i]);
    }
    return s.value;
}

/* False where a number grew too large to be exact. */
static bool plain_backward(tape_reader t, size_t output, double *adjoint)
{
    for (size_t i = 0; i <= output; i++) adjoint[i] = i == output ? 1 : 0;
    for (size_t i = output + 1; i-- > 0;) {
        if (fabs(adjoint[i]) > EXACT || fabs(t.value[i]) > EXACT) return false;
        const double given = adjoint[i];
        const double z = taken_apart(t, i, given != 0 ? &given : NULL, adjoint);
        ck_assert_msg(is_within(t.value[i], z, 0), "node %zu: %g, not %g", i,
                      t.value[i], z);
    }
    return true;
}

/* ---- Programs --------------------------------------------------------------------- */

/* As many nodes in a row as x needs: the last ones, or some from anywhere. */
static uint32_t range_of(random_source *r, const ad_tape *t, size_t n)
{
    const size_t last = t->nodes - n;
    return (uint32_t)(random_below(r, 2) ? last : random_below(r, last + 1));
}

static ad_tape_handle at(const ad_tape *t, uint32_t index)
{
    return (ad_tape_handle){t->value[index], index};
}

static ad_tape_handle any(random_source *r, const ad_tape *t)
{
    return at(t, range_of(r, t, 1));
}

/* Any range of n nodes, all of which are small numbers, if one is found. */
static ad_tape_handle few(random_source *r, const ad_tape *t, size_t n)
{
    for (int attempt = 0; attempt < 8; attempt++) {
        const uint32_t first = range_of(r, t, n);
        double most = 0;
        for (size_t k = 0; k < n; k++) most = fmax(most, fabs(t->value[first + k]));
        if (most < 4) return at(t, first);
    }
    return at(t, 0);
}

static void record_layer(random_source *r, ad_tape *t)
{
    const size_t m = 1 + random_below(r, 3), n = 1 + random_below(r, 9);
    const ad_affine map = {m, n, n + random_below(r, 2), 1 + random_below(r, 2)};
    const ad_tape_handle w = few(r, t, (m - 1) * map.row + n), x = few(r, t, n);
    ad_tape_affine(t, &map, w, x, few(r, t, (m - 1) * map.step + 1));
}

/* A layer row by row; now and then a row, or its bias, stands elsewhere. */
static void record_rows(random_source *r, ad_tape *t)
{
    const size_t m = 1 + random_below(r, 9), n = 1 + random_below(r, 9);
    const size_t row = n + random_below(r, 2), step = random_below(r, 3);
    const ad_affine one = {1, n, n, 1};
    const uint32_t w = few(r, t, n).index, b = few(r, t, 1).index;
    const ad_tape_handle x = few(r, t, n);
    for (size_t j = 0; j < m; j++) {
        const size_t to_w = w + j * row, to_b = b + j * step;
        const bool odd_w = random_below(r, 12) == 0, odd_b = random_below(r, 12) == 0;
        if (to_w + n > t->nodes || to_b >= t->nodes || t->nodes + 15 > MOST) return;
        ad_tape_affine(t, &one, odd_w ? few(r, t, n) : at(t, (uint32_t)to_w), x,
                       odd_b ? few(r, t, 1) : at(t, (uint32_t)to_b));
    }
}

static void record_pairs(random_source *r, ad_tape *t, bool custom)
{
    ad_tape_handle x[4], y[4];
    double partial[4];
    const size_t n = random_below(r, 5);
    for (size_t k = 0; k < n; k++) {
        x[k] = any(r, t);
        y[k] = few(r, t, 1);
        partial[k] = (double)random_below(r, 5) - 2;
    }
    if (!custom) {
        ad_tape_dot_pairs(t, n, x, y);
        return;
    }
    double z = 0;
    for (size_t k = 0; k < n; k++) z += partial[k] * x[k].value;
    ad_tape_custom(t, n, x, z, partial);
}

static void record(random_source *r, ad_tape *t)
{
    static const ad_op rows[] = {AD_OP_neg, AD_OP_square, AD_OP_relu, AD_OP_abs};
    const size_t operations = 1 + random_below(r, 25), n = 1 + random_below(r, 9);
    const bool fixed = random_below(r, 2);
    for (int k = 0; k < LEAVES; k++) {
        const double x = (double)random_below(r, 5) - 2;
        if (k < LEAVES / 2 && fixed)
            ad_tape_constant(t, x);
        else
            ad_tape_var(t, x);
    }
    for (size_t k = 0; k < operations && t->nodes + 15 < MOST; k++) {
        const ad_tape_handle last = at(t, (uint32_t)t->nodes - 1);
        switch (random_below(r, 16)) {
        case 0: ad_tape_sum(t, n, few(r, t, n)); break;
        case 1: ad_tape_dot(t, n, few(r, t, n), few(r, t, n)); break;
        case 2: record_pairs(r, t, false); break;
        case 3: record_pairs(r, t, true); break;
        case 4:
        case 5: record_layer(r, t); break;
        case 14:
        case 15: record_rows(r, t); break;
        case 6: ad_tape_map(t, rows[random_below(r, 4)], n, few(r, t, n)); break;
        case 7: ad_tape_var(t, (double)random_below(r, 3) - 1); break;
        case 8: ad_tape_add(t, last, ad_tape_mul(t, any(r, t), few(r, t, 1))); break;
        case 9: ad_tape_sub(t, any(r, t), any(r, t)); break;
        case 10:
        case 11: ad_tape_muladd(t, any(r, t), any(r, t), few(r, t, 1)); break;
        default: ad_tape_muladd(t, last, any(r, t), few(r, t, 1));
        }
    }
}

/* One tape for all, so that every backward starts from what the last one left; some have
 * no near nodes, or few. */
START_TEST(fused_is_the_plain_loop)
{
    ad_tape *t = ad_tape_new(NULL);
    size_t compared = 0, met[TAPE_FAR] = {0};
    const size_t volume = soaked(4000);
    for (uint64_t seed = test_seed(); seed < test_seed() + volume; seed++) {
        random_source r = {seed};
        double expected[MOST];
        whole(t)->near = seed % 2 ? TAPE_NEAR : 1 + random_below(&r, MOST);
        ad_tape_reset(t);
        record(&r, t);
        ck_assert_uint_le(t->nodes, MOST);
        for (int pass = 0; pass < 3; pass++) {
            const size_t output = t->nodes - 1 - random_below(&r, 3);
            if (!plain_backward(tape_reader_of(whole(t)), output, expected)) continue;
            const bool leaves = random_below(&r, 2);
            ck_assert_int_eq(leaves
                                 ? ad_tape_backward_leaves(t, at(t, (uint32_t)output))
                                 : ad_tape_backward(t, at(t, (uint32_t)output)),
                             AD_OK);
            for (uint32_t i = 0; i <= output; i++) {
                const unsigned op = tape_op(whole(t), i);
                if (op == AD_OP_constant || (leaves && op > AD_OP_var)) continue;
                const double grad = ad_tape_grad(t, at(t, i));
                ck_assert_msg(is_within(grad, expected[i], 0),
                              "seed %" PRIu64 ", pass %d, output %zu: grad of node "
                              "%" PRIu32 " (op %u) is %g, expected %g",
                              seed, pass, output, i, op, grad, expected[i]);
                met[op] += expected[i] != 0;
            }
            compared++;
        }
    }
    ck_assert_uint_gt(compared, volume);
    for (int op = AD_OP_sum; op <= (int)AD_OP_map; op++)
        ck_assert_msg(met[op] > volume / 20, "op %d: %zu", op, met[op]);
    ad_tape_free(t);
}
END_TEST

/* ---- Dots that go back together ---------------------------------------------------- */

enum { WEIGHTS = 400, DOTS = 30 };

typedef struct dots {
    size_t m, n, row, w, x,
        odd; /* dot k is of n from w + k row and from x; but for one */
} dots;

static dots random_dots(random_source *r)
{
    dots d = {.m = 1 + random_below(r, DOTS), .n = 1 + random_below(r, 12)};
    d.row = random_below(r, 4) ? d.n + random_below(r, 2) : random_below(r, 5);
    const size_t rows = (d.m - 1) * d.row + d.n;
    if (rows > WEIGHTS - d.n) d.row = 0;
    d.w = random_below(r, WEIGHTS - ((d.m - 1) * d.row + d.n) + 1);
    d.x = random_below(r, 3) ? WEIGHTS - d.n : random_below(r, WEIGHTS - d.n + 1);
    d.odd = random_below(r, 2 * DOTS);
    return d;
}

/* sum_k c_k dot_k, every so many c 0, and one weight infinite. With `apart`, nothing goes
 * back together. */
static ad_tape_handle record_dots(ad_tape *t, dots d, random_source r, bool apart)
{
    for (size_t k = 0; k < WEIGHTS + DOTS; k++)
        ad_tape_var(t, k >= WEIGHTS && random_below(&r, 12) == 0
                           ? 0
                           : random_uniform(&r, -1, 1));
    if (random_below(&r, 2))
        ad_tape_set(t, ad_tape_after(t, (ad_tape_handle){0, 0}, random_below(&r, 200)),
                    HUGE_VAL);
    const ad_tape_handle first = {t->value[0], 0};
    ad_tape_handle sum = ad_tape_constant(t, 0), z[DOTS];
    for (size_t k = 0; k < d.m; k++) {
        const size_t x = k == d.odd ? 0 : d.x;
        z[k] = ad_tape_dot(t, d.n, ad_tape_after(t, first, d.w + k * d.row),
                           ad_tape_after(t, first, x));
        if (apart) ad_tape_constant(t, 0);
    }
    for (size_t k = 0; k < d.m; k++)
        sum = ad_tape_add(t, ad_tape_mul(t, z[k], ad_tape_after(t, first, WEIGHTS + k)),
                          sum);
    return sum;
}

/* Bit for bit what each by itself gives. */
START_TEST(dots_together_are_dots_apart)
{
    for (uint64_t seed = test_seed(); seed < test_seed() + soaked(2000); seed++) {
        random_source r = {seed};
        const dots d = random_dots(&r);
        ad_tape *t[2];
        for (int apart = 0; apart < 2; apart++) {
            t[apart] = ad_tape_new(NULL);
            const ad_tape_handle z = record_dots(t[apart], d, r, apart == 1);
            for (int pass = 0; pass < 2; pass++)
                ck_assert_int_eq(seed % 2 ? ad_tape_backward(t[apart], z)
                                          : ad_tape_backward_leaves(t[apart], z),
                                 AD_OK);
        }
        for (uint32_t k = 0; k < WEIGHTS + DOTS; k++) {
            const ad_tape_handle h = {0, k};
            ck_assert_msg(is_within(ad_tape_grad(t[0], h), ad_tape_grad(t[1], h), 0),
                          "seed %" PRIu64 ": leaf %" PRIu32
                          " has %.17g together, %.17g apart",
                          seed, k, ad_tape_grad(t[0], h), ad_tape_grad(t[1], h));
        }
        ad_tape_free(t[0]);
        ad_tape_free(t[1]);
    }
}
END_TEST

/* The sum of y[k] = c0 y[k-3] + c1 y[k-2] + c2 y[k-1]: each is an operand of the next. */
static ad_tape_handle recurrence(ad_tape *t, bool fused)
{
    for (int k = 0; k < 6; k++) ad_tape_var(t, 0.25 + 0.125 * k);
    ad_tape_handle c[3], y[3], all = ad_tape_nil();
    for (uint32_t k = 0; k < 3; k++) {
        c[k] = (ad_tape_handle){t->value[k], k};
        y[k] = (ad_tape_handle){t->value[3 + k], 3 + k};
    }
    if (!fused) all = ad_tape_constant(t, 0);
    for (int step = 0; step < 20; step++) {
        ad_tape_handle next;
        if (fused) {
            next = ad_tape_dot(t, 3, y[0], c[0]);
        } else {
            next = ad_tape_mul(t, y[0], c[0]);
            for (int k = 1; k < 3; k++)
                next = ad_tape_add(t, next, ad_tape_mul(t, y[k], c[k]));
            all = ad_tape_add(t, all, next);
        }
        y[0] = y[1], y[1] = y[2], y[2] = next;
    }
    if (fused) return ad_tape_sum(t, 20, ad_tape_after(t, c[0], 6));
    return all;
}

START_TEST(dots_of_each_other)
{
    ad_tape *fused = ad_tape_new(NULL), *plain = ad_tape_new(NULL);
    ck_assert_int_eq(ad_tape_backward(fused, recurrence(fused, true)), AD_OK);
    ck_assert_int_eq(ad_tape_backward(plain, recurrence(plain, false)), AD_OK);
    for (uint32_t k = 0; k < 6; k++) {
        const ad_tape_handle h = {0, k};
        assert_within(ad_tape_grad(fused, h), ad_tape_grad(plain, h), 1e-12);
    }
    ad_tape_free(fused);
    ad_tape_free(plain);
}
END_TEST

Suite *walk_fused_suite(void)
{
    Suite *s = suite_create("walk_fused");
    TCase *c = tcase_create("walk_fused");
    tcase_add_test(c, fused_is_the_plain_loop);
    tcase_add_test(c, dots_together_are_dots_apart);
    tcase_add_test(c, dots_of_each_other);
    suite_add_tcase(s, c);
    return s;
}
