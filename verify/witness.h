/*
 * The witness of a row: its value at any precision, and its partials from values alone.
 *
 *     const char *why_not;
 *     witness *w = witness_new(AD_OP_tanh, NULL, &why_not);
 *     if (witness_partial(w, (double[]){20}, 0, 0, dz) == WITNESS_FOUND)
 *         printf("%g ulps\n", ulps_from(claimed, dz));
 *     witness_free(w);
 *
 * What it knows is the text of the row's value column, evaluated in MPFR; it has no
 * calculus in it. So it sees every mistake in a partial, down to the last bit, and none
 * in the text: for that there is the law, a second text (laws.def, or the function of
 * C99 that the row is named for), which witness_law_holds compares.
 *
 * A witness is used by one thread. In a build without MPFR there is none.
 */
#ifndef GRADYNO_WITNESS_H
#define GRADYNO_WITNESS_H

#include "engine/ops.h"
#include "verify/expr_mpfr.h"
#include "verify/ulps.h"

/* The law of a row in words, or NULL: then the row is its own authority. */
const char *witness_law_text(ad_op op, char room[64]);

#ifdef HAVE_mpfr

typedef struct witness witness;

/*
 * `law` is a text to hold instead of the row's own, or NULL. NULL with a few words in
 * *why_not when the text or the law cannot be read, or there is no memory.
 */
witness *witness_new(ad_op op, const char *law, const char **why_not);
void witness_free(witness *w);

typedef enum witness_answer {
    WITNESS_FOUND,     /* to 80 bits, or to less than any double: 0 */
    WITNESS_NONE,      /* there is none: a kink, a jump, a pole, outside the domain */
    WITNESS_UNDECIDED, /* not reached at 12800 bits */
    WITNESS_OUT_OF_MEMORY
} witness_answer;

/*
 * z = f(operand; c), at 400 bits and twice as many until two precisions agree to 80
 * bits. z takes the precision that was needed.
 */
witness_answer witness_value(witness *w, const double *operand, double c, mpfr_t z);

/*
 * dz = d f / d operand[i] = (f(x + h) - f(x - h)) / 2h, at p bits with h = 2^(-p/3) of
 * x: p = 400 and twice as many, until two precisions, with their two steps, agree to 80
 * bits, and the quotients to the left and to the right draw together, which at a kink
 * they do not. tanh at 300 is 1 - 1e-260: it needs 1600 bits.
 */
witness_answer witness_partial(witness *w, const double *operand, double c, int i,
                               mpfr_t dz);

/*
 * How far the text's own rounding in double may move the value, to first order:
 *
 *     sum over the operations j of the text of |d z / d v_j| u(v_j),
 *
 * u half a unit in the last place for + - * / and one for a function, and never less
 * than of the least normal double. A text that cancels has a large one, and a value is
 * graded with it in mind.
 */
double witness_rounding(witness *w, const double *operand, double c);

/*
 * Whether text and law agree at this point, to 60 bits: FOUND, and in *holds whether;
 * NONE where the row has no law or the law has no finite value.
 */
witness_answer witness_law_holds(witness *w, const double *operand, double c,
                                 bool *holds);

#endif
#endif
