/*
 * What the conformance kit found, for a reader, an editor or a machine: the same
 * findings and verdicts in each.
 */
#ifndef GRADYNO_ENGINE_REPORT_H
#define GRADYNO_ENGINE_REPORT_H

#include <stdio.h>

#include "verify/kit/kit.h"

typedef struct engine_report {
    const kit *k;
    const char *engine; /* as it was given */
    message_reveal reveal;
    int hint;
} engine_report;

/* Lessons with what is worth a line, a message for each root cause, the count. */
void engine_report_table(FILE *out, const engine_report *r);

/* A line for each failure, "mine.so:3.4: G07 ...", and the count. */
void engine_report_terse(FILE *out, const engine_report *r);

/* A JSON object a line for each finding, and one of the whole. */
void engine_report_json(FILE *out, const engine_report *r);

/* JUnit XML, all text in the elements. */
void engine_report_junit(FILE *out, const engine_report *r);

/* The message on a finding: the root cause's, or what there is to say of it alone. */
void engine_report_message(const engine_report *r, const finding *f, message *m);

/* Its one line; what was tried, where that line says "3, not 5" and the numbers are not
 * to be revealed. */
const char *engine_report_text(const engine_report *r, const finding *f);

/* "conforms", "wrong", "cannot be loaded", "crashed or hung". */
const char *engine_report_verdict(kit_verdict verdict);

extern const char *const engine_report_lessons[];
enum { ENGINE_REPORT_LESSONS = 7 };

#endif
