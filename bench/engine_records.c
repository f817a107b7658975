/* The conformance kit's findings for machines: JSON Lines and JUnit XML. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/engine_report.h"

/* The message of a failure as it stands on the screen; to be freed; NULL: no memory. */
static char *text_of(const engine_report *r, const finding *f)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (out == NULL) return NULL;
    message m;
    engine_report_message(r, f, &m);
    const message_options o = {.engine = r->engine,
                               .id = f->id,
                               .seed = (unsigned long)r->k->options.seed,
                               .hint = r->hint,
                               .reveal = r->reveal};
    message_write(out, &m, &o);
    fclose(out);
    return text;
}

/* ---- JSON ------------------------------------------------------------------------ */

static void put_string(FILE *out, const char *key, const char *text)
{
    fprintf(out, ", \"%s\": \"", key);
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < ' ')
            fprintf(out, "\\u%04x", c);
        else if (c < 127)
            fputc(c, out);
        else
            fputc('?', out); /* paths may hold anything; JSON must be UTF-8 */
    }
    fputc('"', out);
}

static void write_finding(FILE *out, const engine_report *r, const finding *f)
{
    const bool bad = finding_is_bad(f->status) != 0;
    const bool shows = !bad || r->reveal == REVEAL_ALL;
    fprintf(out, "{\"kind\": \"finding\", \"lesson\": %c", f->id[0]);
    put_string(out, "id", f->id);
    put_string(out, "title", f->title);
    put_string(out, "status", finding_status_name(f->status));
    put_string(out, "code", f->code);
    put_string(out, "text", engine_report_text(r, f));
    if (r->reveal != REVEAL_NONE) put_string(out, "program", f->run);
    if (shows || r->reveal == REVEAL_EXPECTED) put_string(out, "expected", f->expected);
    if (shows) put_string(out, "got", f->got);
    if (shows) put_string(out, "why", f->why);
    put_string(out, "same", f->same);
    fprintf(out, ", \"fit\": %.17g, \"seconds\": %.6f", f->fit, f->seconds);
    if (bad && f->same[0] == '\0') {
        char *text = text_of(r, f);
        put_string(out, "message", text == NULL ? "" : text);
        free(text);
    }
    fputs("}\n", out);
}

void engine_report_json(FILE *out, const engine_report *r)
{
    const kit *k = r->k;
    for (size_t i = 0; i < k->n; i++) write_finding(out, r, &k->finding[i]);
    const kit_count c = kit_count_of(k);
    fputs("{\"kind\": \"engine\"", out);
    put_string(out, "engine", r->engine);
    put_string(out, "name", k->name);
    put_string(out, "precision",
               k->engine.engine.precision == AD_ENGINE_FLOAT ? "float" : "double");
    put_string(out, "verdict", engine_report_verdict(kit_verdict_of(k)));
    fprintf(out,
            ", \"exit\": %d, \"passed\": %zu, \"failed\": %zu, \"skipped\": %zu, "
            "\"seed\": %llu, \"hint_level\": %d, \"seconds\": %.3f}\n",
            (int)kit_verdict_of(k), c.passed, c.failed, c.skipped,
            (unsigned long long)k->options.seed, r->hint, k->seconds);
}

/* ---- JUnit ----------------------------------------------------------------------- */

static void put_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '&')
            fputs("&amp;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else if (c == '\n' || (c >= ' ' && c < 127))
            fputc(c, out);
        else
            fputc('?', out);
    }
}

static void write_case(FILE *out, const engine_report *r, const finding *f)
{
    const char *lesson = engine_report_lessons[f->id[0] - '1'];
    fprintf(out, "  <testcase classname=\"%c %s\" name=\"", f->id[0], lesson);
    put_xml(out, f->id);
    put_xml(out, " ");
    put_xml(out, f->title);
    fprintf(out, "\" time=\"%.6f\">", f->seconds);
    if (f->status == FINDING_SKIP) {
        fputs("<skipped>", out);
        put_xml(out, f->text);
        fputs("</skipped>", out);
    } else if (finding_is_bad(f->status)) {
        const char *element = f->status == FINDING_FAIL ? "failure" : "error";
        char *text = f->same[0] == '\0' ? text_of(r, f) : NULL;
        fprintf(out, "<%s type=\"", element);
        put_xml(out, f->code[0] != '\0' ? f->code : finding_status_name(f->status));
        fputs("\">", out);
        put_xml(out, text != NULL ? text : engine_report_text(r, f));
        fprintf(out, "</%s>", element);
        free(text);
    } else if (f->text[0] != '\0') {
        fputs("<system-out>", out);
        put_xml(out, f->text);
        fputs("</system-out>", out);
    }
    fputs("</testcase>\n", out);
}

void engine_report_junit(FILE *out, const engine_report *r)
{
    const kit *k = r->k;
    size_t failures = 0, errors = 0;
    for (size_t i = 0; i < k->n; i++) {
        failures += k->finding[i].status == FINDING_FAIL;
        errors += k->finding[i].status > FINDING_FAIL;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"", out);
    put_xml(out, r->engine);
    fprintf(out,
            "\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" "
            "time=\"%.3f\">\n",
            k->n, failures, errors, kit_count_of(k).skipped, k->seconds);
    for (size_t i = 0; i < k->n; i++) write_case(out, r, &k->finding[i]);
    fputs("</testsuite>\n", out);
}
