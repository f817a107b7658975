/*
 * The engines agree on random graphs: with each other, and with a third party that has
 * neither's walk.
 *
 * Seen: every mistake of a walk (order, a missing or doubled contribution, a stale
 * adjoint, an operand taken for another), on shapes that nobody thought of: fan-out,
 * repeated operands, dead branches (infinite partials among them), constants, ranges
 * that overlap, custom nodes. Not seen: a wrong formula in ops.def, which all three
 * read. That is what the witnesses are for.
 *
 * The third party is a flat list of what was recorded. It goes through the list from
 * the end, with partials from ad_ops and adjoints in long double, and carries beside
 * each adjoint a bound of the error that double arithmetic may make in it, in whatever
 * order the contributions are added. With u = 2^-53, and E the bound of adjoint g, a
 * contribution g p = g * partial has the error
 *
 *     E |p| + u (|g| + E) |p| + the least subnormal, for an underflow,
 *
 * and n contributions are added with an error of at most n u times the sum of their
 * sizes. Both engines must stay within it at every node. The values are compared
 * exactly: each is the same expression of the same operands, without contraction.
 */
#include <float.h>
#include <inttypes.h>
#include <stdlib.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { MOST_NODES = 128, MOST_OPERANDS = 16 };

typedef struct item {
    ad_op op;
    size_t n, operand[MOST_OPERANDS]; /* dot: x and then y */
    double partial[MOST_OPERANDS];
    double c, value;
    bool dead; /* never to be used: its value or a partial is not finite */
} item;

typedef struct program {
    item at[MOST_NODES];
    size_t n, output;
    double seed;
} program;

/* ---- Making one ----------------------------------------------------------------- */

static bool is_leaf(const item *v) { return v->op <= AD_OP_var; }

static void evaluate(program *p, item *v)
{
    double x[MOST_OPERANDS] = {0};
    for (size_t i = 0; i < v->n; i++) x[i] = p->at[v->operand[i]].value;
    const size_t half = v->n / 2;
    switch (v->op) {
    case AD_OP_sum:
        v->value = 0;
        for (size_t i = 0; i < v->n; i++) {
            v->value += x[i];
            v->partial[i] = 1;
        }
        break;
    case AD_OP_dot:
        v->value = 0;
        for (size_t i = 0; i < half; i++) {
            v->value += x[i] * x[half + i];
            v->partial[i] = x[half + i];
            v->partial[half + i] = x[i];
        }
        break;
    case AD_OP_custom: break;
    default:
        v->value = ad_ops[v->op].value(x, v->c);
        ad_ops[v->op].partials(x, v->c, v->value, v->partial);
    }
    v->dead = !(fabs(v->value) < 1e6);
    for (size_t i = 0; i < v->n; i++) v->dead |= !(fabs(v->partial[i]) < 1e6);
}

static size_t add_leaf(program *p, ad_op op, double value)
{
    p->at[p->n] = (item){.op = op, .value = value};
    return p->n++;
}

/* A live node, more likely a late one; an eighth of the time the one before again. */
static size_t choose(const program *p, random_source *r, const item *v)
{
    if (v->n > 0 && random_below(r, 8) == 0) return v->operand[v->n - 1];
    for (;;) {
        const size_t near = p->n > 8 && random_below(r, 2) == 0 ? p->n - 8 : 0;
        const size_t k = near + random_below(r, p->n - near);
        if (!p->at[k].dead) return k;
    }
}

/* A number in the row's domain, not far from 0. */
static double in_domain(const ad_op_info *row, random_source *r)
{
    const double lo = row->lo > -3 ? row->lo : row->hi < -3 ? row->hi - 3 : -3;
    const double hi = row->hi < lo + 6 ? row->hi : lo + 6;
    return random_uniform(r, lo, hi);
}

