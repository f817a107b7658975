/* How `gradyno expr` judges a gradient: the checker's verdict, and MPFR's. */
#ifndef GRADYNO_EXPR_JUDGE_H
#define GRADYNO_EXPR_JUDGE_H

#include "bench/expr_sheet.h"

/*
 * Judges the entries of gradient[inputs], and names what is wrong with them. claim[i]
 * is where entry i comes from, NULL if from the engines; claim itself NULL if all do.
 * When there are claims, only they count as right or wrong. Of the sheet, the
 * expression, the point, the plan and the rounding are read.
 */
ad_check_status expr_judge(const expr_sheet *sheet, const double *gradient,
                           expr_claim *const *claim, ad_check_report *report);

/* A pass rules out a larger relative mistake: the checker's own resolution. */
#define EXPR_RESOLUTION 5e-8

/* What of the difference between a claim (NULL: an engine's gradient) and the
 * derivative counts, and how much of it is nobody's fault. */
double expr_claim_distance(const ad_check_partial *row, const expr_claim *claim,
                           double to);
double expr_claim_allowance(const expr_sheet *s, const ad_check_partial *row,
                            const expr_claim *claim, double off);

/* Right as a formula, and NaN or infinite by value. */
bool expr_claim_overflowed(const ad_check_partial *row, const expr_claim *claim);

#endif
