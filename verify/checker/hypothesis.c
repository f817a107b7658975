/*
 * hypothesis.c: one wrong number, and the mistakes that would have made it.
 */
#include "verify/checker/hypothesis.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *input_name(const ad_check_options *options, size_t i, char name[INPUT_NAME])
{
    if (options != NULL && options->names != NULL)
        snprintf(name, INPUT_NAME, "%.24s", options->names[i]);
    else
        snprintf(name, INPUT_NAME, "x[%zu]", i);
    return name;
}

bool explains(const struct clue *c, double predicted)
{
    double scale = c->truth != 0.0 ? fabs(predicted / c->truth) : 1.0;
    double bar = c->bar * fmax(scale, 1.0) + 1e-9 * fabs(predicted);

    return isfinite(predicted) && bar <= 1e-4 * fabs(predicted) &&
           bar <= 1e-2 * fabs(predicted - c->truth) &&
           fabs(c->claimed - predicted) <= bar;
}

void offer(struct clue *c, ad_check_mistake mistake, const char *format, ...)
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

static bool is_reduced(int numerator, int denominator)
{
    for (int k = 2; k <= 6; ++k)
        if (numerator % k == 0 && denominator % k == 0) return false;
    return true;
}

void try_sign(struct clue *c)
{
    if (explains(c, -c->truth))
        offer(c, AD_CHECK_SIGN_FLIPPED, "sign flipped: %.10g is minus %.10g",
              c->claimed, c->truth);
}

