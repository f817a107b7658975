#include "verify/kit/child.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

void child_end_with(pid_t parent)
{
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) _exit(0);
}

/* What the child does before it is the command. */
static _Noreturn void become(const char *command, bool apart, int in, int out,
                             pid_t parent)
{
    if (apart) setpgid(0, 0);
    if (apart && freopen("/dev/null", "w", stderr) == NULL) _exit(127);
    child_end_with(parent); /* a loop without end must not outlive us */
    if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0)
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

bool child_start(child *c, const char *command, bool apart)
{
    *c = (child){.apart = apart};
    int down[2], up[2]; /* ours to its input, its output to ours */
    if (pipe(down) != 0) return false;
    if (pipe(up) != 0) {
        close(down[0]), close(down[1]);
        return false;
    }
    const pid_t parent = getpid();
    c->pid = fork();
    if (c->pid == 0) {
        close(down[1]), close(up[0]);
        become(command, apart, down[0], up[1], parent);
    }
    close(down[0]), close(up[1]);
    c->to = fdopen(down[1], "w");
    c->from = fdopen(up[0], "r");
    if (c->pid > 0 && c->to != NULL && c->from != NULL) return true;
    if (c->to == NULL) close(down[1]);
    if (c->from == NULL) close(up[0]);
    if (c->pid < 0) c->pid = 0;
    child_stop(c);
    return false;
}

bool child_write_line(child *c, const char *line)
{
    /* A child that has gone is an answer to the caller, not a signal. */
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, &before);
    const bool written =
        fputs(line, c->to) >= 0 && fputc('\n', c->to) != EOF && fflush(c->to) == 0;
    sigaction(SIGPIPE, &before, NULL);
    return written;
}

char *child_read_line(child *c)
{
    const ssize_t length = getline(&c->line, &c->room, c->from);
    if (length < 0) return NULL;
    if (length > 0 && c->line[length - 1] == '\n') c->line[length - 1] = '\0';
    return c->line;
}

int child_wait(child *c)
{
    int status;
    if (waitpid(c->pid, &status, 0) != c->pid) return -1;
    c->pid = 0;
    return status;
}

void child_stop(child *c)
{
    if (c->to != NULL) fclose(c->to);
    if (c->from != NULL) fclose(c->from);
    if (c->pid > 0) {
        kill(c->apart ? -c->pid : c->pid, SIGKILL);
        kill(c->pid, SIGKILL); /* where it is not yet in its group */
        waitpid(c->pid, NULL, 0);
    }
    free(c->line);
    *c = (child){0};
}
