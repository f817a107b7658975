/* The options of `gradyno bench`, and a sentence for each way to get one wrong. */
#include "bench/bench_options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char bench_help[] =
    "usage: gradyno bench [OPTION...]\n"
    "\n"
    "Verifies the gradients of both engines, and then times them: record, order, "
    "backward\n"
    "and free, and the whole, on perceptrons that grow from tens of operations to over "
    "a\n"
    "million, and on a training run. What fails verification is not timed.\n"
    "\n"
    "  --quick           about 40 seconds (without it: up to 10 minutes)\n"
    "  --size LIST       widths of the perceptron H-H-H-H-1, 1 to 1024\n"
    "                    (default 2,4,8,16,32,64,128,256,512)\n"
    "  --engine LIST     graph,tape (the default) or one of them\n"
    "  --workload NAME   mlp, moons or all (the default)\n"
    "  --rounds N        so many rounds for every size, 6 or more (default: as many as "
    "the\n"
    "                    time allows; 51 or more where a gradient takes less than 20 "
    "ms, 9\n"
    "                    or more elsewhere)\n"
    "  --seconds S       the time to spend (the fewest rounds are run in any case)\n"
    "  --seed N          of parameters, samples and the order of the rounds (default "
    "1)\n"
    "  --out DIR         folder of env.tsv, bench.tsv, ratio.tsv, bench.jsonl and "
    "moons_*.tsv\n"
    "                    (default build/report)\n"
    "\n"
    "exit status: 0 every gradient was right, 1 one was wrong, 2 wrong usage or "
    "environment,\n"
    "128 + n stopped by signal n: what was done until then is kept\n";

static const size_t default_sizes[] = {2, 4, 8, 16, 32, 64, 128, 256, 512};

static bool wrong(const char *option, const char *value, const char *allowed)
{
    fprintf(stderr, "gradyno bench: %s takes %s, not '%s'\n", option, allowed, value);
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

static bool parse_sizes(bench_options *o, const char *text)
{
    static const char allowed[] =
        "different widths from 1 to 1024, as in 16,64 (32 at most)";
    o->sizes = 0;
    for (const char *at = text;; at++) {
        uint64_t width;
        if (o->sizes == BENCH_SIZES || !parse_whole(at, &at, 1, BENCH_WIDEST, &width))
            return wrong("--size", text, allowed);
        for (size_t i = 0; i < o->sizes; i++)
            if (o->size[i] == width) return wrong("--size", text, allowed);
        o->size[o->sizes++] = (size_t)width;
        if (*at == '\0') return true;
    }
}

static bool parse_engines(bench_options *o, const char *text)
{
    o->graph = o->tape = false;
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ",");
        bool *engine = length == 5 && strncmp(at, "graph", 5) == 0  ? &o->graph
                       : length == 4 && strncmp(at, "tape", 4) == 0 ? &o->tape
                                                                    : NULL;
        if (engine == NULL || *engine)
            return wrong("--engine", text, "graph, tape or graph,tape");
        *engine = true;
        at += length;
        if (*at == '\0') return true;
    }
}

static bool parse_workload(bench_options *o, const char *text)
{
    const bool all = strcmp(text, "all") == 0;
    o->mlp = all || strcmp(text, "mlp") == 0;
    o->moons = all || strcmp(text, "moons") == 0;
    return o->mlp || o->moons || wrong("--workload", text, "mlp, moons or all");
}

static bool parse_rounds(bench_options *o, const char *text)
{
    uint64_t n;
    if (!parse_one_whole(text, 6, 100000, &n))
        return wrong("--rounds", text, "a whole number from 6 to 100000");
    o->rounds = (size_t)n;
    return true;
}

static bool parse_seconds(bench_options *o, const char *text)
{
    char *end;
    o->seconds = strtod(text, &end);
    return (end != text && *end == '\0' && o->seconds > 0 && o->seconds <= 1e6) ||
           wrong("--seconds", text, "a number above 0, and at most 1000000");
}

static bool parse_seed(bench_options *o, const char *text)
{
    return parse_one_whole(text, 0, INT64_MAX, &o->seed) ||
           wrong("--seed", text, "a whole number from 0 to 2^63 - 1");
}

static bool parse_out(bench_options *o, const char *text)
{
    o->out = text;
    return *text != '\0' || wrong("--out", text, "the name of a folder");
}

static bool parse_quick(bench_options *o, const char *text)
{
    (void)text;
    return o->quick = true;
}

static bool parse_help(bench_options *o, const char *text)
{
    (void)text;
    return o->help = true;
}

static const struct {
    const char *name;
    bool has_value;
    bool (*parse)(bench_options *o, const char *text);
} options[] = {
    {"--quick", false, parse_quick},   {"--size", true, parse_sizes},
    {"--engine", true, parse_engines}, {"--workload", true, parse_workload},
    {"--rounds", true, parse_rounds},  {"--seconds", true, parse_seconds},
    {"--seed", true, parse_seed},      {"--out", true, parse_out},
    {"--help", false, parse_help},
};
enum { OPTIONS = sizeof options / sizeof *options };

/* The option of that name, the part before '='; OPTIONS, and said, when there is none.
 */
static size_t find_option(const char *argument)
{
    const size_t length = strcspn(argument, "=");
    for (size_t i = 0; i < OPTIONS; i++)
        if (strlen(options[i].name) == length &&
            strncmp(argument, options[i].name, length) == 0)
            return i;
    fprintf(stderr, "gradyno bench: there is no option '%s'; there are", argument);
    for (size_t i = 0; i < OPTIONS; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", options[i].name);
    fputc('\n', stderr);
    return OPTIONS;
}

bool bench_options_parse(bench_options *o, int argc, char **argv)
{
    *o = (bench_options){.graph = true,
                         .tape = true,
                         .mlp = true,
                         .moons = true,
                         .seed = 1,
                         .out = "build/report",
                         .sizes = sizeof default_sizes / sizeof *default_sizes};
    memcpy(o->size, default_sizes, sizeof default_sizes);
    bool given[OPTIONS] = {false};
    for (int i = 1; i < argc; i++) {
        const size_t k = find_option(argv[i]);
        if (k == OPTIONS) return false;
        const char *name = options[k].name, *value = strchr(argv[i], '=');
        if (value != NULL) value++;
        if (given[k]) {
            fprintf(stderr, "gradyno bench: %s is given twice\n", name);
            return false;
        }
        given[k] = true;
        if (options[k].has_value && value == NULL && ++i < argc) value = argv[i];
        if (options[k].has_value != (value != NULL)) {
            fprintf(stderr, "gradyno bench: %s takes %s value\n", name,
                    options[k].has_value ? "a" : "no");
            return false;
        }
        if (!options[k].parse(o, value)) return false;
        if (o->help) return true;
    }
    if (o->seconds == 0) o->seconds = o->quick ? 25 : 300;
    return true;
}
