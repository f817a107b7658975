/*
 * Mistake 2: swapping the operands of the product rule. For y = a * b the slope in a is
 * b (how much y grows with a depends on the other factor), and the slope in b is a.
 */
#include <gradyno/graph.h>
#include <stdio.h>

int main(void)
{
    ad_graph *g = ad_graph_new(NULL);
    ad_graph_handle a = ad_graph_var(g, 2), b = ad_graph_var(g, -3);
    ad_graph_handle y = ad_graph_mul(g, a, b);
    ad_graph_backward(g, y);
    const double data_a = ad_graph_value(g, a), data_b = ad_graph_value(g, b);
    const double dyda = ad_graph_grad(g, a), dydb = ad_graph_grad(g, b);

    printf("y = a * b at a = %g, b = %g\n\n", data_a, data_b);
    printf("mistake: dy/da = a = %g, dy/db = b = %g\n", data_a, data_b);
    printf("right:   dy/da = b = %g, dy/db = a = %g\n\n", dyda, dydb);

    /* Who is right? Move a by a little, and see what y does. */
    const double step = 0.125;
    const double moved = ((data_a + step) * data_b - data_a * data_b) / step;
    printf("moving a by %g moves y by %g times as much\n", step, moved);
    printf("a * a hides the mistake: both factors are the same number\n");

    ad_graph_free(g);
    return dyda == -3 && dydb == 2 && moved == dyda ? 0 : 1;
}
