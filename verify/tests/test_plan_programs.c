/*
 * Plans of every program, against the program's own witness at the point where it was
 * recorded, and against a fresh recording at two others (some witnesses know no other).
 *
 * The witness's bound is for two programs that are right in double arithmetic. A rolled
 * plan adds in another order than either, and takes functions from other kernels, so it
 * is allowed two bounds, and a few ulps of the largest figure.
 */
#include <stdlib.h>

#include "engine/plan.h"
#include "verify/programs/program.h"
#include "verify/tests/close.h"
#include "verify/tests/suites.h"
#include "verify/tests/volume.h"

enum { LARGEST = 1000, KINDS = 25 };

/* Another point near the program's own, where no domain ends and no branch turns. */
static void move(program *p, double by)
{
    for (size_t i = 0; i < p->inputs; i++) p->x[i] *= 1 + by * (double)(i % 5);
}

typedef struct figures {
    double value, value_bound;
    double *gradient, *bound; /* [inputs] */
} figures;

static double largest(size_t n, const double *x)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs(x[i]));
    return most;
}

static void hold_against(const program *p, const figures *f, ad_plan *plan,
                         const char *which)
{
    const char *name = p->kind->name;
    const size_t n = p->inputs;
    double *gradient = calloc(n + 1, sizeof *gradient), y;
    ck_assert_int_eq(ad_plan_forward(plan, p->x, &y), AD_OK);
    ad_plan_backward(plan, NULL, gradient);
    const double bound = 2 * f->value_bound + 0x1p-48 * fabs(f->value);
    ck_assert_msg(is_within(y, f->value, bound),
                  "%s, size %zu, %s: value %.17g, expected %.17g within %.3g", name,
                  p->size, which, y, f->value, bound);
    const double slack = 0x1p-48 * largest(n, f->gradient);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(is_within(gradient[i], f->gradient[i], 2 * f->bound[i] + slack),
                      "%s, size %zu, %s: gradient %zu is %.17g, expected %.17g within "
                      "%.3g",
                      name, p->size, which, i, gradient[i], f->gradient[i],
                      2 * f->bound[i] + slack);
    free(gradient);
}

static ad_tape_handle record(const program *p, ad_tape *t, ad_tape_handle *in)
{
    ad_tape_reset(t);
    for (size_t i = 0; i < p->inputs; i++) in[i] = ad_tape_var(t, p->x[i]);
    return p->kind->record_tape(p, t, in);
}

static void hold_at_points(program *p)
{
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle *in = calloc(p->inputs + 1, sizeof *in);
    double *memory = calloc(2 * p->inputs + 1, sizeof *memory);
    figures f = {.gradient = memory, .bound = memory + p->inputs};
    ad_tape_handle out = record(p, t, in);
    ad_plan *plain = ad_tape_plan_unrolled(t, p->inputs, in, 1, &out);
    ad_plan *rolled = ad_tape_plan(t, p->inputs, in, 1, &out);
    ck_assert(plain != NULL && rolled != NULL);
    ck_assert(p->kind->gradient(p, &f.value, &f.value_bound, f.gradient, f.bound));
    for (int point = 0; point < 3; point++) {
        if (point > 0) {
            move(p, point == 1 ? 0x1p-9 : -0x1p-8);
            out = record(p, t, in);
            ck_assert_int_eq(ad_tape_backward(t, out), AD_OK);
            f.value = out.value;
            ad_tape_grads(t, in[0], p->inputs, f.gradient);
        }
        hold_against(p, &f, plain, "unrolled");
        hold_against(p, &f, rolled, "rolled");
    }
    ad_plan_free(plain);
    ad_plan_free(rolled);
    ad_tape_free(t);
    free(memory);
    free(in);
}

START_TEST(every_program_at_other_points)
{
    const program_kind *kind = programs[_i];
    for (size_t s = 0; s < 3 && kind->sizes[s] != 0 && kind->sizes[s] <= LARGEST; s++) {
        program p;
        ck_assert(kind->open(&p, kind, kind->sizes[s], test_seed()));
        hold_at_points(&p);
        kind->close(&p);
    }
}
END_TEST

/* What is made of regular programs: so many instructions, whatever their size. */
static const struct {
    const char *name;
    size_t size, most;
} short_plans[] = {
    {"rosenbrock", 100, 7}, /* two squares that take turns in one sum */
    {"rosenbrock", 1000, 7},
    {"sum_left", 1000, 1},     /* a chain */
    {"sum_balanced", 1000, 1}, /* a tree */
    {"llsq", 100,
     26}, /* a loop for each statement of the body, unrolled by the recording */
    {"gmm", 100, 150}, /* loops inside of loops, the outer one over points */
    {"gmm", 1000, 150},
    {"monte_carlo", 100, 95},
    {"advection", 100, 63}, /* a loop for each statement and step of time */
    {"advection", 1000, 63},
    {"det", 6, 400}, /* minors that were recorded again and again */
};

START_TEST(regular_programs_are_short)
{
    program p;
    const program_kind *kind = program_named(short_plans[_i].name);
    ck_assert(kind->open(&p, kind, short_plans[_i].size, test_seed()));
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle *in = calloc(p.inputs + 1, sizeof *in);
    const ad_tape_handle out = record(&p, t, in);
    ad_plan *plan = ad_tape_plan(t, p.inputs, in, 1, &out);
    struct ad_plan_statistics s;
    ad_plan_statistics(plan, &s);
    ck_assert_msg(s.instructions <= short_plans[_i].most,
                  "%s, size %zu: %zu instructions, expected %zu at the most",
                  kind->name, p.size, s.instructions, short_plans[_i].most);
    ad_plan_free(plan);
    ad_tape_free(t);
    free(in);
    kind->close(&p);
}
END_TEST

START_TEST(none_is_left_out) { ck_assert_uint_eq(programs_count, KINDS); }
END_TEST

Suite *plan_programs_suite(void)
{
    Suite *suite = suite_create("plan_programs");
    TCase *tests = tcase_create("programs");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_program_at_other_points, 0, KINDS);
    tcase_add_loop_test(tests, regular_programs_are_short, 0,
                        sizeof short_plans / sizeof *short_plans);
    tcase_add_test(tests, none_is_left_out);
    suite_add_tcase(suite, tests);
    return suite;
}
