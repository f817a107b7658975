/*
 * Lesson 2: answers with too few digits. Each operation by itself is off by a little then,
 * at each point; what they share is how many digits they have, and that is counted.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify/kit/digits.h"
#include "verify/kit/kit_judge.h"

typedef struct kit_digits kit_digits;

static void count(kit_digits *d, double x)
{
    if (!isfinite(x) || x == 0) return;
    const int digits = digits_of(x), decimals = decimals_of(x);
    if (digits > d->most) d->most = digits;
    if (decimals > d->decimals) d->decimals = decimals;
    d->are_floats = d->are_floats && x == (double)(float)x;
}

/* 3 a / 3 is a, or the number beside it: of these, the one with the fewest decimals. */
static double shortest(double x)
{
    const double beside[] = {nextafter(x, HUGE_VAL), nextafter(x, -HUGE_VAL)};
    for (int i = 0; i < 2; i++)
        if (decimals_of(beside[i]) < decimals_of(x)) x = beside[i];
    return x;
}

void kit_count_digits(kit *k, const op_points *p)
{
    for (int i = 0; i < 3 && k->digits[0].most == 0; i++)
        k->digits[i].are_floats = true;
    for (size_t n = 0; n < p->n; n++) {
        const op_point *at = &p->at[n];
        if (at->place != OP_ORDINARY || at->refusal[0] != '\0') continue;
        count(&k->digits[0], at->value);
        for (int i = 0; i < ad_ops[p->op].operands; i++) {
            count(&k->digits[1], at->grad[i]);
            count(&k->digits[2], shortest(at->grad[i] / at->weight));
        }
    }
}

/* So many at most are too few to be a double's. */
enum { FEW = 14 };

/* "10 significant digits", "6 decimals", "the digits of a float"; "": all. */
static const char *too_few(const kit_digits *d, char *text, size_t room)
{
    text[0] = '\0';
    if (d->most == 0) return text;
    if (d->are_floats)
        snprintf(text, room, "the digits of a float");
    else if (d->most <= FEW && d->most <= d->decimals)
        snprintf(text, room, "%d significant digits", d->most);
    else if (d->decimals <= FEW)
        snprintf(text, room, "%d decimals", d->decimals);
    return text;
}

static void name(finding *f, const char *values, const char *gradients)
{
    const bool by_decimals = strstr(values, "decimals") != NULL;
    const char *which = gradients[0] == '\0' ? "values" : "gradients",
               *digits = gradients[0] == '\0' ? values : gradients;
    if (strcmp(values, gradients) == 0) {
        strcpy(f->code, by_decimals ? "G296" : "G297");
        snprintf(f->text, sizeof f->text,
                 "every answer has %s, values and gradients, where double has 16",
                 values);
    } else if (values[0] != '\0' && gradients[0] != '\0') {
        strcpy(f->code, "G342");
        snprintf(f->text, sizeof f->text,
                 "values have %s and gradients %s, where double has 16", values,
                 gradients);
    } else {
        strcpy(f->code, gradients[0] == '\0' ? by_decimals ? "G299" : "G342"
                        : strstr(gradients, "decimals") != NULL ? "G180"
                                                                : "G298");
        snprintf(f->text, sizeof f->text, "%s have %s, where double has 16", which,
                 digits);
    }
    if (strstr(f->text, "float") != NULL) strcpy(f->code, "G38");
    snprintf(
        f->why, sizeof f->why,
        "No %s that came out in lesson 2 has more, of any operation. Where numbers "
        "are kept, or answered, they are rounded: by a format, toFixed, round.",
        strcmp(values, gradients) == 0 ? "number"
        : gradients[0] == '\0'         ? "value"
        : values[0] == '\0'            ? "gradient"
                                       : "number");
}

/* 3 times a rounded number has more digits than it, and it is itself without the 3. */
static void name_rules(finding *f, const char *digits)
{
    strcpy(f->code, "G337");
    snprintf(f->text, sizeof f->text, "what every rule gives its operands has %s alone",
             digits);
    strcpy(f->why,
           "Gradients that came out in lesson 2 have more, and no more when they are "
           "divided by what came from above: derivatives are rounded, or shares are, "
           "by a format, toFixed, round.");
}

/* The code, until then, of what is off by a little at each point. */
static const char waiting[] = "digits";

void kit_await_digits(finding *f) { strcpy(f->code, waiting); }

void kit_tell_digits(kit *k)
{
    char values[48], gradients[48], derivatives[48];
    finding *first = NULL;
    size_t n = 0;
    too_few(&k->digits[0], values, sizeof values);
    too_few(&k->digits[1], gradients, sizeof gradients);
    too_few(&k->digits[2], derivatives, sizeof derivatives);
    const bool of_rules = gradients[0] == '\0' && derivatives[0] != '\0' &&
                          strstr(derivatives, "float") == NULL;
    const bool few = values[0] != '\0' || gradients[0] != '\0' || of_rules;
    const bool is_double = k->engine.engine.precision == AD_ENGINE_DOUBLE;
    for (size_t i = 0; i < k->n; i++) {
        finding *f = &k->finding[i];
        if (strcmp(f->code, waiting) != 0) continue;
        strcpy(f->code, strncmp(f->got, "z = ", 4) == 0 ? "G151" : "G150");
        if (!few || !is_double || f->cause > 0) continue;
        n++;
        if (first == NULL || strcspn(f->run, "\n") < strcspn(first->run, "\n"))
            first = f; /* the point that is written most shortly */
        snprintf(f->same, sizeof f->same, "%s", waiting);
    }
    for (size_t i = 0; i < k->n && first != NULL; i++)
        if (strcmp(k->finding[i].same, waiting) == 0)
            snprintf(k->finding[i].same, sizeof first->same, "%s",
                     &k->finding[i] == first ? "" : first->id);
    if (first == NULL) return;
    name(first, values, gradients);
    if (of_rules && values[0] == '\0') name_rules(first, derivatives);
    snprintf(first->sure, sizeof first->sure,
             "It is seen in %zu operation%s; in others the digits suffice.", n,
             n == 1 ? "" : "s");
}

/* Whether "dx = 1.23456789" and "dx = 1.23456792" are the same to that many digits; or even
 * as they are written. */
static bool differ_in_digits(const finding *f, double digits, bool are_decimals)
{
    const char *got = strrchr(f->got, '='), *want = strrchr(f->expected, '=');
    if (got == NULL || want == NULL) return false;
    const double a = strtod(got + 1, NULL), b = strtod(want + 1, NULL);
    return fabs(a - b) <=
           10 * pow(10, -digits) * (are_decimals ? fmax(fabs(b), 1) : fabs(b));
}

static bool is_of_digits(const finding *f)
{
    static const char *const codes[] = {"G297", "G298", "G337", "G342"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(f->code, codes[i]) == 0) return f->same[0] == '\0';
    return false;
}

void kit_share_digits(kit *k)
{
    const finding *of = NULL;
    for (size_t i = 0; i < k->n && of == NULL; i++)
        if (is_of_digits(&k->finding[i])) of = &k->finding[i];
    const char *digits = of == NULL ? NULL : strpbrk(of->text, "0123456789");
    for (size_t i = 0; i < k->n && digits != NULL; i++) {
        finding *f = &k->finding[i];
        if (f == of || f->status != FINDING_FAIL || f->same[0] != '\0' ||
            f->id[0] < '4')
            continue;
        if (differ_in_digits(f, strtod(digits, NULL),
                             strstr(of->text, "decimal") != NULL))
            snprintf(f->same, sizeof f->same, "%s", of->id);
    }
}
