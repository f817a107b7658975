/*
 * Two engines, one set of verbs: a neuron, tanh(x1 w1 + x2 w2 + b), on the graph (nodes
 * that point at one another) and on the tape (one list, walked backwards). Neither
 * knows nor cares whether there are two operations or two million.
 */
#include <gradyno/graph.h>
#include <gradyno/tape.h>
#include <stdio.h>

static double graph_slope(double w)
{
    ad_graph *g = ad_graph_new(NULL);
    ad_graph_handle w1 = ad_graph_var(g, w), w2 = ad_graph_var(g, 1);
    ad_graph_handle sum = ad_graph_add(g, ad_graph_mul_c(g, w1, 2), w2);
    ad_graph_handle out = ad_graph_tanh(g, ad_graph_add_c(g, sum, 5));
    ad_graph_backward(g, out);
    const double slope = ad_graph_grad(g, w1);
    ad_graph_free(g);
    return slope;
}

static double tape_slope(double w)
{
    ad_tape *t = ad_tape_new(NULL);
    ad_tape_handle w1 = ad_tape_var(t, w), w2 = ad_tape_var(t, 1);
    ad_tape_handle sum = ad_tape_add(t, ad_tape_mul_c(t, w1, 2), w2);
    ad_tape_handle out = ad_tape_tanh(t, ad_tape_add_c(t, sum, 5));
    ad_tape_backward(t, out);
    const double slope = ad_tape_grad(t, w1);
    ad_tape_free(t);
    return slope;
}

int main(void)
{
    int different = 0;
    printf("d tanh(2 w1 + w2 + 5) / d w1, at w2 = 1\n\n");
    printf("  w1    graph              tape               by hand: 2 (1 - tanh^2)\n");
    for (double w = -4; w <= -2; w += 0.5) {
        const double graph = graph_slope(w), tape = tape_slope(w);
        const double z = tanh(2 * w + 6), hand = 2 * (1 - z * z);
        printf("%4g    %.15f  %.15f  %.15f\n", w, graph, tape, hand);
        different += graph != tape || fabs(graph - hand) > 1e-14;
    }
    printf("\n%s\n", different == 0 ? "the same on both" : "they differ");
    return different != 0;
}
