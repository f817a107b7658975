/*
 * check_sampled.c: a gradient with more entries than anybody wants to difference one by
 * one, judged along random directions, with the wrong entry found by halving.
 *
 * The law:  d/dt f(x + t v) at t = 0  =  sum of g[i] v[i].
 *
 * v weighs every input, by a random factor between 1/2 and 3/2 with a random sign, so
 * two exchanged entries change the sum unless they are equal. What can be seen: an
 * error e in entry i shows when |e v[i]| exceeds the error bound of the directional
 * derivative. What cannot: errors below that bound, and errors that cancel in every
 * direction (they would have to be orthogonal to all the random v).
 */
#include "verify/checker/check_rows.h"
#include "verify/random.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FOUND = 4, MOST_NON_FINITE = 4 };

struct direction {
    struct problem *problem;
    double *weights;    /* n */
    size_t first, last; /* only these inputs move */
};

struct search {
    struct problem *problem;
    const double *g;
    double *weights;
    double length; /* root mean square of x */
    ad_check_report *report;
    size_t room; /* rows */
    size_t found;
    size_t index[MOST_FOUND];
    double correction[MOST_FOUND];
};

static long double value_along(void *self, long double position)
{
    struct direction *v = self;
    struct problem *p = v->problem;
    double t = (double)position;

    for (size_t i = v->first; i < v->last; ++i)
        p->point[i] = p->x[i] + t * v->weights[i];
    return (long double)p->f(p->point, p->context);
}

/* Relative steps keep log and sqrt inside their domain; steps as large as a typical x
 * move small inputs enough to be seen. The directions take turns. */
static void draw_weights(struct search *s, size_t turn)
{
    random_source random = {s->problem->options.seed * 1000003u + turn};

    for (size_t i = 0; i < s->problem->n; ++i) {
        double size = fabs(s->problem->x[i]), u = random_uniform(&random, -1.0, 1.0);
        double w = copysign(0.5, u) + u;

        if (size == 0.0 || (turn % 2 == 0 && size < s->length)) size = s->length;
        s->weights[i] = w * size;
    }
}

/* What the gradient claims for a direction, its rounding and its natural size. */
struct claim {
    double sum, rounding, typical;
};

static struct claim claim_of(const struct search *s, size_t first, size_t last)
{
    struct claim c = {0.0, 0.0, 0.0};
    double lost = 0.0, squares = 0.0, sizes = 0.0;

    for (size_t i = first; i < last; ++i) {
        double term = s->g[i] * s->weights[i], sum;

        for (size_t k = 0; k < s->found; ++k)
            if (s->index[k] == i) term = s->correction[k] * s->weights[i];
        sum = c.sum + term;
        lost += fabs(c.sum) >= fabs(term) ? (c.sum - sum) + term : (term - sum) + c.sum;
        c.sum = sum;
        squares += term * term;
        sizes += fabs(term);
    }
    c.sum += lost;
    c.rounding = DBL_EPSILON * sizes;
    c.typical = sqrt(squares / (double)(last - first));
    return c;
}

static void differentiate(struct search *s, size_t first, size_t last, ad_derivative *d)
{
    struct direction v = {s->problem, s->weights, first, last};
    struct line line = {.value = value_along,
                        .self = &v,
                        .centre = 0.0L,
                        .lower = -HUGE_VALL,
                        .upper = HUGE_VALL,
                        .reach = 1.0,
                        .atom = 0x1p-44,
                        .digits = DBL_MANT_DIG};
    struct ladder l;
    double resolution = 1e-3 / sqrt((double)s->problem->n);

    ladder_start(&l, &line, s->problem->options.max_evaluations);
    if (!numdiff_quick(&l, resolution, d)) numdiff_full(&l, resolution, d);
    d->oracle = AD_CHECK_BY_DIRECTION;
    memcpy(s->problem->point, s->problem->x, s->problem->n * sizeof *s->problem->x);
}

static bool claim_is_outside(const struct claim *c, const ad_derivative *d)
{
    const bool kink = d->kind == AD_CHECK_KINK;
    const double low = kink ? fmin(d->left, d->right) : d->value;
    const double high = kink ? fmax(d->left, d->right) : d->value;

    return !(c->sum >= low - bar_of(d, low, d->error) - c->rounding &&
             c->sum <= high + bar_of(d, high, d->error) + c->rounding);
}

static bool is_usable(const ad_derivative *d)
{
    return d->reason == AD_CHECK_NO_REASON && isfinite(d->value) && isfinite(d->error);
}

static struct judgement judge_direction(const struct claim *c, const ad_derivative *d)
{
    struct judgement j = {AD_CHECK_INCONCLUSIVE, d->reason, (double)NAN};
    double visible = 8.0 * d->error + c->rounding;

