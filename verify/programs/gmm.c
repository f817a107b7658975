/*
 * A Gaussian mixture: gmm.inc. Drawn: d = 4, k = 5, gamma = 1.5, m = 2; alpha and mu
 * uniform in [-1, 1), q and l in [-0.5, 0.5), points in [-2, 2). From a file:
 * ADBench's.
 */
#include "verify/programs/kinds.h"
#include "verify/programs/numbers.h"

struct gmm {
    size_t d, k, n;
    double gamma, m, constant;
};

#define TEMPLATE "verify/programs/gmm.inc"
#include "verify/programs/instances.inc"

/* -n d/2 log(2 pi) - k C */
static double constant_of(const struct gmm *s)
{
    const double d = (double)s->d, pi = acos(-1), N = d + s->m + 1;
    double log_gamma = 0.25 * d * (d - 1) * log(pi);
    for (size_t j = 1; j <= s->d; j++)
        log_gamma += lgamma(0.5 * N + 0.5 * (1 - (double)j));
    const double C = N * d * (log(s->gamma) - 0.5 * log(2)) - log_gamma;
    return -(double)s->n * d * 0.5 * log(2 * pi) - (double)s->k * C;
}

/*
 * Before the points, d-1 additions and d exponentials a component. A point: for each
 * component d differences, d products, a product and an addition for each l, d squares
 * and d-1 additions, and 3; then 4k for lse; n-1 additions of points. lse(alpha), its
 * product and the difference. The prior: norms of 2d-1 and d (d-1) - 1, their addition,
 * 3, and the addition of each. The constant.
 */
static size_t operations(const struct gmm *s)
{
    const size_t d = s->d, k = s->k, n = s->n;
    const size_t point = k * (d + d + d * (d - 1) + 2 * d - 1 + 3) + 4 * k;
    const size_t prior = 2 * d - 1 + (d > 1 ? d * (d - 1) : 0) + 3 + 1;
    return k * (2 * d - 1) + n * point + n - 1 + 4 * k + 2 + k * prior + 1;
}

/* Room for a mixture of this shape, numbers still 0. */
static bool make(program *p, const program_kind *kind, size_t size, uint64_t seed,
                 struct gmm shape)
{
    const size_t d = shape.d, k = shape.k;
    struct gmm *s = malloc(sizeof *s);
    const struct program_room room = {.inputs = k + k * d + k * (d * (d + 1) / 2),
                                      .operations = operations(&shape),
                                      .numbers = shape.n * d,
                                      .handles = k * d + 2 * k + 2 * d};
    if (s == NULL || !program_make(p, kind, size, seed, room)) {
        free(s);
        return false;
    }
    *s = shape;
    s->constant = constant_of(s);
    p->data = s;
    return true;
}

static bool open(program *p, const program_kind *kind, size_t size, uint64_t seed)
{
    if (size == 0 || size > PROGRAM_LARGEST) return false;
    const struct gmm shape = {.d = 4, .k = 5, .n = size, .gamma = 1.5, .m = 2};
    if (!make(p, kind, size, seed, shape)) return false;
    const size_t weights_and_means = shape.k + shape.k * shape.d;
    random_source random = {seed};
    for (size_t i = 0; i < p->inputs; i++) {
        const double reach = i < weights_and_means ? 1 : 0.5;
        p->x[i] = random_uniform(&random, -reach, reach);
    }
    for (size_t i = 0; i < shape.n * shape.d; i++)
        p->numbers[i] = random_uniform(&random, -2, 2);
    return true;
}

/*
 * "d k n", alpha, mu, q and l of each component, the points, "gamma m". Of the points
 * there may be one alone, which then stands for all n: ADBench's replicated points.
 */
