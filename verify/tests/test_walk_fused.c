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

Suite *walk_fused_suite(void)
{
    Suite *s = suite_create("walk_fused");
    TCase *c = tcase_create("walk_fused");
    tcase_add_test(c, fused_is_the_plain_loop);
    suite_add_tcase(s, c);
    return s;
}
