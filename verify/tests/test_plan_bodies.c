/*
 * Plans of random loops, whose passes look at a few times round and copy the rest
 * (engine/roll_bodies.c), against a fresh recording, at the recorded inputs and at
 * others.
 *
 * A program is some loops, one after the other. The body of each is a few random
 * operations on: an input or an earlier array at a stride, the same number each time
 * round, what this time round computed, and what the first or the last ones did. Some start or end with
 * a time round that is different, some results are used once and some often, some loops
 * add to a sum that goes on in the next.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "engine/plan.h"
#include "verify/random.h"
#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum {
    PROGRAMS = 1500,
    INPUTS = 64,
    LOOPS = 4,
    BODY = 9,
    TIMES = 48,
    ARRAYS = 8,
    SCALARS = 4,
    PLAIN = 7, /* operations from this on */
    OPERATIONS = 9
};

typedef ad_tape_handle handle;

/* Where an operand comes from. */
typedef enum source {
    OF_INPUTS,
    OF_ARRAY,
    OF_SCALARS,
    OF_TIME,
    OF_LAST,
    OF_LAST_BUT_ONE,
    OF_FIRST,
    OF_CONSTANTS
} source;

typedef struct operand {
    source from;
    size_t index, stride;
} operand;

typedef struct statement {
    int op;
    operand x, y;
    double c;
    size_t moves; /* the constant is another each time, from this on */
} statement;

typedef struct loop {
    size_t times, statements, odd; /* odd: the time round that is different, or none */
    statement body[BODY];
    int keep[2]; /* statements whose results are arrays for later loops, or -1 */
    int add;     /* the one that is added to the sum, or -1 */
    int carry;   /* the one that the next time round may use */
} loop;

typedef struct loops {
    size_t n;
    loop loop[LOOPS];
} loops;

static size_t below(random_source *r, size_t n)
{
    return (size_t)random_uniform(r, 0, (double)n) % n;
}

static operand draw_earlier(random_source *r, size_t arrays)
{
    if (below(r, 2) == 0 && arrays > 0)
        return (operand){OF_ARRAY, below(r, arrays), below(r, 3)};
    return (operand){OF_INPUTS, below(r, 16), below(r, 2)};
}

static operand draw_operand(random_source *r, size_t earlier, size_t arrays)
{
    const size_t from = below(r, 9);
    if (from < 3 && earlier > 0) return (operand){OF_TIME, below(r, earlier), 0};
    if (from < 4)
        return (operand){below(r, 20) > 0 ? OF_SCALARS : OF_CONSTANTS,
                         below(r, SCALARS), 0};
    if (from < 5) return (operand){OF_LAST, 0, 0};
    if (from < 7 && arrays > 0)
        return (operand){OF_ARRAY, below(r, arrays), below(r, 3)};
    return (operand){OF_INPUTS, below(r, 16), below(r, 2)};
}

/* Plain sums and products, which may become part of a later loop's sum, are of earlier
 * arrays: so they do not grow from one time to the next. */
static void draw_statement(statement *v, random_source *r, size_t earlier,
                           size_t arrays)
{
    v->op = (int)below(r, OPERATIONS);
    const bool plain = v->op >= PLAIN;
    v->x = plain ? draw_earlier(r, arrays) : draw_operand(r, earlier, arrays);
    v->y = plain ? draw_earlier(r, arrays) : draw_operand(r, earlier, arrays);
    v->c = random_uniform(r, 0.5, 1);
    v->moves = below(r, 3) > 0 ? SIZE_MAX : below(r, 2) * 12;
}

static void draw(loops *p, random_source *r)
{
    size_t arrays = 0;
    p->n = 1 + below(r, LOOPS);
    for (size_t l = 0; l < p->n; l++) {
        loop *v = &p->loop[l];
        v->times = 6 + below(r, TIMES - 6);
        v->statements = 1 + below(r, BODY);
        v->odd = below(r, 3) == 0 ? below(r, v->times) : SIZE_MAX;
        for (size_t s = 0; s < v->statements; s++)
            draw_statement(&v->body[s], r, s, arrays);
        v->add = below(r, 3) == 0 ? -1 : (int)below(r, v->statements);
        v->carry = (int)below(r, v->statements);
        for (int k = 0; k < 2; k++) {
            v->keep[k] = below(r, 2) == 0 ? -1 : (int)below(r, v->statements);
            arrays += v->keep[k] >= 0;
        }
    }
}

typedef struct state {
    handle in[INPUTS], array[ARRAYS][TIMES], now[BODY], last[2], first, sum;
    size_t length[ARRAYS], arrays;
} state;

