/* Digits of numbers. */
#include "verify/kit/digits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int digits_apart(double a, double b)
{
    int digits = 10;
    for (; digits < 17; digits++) {
        char one[40], other[40];
        snprintf(one, sizeof one, "%.*g", digits, a);
        snprintf(other, sizeof other, "%.*g", digits, b);
        if (strcmp(one, other) != 0) return digits;
    }
    return a == b ? 10 : digits;
}

int digits_of(double x)
{
    char text[40];
    int n = 1;
    for (; n < 17 && isfinite(x); n++) {
        snprintf(text, sizeof text, "%.*e", n - 1, x);
        if (strtod(text, NULL) == x) break;
    }
    return n;
}

int decimals_of(double x)
{
    char text[400];
    int n = 0;
    for (; n < 17 && isfinite(x); n++) {
        snprintf(text, sizeof text, "%.*f", n, x);
        if (strtod(text, NULL) == x) break;
    }
    return n;
}
