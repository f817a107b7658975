/*
 * Mistake 3: walking out of order. A node may hand on its grad only when all its users
 * have handed theirs to it. a = x + x; b = x + a; c = a + b is 5x, and a feeds two
 * places.
 */
#include <gradyno/graph.h>
#include <stdio.h>

/* Backward by hand: who hands on, and when. Every operation is a +, so each operand
 * simply receives the grad of the node. */
static double walk(const char *order)
{
    double x = 0, a = 0, b = 0;
    const double c = 1;
    for (const char *node = order; *node != '\0'; node++) {
        if (*node == 'c') a += c, b += c;
        if (*node == 'b') x += b, a += b;
        if (*node == 'a') x += a, x += a;
        printf("         after %c:  grad of a = %g, b = %g, x = %g\n", *node, a, b, x);
    }
    return x;
}

int main(void)
{
    printf("a = x + x; b = x + a; c = a + b, which is 5x\n\n");
    printf("mistake: a before b, though b has not paid a yet\n");
    const double wrong = walk("cab");
    printf("         dc/dx = %g\n\n", wrong);

    ad_graph *g = ad_graph_new(NULL);
    ad_graph_handle x = ad_graph_var(g, 1);
    ad_graph_handle a = ad_graph_add(g, x, x);
    ad_graph_handle b = ad_graph_add(g, x, a);
    ad_graph_handle c = ad_graph_add(g, a, b);
    ad_graph_backward(g, c);
    const double right = ad_graph_grad(g, x);
    printf("right:   users first, which is the reverse of a topological order\n");
    const double by_hand = walk("cba");
    printf("         dc/dx = %g, and the engine says %g\n", by_hand, right);
    ad_graph_free(g);
    return wrong == 3 && by_hand == 5 && right == 5 ? 0 : 1;
}