static void choose_row(program *p, random_source *r, item *v)
{
    v->op =
        (ad_op)(AD_FIRST_ROW + (int)random_below(r, AD_LAST_ROW - AD_FIRST_ROW + 1));
    const ad_op_info *row = &ad_ops[v->op];
    static const double constants[] = {2, 3, 0.5, -1};
    const size_t which = random_below(r, 8);
    v->c = which < 4 ? constants[which] : random_uniform(r, -3, 3);
    while (v->n < (size_t)row->operands) {
        const size_t k = choose(p, r, v);
        v->operand[v->n++] = k;
    }
    const double x = p->at[v->operand[0]].value;
    if (x >= row->lo && x <= row->hi) return;
    v->operand[0] =
        add_leaf(p, AD_OP_var, in_domain(row, r)); /* x must be in [lo, hi] */
}

/* `n` live nodes in a row, or fewer where a dead one stands in between. */
static size_t choose_range(const program *p, random_source *r, size_t *n)
{
    const size_t first = random_below(r, p->n);
    size_t k = 0;
    while (k < *n && first + k < p->n && !p->at[first + k].dead) k++;
    *n = k;
    return first;
}

static void choose_nary(program *p, random_source *r, item *v)
{
    v->op = (ad_op)(AD_OP_sum + (int)random_below(r, 3));
    size_t n = random_below(r, MOST_OPERANDS / 2);
    if (v->op == AD_OP_custom) {
        v->value = random_uniform(r, -2, 2);
        while (v->n < n) {
            v->partial[v->n] = random_uniform(r, -2, 2);
            const size_t k = choose(p, r, v);
            v->operand[v->n++] = k;
        }
        return;
    }
    const size_t x = choose_range(p, r, &n);
    const size_t y =
        v->op == AD_OP_sum || random_below(r, 4) == 0 ? x : choose_range(p, r, &n);
    for (size_t i = 0; i < n; i++) v->operand[v->n++] = x + i;
    if (v->op == AD_OP_dot)
        for (size_t i = 0; i < n; i++) v->operand[v->n++] = y + i;
}

static void make_program(program *p, random_source *r)
{
    p->n = 0;
    const size_t vars = 1 + random_below(r, 6), constants = random_below(r, 4);
    for (size_t i = 0; i < vars; i++)
        add_leaf(p, AD_OP_var, random_below(r, 8) == 0 ? 0 : random_uniform(r, -3, 3));
    for (size_t i = 0; i < constants; i++)
        add_leaf(p, AD_OP_constant, random_uniform(r, -3, 3));
    const size_t size = p->n + 1 + random_below(r, MOST_NODES / 2);
    while (p->n < size) {
        item v = {0};
        if (random_below(r, 8) == 0)
            choose_nary(p, r, &v);
        else
            choose_row(p, r, &v);
        evaluate(p, &v);
        p->at[p->n++] = v; /* one that came out dead stays: nothing will use it */
    }
    do { /* most of the time something late */
        p->output = random_below(r, 4) == 0 ? random_below(r, p->n)
                                            : p->n - 1 - random_below(r, p->n / 4 + 1);
    } while (p->at[p->output].dead);
    p->seed = random_below(r, 2) == 0 ? 1 : random_uniform(r, -3, 3);
}

/* ---- The third party ------------------------------------------------------------ */

typedef struct judgement {
    long double adjoint[MOST_NODES];
    double bound[MOST_NODES];
} judgement;

static void judge(const program *p, judgement *j)
{
    const long double u = 0x1p-53L, slack = 1 + 0x1p-20L; /* long double's own errors */
    long double error[MOST_NODES] = {0}, size[MOST_NODES] = {0};
    size_t n[MOST_NODES] = {0};
    for (size_t k = 0; k < p->n; k++) j->adjoint[k] = 0;
    j->adjoint[p->output] = (long double)p->seed;
    for (size_t k = p->n; k-- > 0;) {
        const long double g = j->adjoint[k];
        const long double e = error[k] + (long double)n[k] * u * size[k];
        j->bound[k] = (double)(e * slack);
        const item *v = &p->at[k];
        for (size_t i = 0; i < v->n; i++) {
            if ((g == 0 && e == 0) || v->partial[i] == 0) continue;
            const long double size_of_p = fabsl((long double)v->partial[i]);
            const size_t to = v->operand[i];
            j->adjoint[to] += g * (long double)v->partial[i];
            error[to] +=
                (e + u * (fabsl(g) + e)) * size_of_p + (long double)DBL_TRUE_MIN;
            size[to] += (fabsl(g) + e) * size_of_p;
            n[to]++;
        }
    }
}

