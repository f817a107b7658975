/*
 * A file of numbers in plain text, as ADBench's instances are: read from the left,
 * separated by white space, whatever the lines. The first failure is kept, as one
 * sentence; after it every verb does nothing and returns 0.
 *
 *     number_file f;
 *     if (numbers_open(&f, path, &error)) {
 *         const size_t n = numbers_count(&f, "n", 1000);
 *         if (numbers_left(&f) != n) numbers_fail(&f, "has not n numbers.");
 *         numbers_reals(&f, "x", n, x);
 *     }
 *     const bool read = numbers_close(&f);
 */
#ifndef GRADYNO_NUMBERS_H
#define GRADYNO_NUMBERS_H

#include "verify/programs/program.h"

typedef struct number_file {
    const char *path;
    char *text, *at; /* whole, ended by '\0' */
    bool failed;
    program_error *error;
} number_file;

/* False, with *error, when the file cannot be read or is no text. */
bool numbers_open(number_file *f, const char *path, program_error *error);

/* A whole number in least ... most. */
size_t numbers_count(number_file *f, const char *what, size_t least, size_t most);

/* n finite numbers; x[n]. */
void numbers_reals(number_file *f, const char *what, size_t n, double *x);

/* How many words there are still: ask before room is made for so many, and know that
 * none is left over. */
size_t numbers_left(const number_file *f);

/* Fails: the path and `text` make a sentence. */
void numbers_fail(number_file *f, const char *text);

/* Whether all went well; frees the text. Allowed after an open that failed. */
bool numbers_close(number_file *f);

#endif
