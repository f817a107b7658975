/* A child, a gradient, and what wait4 says of it. */
#define _DEFAULT_SOURCE /* wait4 */
#include "bench/peak.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

double peak_resident_bytes(void)
{
    double pages = (double)NAN;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f == NULL) return pages;
    if (fscanf(f, "%*s %lf", &pages) != 1) pages = (double)NAN;
    fclose(f);
    return pages * (double)sysconf(_SC_PAGESIZE);
}

/* The child's part: it leaves without a word, and without flushing what it
 * inherited. */
static void compute(const engine *e, const problem *p, int out)
{
    const double before = peak_resident_bytes();
    double *gradient = malloc((p->program.inputs + 1) * sizeof *gradient), value;
    void *run = e->open(e, p, NULL);
    if (run != NULL) e->reserve(run);
    const bool ok = run != NULL && gradient != NULL &&
                    e->gradient(run, &value, gradient) == AD_OK &&
                    write(out, &before, sizeof before) == (ssize_t)sizeof before;
    _exit(ok ? 0 : 1);
}

void peak_of(const engine *e, const problem *p, double *peak, double *own)
{
    *peak = *own = (double)NAN;
    int ends[2], status;
    double before;
    struct rusage resources;
#ifdef __GLIBC__
    malloc_trim(0); /* or the child would find room that an earlier cell left */
#endif
    if (pipe(ends) != 0) return;
    fflush(stdout); /* a tool may flush what the child inherited */
    const pid_t child = fork();
    if (child == 0) compute(e, p, ends[1]);
    close(ends[1]);
    const bool told =
        child > 0 && read(ends[0], &before, sizeof before) == (ssize_t)sizeof before;
    close(ends[0]);
    if (child > 0 && wait4(child, &status, 0, &resources) == child && told &&
        WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        *peak = (double)resources.ru_maxrss * 1024;
        *own = *peak - before;
    }
}
