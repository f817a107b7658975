/*
 * The signature programs: for every classical mistake of a walk there is one on which
 * it shows. Each is walked back in every way that an engine offers.
 */
#ifndef GRADYNO_MUTANT_PROGRAMS_H
#define GRADYNO_MUTANT_PROGRAMS_H

#include "verify/dag_judge.h"
#include "verify/subject.h"

typedef struct signature {
    char name[80]; /* its text, where it has one */
    dag d;         /* seed 1 */
    size_t second; /* another output */
    dag_judgement first_right, second_right;
    bool deep; /* long, so that it is walked back once only */
} signature;

/* The programs that are about the walk; NULL when memory is out. */
signature *signatures_new(size_t *n, uint64_t seed);
void signatures_free(signature *list, size_t n);

/* Fills in what is right for s->d, with `second` chosen. False when memory is out. */
bool signature_finish(signature *s);

/*
 * Backward; again; with a seed of 3; again without; accumulated; from the second
 * output; from the first. True, or what went wrong in why[size].
 */
bool signature_holds(const signature *p, const subject *s, char *why, size_t size);

#endif