static handle read_operand(ad_tape *t, const state *s, operand o, size_t time)
{
    switch (o.from) {
    case OF_ARRAY: {
        const size_t k = o.stride < 2 ? time + o.stride : 2 * time;
        return s->array[o.index][k < s->length[o.index] ? k : s->length[o.index] - 1];
    }
    case OF_SCALARS: return s->in[INPUTS - 1 - o.index];
    case OF_TIME: return s->now[o.index];
    case OF_LAST: return s->last[0];
    case OF_LAST_BUT_ONE: return s->last[1];
    case OF_FIRST: return s->first;
    case OF_CONSTANTS: return ad_tape_constant(t, 1 / (double)(2 + time + o.index));
    default: return s->in[(o.index + time * o.stride) % INPUTS];
    }
}

/* Those before PLAIN keep numbers near 1 where they are. */
static handle apply(ad_tape *t, int op, handle x, handle y, double c)
{
    switch (op) {
    case 0: return ad_tape_mul_c(t, ad_tape_add(t, x, y), 0.5);
    case 1: return ad_tape_sin(t, ad_tape_mul(t, x, y));
    case 2: return ad_tape_tanh(t, ad_tape_add(t, x, ad_tape_mul(t, y, x)));
    case 3: return ad_tape_mul_c(t, x, c);
    case 4: return ad_tape_sin(t, ad_tape_sub(t, x, y));
    case 5: return ad_tape_add_c(t, ad_tape_mul_c(t, ad_tape_mul(t, x, y), 0.25), c);
    case 6: return ad_tape_sin(t, x);
    case PLAIN: return ad_tape_mul(t, x, y);
    default: return ad_tape_add(t, x, y);
    }
}

static handle record(ad_tape *t, const loops *p, const double *x, state *s)
{
    ad_tape_reset(t);
    for (size_t i = 0; i < INPUTS; i++) s->in[i] = ad_tape_var(t, x[i]);
    s->sum = ad_tape_sin(t, s->in[0]);
    s->last[0] = s->last[1] = s->first = s->in[1];
    s->arrays = 0;
    for (size_t l = 0; l < p->n; l++) {
        const loop *v = &p->loop[l];
        for (size_t time = 0; time < v->times; time++) {
            for (size_t k = 0; k < v->statements; k++) {
                const statement *q = &v->body[k];
                const double c = time >= q->moves ? q->c / (double)(1 + time) : q->c;
                const int op = time == v->odd ? (q->op + 1) % PLAIN : q->op;
                s->now[k] = apply(t, op, read_operand(t, s, q->x, time),
                                  read_operand(t, s, q->y, time), c);
            }
            for (size_t k = 0, a = s->arrays; k < 2; k++)
                if (v->keep[k] >= 0) s->array[a++][time] = s->now[v->keep[k]];
            s->last[1] = s->last[0];
            s->last[0] = s->now[v->carry];
            if (time == 0) s->first = s->last[0];
            if (v->add >= 0) s->sum = ad_tape_add(t, s->sum, s->now[v->add]);
        }
        for (size_t k = 0; k < 2; k++)
            if (v->keep[k] >= 0) s->length[s->arrays++] = v->times;
    }
    return ad_tape_add(t, s->sum, s->last[0]);
}

static double largest_adjoint(const ad_tape *t, handle first, size_t n)
{
    double most = 0;
    for (; n > 0; n--, first.index++) most = fmax(most, fabs(ad_tape_grad(t, first)));
    return most;
}

/*
 * Adjoints are sums too, and tape and plan add their terms in different orders. What is
 * used as x - x, where 40 times round have made 1e12 of the adjoint g, gets g and -g: of
 * what it had before, the digits are left that are not below g's. So gradients agree to
 * the rounding of the largest adjoint of any node, which seldom is much larger than they
 * are. (Program 5032435; in binary128 its plan and its tape agree.)
 */
static void hold_at(ad_tape *t, const loops *p, ad_plan *plan, const double *x,
                    state *s, uint64_t seed)
{
    const handle out = record(t, p, x, s);
    double y, gradient[INPUTS];
    ck_assert_int_eq(ad_tape_backward(t, out), AD_OK);
    ck_assert_int_eq(ad_plan_forward(plan, x, &y), AD_OK);
    ck_assert_int_eq(ad_plan_backward(plan, NULL, gradient), AD_OK);
    const double most = largest_adjoint(t, s->in[0], INPUTS);
    const double inner = largest_adjoint(t, s->in[0], out.index + 1 - s->in[0].index);
    const double bound = 1e-10 * (1 + most) + 1e-14 * inner;
    ck_assert_msg(is_within(y, out.value, 1e-11 * (1 + fabs(out.value))),
                  "seed %" PRIu64 ": value %.17g, expected %.17g", seed, y, out.value);
    for (size_t i = 0; i < INPUTS; i++)
        ck_assert_msg(is_within(gradient[i], ad_tape_grad(t, s->in[i]), bound),
                      "seed %" PRIu64 ": gradient %zu is %.17g, expected %.17g within "
                      "%.3g, largest %.3g, of any node %.3g",
                      seed, i, gradient[i], ad_tape_grad(t, s->in[i]), bound, most,
                      inner);
}

