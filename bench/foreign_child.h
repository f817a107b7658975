/*
 * The process that a foreign engine lives in while it is raced: it is asked, answers,
 * and may crash, hang or leave, which is an answer too.
 *
 *     foreign_child c;
 *     if (foreign_child_start(&c, serve, ctx, will) &&
 *         foreign_child_ask(&c, &question, sizeof question, &answer, sizeof answer, 5))
 *         ...
 *     else puts(isolation_text(&c.report, room, sizeof room));
 *     foreign_child_stop(&c);
 */
#ifndef GRADYNO_FOREIGN_CHILD_H
#define GRADYNO_FOREIGN_CHILD_H

#include <sys/types.h>

#include "verify/kit/isolate.h"

enum { FOREIGN_WORDS = 2048 };

typedef struct foreign_child {
    pid_t pid; /* 0: there is none, or no longer */
    int socket, words;
    const isolation_will *will;
    isolation_report report; /* of how it ended */
    size_t said;
    char saying[FOREIGN_WORDS];
} foreign_child;

/*
 * Forks; the child calls serve(socket, ctx), which need not return, in a group and with
 * limits of its own, and dies with us. `will` is memory of isolate_share. False when
 * there is no process to be had.
 */
bool foreign_child_start(foreign_child *c, void (*serve)(int socket, void *ctx),
                         void *ctx, isolation_will *will);

/*
 * Sends a question and waits for the answer, `seconds` of the child's processor time at
 * most (asleep, four times as much and 2 s). False when the child has ended, or is
 * ended because the time is up; then the report says how, and nobody is left.
 */
bool foreign_child_ask(foreign_child *c, const void *question, size_t question_bytes,
                       void *answer, size_t answer_bytes, double seconds);

/* Ends it and all that it started. Nothing where there is none. */
void foreign_child_stop(foreign_child *c);

#endif
