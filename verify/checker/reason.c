/*
 * reason.c: why no verdict was reached, with the number that stood in the way and what
 * to do next. No sentence is longer than a row's text.
 */
#include "verify/checker/hypothesis.h"

#include <math.h>
#include <stdio.h>

/* Into a row's text. */
#define SAY(...) snprintf(row->text, sizeof row->text, __VA_ARGS__)

static void explain_noise(ad_check_partial *row)
{
    const char *next = "give a long double or complex f, or another point";

    if (!isfinite(row->numerical))
        SAY("noisy: no step gives a number; %s", next);
    else if (!(8.0 * row->error < fabs(row->numerical)))
        SAY("noisy: %.3g is not told from 0, its error is %.1e; %s", row->numerical,
            row->error, next);
    else
        SAY("noisy: %.10g is known to a relative %.1e only, too blunt for %.10g; %s",
            row->numerical, 8.0 * row->error / fabs(row->numerical), row->claimed,
            next);
}

static void explain_domain(double value, const char *name, ad_check_partial *row)
{
    if (isfinite(value))
        SAY("non-finite: f is %.6g at %s = %.10g and not finite beside it; choose a "
            "point inside the domain",
            value, name, row->x);
    else
        SAY("non-finite: f is %s, with %s = %.10g; choose a point %s",
            isnan(value) ? "nan"
            : value > 0  ? "inf"
                         : "-inf",
            name, row->x,
            isnan(value) ? "inside the domain"
                         : "inside the domain where nothing overflows");
}

void explain_reason(const ad_check_report *report, const char *name,
                    ad_check_partial *row)
{
    row->text[0] = '\0';
    switch (row->reason) {
    case AD_CHECK_NOISY: explain_noise(row); break;
    case AD_CHECK_NON_FINITE: explain_domain(report->value, name, row); break;
    case AD_CHECK_NON_DETERMINISTIC:
        SAY("non-deterministic: f at the same x is %.10g, then another value; fix its "
            "random seed, and clear what it keeps",
            report->value);
        break;
    case AD_CHECK_TWO_SCALES:
        SAY("two scales: one of them gives %.10g, the claim is %.10g; give a long "
            "double f, or another point",
            row->numerical, row->claimed);
        break;
    case AD_CHECK_NARROW_DOMAIN:
        SAY("narrow domain: too few finite values around %s = %.10g to know more than "
            "%.3g; choose a point inside",
            name, row->x, row->numerical);
        break;
    case AD_CHECK_AT_JUMP:
        SAY("at a jump: f is discontinuous at %s = %.10g, no derivative exists; choose "
            "a point beside it",
            name, row->x);
        break;
    case AD_CHECK_AT_CUSP:
        SAY("at a cusp: slopes grow with opposite signs at %s = %.10g, no derivative "
            "exists; choose a point beside it",
            name, row->x);
        break;
    case AD_CHECK_AT_SATURATION:
        SAY("saturated: f moves less than its rounding, so a slope below %.1e is not "
            "seen; the claim is %.3g; give a long double f",
            row->error, row->claimed);
        break;
    case AD_CHECK_WITHIN_ROUNDING:
        SAY("within rounding: off by %.3g from %.10g, as rounding inside f may do; "
            "give a long double f, or another point",
            row->claimed - row->numerical, row->numerical);
        break;
    case AD_CHECK_ORACLES_DISAGREE:
        SAY("oracles disagree: one of them, %s, gives %.10g; do all versions of f "
            "compute the same?",
            ad_check_oracle_name(row->oracle), row->numerical);
        break;
    case AD_CHECK_NO_REASON: break;
    }
}
