/*
 * Every value and every partial of a row, graded in units in the last place.
 *
 *     grade_report report;
 *     grade_run(AD_OP_tanh, (grade_options){.points = 400, .seed = 1}, &report);
 *     for (int k = 0; k < report.lines; k++) report.line[k].worst ...
 *
 * Graded is what the row, the graph and the tape give, whichever is worst; against the
 * witness (witness.h), at sampled points (grade_points.h), and then uphill from the
 * worst of them: a step of 2^k doubles in one input at a time, as long as that makes it
 * worse, so that the worst that is reported is a local maximum unless the effort ran
 * out.
 *
 * The bound is 4 ulps, or what accuracy.def says. A value that has no line there may be
 * off by what the rounding of its text explains as well (witness_rounding): the text is
 * what the row promises. A partial may not.
 */
#ifndef GRADYNO_GRADE_H
#define GRADYNO_GRADE_H

#include "verify/grade_points.h"
#include "verify/witness.h"

enum { GRADE_VALUE = -1, GRADE_LINES = 16 };

typedef struct grade_options {
    size_t points; /* at which each quantity is to be graded */
    uint64_t seed;
    size_t effort; /* uphill: evaluations, at most, for each line */
    const ad_op_info
        *row; /* to be graded in place of the table's, as a mutant; or NULL.
                 The engines, which have their own, are then left out. */
} grade_options;

typedef enum grade_verdict { GRADE_PASS, GRADE_FAIL, GRADE_INCONCLUSIVE } grade_verdict;

typedef struct grade {
    int of;                  /* GRADE_VALUE, or the operand of the partial */
    const char *where, *why; /* of accuracy.def; NULL for all the rest */
    double goal;             /* ulps that are allowed */
    size_t points;           /* that were graded */
    size_t beyond;           /* of these, past their bound */
    size_t lost;             /* normal doubles that came as 0, infinity or NaN */
    size_t explained;        /* past the goal, but not past the rounding of the text */
    double explained_ulps;   /* the largest of those */
    size_t undecided;        /* where the witness did not settle */
    double worst, bound; /* ulps, and what is allowed, where worst / bound is largest */
    double worst_at[GRADE_INPUTS], computed, exact;
    grade_verdict verdict;
} grade;

typedef struct grade_report {
    ad_op op;
    int lines;
    grade line[GRADE_LINES]; /* the value, then each partial; exceptions apart */
    size_t law_points;       /* at which text and law were compared */
    bool law_broken;
    double law_at[GRADE_INPUTS]; /* where, first */
    const char *why_not;         /* there is no witness, in a few words; else NULL */
} grade_report;

#ifdef HAVE_mpfr
void grade_run(ad_op op, grade_options options, grade_report *report);
#endif

/* "value", "d/dx", "d/dy", "d/dw". */
const char *grade_of(const grade *line);

#endif
