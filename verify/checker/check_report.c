/*
 * check_report.c: a report as a table for people and as JSON Lines for programs.
 */
#include "verify/check.h"

#include <math.h>
#include <string.h>

static void write_where(FILE *out, const ad_check_partial *row)
{
    char where[32];

    if (row->index == AD_CHECK_DIRECTION)
        snprintf(where, sizeof where, "direction");
    else if (row->name != NULL)
        snprintf(where, sizeof where, "%.20s", row->name);
    else
        snprintf(where, sizeof where, "x[%zu]", row->index);
    fprintf(out, "%-12s", where);
}

/* Nobody asks for the sign of a NaN. */
static double unsigned_nan(double x) { return isnan(x) ? (double)NAN : x; }

int ad_check_write_table(FILE *out, const ad_check_report *report)
{
    fprintf(out, "%-12s %-17s %-17s %-9s %-12s %-12s %-10s %5s  %s\n", "input",
            "claimed", "numerical", "error", "by", "verdict", "kind", "evals",
            "remark");
    for (size_t k = 0; k < report->n_rows; ++k) {
        const ad_check_partial *row = &report->rows[k];

        write_where(out, row);
        fprintf(out, " %-17.10g %-17.10g %-9.1e %-12.11s %-12s %-10s %5zu  ",
                unsigned_nan(row->claimed), unsigned_nan(row->numerical), row->error,
                ad_check_oracle_name(row->oracle), ad_check_verdict_name(row->verdict),
                ad_check_kind_name(row->kind), row->evaluations);
        if (row->verdict != AD_CHECK_PASS)
            fprintf(out, "%s\n", row->text);
        else if (row->kind == AD_CHECK_KINK)
            fprintf(out, "kink: any value between %.10g and %.10g\n", row->left,
                    row->right);
        else
            fprintf(out, "agrees to %.1e\n", row->agreement);
    }
    if (report->mistake != AD_CHECK_NO_MISTAKE) fprintf(out, "%s\n", report->text);
    if (report->visible > 0.0)
        fprintf(out, "an average entry off by a relative %.1e would have been seen\n",
                report->visible);
    fprintf(out, "%s: %zu passed, %zu failed, %zu inconclusive, %zu evaluations\n",
            ad_check_verdict_name(report->verdict), report->passed, report->failed,
            report->inconclusive, report->evaluations);
    return ferror(out) ? -1 : 0;
}

static void write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; ++text) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

/* JSON has no NaN and no infinity: those become strings. */
static void write_number(FILE *out, const char *key, double value)
{
    fprintf(out, ", \"%s\": ", key);
    if (isnan(value))
        fputs("\"nan\"", out);
    else if (isinf(value))
        fputs(value > 0.0 ? "\"inf\"" : "\"-inf\"", out);
    else
        fprintf(out, "%.17g", value);
}

static void write_text(FILE *out, const char *key, const char *text)
{
    fprintf(out, ", \"%s\": ", key);
    write_string(out, text);
}

static void write_row(FILE *out, const ad_check_partial *row)
{
    char x[40];

    fputs("{\"id\": ", out);
    if (row->name != NULL)
        write_string(out, row->name);
    else if (row->index == AD_CHECK_DIRECTION)
        fputs("\"direction\"", out);
    else
        fprintf(out, "\"x[%zu]\"", row->index);
    snprintf(x, sizeof x, "%a", row->x);
    write_text(out, "x", x);
    write_number(out, "claimed", row->claimed);
    write_number(out, "numerical", row->numerical);
    write_number(out, "error_bound", row->error);
    if (row->kind == AD_CHECK_KINK) {
        write_number(out, "left", row->left);
        write_number(out, "right", row->right);
    }
    write_number(out, "agreement", row->agreement);
    write_number(out, "step", row->step);
    fprintf(out, ", \"order\": %zu, \"evaluations\": %zu", row->order,
            row->evaluations);
    write_text(out, "oracle", ad_check_oracle_name(row->oracle));
    write_text(out, "kind", ad_check_kind_name(row->kind));
    write_text(out, "verdict", ad_check_verdict_name(row->verdict));
    write_text(out, "reason", ad_check_reason_name(row->reason));
    write_text(out, "mistake", ad_check_mistake_name(row->mistake));
    write_text(out, "text", row->text);
    fputs("}\n", out);
}

int ad_check_write_json(FILE *out, const ad_check_report *report)
{
    for (size_t k = 0; k < report->n_rows; ++k) write_row(out, &report->rows[k]);
    return ferror(out) ? -1 : 0;
}
