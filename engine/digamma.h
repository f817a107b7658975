/* The digamma function, which the C library lacks: the derivative of log Gamma. */
#ifndef GRADYNO_DIGAMMA_H
#define GRADYNO_DIGAMMA_H

/*
 * psi(x) = Gamma'(x)/Gamma(x). At 0 its limit from x's side, -inf for +0; NaN at the
 * other poles -1, -2, ... and at -inf. For x > 0 within 4 ulps, at the root 1.46 too.
 * For x < 0 it is a difference, whose error is within 4 ulps of the larger term, log|x|
 * or more: 4 ulps of psi itself where it is no smaller, fewer digits towards its roots
 * -0.504, -1.573, ...
 */
double ad_digamma(double x);

#endif
