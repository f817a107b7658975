/* A process for what is not trusted. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, wait4 */
#include "verify/kit/isolate.h"

#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verify/kit/group.h"

enum { STACK = 8 << 20, HANDLER_STACK = 64 << 10, WORDS = 4096 };

/* Guarded on both sides: arrays that an engine runs over like to lie beside. */
static size_t guarded(size_t bytes, size_t *page)
{
    *page = (size_t)sysconf(_SC_PAGESIZE);
    return (bytes + *page - 1) / *page * *page + 2 * *page;
}

void *isolate_share(size_t bytes)
{
    size_t page;
    const size_t all = guarded(bytes, &page);
    char *from =
        mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (from == MAP_FAILED) return NULL;
    mprotect(from, page, PROT_NONE);
    mprotect(from + all - page, page, PROT_NONE);
    return from + page;
}

void isolate_unshare(void *shared, size_t bytes)
{
    size_t page;
    const size_t all = guarded(bytes, &page);
    if (shared != NULL) munmap((char *)shared - page, all);
}

/* ---- In the child ---------------------------------------------------------------- */

/* A handler has no argument of ours: the child, which has one thread and one end, keeps
 * these two for it. */
static isolation_will *will;
static uintptr_t stack_top;

static void on_fault(int number, siginfo_t *info, void *context)
{
    (void)context;
    const uintptr_t at = (uintptr_t)info->si_addr;
    const uintptr_t depth = stack_top > at ? stack_top - at : 0;
    will->overflow = depth > STACK / 8 * 7 && depth < (uintptr_t)STACK * 8;
    will->null_pointer = at < 65536;
    signal(number, SIG_DFL);
    raise(number);
}

