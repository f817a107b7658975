/*
 * The test of the test: every engine mutant against every check.
 *
 *     mutants_report report;
 *     if (mutants_run(1, &report)) {
 *         ... report.survivors, report.result[i] ...
 *         mutants_report_free(&report);
 *     }
 *
 * Before any mutant, the engines themselves (graph, in either order, tape, and the list
 * engine that the mutants are copies of) must pass every check, and the canary must die
 * under every check: else the run says nothing, and is void.
 */
#ifndef GRADYNO_MUTANTS_H
#define GRADYNO_MUTANTS_H

#include "verify/mutant.h"
#include "verify/mutant_checks.h"

typedef enum mutant_fate {
    MUTANT_KILLED,     /* at least one check rejects it */
    MUTANT_EQUIVALENT, /* none does, and none can: mutant->equivalent says why */
    MUTANT_SURVIVES    /* none does: a mistake that nothing here sees */
} mutant_fate;

typedef struct mutant_result {
    mutant mutant;
    bool killed_by[MUTANT_CHECKS];
    mutant_fate fate;
    char why[MUTANT_WHY]; /* what the first check that killed it said */
} mutant_result;

typedef struct mutants_report {
    mutant_result *result; /* [n], without the canary */
    size_t n, killed, equivalent, survivors;
    mutant_result canary;
    bool exact;   /* `ulps` was against MPFR */
    bool is_void; /* what is above proves nothing, because: */
    char void_reason[MUTANT_WHY + 80];
} mutants_report;

/* False when memory is out, and then there is nothing to free. */
bool mutants_run(uint64_t seed, mutants_report *report);
void mutants_report_free(mutants_report *report);

#endif
