/*
 * A demonstration, in no default set: what a subnormal adjoint costs.
 *
 *     f = (x_1 ... x_n) t,   x_i in [0.9, 1.1] with a product near 1
 *
 * With t = 1e-310 the value and every adjoint but the output's are subnormal, and each
 * multiplication on the way back costs what the processor's slow path costs; with t = 1
 * none is. df/dx_i = f / x_i in exact arithmetic; the bound has the rounding of n
 * products, and one spacing of the subnormals for each.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "bench/problem.h"
#include "verify/programs/primal.h"
#include "verify/random.h"

#define ENGINE graph
#include "bench/kind_subnormal.inc"
#define ENGINE tape
#include "bench/kind_subnormal.inc"
#define ENGINE mounted
#include "bench/kind_subnormal.inc"
#define ENGINE primal
#include "bench/kind_subnormal.inc"

static double factor(const program *p) { return p->kind == &normal_kind ? 1 : 1e-310; }

static void close_product(program *p)
{
    free(p->x);
    *p = (program){0};
}

static bool open_product(program *p, const program_kind *kind, size_t n, uint64_t seed)
{
    *p = (program){.kind = kind, .size = n, .seed = seed, .inputs = n, .operations = n};
    p->x = n < 2 ? NULL : malloc(n * sizeof(double));
    if (p->x == NULL) return false;
    random_source random = {seed};
    double product = 1;
    for (size_t i = 0; i < n; i++) {
        const double u = random_uniform(&random, 0.9, 1.1);
        p->x[i] = product > 1 ? fmin(u, 1 / u) : fmax(u, 1 / u);
        product *= p->x[i];
    }
    return true;
}

static double primal_product(const program *p, const double *x)
{
    return product_primal(factor(p), p->inputs, NULL, x);
}

static bool gradient_product(const program *p, double *value, double *value_bound,
                             double *gradient, double *bound)
{
    const double n = (double)p->inputs, t = factor(p);
    const double f = product_primal(1, p->inputs, NULL, p->x);
    const double relative = 4 * n * DBL_EPSILON, spacing = 4 * n * DBL_TRUE_MIN;
    *value = f * t;
    *value_bound = relative * fabs(*value) + spacing;
    for (size_t i = 0; i < p->inputs; i++) {
        gradient[i] = f / p->x[i] * t;
        bound[i] = relative * fabs(gradient[i]) + spacing;
    }
    return true;
}

static ad_graph_handle record_graph(const program *p, ad_graph *g,
                                    const ad_graph_handle *x)
{
    return product_graph(factor(p), p->inputs, g, x);
}

static ad_tape_handle record_tape(const program *p, ad_tape *t, const ad_tape_handle *x)
{
    return product_tape(factor(p), p->inputs, t, x);
}

static ad_mounted_handle record_mounted(const program *p, ad_mounted *r,
                                        const ad_mounted_handle *x)
{
    return product_mounted(factor(p), p->inputs, r, x);
}

static const size_t lengths[] = {10000, 0};

#define KIND(text, scale)                                                              \
    {                                                                                  \
        .name = text, .formula = "f = " scale " x1 ... xn", .size_means = "factors",   \
        .witness = "closed form", .sizes = lengths, .quick = 1, .open = open_product,  \
        .close = close_product, .gradient = gradient_product,                          \
        .primal = primal_product, .record_graph = record_graph,                        \
        .record_tape = record_tape, .record_mounted = record_mounted                   \
    }

const program_kind subnormal_kind = KIND("subnormal", "1e-310");
const program_kind normal_kind = KIND("normal", "1");
