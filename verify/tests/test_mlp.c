/*
 * The multilayer perceptron on both engines is the one that mlp.h states: its values
 * are the primal's bit for bit; its gradient is the hand-written one under the bound
 * that mlp_bound.c derives; that one in turn is the primal's finite difference; and its
 * operations are as many as mlp_operations says.
 */
#include "verify/tests/close.h"
#include "verify/tests/mlp_problem.h"
#include "verify/tests/suites.h"

struct mlp_answer {
    size_t operations;
    double loss, *score, *gradient;
};

static void answer_free(struct mlp_answer *a)
{
    free(a->score);
    free(a->gradient);
}

static size_t nodes_graph(const ad_graph *g) { return ad_graph_mark(g); }
static size_t nodes_tape(const ad_tape *t) { return ad_tape_mark(t).nodes; }

#define ENGINE graph
#include "verify/tests/mlp_answer.inc"
#define ENGINE tape
#include "verify/tests/mlp_answer.inc"

static const struct {
    const char *name;
    struct mlp_answer (*answer)(const struct mlp_problem *p, double seed);
} engines[] = {{"graph", mlp_answer_graph}, {"tape", mlp_answer_tape}};
enum { ENGINES = sizeof engines / sizeof *engines };

/* ---- Operations and values ------------------------------------------------------ */

START_TEST(operations_are_counted_exactly)
{
    struct mlp_problem p = mlp_problem_new(_i);
    for (int e = 0; e < ENGINES; e++) {
        struct mlp_answer a = engines[e].answer(&p, 1);
        ck_assert_uint_eq(a.operations, mlp_operations(&p.shape, p.samples.count));
        answer_free(&a);
    }
    mlp_problem_free(&p);
}
END_TEST

/* 2 weights + 3H + 2: a product and a sum for each weight, tanh, and the loss. */
START_TEST(growing_has_the_stated_operations)
{
    for (size_t H = 1; H <= 512; H *= 2) {
        const struct mlp_shape shape = mlp_growing(H);
        const size_t weights = 3 * H * H + H;
        ck_assert_uint_eq(mlp_parameters(&shape), weights + 3 * H + 1);
        ck_assert_uint_eq(mlp_operations(&shape, 1), 2 * weights + 3 * H + 2);
    }
}
END_TEST

START_TEST(values_are_the_primals_bit_for_bit)
{
    struct mlp_problem p = mlp_problem_new(_i);
    double *score = mlp_numbers(p.scores);
    struct mlp_primal *m = mlp_new_primal(NULL, &p.shape, p.samples, p.w);
    const double loss = mlp_record_primal(m, 0, p.samples.count);
    mlp_scores_primal(m, score);
    assert_within(p.loss, loss, p.loss_bound);
    for (int e = 0; e < ENGINES; e++) {
        struct mlp_answer a = engines[e].answer(&p, 1);
        assert_same(a.loss, loss);
        for (size_t i = 0; i < p.scores; i++) assert_same(a.score[i], score[i]);
        answer_free(&a);
    }
    mlp_free_primal(m);
    free(score);
    mlp_problem_free(&p);
}
END_TEST

/* ---- Gradients ------------------------------------------------------------------ */

/* With a seed of 3 as well: a rule that forgets the incoming adjoint shows. */
START_TEST(gradients_are_the_hand_written_under_the_bound)
{
    struct mlp_problem p = mlp_problem_new(_i);
    for (int e = 0; e < ENGINES; e++) {
        for (double seed = 1; seed <= 3; seed += 2) {
            struct mlp_answer a = engines[e].answer(&p, seed);
            for (size_t i = 0; i < p.parameters; i++) {
                const double hand = seed * p.gradient[i], bound = seed * p.bound[i];
                ck_assert_msg(is_within(a.gradient[i], hand, bound),
                              "%s, %s: gradient[%zu] = %.17g, by hand %.17g +- %.3g",
                              p.name, engines[e].name, i, a.gradient[i], hand, bound);
            }
            answer_free(&a);
        }
    }
    mlp_problem_free(&p);
}
END_TEST

/* The bound sees an error of 1e-11 of the greatest partial derivative, in any of them.
 */
START_TEST(the_bound_is_tight)
{
    struct mlp_problem p = mlp_problem_new(_i);
    ck_assert_double_gt(p.largest, 1e-3);
    for (size_t i = 0; i < p.parameters; i++)
        ck_assert_msg(p.bound[i] < 1e-11 * p.largest, "%s: bound[%zu] = %.3g of %.3g",
                      p.name, i, p.bound[i], p.largest);
    mlp_problem_free(&p);
}
END_TEST

/* (loss(w[i] + h) - loss(w[i] - h)) / 2h */
static double central(struct mlp_primal *m, const struct mlp_problem *p, size_t i,
                      double h)
{
    const double w = p->w[i], above = w + h, below = w - h;
    p->w[i] = above;
    mlp_load_primal(m, p->w);
    const double loss_above = mlp_record_primal(m, 0, p->samples.count);
    p->w[i] = below;
    mlp_load_primal(m, p->w);
    const double loss_below = mlp_record_primal(m, 0, p->samples.count);
    p->w[i] = w;
    return (loss_above - loss_below) / (above - below);
}

