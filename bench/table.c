/* The benchmark's table on standard output. */
#include "bench/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/diagnosis.h"

static const char indent[] = "      ";

void table_header(const environment *e, const counters *c, uint64_t seed)
{
    printf("gradyno bench %s: nanoseconds per operation of a gradient\n",
           environment_value(e, "version"));
    printf(
        "Times are medians over rounds, in which each engine runs once, in random "
        "order (seed %llu);\nratios are medians of a round's ratios [95%% interval], "
        "resolved where the interval excludes 1\nand the effect is above the noise "
        "floor: what the first engine's ratio to itself shows.\n",
        (unsigned long long)seed);
    printf("%s, %s cores, hypervisor: %s; %s %s\n", environment_value(e, "cpu"),
           environment_value(e, "cores"), environment_value(e, "hypervisor"),
           environment_value(e, "compiler"), environment_value(e, "flags"));
    puts(
        "B/op: bytes that the record has of its allocator at its peak, beyond those of "
        "its leaves;\nthe tape is told beforehand how many operations are to come");
    if (c->why_not[0] != '\0')
        printf("Cycles and instructions are not counted: %s.\n", c->why_not);
    environment_write_advice(e, stdout);
}

void table_columns(const program_kind *kind)
{
    printf("\n%s: %s; size: %s; witness: %s\n", kind->name, kind->formula,
           kind->size_means, kind->witness);
    puts("    size       ops  engine          verdict  residual   record    order "
         "backward"
         "     free    whole    B/op rounds");
}

/* In columns of 9; - for a phase that the engine does not have. */
static void print_ns_per_op(const cell *c, const char *engine, const char *phase)
{
    const series *s = cell_series(c, engine, phase);
    if (s == NULL || c->rounds == 0)
        printf("%9s", "-");
    else
        printf("%9.2f", s->figure.median / (double)c->ops);
}

static void print_number(int width, int decimals, double x)
{
    if (isfinite(x))
        printf("%*.*f", width, decimals, x);
    else
        printf("%*s", width, "-");
}

static void print_failure(const judgement *j)
{
    if (j->why[0] != '\0') {
        printf("%s%s %s: %s\n", indent, j->engine,
               j->skipped ? "is skipped" : "failed, and so it is not timed", j->why);
        return;
    }
    printf("%s%s is off by %.3g where %.3g is allowed (witness: %s)%s\n", indent,
           j->engine, j->residual, j->bound, j->witness,
           is_engine(j->engine) ? ", and so it is not timed" : ": nothing is timed");
}

static void print_engine(const cell *c, const judgement *j, bool coloured)
{
    static const char *const phases[] = {"record", "order", "backward", "free",
                                         "whole"};
    printf("%8zu %9zu  %-15s ", c->size, c->ops, j->engine);
    if (j->passed)
        fputs("pass   ", stdout);
    else if (j->skipped)
        fputs("skip   ", stdout);
    else
        fputs(coloured ? "\033[31mFAIL\033[0m   " : "FAIL   ", stdout);
    if (isnan(j->residual))
        printf("%10s", "-");
    else
        printf("%10.1e", j->residual);
    const bool replays = cell_series(c, j->engine, "forward") != NULL;
    for (size_t p = 0; p < sizeof phases / sizeof *phases; p++)
        print_ns_per_op(c, j->engine, p == 0 && replays ? "forward" : phases[p]);
    print_number(8, 1, j->bytes_per_op);
    if (cell_series(c, j->engine, "whole") != NULL)
        printf(" %6zu\n", c->rounds);
    else
        printf(" %6s\n", "-");
    if (!j->passed) print_failure(j);
}

static void print_primal(const cell *c)
{
    const series *s = cell_series(c, "primal", "primal");
    if (s == NULL || c->rounds == 0) return;
    printf("%8zu %9zu  primal %63s%9.2f%8s %6zu\n", c->size, c->ops, "",
           s->figure.median / (double)c->ops, "-", c->rounds);
}

