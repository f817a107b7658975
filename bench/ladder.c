/* The ladder's engines and targets, and what a race says of them. */
#include "bench/ladder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/foreign.h"
#include "bench/outsiders.h"

size_t ladder_engines(const engine **e, size_t room)
{
    const engine *reference = engine_named("hand-strict", 0);
    size_t n = 0;
    e[n++] = reference;
    for (size_t i = 0; i < engines_count && n < room; i++)
        if (&engines[i] != reference && outsider_is_there(&engines[i]) &&
            !engine_is_foreign(&engines[i]))
            e[n++] = &engines[i];
    return n;
}

/* ---- Targets --------------------------------------------------------------------- */

static const size_t sizes[LADDER_SIZES] = {64, 256};

/* clang-format off */
const ladder_target ladder_targets[] = {
    {"tape, plain verbs, leaves' gradient", "tape-leaves", "hand-strict", {5.5, 8.5}},
    {"tape, plain verbs, every adjoint", "tape", "hand-strict", {5.5, 8.5}},
    {"tape, reserved", "tape-reserved", "hand-strict", {4.5, 8}},
    {"tape", "tape", "peers", {1 / 6.0, 1 / 6.0}},
    {"muladd", "tape-muladd", "hand-strict", {3, 4}},
    {"a neuron as a dot over ranges", "tape-dot", "hand-strict", {0.8, 0.9}},
    {"a layer over ranges", "tape-fused", "hand-strict", {0.8, 0.9}},
    {"a neuron as a dot over ranges", "tape-dot", "hand-vectorised", {1.5, 1.5}},
    {"a layer over ranges", "tape-fused", "hand-vectorised", {1.5, 1.5}},
    {"naive code, rolled and replayed", "plan-rolled", "plan-fused", {1.15, 1.15}},
    {"rolling, against one recording", "rolling", "recording", {4, 4}},
    {"graph, arena, unsorted", "graph-arena-unsorted", "tape", {2.5, 2.5}},
    {"bytes an operation: tape", "tape", NULL, {28, 28}},
    {"bytes an operation: muladd", "tape-muladd", NULL, {16, 16}},
    {"bytes an operation: ranges", "tape-dot", NULL, {5, 5}},
};
/* clang-format on */

const size_t ladder_targets_count = sizeof ladder_targets / sizeof *ladder_targets;

static const char *fastest_peer(const cell *c)
{
    const series *best = NULL;
    for (size_t i = 0; i < engines_count; i++) {
        const series *s = engines[i].kind == ENGINE_peer
                              ? cell_series(c, engines[i].name, "whole")
                              : NULL;
        if (s != NULL && (best == NULL || s->figure.median < best->figure.median))
            best = s;
    }
    return best == NULL ? "peers" : best->engine;
}

static const char *verdict_of(figure f, double most)
{
    if (!isfinite(f.median)) return "not measured";
    if (f.hi <= most) return "met";
    return f.lo > most ? "missed" : "not resolved";
}

bool ladder_judge(const ladder_target *t, const cell *c, ladder_result *result)
{
    size_t k = 0;
    while (k < LADDER_SIZES && sizes[k] != c->size) k++;
    if (k == LADDER_SIZES || strcmp(c->workload, bench_mlp_kind.name) != 0)
        return false;
    *result = (ladder_result){.over = t->over,
                              .most = t->most[k],
                              .measured = {(double)NAN, (double)NAN, (double)NAN}};
    if (t->over == NULL) {
        const judgement *j = cell_judgement(c, t->engine);
        const double bytes = j == NULL || !j->passed ? (double)NAN : j->bytes_per_op;
        result->measured = (figure){bytes, bytes, bytes};
    } else {
        if (strcmp(t->over, "peers") == 0) result->over = fastest_peer(c);
        double *x = cell_samples(c, cell_series(c, t->engine, "whole"));
        double *y = cell_samples(c, cell_series(c, result->over, "whole"));
        if (x != NULL && y != NULL && c->rounds >= LEAST_SAMPLES)
            result->measured = figure_of_ratios(c->rounds, x, y);
        free(x);
        free(y);
    }
    result->verdict = verdict_of(result->measured, result->most);
    return true;
}

double ladder_moved_per_op(const engine *e, double bytes_per_op, size_t width)
{
    const struct mlp_shape shape = mlp_growing(width);
    const double parameters =
        (double)mlp_parameters(&shape) / (double)mlp_operations(&shape, 1);
    switch (e->kind) {
    case ENGINE_hand: return 24 * parameters;
    case ENGINE_own:
    case ENGINE_replay: return 2 * bytes_per_op + (e->layers ? 24 : 40) * parameters;
    case ENGINE_peer:
    case ENGINE_part: break;
    }
    return (double)NAN;
}
