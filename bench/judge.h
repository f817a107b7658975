/* Verify, then time: this is the first half. */
#ifndef GRADYNO_JUDGE_H
#define GRADYNO_JUDGE_H

#include "bench/engines.h"

/*
 * Puts the verdicts into the cell, by the engines' names in it: the witness's own
 * against differences, first, because where it fails nobody passes; then each engine's
 * against the witness, on a record that is made as those that are timed are, with its
 * bytes and, where `peaks`, a child's resident memory. Audits the workload. False when
 * memory is out.
 */
bool judge_engines(cell *head, problem *p, size_t engines_wanted,
                   const engine *const *e, const char *const *name, bool peaks);

#endif
