/* The options of `gradyno bench`, and a sentence for each way to get one wrong. */
#include "bench/bench_options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/outsiders.h"

/* What the two verbs share. The verb's name, for its sentences. */
typedef struct parser {
    bench_options *o;
    const char *verb;
    const char *workloads; /* as given; NULL: the default ones */
    size_t sizes, size[BENCH_SIZES];
} parser;

static bool wrong(const parser *p, const char *option, const char *value,
                  const char *allowed)
{
    fprintf(stderr, "gradyno %s: %s takes %s, not '%s'\n", p->verb, option, allowed,
            value);
    return false;
}

/* A whole number within [least, most], which ends at a comma or at the end. */
static bool parse_whole(const char *text, const char **end, uint64_t least,
                        uint64_t most, uint64_t *n)
{
    if (*text < '0' || *text > '9') return false;
    char *after;
    errno = 0;
    const unsigned long long value = strtoull(text, &after, 10);
    *end = after;
    *n = value;
    return errno == 0 && value >= least && value <= most &&
           (*after == '\0' || *after == ',');
}

static bool parse_one_whole(const char *text, uint64_t least, uint64_t most,
                            uint64_t *n)
{
    const char *end;
    return parse_whole(text, &end, least, most, n) && *end == '\0';
}

static bool parse_sizes(parser *p, const char *text)
{
    static const char allowed[] =
        "different whole numbers from 1 on, as in 16,64 (32 at most)";
    for (const char *at = text;; at++) {
        uint64_t size;
        if (p->sizes == BENCH_SIZES || !parse_whole(at, &at, 1, 1000000000, &size))
            return wrong(p, "--size", text, allowed);
        for (size_t i = 0; i < p->sizes; i++)
            if (p->size[i] == size) return wrong(p, "--size", text, allowed);
        p->size[p->sizes++] = (size_t)size;
        if (*at == '\0') return true;
    }
}

/* The engines there are, into a sentence. */
static bool no_engine(const parser *p, const char *name, size_t length)
{
    fprintf(stderr, "gradyno %s: there is no engine '%.*s'; there are", p->verb,
            (int)length, name);
    for (size_t i = 0; i < engines_count; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", engines[i].name);
    fputc('\n', stderr);
    return false;
}

/* A peer that was not built is named, and cannot run. */
static bool is_there(const parser *p, const engine *e)
{
    if (outsider_is_there(e)) return true;
    fprintf(stderr, "gradyno %s: %s is not built here (make peers)\n", p->verb,
            e->name);
    return false;
}

static bool parse_engines(parser *p, const char *text)
{
    bench_options *o = p->o;
    o->engines = 0;
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ",");
        const engine *e = length == 0 ? NULL : engine_named(at, length);
        if (e == NULL) return no_engine(p, at, length);
        if (!is_there(p, e)) return false;
        for (size_t i = 0; i < o->engines; i++)
            if (o->engine[i] == e || o->engines == CELL_ENGINES - 1)
                return wrong(p, "--engine", text, "different engines");
        o->engine[o->engines++] = e;
        at += length;
        if (*at == '\0') return true;
    }
}

static bool parse_workload(parser *p, const char *text)
{
    p->workloads = strcmp(text, "all") == 0 ? NULL : text;
    return true;
}

static bool parse_rounds(parser *p, const char *text)
{
    uint64_t n;
    if (!parse_one_whole(text, 6, 100000, &n))
        return wrong(p, "--rounds", text, "a whole number from 6 to 100000");
    p->o->rounds = (size_t)n;
    return true;
}

static bool parse_processes(parser *p, const char *text)
{
    uint64_t n;
    if (!parse_one_whole(text, 1, CELL_PROCESSES / 2, &n))
        return wrong(p, "--processes", text, "a whole number from 1 to 32");
    p->o->processes = (size_t)n;
    return true;
}

static bool parse_seconds(parser *p, const char *text)
{
    char *end;
    p->o->seconds = strtod(text, &end);
    return (end != text && *end == '\0' && p->o->seconds > 0 && p->o->seconds <= 1e6) ||
           wrong(p, "--seconds", text, "a number above 0, and at most 1000000");
}

static bool parse_seed(parser *p, const char *text)
{
    return parse_one_whole(text, 0, INT64_MAX, &p->o->seed) ||
           wrong(p, "--seed", text, "a whole number from 0 to 2^63 - 1");
}

static bool parse_out(parser *p, const char *text)
{
    p->o->out = text;
    return *text != '\0' || wrong(p, "--out", text, "the name of a folder");
}

static bool parse_baseline(parser *p, const char *text)
{
    p->o->baseline = text;
    return *text != '\0' ||
           wrong(p, "--baseline", text, "the bench.jsonl of an earlier run");
}

static bool parse_export(parser *p, const char *text)
{
    p->o->export_google = text;
    return *text != '\0' || wrong(p, "--export-google", text, "the name of a file");
}

static bool parse_data(parser *p, const char *text)
{
    p->o->data = text;
    return *text != '\0' || wrong(p, "--data", text, "the name of a file");
}

