/*
 * check.h: is the gradient you wrote the gradient of your function?
 *
 * With this file you can hand over any C function and a claimed gradient, and get for
 * each partial derivative one of three verdicts (pass, fail, inconclusive), the
 * numerical derivative it was held against, and an error bound for that number.
 *
 * There is no tolerance to choose. The verdict follows from the error bound, which is
 * measured: truncation by extrapolation, rounding by a difference table of your values.
 * Nothing here prints by itself, allocates behind your back after ad_check_report_free,
 * or keeps state between calls; calls with different contexts may run in parallel.
 */
#ifndef GRADYNO_CHECK_H
#define GRADYNO_CHECK_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* f(x), x has n entries. Must give bit for bit the same value for the same x. */
typedef double ad_check_function(const double *x, void *context);

/* The same f in long double: a stronger witness where double has lost its digits. */
typedef long double ad_check_wide_function(const long double *x, void *context);

/* The same f in complex arithmetic (analytic: no cabs, no conj). C only; a C++ caller
 * leaves the member of this type null. */
#ifndef __cplusplus
typedef double _Complex ad_check_complex_function(const double _Complex *x,
                                                  void *context);
#else
typedef void ad_check_complex_function(void);
#endif

/* An oracle of the caller's own (MPFR, quad, interval arithmetic): df/dx[i] at x into
 * *derivative and a bound of its absolute error into *bound. Returns 0 when it answers,
 * anything else when it has no answer at this point. */
typedef int ad_check_exact_function(const double *x, size_t i, double *derivative,
                                    double *bound, void *context);

typedef enum ad_check_status {
    AD_CHECK_OK = 0,
    AD_CHECK_OUT_OF_MEMORY,
    AD_CHECK_BAD_ARGUMENT
} ad_check_status;

typedef enum ad_check_verdict {
    AD_CHECK_PASS = 0,
    AD_CHECK_FAIL,
    AD_CHECK_INCONCLUSIVE
} ad_check_verdict;

/* What the function looks like at x along this coordinate. */
typedef enum ad_check_kind {
    AD_CHECK_SMOOTH = 0,
    AD_CHECK_ONE_SIDED, /* defined on one side of x only */
    AD_CHECK_KINK,      /* two one-sided derivatives: any value between them is right */
    AD_CHECK_JUMP,      /* discontinuous at x: there is no derivative */
    AD_CHECK_CONSTANT,  /* does not depend on this input, here or anywhere near */
    AD_CHECK_INFINITE,  /* the quotient grows without bound: sqrt and cbrt at 0 */
    AD_CHECK_SATURATED, /* changes by less than one unit in the last place */
    AD_CHECK_UNRESOLVED /* none of these could be established */
} ad_check_kind;

/* Why a verdict is inconclusive. */
typedef enum ad_check_reason {
    AD_CHECK_NO_REASON = 0,
    AD_CHECK_NOISY,             /* the values carry too much noise for a tight bound */
    AD_CHECK_NON_FINITE,        /* f(x) is NaN or infinite, or nearly all neighbours */
    AD_CHECK_NON_DETERMINISTIC, /* f(x) twice gave two values */
    AD_CHECK_TWO_SCALES,        /* coarse and fine steps give different derivatives */
    AD_CHECK_NARROW_DOMAIN,     /* too few points on either side of x */
    AD_CHECK_AT_JUMP,           /* no derivative exists here */
    AD_CHECK_AT_CUSP,           /* quotients grow with opposite signs */
    AD_CHECK_AT_SATURATION,     /* the change of f is below the rounding of f */
    AD_CHECK_WITHIN_ROUNDING,   /* differs, by less than a rounding inside f explains */
    AD_CHECK_ORACLES_DISAGREE   /* two oracles contradict each other */
} ad_check_reason;

typedef enum ad_check_oracle {
    AD_CHECK_BY_DIFFERENCE = 0, /* extrapolated differences of double values */
    AD_CHECK_BY_COMPLEX_STEP,
    AD_CHECK_BY_WIDE_DIFFERENCE, /* the same differences in long double */
    AD_CHECK_BY_EXACT,           /* the caller's own oracle */
    AD_CHECK_BY_DIRECTION        /* differences along a random direction */
} ad_check_oracle;

