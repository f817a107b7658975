/* Which cells the options ask for, and in what words. */
#include <stdio.h>
#include <string.h>

#include "bench/bench_parser.h"
#include "bench/foreign.h"
#include "bench/ladder.h"

static bool add_cell(bench_parser *p, workload w, size_t size)
{
    bench_options *o = p->o;
    const bool moons = w.kind == &moons_kind, mlp = w.kind == &bench_mlp_kind;
    if (o->cells == BENCH_CELLS || (moons && size != moons_kind.sizes[0]) ||
        (mlp && size > BENCH_WIDEST)) {
        fprintf(stderr, "gradyno %s: %s has no size %zu (gradyno %s --list)\n", p->verb,
                w.kind->name, size, p->verb);
        return false;
    }
    o->cell[o->cells++] = (bench_cell){w, size};
    return true;
}

/* The sizes given, or its own; of a program other than the perceptron the largest of
 * those that are quick, so that many programs fit in a minute. */
static bool add_workload(bench_parser *p, workload w)
{
    const program_kind *kind = w.kind;
    const size_t from =
        p->o->quick && kind != &bench_mlp_kind && kind->quick > 0 ? kind->quick - 1 : 0;
    for (size_t i = 0; i < p->sizes; i++)
        if (!add_cell(p, w, p->size[i])) return false;
    for (size_t i = from; p->sizes == 0 && kind->sizes[i] != 0; i++)
        if ((!p->o->quick || i < kind->quick) && !add_cell(p, w, kind->sizes[i]))
            return false;
    return true;
}

static bool add_named(bench_parser *p, const char *text)
{
    const size_t count = workloads_count();
    bool taken[BENCH_CELLS] = {false};
    for (const char *at = text;; at++) {
        const size_t length = strcspn(at, ","), k = workload_named(at, length);
        if (k >= count || taken[k]) {
            fprintf(stderr,
                    "gradyno %s: --workload takes different ones of gradyno %s --list, "
                    "or all, not '%s'\n",
                    p->verb, p->verb, text);
            return false;
        }
        taken[k] = true;
        if (!add_workload(p, workload_at(k))) return false;
        at += length;
        if (*at == '\0') return true;
    }
}

/* One workload, at the point of a file. */
static bool add_data(bench_parser *p)
{
    const char *name = p->workloads == NULL ? "" : p->workloads, *path = p->o->data;
    const size_t k = workload_named(name, strlen(name));
    workload w = {0};
    if (k < workloads_count()) w = workload_at(k);
    if (w.kind == NULL || w.kind->open_file == NULL || p->sizes > 0) {
        fprintf(
            stderr,
            "gradyno %s: --data takes one --workload that has files, as gmm, and no "
            "--size\n",
            p->verb);
        return false;
    }
    program_error error;
    program f;
    if (!w.kind->open_file(&f, w.kind, path, &error)) {
        fprintf(stderr, "gradyno %s: cannot read '%s': %s\n", p->verb, path,
                error.text);
        return false;
    }
    w.data = path;
    const bool ok = add_cell(p, w, f.size);
    w.kind->close(&f);
    return ok;
}

/* Sizes of no workload in particular are the perceptron's. */
bool bench_add_cells(bench_parser *p, const char *by_default)
{
    if (p->o->data != NULL) return add_data(p);
    if (p->workloads == NULL && p->sizes > 0) p->workloads = "mlp";
    if (p->workloads == NULL) p->workloads = by_default;
    if (p->workloads != NULL) return add_named(p, p->workloads);
    for (size_t k = 0; k < workloads_count(); k++) {
        const workload w = workload_at(k);
        if (w.is_default && !add_workload(p, w)) return false;
    }
    return true;
}

bool bench_add_ladder(bench_parser *p)
{
    static const size_t quick[] = {64, 256}, full[] = {16, 64, 256, 512};
    bench_options *o = p->o;
    if (p->workloads != NULL || o->data != NULL || o->baseline != NULL ||
        o->export_google != NULL) {
        fprintf(stderr,
                "gradyno %s: --ladder is of the workload mlp, and takes no --workload, "
                "--data, --baseline or --export-google\n",
                p->verb);
        return false;
    }
    for (size_t i = 0; i < o->engines; i++)
        if (engine_is_foreign(o->engine[i])) {
            fprintf(stderr,
                    "gradyno %s: --ladder is of rungs of its own: %s stands on none "
                    "(gradyno race takes it)\n",
                    p->verb, o->engine[i]->name);
            return false;
        }
    if (!p->engines_given) o->engines = ladder_engines(o->engine, BENCH_ENGINES);
    if (p->sizes == 0) {
        p->sizes = o->quick ? 2 : 4;
        memcpy(p->size, o->quick ? quick : full, p->sizes * sizeof *p->size);
    }
    if (o->quick && o->rounds == 0) o->rounds = LADDER_QUICK_ROUNDS;
    if (o->seconds == 0) {
        o->seconds = o->quick ? 8 : 60;
        o->seconds_most = o->quick ? 13 : 90;
    }
    return add_named(p, bench_mlp_kind.name);
}

void bench_options_text(const bench_options *o, char *text, size_t room)
{
    size_t used = 0;
    const program_kind *last = NULL;
#define ADD(...)                                                                       \
    (used += used < room ? (size_t)snprintf(text + used, room - used, __VA_ARGS__) : 0)
    for (size_t i = 0; i < o->engines; i++) {
        const foreign *f = foreign_of_file(o->engine[i]);
        ADD("%s%s", i == 0 ? "engines " : ",", o->engine[i]->name);
        if (f != NULL) ADD(" (%016llx)", (unsigned long long)f->hash);
    }
    for (size_t i = 0; i < o->cells; i++) {
        const program_kind *kind = o->cell[i].workload.kind;
        if (kind == last)
            ADD(",%zu", o->cell[i].size);
        else
            ADD("; %s %zu", kind->name, o->cell[i].size);
        last = kind;
    }
    if (o->data != NULL) { /* its name alone: a path is of this machine */
        const char *slash = strrchr(o->data, '/');
        ADD(" of %s", slash == NULL ? o->data : slash + 1);
    }
    ADD("; rounds %zu; processes %zu; seconds %g; seed %llu", o->rounds, o->processes,
        o->seconds, (unsigned long long)o->seed);
#undef ADD
}
