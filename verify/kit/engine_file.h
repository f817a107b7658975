/*
 * An engine in a file: FILE.so as it is, FILE.c compiled into a temporary folder; or
 * one that is spoken to, 'proc:COMMAND' (PROTOCOL.md).
 *
 *     engine_file f;
 *     if (engine_file_open(&f, "mine.c") != ENGINE_FILE_OPEN) puts(f.why_not);
 *     ... in a process of its own: engine_file_mount(&f, &m) ...
 *     engine_file_close(&f);
 *
 * Nothing of the file is run before engine_file_mount.
 */
#ifndef GRADYNO_ENGINE_FILE_H
#define GRADYNO_ENGINE_FILE_H

#include <limits.h>

#include "verify/kit/mount.h"

typedef enum engine_file_status {
    ENGINE_FILE_OPEN,
    ENGINE_FILE_UNUSABLE, /* it cannot be loaded */
    ENGINE_FILE_NOT_BUILT /* the compiler has refused it, and has said why on stderr */
} engine_file_status;

typedef struct engine_file {
    const ad_engine *given; /* an engine that is here already; then path is unused */
    const char *command;    /* of a process; borrowed */
    struct child *shared;   /* that process, while it is lent; else NULL */
    size_t lent;            /* how often it has been, since it was started */
    char path[PATH_MAX];    /* of the shared object */
    char folder[PATH_MAX];  /* temporary, or "" */
    char why_not[PATH_MAX + 160]; /* one sentence */
} engine_file;

engine_file_status engine_file_open(engine_file *f, const char *path);
void engine_file_close(engine_file *f);

/* The same; a source is compiled as what is timed is: -O2 -DNDEBUG, and not to be
 * looked at in a debugger. */
engine_file_status engine_file_open_to_time(engine_file *f, const char *path);

/* An engine of ours, for which no file is needed. */
void engine_file_give(engine_file *f, const ad_engine *engine);

/*
 * An engine that is spoken to may be lent to one child after the other, which saves the
 * start of an interpreter for each; recalled, it is started anew for the next. False
 * where there is nothing to lend.
 */
bool engine_file_lend(engine_file *f);
void engine_file_recall(engine_file *f);

/* Loads and mounts it. NULL, or one sentence why not, in `room`. */
const char *engine_file_mount(const engine_file *f, mount *m, char room[320]);

#endif
