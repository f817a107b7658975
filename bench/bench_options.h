/* What `gradyno bench` was asked to do. */
#ifndef GRADYNO_BENCH_OPTIONS_H
#define GRADYNO_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BENCH_SIZES = 32, BENCH_WIDEST = 1024 };

typedef struct bench_options {
    bool help, quick;
    bool graph, tape; /* engines */
    bool mlp, moons;  /* workloads */
    size_t sizes, size[BENCH_SIZES];
    size_t rounds; /* 0: as many as the seconds allow */
    double seconds;
    uint64_t seed;
    const char *out;
} bench_options;

extern const char bench_help[];

/*
 * Reads main's arguments from the verb's name on, with defaults for what is not given.
 * False when something is wrong, which stderr then has been told in one sentence.
 */
bool bench_options_parse(bench_options *o, int argc, char **argv);

#endif