static void watch_faults(void)
{
    const stack_t own = {.ss_sp = malloc(HANDLER_STACK), .ss_size = HANDLER_STACK};
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    action.sa_sigaction = on_fault;
    sigemptyset(&action.sa_mask);
    if (own.ss_sp == NULL || sigaltstack(&own, NULL) != 0) return;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

static void limit(int resource, size_t most)
{
    struct rlimit r;
    if (getrlimit(resource, &r) != 0) return;
    if (r.rlim_max != RLIM_INFINITY && most > r.rlim_max) most = r.rlim_max;
    r.rlim_cur = most;
    setrlimit(resource, &r);
}

static void set_limits(const isolation_limits *limits)
{
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_STACK, STACK);
    if (limits->bytes > 0 && !ISOLATION_UNDER_ASAN) limit(RLIMIT_AS, limits->bytes);
    const time_t whole = (time_t)limits->seconds;
    const struct itimerval timer = {
        .it_value = {whole, (suseconds_t)((limits->seconds - (double)whole) * 1e6)}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

static void redirect(int words)
{
    const int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0) {
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
    }
    dup2(words, STDERR_FILENO);
}

void isolation_enter(isolation_will *left, const isolation_limits *limits, int words)
{
    char here;
    will = left;
    stack_top = (uintptr_t)&here;
    setpgid(0, 0);
    redirect(words);
    watch_faults();
    set_limits(limits);
}

static void run_child(isolation_work *work, void *context,
                      const isolation_limits *limits, int words)
{
    isolation_enter(will, limits, words);
    work(context);
    will->done = true;
    _exit(0);
}

/* ---- In the parent --------------------------------------------------------------- */

double seconds_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Reads until the other end is closed: nothing in the child holds it any more. False
 * when the time is up. Of what was said, the last WORDS bytes are kept. */
static bool listen(int words, double until, char said[WORDS], size_t *n)
{
    char more[WORDS / 2];
    for (;;) {
        const double left = until - seconds_now();
        struct pollfd p = {.fd = words, .events = POLLIN};
        if (left <= 0) return false;
        if (poll(&p, 1, (int)(left * 1000) + 1) <= 0) continue;
        const ssize_t got = read(words, more, sizeof more);
        if (got <= 0) return true;
        if (*n + (size_t)got > WORDS - 1) {
            const size_t drop = *n + (size_t)got - (WORDS - 1);
            memmove(said, said + drop, *n - drop);
            *n -= drop;
        }
        memcpy(said + *n, more, (size_t)got);
        *n += (size_t)got;
    }
}

/* Where the last line begins that says something; *n: where it ends. */
static size_t last_line(const char *said, size_t *n)
{
    while (*n > 0 && (said[*n - 1] == '\n' || said[*n - 1] == ' ')) --*n;
    size_t start = *n;
    while (start > 0 && said[start - 1] != '\n') start--;
    return start;
}

static bool names_error(const char *line, size_t n)
{
    static const char error[] = "Error: ";
    const size_t length = sizeof error - 1;
    size_t i = 0;
    while (i + length <= n && memcmp(line + i, error, length) != 0) i++;
    return i + length <= n;
}

void isolation_keep_words(isolation_report *report, const char *said, size_t n)
{
    size_t start = last_line(said, &n);
    /* The last line of node is its version: its error stands above. */
    for (size_t end = n, at = start; end > 0; end = at, at = last_line(said, &end)) {
        if (!names_error(said + at, end - at)) continue;
        start = at;
        n = end;
        break;
    }
    size_t k = 0;
    for (size_t i = start; i < n && k + 1 < sizeof report->last_words; i++)
        report->last_words[k++] = said[i] < ' ' || said[i] > '~' ? '?' : said[i];
    report->last_words[k] = '\0';
}

isolation_end isolation_end_of(int status, const isolation_will *left,
                               isolation_report *report)
{
    report->overflow = left->overflow;
    report->null_pointer = left->null_pointer;
    if (WIFSIGNALED(status)) {
        report->number = WTERMSIG(status);
        return report->number == SIGPROF || report->number == SIGXCPU
                   ? ISOLATION_HUNG
                   : ISOLATION_SIGNAL;
    }
    report->number = WEXITSTATUS(status);
    return left->done ? ISOLATION_DONE : ISOLATION_EXITED;
}

/* The child and who works for it, looked at from time to time. */
typedef struct watch {
    pid_t child;
    const isolation_limits *limits;
    double start, began; /* by the clock; began: ready, 0: not yet */
    double worked;       /* processor time when it began */
    double last, moved;  /* processor time at the last look; when it was seen to run */
} watch;

static watch watch_start(pid_t child, const isolation_limits *limits)
{
    const double t = seconds_now(), /* a helper may have worked for others before */
        worked = limits->helper > 0 ? group_worked(limits->helper) : 0;
    return (watch){.child = child,
                   .limits = limits,
                   .start = t,
                   .moved = t,
                   .worked = worked,
                   .last = worked};
}

/*
 * Its own timer ends a child that works; this is for one that waits, and for its helpers.
 * On a machine with much to do the clock runs, and who waits for his turn is no sleeper.
 */
static bool is_hung(watch *w)
{
    const isolation_limits *l = w->limits;
    const double t = seconds_now();
    group_state g = group_look(w->child);
    if (l->helper > 0) {
        const group_state helper = group_look(l->helper);
        g.seconds += helper.seconds;
        g.runs |= helper.runs;
    }
    if (g.runs || g.seconds > w->last) w->moved = t;
    w->last = g.seconds;
    const bool ready = l->ready == NULL || *l->ready;
    if (ready && w->began == 0) {
        w->began = w->moved = t;
        if (l->ready != NULL) w->worked = g.seconds;
    }
    const double most = ready ? 2 * l->seconds : l->loading,
                 asleep = !ready    ? l->loading
                          : g.known ? l->seconds + 1
                                    : 4 * l->seconds + 2; /* who knows what it does */
    return g.seconds - w->worked >= most || t - w->moved >= asleep ||
           t - (ready ? w->began : w->start) >= 20 * (most + 1);
}

/* Waits for the child's end. */
static isolation_end attend(pid_t child, int words, const isolation_limits *limits,
                            const isolation_will *left, isolation_report *report)
{
    char said[WORDS];
    size_t n = 0;
    watch w = watch_start(child, limits);
    const double step = fmax(0.1, limits->seconds / 16);
    bool in_time = listen(words, w.start + step, said, &n);
    while (!in_time && !is_hung(&w))
        in_time = listen(words, seconds_now() + step, said, &n);
    if (!in_time) kill(-child, SIGKILL);
    int status = 0;
    struct rusage usage = {0};
    while (wait4(child, &status, 0, &usage) < 0) continue;
    kill(-child, SIGKILL); /* what it may have left behind */
    report->seconds = seconds_now() - w.start;
    report->peak_bytes = (size_t)usage.ru_maxrss * 1024;
    isolation_keep_words(report, said, n);
    const isolation_end end = isolation_end_of(status, left, report);
    return in_time ? end : ISOLATION_HUNG;
}

isolation_end isolate(isolation_work *work, void *context,
                      const isolation_limits *limits, isolation_report *report)
{
    *report = (isolation_report){.end = ISOLATION_FAILED};
    int words[2];
    if (will == NULL) will = isolate_share(sizeof *will);
    if (will == NULL || pipe(words) != 0) return ISOLATION_FAILED;
    *will = (isolation_will){0};
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        close(words[0]);
        run_child(work, context, limits, words[1]);
    }
    close(words[1]);
    if (child > 0) report->end = attend(child, words[0], limits, will, report);
    close(words[0]);
    return report->end;
}

char *isolation_text(const isolation_report *report, char *out, size_t room)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},
                 {SIGABRT, "SIGABRT"}, {SIGILL, "SIGILL"},   {SIGKILL, "SIGKILL"},
                 {SIGTERM, "SIGTERM"}, {SIGTRAP, "SIGTRAP"}, {SIGPIPE, "SIGPIPE"}};
    const char *name = "a signal";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].number == report->number) name = names[i].name;
    switch (report->end) {
    case ISOLATION_DONE: snprintf(out, room, "done"); break;
    case ISOLATION_EXITED: snprintf(out, room, "exit(%d)", report->number); break;
    case ISOLATION_HUNG:
        snprintf(out, room, "no end after %.1f s", report->seconds);
        break;
    case ISOLATION_FAILED: snprintf(out, room, "no process"); break;
    case ISOLATION_SIGNAL:
        snprintf(out, room, "%s%s", name,
                 report->overflow       ? " (the stack is full)"
                 : report->null_pointer ? " (a NULL pointer was used)"
                                        : "");
        break;
    }
    return out;
}
