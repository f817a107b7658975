/*
 * An engine in another language: a process that answers JSON lines (PROTOCOL.md),
 * behind the contract of engine.h.
 *
 *     const char *why_not = process_engine_start("python3 engine.py", room);
 *     if (why_not == NULL) mount_engine(&m, &process_engine);
 *
 * A record here is a list of steps. The first value or gradient that is asked for sends
 * the whole list, and the process answers with all of them; so a program costs one line
 * each way, however large.
 *
 * There is one process at a time, for create() is not told of which: it belongs to our
 * own process, which is one that isolate.h has made, and ends with it.
 */
#ifndef GRADYNO_PROCESS_ENGINE_H
#define GRADYNO_PROCESS_ENGINE_H

#include <stddef.h>

#include "verify/engine.h"
#include "verify/kit/child.h"

/*
 * Starts `command` with sh, and asks it for its name and operations. NULL, or one
 * sentence why not, written to `room`.
 */
const char *process_engine_start(const char *command, char room[320]);

/* The same with a process that runs already, the caller's. */
const char *process_engine_join(const child *running, char room[320]);

/* The engine that was started or joined last. */
const ad_engine *process_engine(void);

#endif
