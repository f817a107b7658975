/*
 * check_one.h: the checker asked about a function of one number.
 */
#ifndef GRADYNO_CHECK_ONE_H
#define GRADYNO_CHECK_ONE_H

#include <check.h>

#include "verify/check.h"

static inline ad_check_report check_one(ad_check_function *f, double x, double g,
                                        const ad_check_options *options)
{
    ad_check_report report;

    ck_assert_int_eq(ad_check_gradient(f, NULL, 1, &x, &g, options, &report),
                     AD_CHECK_OK);
    return report;
}

#endif
