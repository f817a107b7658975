/* The options of bench and race while they are being read. */
#ifndef GRADYNO_BENCH_PARSER_H
#define GRADYNO_BENCH_PARSER_H

#include "bench/bench_options.h"

typedef struct bench_parser {
    bench_options *o;
    const char *verb;      /* for its sentences */
    const char *workloads; /* as given; NULL: the default ones */
    size_t sizes, size[BENCH_SIZES];
    bool engines_given;
} bench_parser;

/* The cells of the workloads and sizes given, or of by_default (NULL: all of the
 * default). False, and said, when there is no such thing. */
bool bench_add_cells(bench_parser *p, const char *by_default);

/* For --ladder: its engines where none are given, and the perceptron's cells. */
bool bench_add_ladder(bench_parser *p);

/* One more engine: a row's name, or a file. False, and said, when it cannot run. */
bool bench_add_engine(bench_parser *p, const char *word, size_t length);

/* Those of a list, in place of the default ones. */
bool bench_parse_engines(bench_parser *p, const char *text);

#endif