static void print_verdict(const cell *c, const comparison *r)
{
    const bool beyond = is_resolved(r->ratio, r->noise);
    if (r->resolved)
        printf("the %s is faster\n", r->ratio.median > 1 ? r->over : r->engine);
    else if (beyond && c->processes > 1)
        puts("not resolved: the processes do not agree");
    else
        puts("not resolved");
}

void table_comparison(const cell *c, const comparison *r)
{
    printf("%s%s / %s, whole gradient: %.3g [%.3g, %.3g]", indent, r->engine, r->over,
           r->ratio.median, r->ratio.lo, r->ratio.hi);
    if (c->processes > 1)
        printf(", %zu processes %.3g to %.3g", c->processes, r->of_processes.lo,
               r->of_processes.hi);
    printf(", noise floor %.1f%%: ", 100 * r->noise);
    print_verdict(c, r);
}

/* The engines' whole over the plain value's time. */
static void print_cost(const cell *c)
{
    const char *comma = "gradient / primal, whole:";
    for (size_t i = 0; i < c->comparisons; i++) {
        const comparison *r = &c->comparison[i];
        if (strcmp(r->over, "primal") != 0 || strcmp(r->phase, "whole") != 0) continue;
        printf("%s%s %s %.3g [%.3g, %.3g]", comma[0] == ',' ? "" : indent, comma,
               r->engine, r->ratio.median, r->ratio.lo, r->ratio.hi);
        comma = ",";
    }
    if (comma[0] == ',') putchar('\n');
}

static void print_audit(const audit *a)
{
    if (a->adjoints == 0) return;
    printf("%s%zu adjoints, from %.2g to %.2g; %zu of them 0, %zu subnormal, %zu not "
           "finite\n",
           indent, a->adjoints, a->smallest, a->largest, a->zeros, a->subnormals,
           a->not_finite);
}

static void print_peaks(const cell *c)
{
    const char *comma = "peak of a child's memory, MiB (beyond its start):";
    for (size_t i = 0; i < c->judgements; i++) {
        const judgement *j = &c->judgement[i];
        if (!isfinite(j->peak_bytes)) continue;
        printf("%s%s %s %.1f (%.1f)", comma[0] == ',' ? "" : indent, comma, j->engine,
               j->peak_bytes / 1048576, j->own_bytes / 1048576);
        comma = ",";
    }
    if (comma[0] == ',') putchar('\n');
}

void table_end(const cell *c)
{
    static const char *const why[][2] = {
        {"rounds", "which were all"},
        {"narrow", "until the intervals were narrow"},
        {"budget", "until its share of the time was spent"},
        {"deadline", "until all time was spent"},
        {"stopped", "until it was stopped"},
    };
    if (c->rounds == 0) return;
    printf("%s%zu rounds in %zu process%s, %.2g s", indent, c->rounds, c->processes,
           c->processes == 1 ? "" : "es", c->seconds);
    for (size_t i = 0; i < sizeof why / sizeof *why; i++)
        if (strcmp(c->end, why[i][0]) == 0) printf(", %s", why[i][1]);
    putchar('\n');
}

void table_cell(const cell *c, bool coloured)
{
    for (size_t i = 0; i < c->judgements; i++) {
        const judgement *j = &c->judgement[i];
        if (strcmp(j->engine, "witness") != 0)
            print_engine(c, j, coloured);
        else if (!j->passed)
            print_failure(j);
    }
    print_primal(c);
    for (size_t i = 0; i < c->comparisons; i++) {
        const comparison *r = &c->comparison[i];
        if (strcmp(r->phase, "whole") == 0 && is_engine(r->over) &&
            (strcmp(r->engine, r->over) != 0 || i > 0))
            table_comparison(c, r);
    }
    print_cost(c);
    print_peaks(c);
    print_audit(&c->audit);
    table_end(c);
    diagnosis_write(c, indent, stdout);
    fflush(stdout);
}
