/* The options of `gradyno bench`, and a sentence for each way to get one wrong. */
#include "bench/bench_parser.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/ladder.h"

/* What a process measured for another is read from the record. */
#ifdef HAVE_jansson
enum { MANY_PROCESSES = 5 };
#else
enum { MANY_PROCESSES = 1 };
#endif

static bool wrong(const bench_parser *p, const char *option, const char *value,
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

static bool parse_sizes(bench_parser *p, const char *text)
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

static bool parse_workload(bench_parser *p, const char *text)
{
    p->workloads = strcmp(text, "all") == 0 ? NULL : text;
    return true;
}

static bool parse_rounds(bench_parser *p, const char *text)
{
    uint64_t n;
    if (!parse_one_whole(text, 6, 100000, &n))
        return wrong(p, "--rounds", text, "a whole number from 6 to 100000");
    p->o->rounds = (size_t)n;
    return true;
}

static bool parse_processes(bench_parser *p, const char *text)
{
    uint64_t n;
    if (!parse_one_whole(text, 1, CELL_PROCESSES / 2, &n))
        return wrong(p, "--processes", text, "a whole number from 1 to 32");
    p->o->processes = (size_t)n;
    return true;
}

static bool parse_seconds(bench_parser *p, const char *text)
{
    char *end;
    p->o->seconds = strtod(text, &end);
    return (end != text && *end == '\0' && p->o->seconds > 0 && p->o->seconds <= 1e6) ||
           wrong(p, "--seconds", text, "a number above 0, and at most 1000000");
}

static bool parse_seed(bench_parser *p, const char *text)
{
    return parse_one_whole(text, 0, INT64_MAX, &p->o->seed) ||
           wrong(p, "--seed", text, "a whole number from 0 to 2^63 - 1");
}

static bool parse_out(bench_parser *p, const char *text)
{
    p->o->out = text;
    return *text != '\0' || wrong(p, "--out", text, "the name of a folder");
}

static bool parse_baseline(bench_parser *p, const char *text)
{
    p->o->baseline = text;
    return *text != '\0' ||
           wrong(p, "--baseline", text, "the bench.jsonl of an earlier run");
}

static bool parse_export(bench_parser *p, const char *text)
{
    p->o->export_google = text;
    return *text != '\0' || wrong(p, "--export-google", text, "the name of a file");
}

static bool parse_data(bench_parser *p, const char *text)
{
    p->o->data = text;
    return *text != '\0' || wrong(p, "--data", text, "the name of a file");
}

static bool parse_worker(bench_parser *p, const char *text)
{
    bench_worker *w = &p->o->worker;
    w->is_one = sscanf(text, "%zu,%zu,%zu,%lf,%lf,%lf", &w->cell, &w->turn, &w->have,
                       &w->seconds, &w->seconds_left, &w->seconds_most) == 6;
    return w->is_one || wrong(p, "--worker", text, "what a run gives it");
}

static bool parse_quick(bench_parser *p, const char *text)
{
    (void)text;
    return p->o->quick = true;
}

static bool parse_resume(bench_parser *p, const char *text)
{
    (void)text;
    return p->o->resume = true;
}

static bool parse_ladder(bench_parser *p, const char *text)
{
    (void)text;
    return p->o->ladder = true;
}

static bool parse_list(bench_parser *p, const char *text)
{
    (void)text;
    return p->o->list = true;
}

static bool parse_help(bench_parser *p, const char *text)
{
    (void)text;
    return p->o->help = true;
}

/* A race has no engines but its two. */
static const struct {
    const char *name;
    bool has_value, of_race, is_secret;
    bool (*parse)(bench_parser *p, const char *text);
} options[] = {
    {"--quick", false, false, false, parse_quick},
    {"--size", true, true, false, parse_sizes},
    {"--engine", true, false, false, bench_parse_engines},
    {"--ladder", false, false, false, parse_ladder},
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

static bool is_option(const bench_parser *p, size_t i)
{
    return options[i].of_race || strcmp(p->verb, "bench") == 0;
}

/* The option of that name, the part before '='; OPTIONS, and said, when there is none.
 */
static size_t find_option(const bench_parser *p, const char *argument)
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

static bool parse_all(bench_parser *p, int argc, char **argv)
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

bool bench_options_parse(bench_options *o, int argc, char **argv)
{
    *o = (bench_options){.seed = 1, .out = "build/report"};
    for (size_t i = 0; i < engines_count; i++)
        if (engines[i].is_default) o->engine[o->engines++] = &engines[i];
    bench_parser p = {.o = o, .verb = "bench"};
    if (!parse_all(&p, argc - 1, argv + 1)) return false;
    if (o->help || o->list) return true;
    if (o->processes == 0) o->processes = o->quick ? 1 : MANY_PROCESSES;
    if (o->ladder) return bench_add_ladder(&p);
    if (o->seconds == 0) {
        o->seconds = o->quick ? 30 : 420;
        o->seconds_most = o->quick ? 45 : 540;
    }
    return bench_add_cells(&p, NULL);
}

bool race_options_parse(bench_options *o, int argc, char **argv)
{
    *o = (bench_options){.seed = 1};
    bench_parser p = {.o = o, .verb = "race"};
    int words = 1;
    while (words < argc && words < 3 && argv[words][0] != '-') {
        if (!bench_add_engine(&p, argv[words], strlen(argv[words]))) return false;
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
    if (!bench_add_cells(&p, "mlp")) return false;
    if (o->processes == 0) o->processes = MANY_PROCESSES > 3 ? 3 : 1;
    if (o->seconds == 0) o->seconds = 3 * (double)o->cells;
    return true;
}
