/*
 * What is said about one root cause: at most 18 lines of 78 columns, always in the same
 * order: the mistake as a sentence, what was run, what is right and why, what came out,
 * what that number means, how sure, a hint, the command that runs just this.
 *
 *     message m;
 *     message_make(&m, &evidence, &diagnosis, 0);
 *     const message_options o = {.engine = "./mine.so", .id = "3.4"};
 *     message_write(stdout, &m, &o);
 */
#ifndef GRADYNO_KIT_MESSAGE_H
#define GRADYNO_KIT_MESSAGE_H

#include <stdio.h>

#include "verify/kit/finding.h"
#include "verify/kit/mistake_find.h"

enum { MESSAGE_LINES = 18, MESSAGE_COLUMNS = 78, MESSAGE_STEPS = 10 };

typedef struct message {
    char code[8]; /* "G07"; "G00" where no known mistake, or more than one, fits */
    char of[16];  /* ".div", where the page on the code is to be about that operation */
    char sentence[320]; /* the mistake, or that there is none, or "one of G03, G07" */
    char title[72];     /* of the program that is shown */
    char run[MESSAGE_STEPS][120]; /* "a = x + x          6" */
    size_t runs;
    char expected[96], got[96]; /* "dx = 5" */
    char by_hand[120], by_difference[64];
    char why[720];  /* sentences */
    char sure[400]; /* sentences */
    char hint[3][240];
    char expr[SIGNATURE_TEXT]; /* the program on one line */
    double fit;                /* 0 to 1: of its wrong programs, how many it explains */
} message;

typedef enum message_reveal {
    REVEAL_ALL, /* the default */
    REVEAL_NONE,
    REVEAL_INPUT,
    REVEAL_EXPECTED
} message_reveal;

typedef struct message_options {
    const char *engine; /* as it was given: "./mine.so" */
    const char *id;     /* of the finding, for `again` */
    const char *file; /* terse: what stands before the first colon; NULL: the engine */
    const char *same; /* ids of other failures that have this cause: "3.1, 2.mul" */
    unsigned long seed;
    int hint; /* 1, 2 or 3; 0 is 1; -1: none */
    message_reveal reveal;
} message_options;

/* The message on cause i of the diagnosis. */
void message_make(message *m, const evidence *e, const diagnosis *d, size_t i);

/* At full length; its name and sentence alone, broken at 78 columns; and on one line,
 * however long. Return 0, or -1 when out has an error. */
int message_write(FILE *out, const message *m, const message_options *options);
int message_write_brief(FILE *out, const message *m, const message_options *options);
int message_write_terse(FILE *out, const message *m, const message_options *options);

/* Into a record: everything but the id, the time, and whose cause it shares. */
void message_to_finding(const message *m, finding *f);

/* %o, the operation, in a text of mistake.def: of a flaw, or "an operation". */
const char *message_text(const char *text, const flaw *f, char *room, size_t size);

/* The page on a mistake, "G07", or in one operation, "G123.div": its smallest program, a picture, why it happens, how to
 * see it in a debugger, all hints. False when there is no such code. */
bool message_explain(FILE *out, const char *code);

/* "7.sum.array, 7.dot.array", or "3": the tests of the kit that show a mistake which
 * no signature program can; NULL: one can. */
const char *message_seen_in(const char *code);

/* The table of known mistakes, and which signature programs show them (Markdown). */
int message_write_table(FILE *out);

#endif
