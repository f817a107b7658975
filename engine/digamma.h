/* The digamma function, which the C library lacks: the derivative of log Gamma. */
#ifndef GRADYNO_DIGAMMA_H
#define GRADYNO_DIGAMMA_H

/*
 * psi(x) = Gamma'(x)/Gamma(x). For x > 0 within 4 ulps, around its root 1.46 too. For
 * x < 0 it is a difference, whose error is within 8 ulps of log(1 - x) where that is
 * more than |psi(x)|: towards the roots there, -0.504, -1.573, ..., digits are lost. At
 * 0 it is the limit from x's side, -inf for +0; NaN at the other poles -1, -2, ... and
 * at -inf.
 */
double ad_digamma(double x);

#endif
