/* Regressions, improvements, and what cannot be told. */
#include "bench/baseline.h"

#include <math.h>
#include <string.h>

baseline_verdict baseline_judge(baseline_part now, baseline_part then, figure *change)
{
    /* The two were not measured together, so their intervals add up: wider than need
     * be, never narrower. */
    *change = (figure){now.ratio.median / then.ratio.median,
                       now.ratio.lo / then.ratio.hi, now.ratio.hi / then.ratio.lo};
    if (!is_resolved(*change, now.floor + then.floor)) return BASELINE_NOT_RESOLVED;
    return change->median > 1 ? BASELINE_REGRESSION : BASELINE_IMPROVEMENT;
}

/* How far a process's median may lie from that of the run. */
static double spread(const cell *c, figure of_processes)
{
    if (c->processes < 2) return BASELINE_LAYOUT;
    return fmax(of_processes.hi / of_processes.median,
                of_processes.median / of_processes.lo) -
           1;
}

static baseline_part part_of(const cell *c, const series *s)
{
    const comparison *r = cell_comparison(c, s->engine, "primal", "whole");
    const double noise = c->comparisons > 0 ? c->comparison[0].noise : (double)NAN;
    if (r != NULL) return (baseline_part){r->ratio, noise + spread(c, r->of_processes)};
    return (baseline_part){s->figure, noise + spread(c, s->of_processes)};
}

static void say_differences(const bench_run *now, const bench_run *then, FILE *out)
{
    const char *a = environment_value(&then->environment, "comparable");
    const char *b = environment_value(&now->environment, "comparable");
    if (strcmp(a, b) == 0) return;
    fputs("the baseline is of another machine or build, and says little", out);
    environment_write_differences(&then->environment, &now->environment, out);
    fputc('\n', out);
}

size_t baseline_compare(const bench_run *now, const bench_run *then, FILE *out)
{
    static const char *const verdicts[] = {"REGRESSION", "improvement", "not resolved"};
    size_t count[3] = {0}, alone = 0;
    fputs("\nagainst the baseline: time of a whole gradient over the primal's, now / "
          "then "
          "[95% interval], floor of both runs\n",
          out);
    say_differences(now, then, out);
    for (size_t i = 0; i < now->cells; i++) {
        const cell *c = now->cell[i], *old = run_cell(then, c->workload, c->size);
        for (size_t k = 0; k < c->serieses; k++) {
            const series *s = &c->series[k];
            if (strcmp(s->phase, "whole") != 0 || cell_is_void(c, s->engine)) continue;
            const series *before =
                old == NULL ? NULL : cell_series(old, s->engine, "whole");
            if (before == NULL) {
                alone++;
                continue;
            }
            figure change;
            const baseline_part a = part_of(c, s), b = part_of(old, before);
            const baseline_verdict v = baseline_judge(a, b, &change);
            count[v]++;
            fprintf(out, "%12s %8zu  %-8s %6.3f [%.3f, %.3f], floor %4.1f%%: %s\n",
                    c->workload, c->size, s->engine, change.median, change.lo,
                    change.hi, 100 * (a.floor + b.floor), verdicts[v]);
        }
    }
    fprintf(out, "%zu regressions, %zu improvements, %zu not resolved", count[0],
            count[1], count[2]);
    if (alone > 0) fprintf(out, ", %zu not in the baseline", alone);
    fputc('\n', out);
    return count[BASELINE_REGRESSION];
}
