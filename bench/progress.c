/* The line of progress. */
#include "bench/progress.h"

#include <stdio.h>
#include <unistd.h>

progress progress_start(const stopwatch *clock, double seconds)
{
    return (progress){.clock = *clock,
                      .start_ns = stopwatch_now(clock),
                      .start_processor_ns = clock_processor_ns(),
                      .seconds = seconds,
                      .shows = isatty(STDERR_FILENO) == 1};
}

double progress_seconds_left(const progress *p)
{
    const double left = p->seconds - stopwatch_since(&p->clock, p->start_ns) * 1e-9;
    return left > 0 ? left : 0;
}

double progress_share(const progress *p)
{
    return (clock_processor_ns() - p->start_processor_ns) /
           stopwatch_since(&p->clock, p->start_ns);
}

static void show(progress *p, size_t round, size_t rounds)
{
    p->shown_ns = stopwatch_now(&p->clock);
    fprintf(stderr, "\r\033[K%s: ", p->what);
    if (rounds == 0)
        fputs("verifying, warming up", stderr);
    else
        fprintf(stderr, "round %zu of %zu", round, rounds);
    const double left = progress_seconds_left(p);
    if (left > 1) fprintf(stderr, ", about %.0f s left in all", left);
    fflush(stderr);
}

void progress_of(progress *p, const char *what, size_t size)
{
    snprintf(p->what, sizeof p->what, "%s %zu", what, size);
    if (p->shows) show(p, 0, 0);
}

void progress_round(void *ctx, size_t round, size_t rounds)
{
    progress *p = ctx;
    if (p->shows && stopwatch_since(&p->clock, p->shown_ns) > 1e8)
        show(p, round, rounds);
}

void progress_clear(const progress *p)
{
    if (p->shows) fputs("\r\033[K", stderr);
}
