/*
 * check_rows.h: the parts of one check, row by row. Private to the checker.
 */
#ifndef GRADYNO_CHECK_ROWS_H
#define GRADYNO_CHECK_ROWS_H

#include "verify/checker/oracle.h"
#include "verify/checker/verdict.h"

/* A row with all that its derivative and its judgement say; the caller adds of what. */
static inline ad_check_partial row_of(const ad_derivative *d, const struct judgement *j)
{
    return (ad_check_partial){.numerical = d->value,
                              .error = d->error,
                              .left = d->left,
                              .right = d->right,
                              .agreement = j->agreement,
                              .step = d->step,
                              .order = d->order,
                              .evaluations = d->evaluations,
                              .oracle = d->oracle,
                              .kind = d->kind,
                              .verdict = j->verdict,
                              .reason = j->reason};
}

void check_coordinate(struct problem *p, size_t i, double claimed,
                      ad_check_partial *row);

/* Fails rows that passed as kinks, where two of them are no gradient together. */
void check_joint_kinks(struct problem *p, ad_check_report *report);

/* Directions and sampled coordinates, for many inputs. */
ad_check_status check_sampled(struct problem *p, const double *g,
                              ad_check_report *report);

#endif
