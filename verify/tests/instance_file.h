/*
 * Text as a file, opened as a program; and the instances of ADBench's own tests.
 */
#ifndef GRADYNO_INSTANCE_FILE_H
#define GRADYNO_INSTANCE_FILE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "verify/programs/program.h"

static const char gmm_test[] =
    "2 3 1\n"
    "-0.649014\n1.181166\n-0.758453\n"
    "0.092339 0.186260\n0.345561 0.396767\n0.538817 0.419195\n"
    "0.586443 -0.851887 0.800321\n"
    "-1.509405 0.875874 -0.242790\n"
    "0.166813 -1.965419 -1.270071\n"
    "1.175171 2.029160\n"
    "1.000000 0\n";

#define BA_CAMERA_TEXT                                                                 \
    "1.797201 0.590697 -0.635786 90.859550 29.361415 28.777534 211.628116 -0.284531 "  \
    "-14.762924 0.058931 0.069976\n"
#define BA_POINT_TEXT "4.173048 5.586898 1.403869\n"
#define BA_FEATURE_TEXT "-525.672849 161.811929\n"
static const char ba_test[] =
    "2 10 10\n" BA_CAMERA_TEXT BA_POINT_TEXT "0.417022\n" BA_FEATURE_TEXT;

static inline bool opens_bytes(program *p, const char *kind, const char *text,
                               size_t length, program_error *error)
{
    char path[] = "/tmp/gradyno_instance_XXXXXX";
    const int file = mkstemp(path);
    FILE *out = fdopen(file, "wb");
    ck_assert(out != NULL);
    ck_assert_uint_eq(fwrite(text, 1, length, out), length);
    ck_assert_int_eq(fclose(out), 0);
    const program_kind *k = program_named(kind);
    error->text[0] = '\0';
    const bool opened = k->open_file(p, k, path, error);
    ck_assert_msg(opened || strlen(error->text) > 20, "%s: no reason is given", kind);
    ck_assert_msg(opened == (error->text[0] == '\0'), "%s: %s", kind, error->text);
    unlink(path);
    return opened;
}

static inline bool opens(program *p, const char *kind, const char *text,
                         program_error *error)
{
    return opens_bytes(p, kind, text, strlen(text), error);
}

static inline program opened(const char *kind, const char *text)
{
    program p;
    program_error error;
    ck_assert_msg(opens(&p, kind, text, &error), "%s", error.text);
    return p;
}

/* Files that are none. */
TCase *bad_instance_tests(void);

#endif
