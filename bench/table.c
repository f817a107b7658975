/* The benchmark's table on standard output. */
#include "bench/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void table_header(const environment *e, uint64_t seed)
{
    printf("gradyno bench %s: nanoseconds per operation of a gradient\n",
           environment_value(e, "version"));
    printf("medians [95%% interval of the median]; in every round each engine runs "
           "once, in "
           "random order (seed %llu)\n",
           (unsigned long long)seed);
    printf("%s, %s cores, hypervisor: %s; %s %s\n", environment_value(e, "cpu"),
           environment_value(e, "cores"), environment_value(e, "hypervisor"),
           environment_value(e, "compiler"), environment_value(e, "flags"));
    puts(
        "B/op: bytes that the record has of its allocator at its peak, beyond those of "
        "its leaves;\nthe tape is told beforehand how many operations are to come");
    environment_write_advice(e, stdout);
}

void table_columns(const char *workload)
{
    if (strcmp(workload, "mlp") == 0)
        puts("\nmlp: H-H-H-H-1, tanh, one sample; size is H");
    else
        puts("\nmoons: micrograd's demo, 100 steps on 100 points; whole training runs");
    puts(" size       ops  engine verdict  residual   record    order backward     "
         "free    "
         "whole    B/op rounds");
}

/* In columns of 9; - for a phase that the engine does not have. */
static void print_ns_per_op(const cell *c, const char *engine, const char *phase)
{
    const series *s = cell_series(c, engine, phase);
    if (s == NULL)
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

static void print_engine(const cell *c, const judgement *j, bool coloured)
{
    static const char *const phases[] = {"record", "order", "backward", "free",
                                         "whole"};
    printf("%5zu %9zu  %-6s ", c->size, c->ops, j->engine);
    if (j->passed)
        fputs("pass   ", stdout);
    else
        fputs(coloured ? "\033[31mFAIL\033[0m   " : "FAIL   ", stdout);
    printf("%10.1e", j->residual);
    for (size_t p = 0; p < sizeof phases / sizeof *phases; p++)
        print_ns_per_op(c, j->engine, phases[p]);
    print_number(8, 1, j->bytes_per_op);
    if (cell_series(c, j->engine, "whole") != NULL)
        printf(" %6zu\n", c->rounds);
    else
        printf(" %6s\n", "-");
    if (!j->passed)
        printf(
            "      %s is off by %.3g where %.3g is allowed (witness: %s), and so it is "
            "not timed\n",
            j->engine, j->residual, j->bound, j->witness);
}

static void print_primal(const cell *c)
{
    const series *s = cell_series(c, "primal", "primal");
    if (s == NULL) return;
    printf("%5zu %9zu  primal %54s%9.2f%8s %6zu\n", c->size, c->ops, "",
           s->figure.median / (double)c->ops, "-", c->rounds);
}

/* "graph / tape 8.53 [8.41, 8.60], noise 1.2%: the tape is faster" */
static void print_comparison(const comparison *r)
{
    printf("      %s / %s %.3g [%.3g, %.3g], noise floor %.1f%%: ", r->engine, r->over,
           r->ratio.median, r->ratio.lo, r->ratio.hi, 100 * r->noise);
    if (r->resolved)
        printf("the %s is faster\n", r->ratio.median > 1 ? r->over : r->engine);
    else
        puts("not resolved");
}

static void print_excess(const cell *c, const char *engine)
{
    const double excess = cell_excess_of_phases(c, engine);
    if (fabs(excess) > 0.15)
        printf("      the phases of the %s add up to %.0f%% %s than its whole\n",
               engine, 100 * fabs(excess), excess > 0 ? "more" : "less");
}

void table_cell(const cell *c, bool coloured)
{
    for (size_t i = 0; i < c->judgements; i++)
        print_engine(c, &c->judgement[i], coloured);
    print_primal(c);
    const comparison *engines = cell_comparison(c, "graph", "tape", "whole");
    if (engines != NULL) print_comparison(engines);
    print_excess(c, "graph");
    print_excess(c, "tape");
    if (c->subnormals > 0)
        printf("      %zu derivatives are subnormal: they multiply many times slower\n",
               c->subnormals);
    if (c->short_of_rounds)
        printf("      only %zu rounds: fewer than the rule asks for\n", c->rounds);
    fflush(stdout);
}
