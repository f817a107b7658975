/*
 * oracle.h: everything that can say what a partial derivative is: differences in
 * double, differences in long double, the complex step, the caller's own. Private to
 * the checker.
 */
#ifndef GRADYNO_ORACLE_H
#define GRADYNO_ORACLE_H

#include "verify/checker/numdiff.h"
#include "verify/checker/verdict.h"

/* The function, the point and scratch copies of it; one per call of the checker. */
struct problem {
    ad_check_function *f;
    void *context;
    size_t n;
    const double *x;
    ad_check_options options; /* defaults filled in */
    double *point;            /* n entries, equal to x between evaluations */
    long double *wide_point;  /* null until a wide oracle is asked */
    double _Complex *complex_point;
    bool out_of_memory;
};

bool problem_open(struct problem *p, ad_check_function *f, void *context, size_t n,
                  const double *x, const ad_check_options *options);
void problem_close(struct problem *p);

/* One coordinate as a line. */
struct coordinate {
    struct problem *problem;
    size_t index;
};
struct line coordinate_line(struct coordinate *c);
struct line wide_coordinate_line(struct coordinate *c);

enum { COMPLEX_STEP_COST = 19 };

/* df/dx[i] by complex step; false when the value is not finite or f is not smooth. */
bool complex_step(struct problem *p, size_t i, ad_derivative *d);

/* The caller's own oracle; false when it has no answer. */
bool exact_derivative(struct problem *p, size_t i, ad_derivative *d);

enum {
    SENSITIVITY_TRIES = 3,
    SENSITIVITY_MODES = 2,
    SENSITIVITY_COST = 3 * (SENSITIVITY_TRIES + 1) + 2 * SENSITIVITY_MODES
};

/* How much df/dx[i], which is d, moves when every input moves by one rounding, and when
 * f itself rounds in another mode. */
double rounding_sensitivity(struct problem *p, size_t i, const ad_derivative *d);

#endif