/* Programs that were wrong once, of which few are: levels of what one time round has from
 * the last; an adjoint of 1e12 that cancels. */
static const uint64_t known[] = {13704, 5032435};
enum { KNOWN = sizeof known / sizeof *known };

START_TEST(random_loops)
{
    const uint64_t first = test_seed();
    ad_tape *t = ad_tape_new(NULL);
    state *s = calloc(1, sizeof *s);
    size_t operations = 0, instructions = 0;
    for (uint64_t k = 0; k < soaked(PROGRAMS); k++) {
        const uint64_t seed = k < KNOWN ? known[k] : first + k;
        random_source random = {seed};
        loops p;
        draw(&p, &random);
        double x[INPUTS];
        for (size_t i = 0; i < INPUTS; i++) x[i] = random_uniform(&random, 0.5, 1);
        const handle out = record(t, &p, x, s);
        ad_plan *plan = ad_tape_plan(t, INPUTS, s->in, 1, &out);
        ck_assert(plan != NULL);
        hold_at(t, &p, plan, x, s, seed);
        for (size_t i = 0; i < INPUTS; i++) x[i] += random_uniform(&random, -0.1, 0.1);
        hold_at(t, &p, plan, x, s, seed);
        struct ad_plan_statistics statistics;
        ad_plan_statistics(plan, &statistics);
        operations += statistics.live;
        instructions += statistics.instructions;
        ad_plan_free(plan);
    }
    /* They are loops: what is not serial rolls. */
    if (soaked(PROGRAMS) >= PROGRAMS) ck_assert_uint_lt(2 * instructions, operations);
    free(s);
    ad_tape_free(t);
}
END_TEST

/* What a loop's sums take in from an earlier loop is a product, but once. */
START_TEST(a_sum_that_takes_in_what_is_not_alike)
{
    enum { N = 32 };
    ad_tape *t = ad_tape_new(NULL);
    handle in[N], z[N];
    for (size_t k = 0; k < N; k++) in[k] = ad_tape_var(t, 1 / (double)(1 + k));
    for (size_t k = 0; k < N; k++)
        z[k] = k == 5 ? ad_tape_sin(t, in[k]) : ad_tape_mul(t, in[k], in[0]);
    handle out = ad_tape_cos(t, in[0]);
    for (size_t k = 0; k < N; k++)
        out = ad_tape_mul(t, out, ad_tape_cos(t, ad_tape_add(t, z[k], in[k])));
    ad_plan *p = ad_tape_plan(t, N, in, 1, &out);
    double y, gradient[N];
    ck_assert_int_eq(ad_tape_backward(t, out), AD_OK);
    ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
    ad_plan_backward(p, NULL, gradient);
    assert_within(y, out.value, 1e-13);
    for (size_t k = 0; k < N; k++)
        assert_within(gradient[k], ad_tape_grad(t, in[k]), 1e-13);
    ad_plan_free(p);
    ad_tape_free(t);
}
END_TEST

/* A loop with all that there is: families, sums, a serial part, constants that move. */
static handle record_all(ad_tape *t, size_t n, handle *in)
{
    for (size_t k = 0; k < n; k++) in[k] = ad_tape_var(t, 1 / (double)(1 + k));
    handle out = in[0], serial = in[1];
    for (size_t k = 0; k < n; k++) {
        const handle u = ad_tape_add_c(t, ad_tape_exp(t, in[k]), 1 / (double)(1 + k));
        serial = ad_tape_sin(t, ad_tape_mul(t, serial, u));
        out = ad_tape_add(t, out, ad_tape_mul(t, ad_tape_cos(t, u), in[2]));
    }
    return ad_tape_add(t, out, serial);
}

/* Wherever memory ends, there is no plan, and nothing is lost. */
START_TEST(out_of_memory)
{
    enum { N = 64 };
    bool failed = true;
    for (size_t at = 1; failed; at++) {
        test_allocator heap = {0};
        const ad_allocator memory = test_memory(&heap);
        ad_tape *t = ad_tape_new(&memory);
        handle in[N];
        const handle out = record_all(t, N, in);
        heap.fail_at = heap.requests + at;
        ad_plan *p = ad_tape_plan(t, N, in, 1, &out);
        failed = heap.failed > 0;
        ck_assert_int_eq(p == NULL, failed);
        if (p != NULL) {
            double y;
            ck_assert_int_eq(ad_plan_forward(p, NULL, &y), AD_OK);
            assert_within(y, out.value, 1e-12);
        }
        ad_plan_free(p);
        ad_tape_free(t);
        assert_all_freed(&heap);
    }
}
END_TEST

Suite *plan_bodies_suite(void)
{
    Suite *suite = suite_create("plan_bodies");
    TCase *tests = tcase_create("random");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, random_loops);
    tcase_add_test(tests, out_of_memory);
    tcase_add_test(tests, a_sum_that_takes_in_what_is_not_alike);
    suite_add_tcase(suite, tests);
    return suite;
}
