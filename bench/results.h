/*
 * Result files. A file appears under its name when it is whole, and not before: it is
 * written beside its place and renamed. What fails is said in one sentence on stderr.
 *
 *     results_file f = {0};
 *     if (!results_open(&f, dir, "bench.tsv")) return EXIT_USAGE;
 *     fputs("...", f.stream);
 *     if (!results_close(&f)) return EXIT_USAGE;
 */
#ifndef GRADYNO_RESULTS_H
#define GRADYNO_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

typedef struct results_file {
    FILE *stream; /* NULL when none is open */
    char *path, *temporary;
} results_file;

/* Creates folder/name, and the folders that it needs. False, and said, when it cannot.
 */
bool results_open(results_file *f, const char *folder, const char *name);

/* folder/name, to be freed, in a folder that is there now. NULL, and said, when it
 * cannot be. */
char *results_path(const char *folder, const char *name);

/* Puts the file in its place. False, and said, when any byte of it was lost. */
bool results_close(results_file *f);

/* Leaves no file. For an error half-way; nothing happens when none is open. */
void results_discard(results_file *f);

/* A field of a TSV row: %.17g, or - for what is not a number; then what comes after it.
 */
void results_number(FILE *out, double x, char after);

#endif
