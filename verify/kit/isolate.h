/*
 * Runs what is not trusted in a process of its own, with limits, and says how it ended:
 * a crash, a loop without end, too much memory or an exit() is an answer, not the end.
 *
 *     sheet *s = isolate_share(sizeof *s);        // both processes see it
 *     isolation_end end = isolate(work, s, &(isolation_limits){.seconds = 2}, &report);
 *     if (end == ISOLATION_DONE) ... what work() wrote to *s ...
 *
 * What the process prints goes nowhere, but for the last line of its standard error,
 * which the report keeps: an assertion's text stands there.
 */
#ifndef GRADYNO_ISOLATE_H
#define GRADYNO_ISOLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* AddressSanitizer keeps what is freed, and takes address space without end. */
#if defined(__SANITIZE_ADDRESS__)
#define ISOLATION_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ISOLATION_UNDER_ASAN 1
#endif
#endif
#ifndef ISOLATION_UNDER_ASAN
#define ISOLATION_UNDER_ASAN 0
#endif

typedef struct isolation_limits {
    double seconds; /* of processor time; asleep, a second more by the clock */
    size_t bytes;   /* of address space; 0: no limit. Not under AddressSanitizer. */
    pid_t helper;   /* a group that works for the child, or 0: it may twice as long */
    /* Shared, set when the child is ready for what is counted, which is before no more
     * than so many seconds; NULL: from the start. */
    const volatile bool *ready;
    double loading;
} isolation_limits;

typedef enum isolation_end {
    ISOLATION_DONE,   /* work returned */
    ISOLATION_SIGNAL, /* report.number is the signal */
    ISOLATION_EXITED, /* somebody called exit(report.number) */
    ISOLATION_HUNG,   /* the time was up */
    ISOLATION_FAILED  /* no process could be made */
} isolation_end;

typedef struct isolation_report {
    isolation_end end;
    int number;
    bool overflow;     /* SIGSEGV where the stack ends */
    bool null_pointer; /* SIGSEGV near address 0 */
    double seconds;    /* by the clock */
    size_t peak_bytes; /* resident, the most */
    char last_words[120];
} isolation_report;

/* Seconds of a clock that only goes forward. */
double seconds_now(void);

typedef void isolation_work(void *context);

isolation_end isolate(isolation_work *work, void *context,
                      const isolation_limits *limits, isolation_report *report);

/*
 * The parts, for a process that lives longer than a call (bench/foreign_child.c). Enter
 * is called in the child: a group, limits and a place for its words of its own; `left`
 * is shared, and says of a fault where it was. The other two complete the parent's
 * report, from the status of wait and from what was said.
 */
typedef struct isolation_will {
    bool done, overflow, null_pointer;
} isolation_will;

void isolation_enter(isolation_will *left, const isolation_limits *limits, int words);
isolation_end isolation_end_of(int status, const isolation_will *left,
                               isolation_report *report);
/* The last line of it that says something, or that names an Error, in ASCII. */
void isolation_keep_words(isolation_report *report, const char *said, size_t n);

/* Zeroed memory that children share with us, for isolate_unshare; NULL: no memory. */
void *isolate_share(size_t bytes);
void isolate_unshare(void *shared, size_t bytes);

/* "SIGSEGV (the stack is full)", "exit(1)", "no end after 2 s". Returns out. */
char *isolation_text(const isolation_report *report, char *out, size_t room);

#endif
