/*
 * catalogue.h: functions that break gradient checkers, each with gradients that are
 * right and gradients that are wrong.
 */
#ifndef GRADYNO_CATALOGUE_H
#define GRADYNO_CATALOGUE_H

#include "verify/check.h"

struct catalogue_entry {
    const char *name;
    ad_check_function *f;
    size_t n;
    const double *x;
    const double *right; /* rights gradients of n entries each */
    size_t rights;
    const double *wrong;
    size_t wrongs;
};

extern const struct catalogue_entry catalogue[];
extern const size_t catalogue_count;

#endif
