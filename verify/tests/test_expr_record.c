/*
 * Expressions on the engines: that what is recorded has the right gradient, that
 * nothing else is recorded, and that the drawing shows every use.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verify/tests/close.h"
#include "verify/tests/expr_cases.h"

enum { MOST_NODES = 64 };

/* Gradients of the inputs by both engines, which must agree bit for bit here, and the
 * graph's of every node. Returns the plan, for the caller to free. */
static struct expr_step *recorded(const expr *e, const double *x, double *gradient,
                                  double *grad)
{
    expr_error error;
    struct expr_step *step = expr_plan(e, x, &error);
    ck_assert_msg(step != NULL, "%s: %s", e->text, error.sentence);
    ad_graph *g = ad_graph_new(NULL);
    ad_tape *t = ad_tape_new(NULL);
    ad_graph_handle graph_input[MOST_NODES], graph_node[MOST_NODES];
    ad_tape_handle tape_input[MOST_NODES], tape_node[MOST_NODES];
    ck_assert_uint_le(e->nodes, MOST_NODES);
    for (size_t i = 0; i < e->inputs; i++) {
        graph_input[i] = ad_graph_var(g, x[i]);
        tape_input[i] = ad_tape_var(t, x[i]);
    }
    const ad_graph_handle u = expr_record_graph(e, step, g, graph_input, graph_node);
    const ad_tape_handle v = expr_record_tape(e, step, t, tape_input, tape_node);
    assert_same(ad_graph_value(g, u), expr_value(e, x));
    assert_same(ad_tape_value(t, v), expr_value(e, x));
    ck_assert_int_eq(ad_graph_backward(g, u), AD_OK);
    ck_assert_int_eq(ad_tape_backward(t, v), AD_OK);
    for (size_t i = 0; i < e->inputs; i++) {
        gradient[i] = ad_graph_grad(g, graph_input[i]);
        assert_same(ad_tape_grad(t, tape_input[i]), gradient[i]);
    }
    for (size_t i = 0; i < e->nodes && grad != NULL; i++)
        grad[i] = step[i].role == EXPR_SKIPPED ? 0 : ad_graph_grad(g, graph_node[i]);
    ad_graph_free(g);
    ad_tape_free(t);
    return step;
}

/* The lesson everybody starts with: data and grad are two numbers. */
START_TEST(the_worked_example)
{
    const double x[] = {2, -3, 10, -2};
    double gradient[4], grad[MOST_NODES];
    expr *e = parsed("e = a * b; d = e + c; L = d * f");
    ck_assert_str_eq(e->input[3], "f");
    assert_same(expr_value(e, x), -8);
    free(recorded(e, x, gradient, grad));
    assert_same(gradient[0], 6);
    assert_same(gradient[1], -4);
    assert_same(gradient[2], -2);
    assert_same(gradient[3], 4);
    assert_same(grad[e->statement[0].node], -2);
    assert_same(grad[e->statement[1].node], -2);
    assert_same(grad[e->statement[2].node], 1);
    expr_free(e);
    /* The same with the numbers inside: a number that has a name has a gradient. */
    e = parsed("a = 2; b = -3; c = 10; f = -2; e = a * b; d = e + c; L = d * f");
    free(recorded(e, NULL, gradient, grad));
    assert_same(grad[e->statement[0].node], 6);
    assert_same(grad[e->statement[3].node], 4);
    expr_free(e);
}
END_TEST

START_TEST(what_is_shared_is_added_up)
{
    const double x = 3;
    double gradient;
    expr *e = parsed("a = x * x; b = a + x; c = a * b");
    free(recorded(e, &x, &gradient, NULL));
    assert_same(gradient, 135); /* 4 x^3 + 3 x^2 */
    expr_free(e);
}
END_TEST

START_TEST(only_the_branch_that_is_taken)
{
    double gradient[2];
    expr *e = parsed("x > 0 ? log(x) : y > 0 ? exp(x) * y : fmod(x, 2)");
    const double left[] = {-1, 2}, right[] = {0.5, 2}, last[] = {-1, -1};
    struct expr_step *step = recorded(e, left, gradient, NULL);
    assert_same(gradient[0], exp(-1) * 2);
    assert_same(gradient[1], exp(-1));
    for (size_t i = 0; i < e->nodes; i++) {
        const bool is_log =
            e->node[i].kind == EXPR_FUNCTION && e->node[i].which == EXPR_log;
        const bool is_test =
            e->node[i].kind == EXPR_FUNCTION && e->node[i].which == EXPR_greater;
        if (is_log || is_test) ck_assert_int_eq(step[i].role, EXPR_SKIPPED);
    }
    free(step);
    step = recorded(e, right, gradient, NULL);
    assert_same(gradient[0], 2);
    assert_same(gradient[1], 0);
    free(step);
    /* What no engine can record may stand where it is not needed, only there. */
    expr_error error;
    ck_assert_ptr_null(expr_plan(e, last, &error));
    ck_assert_ptr_nonnull(strstr(error.sentence, "fmod"));
    ck_assert_ptr_nonnull(strstr(error.sentence, "x - y * trunc(x / y)"));
    ck_assert_int_eq(error.line[error.column], 'f');
    expr_free(e);
    e = parsed("x * fmod(7, 4)");
    free(recorded(e, left, gradient, NULL));
    assert_same(gradient[0], 3);
    expr_free(e);
}
END_TEST