static bool open_file(program *p, const program_kind *kind, const char *path,
                      program_error *error)
{
    number_file f;
    bool made = false;
    if (numbers_open(&f, path, error)) {
        struct gmm s = {.gamma = 1, .m = 0};
        s.d = numbers_count(&f, "d", 1, 1000);
        s.k = numbers_count(&f, "k", 1, 1000000);
        s.n = numbers_count(&f, "n", 1, 100000000);
        const size_t inputs = s.k + s.k * s.d + s.k * (s.d * (s.d + 1) / 2);
        const size_t left = numbers_left(&f);
        const bool one = left == inputs + s.d + 2;
        if (!one && left != inputs + s.n * s.d + 2)
            numbers_fail(&f, "has not as many numbers as its d, k and n say.");
        else if (!f.failed && operations(&s) / 16 > PROGRAM_LARGEST)
            numbers_fail(&f, "has a mixture too large for a tape.");
        if (!f.failed) {
            made = make(p, kind, s.n, 0, s);
            if (!made) numbers_fail(&f, "takes more memory than there is.");
        }
        if (made) {
            struct gmm *shape = p->data;
            numbers_reals(&f, "alpha, mu, q and l", inputs, p->x);
            numbers_reals(&f, "the points", one ? s.d : s.n * s.d, p->numbers);
            for (size_t i = s.d; one && i < s.n * s.d; i++)
                p->numbers[i] = p->numbers[i - s.d];
            numbers_reals(&f, "gamma", 1, &shape->gamma);
            shape->m = (double)numbers_count(&f, "m", 0, 1000000);
            if (!f.failed && shape->gamma <= 0)
                numbers_fail(&f, "has a gamma that is not positive.");
            shape->constant = constant_of(shape);
        }
    }
    const bool read = numbers_close(&f);
    if (!read && made) program_close(p);
    return read;
}

/* ---- By hand -------------------------------------------------------------------- */

/* share_c = exp(x_c - a) / sum, with the error of the shift's gradient for the largest
 * (lse.c). Returns lse(x). */
static uncertain shares(size_t n, const uncertain *x, uncertain *share)
{
    size_t largest = 0;
    for (size_t c = 1; c < n; c++)
        if (x[c].v > x[largest].v) largest = c;
    const uncertain a = x[largest];
    uncertain_sum sum = {0}, shift = {0};
    for (size_t c = 0; c < n; c++) {
        share[c] = exponential(minus(x[c], a));
        add_to(&sum, share[c]);
    }
    const uncertain s = total(&sum);
    add_to(&shift, exact(1));
    for (size_t c = 0; c < n; c++) {
        share[c] = over(share[c], s);
        add_to(&shift, negative(share[c]));
    }
    share[largest].error += total(&shift).error;
    return plus(logarithm(s), a);
}

/* What the witness keeps: Q [k][d], and for one point off [k][d] and w [k][d]. */
struct scratch {
    uncertain *Q, *sum_q, *off, *w, *term, *share;
    uncertain_sum *slope; /* [inputs] */
};

static void distance(const struct gmm *s, const double *point, const double *mu,
                     const double *l, const uncertain *Q, uncertain *off, uncertain *w,
                     uncertain *square)
{
    uncertain_sum sum = {0};
    for (size_t i = 0; i < s->d; i++) off[i] = minus(exact(point[i]), exact(mu[i]));
    for (size_t j = 0; j < s->d; j++) {
        uncertain_sum row = {0};
        add_to(&row, times(Q[j], off[j]));
        for (size_t i = 0; i < j; i++) /* column i starts after i of d-1, d-2, ... */
            add_to(&row, scaled(l[i * s->d - i * (i + 1) / 2 + j - i - 1], off[i]));
        w[j] = total(&row);
        add_to(&sum, times(w[j], w[j]));
    }
    *square = total(&sum);
}

/*
 * One component's part of a point, with share s = d f / d term:
 *
 *     dalpha += s,   dmu += s Q^T w,   dq_j += s (1 - w_j Q_j off_j),
 *     dl_ji += -s w_j off_i
 */
static void component(const struct gmm *s, uncertain share, const double *l,
                      const uncertain *Q, const uncertain *off, const uncertain *w,
                      uncertain_sum *dalpha, uncertain_sum *dmu, uncertain_sum *dq)
{
    uncertain_sum *dl = dq + s->d;
    add_to(dalpha, share);
    for (size_t i = 0; i < s->d; i++) {
        const uncertain sw = times(share, w[i]);
        add_to(&dmu[i], times(sw, Q[i]));
        add_to(&dq[i], share);
        add_to(&dq[i], negative(times(times(sw, off[i]), Q[i])));
        for (size_t j = i + 1; j < s->d; j++, l++, dl++) {
            const uncertain below = times(share, w[j]);
            add_to(&dmu[i], scaled(*l, below));
            add_to(dl, negative(times(below, off[i])));
        }
    }
}

