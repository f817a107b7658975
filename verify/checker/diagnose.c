/*
 * diagnose.c: names the mistake behind a wrong number, when the number says which.
 *
 * A hypothesis is offered only when it reproduces the claimed value to within the error
 * bound of the numerical derivative, and only when that bound is sharp enough (1e-4)
 * for the coincidence to mean something. Two that fit are both named.
 */
#include "verify/checker/check_rows.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct clue {
    double claimed, truth, bar, x, value, incoming;
    ad_check_partial *row;
    unsigned offered;
};

/* Does the hypothesis `predicted` give the claimed number? */
static bool explains(const struct clue *c, double predicted)
{
    double scale = c->truth != 0.0 ? fabs(predicted / c->truth) : 1.0;
    double bar = c->bar * fmax(scale, 1.0) + 1e-9 * fabs(predicted);

    return isfinite(predicted) && bar <= 1e-4 * fabs(predicted) &&
           fabs(c->claimed - predicted) <= bar;
}

static void offer(struct clue *c, ad_check_mistake mistake, const char *format, ...)
{
    char *text = c->row->text;
    size_t used = strlen(text), room = sizeof c->row->text;
    va_list arguments;

    if (c->offered == 2) return;
    if (c->offered == 0 || c->row->mistake == AD_CHECK_UNKNOWN_MISTAKE)
        c->row->mistake = mistake;
    if (c->offered++ > 0) used += (size_t)snprintf(text + used, room - used, "; or ");
    if (used >= room) return;
    va_start(arguments, format);
    vsnprintf(text + used, room - used, format, arguments);
    va_end(arguments);
}

static void try_special(struct clue *c)
{
    if (isnan(c->claimed))
        offer(c, AD_CHECK_NOT_A_NUMBER, "the claim is NaN, the derivative is %.10g",
              c->truth);
    else if (isinf(c->claimed))
        offer(c, AD_CHECK_NOT_FINITE, "the claim is infinite, the derivative is %.10g",
              c->truth);
    else if (isinf(c->truth))
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "the derivative is infinite here, the claim is %.10g", c->claimed);
    else if (c->claimed == 0.0)
        offer(c, AD_CHECK_ZERO_CLAIMED, "the claim is 0, the derivative is %.10g",
              c->truth);
    else if (c->row->kind == AD_CHECK_SATURATED)
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "f hardly changes here, by %.3g at most; the claim is %.10g", c->bar,
              c->claimed);
    else if (c->truth == 0.0 && c->row->kind != AD_CHECK_KINK)
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "the derivative is 0 here, the claim is %.10g", c->claimed);
}

static void try_simple_factors(struct clue *c)
{
    if (explains(c, -c->truth))
        offer(c, AD_CHECK_SIGN_FLIPPED, "sign flipped: %.10g is minus %.10g",
              c->claimed, c->truth);
    if (explains(c, 0.5 * c->truth))
        offer(c, AD_CHECK_HALF,
              "half of %.10g: a factor 2 is lost, or one of two uses of the input was "
              "not accumulated",
              c->truth);
    for (int denominator = 1; denominator <= 6; ++denominator)
        for (int numerator = 1; numerator <= 6; ++numerator) {
            double ratio = (double)numerator / denominator;
            bool reduced = true;

            for (int k = 2; k <= 6; ++k)
                reduced = reduced && !(numerator % k == 0 && denominator % k == 0);
            if (!reduced || ratio == 1.0 || ratio == 0.5) continue;
            if (ratio < 1.0 && explains(c, ratio * c->truth))
                offer(c, AD_CHECK_PART_OF_USES,
                      "%d/%d of %.10g: %d of %d equal contributions, or a factor",
                      numerator, denominator, c->truth, numerator, denominator);
            if (ratio > 1.0 && explains(c, ratio * c->truth))
                offer(c, AD_CHECK_FACTOR,
                      "a factor %.6g too much: %.10g instead of %.10g", ratio,
                      c->claimed, c->truth);
            if (explains(c, -ratio * c->truth))
                offer(c, AD_CHECK_FACTOR,
                      "a factor %.6g too much: %.10g instead of %.10g", -ratio,
                      c->claimed, c->truth);
        }
}

static void try_factor(struct clue *c, ad_check_mistake mistake, const char *name,
                       double factor)
{
    if (!isfinite(factor) || factor == 0.0 || fabs(factor) == 1.0) return;
    if (explains(c, c->truth * factor))
        offer(c, mistake, "a factor %s = %.10g too much: %.10g instead of %.10g", name,
              factor, c->claimed, c->truth);
    if (explains(c, c->truth / factor))
        offer(c, mistake, "a factor %s = %.10g is missing: %.10g instead of %.10g",
              name, factor, c->claimed, c->truth);
}

