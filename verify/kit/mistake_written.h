/*
 * Wrong formulae that are known as they are written (written.def), counted from 0: of
 * FORM_WRITTEN and FORM_VALUE_WRITTEN the number k.
 */
#ifndef GRADYNO_KIT_MISTAKE_WRITTEN_H
#define GRADYNO_KIT_MISTAKE_WRITTEN_H

#include "verify/kit/mistake_formulae.h"

double written_value(int number, const double *x, double c, double z);

/* "atan(x / y)"; "the quadrant is lost"; and a sentence. */
const char *written_text(int number, char *text, size_t room);
const char *written_short(int number);
const char *written_why(int number);

/* The one that agrees, if any does. */
bool formulae_written(formulae *m);

#endif
