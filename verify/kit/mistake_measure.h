/*
 * What does the rule of one operation compute? From tiny programs of this operation
 * alone, its share at a few points, below several gradients; then the formulae that give
 * these numbers, the simplest first.
 */
#ifndef GRADYNO_KIT_MISTAKE_MEASURE_H
#define GRADYNO_KIT_MISTAKE_MEASURE_H

#include "verify/kit/mistake_find.h"

/* One application of an operation, and what came out. */
typedef struct sample {
    size_t program;
    double x[AD_MAX_OPERANDS], c, z, g; /* right ones */
    double value, share[AD_MAX_OPERANDS];
} sample;
enum { SAMPLES_MOST = 24 };

size_t measure_samples(const evidence *e, ad_op op, sample *s, size_t room);

/* Those of programs of the operation alone, SAMPLES_MOST at most: the seed, 1, is all that
 * comes from above. */
size_t measure_alone(const evidence *e, ad_op op, sample *s);

/* Formulae for what operand `partial` is given, and for the value: flaws that agree with
 * every sample, best first; returns how many. */
size_t measure_shares(const evidence *e, ad_op op, int partial, bool loose, flaw *found,
                      size_t room);
size_t measure_values(const evidence *e, ad_op op, bool loose, flaw *found,
                      size_t room);

/* k to the nearest number that people write: 2, 1/3, 0.01; false where none is near. */
bool measure_nice(double *k, double relative);

/* 3, -2, 1/4: such a factor says enough; another stands for a number of the formula. */
bool measure_is_plain(double k);

/* "2 / sqrt(pi)" of such a number that is made of ln 2, ln 10, pi, e and roots; "" of
 * others, and of whole ones and their parts. */
const char *measure_name(double k, char *text, size_t room);

#endif
