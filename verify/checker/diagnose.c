/*
 * diagnose.c: names the mistake behind a wrong number, when the number says which.
 *
 * A hypothesis is offered only when it reproduces the claimed value to within the error
 * bound of the numerical derivative, and only when that bound is sharp enough (1e-4)
 * for the coincidence to mean something. Two that fit are both named.
 */
#include "verify/checker/check_rows.h"
#include "verify/checker/hypothesis.h"

#include <math.h>
#include <stdio.h>

/* The point and the options of the report that is gone through. */
struct place {
    size_t n;
    const double *x;
    const ad_check_options *options;
    ad_check_report *report;
};

static const char *infinity_name(double x) { return x > 0.0 ? "+inf" : "-inf"; }

static void try_special(struct clue *c)
{
    const ad_check_kind kind = c->row->kind;

    if (isnan(c->claimed))
        offer(c, AD_CHECK_NOT_A_NUMBER, "the claim is NaN, the derivative is %.10g",
              c->truth);
    else if (isinf(c->claimed) && isinf(c->truth))
        offer(c, AD_CHECK_SIGN_FLIPPED,
              "sign flipped: the claim is %s, the derivative is %s",
              infinity_name(c->claimed), infinity_name(c->truth));
    else if (isinf(c->claimed))
        offer(c, AD_CHECK_NOT_FINITE, "the claim is %s, the derivative is %.10g",
              infinity_name(c->claimed), c->truth);
    else if (isinf(c->truth))
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "the derivative is infinite here (%s), the claim is %.10g",
              infinity_name(c->truth), c->claimed);
    else if (kind == AD_CHECK_KINK)
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "%.10g is outside the one-sided derivatives %.10g and %.10g", c->claimed,
              c->row->left, c->row->right);
    else if (c->claimed == 0.0)
        offer(c, AD_CHECK_ZERO_CLAIMED, "the claim is 0, the derivative is %.10g",
              c->truth);
    else if (kind == AD_CHECK_SATURATED)
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              "f hardly changes here, by %.3g at most; the claim is %.10g", c->bar,
              c->claimed);
    else if (c->truth == 0.0)
        offer(c, AD_CHECK_UNKNOWN_MISTAKE,
              kind == AD_CHECK_CONSTANT
                  ? "f does not depend on %s: the derivative is 0, the claim is %.10g"
                  : "the derivative by %s is 0 here, the claim is %.10g",
              c->name, c->claimed);
}

static bool same_number(double claimed, const ad_check_partial *row)
{
    return isfinite(row->numerical) &&
           fabs(claimed - row->numerical) <=
               8.0 * row->error + 1e-9 * fabs(row->numerical) &&
           8.0 * row->error <= 1e-4 * fabs(row->numerical);
}

/* A 1 or a 2 may come from anywhere. */
static bool says_little(double claimed)
{
    return claimed == rint(claimed) && fabs(claimed) <= 16.0;
}

/* The claim is right for another input. */
static void try_other_entry(struct clue *c, const struct place *p)
{
    char name[INPUT_NAME];

    if (says_little(c->claimed)) return;
    for (size_t k = 0; k < p->report->n_rows; ++k) {
        const ad_check_partial *other = &p->report->rows[k];

        if (other == c->row || other->index == AD_CHECK_DIRECTION ||
            !same_number(c->claimed, other))
            continue;
        offer(c, AD_CHECK_OTHER_ENTRY,
              "%.10g is the derivative by %s; the derivative by %s is %.10g",
              c->claimed, input_name(p->options, other->index, name), c->name,
              c->truth);
        return;
    }
}

/* 1/x where x should be, or the other way round. */
static void try_reciprocal(struct clue *c)
{
    if (explains(c, 1.0 / c->truth))
        offer(c, AD_CHECK_RECIPROCAL, "the reciprocal: %.10g is 1 / %.10g", c->claimed,
              c->truth);
}

/* The function, or the input, where its derivative should be. */
static void try_undifferentiated(struct clue *c)
{
    if (says_little(c->claimed)) return;
    if (explains(c, c->value))
        offer(c, AD_CHECK_NOT_DIFFERENTIATED,
              "the claim is f(x) = %.10g itself; its derivative is %.10g", c->value,
              c->truth);
}

/* An input multiplied in or left out, or its square: as powers and quotients have it. */
static void try_inputs(struct clue *c, const struct place *p)
{
    char name[INPUT_NAME], squared[INPUT_NAME + 2];

    for (int power = 1; power <= 2; ++power)
        for (size_t k = 0; p->n <= 16 && k < p->n; ++k) {
            const bool own = k == c->row->index;

            if (power == 1 && own) continue;
            snprintf(squared, sizeof squared, "%s%s", input_name(p->options, k, name),
                     power == 2 ? "^2" : "");
            if (power == 1 || c->offered == 0)
                try_factor(c, own ? AD_CHECK_FACTOR_X : AD_CHECK_FACTOR, squared,
                           power == 1 ? p->x[k] : p->x[k] * p->x[k]);
        }
}

static void try_terms(struct clue *c, const struct place *p)
{
    char name[INPUT_NAME], text[INPUT_NAME + 4];

    try_term(c, "", 1.0);
    for (size_t k = 0; p->n <= 64 && k < p->n; ++k) {
        snprintf(text, sizeof text, "%s = ", input_name(p->options, k, name));
        try_term(c, text, p->x[k]);
    }
    try_term(c, "f(x) = ", c->value);
}

