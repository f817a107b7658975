/* Every engine mutant against every check. */
#include "verify/mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAGS = 1000 };

/* False when memory is out. */
static bool ask_all(mutant_checks *c, const subject *s, ad_op op, mutant_result *result)
{
    for (int check = 0; check < MUTANT_CHECKS; check++) {
        char why[MUTANT_WHY] = "";
        const mutant_answer answer =
            mutant_checks_ask(c, (mutant_check)check, s, op, why);
        if (answer == NO_MEMORY) return false;
        result->killed_by[check] = answer == REJECTED;
        if (answer == REJECTED && result->why[0] == '\0')
            memcpy(result->why, why, sizeof why);
    }
    return true;
}

static bool is_killed(const mutant_result *r)
{
    bool killed = false;
    for (int check = 0; check < MUTANT_CHECKS; check++) killed |= r->killed_by[check];
    return killed;
}

static bool try_mutant(mutant_checks *c, const mutant *m, mutant_result *result)
{
    subject s;
    *result = (mutant_result){.mutant = *m};
    if (!mutant_subject(&s, m)) return false;
    const bool asked = ask_all(c, &s, m->op, result);
    subject_free(&s);
    result->fate = is_killed(result)       ? MUTANT_KILLED
                   : m->equivalent != NULL ? MUTANT_EQUIVALENT
                                           : MUTANT_SURVIVES;
    return asked;
}

/* ---- What a run stands on -------------------------------------------------------- */

static bool subject_list(subject *s) { return mutant_subject(s, NULL); }

static bool try_engines(mutant_checks *c, mutants_report *report)
{
    bool (*const engines[])(subject *) = {
        subject_graph, subject_graph_in_creation_order, subject_tape, subject_list};
    for (size_t e = 0; e < sizeof engines / sizeof engines[0]; e++) {
        subject s;
        mutant_result result = {0};
        if (!engines[e](&s)) return false;
        const bool asked = ask_all(c, &s, AD_OP_count, &result);
        if (asked && is_killed(&result) && !report->is_void) {
            report->is_void = true;
            snprintf(report->void_reason, sizeof report->void_reason,
                     "the %s engine has no mistake, and is rejected: %s", s.name,
                     result.why);
        }
        subject_free(&s);
        if (!asked) return false;
    }
    return true;
}

static bool try_canary(mutant_checks *c, const mutant *m, mutants_report *report)
{
    if (!try_mutant(c, m, &report->canary)) return false;
    for (int check = 0; check < MUTANT_CHECKS; check++) {
        if (report->canary.killed_by[check]) continue;
        report->is_void = true;
        snprintf(report->void_reason, sizeof report->void_reason,
                 "the canary lives: check %s does not see that %s",
                 mutant_check_name((mutant_check)check), mistake_text(MISTAKE_canary));
    }
    return true;
}

static bool run(mutant_checks *c, const mutant *list, mutants_report *report)
{
    if (!try_engines(c, report) || !try_canary(c, &list[report->n], report))
        return false;
    for (size_t i = 0; i < report->n; i++) {
        mutant_result *result = &report->result[i];
        if (!try_mutant(c, &list[i], result)) return false;
        report->killed += result->fate == MUTANT_KILLED;
        report->equivalent += result->fate == MUTANT_EQUIVALENT;
        report->survivors += result->fate == MUTANT_SURVIVES;
    }
    return true;
}

bool mutants_run(uint64_t seed, mutants_report *report)
{
    *report = (mutants_report){0};
    size_t n;
    mutant *list = mutant_list(&n);
    mutant_checks *c = mutant_checks_new(seed, DAGS);
    bool ran = false;
    if (list != NULL && c != NULL) {
        report->n = n - 1; /* the canary is the last */
        report->exact = mutant_checks_are_exact(c);
        report->result = calloc(n, sizeof *report->result);
        ran = report->result != NULL && run(c, list, report);
    }
    if (!ran) mutants_report_free(report);
    mutant_checks_free(c);
    free(list);
    return ran;
}

void mutants_report_free(mutants_report *report)
{
    free(report->result);
    report->result = NULL;
    report->n = 0;
}
