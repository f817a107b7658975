/*
 * Runs a command as a user would, and keeps what it said: for the tests of the command
 * line, of the README, and of the one line.
 *
 *     shell_result r = shell("%s ops --json", gradyno_program());
 *     ck_assert_int_eq(r.status, 0);
 *     ...
 *     shell_free(&r);
 *
 * The tests run in the root of the repository.
 */
#ifndef GRADYNO_SHELL_H
#define GRADYNO_SHELL_H

#include <stdbool.h>

typedef struct shell_result {
    int status; /* the exit status; 128 + n for signal n, as in sh; -1: could not run */
    char *out, *err;
} shell_result;

/*
 * Runs sh -c on the formatted text. What an outer make has left in the environment is
 * taken out, so that a make in it is one of its own.
 */
shell_result shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void shell_free(shell_result *r);

/* A new empty folder below $TMPDIR or /tmp, for the caller to free; NULL if it cannot.
 */
char *temporary_folder(void);
void remove_folder(const char *folder);

/* The whole file, for the caller to free; NULL if it cannot be read. */
char *read_text(const char *path);
bool write_text(const char *path, const char *text);

/* $GRADYNO, or build/gradyno. */
const char *gradyno_program(void);

/* Whether it is there to be run; if not, says on stderr that `suite` is skipped. */
bool gradyno_is_built(const char *suite);

/* The last line of text, without its line end, for the caller to free. */
char *last_line(const char *text);

#endif
