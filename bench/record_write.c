/* The lines of a record, written. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bench/records.h"

static void put_text(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            fprintf(out, "\\%c", byte);
        else if (byte < 0x20 || byte >= 0x7f)
            fprintf(out, "\\u%04x", byte); /* valid whatever the bytes are */
        else
            putc(byte, out);
    }
    putc('"', out);
}

static void put_number(FILE *out, double x)
{
    if (isfinite(x))
        fprintf(out, "%.17g", x);
    else
        fputs("null", out);
}

static void put_key_number(FILE *out, const char *key, double x)
{
    fprintf(out, ",\"%s\":", key);
    put_number(out, x);
}

static void put_key_text(FILE *out, const char *key, const char *text)
{
    fprintf(out, ",\"%s\":", key);
    put_text(out, text);
}

static void start_line(FILE *out, const char *record, const cell *c, size_t turn)
{
    fprintf(out, "{\"record\":\"%s\",\"workload\":", record);
    put_text(out, c->workload);
    fprintf(out, ",\"size\":%zu,\"turn\":%zu", c->size, turn);
}

static void put_environment(FILE *out, const environment *e)
{
    putc('{', out);
    for (size_t i = 0; i < e->count; i++) {
        if (i > 0) putc(',', out);
        put_text(out, e->field[i].key);
        putc(':', out);
        put_text(out, e->field[i].value);
    }
    putc('}', out);
}

void environment_json(FILE *out, const environment *e)
{
    put_environment(out, e);
    putc('\n', out);
}

void record_run(FILE *out, const environment *e, uint64_t seed,
                const char *configuration)
{
    fprintf(out, "{\"record\":\"run\",\"format\":1,\"seed\":%llu",
            (unsigned long long)seed);
    put_key_text(out, "configuration", configuration);
    fputs(",\"environment\":", out);
    put_environment(out, e);
    fputs("}\n", out);
}

static void put_judgement(FILE *out, const judgement *j)
{
    fputs("{\"engine\":", out);
    put_text(out, j->engine);
    put_key_text(out, "witness", j->witness);
    put_key_text(out, "verdict", j->passed ? "pass" : j->skipped ? "skip" : "fail");
    if (j->why[0] != '\0') put_key_text(out, "why", j->why);
    put_key_number(out, "residual", j->residual);
    put_key_number(out, "bound", j->bound);
    put_key_number(out, "part", j->part);
    put_key_number(out, "bytes_per_op", j->bytes_per_op);
    put_key_number(out, "peak_bytes", j->peak_bytes);
    put_key_number(out, "own_bytes", j->own_bytes);
    putc('}', out);
}

void record_cell(FILE *out, const cell *c, size_t turn)
{
    start_line(out, "cell", c, turn);
    fprintf(out, ",\"ops\":%zu,\"seed\":%llu,\"order_seed\":%llu", c->ops,
            (unsigned long long)c->seed, (unsigned long long)c->order_seed);
    fprintf(out,
            ",\"audit\":{\"adjoints\":%zu,\"zeros\":%zu,\"subnormals\":%zu,"
            "\"not_finite\":%zu",
            c->audit.adjoints, c->audit.zeros, c->audit.subnormals,
            c->audit.not_finite);
    put_key_number(out, "smallest", c->audit.smallest);
    put_key_number(out, "largest", c->audit.largest);
    fputs("},\"verdicts\":[", out);
    for (size_t i = 0; i < c->judgements; i++) {
        if (i > 0) putc(',', out);
        put_judgement(out, &c->judgement[i]);
    }
    fputs("],\"series\":[", out);
    for (size_t i = 0; i < c->serieses; i++) {
        fputs(i > 0 ? ",{\"engine\":" : "{\"engine\":", out);
        put_text(out, c->series[i].engine);
        put_key_text(out, "phase", c->series[i].phase);
        fprintf(out, ",\"iterations\":%zu", c->series[i].iterations);
        put_key_number(out, "first_ns", c->series[i].first_ns);
        putc('}', out);
    }
    fputs("]}\n", out);
}

/* What happened in each series' sample; in whole numbers of the system's. */
static void put_usage(FILE *out, const char *key, size_t n, const usage *u,
                      size_t offset)
{
    fprintf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < n; i++) {
        double x;
        memcpy(&x, (const char *)&u[i] + offset, sizeof x);
        if (i > 0) putc(',', out);
        put_number(out, x);
    }
    putc(']', out);
}

void record_round(FILE *out, const cell *c, const usage *u)
{
    const size_t n = c->serieses, last = c->rounds - 1;
    start_line(out, "round", c, c->turn);
    fprintf(out, ",\"round\":%zu,\"ns\":[", c->rounds_of[c->turn] - 1);
    for (size_t i = 0; i < n; i++) {
        if (i > 0) putc(',', out);
        put_number(out, c->series[i].ns[last]);
    }
    putc(']', out);
    put_usage(out, "faults", n, u, offsetof(usage, faults));
    put_usage(out, "disk_faults", n, u, offsetof(usage, disk_faults));
    put_usage(out, "yields", n, u, offsetof(usage, yields));
    put_usage(out, "preemptions", n, u, offsetof(usage, preemptions));
    if (n > 0 && isfinite(u[0].cycles)) {
        put_usage(out, "cycles", n, u, offsetof(usage, cycles));
        put_usage(out, "instructions", n, u, offsetof(usage, instructions));
    } else {
        fputs(",\"cycles\":null,\"instructions\":null", out);
    }
    fputs(",\"disturbed\":[", out);
    const char *comma = "";
    for (size_t i = 0; i < n; i++) {
        if (!usage_is_disturbed(u[i])) continue;
        fprintf(out, "%s%zu", comma, i);
        comma = ",";
    }
    fputs("]}\n", out);
}

void record_verdict(FILE *out, const cell *c, const judgement *j)
{
    start_line(out, "verdict", c, c->turn);
    fputs(",\"verdict\":", out);
    put_judgement(out, j);
    fputs("}\n", out);
}

void record_cell_end(FILE *out, const cell *c)
{
    start_line(out, "cell end", c, c->turn);
    put_key_text(out, "end", c->end);
    fprintf(out, ",\"short_of_rounds\":%s", c->was_short[c->turn] ? "true" : "false");
    put_key_number(out, "seconds", c->seconds);
    fputs("}\n", out);
}

void record_run_end(FILE *out, const environment *e)
{
    fputs("{\"record\":\"run end\"", out);
    put_key_text(out, "cpu_share", environment_value(e, "cpu_share"));
    put_key_text(out, "load_at_end", environment_value(e, "load_at_end"));
    fputs("}\n", out);
}

void record_sync(FILE *out)
{
    fflush(out);
    fdatasync(fileno(out));
}
