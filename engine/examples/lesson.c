/*
 * The lesson. A graph records the computation; each operation knows its local
 * derivative; backward seeds 1 at the output and walks in reverse topological order, so
 * that every node hands on what is complete. Data and grad are two numbers: print both.
 */
#include <gradyno/graph.h>
#include <stdio.h>

int main(void)
{
    ad_graph *g = ad_graph_new(NULL);
    ad_graph_handle a = ad_graph_var(g, 2), b = ad_graph_var(g, -3);
    ad_graph_handle c = ad_graph_var(g, 10), f = ad_graph_var(g, -2);

    ad_graph_handle e = ad_graph_mul(g, a, b);
    ad_graph_handle d = ad_graph_add(g, e, c);
    ad_graph_handle L = ad_graph_mul(g, d, f);
    if (ad_graph_backward(g, L) != AD_OK) return 1;

    const struct {
        const char *made, *name, *why;
        ad_graph_handle node;
        double data, grad; /* worked out by hand */
    } rows[] = {
        {"L = d * f", "L", "the seed", L, -8, 1},
        {"f = -2", "f", "d, times dL/dL", f, -2, 4},
        {"d = e + c", "d", "f, times dL/dL", d, 4, -2},
        {"c = 10", "c", "1, times dL/dd", c, 10, -2},
        {"e = a * b", "e", "1, times dL/dd", e, -6, -2},
        {"b = -3", "b", "a, times dL/de", b, -3, -4},
        {"a = 2", "a", "b, times dL/de", a, 2, 6},
    };
    int wrong = 0;
    printf("node       data             grad      its grad is\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double data = ad_graph_value(g, rows[i].node);
        const double grad = ad_graph_grad(g, rows[i].node);
        printf("%-9s  %4g     dL/d%s = %4g      %s\n", rows[i].made, data, rows[i].name,
               grad, rows[i].why);
        wrong += data != rows[i].data || grad != rows[i].grad;
    }
    ad_graph_free(g);
    return wrong != 0;
}
