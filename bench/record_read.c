/* The lines of a record, read. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/records.h"

#ifdef HAVE_jansson
#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

/* null is not a number. */
static double number_in(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static double number_of(const json_t *object, const char *key)
{
    return number_in(json_object_get(object, key));
}

static size_t count_of(const json_t *object, const char *key)
{
    const json_int_t n = json_integer_value(json_object_get(object, key));
    return n < 0 ? 0 : (size_t)n;
}

#define COPY(to, object, key) snprintf(to, sizeof(to), "%s", text_of(object, key))

static void read_run(bench_run *r, const json_t *line)
{
    const char *key;
    json_t *value;
    COPY(r->configuration, line, "configuration");
    r->seed = count_of(line, "seed");
    r->environment.count = 0;
    json_object_foreach(json_object_get(line, "environment"), key, value)
    {
        if (r->environment.count == ENVIRONMENT_FIELDS) break;
        environment_field *f = &r->environment.field[r->environment.count++];
        const char *text = json_string_value(value);
        snprintf(f->key, sizeof f->key, "%s", key);
        snprintf(f->value, sizeof f->value, "%s", text == NULL ? "-" : text);
    }
}

static judgement read_judgement(const json_t *line)
{
    judgement j = judgement_start(text_of(line, "engine"), text_of(line, "witness"));
    j.passed = strcmp(text_of(line, "verdict"), "pass") == 0;
    j.skipped = strcmp(text_of(line, "verdict"), "skip") == 0;
    COPY(j.why, line, "why");
    j.residual = number_of(line, "residual");
    j.bound = number_of(line, "bound");
    j.part = number_of(line, "part");
    j.bytes_per_op = number_of(line, "bytes_per_op");
    j.peak_bytes = number_of(line, "peak_bytes");
    j.own_bytes = number_of(line, "own_bytes");
    return j;
}

static void read_cell(bench_run *r, const json_t *line, cell **now)
{
    size_t i;
    json_t *value;
    cell head = {.size = count_of(line, "size"),
                 .ops = count_of(line, "ops"),
                 .seed = count_of(line, "seed")};
    COPY(head.workload, line, "workload");
    const json_t *a = json_object_get(line, "audit");
    head.audit = (audit){count_of(a, "adjoints"),   count_of(a, "zeros"),
                         count_of(a, "subnormals"), count_of(a, "not_finite"),
                         number_of(a, "smallest"),  number_of(a, "largest")};
    json_array_foreach(json_object_get(line, "verdicts"), i,
                       value) if (i < CELL_ENGINES)
        cell_judge(&head, read_judgement(value));
    json_array_foreach(json_object_get(line, "series"), i, value) if (i < CELL_SERIES)
        cell_declare(&head, text_of(value, "engine"), text_of(value, "phase"),
                     count_of(value, "iterations"), number_of(value, "first_ns"));
    const size_t turn = count_of(line, "turn");
    *now = turn < CELL_PROCESSES ? run_begin(r, &head, turn) : NULL;
}

/* Rounds follow their cell; those of a cell that could not begin are passed over. */
static bool read_round(cell *c, const json_t *line)
{
    const json_t *numbers = json_object_get(line, "ns");
    double ns[CELL_SERIES];
    if (c == NULL || json_array_size(numbers) != c->serieses) return c == NULL;
    for (size_t i = 0; i < c->serieses; i++)
        ns[i] = number_in(json_array_get(numbers, i));
    size_t k;
    json_t *value;
    json_array_foreach(json_object_get(line, "disturbed"), k, value)
    {
        const size_t i = (size_t)json_integer_value(value);
        if (i < c->serieses) c->series[i].disturbed++;
    }
    return cell_round(c, ns);
}

static void read_verdict(const bench_run *r, const json_t *line)
{
    cell *c = run_cell(r, text_of(line, "workload"), count_of(line, "size"));
    if (c != NULL) cell_judge(c, read_judgement(json_object_get(line, "verdict")));
}

static void read_end(const bench_run *r, const json_t *line)
{
    cell *c = run_cell(r, text_of(line, "workload"), count_of(line, "size"));
    const size_t turn = count_of(line, "turn");
    if (c == NULL || turn >= CELL_PROCESSES) return;
    c->turn = turn;
    COPY(c->end, line, "end");
    c->was_short[c->turn] = json_is_true(json_object_get(line, "short_of_rounds"));
    c->seconds += number_of(line, "seconds");
    c->complete[c->turn] = strcmp(c->end, "stopped") != 0;
}

static bool read_line(bench_run *r, const json_t *line, cell **now)
{
    const char *record = text_of(line, "record");
    if (strcmp(record, "run") == 0) {
        read_run(r, line);
    } else if (strcmp(record, "cell") == 0) {
        read_cell(r, line, now);
    } else if (strcmp(record, "round") == 0) {
        return read_round(*now, line);
    } else if (strcmp(record, "verdict") == 0) {
        read_verdict(r, line);
    } else if (strcmp(record, "cell end") == 0) {
        read_end(r, line);
    } else if (strcmp(record, "run end") == 0) {
        r->ended = true;
    } else {
        return false;
    }
    return true;
}

static bool read_lines(bench_run *r, FILE *in, long *offset, char *why, size_t room)
{
    char *text = NULL;
    size_t size = 0, number = 0;
    cell *now = NULL;
    bool ok = true;
    for (ssize_t n; ok && (n = getline(&text, &size, in)) > 0; number++) {
        if (text[n - 1] != '\n') break; /* torn off: it never was */
        json_t *line = json_loadb(text, (size_t)n, JSON_REJECT_DUPLICATES, NULL);
        ok = json_is_object(line) && read_line(r, line, &now);
        json_decref(line);
        if (ok) *offset += (long)n;
    }
    free(text);
    if (!ok) snprintf(why, room, "line %zu is none of a benchmark's record", number);
    return ok;
}

bool record_read(bench_run *r, const char *path, long *offset, char *why, size_t room)
{
    FILE *in = fopen(path, "r");
    bool ok = in != NULL && fseek(in, *offset, SEEK_SET) == 0;
    if (!ok)
        snprintf(why, room, "%s", strerror(errno));
    else
        ok = read_lines(r, in, offset, why, room);
    if (in != NULL) fclose(in);
    return ok;
}
#else
bool record_read(bench_run *r, const char *path, long *offset, char *why, size_t room)
{
    (void)r, (void)path, (void)offset;
    snprintf(why, room,
             "this build has no jansson (install libjansson-dev and build again)");
    return false;
}
#endif
