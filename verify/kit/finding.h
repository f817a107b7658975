/*
 * What the kit found, one record for each thing that it tried: the table, JSON Lines
 * and JUnit XML are three ways to write the same.
 */
#ifndef GRADYNO_FINDING_H
#define GRADYNO_FINDING_H

#include <stddef.h>

typedef enum finding_status {
    FINDING_PASS,
    FINDING_NOTE,   /* right, with a remark: digits lost at an extreme input */
    FINDING_POLICY, /* a choice that is the engine's, found out */
    FINDING_SKIP,   /* not run: `text` says why */
    FINDING_FAIL,   /* a wrong number */
    FINDING_CRASH,  /* a signal, exit, too much memory */
    FINDING_HANG,
    FINDING_STATUSES
} finding_status;

typedef struct finding {
    char id[24];    /* "3.1", "2.tanh": what --only takes */
    char title[72]; /* what was tried, in words */
    finding_status status;
    char code[8];      /* the mistake's, "G03"; "" where it has no name */
    char run[400];     /* the program with its numbers, a statement a line */
    char expected[96]; /* "dx = 5" */
    char got[96];      /* "dx = 3" */
    char why[720];     /* lines: which number means which mistake */
    char sure[400];    /* how many programs agree, what was excluded */
    char same[64];     /* the id of the finding whose cause this one shares, or "" */
    char text[320];    /* one line, the sentence: the mistake, the reason of a skip */
    int cause;         /* 1 and up: the root cause that is told here; or 0 */
    size_t nodes;      /* on the record of a ride that crashed or hung */
    double fit;        /* 0 to 1: of the best explanation; 0: there is none */
    double seconds;
} finding;

/* "pass", "note", "policy", "skip", "fail", "crash", "hang". */
const char *finding_status_name(finding_status status);

/* FAIL, CRASH, HANG. */
int finding_is_bad(finding_status status);

/* Bad, and not for the reason of another: it has a message of its own. */
static inline int finding_is_told(const finding *f)
{
    return finding_is_bad(f->status) && f->same[0] == '\0';
}

#endif
