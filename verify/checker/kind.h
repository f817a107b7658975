/*
 * kind.h: what the function looks like where it is not simply smooth. Private to the
 * checker.
 */
#ifndef GRADYNO_KIND_H
#define GRADYNO_KIND_H

#include "verify/checker/numdiff.h"

/* True when the one-sided derivatives differ and a second, shifted set of steps says so
 * too; fills left, right, their errors, value (the middle) and kind. */
bool kind_is_kink(struct ladder *l, struct ad_derivative *d);

/* f is constant bit for bit, as far as it was looked at, or the change is below
 * rounding: sets kind CONSTANT or SATURATED, value 0 and its error. */
bool kind_is_flat(struct ladder *l, struct ad_derivative *d);

/* Quotients that grow as a power of h: sets kind INFINITE or JUMP, or a cusp. */
bool kind_diverges(const struct ladder *l, struct ad_derivative *d);

/* True when the sides' quotients keep apart at the finest steps. */
bool kind_never_settles(const struct ladder *l);

/* Quotients that vanish as a power of h: derivative 0 at the end of a domain. */
bool kind_vanishes(const struct ladder *l, enum side side, struct ad_derivative *d);

#endif