void try_simple_factors(struct clue *c)
{
    if (explains(c, 0.5 * c->truth))
        offer(c, AD_CHECK_HALF,
              "half of %.10g: a factor 2 is lost, or one of two uses of %s was not "
              "accumulated",
              c->truth, c->name);
    for (int denominator = 1; denominator <= 6; ++denominator)
        for (int numerator = 1; numerator <= 6; ++numerator) {
            double ratio = (double)numerator / denominator;

            if (!is_reduced(numerator, denominator) || ratio == 1.0 || ratio == 0.5)
                continue;
            if (ratio < 1.0 && explains(c, ratio * c->truth))
                offer(c, AD_CHECK_PART_OF_USES,
                      "%d/%d of %.10g: a factor is wrong, or only %d of %d equal uses "
                      "of %s were accumulated",
                      numerator, denominator, c->truth, numerator, denominator,
                      c->name);
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

void try_factor(struct clue *c, ad_check_mistake mistake, const char *name,
                double factor)
{
    static const char *const signs[] = {"", "sign flipped, and "};

    if (!isfinite(factor) || factor == 0.0 || fabs(factor) == 1.0) return;
    for (int k = 0; k < 2; ++k) {
        double truth = k == 0 ? c->truth : -c->truth;

        if (explains(c, truth * factor))
            offer(c, mistake, "%sa factor %s = %.10g too much: %.10g instead of %.10g",
                  signs[k], name, factor, c->claimed, c->truth);
        if (explains(c, truth / factor))
            offer(c, mistake,
                  "%sa factor %s = %.10g is missing: %.10g instead of %.10g", signs[k],
                  name, factor, c->claimed, c->truth);
    }
}

static const struct {
    const char *name;
    double value;
} constants[] = {
    {"pi", 3.14159265358979323846},           {"e", 2.71828182845904523536},
    {"ln 2", 0.69314718055994530942},         {"ln 10", 2.30258509299404568402},
    {"sqrt 2", 1.41421356237309504880},       {"1/sqrt 2", 0.70710678118654752440},
    {"sqrt(2/pi)", 0.79788456080286535588},   {"2/sqrt pi", 1.12837916709551257390},
    {"1/sqrt(2 pi)", 0.39894228040143267794}, {"2 pi", 6.28318530717958647693},
    {"pi/180", 0.01745329251994329577}};
enum { CONSTANTS = sizeof constants / sizeof constants[0] };

void try_constant_factors(struct clue *c)
{
    for (size_t k = 0; k < CONSTANTS && c->offered == 0; ++k)
        try_factor(c, AD_CHECK_FACTOR, constants[k].name, constants[k].value);
}

/* 900 of them in a decade, each matched to a relative 1e-7: chance seldom fits. */
static double of_three_digits(double ratio)
{
    char text[32];
    double rounded;

    snprintf(text, sizeof text, "%.2e", ratio);
    return sscanf(text, "%lf", &rounded) == 1 ? rounded : (double)NAN;
}

void try_round_factor(struct clue *c)
{
    double doubt = c->bar / fabs(c->truth) + 1e-12, ratio = c->claimed / c->truth;
    double missing = of_three_digits(1.0 / ratio), extra = of_three_digits(ratio);

    if (!(doubt <= 1e-7) || fabs(fabs(ratio) - 1.0) < 0.2) return;
    if (fabs(missing * ratio - 1.0) <= doubt &&
        !(fabs(ratio / extra - 1.0) <= doubt && fabs(ratio) > 1.0))
        offer(
            c, AD_CHECK_INNER_FACTOR,
            "a factor %.10g is missing, such as an inner derivative: %.10g instead of "
            "%.10g",
            missing, c->claimed, c->truth);
    else if (fabs(ratio / extra - 1.0) <= doubt)
        offer(c, AD_CHECK_FACTOR, "a factor %.10g too much: %.10g instead of %.10g",
              extra, c->claimed, c->truth);
}

void try_term(struct clue *c, const char *name, double term)
{
    if (!isfinite(term) || term == 0.0) return;
    if (!(c->bar + 1e-9 * fabs(c->truth) <= 1e-4 * fabs(term))) return;
    if (explains(c, c->truth - term))
        offer(c, AD_CHECK_TERM, "a term is lost: %s%.10g, of %.10g", name, term,
              c->truth);
    if (explains(c, c->truth + term))
        offer(c, AD_CHECK_TERM, "a term too much: %s%.10g, on top of %.10g", name, term,
              c->truth);
}

/* So many digits that the two are seen to differ. */
static int digits_of(double deviation) { return fabs(deviation) < 1e-8 ? 17 : 10; }

/* c rounded down or to nearest at `digits` decimals. */
static double shortened(double constant, int digits, bool nearest)
{
    double scale = pow(10.0, digits);

    return (nearest ? round(constant * scale) : trunc(constant * scale)) / scale;
}

void try_truncated_constants(struct clue *c)
{
    double deviation = c->claimed / c->truth - 1.0;
    double doubt = c->bar / fabs(c->truth) + 4e-16;

    if (!(fabs(deviation) < 0.1 && doubt < 1e-3 * fabs(deviation))) return;
    for (size_t k = 0; k < CONSTANTS; ++k)
        for (int digits = 1; digits <= 12; ++digits)
            for (int way = 0; way < 4; ++way) {
                double s = shortened(constants[k].value, digits, way % 2 == 0);
                double ratio =
                    way < 2 ? s / constants[k].value : constants[k].value / s;

                if (s != 0.0 && ratio != 1.0 &&
                    fabs(ratio - 1.0 - deviation) < 1e-4 * fabs(deviation) + doubt) {
                    offer(c, AD_CHECK_CONSTANT_TRUNCATED,
                          "off by a relative %.3g, as if %s were %.*g: %.*g instead "
                          "of %.*g",
                          deviation, constants[k].name, digits + 1, s,
                          digits_of(deviation), c->claimed, digits_of(deviation),
                          c->truth);
                    return;
                }
            }
}

void try_relative(struct clue *c)
{
    double deviation = c->claimed / c->truth - 1.0, size = fabs(deviation);
    double doubt = c->bar / fabs(c->truth);
    int digits = digits_of(size);

    if (size > 0.0 && size < 0.02 && doubt < 0.5 * size)
        offer(c, AD_CHECK_RELATIVE, "off by a relative %.2g: %.*g instead of %.*g",
              deviation, digits, c->claimed, digits, c->truth);
}
