/*
 * erf and erfc in MPFR, where MPFR itself takes milliseconds: a witness asks for them a
 * hundred thousand times.
 *
 *     erfc(x) = exp(-x^2) / sqrt(pi) * 1/(x + 1/2/(x + 2/2/(x + 3/2/(x + ...))))
 *
 * All terms are positive, so every two successive convergents of the fraction have its
 * value between them, and it is taken when they agree to all bits that are needed. erf
 * is 1 less that. Where more than a few hundred terms would be needed, as for small x,
 * MPFR's own functions answer. The last bit may be rounded wrongly; the ternary value
 * is always 0.
 */
#ifndef GRADYNO_MPFR_ERFC_H
#define GRADYNO_MPFR_ERFC_H

#ifdef HAVE_mpfr
#include <mpfr.h>

int tail_erf(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding);
int tail_erfc(mpfr_t z, const mpfr_t x, mpfr_rnd_t rounding);

#endif
#endif