    if (!is_usable(d)) return j;
    if (claim_is_outside(c, d)) {
        j.verdict = AD_CHECK_FAIL;
    } else if (d->kind == AD_CHECK_KINK ||
               fabs(c->sum - d->value) + visible <= 1e-3 * c->typical ||
               (c->typical == 0.0 && d->kind == AD_CHECK_CONSTANT)) {
        j.verdict = AD_CHECK_PASS;
        j.agreement = c->typical > 0.0 ? visible / c->typical : 0.0;
    } else {
        j.reason = AD_CHECK_NOISY;
    }
    return j;
}

static ad_check_partial *new_row(struct search *s)
{
    return s->report->n_rows < s->room ? &s->report->rows[s->report->n_rows++] : NULL;
}

static bool has_row(const struct search *s, size_t i)
{
    for (size_t k = 0; k < s->report->n_rows; ++k)
        if (s->report->rows[k].index == i) return true;
    return false;
}

/* Halves a range whose sum is wrong until one entry is left; n when it gets lost (many
 * small errors have no address). */
static size_t locate(struct search *s)
{
    size_t first = 0, last = s->problem->n;

    while (last - first > 1) {
        size_t middle = first + (last - first) / 2;
        struct claim c = claim_of(s, first, middle);
        ad_derivative d;

        differentiate(s, first, middle, &d);
        s->report->evaluations += d.evaluations;
        if (!is_usable(&d)) return s->problem->n;
        if (claim_is_outside(&c, &d))
            last = middle;
        else
            first = middle;
    }
    return first;
}

static void find_wrong_entries(struct search *s, const ad_derivative *along)
{
    while (s->found < MOST_FOUND) {
        struct claim c = claim_of(s, 0, s->problem->n);
        ad_check_partial row, *place;
        size_t i;

        if (!claim_is_outside(&c, along)) return;
        i = locate(s);
        if (i == s->problem->n || has_row(s, i)) return;
        check_coordinate(s->problem, i, s->g[i], &row);
        place = new_row(s);
        if (place == NULL) return;
        *place = row;
        if (row.verdict != AD_CHECK_FAIL || !isfinite(row.numerical)) return;
        s->index[s->found] = i;
        s->correction[s->found++] = row.numerical;
    }
}

static void check_direction(struct search *s, size_t turn)
{
    ad_derivative d;
    struct claim c;
    struct judgement j;
    ad_check_partial *row = new_row(s);

    draw_weights(s, turn);
    c = claim_of(s, 0, s->problem->n);
    differentiate(s, 0, s->problem->n, &d);
    j = judge_direction(&c, &d);
    if (row != NULL) {
        *row = row_of(&d, &j);
        row->index = AD_CHECK_DIRECTION;
        row->x = (double)NAN;
        row->claimed = c.sum;
    }
    if (is_usable(&d) && c.typical > 0.0) {
        double visible = (8.0 * d.error + c.rounding) / c.typical;

        if (s->report->visible == 0.0 || visible < s->report->visible)
            s->report->visible = visible;
    }
    if (j.verdict == AD_CHECK_FAIL) find_wrong_entries(s, &d);
}

static void check_one(struct search *s, size_t i)
{
    ad_check_partial *row = has_row(s, i) ? NULL : new_row(s);

    if (row != NULL) check_coordinate(s->problem, i, s->g[i], row);
}

static void check_coordinates(struct search *s)
{
    const struct problem *p = s->problem;
    random_source random = {p->options.seed};
    size_t largest = 0;

    for (size_t i = 1; i < p->n; ++i)
        if (fabs(s->g[i]) > fabs(s->g[largest])) largest = i;
    check_one(s, largest);
    check_one(s, 0);
    check_one(s, p->n - 1);
    for (size_t k = 3; k < p->options.coordinates; ++k)
        check_one(s, random_below(&random, p->n));
}

ad_check_status check_sampled(struct problem *p, const double *g,
                              ad_check_report *report)
{
    struct search s = {.problem = p, .g = g, .report = report};
    size_t broken = 0;

    s.room = p->options.directions + p->options.coordinates + MOST_FOUND +
             MOST_NON_FINITE + 3;
    s.weights = calloc(p->n, sizeof *s.weights);
    report->rows = calloc(s.room, sizeof *report->rows);
    if (s.weights == NULL || report->rows == NULL) {
        free(s.weights);
        return AD_CHECK_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < p->n; ++i) s.length += p->x[i] * p->x[i] / (double)p->n;
    s.length = s.length > 0.0 && isfinite(s.length) ? sqrt(s.length) : 1.0;
    for (size_t i = 0; i < p->n && broken < MOST_NON_FINITE; ++i)
        if (!isfinite(g[i])) {
            check_one(&s, i);
            ++broken;
        }
    for (size_t k = 0; broken == 0 && k < p->options.directions; ++k)
        check_direction(&s, k);
    check_coordinates(&s);
    free(s.weights);
    return p->out_of_memory ? AD_CHECK_OUT_OF_MEMORY : AD_CHECK_OK;
}
