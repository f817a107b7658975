/*
 * A child process that is spoken to in lines.
 *
 *     child c = {0};
 *     if (child_start(&c, "python3 engine.py", false) && child_write_line(&c, "hello"))
 *         puts(child_read_line(&c));
 *     child_stop(&c);
 */
#ifndef GRADYNO_CHILD_H
#define GRADYNO_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct child {
    pid_t pid;       /* 0: there is none */
    bool apart;      /* in a group of its own */
    FILE *to, *from; /* its standard input and output */
    char *line;      /* the last one read; the child's, until the next or stop */
    size_t room;
} child;

/*
 * Runs `command` with sh. Apart: in a process group of its own, which child_stop ends
 * as a whole, and with its standard error going nowhere. It dies when we do.
 */
bool child_start(child *c, const char *command, bool apart);

/*
 * In a child of `parent`, whoever forked it: from now on it is killed when the parent
 * ends. Does not return where that has happened since the fork, when no signal comes any
 * more. (Where there is no such signal, on other systems than Linux, that is all.)
 */
void child_end_with(pid_t parent);

/* False when the child has gone. */
bool child_write_line(child *c, const char *line);

/* The next line without its end; NULL when there is none. */
char *child_read_line(child *c);

/* How a child of ours whose output has ended did end: as waitpid says it. -1: it is no
 * child of this process. */
int child_wait(child *c);

/* Closes its input, ends it, and waits for it. Nothing where there is none. */
void child_stop(child *c);

#endif