/* -n lse(alpha), and the prior. Returns their value. */
static void rest(const program *p, struct scratch *t, uncertain_sum *f)
{
    const struct gmm *s = p->data;
    const size_t d = s->d, k = s->k, triangle = d * (d + 1) / 2;
    const double n = (double)s->n, gamma2 = s->gamma * s->gamma;
    for (size_t c = 0; c < k; c++) t->term[c] = exact(p->x[c]);
    add_to(f, scaled(-n, shares(k, t->term, t->share)));
    for (size_t c = 0; c < k; c++) {
        const double *icf = p->x + k + k * d + c * triangle;
        uncertain_sum *slope = t->slope + k + k * d + c * triangle;
        add_to(&t->slope[c], scaled(-n, t->share[c]));
        add_to(f, scaled(-s->m, t->sum_q[c]));
        for (size_t i = 0; i < triangle; i++) {
            const uncertain v = i < d ? t->Q[c * d + i] : exact(icf[i]);
            const uncertain pull = scaled(gamma2, v);
            add_to(f, scaled(0.5, times(pull, v)));
            add_to(&slope[i], i < d ? times(pull, v) : pull);
            if (i < d) add_to(&slope[i], exact(-s->m));
        }
    }
}

static void by_hand(const program *p, struct scratch *t, uncertain_sum *f)
{
    const struct gmm *s = p->data;
    const size_t d = s->d, k = s->k, triangle = d * (d + 1) / 2;
    const double *mu = p->x + k, *icf = mu + k * d;
    for (size_t c = 0; c < k; c++) {
        uncertain_sum sum = {0};
        for (size_t i = 0; i < d; i++) {
            add_to(&sum, exact(icf[c * triangle + i]));
            t->Q[c * d + i] = exponential(exact(icf[c * triangle + i]));
        }
        t->sum_q[c] = total(&sum);
    }
    for (size_t i = 0; i < s->n; i++) {
        for (size_t c = 0; c < k; c++) {
            uncertain far;
            distance(s, p->numbers + i * d, mu + c * d, icf + c * triangle + d,
                     t->Q + c * d, t->off + c * d, t->w + c * d, &far);
            t->term[c] = minus(plus(exact(p->x[c]), t->sum_q[c]), scaled(0.5, far));
        }
        add_to(f, shares(k, t->term, t->share));
        for (size_t c = 0; c < k; c++)
            component(s, t->share[c], icf + c * triangle + d, t->Q + c * d,
                      t->off + c * d, t->w + c * d, &t->slope[c], t->slope + k + c * d,
                      t->slope + k + k * d + c * triangle);
    }
    rest(p, t, f);
    add_to(f, exact(s->constant));
}

static bool gradient(const program *p, double *value, double *value_bound, double *g,
                     double *bound)
{
    const struct gmm *s = p->data;
    const size_t kd = s->k * s->d, k = s->k;
    uncertain *room = calloc(3 * kd + 3 * k, sizeof *room);
    struct scratch t = {.slope = calloc(p->inputs, sizeof *t.slope)};
    const bool made = room != NULL && t.slope != NULL;
    if (made) {
        t.Q = room;
        t.off = t.Q + kd;
        t.w = t.off + kd;
        t.sum_q = t.w + kd;
        t.term = t.sum_q + k;
        t.share = t.term + k;
        uncertain_sum f = {0};
        by_hand(p, &t, &f);
        put(total(&f), value, value_bound);
        for (size_t i = 0; i < p->inputs; i++)
            put(total(&t.slope[i]), &g[i], &bound[i]);
    }
    free(room);
    free(t.slope);
    return made;
}

static const size_t sizes[] = {10, 100, 1000, 10000, 0};

const program_kind gmm_kind = {.name = "gmm",
                               .formula = "the log-posterior of a Gaussian mixture",
                               .size_means = "points",
                               .witness = "closed form: responsibilities",
                               .sizes = sizes,
                               .quick = 2,
                               .open = open,
                               .open_file = open_file,
                               .close = program_close,
                               .gradient = gradient,
                               PROGRAM_INSTANCES};
