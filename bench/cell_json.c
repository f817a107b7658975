/* Cells and the environment as lines of bench.jsonl. */
#include "bench/cell_write.h"

#ifdef HAVE_jansson
#include <jansson.h>
#include <math.h>
#include <stdlib.h>

/* JSON has no NaN. */
static json_t *number(double x) { return isfinite(x) ? json_real(x) : json_null(); }

static json_t *count(size_t n) { return json_integer((json_int_t)n); }

static json_t *figure_json(figure f)
{
    return json_pack("{so so so}", "median", number(f.median), "lo", number(f.lo), "hi",
                     number(f.hi));
}

static json_t *judgement_json(const judgement *j)
{
    return json_pack("{ss ss ss so so so}", "engine", j->engine, "witness", j->witness,
                     "verdict", j->passed ? "pass" : "fail", "residual",
                     number(j->residual), "bound", number(j->bound), "bytes_per_op",
                     number(j->bytes_per_op));
}

static json_t *series_json(const series *s, size_t rounds)
{
    json_t *samples = json_array();
    for (size_t i = 0; i < rounds; i++)
        json_array_append_new(samples, number(s->ns[i]));
    return json_pack("{ss ss so so so}", "engine", s->engine, "phase", s->phase,
                     "iterations", count(s->iterations), "ns", figure_json(s->figure),
                     "samples_ns", samples);
}

static json_t *comparison_json(const comparison *r)
{
    return json_pack("{ss ss ss so so sb}", "engine", r->engine, "over", r->over,
                     "phase", r->phase, "ratio", figure_json(r->ratio), "noise",
                     number(r->noise), "resolved", r->resolved);
}

/* Writes the object and a newline, and ends it. NULL is what jansson gives without
 * memory. */
static bool write_line(FILE *out, json_t *object)
{
    if (object == NULL) return false;
    json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(17));
    fputc('\n', out); /* results_close reports what was lost */
    json_decref(object);
    return true;
}

static json_t *environment_object(const environment *e)
{
    json_t *fields = json_object();
    for (size_t i = 0; i < e->count; i++)
        json_object_set_new(fields, e->field[i].key, json_string(e->field[i].value));
    return fields;
}

bool environment_json(FILE *out, const environment *e)
{
    return write_line(out, environment_object(e));
}

bool run_json(FILE *out, const environment *e, uint64_t seed, const char *configuration)
{
    return write_line(out, json_pack("{so sI ss}", "environment", environment_object(e),
                                     "seed", (json_int_t)seed, "configuration",
                                     configuration));
}

bool run_end_json(FILE *out, const environment *e)
{
    const char *share = environment_value(e, "cpu_share");
    char *end;
    const double x = strtod(share, &end);
    return write_line(
        out, json_pack("{so ss}", "cpu_share", number(end == share ? (double)NAN : x),
                       "load_at_end", environment_value(e, "load_at_end")));
}

bool cell_json(FILE *out, const cell *c)
{
    json_t *verdicts = json_array(), *all = json_array(), *ratios = json_array();
    for (size_t i = 0; i < c->judgements; i++)
        json_array_append_new(verdicts, judgement_json(&c->judgement[i]));
    for (size_t i = 0; i < c->serieses; i++)
        json_array_append_new(all, series_json(&c->series[i], c->rounds));
    for (size_t i = 0; i < c->comparisons; i++)
        json_array_append_new(ratios, comparison_json(&c->comparison[i]));
    return write_line(out, json_pack("{ss so so sI so sb so so so so so}", "workload",
                                     c->workload, "size", count(c->size), "ops",
                                     count(c->ops), "seed", (json_int_t)c->seed,
                                     "rounds", count(c->rounds), "short_of_rounds",
                                     c->short_of_rounds, "zeros", count(c->zeros),
                                     "subnormals", count(c->subnormals), "verdicts",
                                     verdicts, "series", all, "comparisons", ratios));
}
#endif
