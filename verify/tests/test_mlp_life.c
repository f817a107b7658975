/*
 * A multilayer perceptron's life: bad shapes are refused, numbers follow from their
 * seed, training on a tape allocates nothing after its first step and on a graph ends
 * with all bytes returned, and a record that is full, reset or shared by batches does
 * as mlp.h says.
 */
#include <float.h>

#include "verify/tests/allocator.h"
#include "verify/tests/close.h"
#include "verify/tests/mlp_problem.h"

#define ENGINE graph
#include "verify/tests/mlp_life.inc"
#define ENGINE tape
#include "verify/tests/mlp_life.inc"

START_TEST(bad_shapes_are_refused)
{
    const struct mlp_shape good = mlp_growing(3);
    const struct mlp_samples none = {0, NULL, NULL};
    struct mlp_shape bad[5] = {good, good, good, good, good};
    bad[0].layers = 0;
    bad[1].layers = MLP_MAX_LAYERS + 1;
    bad[2].inputs = 0;
    bad[3].layer[1].neurons = 0;
    bad[4].inputs = bad[4].layer[0].neurons = SIZE_MAX / 1000;
    const enum mlp_status status[5] = {MLP_NO_LAYERS, MLP_TOO_MANY_LAYERS,
                                       MLP_NO_INPUTS, MLP_EMPTY_LAYER, MLP_TOO_LARGE};
    ad_graph *g = ad_graph_new(NULL);
    ad_tape *t = ad_tape_new(NULL);
    ck_assert_int_eq(mlp_shape_status(&good), MLP_OK);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(mlp_shape_status(&bad[i]), status[i]);
        ck_assert_str_ne(mlp_status_text(status[i]), mlp_status_text(MLP_OK));
        ck_assert_ptr_null(mlp_new_graph(g, &bad[i], none, NULL));
        ck_assert_ptr_null(mlp_new_tape(t, &bad[i], none, NULL));
        ck_assert_ptr_null(mlp_new_primal(NULL, &bad[i], none, NULL));
    }
    ad_graph_free(g);
    ad_tape_free(t);
    mlp_free_graph(NULL);
    mlp_free_tape(NULL);
    mlp_free_primal(NULL);
}
END_TEST

/* One width at the limit of what is refused: no sum on the way wraps around. */
START_TEST(no_size_wraps_around)
{
    for (size_t inputs = SIZE_MAX; inputs > 0; inputs /= 2) {
        for (size_t neurons = SIZE_MAX; neurons > 0; neurons /= 2) {
            const struct mlp_shape shape = {
                .inputs = inputs,
                .layers = 2,
                .layer = {{neurons, MLP_TANH}, {1, MLP_LINEAR}},
                .bias = true};
            const long double parameters = (long double)neurons * (long double)inputs +
                                           2 * (long double)neurons + 1;
            if (mlp_shape_status(&shape) == MLP_OK)
                ck_assert((long double)mlp_parameters(&shape) == parameters);
            else
                ck_assert(parameters > (long double)(SIZE_MAX / 1000));
        }
    }
}
END_TEST

START_TEST(numbers_follow_from_the_seed)
{
    const struct mlp_shape shape = mlp_growing(4);
    double w[65], again[65], x[8], y[2];
    ck_assert_uint_eq(mlp_parameters(&shape), 65);
    mlp_initial(&shape, 1, w);
    mlp_initial(&shape, 1, again);
    for (int i = 0; i < 65; i++) assert_same(again[i], w[i]);
    assert_same(w[0], 0x1.10a2dec890258p-4);
    assert_same(w[64], 0x1.c364d4c1acf04p-3);
    for (int i = 0; i < 65; i++) ck_assert(fabs(w[i]) <= 0.5); /* 1 / sqrt(4) */
    mlp_initial(&shape, 2, again);
    ck_assert(again[0] != w[0]);

    mlp_draw(&shape, 1, 2, x, y);
    assert_same(x[7], 0x1.79eec3c489ep-5);
    assert_same(y[1], 0x1.2d0d7239d1858p-1);
    struct mlp_shape margin = shape;
    margin.loss = MLP_MARGIN;
    mlp_draw(&margin, 1, 2, x, y);
    for (int i = 0; i < 2; i++) assert_same(fabs(y[i]), 1);
}
END_TEST

START_TEST(the_rate_falls_on_a_line)
{
    const struct mlp_schedule schedule = {.start = 1.0, .fall = 0.9, .steps = 100};
    assert_same(mlp_rate(&schedule, 0), 1);
    assert_same(mlp_rate(&schedule, 50), 1.0 - 0.9 * 50 / 100);
    assert_within(mlp_rate(&schedule, 100), 0.1, DBL_EPSILON); /* ulps of 1 */
}
END_TEST

START_TEST(training_allocates_in_its_first_step_only)
{
    enum { STEPS = 20 };
    struct mlp_problem p = mlp_problem_new(_i);
    double loss_graph[STEPS], loss_tape[STEPS];
    size_t requests[STEPS];
    test_allocator heap = {0};
    train_tape(&heap, STEPS, &p, loss_tape, requests);
    ck_assert_uint_gt(requests[0], 0);
    for (int k = 1; k < STEPS; k++) ck_assert_uint_eq(requests[k], requests[0]);

    train_graph(&heap, STEPS, &p, loss_graph, requests);
    ck_assert_msg(loss_tape[STEPS - 1] < loss_tape[0], "%s does not learn: %g to %g",
                  p.name, loss_tape[0], loss_tape[STEPS - 1]);
    mlp_problem_free(&p);
}
END_TEST

START_TEST(a_full_record_is_reported)
{
    struct mlp_problem p = mlp_problem_new(_i);
    starved_graph(&p);
    starved_tape(&p);
    mlp_problem_free(&p);
}
END_TEST

START_TEST(a_reset_record_can_be_loaded)
{
    struct mlp_problem p = mlp_problem_new(_i);
    reloaded_graph(&p);
    reloaded_tape(&p);
    mlp_problem_free(&p);
}
END_TEST

START_TEST(batches_add_up)
{
    struct mlp_problem p = mlp_problem_new(_i);
    if (p.shape.l2 == 0) {
        batches_graph(&p);
        batches_tape(&p);
    }
    mlp_problem_free(&p);
}
END_TEST

TCase *mlp_life_tests(void)
{
    TCase *tests = tcase_create("life");
    tcase_add_test(tests, bad_shapes_are_refused);
    tcase_add_test(tests, no_size_wraps_around);
    tcase_add_test(tests, numbers_follow_from_the_seed);
    tcase_add_test(tests, the_rate_falls_on_a_line);
    tcase_add_loop_test(tests, training_allocates_in_its_first_step_only, 0, MLP_CASES);
    tcase_add_loop_test(tests, a_full_record_is_reported, 0, MLP_CASES);
    tcase_add_loop_test(tests, a_reset_record_can_be_loaded, 0, MLP_CASES);
    tcase_add_loop_test(tests, batches_add_up, 0, MLP_CASES);
    return tests;
}