/* Steps and comparisons are constants; a row's constant is one too. */
START_TEST(what_is_flat_has_no_gradient)
{
    const double x = 2.5;
    double gradient;
    expr *e = parsed("x * (x > 2) + floor(x) * pow_c(x, 3 - 1) + !x");
    free(recorded(e, &x, &gradient, NULL));
    assert_same(gradient, 1 + 2 * 2 * 2.5);
    expr_free(e);
}
END_TEST

/* What cancels leaves a gradient that rounding has moved far; the rest, by little. */
START_TEST(rounding_is_seen)
{
    static const struct {
        const char *text;
        double x, least, most; /* of the rounding, relative to the gradient */
    } cases[] = {
        {"x * x * x", 3, 1e-16, 1e-13},
        {"(x + 1) * (x + 1) - 1", 1e-9, 1e-16, 1e-13},
        {"x * (0.1 / x) + tanh(x * x)", 1e-5, 1e-8, 1e-4}, /* 1e4 - 1e4 + 2e-5 */
        {"abs(sin(exp(x)))", 11, 1e-12, 1e-8}, /* exp(11) is no small angle */
        {"x > 0 ? 2 * x : 3 * x", 1, 0, 1e-13},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double gradient, rounding[MOST_NODES];
        expr *e = parsed(cases[i].text);
        struct expr_step *step = recorded(e, &cases[i].x, &gradient, NULL);
        ck_assert(expr_rounding(e, step, rounding));
        const double relative = rounding[0] / fabs(gradient);
        ck_assert_msg(relative >= cases[i].least && relative <= cases[i].most,
                      "%s: gradient %g, rounding %g", cases[i].text, gradient,
                      rounding[0]);
        free(step);
        expr_free(e);
    }
    /* 1/0 - 1/0: nobody can say. */
    double gradient, rounding[MOST_NODES];
    const double zero = 0;
    expr *e = parsed("cbrt(x) - cbrt(x)");
    struct expr_step *step = recorded(e, &zero, &gradient, NULL);
    ck_assert(expr_rounding(e, step, rounding));
    assert_same(rounding[0], nan(""));
    free(step);
    expr_free(e);
}
END_TEST

static size_t count(const char *text, const char *piece)
{
    size_t n = 0;
    for (; (text = strstr(text, piece)) != NULL; text++) n++;
    return n;
}

START_TEST(every_use_has_its_arrow)
{
    const double x = 3;
    double gradient, grad[MOST_NODES];
    expr *e = parsed("a = x * x; b = x < 0 ? exp(x) : a; c = a + pow_c(b, 2)");
    struct expr_step *step = recorded(e, &x, &gradient, grad);
    assert_same(gradient, 2 * 3 + 4 * 27);
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    ck_assert_ptr_nonnull(out);
    ck_assert(expr_draw(out, e, step, grad));
    fclose(out);
    /* Each of the two arrows from x brings 3 * 19 home. */
    ck_assert_uint_eq(count(text, "label=\"+57\""), 2);
    ck_assert_uint_eq(count(text, " -> "), 5);
    ck_assert_uint_eq(count(text, "exp"), 1); /* "digraph expression" alone */
    ck_assert_uint_eq(count(text, "a | b | * | data 9 | grad 19"), 1);
    ck_assert_uint_eq(count(text, "pow_c  c = 2"), 1);
    /* A conditional is the branch that it took: no arrow begins or ends at it. */
    char conditional[16];
    snprintf(conditional, sizeof conditional, "n%u ", e->statement[1].node);
    ck_assert_uint_eq(count(text, conditional), 0);
    free(text);
    out = open_memstream(&text, &bytes);
    ck_assert(expr_draw(out, e, step, NULL));
    fclose(out);
    ck_assert_uint_eq(count(text, "grad not computed yet"), 4);
    ck_assert_uint_eq(count(text, "label=\"+"), 0);
    free(text);
    free(step);
    expr_free(e);
}
END_TEST

TCase *expr_record_cases(void)
{
    TCase *recording = tcase_create("recording");
    tcase_add_test(recording, the_worked_example);
    tcase_add_test(recording, what_is_shared_is_added_up);
    tcase_add_test(recording, only_the_branch_that_is_taken);
    tcase_add_test(recording, what_is_flat_has_no_gradient);
    tcase_add_test(recording, rounding_is_seen);
    tcase_add_test(recording, every_use_has_its_arrow);
    return recording;
}
