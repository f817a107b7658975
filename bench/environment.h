/*
 * What a figure depends on beside the code: it travels with every result. No path of
 * this machine, no user's name.
 */
#ifndef GRADYNO_ENVIRONMENT_H
#define GRADYNO_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/clock.h"

enum { ENVIRONMENT_FIELDS = 48 };

typedef struct environment_field {
    char key[24];
    char value[120]; /* text without tab or newline; "-" when it is not known here */
    bool compares;   /* figures with different values of it should not be compared */
} environment_field;

typedef struct environment {
    size_t count;
    environment_field field[ENVIRONMENT_FIELDS];
} environment;

/*
 * Looks around. The field `comparable` is a hash over all fields that `compares`: two
 * runs with the same one measured on the same ground.
 */
void environment_read(environment *e, const stopwatch *clock);

/*
 * What is known at the end of a run: `cpu_share`, the fraction of a core that the
 * program had (below 1 where it had to wait for others), and `load_at_end`; `load` is
 * that of the start.
 */
void environment_end(environment *e, double cpu_share);

/* The value, or "-" for a key that there is none of. */
const char *environment_value(const environment *e, const char *key);

/* "; KEY: A then, B now" for each field that should not differ, where the two do. */
void environment_write_differences(const environment *then, const environment *now,
                                   FILE *out);

/* key<TAB>value, a header line first. */
void environment_write_tsv(const environment *e, FILE *out);

/* A sentence for each thing that makes figures worse than they need be; how many. */
size_t environment_write_advice(const environment *e, FILE *out);

#endif
