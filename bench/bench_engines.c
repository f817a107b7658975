/* Which engines the options ask for: rows by name, and files. */
#define _DEFAULT_SOURCE /* setenv */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench_parser.h"
#include "bench/foreign.h"
#include "bench/outsiders.h"

static bool wrong(const bench_parser *p, const char *value, const char *allowed)
{
    fprintf(stderr, "gradyno %s: --engine takes %s, not '%s'\n", p->verb, allowed,
            value);
    return false;
}

/* The engines there are, into a sentence. */
static bool no_engine(const bench_parser *p, const char *name, size_t length)
{
    fprintf(stderr, "gradyno %s: there is no engine '%.*s'; there are", p->verb,
            (int)length, name);
    for (size_t i = 0; i < engines_count; i++)
        fprintf(stderr, "%s %s", i == 0 ? "" : ",", engines[i].name);
    fputc('\n', stderr);
    return false;
}

/* A peer that was not built is named, and cannot run. */
static bool is_there(const bench_parser *p, const engine *e)
{
    if (outsider_is_there(e)) return true;
    fprintf(stderr, "gradyno %s: %s is not built here (make peers)\n", p->verb,
            e->name);
    return false;
}

/* What the k-th engine was compiled into, of the process that this one works for. */
enum { VARIABLE = sizeof "GRADYNO_OBJECT_18446744073709551615" };

static void object_variable(size_t k, char name[VARIABLE])
{
    snprintf(name, VARIABLE, "GRADYNO_OBJECT_%zu", k);
}

void bench_options_export(const bench_options *o)
{
    char name[VARIABLE];
    for (size_t k = 0; k < o->engines; k++) {
        const foreign *f = foreign_of_file(o->engine[k]);
        object_variable(k, name);
        if (f != NULL) setenv(name, f->file.path, 1);
    }
}

void bench_options_end(bench_options *o)
{
    for (size_t k = 0; k < o->engines; k++)
        foreign_unload(foreign_of_file(o->engine[k]));
    o->engines = 0;
}

/* A row by its name, or a foreign one by its file. */
bool bench_add_engine(bench_parser *p, const char *word, size_t length)
{
    bench_options *o = p->o;
    char path[4096], variable[VARIABLE];
    const engine *e = length == 0 ? NULL : engine_named(word, length);
    if (e != NULL) {
        if (!is_there(p, e)) return false;
    } else {
        if (length >= sizeof path) return no_engine(p, word, 60);
        snprintf(path, sizeof path, "%.*s", (int)length, word);
        if (!foreign_is_path(path)) return no_engine(p, word, length);
        object_variable(o->engines, variable);
        const char *object = getenv("GRADYNO_RECORD") == NULL ? NULL : getenv(variable);
        const foreign *f = foreign_load(p->verb, path, object);
        if (f == NULL) return false;
        e = &f->row;
    }
    o->engine[o->engines++] = e;
    return true;
}

bool bench_parse_engines(bench_parser *p, const char *text)
{
    bench_options *o = p->o;
    o->engines = 0;
    p->engines_given = true;
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ",");
        if (o->engines == BENCH_ENGINES) return wrong(p, text, "fewer engines");
        if (!bench_add_engine(p, at, length)) return false;
        for (size_t i = 0; i + 1 < o->engines; i++)
            if (o->engine[i] == o->engine[o->engines - 1])
                return wrong(p, text, "different engines");
        at += length;
        if (*at == '\0') return true;
    }
}