typedef enum ad_check_mistake {
    AD_CHECK_NO_MISTAKE = 0,
    AD_CHECK_UNKNOWN_MISTAKE, /* wrong, and no pattern explains the number */
    AD_CHECK_NOT_A_NUMBER,
    AD_CHECK_NOT_FINITE,
    AD_CHECK_ZERO_CLAIMED,
    AD_CHECK_SIGN_FLIPPED,
    AD_CHECK_HALF,            /* a factor 2 lost, or one of two uses not accumulated */
    AD_CHECK_PART_OF_USES,    /* k of m equal contributions */
    AD_CHECK_FACTOR,          /* a small rational factor too much or too little */
    AD_CHECK_FACTOR_X,        /* multiplied or divided by the input */
    AD_CHECK_FACTOR_VALUE,    /* multiplied or divided by f(x) */
    AD_CHECK_FACTOR_INCOMING, /* multiplied or divided by the incoming gradient */
    AD_CHECK_SWAPPED,         /* two entries exchanged */
    AD_CHECK_PERMUTED,        /* the entries are right and in another order */
    AD_CHECK_TERM,            /* a recognisable term lost or added */
    AD_CHECK_CONSTANT_TRUNCATED,
    AD_CHECK_RELATIVE,        /* off by a small relative amount */
    AD_CHECK_OTHER_ENTRY,     /* right for another input */
    AD_CHECK_INNER_FACTOR,    /* a factor lost that may be an inner derivative */
    AD_CHECK_NOT_ACCUMULATED, /* a use of an input that is not in the sum */
    AD_CHECK_RECIPROCAL,
    AD_CHECK_NOT_DIFFERENTIATED, /* f(x) itself */
    AD_CHECK_JOINT_KINK          /* between the one-sided derivatives along each of two
                                 inputs, and yet no gradient of the two together */
} ad_check_mistake;

/* The numerical derivative of f along one coordinate.
 *
 *   |value - df/dx[i]| <= error   in 97 cases of 100 or more, 8 error in 99 (calibrated,
 *                                 not proved: gradyno check --calibration measures it).
 *
 * left and right are the one-sided derivatives where they were needed (kind KINK or
 * ONE_SIDED), else NaN. value is NaN when nothing could be resolved. */
typedef struct ad_derivative {
    double value, error;
    double left, left_error, right, right_error;
    double alternative, alternative_error; /* of the other scale, reason TWO_SCALES */
    double function_value;
    double scale;        /* max |f(x+h) - f(x)| / h over the steps that were used */
    double noise;        /* measured noise of one value of f near x */
    double step;         /* finest step of the extrapolation that won */
    double sensitivity;  /* change of value when every input moves by one rounding */
    double conditioning; /* change of the derivative when x moves by one rounding */
    size_t order;        /* steps extrapolated minus one */
    size_t evaluations;
    ad_check_kind kind;
    ad_check_reason reason;
    ad_check_oracle oracle;
} ad_derivative;

/* Zero-initialise; a zero member means its default. Pointers are borrowed for the call.
 */
typedef struct ad_check_options {
    double atol, rtol; /* accept |claimed - numerical| <= atol + rtol |numerical| as
                          well; off by default, and never accepts a NaN */
    double resolution; /* a pass must rule out a larger relative mistake; 5e-8 */
    uint64_t seed;     /* of directions and sampled coordinates; 1 */
    size_t max_evaluations;      /* for one partial, all oracles together; 150, no less
                                    than 20 */
    size_t exhaustive_up_to;     /* every coordinate is checked up to this n; 256 */
    size_t directions;           /* for larger n; 8 */
    size_t coordinates;          /* sampled for larger n; 32 */
    const double *lower, *upper; /* n bounds of the domain each, or null */
    ad_check_wide_function *wide;
    ad_check_complex_function *complex_step;
    ad_check_exact_function *exact;
    const char *const *names; /* n names of inputs, or null */
    double
        incoming; /* the gradient that flowed into f, for naming its loss; 0 = none */
} ad_check_options;

/* index of a row that stands for a direction, not for one coordinate */
#define AD_CHECK_DIRECTION ((size_t)-1)

