/* gradyno check --mutants: the kill matrix. */
#include "bench/verb_mutants.h"

#include <stdbool.h>

#include "bench/verbs.h"
#include "verify/mutants.h"

/* How the mutants of one kind of mistake fared. */
typedef struct tally {
    size_t mutants, killed_by[MUTANT_CHECKS], fate[MUTANT_SURVIVES + 1];
} tally;

static const char *fate_name(mutant_fate fate)
{
    static const char *const names[] = {"killed", "equivalent", "survives"};
    return names[fate];
}

/* Mistakes of the walk are one kind: there is one mutant of each. */
static const char *kind_of(const mutant *m)
{
    return m->op == AD_OP_count ? "walk" : mistake_name(m->mistake);
}

static void count(tally *t, const mutant_result *r)
{
    t->mutants++;
    t->fate[r->fate]++;
    for (int check = 0; check < MUTANT_CHECKS; check++)
        t->killed_by[check] += r->killed_by[check];
}

static void print_tally(const char *name, const tally *t)
{
    printf("%-10s %7zu", name, t->mutants);
    for (int check = 0; check < MUTANT_CHECKS; check++)
        printf(" %11zu", t->killed_by[check]);
    printf(" %8zu %10zu %9zu\n", t->fate[MUTANT_KILLED], t->fate[MUTANT_EQUIVALENT],
           t->fate[MUTANT_SURVIVES]);
}

static void print_matrix(const mutants_report *report)
{
    static const mistake kinds[] = {
#define IN_PARTIAL(name, text) MISTAKE_##name,
#define IN_ROW(name, text) MISTAKE_##name,
#include "verify/mutants.def"
    };
    enum { KINDS = sizeof kinds / sizeof kinds[0] };
    tally tallies[KINDS + 1] = {0}, all = {0};
    for (size_t i = 0; i < report->n; i++) {
        const mutant_result *r = &report->result[i];
        size_t kind = 0;
        while (kind < KINDS && kinds[kind] != r->mutant.mistake) kind++;
        count(&tallies[kind], r);
        count(&all, r);
    }
    printf("%-10s %7s", "mistake", "mutants");
    for (int check = 0; check < MUTANT_CHECKS; check++)
        printf(" %11s", mutant_check_name((mutant_check)check));
    printf(" %8s %10s %9s\n", "killed", "equivalent", "survivors");
    for (size_t kind = 0; kind < KINDS; kind++)
        print_tally(mistake_name(kinds[kind]), &tallies[kind]);
    print_tally("walk", &tallies[KINDS]);
    print_tally("all", &all);
    if (!report->exact)
        puts("ulps: against the table in double, as this build has no MPFR");
}

static void print_walk(const mutants_report *report)
{
    puts("\nmistakes of the walk");
    for (size_t i = 0; i < report->n; i++) {
        const mutant_result *r = &report->result[i];
        if (r->mutant.op != AD_OP_count) continue;
        printf("%-22s", r->mutant.name);
        for (int check = 0; check < MUTANT_CHECKS; check++)
            printf(" %-12s",
                   r->killed_by[check] ? mutant_check_name((mutant_check)check) : ".");
        printf(" %s\n", mistake_text(r->mutant.mistake));
    }
}

static void print_others(const mutants_report *report, mutant_fate fate)
{
    for (size_t i = 0; i < report->n; i++) {
        const mutant_result *r = &report->result[i];
        if (r->fate != fate) continue;
        printf("%-22s %s: %s\n", r->mutant.name, fate_name(fate),
               fate == MUTANT_EQUIVALENT ? r->mutant.equivalent
                                         : mistake_text(r->mutant.mistake));
    }
}

static void write_row(FILE *out, const mutant_result *r)
{
    const mutant *m = &r->mutant;
    fprintf(out, "%s\t%s\t%s", m->name, kind_of(m),
            m->op == AD_OP_count ? "-" : ad_ops[m->op].name);
    for (int check = 0; check < MUTANT_CHECKS; check++)
        fprintf(out, "\t%d", r->killed_by[check]);
    fprintf(out, "\t%s\n", fate_name(r->fate));
}

static void write_tsv(FILE *out, const mutants_report *report)
{
    fputs("mutant\tkind\top", out);
    for (int check = 0; check < MUTANT_CHECKS; check++)
        fprintf(out, "\tkilled_by_%s", mutant_check_name((mutant_check)check));
    fputs("\tverdict\n", out);
    for (size_t i = 0; i < report->n; i++) write_row(out, &report->result[i]);
}

int run_mutants(FILE *tsv, uint64_t seed)
{
    mutants_report report;
    if (!mutants_run(seed, &report)) {
        fputs("gradyno check: out of memory\n", stderr);
        return EXIT_USAGE;
    }
    print_matrix(&report);
    print_walk(&report);
    putchar('\n');
    print_others(&report, MUTANT_EQUIVALENT);
    print_others(&report, MUTANT_SURVIVES);
    if (tsv != NULL) write_tsv(tsv, &report);
    if (report.is_void)
        printf("\nvoid: %s\n", report.void_reason);
    else
        puts("\ncanary: dead under every check; the engines themselves pass them all");
    puts("these are mistakes in the engines; those in the checker are make mutants'");
    const size_t failed = report.survivors + report.is_void;
    printf("%zu passed, %zu failed\n", report.killed + report.equivalent, failed);
    mutants_report_free(&report);
    return failed > 0 ? EXIT_FAILED : EXIT_HELD;
}
