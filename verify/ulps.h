/*
 * Errors against an exact number, in units in the last place.
 *
 *     ulps_from(computed, exact)   |computed - exact| / ulp_at(exact)
 *
 * The unit is the distance between doubles in the binade of `exact`, so a correctly
 * rounded number is off by at most 0.5. Below the normal doubles the unit is the least
 * subnormal.
 */
#ifndef GRADYNO_ULPS_H
#define GRADYNO_ULPS_H

#ifdef HAVE_mpfr
#include <mpfr.h>
#include <stdbool.h>

/* The distance between doubles in the binade of `exact`; 0 has the least subnormal's.
 */
double ulp_at(const mpfr_t exact);

/* |computed - exact| in that unit, whatever was lost; infinite for a NaN. */
double units_from(double computed, const mpfr_t exact);

/*
 * Infinity stands for 2^1024, the next double if there were one, and is exact for what
 * would be rounded to it. The result is infinite for a NaN, and for what is_lost.
 */
double ulps_from(double computed, const mpfr_t exact);

/* A normal double that was returned as 0, infinity or NaN. (Infinity for one of the
 * last four doubles is an error of as many units, and nothing is lost.) */
bool is_lost(double computed, const mpfr_t exact);

#endif
#endif
