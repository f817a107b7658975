/*
 * Engine mutants: the unbroken list engine, and copies of it with one classical mistake
 * each. A check that lets one live is a check that cannot see that mistake.
 *
 *     mutant one = ...;                       // from mutant_list
 *     subject s;
 *     if (mutant_subject(&s, &one)) ...       // an engine that makes this mistake
 *     subject_free(&s);
 *
 * The list engine does what the tape does, from copied rows: ad_ops' partials, changed
 * on their way out, and a sweep with a switch for every mistake of a walk. Nothing is
 * compiled anew.
 */
#ifndef GRADYNO_MUTANT_H
#define GRADYNO_MUTANT_H

#include "verify/subject.h"

typedef enum mistake {
    MISTAKE_none,
#define IN_PARTIAL(name, text) MISTAKE_##name,
#define IN_ROW(name, text) MISTAKE_##name,
#define IN_WALK(name, text) MISTAKE_##name,
#include "verify/mutants.def"
    MISTAKES
} mistake;

/* "sign", and what it does as a sentence without a full stop. */
const char *mistake_name(mistake m);
const char *mistake_text(mistake m);

enum { MUTANT_NAME = 40 };

typedef struct mutant {
    char name[MUTANT_NAME]; /* tanh.dx.sign, sub.swapped, walk.paths */
    mistake mistake;
    ad_op op;               /* AD_OP_count for a mistake of the walk */
    int partial;            /* which of its partials; -1 for all */
    const char *equivalent; /* why nobody can tell it from the original; or NULL */
} mutant;

/* All mutants, the canary last. The caller frees them; NULL when memory is out. */
mutant *mutant_list(size_t *n);

/* Which of an operation's partials operand i of n is for: x is 0, y 1, w 2. */
int mutant_part(ad_op op, size_t i, size_t n);

/* The partials of item k as the mutant has them, from its operands' values x. */
void mutant_partials(const mutant *m, const dag *d, size_t k, const double *x, double z,
                     double *partial);

/* The list engine with m's mistake; m == NULL or `none`: without one. m is borrowed. */
bool mutant_subject(subject *s, const mutant *m);

#endif
