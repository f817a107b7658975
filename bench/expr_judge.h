/* How `gradyno expr` judges a gradient: the checker's verdict, and MPFR's. */
#ifndef GRADYNO_EXPR_JUDGE_H
#define GRADYNO_EXPR_JUDGE_H

#include "bench/expr_sheet.h"

/*
 * Judges the entries of gradient[inputs], and names what is wrong with them. claim[i] is
 * where entry i comes from, NULL if from the engines; claim itself NULL if all do. When
 * there are claims, only they count as right or wrong. Of the sheet, the expression,
 * the point, the plan and the rounding are read.
 */
ad_check_status expr_judge(const expr_sheet *sheet, const double *gradient,
                           expr_claim *const *claim, ad_check_report *report);

#endif
