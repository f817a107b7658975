/* A cell's figures and comparisons. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cell.h"

static const char *const phases[] = {"record", "order", "forward", "backward", "free"};

/* What stands between two readings has one reading in it. */
static bool has_reading(const series *s)
{
    for (size_t p = 0; p < sizeof phases / sizeof *phases; p++)
        if (strcmp(s->phase, phases[p]) == 0) return true;
    return false;
}

double *cell_samples(const cell *c, const series *s)
{
    if (s == NULL || c->rounds == 0) return NULL;
    const series *reading =
        has_reading(s) ? cell_series(c, s->engine, "reading") : NULL;
    double *copy = malloc(c->rounds * sizeof *copy);
    for (size_t i = 0; copy != NULL && i < c->rounds; i++)
        copy[i] = s->ns[i] - (reading == NULL ? 0 : reading->ns[i]);
    return copy;
}

/* The median over all processes; lo and hi: the least and the largest of one. */
static figure figure_of_processes(const cell *c, const double *sample)
{
    figure f = {(double)NAN, (double)NAN, (double)NAN};
    for (size_t p = 0; p < c->processes; p++) {
        const size_t from = c->first_round[p], n = c->first_round[p + 1] - from;
        const double median = figure_of(n, sample + from).median;
        f.lo = fmin(f.lo, median); /* fmin and fmax take the number, not the NaN */
        f.hi = fmax(f.hi, median);
    }
    f.median = figure_of(c->rounds, sample).median;
    return f;
}

static comparison *add_comparison(cell *c, const char *engine, const char *over,
                                  const char *phase)
{
    if (c->comparisons == CELL_COMPARISONS) return NULL;
    comparison *r = &c->comparison[c->comparisons++];
    *r = (comparison){.engine = engine, .over = over, .phase = phase};
    return r;
}

/* Whether every process says what all of them say. */
static bool agree(figure of_processes)
{
    return !(of_processes.lo < 1 && of_processes.hi > 1);
}

/* Compares two series, if both are there; the comparison goes by the first one's
 * phase, or by `phase`. */
static bool compare(cell *c, const series *a, const series *b, const char *phase,
                    double noise)
{
    if (a == NULL || b == NULL) return true;
    if (cell_is_void(c, a->engine) || cell_is_void(c, b->engine)) return true;
    const bool is_control = strcmp(b->phase, "normal") == 0;
    comparison *r =
        add_comparison(c, a->engine, is_control ? b->phase : b->engine, phase);
    double *x = cell_samples(c, a), *y = cell_samples(c, b);
    const bool ok = x != NULL && y != NULL;
    if (ok && r != NULL) {
        for (size_t i = 0; i < c->rounds; i++) x[i] /= y[i];
        r->ratio = figure_of(c->rounds, x);
        r->of_processes = figure_of_processes(c, x);
        r->autocorrelation = autocorrelation(c->rounds, x);
        r->noise = isnan(noise) ? noise_floor(r->ratio) : noise;
        r->resolved = is_resolved(r->ratio, r->noise) && agree(r->of_processes);
    }
    free(x);
    free(y);
    return ok;
}

/* What engine a over engine b is in its whole and in two phases. */
static bool compare_phases(cell *c, const char *a, const char *b, double noise)
{
    static const char *const compared[] = {"whole", "record", "backward"};
    bool ok = true;
    for (size_t p = 0; p < 3; p++)
        ok &= compare(c, cell_series(c, a, compared[p]), cell_series(c, b, compared[p]),
                      compared[p], noise);
    return ok;
}

/* The reference against itself gives all other comparisons their noise floor. */
static bool compare_all(cell *c, const char *reference)
{
    bool ok = compare(c, cell_series(c, reference, "again"),
                      cell_series(c, reference, "whole"), "whole", (double)NAN);
    const double noise = c->comparisons > 0 ? c->comparison[0].noise : (double)NAN;
    if (c->comparisons > 0) c->comparison[0].resolved = false;
    if (isnan(noise)) return ok; /* too few rounds for any comparison */
    const series *primal = cell_series(c, "primal", "primal");
    const series *hand = cell_series(c, "hand", "whole");
    for (size_t i = 0; i < c->serieses; i++) {
        const series *s = &c->series[i];
        if (strcmp(s->phase, "whole") != 0) continue;
        if (is_engine(s->engine) && strcmp(s->engine, reference) != 0)
            ok &= compare_phases(c, reference, s->engine, noise);
        if (s != hand) ok &= compare(c, s, hand, "whole", noise);
        ok &= compare(c, s, primal, "whole", noise);
        ok &= compare(c, s, cell_series(c, s->engine, "normal"), "whole", noise);
    }
    return ok;
}

bool cell_finish(cell *c)
{
    c->comparisons = 0;
    c->short_of_rounds = false;
    for (size_t t = 0; t < CELL_PROCESSES; t++) c->short_of_rounds |= c->was_short[t];
    bool ok = true;
    for (size_t i = 0; i < c->serieses && c->rounds > 0; i++) {
        series *s = &c->series[i];
        s->figure = s->of_processes = (figure){(double)NAN, (double)NAN, (double)NAN};
        if (cell_is_void(c, s->engine)) continue;
        double *sample = cell_samples(c, s);
        ok &= sample != NULL;
        if (sample == NULL) continue;
        s->figure = figure_of(c->rounds, sample);
        s->of_processes = figure_of_processes(c, sample);
        free(sample);
    }
    const char *reference = cell_reference(c);
    if (ok && c->rounds > 0 && reference != NULL) ok = compare_all(c, reference);
    return ok;
}

double cell_excess_of_phases(const cell *c, const char *engine)
{
    const series *whole =
        cell_is_void(c, engine) ? NULL : cell_series(c, engine, "whole");
    size_t found = 0;
    double *sum = calloc(c->rounds + 1, sizeof *sum);
    if (sum == NULL) return (double)NAN;
    for (size_t p = 0; p < sizeof phases / sizeof *phases; p++) {
        double *phase = cell_samples(c, cell_series(c, engine, phases[p]));
        for (size_t i = 0; phase != NULL && i < c->rounds; i++) sum[i] += phase[i];
        found += phase != NULL;
        free(phase);
    }
    const double excess = whole == NULL || found == 0
                              ? (double)NAN
                              : figure_of_ratios(c->rounds, sum, whole->ns).median - 1;
    free(sum);
    return excess;
}
