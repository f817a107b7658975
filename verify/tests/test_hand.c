/*
 * The hand-written gradients that engines are raced against: they are the gradient, and
 * the strict ones are so bit for bit. A baseline that skips work would flatter nobody.
 */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "bench/hand.h"
#include "verify/tests/suites.h"

static const size_t widths[] = {1, 3, 4, 7, 16, 64};
enum { WIDTHS = sizeof widths / sizeof *widths };

typedef double hand_gradient(size_t width, const double *w, const double *x, double y,
                             double *gradient, double *scratch);
static hand_gradient *const hands[] = {hand_strict, hand_blocked, hand_vectorised};

static double *numbers(size_t n)
{
    double *v = calloc(n, sizeof *v);
    ck_assert_ptr_nonnull(v);
    return v;
}

/* The loop's number is width by width, and within one the baselines. */
START_TEST(a_hand_is_the_gradient)
{
    const size_t width = widths[_i / 3];
    const struct mlp_shape shape = mlp_growing(width);
    const size_t n = mlp_parameters(&shape);
    double *w = numbers(n), *gradient = numbers(n), *bound = numbers(n);
    double *right = numbers(n), *x = numbers(width), y, loss_bound;
    double *scratch = numbers(mlp_scratch(&shape)), *own = numbers(hand_scratch(width));
    mlp_initial(&shape, 7, w);
    mlp_draw(&shape, 8, 1, x, &y);
    const struct mlp_samples one = {1, x, &y};
    const double loss = mlp_gradient(&shape, one, w, right, scratch);
    ck_assert(mlp_gradient_bound(&shape, one, w, &loss_bound, bound));

    for (size_t i = 0; i < n; i++) gradient[i] = (double)NAN; /* all is to be written */
    const double got = hands[_i % 3](width, w, x, y, gradient, own);
    ck_assert_msg(fabs(got - loss) <= loss_bound, "width %zu: loss %a, not %a", width,
                  got, loss);
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(fabs(gradient[i] - right[i]) <= bound[i],
                      "width %zu, baseline %d: gradient[%zu] is %a, not %a", width,
                      _i % 3, i, gradient[i], right[i]);

    if (_i % 3 == 1) { /* blocked: strict's bits */
        hand_strict(width, w, x, y, right, own);
        for (size_t i = 0; i < n; i++)
            ck_assert_msg(gradient[i] == right[i], "width %zu: blocking moved a bit",
                          width);
    }
    free(w), free(gradient), free(bound), free(right), free(x), free(scratch),
        free(own);
}
END_TEST

Suite *hand_suite(void)
{
    Suite *s = suite_create("hand");
    TCase *c = tcase_create("hand");
    tcase_add_loop_test(c, a_hand_is_the_gradient, 0, 3 * WIDTHS);
    suite_add_tcase(s, c);
    return s;
}
