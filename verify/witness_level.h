/*
 * What a witness computes with one number of bits: f beside a point and at it, and the
 * quotients. Private to witness.c.
 */
#ifndef GRADYNO_WITNESS_LEVEL_H
#define GRADYNO_WITNESS_LEVEL_H

#include "verify/expr_mpfr.h"

#ifdef HAVE_mpfr

enum { WITNESS_BITS = 400, WITNESS_INPUTS = AD_MAX_OPERANDS + 1 };

/* Below 2^BELOW_DOUBLES a number is 0 to a double, with some bits to spare. */
enum { BELOW_DOUBLES = -1085 };

typedef struct level {
    bool open, centre_known;
    mpfr_prec_t bits;
    expr_mpfr_room text, law; /* law.e is NULL where there is none */
    mpfr_t x[WITNESS_INPUTS];
    mpfr_t h, before, centre, after; /* f(x - h), f(x), f(x + h) */
    mpfr_t mean, left, right, gap;   /* the quotients; all but mean by level_sides */
    mpfr_t work;
} level;

/* Nothing happens when it is open. False when there is no memory, as with all here. */
bool level_open(level *l, mpfr_prec_t bits, const expr *text, const expr *law);
void level_close(level *l);

/* The inputs, and f there. */
bool level_centre(level *l, const double *at);

/* before, after and mean, along input i. */
bool level_mean(level *l, const double *at, int i);

/* left and right, after level_mean. */
bool level_sides(level *l, const double *at);

/* With p bits, rounding moves a result by some 2^-p of the largest number in it: the
 * exponent of that, as of the last evaluation in the room. */
mpfr_exp_t level_rounding(const expr_mpfr_room *room);

/* |x| 2^bits <= |y|, and |x - y| 2^bits <= |y|; false for NaN. */
bool level_is_below(level *l, const mpfr_t x, const mpfr_t y, long bits);
bool level_agree(level *l, const mpfr_t x, const mpfr_t y, long bits);

/* To a double, 0. */
bool level_is_tiny(const mpfr_t x);

#endif
#endif