static void name_row(const struct place *p, ad_check_partial *row)
{
    const bool is_direction = row->index == AD_CHECK_DIRECTION;
    char name[INPUT_NAME] = "direction";
    struct clue c = {.claimed = row->claimed,
                     .truth = row->numerical,
                     .bar = 8.0 * row->error,
                     .x = row->x,
                     .value = p->report->value,
                     .incoming = p->options != NULL ? p->options->incoming : 0.0,
                     .name = name,
                     .row = row};

    if (row->mistake == AD_CHECK_JOINT_KINK) return; /* its sentence is there */
    if (!is_direction) input_name(p->options, row->index, name);
    row->text[0] = '\0';
    row->mistake = AD_CHECK_NO_MISTAKE;
    try_special(&c);
    if (c.offered == 0 && is_direction)
        offer(&c, AD_CHECK_UNKNOWN_MISTAKE, "the entries together are off by %.6g",
              c.claimed - c.truth);
    if (c.offered == 0) {
        try_sign(&c);
        try_other_entry(&c, p);
        try_simple_factors(&c);
        try_reciprocal(&c);
        try_factor(&c, AD_CHECK_FACTOR_X, name, c.x);
        try_factor(&c, AD_CHECK_FACTOR_VALUE, "f(x)", c.value);
        try_factor(&c, AD_CHECK_FACTOR_INCOMING, "the incoming gradient", c.incoming);
        try_inputs(&c, p);
    }
    if (c.offered == 0) try_undifferentiated(&c);
    if (c.offered == 0) try_constant_factors(&c);
    if (c.offered == 0) try_round_factor(&c);
    if (c.offered == 0) try_truncated_constants(&c);
    if (c.offered == 0) try_terms(&c, p);
    if (c.offered == 0) try_relative(&c);
    if (c.offered == 0)
        offer(&c, AD_CHECK_UNKNOWN_MISTAKE,
              "no known pattern: %.10g instead of %.10g, off by %.6g, ratio %.10g",
              c.claimed, c.truth, c.claimed - c.truth, c.claimed / c.truth);
}

/* Two wrong entries that carry each other's numbers. */
static void name_swaps(const struct place *place)
{
    ad_check_report *report = place->report;
    char a_name[INPUT_NAME], b_name[INPUT_NAME];

    for (size_t a = 0; a < report->n_rows; ++a)
        for (size_t b = a + 1; b < report->n_rows; ++b) {
            ad_check_partial *p = &report->rows[a], *q = &report->rows[b];

            if (p->verdict != AD_CHECK_FAIL || q->verdict != AD_CHECK_FAIL ||
                p->index == AD_CHECK_DIRECTION || q->index == AD_CHECK_DIRECTION ||
                !same_number(p->claimed, q) || !same_number(q->claimed, p))
                continue;
            p->mistake = q->mistake = AD_CHECK_SWAPPED;
            input_name(place->options, p->index, a_name);
            input_name(place->options, q->index, b_name);
            snprintf(p->text, sizeof p->text,
                     "swapped with %s: %.10g is the derivative by %s, and the other "
                     "way round",
                     b_name, p->claimed, b_name);
            snprintf(q->text, sizeof q->text,
                     "swapped with %s: %.10g is the derivative by %s, and the other "
                     "way round",
                     a_name, q->claimed, a_name);
        }
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
    char *text = report->text;
    const size_t room = sizeof report->text;

    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *row = &report->rows[k];

        if (row->verdict != AD_CHECK_FAIL || row->index == AD_CHECK_DIRECTION) continue;
        ++wrong;
        if (first == AD_CHECK_NO_MISTAKE) first = row->mistake;
        explained += row->mistake == first;
    }
    report->mistake = AD_CHECK_NO_MISTAKE;
    text[0] = '\0';
    if (is_permuted(report, &permuted)) {
        report->mistake = AD_CHECK_PERMUTED;
        snprintf(text, room, "the %zu wrong entries are right in another order",
                 permuted);
    } else if (wrong > 0 && explained == wrong) {
        report->mistake = first;
        if (first == AD_CHECK_UNKNOWN_MISTAKE)
            snprintf(text, room, "%zu wrong %s, of no known pattern", wrong,
                     wrong == 1 ? "entry" : "entries");
        else if (wrong == 1)
            snprintf(text, room, "one wrong entry: %s", ad_check_mistake_name(first));
        else
            snprintf(text, room, "all %zu wrong entries: %s", wrong,
                     ad_check_mistake_name(first));
    } else if (report->failed > 0) {
        report->mistake = AD_CHECK_UNKNOWN_MISTAKE;
        snprintf(text, room, "%zu wrong %s, and no one mistake explains all", wrong,
                 wrong == 1 ? "entry" : "entries");
    }
}

void ad_check_name_mistakes(size_t n, const double *x, const ad_check_options *options,
                            ad_check_report *report)
{
    const struct place place = {n, x, options, report};
    char name[INPUT_NAME];

    for (size_t k = 0; k < report->n_rows; ++k) {
        ad_check_partial *row = &report->rows[k];

        if (row->verdict == AD_CHECK_FAIL)
            name_row(&place, row);
        else if (row->verdict == AD_CHECK_INCONCLUSIVE)
            explain_reason(report,
                           row->index == AD_CHECK_DIRECTION
                               ? "a direction"
                               : input_name(options, row->index, name),
                           row);
    }
    name_swaps(&place);
    name_report(report);
}
