/*
 * verdict.h: pass, fail or inconclusive, from a claimed number and a numerical
 * derivative with an error bound. Private to the checker.
 *
 * The decisive comparisons are the small functions at the top of verdict.c; each is
 * written so that a NaN on either side never passes.
 */
#ifndef GRADYNO_VERDICT_H
#define GRADYNO_VERDICT_H

#include "verify/check.h"

struct judgement {
    ad_check_verdict verdict;
    ad_check_reason reason;
    double agreement; /* relative, NaN unless the verdict is pass */
};

struct judgement judge(double claimed, const ad_derivative *d,
                       const ad_check_options *options, double resolution);

/* Half width of the interval outside which a claim is wrong. */
double bar_of(const ad_derivative *d, double value, double error);

#endif