static bool parse_worker(parser *p, const char *text)
{
    bench_worker *w = &p->o->worker;
    w->is_one = sscanf(text, "%zu,%zu,%zu,%lf,%lf,%lf", &w->cell, &w->turn, &w->have,
                       &w->seconds, &w->seconds_left, &w->seconds_most) == 6;
    return w->is_one || wrong(p, "--worker", text, "what a run gives it");
}

static bool parse_quick(parser *p, const char *text)
{
    (void)text;
    return p->o->quick = true;
}

static bool parse_resume(parser *p, const char *text)
{
    (void)text;
    return p->o->resume = true;
}

static bool parse_list(parser *p, const char *text)
{
    (void)text;
    return p->o->list = true;
}

static bool parse_help(parser *p, const char *text)
{
    (void)text;
    return p->o->help = true;
}

/* A race has no engines but its two. */
static const struct {
    const char *name;
    bool has_value, of_race, is_secret;
    bool (*parse)(parser *p, const char *text);
} options[] = {
    {"--quick", false, false, false, parse_quick},
    {"--size", true, true, false, parse_sizes},
    {"--engine", true, false, false, parse_engines},
    {"--workload", true, true, false, parse_workload},
    {"--rounds", true, true, false, parse_rounds},
    {"--seconds", true, true, false, parse_seconds},
    {"--processes", true, true, false, parse_processes},
    {"--seed", true, true, false, parse_seed},
    {"--out", true, true, false, parse_out},
    {"--resume", false, false, false, parse_resume},
    {"--baseline", true, false, false, parse_baseline},
    {"--export-google", true, false, false, parse_export},
    {"--list", false, true, false, parse_list},
    {"--help", false, true, false, parse_help},
    {"--data", true, true, false, parse_data},
    {"--worker", true, true, true, parse_worker},
};
enum { OPTIONS = sizeof options / sizeof *options };

static bool is_option(const parser *p, size_t i)
{
    return options[i].of_race || strcmp(p->verb, "bench") == 0;
}

/* The option of that name, the part before '='; OPTIONS, and said, when there is none.
 */
static size_t find_option(const parser *p, const char *argument)
{
    const size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < OPTIONS; i++)
        if (is_option(p, i) && strlen(options[i].name) == length &&
            strncmp(argument, options[i].name, length) == 0)
            return i;
    fprintf(stderr, "gradyno %s: there is no option '%s'; there are", p->verb,
            argument);
    const char *comma = "";
    for (size_t i = 0; i < OPTIONS; i++) {
        if (!is_option(p, i) || options[i].is_secret) continue;
        fprintf(stderr, "%s %s", comma, options[i].name);
        comma = ",";
    }
    fputc('\n', stderr);
    return OPTIONS;
}

static bool parse_all(parser *p, int argc, char **argv)
{
    bool given[OPTIONS] = {false};
    for (int i = 0; i < argc; i++) {
        const size_t k = find_option(p, argv[i]);
        if (k == OPTIONS) return false;
        const char *name = options[k].name, *value = strchr(argv[i], '=');
        if (value != NULL) value++;
        if (given[k]) {
            fprintf(stderr, "gradyno %s: %s is given twice\n", p->verb, name);
            return false;
        }
        given[k] = true;
        if (options[k].has_value && value == NULL && ++i < argc) value = argv[i];
        if (options[k].has_value != (value != NULL)) {
            fprintf(stderr, "gradyno %s: %s takes %s value\n", p->verb, name,
                    options[k].has_value ? "a" : "no");
            return false;
        }
        if (!options[k].parse(p, value)) return false;
        if (p->o->help || p->o->list) return true;
    }
    return true;
}

/* ---- Cells ------------------------------------------------------------------------ */

static bool add_cell(parser *p, workload w, size_t size)
{
    bench_options *o = p->o;
    const bool moons = w.kind == &moons_kind, mlp = w.kind == &bench_mlp_kind;
    if (o->cells == BENCH_CELLS || (moons && size != moons_kind.sizes[0]) ||
        (mlp && size > BENCH_WIDEST)) {
        fprintf(stderr, "gradyno %s: %s has no size %zu (gradyno %s --list)\n", p->verb,
                w.kind->name, size, p->verb);
        return false;
    }
    o->cell[o->cells++] = (bench_cell){w, size};
    return true;
}

/* The sizes given, or its own; of a program other than the perceptron the largest of
 * those that are quick, so that many programs fit in a minute. */
static bool add_workload(parser *p, workload w)
{
    const program_kind *kind = w.kind;
    const size_t from =
        p->o->quick && kind != &bench_mlp_kind && kind->quick > 0 ? kind->quick - 1 : 0;
    for (size_t i = 0; i < p->sizes; i++)
        if (!add_cell(p, w, p->size[i])) return false;
    for (size_t i = from; p->sizes == 0 && kind->sizes[i] != 0; i++)
        if ((!p->o->quick || i < kind->quick) && !add_cell(p, w, kind->sizes[i]))
            return false;
    return true;
}

