/*
 * Digits of numbers: how many a number has, and how many show that two differ.
 *
 *     snprintf(text, sizeof text, "%.*g", digits_apart(got, want), got);
 */
#ifndef GRADYNO_KIT_DIGITS_H
#define GRADYNO_KIT_DIGITS_H

#include <stdbool.h>

/* 10, or so many more that both are printed differently; 17 where they are the same. */
int digits_apart(double a, double b);

/* With so many significant digits, or digits behind the point, it is read again as what it
 * is: 1 to 17, 0 to 17. */
int digits_of(double x);
int decimals_of(double x);

#endif
