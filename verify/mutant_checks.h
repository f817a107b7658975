/*
 * The four checks that every mutant runs, and the engines themselves:
 *
 *   differences  each operation alone at eight points, incoming gradient 3, against
 *                finite differences of the subject's own value (ad_check_gradient)
 *   ulps         the same gradients, against the exact partials: MPFR's, or where that
 *                is missing the table's in double, which no mutant has touched
 *   programs     signature programs: the worked lesson, fan-out, diamonds, mul(x, x),
 *                dead branches, root = leaf, ranges, depth; each walked back twice,
 * with a seed, accumulated, and from a second output; f(x), a + a, + x dags random
 * programs, every gradient within the bound of dag_judge.h
 *
 * What they are held against is computed once, from ad_ops and without the subject.
 */
#ifndef GRADYNO_MUTANT_CHECKS_H
#define GRADYNO_MUTANT_CHECKS_H

#include "verify/subject.h"

typedef enum mutant_check {
    BY_DIFFERENCES,
    BY_ULPS,
    BY_PROGRAMS,
    BY_DAGS,
    MUTANT_CHECKS
} mutant_check;

/* "differences", "ulps", "programs", "dags". */
const char *mutant_check_name(mutant_check check);

typedef struct mutant_checks mutant_checks;

/* NULL when memory is out. */
mutant_checks *mutant_checks_new(uint64_t seed, size_t dags);
void mutant_checks_free(mutant_checks *c);

/* Whether the partials for `ulps` are MPFR's. */
bool mutant_checks_are_exact(const mutant_checks *c);

typedef enum mutant_answer { ACCEPTED, REJECTED, NO_MEMORY } mutant_answer;

enum { MUTANT_WHY = 400 };

/*
 * What the check says about the subject; why[MUTANT_WHY] when it is rejected. `op` is
 * the one that may be wrong, so that the others' programs are left out; AD_OP_count
 * leaves out none.
 */
mutant_answer mutant_checks_ask(mutant_checks *c, mutant_check check, const subject *s,
                                ad_op op, char *why);

#endif
