/*
 * hypothesis.h: what is known of a wrong entry, and the hypotheses that may explain it.
 */
#ifndef GRADYNO_HYPOTHESIS_H
#define GRADYNO_HYPOTHESIS_H

#include "verify/check.h"

#include <stdbool.h>

struct clue {
    double claimed, truth, bar, x, value, incoming;
    const char *name; /* of the input */
    ad_check_partial *row;
    unsigned offered;
};

enum { INPUT_NAME = 32 };

/* "w", or "x[3]" when the inputs have no names: as the table of the report has it. */
const char *input_name(const ad_check_options *options, size_t i,
                       char name[INPUT_NAME]);

/* Does the hypothesis `predicted` give the claimed number? Only a hypothesis that the
 * error bound is sharp enough to tell from its neighbours (1e-4) can. */
bool explains(const struct clue *c, double predicted);

/* Writes a sentence into the row; of more than two, the first two. */
void offer(struct clue *c, ad_check_mistake mistake, const char *format, ...);

void try_sign(struct clue *c);

/* Half, and small fractions. */
void try_simple_factors(struct clue *c);

/* `factor` too much or missing; `name` says of it what its number does not. */
void try_factor(struct clue *c, ad_check_mistake mistake, const char *name,
                double factor);

/* pi, ln 2, pi/180, ...; then any factor of three digits: 1000000 of sin(1e6 x). */
void try_constant_factors(struct clue *c);
void try_round_factor(struct clue *c);

/* pi as 3.14, and the like. */
void try_truncated_constants(struct clue *c);

/* Off by a small relative amount. */
void try_relative(struct clue *c);

/* `term` lost or added. */
void try_term(struct clue *c, const char *name, double term);

/* The sentence of a row that stays inconclusive: its number, and what to do next. */
void explain_reason(const ad_check_report *report, const char *name,
                    ad_check_partial *row);

#endif
