/* Between the diagnosis and the engine of mistakes: does this explain those numbers? */
#ifndef GRADYNO_KIT_MISTAKE_FIT_H
#define GRADYNO_KIT_MISTAKE_FIT_H

#include "verify/kit/mistake_find.h"

enum { FIT_FLAWS = 48 };

/* An explanation: flaws, what a second backward does, and which operations are made of
 * others, and how. */
typedef struct explanation {
    flaw flaw[FIT_FLAWS];
    size_t n;
    mistake_conduct conduct;
    bool first_only;              /* nothing after the first backward is looked at */
    bool loose;                   /* seven digits are enough */
    signed char way[AD_OP_count]; /* 0: as itself; else 1 + signature_made_of's way */
    bool inside[AD_OP_count];     /* keeps nodes of its own, which nobody clears: of
                                     programs with it only the first backward counts */
} explanation;

/* Whether a number is the other, to nine digits; to five where the engine has floats, or
 * as loosely. */
bool fit_close(const evidence *e, double got, double want, bool loose);

bool fit(const evidence *e, size_t program, const explanation *x);

/* Which of the answers are right: FIT_VALUES, and FIT_FIRST where values and gradients
 * after the first backward are, and FIT_LATER where those of later ones are. */
enum { FIT_VALUES = 1, FIT_FIRST = 2, FIT_LATER = 4, FIT_EVERYTHING = 7 };
unsigned fit_parts(const evidence *e, size_t program, const explanation *x);

bool fit_all(const evidence *e, const size_t *program, size_t n, const explanation *x);

/* Whether it is a walk through sets; and whether such a walk gives those numbers after the
 * first backward, in whichever order operands come out of them. */
bool mistake_is_set(const flaw *f);
bool mistake_fits_set(const evidence *e, size_t program, const flaw *f);

/* ---- Parts of mistake_find ------------------------------------------------------- */

/* Right at once: then there is nothing to search for. */
bool diagnosis_is_settled(const evidence *e, diagnosis *d);

/* What a second backward does in most of the programs that are right: what is to be
 * believed where no explanation is found. */
mistake_conduct diagnosis_conduct(const evidence *e);

/* suspected[op]: it is in a program whose first backward is wrong; only there is a rule
 * wrong. */
void diagnosis_suspects(const evidence *e, bool loose, bool *suspected);

/* One cause more, of the explanation x, with the program to show for it. */
void diagnosis_add(const evidence *e, diagnosis *d, const explanation *x, cause c);

/* Counts what is right and wrong. */
void diagnosis_look_over(const evidence *e, diagnosis *d);

#endif