static bool add_named(parser *p, const char *text)
{
    const size_t count = workloads_count();
    bool taken[BENCH_CELLS] = {false};
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ","), k = workload_named(at, length);
        if (k >= count || taken[k]) {
            fprintf(stderr,
                    "gradyno %s: --workload takes different ones of gradyno %s --list, "
                    "or all, not '%s'\n",
                    p->verb, p->verb, text);
            return false;
        }
        taken[k] = true;
        if (!add_workload(p, workload_at(k))) return false;
        at += length;
        if (*at == '\0') return true;
    }
}

/* One workload, at the point of a file. */
static bool add_data(parser *p)
{
    const char *name = p->workloads == NULL ? "" : p->workloads, *path = p->o->data;
    const size_t k = workload_named(name, strlen(name));
    workload w = {0};
    if (k < workloads_count()) w = workload_at(k);
    if (w.kind == NULL || w.kind->open_file == NULL || p->sizes > 0) {
        fprintf(
            stderr,
            "gradyno %s: --data takes one --workload that has files, as gmm, and no "
            "--size\n",
            p->verb);
        return false;
    }
    program_error error;
    program f;
    if (!w.kind->open_file(&f, w.kind, path, &error)) {
        fprintf(stderr, "gradyno %s: cannot read '%s': %s\n", p->verb, path,
                error.text);
        return false;
    }
    w.data = path;
    const bool ok = add_cell(p, w, f.size);
    w.kind->close(&f);
    return ok;
}

/* Sizes of no workload in particular are the perceptron's. */
static bool add_cells(parser *p, const char *by_default)
{
    if (p->o->data != NULL) return add_data(p);
    if (p->workloads == NULL && p->sizes > 0) p->workloads = "mlp";
    if (p->workloads == NULL) p->workloads = by_default;
    if (p->workloads != NULL) return add_named(p, p->workloads);
    for (size_t k = 0; k < workloads_count(); k++) {
        const workload w = workload_at(k);
        if (w.is_default && !add_workload(p, w)) return false;
    }
    return true;
}

bool bench_options_parse(bench_options *o, int argc, char **argv)
{
    *o = (bench_options){.seed = 1, .out = "build/report"};
    for (size_t i = 0; i < engines_count; i++)
        if (engines[i].is_default) o->engine[o->engines++] = &engines[i];
    parser p = {.o = o, .verb = "bench"};
    if (!parse_all(&p, argc - 1, argv + 1)) return false;
    if (o->help || o->list) return true;
    if (o->processes == 0) o->processes = o->quick ? 1 : 5;
    if (o->seconds == 0) {
        o->seconds = o->quick ? 36 : 420;
        o->seconds_most = o->quick ? 50 : 540;
    }
    return add_cells(&p, NULL);
}

bool race_options_parse(bench_options *o, int argc, char **argv)
{
    *o = (bench_options){.seed = 1};
    parser p = {.o = o, .verb = "race"};
    int words = 1;
    while (words < argc && words < 3 && argv[words][0] != '-') {
        const engine *e = engine_named(argv[words], 0);
        if (e == NULL) return no_engine(&p, argv[words], strlen(argv[words]));
        if (!is_there(&p, e)) return false;
        o->engine[o->engines++] = e;
        words++;
    }
    if (!parse_all(&p, argc - words, argv + words)) return false;
    if (o->help || o->list) return true;
    if (o->engines != 2) {
        fputs("gradyno race: takes two engines, as in gradyno race graph tape (--list "
              "has them)\n",
              stderr);
        return false;
    }
    if (p.workloads == NULL && p.sizes == 0) {
        p.size[p.sizes++] = 16;
        p.size[p.sizes++] = 128;
    }
    if (!add_cells(&p, "mlp")) return false;
    if (o->processes == 0) o->processes = 3;
    if (o->seconds == 0) o->seconds = 3 * (double)o->cells;
    return true;
}

void bench_options_text(const bench_options *o, char *text, size_t room)
{
    size_t used = 0;
    const program_kind *last = NULL;
#define ADD(...)                                                                       \
    (used += used < room ? (size_t)snprintf(text + used, room - used, __VA_ARGS__) : 0)
    for (size_t i = 0; i < o->engines; i++)
        ADD("%s%s", i == 0 ? "engines " : ",", o->engine[i]->name);
    for (size_t i = 0; i < o->cells; i++) {
        const program_kind *kind = o->cell[i].workload.kind;
        if (kind == last)
            ADD(",%zu", o->cell[i].size);
        else
            ADD("; %s %zu", kind->name, o->cell[i].size);
        last = kind;
    }
    if (o->data != NULL) { /* its name alone: a path is of this machine */
        const char *slash = strrchr(o->data, '/');
        ADD(" of %s", slash == NULL ? o->data : slash + 1);
    }
    ADD("; rounds %zu; processes %zu; seconds %g; seed %llu", o->rounds, o->processes,
        o->seconds, (unsigned long long)o->seed);
#undef ADD
}