/*
 * dloss/dw[i] from D, central differences at h, h/2, h/4, ..., extrapolated twice: R
 * has no h^2 term, and S neither h^2 nor h^4. |S - R| bounds the error of S, which is
 * of higher order than that of R; rounding adds the loss's error / h, a few times. The
 * step with the least sum wins: small ones where a kink is near.
 */
static double difference(struct mlp_primal *m, const struct mlp_problem *p, size_t i,
                         double *error)
{
    enum { STEPS = 12 };
    double D[STEPS], R[STEPS], S = 0, h = 0x1p-4;
    *error = (double)INFINITY;
    for (int k = 0; k < STEPS; k++, h /= 2) {
        D[k] = central(m, p, i, h);
        if (k > 0) R[k] = (4 * D[k] - D[k - 1]) / 3;
        if (k < 2) continue;
        const double S_k = (16 * R[k] - R[k - 1]) / 15;
        const double error_k = fabs(S_k - R[k]) + 4 * p->loss_bound / h;
        if (error_k >= *error) continue;
        S = S_k;
        *error = error_k;
    }
    return S;
}

START_TEST(the_hand_written_gradient_is_the_primals_difference)
{
    struct mlp_problem p = mlp_problem_new(_i);
    struct mlp_primal *m = mlp_new_primal(NULL, &p.shape, p.samples, p.w);
    size_t sharp = 0;
    for (size_t i = 0; i < p.parameters; i++) {
        double error;
        const double d = difference(m, &p, i, &error);
        ck_assert_msg(is_within(p.gradient[i], d, error + p.bound[i]),
                      "%s: gradient[%zu] = %.17g, difference %.17g +- %.3g", p.name, i,
                      p.gradient[i], d, error);
        if (error < 1e-8 * p.largest) sharp++;
    }
    ck_assert_msg(10 * sharp >= 9 * p.parameters, "%s: only %zu of %zu are sharp",
                  p.name, sharp, p.parameters);
    mlp_free_primal(m);
    mlp_problem_free(&p);
}
END_TEST

/* ---- A network in fewer words ----------------------------------------------------- */

START_TEST(every_form_is_the_network)
{
    struct mlp_problem p = mlp_problem_new(_i);
    double *gradient = mlp_numbers(p.parameters), *scalar = mlp_numbers(p.parameters);
    for (enum mlp_form form = MLP_SCALAR; form <= MLP_AFFINE; form++) {
        ad_tape *t = ad_tape_new(NULL);
        struct mlp_tape *m = mlp_new_tape(t, &p.shape, p.samples, p.w);
        const size_t before = t->nodes;
        const ad_tape_handle loss = mlp_record_as_tape(m, form, 0, p.samples.count);
        ck_assert_uint_eq(t->nodes - before,
                          mlp_nodes(&p.shape, form, p.samples.count));
        ck_assert_int_eq(ad_tape_backward(t, loss), AD_OK);
        ck_assert(fabs(loss.value - p.loss) <= p.loss_bound);
        mlp_grads_tape(m, form == MLP_SCALAR ? scalar : gradient);
        for (size_t i = 0; form > MLP_SCALAR && i < p.parameters; i++) {
            ck_assert_msg(fabs(gradient[i] - p.gradient[i]) <= 8 * p.bound[i],
                          "%s, form %d: gradient[%zu] is %a, not %a", p.name, form, i,
                          gradient[i], p.gradient[i]);
            if (form == MLP_MULADD) ck_assert(gradient[i] == scalar[i]);
        }
        mlp_free_tape(m);
        ad_tape_free(t);
    }
    free(gradient), free(scalar);
    mlp_problem_free(&p);
}
END_TEST

Suite *mlp_suite(void)
{
    Suite *suite = suite_create("mlp");
    TCase *tests = tcase_create("mlp");
    tcase_add_loop_test(tests, operations_are_counted_exactly, 0, MLP_CASES);
    tcase_add_test(tests, growing_has_the_stated_operations);
    tcase_add_loop_test(tests, values_are_the_primals_bit_for_bit, 0, MLP_CASES);
    tcase_add_loop_test(tests, gradients_are_the_hand_written_under_the_bound, 0,
                        MLP_CASES);
    tcase_add_loop_test(tests, every_form_is_the_network, 0, MLP_CASES);
    tcase_add_loop_test(tests, the_bound_is_tight, 0, MLP_CASES);
    tcase_add_loop_test(tests, the_hand_written_gradient_is_the_primals_difference, 0,
                        MLP_CASES);
    suite_add_tcase(suite, tests);
    suite_add_tcase(suite, mlp_life_tests());
    return suite;
}
