/*
 * Is the checker's error bound an error bound? Random formulas whose derivatives are
 * known, each judged with the right derivative and with five wrong ones.
 *
 * Promised: the true error lies within the bound in at least 97 % of the partials that
 * are resolved (known to a hundredth), and within 8 times the bound in 99 %; at most
 * one false alarm in 1000 right claims, and one miss in 10000 wrong ones.
 */
#ifndef GRADYNO_CALIBRATION_H
#define GRADYNO_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CALIBRATION_WITHIN 0.97
#define CALIBRATION_WITHIN_8 0.99
enum { CALIBRATION_WRONG = 5 }; /* claims for each formula, beside the right one */

typedef struct calibration {
    size_t formulas;
    size_t accused, unsure_right;         /* of the right claims */
    size_t missed, unsure_wrong;          /* of the wrong ones */
    size_t resolved, beyond, far_beyond;  /* the bound, and 8 times it */
    size_t evaluations, most_evaluations; /* of a right claim: in all, and the most */
} calibration;

/*
 * The table of that many formulas, drawn by the seed. Into `tsv`, unless it is NULL, a
 * line for each partial that is resolved: truth, numerical, bound, ratio (of the true
 * error to the bound), evaluations; with names above. False when memory is out.
 */
bool calibration_run(size_t formulas, uint64_t seed, FILE *tsv, calibration *result);

/* Whether all of it is as promised; of a small sample, with room for its luck. */
bool calibration_holds(const calibration *c);

#endif