/*
 * The same forwards: tangent k = sum of partial * tangent over the operands, a leaf's
 * being given. Its error obeys the same law, with n contributions added at the node
 * itself.
 */
static void judge_forward(const program *p, const double *direction, judgement *j)
{
    const long double u = 0x1p-53L, slack = 1 + 0x1p-20L;
    for (size_t k = 0; k < p->n; k++) {
        const item *v = &p->at[k];
        long double tangent = is_leaf(v) ? (long double)direction[k] : 0;
        long double error = 0, size = 0;
        for (size_t i = 0; i < v->n; i++) {
            const long double from = j->adjoint[v->operand[i]];
            const long double e = (long double)j->bound[v->operand[i]];
            if ((from == 0 && e == 0) || v->partial[i] == 0) continue;
            const long double size_of_p = fabsl((long double)v->partial[i]);
            tangent += from * (long double)v->partial[i];
            error +=
                (e + u * (fabsl(from) + e)) * size_of_p + (long double)DBL_TRUE_MIN;
            size += (fabsl(from) + e) * size_of_p;
        }
        j->adjoint[k] = tangent;
        j->bound[k] = (double)((error + (long double)v->n * u * size) * slack);
    }
}

/* ---- The engines ---------------------------------------------------------------- */

#define ENGINE graph
#include "verify/tests/replay.inc"
#define ENGINE tape
#include "verify/tests/replay.inc"

/* The tape's forward sweep over what replay_tape has left. */
static void sweep_tape(ad_tape *t, const program *p, const double *direction,
                       double *tangent)
{
    ad_tape_handle var[MOST_NODES];
    double along[MOST_NODES];
    size_t vars = 0;
    for (size_t k = 0; k < p->n; k++) {
        if (p->at[k].op != AD_OP_var) continue;
        var[vars] = (ad_tape_handle){(double)NAN, (uint32_t)k};
        along[vars++] = direction[k];
    }
    ck_assert_int_eq(ad_tape_tangents(t, vars, var, along), AD_OK);
    for (size_t k = 0; k < p->n; k++)
        tangent[k] = ad_tape_tangent(t, (ad_tape_handle){(double)NAN, (uint32_t)k});
}

static void assert_agrees(const char *engine, const program *p, const judgement *j,
                          const double *value, const double *grad, uint64_t seed)
{
    for (size_t k = 0; k < p->n; k++) {
        const item *v = &p->at[k];
        if (!is_within(value[k], v->value, 0))
            ck_abort_msg("%s: node %zu (%s) of %zu is %.17g, expected %.17g; "
                         "GRADYNO_SEED=%" PRIu64,
                         engine, k, ad_ops[v->op].name, p->n, value[k], v->value, seed);
        const double expected = v->op == AD_OP_constant ? 0 : (double)j->adjoint[k];
        /* Rounding the long double costs half an ulp more. */
        const double bound = j->bound[k] + 0.5 * ulp_of(expected);
        if (v->dead && !isfinite(bound)) continue; /* forwards, they are reached */
        if (!is_within(grad[k], expected, bound))
            ck_abort_msg(
                "%s: derivative of node %zu (%s) of %zu, output %zu, is %.17g, "
                "expected %.17g within %.3g: off by %.3g, %.4g ulps; "
                "GRADYNO_SEED=%" PRIu64,
                engine, k, ad_ops[v->op].name, p->n, p->output, grad[k], expected,
                bound, fabs(grad[k] - expected), ulps_apart(grad[k], expected), seed);
    }
}

/* What a batch has met, so that the test can say that it met it. */
typedef struct census {
    size_t reached[AD_OP_count]; /* nodes with an adjoint other than 0, by operation */
    size_t infinite_dead, fan_out, repeated, unreached;
} census;

