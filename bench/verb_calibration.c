/* gradyno check --calibration: the checker's error bounds against true errors. */
#include "bench/verb_calibration.h"

#include <stdbool.h>

#include "bench/verbs.h"
#include "verify/calibration.h"

enum { FORMULAS = 2000 };

static double share(size_t outside, size_t of)
{
    return of > 0 ? 100 * (1 - (double)outside / (double)of) : 0;
}

int run_calibration(FILE *tsv, uint64_t seed)
{
    calibration c;
    if (!calibration_run(FORMULAS, seed, tsv, &c)) {
        fputs("gradyno check: out of memory\n", stderr);
        return EXIT_USAGE;
    }
    const size_t wrong = CALIBRATION_WRONG * c.formulas;
    const bool holds = calibration_holds(&c);
    printf("calibration  %zu random formulas, callbacks in double, %.0f evaluations a "
           "partial on average, %zu at most\n",
           c.formulas, (double)c.evaluations / (double)c.formulas, c.most_evaluations);
    printf("  resolved   %zu: true error within the bound in %.1f %%, within 8 "
           "times it in %.2f %%\n",
           c.resolved, share(c.beyond, c.resolved), share(c.far_beyond, c.resolved));
    printf("  right      of %zu claims %zu pass, %zu fail (false alarms), %zu are "
           "inconclusive\n",
           c.formulas, c.formulas - c.accused - c.unsure_right, c.accused,
           c.unsure_right);
    printf("  wrong      of %zu claims %zu fail, %zu pass (misses), %zu are "
           "inconclusive\n",
           wrong, wrong - c.missed - c.unsure_wrong, c.missed, c.unsure_wrong);
    printf("%s: promised are 97 %% and 99 %%, one false alarm in 1000, one miss in "
           "10000\n",
           holds ? "pass" : "FAIL");
    return holds ? EXIT_HELD : EXIT_FAILED;
}