/* One row: one partial derivative (or one direction) and its judgement. */
typedef struct ad_check_partial {
    size_t index;     /* of the input; AD_CHECK_DIRECTION for a direction */
    const char *name; /* borrowed from the options, or null */
    double x, claimed, numerical, error;
    double left, right; /* one-sided derivatives at a kink, else NaN */
    double agreement;   /* |claimed - true| <= agreement * |claimed|, also where that is
                           too blunt for a pass; NaN where it is not known */
    double step;
    size_t order, evaluations;
    ad_check_oracle oracle;
    ad_check_kind kind;
    ad_check_verdict verdict;
    ad_check_reason reason;
    ad_check_mistake mistake;
    char text[160]; /* the mistake or the reason as a sentence, with its numbers */
} ad_check_partial;

typedef struct ad_check_report {
    ad_check_verdict verdict; /* fail beats inconclusive beats pass */
    size_t n, passed, failed, inconclusive;
    size_t unresolved;  /* sampled entries that f's own rounding hides, among directions
                           that all passed: not counted as inconclusive */
    size_t evaluations; /* of f, all oracles together */
    size_t n_rows;
    ad_check_partial *rows;   /* owned by the report */
    double value;             /* f(x) */
    double visible;           /* directions: the smallest relative error of one average
                                 entry that would have been seen; 0 when n is small */
    ad_check_mistake mistake; /* the one that explains all failures, if one does */
    char text[160];
} ad_check_report;

/*
 * g[i] = df/dx[i] ?   for i = 0 .. n-1
 *
 * f, context   the function; called with arrays of n entries of the library's own
 * x, g         n entries each: the point and the claimed gradient
 * options      null for the defaults
 * report       filled in; release it with ad_check_report_free, also after a failure
 *
 * Up to exhaustive_up_to inputs every coordinate is checked: about 20 evaluations when
 * the function is smooth and the claim is right, at most max_evaluations.
 * For more inputs: `directions` random directions with weights on every input, and
 * `coordinates` sampled ones, so the cost is (directions + coordinates) * 20 to 150
 * evaluations whatever n is, and about 20 log2(n) directions more to find a bad entry.
 * A direction sees the *sum* of what is wrong, weighted: a single wrong entry shows
 * when its error exceeds the error bound of the directional derivative (report->visible
 * says how large that is for an average entry); entries much smaller than the average
 * can be wrong and not be seen unless they are sampled.
 *
 * One bar decides: a claim outside it fails, one that is nearer than `resolution` with
 * the whole bar counted in passes, and that sum is the row's agreement. The bar is
 * eight error bounds and the rounding of the claim, of x, and of f; before anybody is
 * accused, f is evaluated with its inputs moved by a rounding and in the other modes of
 * rounding (fesetround, put back at once).
 *
 * Where two inputs are at a kink, the two entries are judged together as well.
 *
 * Returns AD_CHECK_OUT_OF_MEMORY, AD_CHECK_BAD_ARGUMENT (null pointer) or AD_CHECK_OK;
 * whether the gradient is right is in report->verdict.
 */
ad_check_status ad_check_gradient(ad_check_function *f, void *context, size_t n,
                                  const double *x, const double *g,
                                  const ad_check_options *options,
                                  ad_check_report *report);

void ad_check_report_free(ad_check_report *report);

/* Names the mistakes of a report again, for a caller who has put better numbers
 * (numerical, error) or other verdicts into its rows; the other arguments are those of
 * the call that made it. ad_check_gradient has done it already. */
void ad_check_name_mistakes(size_t n, const double *x, const ad_check_options *options,
                            ad_check_report *report);

/* df/dx[i] by extrapolated differences, with an error bound of its own: the witness
 * without a verdict. Same arguments, same failures. */
ad_check_status ad_numerical_derivative(ad_check_function *f, void *context, size_t n,
                                        const double *x, size_t i,
                                        const ad_check_options *options,
                                        ad_derivative *derivative);

/* The report as an aligned table, and as JSON Lines (one object a row, numbers that are
 * not finite as strings, x also in hexadecimal). Return 0, or -1 when out has an error.
 */
int ad_check_write_table(FILE *out, const ad_check_report *report);
int ad_check_write_json(FILE *out, const ad_check_report *report);

/* Lower-case names, "pass", "kink", "non-deterministic"; static strings. */
const char *ad_check_verdict_name(ad_check_verdict verdict);
const char *ad_check_kind_name(ad_check_kind kind);
const char *ad_check_reason_name(ad_check_reason reason);
const char *ad_check_oracle_name(ad_check_oracle oracle);
const char *ad_check_mistake_name(ad_check_mistake mistake);

#ifdef __cplusplus
}
#endif

#endif