static void count(census *all, const program *p, const judgement *j)
{
    size_t users[MOST_NODES] = {0};
    for (size_t k = 0; k < p->n; k++) {
        const item *v = &p->at[k];
        all->reached[v->op] += j->adjoint[k] != 0;
        all->unreached += j->adjoint[k] == 0 && !is_leaf(v);
        for (size_t i = 0; i < v->n; i++) {
            all->infinite_dead += v->dead && !isfinite(v->partial[i]);
            users[v->operand[i]]++;
            for (size_t q = 0; q < i; q++)
                all->repeated += v->operand[q] == v->operand[i];
        }
    }
    for (size_t k = 0; k < p->n; k++) all->fan_out += users[k] > 2;
}

START_TEST(random_graphs)
{
    const size_t volume = soaked(5000);
    ad_graph *g = ad_graph_new(NULL);
    ad_tape *t = ad_tape_new(NULL);
    census all = {0};
    for (size_t i = 0; i < volume; i++) {
        const uint64_t seed = test_seed() + i; /* so GRADYNO_SEED=seed starts with it */
        random_source random = {seed * 0x9e3779b97f4a7c15u};
        program p;
        make_program(&p, &random);
        judgement j;
        judge(&p, &j);
        count(&all, &p, &j);

        double value[MOST_NODES], grad[MOST_NODES];
        ad_graph_creation_order(g, false);
        replay_graph(g, &p, value, grad);
        assert_agrees("graph", &p, &j, value, grad, seed);
        ad_graph_creation_order(g, true);
        replay_graph(g, &p, value, grad);
        assert_agrees("graph in creation order", &p, &j, value, grad, seed);
        replay_tape(t, &p, value, grad);
        assert_agrees("tape", &p, &j, value, grad, seed);

        double direction[MOST_NODES];
        for (size_t k = 0; k < p.n; k++)
            direction[k] = p.at[k].op == AD_OP_var ? random_uniform(&random, -2, 2) : 0;
        judge_forward(&p, direction, &j);
        sweep_tape(t, &p, direction, grad);
        assert_agrees("tape, forwards", &p, &j, value, grad, seed);
    }
    ad_graph_free(g);
    ad_tape_free(t);

    if (volume < 1000) return; /* too few to meet everything */
    ck_assert_uint_gt(all.infinite_dead, 0);
    ck_assert_uint_gt(all.fan_out, 0);
    ck_assert_uint_gt(all.repeated, 0);
    ck_assert_uint_gt(all.unreached, 0);
    for (int op = AD_FIRST_ROW; op < AD_OP_count; op++)
        ck_assert_msg(all.reached[op] > 0,
                      "%zu graphs, and no gradient went through %s", volume,
                      ad_ops[op].name);
}
END_TEST

/* The judge is judged: on the worked example by hand, and its bound must be small. */
START_TEST(the_third_party)
{
    program p = {.n = 0, .seed = 1};
    add_leaf(&p, AD_OP_var, 2);
    add_leaf(&p, AD_OP_var, -3);
    add_leaf(&p, AD_OP_var, 10);
    add_leaf(&p, AD_OP_var, -2);
    const item rest[] = {{.op = AD_OP_mul, .n = 2, .operand = {0, 1}},
                         {.op = AD_OP_add, .n = 2, .operand = {4, 2}},
                         {.op = AD_OP_mul, .n = 2, .operand = {5, 3}}};
    for (size_t i = 0; i < 3; i++) {
        p.at[p.n] = rest[i];
        evaluate(&p, &p.at[p.n++]);
    }
    p.output = p.n - 1;
    judgement j;
    judge(&p, &j);
    const double expected[7] = {6, -4, -2, 4, -2, -2, 1};
    for (size_t k = 0; k < 7; k++) {
        assert_same((double)j.adjoint[k], expected[k]);
        ck_assert(j.bound[k] < 1e-14);
    }
}
END_TEST

Suite *agreement_suite(void)
{
    Suite *suite = suite_create("agreement");
    TCase *tests = tcase_create("random graphs");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, the_third_party);
    tcase_add_test(tests, random_graphs);
    suite_add_tcase(suite, tests);
    return suite;
}
