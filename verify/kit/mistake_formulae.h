/* The search for formulae: between its files. */
#ifndef GRADYNO_KIT_MISTAKE_FORMULAE_H
#define GRADYNO_KIT_MISTAKE_FORMULAE_H

#include <math.h>

#include "verify/kit/mistake_measure.h"

typedef struct formulae {
    ad_op op;
    int partial; /* -1: of the value */
    const sample *at;
    size_t n;
    bool active[SAMPLES_MOST]; /* on the side that is wrong */
    form_side side;
    double atom[SAMPLES_MOST][FORM_ATOMS_MOST];
    double want[SAMPLES_MOST]; /* per g; the value */
    size_t atoms;
    const bool *supported;
    double relative, absolute;
    size_t wrong; /* points */
    flaw *found;
    size_t founds, room;
} formulae;

static inline bool formulae_close(const formulae *m, double a, double b)
{
    return mistake_close(a, b, m->relative, m->absolute);
}

/* What came out, and what should have: of sample i. */
double formulae_got(const formulae *m, size_t i);

/* Points that differ, among those on the side that is wrong. */
size_t formulae_points(const formulae *m);

/* One more that agrees. */
void formulae_put(formulae *m, mistake_kind kind, form f);

/* The samples, and what is wrong in them; false where nothing is. */
bool formulae_begin(formulae *m, const evidence *e, ad_op op, int partial, bool loose,
                    sample *s);

/* Whether sample i is right; whether f gives all that came out; if so, one more. */
bool formulae_is_right(const formulae *m, size_t i);
bool formulae_agree(const formulae *m, const form *f);
bool formulae_try(formulae *m, mistake_kind kind, form_mode mode, double k);

/* Another function's, at every point, and NaN where that is; the right one with fewer
 * digits; whether NaN comes out where it should not. */
bool formulae_sister(formulae *m);

/* The right one and another operation's, which the engine has, together. */
bool formulae_also(formulae *m);
bool formulae_rounding(formulae *m);
bool formulae_has_nan(const formulae *m);
bool formulae_nan_without_constant(formulae *m);

/* Right on one side; on the other one atom, or nothing. */
void formulae_side(formulae *m);

/* Numbers that people multiply an operand with, and add to it. */
enum { FORMULAE_SCALES = 17, FORMULAE_SHIFTS = 22 };
extern const double formulae_scales[FORMULAE_SCALES], formulae_shifts[FORMULAE_SHIFTS];

/* f->k with which it agrees everywhere; false where there is none. */
bool formulae_solve(const formulae *m, form *f);

/* The simplest of one atom, or two; of one, on one side of 0; of two, of which g
 * multiplies the second. */
void formulae_atoms(formulae *m, mistake_kind kind);
void formulae_one_side(formulae *m, mistake_kind kind);
void formulae_apart(formulae *m, mistake_kind kind);

/* A small number added to what is divided by; the wrong comparison. */
bool formulae_more(formulae *m, mistake_kind kind);
bool formulae_test(formulae *m, mistake_kind kind);

/* One change in the right formula. */
bool formulae_edit(formulae *m, mistake_kind kind);

#endif
