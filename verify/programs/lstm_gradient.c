/*
 * The long short-term memory's gradient by hand: forward, keeping each cell's gates,
 * and back through time, with bounds (uncertain.h). _f stands for df/d of what is
 * before it.
 */
#include <stdlib.h>

#include "verify/programs/lstm.h"
#include "verify/programs/uncertain.h"

/* A cell at a step: what came in, the gates, and tanh of the cell that came out. */
struct cell {
    uncertain x, h, s, forget, in, out, change, tanh_s;
};

/* Everything that the two ways share. */
struct run {
    const program *p;
    size_t l, c, b;
    struct cell *cell; /* [c-1][l][b] */
    uncertain *share;  /* [c-1][b]: exp(p_i) / (2 + sum of exp) */
    uncertain *state;  /* [l][h, s][b] forward; their adjoints back */
    uncertain_sum *slope;
};

static uncertain affine(uncertain x, double w, double b)
{
    return plus(scaled(w, x), exact(b));
}

static void cell_forward(const double *w, size_t b, struct cell *c, uncertain *h,
                         uncertain *s)
{
    c->h = *h;
    c->s = *s;
    c->forget = logistic_of(affine(c->x, w[0], w[4 * b]));
    c->in = logistic_of(affine(c->h, w[b], w[5 * b]));
    c->out = logistic_of(affine(c->x, w[2 * b], w[6 * b]));
    c->change = hyperbolic_tangent(affine(c->h, w[3 * b], w[7 * b]));
    *s = plus(times(c->s, c->forget), times(c->in, c->change));
    c->tanh_s = hyperbolic_tangent(*s);
    *h = times(c->out, c->tanh_s);
}

/* z (1 - z), of a logistic z; and 1 - z^2, of a tanh. */
static uncertain logistic_slope(uncertain z) { return times(z, minus(exact(1), z)); }
static uncertain tanh_slope(uncertain z) { return minus(exact(1), times(z, z)); }

/*
 * h_f and s_f, of what came out, become those of what came in; x_f is added to. A gate
 * z = sigma(a w + b) has b_f = z' z_f, w_f = a b_f, and gives w b_f to a.
 */
static void cell_back(const double *w, size_t b, const struct cell *c, uncertain *h_f,
                      uncertain *s_f, uncertain_sum *x_f, uncertain_sum *slope)
{
    const uncertain s_all =
        plus(*s_f, times(times(*h_f, c->out), tanh_slope(c->tanh_s)));
    const uncertain gate_f[4] = {times(times(s_all, c->s), logistic_slope(c->forget)),
                                 times(times(s_all, c->change), logistic_slope(c->in)),
                                 times(times(*h_f, c->tanh_s), logistic_slope(c->out)),
                                 times(times(s_all, c->in), tanh_slope(c->change))};
    uncertain_sum h_before = {0};
    for (size_t k = 0; k < 4; k++) {
        const bool of_x = k % 2 == 0;
        add_to(&slope[k * b], times(of_x ? c->x : c->h, gate_f[k]));
        add_to(&slope[(4 + k) * b], gate_f[k]);
        add_to(of_x ? x_f : &h_before, scaled(w[k * b], gate_f[k]));
    }
    *h_f = total(&h_before);
    *s_f = times(s_all, c->forget);
}

