/* A process, asked over a socket. */
#define _DEFAULT_SOURCE /* wait4 */
#include "bench/foreign_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "verify/kit/child.h"

static double seconds_of(clockid_t clock)
{
    struct timespec t = {0};
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The processor time of the child so far; 0 where nobody knows. */
static double worked(const foreign_child *c)
{
    clockid_t clock;
    return clock_getcpuclockid(c->pid, &clock) == 0 ? seconds_of(clock) : 0;
}

/* Three quarters of the machine: a runaway allocation ends the child, not the
 * machine. */
static size_t most_bytes(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages <= 0 || page <= 0 ? 0 : (size_t)pages / 4 * 3 * (size_t)page;
}

static _Noreturn void become_child(void (*serve)(int socket, void *ctx), void *ctx,
                                   isolation_will *will, int socket, int words,
                                   pid_t parent)
{
    child_end_with(parent);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    isolation_enter(will, &(isolation_limits){.bytes = most_bytes()}, words);
    serve(socket, ctx);
    will->done = true;
    _exit(0);
}

bool foreign_child_start(foreign_child *c, void (*serve)(int socket, void *ctx),
                         void *ctx, isolation_will *will)
{
    int ends[2], words[2];
    *c = (foreign_child){.will = will, .report.end = ISOLATION_FAILED};
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return false;
    if (pipe(words) != 0) {
        close(ends[0]), close(ends[1]);
        return false;
    }
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]), close(words[0]);
        become_child(serve, ctx, will, ends[1], words[1], parent);
    }
    close(ends[1]), close(words[1]);
    if (pid < 0) {
        close(ends[0]), close(words[0]);
        return false;
    }
    setpgid(pid, pid); /* both do, so that it is done for both */
    c->pid = pid;
    c->socket = ends[0];
    c->words = words[0];
    return true;
}

/* Of what it said, the end is kept. False when it has closed its mouth. */
static bool hear(foreign_child *c)
{
    char more[FOREIGN_WORDS / 2];
    const ssize_t got = read(c->words, more, sizeof more);
    if (got <= 0) return got < 0 && errno == EINTR;
    const size_t n = (size_t)got;
    if (c->said + n > sizeof c->saying) {
        const size_t drop = c->said + n - sizeof c->saying;
        memmove(c->saying, c->saying + drop, c->said - drop);
        c->said -= drop;
    }
    memcpy(c->saying + c->said, more, n);
    c->said += n;
    return true;
}

static void hear_the_rest(foreign_child *c)
{
    struct pollfd p = {c->words, POLLIN, 0};
    while (poll(&p, 1, 0) > 0 && hear(c)) continue;
}

/* Waits for one who is dying, and helps where that takes long. */
static int reap(foreign_child *c, bool at_once)
{
    int status = 0;
    const double until = seconds_of(CLOCK_MONOTONIC) + (at_once ? 0 : 2);
    for (;;) {
        const bool late = seconds_of(CLOCK_MONOTONIC) >= until;
        if (late) kill(-c->pid, SIGKILL);
        const pid_t got = waitpid(c->pid, &status, late ? 0 : WNOHANG);
        if (got == c->pid || (got < 0 && errno != EINTR)) break;
        if (!late) nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    kill(-c->pid, SIGKILL); /* what it may have left behind */
    return status;
}

static void end(foreign_child *c, bool is_hung, double since)
{
    c->report.seconds = seconds_of(CLOCK_MONOTONIC) - since;
    const int status = reap(c, is_hung);
    hear_the_rest(c);
    isolation_keep_words(&c->report, c->saying, c->said);
    c->report.end = isolation_end_of(status, c->will, &c->report);
    if (is_hung) c->report.end = ISOLATION_HUNG;
    close(c->socket), close(c->words);
    c->pid = 0;
}

static bool send_all(int to, const char *from, size_t n)
{
    while (n > 0) {
        const ssize_t sent = send(to, from, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        from += sent;
        n -= (size_t)sent;
    }
    return true;
}

/* 1: all of the answer is there, 0: not yet, -1: nobody answers any more. */
static int receive(const foreign_child *c, char *answer, size_t bytes, size_t *got)
{
    const ssize_t n = recv(c->socket, answer + *got, bytes - *got, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (n <= 0) return -1;
    *got += (size_t)n;
    return *got == bytes;
}

bool foreign_child_ask(foreign_child *c, const void *question, size_t question_bytes,
                       void *answer, size_t answer_bytes, double seconds)
{
    if (c->pid == 0) return false;
    const double start = seconds_of(CLOCK_MONOTONIC), work = worked(c);
    size_t got = 0;
    int state = send_all(c->socket, question, question_bytes) ? 0 : -1;
    struct pollfd p[2] = {{c->socket, POLLIN, 0}, {c->words, POLLIN, 0}};
    bool in_time = true;
    while (state == 0 && in_time) {
        const int ready = poll(p, 2, 100);
        if (ready > 0 && p[1].revents != 0 && !hear(c)) p[1].fd = -1;
        if (ready > 0 && p[0].revents != 0)
            state = receive(c, answer, answer_bytes, &got);
        if (ready == 0)
            in_time = worked(c) - work < seconds &&
                      seconds_of(CLOCK_MONOTONIC) - start < 4 * seconds + 2;
    }
    if (state == 1) return true;
    end(c, !in_time, start);
    return false;
}

void foreign_child_stop(foreign_child *c)
{
    if (c->pid == 0) return;
    kill(-c->pid, SIGKILL);
    end(c, true, seconds_of(CLOCK_MONOTONIC));
}
