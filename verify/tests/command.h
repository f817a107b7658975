/* What the tests of the command line share: how it is run, and what is asked of it. */
#ifndef GRADYNO_COMMAND_H
#define GRADYNO_COMMAND_H

#include <check.h>
#include <string.h>

#include "verify/tests/shell.h"

#define LENGTH(array) (int)(sizeof(array) / sizeof *(array))

/* Runs gradyno with the formatted arguments (a shell reads them). */
#define gradyno(format, ...) shell("%s " format, gradyno_program(), __VA_ARGS__)

static inline void assert_status(const shell_result *r, int status, const char *what)
{
    ck_assert_msg(r->status == status,
                  "gradyno %s exits with %d, expected %d\n%.3000s%.3000s", what,
                  r->status, status, r->out, r->err);
}

static inline void assert_says(const char *text, const char *what, const char *of)
{
    ck_assert_msg(strstr(text, what) != NULL, "%s does not say \"%s\":\n%.3000s", of,
                  what, text);
}

#endif