static void try_term(struct clue *c, const char *name, double term)
{
    if (!isfinite(term) || term == 0.0) return;
    if (!(c->bar + 1e-9 * fabs(c->truth) <= 1e-4 * fabs(term))) return;
    if (explains(c, c->truth - term))
        offer(c, AD_CHECK_TERM, "a term is lost: %s%.10g", name, term);
    if (explains(c, c->truth + term))
        offer(c, AD_CHECK_TERM, "a term too much: %s%.10g", name, term);
}

/* c rounded down or to nearest at `digits` decimals. */
static double shortened(double constant, int digits, bool nearest)
{
    double scale = pow(10.0, digits);

    return (nearest ? round(constant * scale) : trunc(constant * scale)) / scale;
}

static void try_truncated_constants(struct clue *c)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        {"pi", 3.14159265358979323846},          {"e", 2.71828182845904523536},
        {"ln 2", 0.69314718055994530942},        {"ln 10", 2.30258509299404568402},
        {"sqrt 2", 1.41421356237309504880},      {"1/sqrt 2", 0.70710678118654752440},
        {"sqrt(2/pi)", 0.79788456080286535588},  {"2/sqrt pi", 1.12837916709551257390},
        {"1/sqrt(2 pi)", 0.39894228040143267794}};
    double deviation = c->claimed / c->truth - 1.0;
    double doubt = c->bar / fabs(c->truth) + 4e-16;

    if (!(fabs(deviation) < 0.1 && doubt < 1e-3 * fabs(deviation))) return;
    for (size_t k = 0; k < sizeof constants / sizeof constants[0]; ++k)
        for (int digits = 1; digits <= 12; ++digits)
            for (int way = 0; way < 4; ++way) {
                double s = shortened(constants[k].value, digits, way % 2 == 0);
                double ratio =
                    way < 2 ? s / constants[k].value : constants[k].value / s;

                if (s != 0.0 && ratio != 1.0 &&
                    fabs(ratio - 1.0 - deviation) < 1e-4 * fabs(deviation) + doubt) {
                    offer(c, AD_CHECK_CONSTANT_TRUNCATED,
                          "off by a relative %.3g, as if %s were %.*g", deviation,
                          constants[k].name, digits + 1, s);
                    return;
                }
            }
}

static void try_relative(struct clue *c)
{
    double deviation = c->claimed / c->truth - 1.0, size = fabs(deviation);
    double doubt = c->bar / fabs(c->truth), power = round(log10(size));

    if (size > 0.0 && size < 0.2 && doubt < 0.05 * size &&
        fabs(size / pow(10.0, power) - 1.0) < 0.02 + doubt / size)
        offer(c, AD_CHECK_RELATIVE, "off by a relative %.3g (1e%+.0f)", deviation,
              power);
}

static bool same_number(double claimed, const ad_check_partial *row)
{
    return isfinite(row->numerical) &&
           fabs(claimed - row->numerical) <=
               8.0 * row->error + 1e-9 * fabs(row->numerical) &&
           8.0 * row->error <= 1e-4 * fabs(row->numerical);
}

/* The claim is right for another input. A 1 or a 2 says too little for that. */
static void try_other_entry(struct clue *c, const ad_check_report *report)
{
    if (c->claimed == rint(c->claimed) && fabs(c->claimed) <= 16.0) return;
    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *other = &report->rows[k];

        if (other == c->row || other->index == AD_CHECK_DIRECTION ||
            !same_number(c->claimed, other))
            continue;
        if (other->name != NULL)
            offer(c, AD_CHECK_UNKNOWN_MISTAKE,
                  "%.10g is the derivative by %.40s; here it is %.10g", c->claimed,
                  other->name, c->truth);
        else
            offer(c, AD_CHECK_UNKNOWN_MISTAKE,
                  "%.10g is the derivative by input %zu; here it is %.10g", c->claimed,
                  other->index, c->truth);
        return;
    }
}

/* Another input multiplied in, or left out. */
static void try_other_inputs(struct clue *c, const struct problem *p)
{
    char name[64];

    for (size_t k = 0; p->n <= 16 && k < p->n; ++k) {
        if (k == c->row->index) continue;
        if (p->options.names != NULL)
            snprintf(name, sizeof name, "%.40s", p->options.names[k]);
        else
            snprintf(name, sizeof name, "input %zu", k);
        try_factor(c, AD_CHECK_FACTOR, name, p->x[k]);
    }
}

