/* getrusage, and perf_event_open where there is one. */
#define _GNU_SOURCE /* syscall */
#include "bench/usage.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>

/* Of this thread's user code, on whatever processor. -1 when refused. */
static int open_counter(unsigned long long event, int group)
{
    struct perf_event_attr wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.size = sizeof wanted;
    wanted.config = event;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, group, 0);
}

counters counters_open(void)
{
    counters c = {-1, -1, ""};
    c.cycles = open_counter(PERF_COUNT_HW_CPU_CYCLES, -1);
    if (c.cycles < 0)
        c.why_not = errno == EACCES || errno == EPERM
                        ? "the system does not allow them (perf_event_paranoid)"
                        : "this machine has none, as is usual for a virtual one";
    else
        c.instructions = open_counter(PERF_COUNT_HW_INSTRUCTIONS, c.cycles);
    return c;
}
#else
counters counters_open(void) { return (counters){-1, -1, "this system has none"}; }
#endif

void counters_close(counters *c)
{
    if (c->cycles >= 0) close(c->cycles);
    if (c->instructions >= 0) close(c->instructions);
    c->cycles = c->instructions = -1;
}

static double count_of(int counter)
{
    unsigned long long n;
    if (counter < 0 || read(counter, &n, sizeof n) != (ssize_t)sizeof n)
        return (double)NAN;
    return (double)n;
}

usage usage_now(const counters *c)
{
    struct rusage r;
    usage u = {.cycles = (double)NAN, .instructions = (double)NAN};
    if (getrusage(RUSAGE_SELF, &r) == 0) {
        u.faults = (double)r.ru_minflt;
        u.disk_faults = (double)r.ru_majflt;
        u.yields = (double)r.ru_nvcsw;
        u.preemptions = (double)r.ru_nivcsw;
    }
    if (c != NULL) {
        u.cycles = count_of(c->cycles);
        u.instructions = count_of(c->instructions);
    }
    return u;
}

usage usage_between(usage before, usage after)
{
    return (usage){
        after.faults - before.faults, after.disk_faults - before.disk_faults,
        after.yields - before.yields, after.preemptions - before.preemptions,
        after.cycles - before.cycles, after.instructions - before.instructions};
}

bool usage_is_disturbed(usage u)
{
    return u.preemptions > 0 || u.yields > 0 || u.disk_faults > 0;
}
