/*
 * What a kind of program is made of. One costs two small files: a template, name.inc,
 * which defines
 *
 *     static HANDLE PROGRAM(record)(const program *p, RECORD *r, const HANDLE *x)
 *
 * and name.c, which says
 *
 *     #define TEMPLATE "verify/programs/name.inc"
 *     #include "verify/programs/instances.inc"
 *     const program_kind name_kind = {.name = "name", ..., PROGRAM_INSTANCES};
 *
 * with an `open` that draws the numbers and a `gradient` from elsewhere; and a line in
 * programs.def.
 */
#ifndef GRADYNO_KINDS_H
#define GRADYNO_KINDS_H

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "verify/programs/primal.h"
#include "verify/programs/program.h"
#include "verify/programs/uncertain.h"
#include "verify/random.h"

/* No program is larger, so that no count of what is in one wraps around. */
#define PROGRAM_LARGEST ((size_t)1 << 28)

/* How much of each. */
struct program_room {
    size_t inputs, operations, constants;
    size_t numbers, handles; /* of program.numbers and program.handles */
};

/* Fills *p in, all numbers 0 and no data. False when memory is out, nothing to
 * close. */
bool program_make(program *p, const program_kind *kind, size_t size, uint64_t seed,
                  struct program_room room);

/* Frees all of it, data as one block. */
void program_close(program *p);

/* What instances.inc defines. */
#define PROGRAM_INSTANCES                                                              \
    .primal = primal, .record_graph = record_graph, .record_tape = record_tape,        \
    .record_tape_reserved = record_tape_reserved, .record_mounted = record_mounted

#define KIND(name) extern const program_kind name##_kind;
#include "verify/programs/programs.def"

#endif