static void name_row(const struct problem *p, ad_check_report *report,
                     ad_check_partial *row)
{
    struct clue c = {.claimed = row->claimed,
                     .truth = row->numerical,
                     .bar = 8.0 * row->error,
                     .x = row->x,
                     .value = report->value,
                     .incoming = p->options.incoming,
                     .row = row};

    row->text[0] = '\0';
    try_special(&c);
    if (c.offered == 0 && row->kind == AD_CHECK_KINK)
        offer(&c, AD_CHECK_UNKNOWN_MISTAKE,
              "outside the one-sided derivatives %.10g and %.10g", row->left,
              row->right);
    if (c.offered == 0 && row->index == AD_CHECK_DIRECTION)
        offer(&c, AD_CHECK_UNKNOWN_MISTAKE, "the entries together are off by %.6g",
              c.claimed - c.truth);
    if (c.offered == 0) {
        try_other_entry(&c, report);
        try_simple_factors(&c);
        try_factor(&c, AD_CHECK_FACTOR_X, "the input", c.x);
        try_factor(&c, AD_CHECK_FACTOR_VALUE, "f(x)", c.value);
        try_factor(&c, AD_CHECK_FACTOR_INCOMING, "the incoming gradient", c.incoming);
        try_other_inputs(&c, p);
    }
    if (c.offered == 0) {
        try_truncated_constants(&c);
        try_relative(&c);
    }
    if (c.offered == 0) {
        try_term(&c, "", 1.0);
        try_term(&c, "the input = ", c.x);
        try_term(&c, "f(x) = ", c.value);
        for (size_t k = 0; p->n <= 64 && k < p->n; ++k)
            if (k != row->index) try_term(&c, "another input = ", p->x[k]);
    }
    if (c.offered == 0)
        offer(&c, AD_CHECK_UNKNOWN_MISTAKE,
              "no known pattern: off by %.6g, ratio %.10g", c.claimed - c.truth,
              c.claimed / c.truth);
}

/* Two wrong entries that carry each other's numbers. */
static size_t name_swaps(ad_check_report *report)
{
    size_t swapped = 0;

    for (size_t a = 0; a < report->n_rows; ++a)
        for (size_t b = a + 1; b < report->n_rows; ++b) {
            ad_check_partial *p = &report->rows[a], *q = &report->rows[b];

            if (p->verdict != AD_CHECK_FAIL || q->verdict != AD_CHECK_FAIL ||
                p->index == AD_CHECK_DIRECTION || q->index == AD_CHECK_DIRECTION ||
                !same_number(p->claimed, q) || !same_number(q->claimed, p))
                continue;
            p->mistake = q->mistake = AD_CHECK_SWAPPED;
            snprintf(p->text, sizeof p->text, "swapped with entry %zu: %.10g and %.10g",
                     q->index, p->claimed, q->claimed);
            snprintf(q->text, sizeof q->text, "swapped with entry %zu: %.10g and %.10g",
                     p->index, q->claimed, p->claimed);
            swapped += 2;
        }
    return swapped;
}

/* Every wrong entry carries the number of another wrong entry, each used once. */
static bool is_permuted(const ad_check_report *report, size_t *count)
{
    size_t wrong = 0;

    for (size_t a = 0; a < report->n_rows; ++a) {
        const ad_check_partial *p = &report->rows[a];
        size_t source = 0, target = 0;

        if (p->verdict != AD_CHECK_FAIL || p->index == AD_CHECK_DIRECTION) continue;
        ++wrong;
        for (size_t b = 0; b < report->n_rows; ++b) {
            const ad_check_partial *q = &report->rows[b];

            if (b == a || q->verdict != AD_CHECK_FAIL || q->index == AD_CHECK_DIRECTION)
                continue;
            source += same_number(p->claimed, q);
            target += same_number(q->claimed, p);
        }
        if (source == 0 || target == 0) return false;
    }
    *count = wrong;
    return wrong >= 3;
}

static void name_report(ad_check_report *report)
{
    ad_check_mistake first = AD_CHECK_NO_MISTAKE;
    size_t explained = 0, wrong = 0, permuted = 0;

    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *row = &report->rows[k];

        if (row->verdict != AD_CHECK_FAIL || row->index == AD_CHECK_DIRECTION) continue;
        ++wrong;
        if (first == AD_CHECK_NO_MISTAKE) first = row->mistake;
        explained += row->mistake == first;
    }
    if (is_permuted(report, &permuted)) {
        report->mistake = AD_CHECK_PERMUTED;
        snprintf(report->text, sizeof report->text,
                 "the %zu wrong entries are right in another order", permuted);
    } else if (wrong > 0 && explained == wrong) {
        report->mistake = first;
        snprintf(report->text, sizeof report->text, "all %zu wrong entries: %s", wrong,
                 ad_check_mistake_name(first));
    } else if (report->failed > 0) {
        report->mistake = AD_CHECK_UNKNOWN_MISTAKE;
        snprintf(report->text, sizeof report->text, "more than one mistake");
    }
}

void diagnose(struct problem *p, const double *g, ad_check_report *report)
{
    (void)g;
    for (size_t k = 0; k < report->n_rows; ++k) {
        ad_check_partial *row = &report->rows[k];

        if (row->verdict == AD_CHECK_FAIL)
            name_row(p, report, row);
        else if (row->verdict == AD_CHECK_INCONCLUSIVE)
            snprintf(row->text, sizeof row->text, "%s",
                     ad_check_reason_name(row->reason));
    }
    name_swaps(report);
    name_report(report);
}
