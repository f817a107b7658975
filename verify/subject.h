/*
 * An engine as a check sees it: a few function pointers, so that one check holds the
 * graph, the tape and every mutant of them to the same.
 *
 *     subject s;
 *     if (!subject_tape(&s)) ...                  // out of memory
 *     if (s.record(s.engine, &d) && s.backward(s.engine, d.output)) {
 *         ... s.value(s.engine, k), s.grad(s.engine, k) for item k of d ...
 *     }
 *     subject_free(&s);
 */
#ifndef GRADYNO_SUBJECT_H
#define GRADYNO_SUBJECT_H

#include "engine/tape.h"
#include "verify/dag.h"

typedef struct subject {
    const char *name;
    void *engine;

    /* Forgets what it had, and records d's items in their order. False: no memory. */
    bool (*record)(void *engine, const dag *d);

    /* The adjoint of the output in the next backward, which is 1 otherwise. */
    void (*seed)(void *engine, double w);

    /* As the engines' verbs; `output` is an item's number. False: it refuses. */
    bool (*backward)(void *engine, size_t output);
    bool (*accumulate)(void *engine, size_t output);

    /* Of item k. */
    double (*value)(const void *engine, size_t k);
    double (*grad)(const void *engine, size_t k);

    void (*free)(void *engine);
} subject;

/* The engines. False when memory is out, and then there is nothing to free. */
bool subject_graph(subject *s);
bool subject_graph_in_creation_order(subject *s);
bool subject_tape(subject *s);

/* The tape of a subject that subject_tape made, for its forward sweep. */
ad_tape *subject_tape_of(const subject *s);

/* Nothing happens to one that is all zero. */
void subject_free(subject *s);

#endif