static void forward(struct run *r, uncertain_sum *f)
{
    const program *p = r->p;
    const size_t l = r->l, b = r->b;
    const double *in = p->x + 8 * l * b, *out = in + b, *bias = out + b;
    const double *y = p->numbers + 2 * l * b;
    for (size_t i = 0; i < 2 * l * b; i++) r->state[i] = exact(p->numbers[i]);
    for (size_t t = 0; t + 1 < r->c; t++, y += b) {
        struct cell *cell = r->cell + t * l * b;
        for (size_t k = 0; k < l; k++)
            for (size_t i = 0; i < b; i++, cell++) {
                uncertain *h = r->state + 2 * b * k + i;
                cell->x = k == 0 ? scaled(y[i], exact(in[i])) : h[-2 * (ptrdiff_t)b];
                cell_forward(p->x + 8 * b * k + i, b, cell, h, h + b);
            }
        const uncertain *h = r->state + 2 * b * (l - 1);
        uncertain *share = r->share + t * b;
        uncertain_sum sum = {0};
        for (size_t i = 0; i < b; i++) {
            share[i] = exponential(affine(h[i], out[i], bias[i]));
            add_to(&sum, share[i]);
        }
        add_to(&sum, exact(2));
        const uncertain all = total(&sum), lse = logarithm(all);
        for (size_t i = 0; i < b; i++) {
            add_to(f, scaled(y[b + i], minus(affine(h[i], out[i], bias[i]), lse)));
            share[i] = over(share[i], all);
        }
    }
}

/* p_f = scale (y - share sum of y): into out, bias and the last layer's h. */
static void output_back(struct run *r, size_t t, double scale, uncertain *h_f)
{
    const program *p = r->p;
    const size_t l = r->l, b = r->b, out_at = 8 * l * b + b, bias_at = out_at + b;
    const double *gold = p->numbers + 2 * l * b + (t + 1) * b;
    const struct cell *cell = r->cell + (t * l + l - 1) * b;
    uncertain_sum weight = {0};
    for (size_t i = 0; i < b; i++) add_to(&weight, exact(scale * gold[i]));
    for (size_t i = 0; i < b; i++) {
        const uncertain drawn = times(r->share[t * b + i], total(&weight));
        const uncertain p_f = minus(rounded(scale * gold[i]), drawn);
        add_to(&r->slope[out_at + i], times(p_f, times(cell[i].out, cell[i].tanh_s)));
        add_to(&r->slope[bias_at + i], p_f);
        h_f[i] = plus(h_f[i], scaled(p->x[out_at + i], p_f));
    }
}

static void back(struct run *r)
{
    const program *p = r->p;
    const size_t l = r->l, b = r->b, in_at = 8 * l * b;
    const struct lstm *m = p->data;
    for (size_t i = 0; i < 2 * l * b; i++) r->state[i] = exact(0);
    for (size_t t = r->c - 1; t-- > 0;) {
        output_back(r, t, lstm_scale(m), r->state + 2 * b * (l - 1));
        for (size_t k = l; k-- > 0;) {
            uncertain *h_f = r->state + 2 * b * k;
            for (size_t i = 0; i < b; i++) {
                uncertain_sum x_f = {0};
                cell_back(p->x + 8 * b * k + i, b, r->cell + (t * l + k) * b + i,
                          h_f + i, h_f + b + i, &x_f, r->slope + 8 * b * k + i);
                if (k > 0) {
                    uncertain *below = h_f + i - 2 * b;
                    *below = plus(*below, total(&x_f));
                } else {
                    const double y = p->numbers[2 * l * b + t * b + i];
                    add_to(&r->slope[in_at + i], scaled(y, total(&x_f)));
                }
            }
        }
    }
}

bool lstm_gradient(const program *p, double *value, double *value_bound, double *g,
                   double *bound)
{
    const struct lstm *m = p->data;
    const size_t steps = m->c - 1, lb = m->l * m->b;
    struct run r = {.p = p,
                    .l = m->l,
                    .c = m->c,
                    .b = m->b,
                    .cell = calloc(steps * lb, sizeof *r.cell),
                    .share = calloc(steps * m->b + 2 * lb, sizeof *r.share),
                    .slope = calloc(p->inputs, sizeof *r.slope)};
    const bool made = r.cell != NULL && r.share != NULL && r.slope != NULL;
    if (made) {
        uncertain_sum f = {0};
        r.state = r.share + steps * m->b;
        forward(&r, &f);
        put(scaled(lstm_scale(m), total(&f)), value, value_bound);
        back(&r);
        for (size_t i = 0; i < p->inputs; i++)
            put(total(&r.slope[i]), &g[i], &bound[i]);
    }
    free(r.cell);
    free(r.share);
    free(r.slope);
    return made;
}
