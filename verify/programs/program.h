/*
 * A program as everybody sees it: a function of n inputs and one output, written once
 * as a template (.inc) and instantiated for each engine; at a size, with a point to
 * stand at, and with a gradient of another origin. The tests, the benchmark and the
 * conformance kit walk through `programs` and know no program by name.
 *
 *     program p;
 *     const program_kind *kind = program_named("rosenbrock");
 *     if (kind->open(&p, kind, 100, seed)) {
 *         ... kind->record_tape(&p, tape, x) ...
 *         kind->close(&p);
 *     }
 *
 * Function pointers stand at the boundary of a gradient, never within one.
 */
#ifndef GRADYNO_PROGRAM_H
#define GRADYNO_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/graph.h"
#include "engine/tape.h"
#include "engine/tape_reserved.h"

/* A row by its number looks for room, as the plain verb does. */
#ifndef ad_tape_reserved_apply
#define ad_tape_reserved_apply ad_tape_apply
#endif

#include "verify/programs/mounted.h"

typedef struct program_kind program_kind;

/* One program at one size. Everything that it points to is its own, until close. */
typedef struct program {
    const program_kind *kind;
    size_t size;
    uint64_t seed;
    size_t inputs;
    size_t operations; /* what a record records; inputs and constants are not counted */
    size_t constants;  /* and so many constants */
    double *x;         /* [inputs]: the point */

    /* The kind's own, all of it: the constants of f; scratch of one record at a time,
     * so that two threads need two programs; and what else it keeps. */
    double *numbers;
    void *handles;
    void *data;
} program;

/* Why a file could not be opened: one sentence, with the line where there is one. */
typedef struct program_error {
    char text[200];
} program_error;

struct program_kind {
    const char *name;       /* "rosenbrock": as --workload has it */
    const char *formula;    /* one line of ASCII: f(x) = ... */
    const char *size_means; /* "variables" */
    const char *witness;    /* where `gradient` comes from: "closed form", ... */
    const size_t *sizes;    /* growing, ended by 0: those of the default benchmark */
    size_t quick;           /* how many of them --quick runs */

    /* Opens the program; false when memory is out or the size is none that it has. */
    bool (*open)(program *p, const program_kind *kind, size_t size, uint64_t seed);
    void (*close)(program *p);

    /*
     * Opens the program at the point and size of a file, in the plain-text format that
     * ADBench has for the kind; NULL where there is none. False when it cannot be read
     * or is not of that format: then there is nothing to close, and *error says why.
     */
    bool (*open_file)(program *p, const program_kind *kind, const char *path,
                      program_error *error);

    /*
     * f(x) and gradient[i] = df/dx[i] at p->x, by other means than the engines', and
     * how far two right programs may lie apart from them in double arithmetic.
     * False when memory is out.
     */
    bool (*gradient)(const program *p, double *value, double *value_bound,
                     double *gradient, double *bound);

    /* f(x) in plain double: what differences call. The clock's unit, too. */
    double (*primal)(const program *p, const double *x);

    /*
     * Records f over the p->inputs leaves x, recorded one after the other, and returns
     * the output. Allocates nothing but what the record takes. The caller takes a mark
     * before, and rewinds to it.
     */
    ad_graph_handle (*record_graph)(const program *p, ad_graph *g,
                                    const ad_graph_handle *x);
    ad_tape_handle (*record_tape)(const program *p, ad_tape *t,
                                  const ad_tape_handle *x);

    /* The same by the verbs of tape_reserved.h, with room for operations +
     * constants. */
    ad_tape_handle (*record_tape_reserved)(const program *p, ad_tape *t,
                                           const ad_tape_handle *x);

    /* The same on a foreign engine; where that has no mark, the record is new. */
    ad_mounted_handle (*record_mounted)(const program *p, ad_mounted *r,
                                        const ad_mounted_handle *x);
};

/* Every kind, in the order of programs.def. */
extern const program_kind *const programs[];
extern const size_t programs_count;

/* The kind of that name; NULL when there is none. */
const program_kind *program_named(const char *name);

#endif
