/*
 * Engines held against a program: values exactly (each is the same expression of the
 * same operands, without contraction), derivatives within the bound of dag_judge.h.
 */
#ifndef GRADYNO_DAG_CHECK_H
#define GRADYNO_DAG_CHECK_H

#include "verify/dag_judge.h"
#include "verify/dag_mpfr.h"
#include "verify/subject.h"

/* What a check found: a value, never a print. */
typedef struct dag_verdict {
    bool agrees;
    bool out_of_memory; /* then it does not agree either */
    bool resolved;      /* MPFR was asked, and had an answer */
    char text[320];     /* what does not agree, as a sentence */
} dag_verdict;

/* Whether two doubles are the same; any NaN is any NaN. */
bool dag_same(double a, double b);

/* |actual - expected| <= bound + half an ulp, as the long double is rounded. */
bool dag_is_within(double actual, double expected, double bound);

/* Record d on s and walk back: every value and every gradient, by d's seed and output.
 */
bool dag_check_subject(const subject *s, const dag *d, const dag_judgement *j,
                       dag_verdict *verdict);

/* Everything that a program can be held against, and its memory. */
typedef struct dag_checker dag_checker;

/* NULL when memory is out. */
dag_checker *dag_checker_new(void);
void dag_checker_free(dag_checker *c);

/* Whether programs can be held against MPFR here. */
bool dag_checker_has_mpfr(const dag_checker *c);

/*
 * Graph (sorted, and in creation order), tape, and the tape's tangents along a random
 * direction v, which the seed decides, at every item; <w, Jv> = <J'w, v>; and, if
 * `exact` and MPFR is there, MPFR's tangents and its derivative along v.
 */
bool dag_check(dag_checker *c, const dag *d, uint64_t seed, bool exact,
               dag_verdict *verdict);

/* d, on which dag_check has said no, made as small as it gets for that many items of
 * work; what it says of the small one into *verdict. */
void dag_check_shrink(dag_checker *c, dag *d, uint64_t seed, bool exact, size_t budget,
                      dag_verdict *verdict);

/* The adjoints of the last dag_check. */
const dag_judgement *dag_checker_adjoints(const dag_checker *c);

#endif
