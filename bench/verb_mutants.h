/* gradyno check --mutants. */
#ifndef GRADYNO_VERB_MUTANTS_H
#define GRADYNO_VERB_MUTANTS_H

#include <stdint.h>
#include <stdio.h>

/*
 * Tries every engine mutant, and prints the kill matrix (kind of mistake by check), the
 * survivors and the equivalent ones by name with the reason, the canary, and last
 * `N passed, M failed`: killed or equivalent, and alive. tsv, which may be NULL, gets a
 * header and a row for each mutant. Returns EXIT_HELD, EXIT_FAILED (a survivor, or a
 * void run) or EXIT_USAGE (no memory).
 */
int run_mutants(FILE *tsv, uint64_t seed);

#endif
